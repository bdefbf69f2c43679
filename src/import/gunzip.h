/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unpacks gzip (RFC 1952), by zlib: of a file that is cut off or damaged all comes that lies before. libarchive drops the block of up to
 * 64 KiB in which that is, so most of a short log, or all of it. */
#ifndef IMPORT_GUNZIP_H
#define IMPORT_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "import/raw.h"

struct gunzip;

/* Never where zlib was left out. */
bool gunzip_is_gzip(const struct raw *raw);

/* raw is borrowed, and is gzip. NULL without memory. */
struct gunzip *gunzip_new(struct raw *raw);
void gunzip_free(struct gunzip *gunzip);

/* The next bytes of all members, up to size; 0 at the end of the last. What follows that and is no gzip is left alone, as gzip(1) does.
 * -errno with *why, -EILSEQ where it is cut off or damaged. */
long gunzip_read(struct gunzip *gunzip, void *buf, size_t size, const char **why);

#endif
