/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4, RFC 791:
 *
 *      0               8               16              24
 *     |version|  IHL  |     TOS       |         total length          |
 *     |        identification         |0 D M|     fragment offset     |
 *     |      TTL      |   protocol    |        header checksum        |
 *     |                        source address                         |
 *     |                      destination address                      |
 *     | options ...
 *
 * IHL counts words of 4 bytes, total length bytes from the first of the header on. */
#include "packet/decode.h"

#include <string.h>

#define HEADER_MIN 20
#define MORE_FRAGMENTS 0x2000
#define OFFSET_MASK 0x1fff

/* The kernel writes a total length of 0 into packets above 64 KiB that it aggregated itself (BIG TCP). */
static enum packet_status read_length(struct cursor *c, size_t header)
{
	size_t total;

	if (header < HEADER_MIN)
		return PACKET_MALFORMED;
	if (c->copied < 4)
		return PACKET_SHORT;
	total = net16(c->at + 2);
	if (!total)
		return PACKET_OK;
	if (total < header)
		return PACKET_MALFORMED;
	cursor_set_length(c, total);
	return PACKET_OK;
}

/* All of it at once: a wide read of what was written in parts has to wait until it left the store buffer. */
static inline void write_address(uint8_t to[16], const uint8_t *from)
{
	uint64_t words[2] = { 0, 0 };

	memcpy(words, from, 4);
	memcpy(to, words, sizeof(words));
}

enum packet_status decode_ipv4(struct cursor *c, struct packet *out)
{
	const uint8_t *ip = c->at;
	size_t header = (size_t)(ip[0] & 0x0f) * 4;
	enum packet_status status;
	unsigned fragment;

	status = read_length(c, header);
	if (status == PACKET_OK)
		status = cursor_need(c, header);
	if (status != PACKET_OK)
		return status;

	write_address(out->source, ip + 12);
	write_address(out->destination, ip + 16);
	out->protocol = ip[9];
	fragment = net16(ip + 6);
	out->is_fragment = (fragment & (MORE_FRAGMENTS | OFFSET_MASK)) != 0;
	if (fragment & OFFSET_MASK) {
		packet_classify_other(out);
		return PACKET_OK;
	}
	cursor_skip(c, header);
	return decode_transport(c, (fragment & MORE_FRAGMENTS) != 0, out);
}
