/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reader over a borrowed buffer whose failure is sticky: read a whole header, test ok once. Reads past the end give 0 and
 * clear ok; they never touch memory. */
#ifndef COMMON_BYTES_H
#define COMMON_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *at;
	const uint8_t *end;
	bool ok;
};

static inline struct bytes bytes_of(const void *buf, size_t len)
{
	const uint8_t *p = (const uint8_t *)buf;

	return (struct bytes){ .at = p, .end = p + len, .ok = true };
}

static inline size_t bytes_left(const struct bytes *b)
{
	return (size_t)(b->end - b->at);
}

/* The next n bytes, or NULL and not ok. */
static inline const uint8_t *bytes_take(struct bytes *b, size_t n)
{
	const uint8_t *p = b->at;

	if (!b->ok || bytes_left(b) < n) {
		b->ok = false;
		return NULL;
	}
	b->at += n;
	return p;
}

static inline uint8_t bytes_u8(struct bytes *b)
{
	const uint8_t *p = bytes_take(b, 1);

	return p ? p[0] : 0;
}

/* Big-endian. */
static inline uint16_t bytes_u16(struct bytes *b)
{
	const uint8_t *p = bytes_take(b, 2);

	return p ? (uint16_t)((unsigned)p[0] << 8 | p[1]) : 0;
}

/* Big-endian. */
static inline uint32_t bytes_u32(struct bytes *b)
{
	const uint8_t *p = bytes_take(b, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

#endif
