/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directories a listener needs, and the link from the archive to its ring. */
#ifndef DAEMON_PLACE_H
#define DAEMON_PLACE_H

#include "common/fail.h"

/* Makes a directory that is missing (not its parents) and gives it to the user, if that is not "". One that is there stays as it
 * is. */
int place_make_dir(const char *dir, const char *user, struct failure *why);

/* The same for the directory that path lies in. */
int place_make_parent(const char *path, const char *user, struct failure *why);

/* Whether files can be made in the directory: 0, or -errno with *why. */
int place_check_writable(const char *dir, struct failure *why);

/* Makes the link lead to the ring, unless it is the ring. A link that points elsewhere is put right; a file in its place is
 * refused (-EEXIST). */
int place_link(const char *link, const char *ring, struct failure *why);

/* Makes ARCHIVE/slots.ring a link to the ring, as place_link does. */
int place_link_ring(const char *archive, const char *ring, struct failure *why);

#endif
