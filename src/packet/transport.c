/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protocols with ports. All five begin with source and destination port, 16 bits each; then
 *
 *     TCP (RFC 9293)        sequence (32), acknowledgement (32), data offset in 4-byte words (4), reserved (4), flags (8)
 *     UDP (RFC 768)         length of header and data (16), checksum (16); 0 if it doesn't fit the 16 bits (RFC 2675)
 *     UDP-Lite (RFC 3828)   checksum coverage in bytes (16), checksum (16); 0 covers all, 1 to 7 are illegal
 *     SCTP (RFC 9260)       verification tag (32), checksum (32)
 *     DCCP (RFC 4340)       data offset in 4-byte words (8), ...; at least 12 bytes in all
 *
 * A first fragment may end anywhere behind the ports, and its length fields speak of the whole. It counts by its ports all the
 * same, or a scan in tiny fragments (RFC 1858) would not be seen. */
#include "packet/decode.h"

#define PORTS 4
#define TCP_HEADER 20
#define TCP_NEEDED 14 /* up to the flags */
#define UDP_HEADER 8
#define UDP_NEEDED 6 /* up to the length */
#define UDP_LENGTH_MAX 65535
#define SCTP_HEADER 12
#define DCCP_HEADER 12
#define DCCP_NEEDED 5 /* up to the data offset */

static void read_ports(const uint8_t *p, struct packet *out)
{
	out->source_port = net16(p);
	out->destination_port = net16(p + 2);
	out->has_ports = true;
}

/* Whether a transport header is there: all `header` bytes within the packet, `needed` of them in the copy. A first fragment may
 * have less; then the ports are enough, and *ports_only tells. */
static enum packet_status need_header(const struct cursor *c, size_t header, size_t needed, bool more_fragments,
				      bool *ports_only)
{
	*ports_only = more_fragments && c->length < needed;
	if (*ports_only)
		return cursor_need(c, PORTS);
	if (c->length < header && !more_fragments)
		return PACKET_MALFORMED;
	return cursor_need(c, needed);
}

static enum packet_status decode_tcp(const struct cursor *c, bool more_fragments, struct packet *out)
{
	bool ports_only;
	enum packet_status status = need_header(c, TCP_HEADER, TCP_NEEDED, more_fragments, &ports_only);
	size_t header;

	if (status != PACKET_OK)
		return status;
	if (!ports_only) {
		header = (size_t)(c->at[12] >> 4) * 4;
		if (header < TCP_HEADER || (header > c->length && !more_fragments))
			return PACKET_MALFORMED;
		out->tcp_flags = c->at[13];
	}
	read_ports(c->at, out);
	packet_classify(out);
	return PACKET_OK;
}

static enum packet_status decode_udp(const struct cursor *c, bool more_fragments, struct packet *out)
{
	bool ports_only;
	enum packet_status status = need_header(c, UDP_HEADER, UDP_NEEDED, more_fragments, &ports_only);
	size_t length;

	if (status != PACKET_OK)
		return status;
	if (!ports_only) {
		length = net16(c->at + 4);
		if (length < UDP_HEADER && (length || c->length <= UDP_LENGTH_MAX))
			return PACKET_MALFORMED;
		if (length > c->length && !more_fragments)
			return PACKET_MALFORMED;
	}
	read_ports(c->at, out);
	packet_classify(out);
	return PACKET_OK;
}

static enum packet_status decode_udplite(const struct cursor *c, bool more_fragments, struct packet *out)
{
	bool ports_only;
	enum packet_status status = need_header(c, UDP_HEADER, UDP_NEEDED, more_fragments, &ports_only);
	size_t coverage;

	if (status != PACKET_OK)
		return status;
	if (!ports_only) {
		coverage = net16(c->at + 4);
		if ((coverage && coverage < UDP_HEADER) || (coverage > c->length && !more_fragments))
			return PACKET_MALFORMED;
	}
	read_ports(c->at, out);
	packet_classify_other(out);
	return PACKET_OK;
}

static enum packet_status decode_sctp(const struct cursor *c, bool more_fragments, struct packet *out)
{
	bool ports_only;
	enum packet_status status = need_header(c, SCTP_HEADER, PORTS, more_fragments, &ports_only);

	if (status != PACKET_OK)
		return status;
	read_ports(c->at, out);
	packet_classify_other(out);
	return PACKET_OK;
}

static enum packet_status decode_dccp(const struct cursor *c, bool more_fragments, struct packet *out)
{
	bool ports_only;
	enum packet_status status = need_header(c, DCCP_HEADER, DCCP_NEEDED, more_fragments, &ports_only);
	size_t header;

	if (status != PACKET_OK)
		return status;
	if (!ports_only) {
		header = (size_t)c->at[4] * 4;
		if (header < DCCP_HEADER || (header > c->length && !more_fragments))
			return PACKET_MALFORMED;
	}
	read_ports(c->at, out);
	packet_classify_other(out);
	return PACKET_OK;
}

enum packet_status decode_transport(const struct cursor *c, bool more_fragments, struct packet *out)
{
	switch (out->protocol) {
	case IP_TCP:
		return decode_tcp(c, more_fragments, out);
	case IP_UDP:
		return decode_udp(c, more_fragments, out);
	case IP_UDPLITE:
		return decode_udplite(c, more_fragments, out);
	case IP_SCTP:
		return decode_sctp(c, more_fragments, out);
	case IP_DCCP:
		return decode_dccp(c, more_fragments, out);
	case IP_ICMP:
		if (out->version == 4)
			return decode_icmp4(c, more_fragments, out);
		break;
	case IP_ICMPV6:
		if (out->version == 6)
			return decode_icmp6(c, more_fragments, out);
		break;
	default:
		break;
	}
	packet_classify_other(out);
	return PACKET_OK;
}
