/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the decoders of this stage share; nobody else includes it.
 *
 * A packet has two ends: the one its own length fields tell, and the one of the copy we were given. Running over the first
 * makes it malformed, over the second short, so the place in the packet knows both. */
#ifndef PACKET_DECODE_H
#define PACKET_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "packet/classify.h"

/* For packets that do not tell their length; more than any can have. */
#define LENGTH_UNKNOWN SIZE_MAX

struct cursor {
	const uint8_t *at;
	size_t copied; /* bytes that may be read from at on; never more than length */
	size_t length; /* bytes of the packet from at on */
};

/* Whether the next n bytes are there to read. */
static inline enum packet_status cursor_need(const struct cursor *c, size_t n)
{
	if (c->length < n)
		return PACKET_MALFORMED;
	return c->copied < n ? PACKET_SHORT : PACKET_OK;
}

/* Sets the packet's own length from at on; what was copied behind it is padding. */
static inline void cursor_set_length(struct cursor *c, size_t length)
{
	c->length = length;
	if (c->copied > length)
		c->copied = length;
}

/* Passes over n bytes that cursor_need said are there. */
static inline void cursor_skip(struct cursor *c, size_t n)
{
	c->at += n;
	c->copied -= n;
	if (c->length != LENGTH_UNKNOWN)
		c->length -= n;
}

static inline uint16_t net16(const uint8_t *p)
{
	return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

static inline uint32_t net32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* From the IP header on; out is zeroed but for version. */
enum packet_status decode_ipv4(struct cursor *c, struct packet *out);
enum packet_status decode_ipv6(struct cursor *c, struct packet *out);

/* The payload of IP: out->protocol and addresses are set. more_fragments: c ends where the first fragment does. */
enum packet_status decode_transport(const struct cursor *c, bool more_fragments, struct packet *out);

enum packet_status decode_icmp4(const struct cursor *c, bool more_fragments, struct packet *out);
enum packet_status decode_icmp6(const struct cursor *c, bool more_fragments, struct packet *out);

#endif
