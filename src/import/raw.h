/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a file as they lie there. */
#ifndef IMPORT_RAW_H
#define IMPORT_RAW_H

#include <stddef.h>
#include <stdint.h>

#define RAW_BYTES 65536

struct raw {
	int fd;
	uint64_t taken; /* from fd, also what lies here still */
	uint8_t bytes[RAW_BYTES];
	size_t at, end; /* of those not used yet */
};

/* Reads until at least n bytes lie there, at most RAW_BYTES, or no more come. -errno. */
int raw_fill(struct raw *raw, size_t n);

static inline size_t raw_left(const struct raw *raw)
{
	return raw->end - raw->at;
}

static inline const uint8_t *raw_bytes(const struct raw *raw)
{
	return raw->bytes + raw->at;
}

#endif
