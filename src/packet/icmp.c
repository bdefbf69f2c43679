/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP (RFC 792) and ICMPv6 (RFC 4443): type (8), code (8), checksum (16), then what the type says. */
#include "packet/decode.h"

#define ICMP4_HEADER 8 /* every message of RFC 792 has these */
#define ICMP6_HEADER 4 /* RFC 4443, 2.1; some have no more than 2 bytes behind (RPL) */
#define ICMP_NEEDED 2

static enum packet_status decode_icmp(const struct cursor *c, size_t header, struct packet *out)
{
	enum packet_status status;

	if (c->length < header)
		return PACKET_MALFORMED;
	status = cursor_need(c, ICMP_NEEDED);
	if (status != PACKET_OK)
		return status;
	out->icmp_type = c->at[0];
	out->icmp_code = c->at[1];
	packet_classify(out);
	return PACKET_OK;
}

enum packet_status decode_icmp4(const struct cursor *c, bool more_fragments, struct packet *out)
{
	return decode_icmp(c, more_fragments ? ICMP_NEEDED : ICMP4_HEADER, out);
}

enum packet_status decode_icmp6(const struct cursor *c, bool more_fragments, struct packet *out)
{
	return decode_icmp(c, more_fragments ? ICMP_NEEDED : ICMP6_HEADER, out);
}
