/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Undoes compression, once: gzip by zlib, xz, zstd, bzip2 and lz4 by libarchive. What a file is its first bytes tell, not its name. */
#ifndef IMPORT_UNPACK_H
#define IMPORT_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "import/raw.h"

#define UNPACK_MAGIC 6 /* bytes that tell what it is */

struct unpacker;

bool unpack_is_packed(const struct raw *raw);

/* Of raw, which is borrowed and is packed. -errno with *why, -ENOTSUP if the library for it was left out. */
int unpack_open(struct raw *raw, struct unpacker **unpacker, const char **why);
void unpack_close(struct unpacker *unpacker);

/* The next bytes, up to size; 0 at the end. -errno with *why, which lasts until the next call; -EILSEQ if it is cut off or damaged. */
long unpack_read(struct unpacker *unpacker, void *buf, size_t size, const char **why);

#endif
