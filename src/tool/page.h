/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A picture as a page that stands by itself: nothing is fetched from anywhere, nothing that it tells can become markup. */
#ifndef TOOL_PAGE_H
#define TOOL_PAGE_H

#include "tool/hover.h"
#include "tool/picture.h"

#define PAGE_DATA_MOST (4u << 20) /* bytes of what it tells of the spots; the picture is besides */

/* Puts the PNG and what was collected of it into a page, in place of the picture's bytes. file is the path that it will have; the
 * pages of the days before and after are beside it (neighbours.h). What sightings the archive has are read here: if they can't be,
 * the page says so, and *warning (NULL if all is well; the caller frees it) why. 0 or -errno with *why. */
int page_make(struct reader *reader, const struct picture_order *order, const char *file, struct picture *picture, char **warning,
              struct failure *why);

#endif
