/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 and its extension headers, RFC 8200:
 *
 *      0               8               16              24
 *     |version| class |            flow label                         |
 *     |        payload length         |  next header  |   hop limit   |
 *     |                 source address (16 bytes)                     |
 *     |               destination address (16 bytes)                  |
 *
 * Payload length counts what follows these 40 bytes. The extension headers (IANA, "IPv6 Extension Header Types") begin with
 * the number of the next one and, but for the fragment header, which has 8 bytes, their own length:
 *
 *     |  next header  |    length     | ...     8-byte words, not counting the first
 *                                             AH (RFC 4302): 4-byte words, not counting the first two
 *     |  next header  |   reserved    |      fragment offset    |00M|   identification (32)
 *
 * A header has 8 bytes at least, so the packet's length bounds the chain; their order and number are not judged. Behind ESP all
 * is encrypted, behind "no next header" there is nothing: both are taken for the protocol. */
#include "packet/decode.h"

#include <string.h>

#define HEADER 40
#define FRAGMENT_HEADER 8
#define OFFSET_MASK 0xfff8
#define MORE_FRAGMENTS 0x0001
#define OPTION_PAD1 0x00
#define OPTION_JUMBO 0xc2
#define JUMBO_MIN 65536

struct chain {
	bool later_fragment;
	bool more_fragments;
};

/* The jumbo payload length option (RFC 2675): type 0xc2, length 4, then 32 bits, which count as payload length does. 0 if the
 * options have none. */
static uint32_t find_jumbo(const uint8_t *options, size_t len)
{
	while (len >= 2) {
		size_t step = options[0] == OPTION_PAD1 ? 1 : 2 + (size_t)options[1];

		if (step > len)
			return 0;
		if (options[0] == OPTION_JUMBO && options[1] == 4)
			return net32(options + 2);
		options += step;
		len -= step;
	}
	return 0;
}

/* A payload length of 0 before a hop-by-hop header: the length is in there. c stands behind the IPv6 header. */
static enum packet_status read_jumbo_length(struct cursor *c)
{
	enum packet_status status = cursor_need(c, 2);
	size_t len;
	uint32_t jumbo;

	if (status != PACKET_OK)
		return status;
	len = ((size_t)c->at[1] + 1) * 8;
	status = cursor_need(c, len);
	if (status != PACKET_OK)
		return status;
	jumbo = find_jumbo(c->at + 2, len - 2);
	if (jumbo < JUMBO_MIN)
		return PACKET_MALFORMED;
	cursor_set_length(c, jumbo);
	return PACKET_OK;
}

static bool is_extension(uint8_t protocol)
{
	switch (protocol) {
	case IP_HOPOPTS:
	case IP_ROUTING:
	case IP_FRAGMENT:
	case IP_AH:
	case IP_DSTOPTS:
	case IP_MOBILITY:
	case IP_HIP:
	case IP_SHIM6:
		return true;
	default:
		return false;
	}
}

/* Steps over one extension header; *protocol becomes the next one. */
static enum packet_status step_extension(struct cursor *c, uint8_t *protocol, struct chain *chain)
{
	enum packet_status status = cursor_need(c, 8);
	size_t len;

	if (status != PACKET_OK)
		return status;
	if (*protocol == IP_FRAGMENT) {
		unsigned fragment = net16(c->at + 2);

		chain->later_fragment = (fragment & OFFSET_MASK) != 0;
		chain->more_fragments |= (fragment & MORE_FRAGMENTS) != 0;
		len = FRAGMENT_HEADER;
	} else if (*protocol == IP_AH) {
		len = ((size_t)c->at[1] + 2) * 4;
	} else {
		len = ((size_t)c->at[1] + 1) * 8;
	}
	status = cursor_need(c, len);
	if (status != PACKET_OK)
		return status;
	*protocol = c->at[0];
	cursor_skip(c, len);
	return PACKET_OK;
}

/* The kernel writes a payload length of 0 into packets above 64 KiB that it aggregated itself (BIG TCP, also through tunnels over
 * UDP), as in IPv4; of older kernels these have a jumbo option. */
static bool may_be_aggregated(uint8_t protocol)
{
	return protocol == IP_TCP || protocol == IP_UDP;
}

static enum packet_status read_header(struct cursor *c, struct packet *out)
{
	const uint8_t *ip = c->at;
	enum packet_status status = cursor_need(c, HEADER);
	size_t payload;

	if (status != PACKET_OK)
		return status;
	memcpy(out->source, ip + 8, 16);
	memcpy(out->destination, ip + 24, 16);
	out->protocol = ip[6];
	payload = net16(ip + 4);
	cursor_skip(c, HEADER);
	if (!payload && out->protocol == IP_HOPOPTS)
		return read_jumbo_length(c);
	if (payload || !may_be_aggregated(out->protocol))
		cursor_set_length(c, payload);
	return PACKET_OK;
}

enum packet_status decode_ipv6(struct cursor *c, struct packet *out)
{
	struct chain chain = { 0 };
	enum packet_status status = read_header(c, out);

	while (status == PACKET_OK && is_extension(out->protocol) && !chain.later_fragment)
		status = step_extension(c, &out->protocol, &chain);
	if (status != PACKET_OK)
		return status;

	out->is_fragment = chain.later_fragment || chain.more_fragments;
	if (chain.later_fragment) {
		packet_classify_other(out);
		return PACKET_OK;
	}
	return decode_transport(c, chain.more_fragments, out);
}
