/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For targets whose input is a large file: the fuzzed bytes are not the file but changes to a good one, so that seeds are short
 * and most of them get past the first check. */
#ifndef TESTS_FUZZ_PATCH_H
#define TESTS_FUZZ_PATCH_H

#include <stddef.h>
#include <stdint.h>

#define PATCH_PATH 64

struct patch_base {
	uint8_t *bytes;
	size_t size;
};

/* Keeps what make() leaves at the path that it is given (in a directory of its own, which is removed). Aborts if that fails. */
void patch_init(struct patch_base *base, void (*make)(const char *path));

/* A file in memory: the base, changed by data in records of 8 bytes (offset 24 bits, width 8 bits, value 32 bits; little-endian):
 * width 1, 2, 4 writes so many bytes of the value there, 8 writes it sign-extended; another width is a cut to the offset.
 * Offsets wrap at the size. Returns its descriptor and a path to open it by. Aborts without memory. */
int patch_apply(const struct patch_base *base, const uint8_t *data, size_t size, char path[PATCH_PATH]);

#endif
