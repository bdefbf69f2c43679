/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets for the tests, put together header by header; and a decode that also tries every shorter copy. */
#ifndef TESTS_PACKET_SAMPLE_H
#define TESTS_PACKET_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packet/packet.h"

struct sample {
	uint8_t bytes[2048];
	size_t len;
};

static inline void sample_put(struct sample *s, const void *bytes, size_t len)
{
	assert_true(s->len + len <= sizeof(s->bytes));
	memcpy(s->bytes + s->len, bytes, len);
	s->len += len;
}

#define SAMPLE_PUT(s, ...) sample_put(s, (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

static inline void sample_fill(struct sample *s, size_t len)
{
	while (len--)
		SAMPLE_PUT(s, 0xa5);
}

/* Writes the length of all that was put into the IP header. */
static inline void sample_set_length(struct sample *s)
{
	size_t len = s->bytes[0] >> 4 == 4 ? s->len : s->len - 40;
	uint8_t *field = s->bytes + (s->bytes[0] >> 4 == 4 ? 2 : 4);

	field[0] = (uint8_t)(len >> 8);
	field[1] = (uint8_t)len;
}

/* 192.0.2.1 -> 198.51.100.2; fragment is the header's word of flags and offset. */
static inline void sample_ipv4(struct sample *s, uint8_t protocol, unsigned fragment)
{
	s->len = 0;
	SAMPLE_PUT(s, 0x45, 0, 0, 0, 0x12, 0x34, (uint8_t)(fragment >> 8), (uint8_t)fragment, 64, protocol, 0, 0);
	SAMPLE_PUT(s, 192, 0, 2, 1, 198, 51, 100, 2);
	sample_set_length(s);
}

/* 2001:db8::1 -> 2001:db8::2 */
static inline void sample_ipv6(struct sample *s, uint8_t next_header)
{
	s->len = 0;
	SAMPLE_PUT(s, 0x60, 0, 0, 0, 0, 0, next_header, 64);
	SAMPLE_PUT(s, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
	SAMPLE_PUT(s, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);
}

/* An IP header of either version. */
static inline void sample_ip(struct sample *s, unsigned version, uint8_t protocol)
{
	if (version == 4)
		sample_ipv4(s, protocol, 0);
	else
		sample_ipv6(s, protocol);
}

/* An extension header of len bytes (a multiple of 8) that counts its length in words of 8. */
static inline void sample_extension(struct sample *s, uint8_t next_header, size_t len)
{
	SAMPLE_PUT(s, next_header, (uint8_t)(len / 8 - 1), 1, 4, 0, 0, 0, 0); /* PadN of 4, as options have it */
	for (size_t i = 8; i < len; i++)
		SAMPLE_PUT(s, 0);
	sample_set_length(s);
}

static inline void sample_fragment(struct sample *s, uint8_t next_header, unsigned offset, unsigned more)
{
	unsigned word = offset * 8 | more;

	SAMPLE_PUT(s, next_header, 0, (uint8_t)(word >> 8), (uint8_t)word, 0xde, 0xad, 0xbe, 0xef);
	sample_set_length(s);
}

/* Ports 40000 -> 443. */
static inline void sample_tcp(struct sample *s, uint8_t flags)
{
	SAMPLE_PUT(s, 0x9c, 0x40, 0x01, 0xbb, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, flags, 0x20, 0, 0, 0, 0, 0);
	sample_set_length(s);
}

/* Ports 5353 -> 53, no data. */
static inline void sample_udp(struct sample *s)
{
	SAMPLE_PUT(s, 0x14, 0xe9, 0x00, 0x35, 0, 8, 0, 0);
	sample_set_length(s);
}

static inline void sample_icmp(struct sample *s, uint8_t type, uint8_t code)
{
	SAMPLE_PUT(s, type, code, 0, 0, 0, 1, 0, 1);
	sample_set_length(s);
}

/* Decodes a copy of the first len bytes that ends where its memory ends. */
static inline enum packet_status sample_decode_cut(const struct sample *s, size_t len, struct packet *out)
{
	uint8_t *copy = malloc(len ? len : 1);
	enum packet_status status;

	assert_non_null(copy);
	memcpy(copy, s->bytes, len);
	memset(out, 0xee, sizeof(*out));
	status = packet_decode(copy, len, out);
	free(copy);
	return status;
}

static inline void sample_assert_same(const struct packet *a, const struct packet *b)
{
	assert_memory_equal(a->source, b->source, 16);
	assert_memory_equal(a->destination, b->destination, 16);
	assert_int_equal(a->source_port, b->source_port);
	assert_int_equal(a->destination_port, b->destination_port);
	assert_int_equal(a->series, b->series);
	assert_int_equal(a->class, b->class);
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->protocol, b->protocol);
	assert_int_equal(a->tcp_flags, b->tcp_flags);
	assert_int_equal(a->icmp_type, b->icmp_type);
	assert_int_equal(a->icmp_code, b->icmp_code);
	assert_int_equal(a->has_ports, b->has_ports);
	assert_int_equal(a->is_fragment, b->is_fragment);
	assert_false(a->link_broadcast || b->link_broadcast);
}

/* Decodes the whole, and every shorter copy: that must say the same as the whole or SHORT, and never SHORT again once it does. */
static inline enum packet_status sample_decode(const struct sample *s, struct packet *out)
{
	enum packet_status whole = sample_decode_cut(s, s->len, out), status;
	struct packet cut;
	bool enough = false;

	for (size_t len = 0; len < s->len; len++) {
		status = sample_decode_cut(s, len, &cut);
		if (enough || status != PACKET_SHORT)
			assert_int_equal(status, whole);
		enough = status == whole && whole != PACKET_SHORT;
		if (enough && whole == PACKET_OK)
			sample_assert_same(&cut, out);
	}
	return whole;
}

/* The least copy that is not SHORT. */
static inline size_t sample_needed(const struct sample *s)
{
	struct packet out;
	size_t len = 0;

	while (len < s->len && sample_decode_cut(s, len, &out) == PACKET_SHORT)
		len++;
	return len;
}

#endif
