/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --imginfo: what is printed in place of the size of a picture, for pages made by scripts. */
#ifndef TOOL_IMGINFO_H
#define TOOL_IMGINFO_H

#include <stdio.h>

#include "common/fail.h"

/* As in rrdtool: a format has one %s for the name of the file, then two %lu for width and height, and else only %%. -EINVAL
 * with *why if not. */
int imginfo_check(const char *format, struct failure *why);

/* Prints a format that has been checked, and a newline. Of the path only the last part is the name. */
void imginfo_print(FILE *out, const char *format, const char *path, unsigned width, unsigned height);

#endif
