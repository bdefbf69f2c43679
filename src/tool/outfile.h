/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that is written whole or not at all. */
#ifndef TOOL_OUTFILE_H
#define TOOL_OUTFILE_H

#include <stddef.h>
#include <stdint.h>

#include "common/fail.h"

/* Writes the bytes to stdout if path is "-"; into a device or pipe if it is one; or else beside the path and renames, so that a
 * reader never sees half of it and what was there stays if there is no room. 0 or -errno with *why. */
int outfile_write(const char *path, const uint8_t *bytes, size_t size, struct failure *why);

#endif
