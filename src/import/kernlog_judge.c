/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line may be cut anywhere. A number at its very end may have lost digits, so addresses, ports, fragment and ICMP type need a blank
 * behind them; a protocol and an ICMP code, behind which nothing more need stand, do not. Flags of TCP are all there if URGP
 * follows, or, of who prints no RES, if none of them is cut in two. */
#include "import/kernlog_packet.h"

#include "packet/classify.h"

#define IP_ESP 50

static bool find_protocol(struct kernlog_packet *read, enum reading_reason *reason)
{
	if (read->seen & KERNLOG_PROTOCOL)
		return true;
	*reason = read->seen & KERNLOG_TRUNCATED ? READING_MALFORMED : READING_CUT;
	if (read->fields.version != 6 || !(read->seen & KERNLOG_ESP))
		return false;
	read->fields.protocol = IP_ESP;
	return true;
}

/* Whether all flags that the packet had were seen, or it was written by something that tells none. */
static bool find_flags(struct kernlog_packet *read)
{
	unsigned seen = read->seen;

	if (read->fields.protocol != IP_TCP || read->fields.is_later_fragment)
		return true;
	read->fields.has_flags = (seen & (KERNLOG_TCP | KERNLOG_FLAG | KERNLOG_URGP)) != 0;
	if (seen & KERNLOG_URGP)
		return true;
	if (read->fields.has_flags)
		return (seen & (KERNLOG_RES | KERNLOG_FLAG | KERNLOG_TORN)) == KERNLOG_FLAG;
	return (seen & KERNLOG_BEHIND) != 0;
}

/* Whether ports or type are there, of protocols of which the log tells them. SCTP's are told by ulogd2 alone. */
static bool has_header(const struct kernlog_packet *read)
{
	const struct packet_fields *fields = &read->fields;

	if (fields->is_later_fragment)
		return true;
	switch (fields->protocol) {
	case IP_TCP:
	case IP_UDP:
	case IP_UDPLITE:
		return fields->has_ports;
	case IP_ICMP:
	case IP_ICMPV6:
		return fields->has_icmp || fields->protocol != (fields->version == 4 ? IP_ICMP : IP_ICMPV6);
	default:
		return true;
	}
}

static enum reading_reason why_no_header(const struct kernlog_packet *read)
{
	if (read->seen & KERNLOG_TRUNCATED)
		return READING_MALFORMED;
	return read->seen & (KERNLOG_TCP | KERNLOG_URGP | KERNLOG_BEHIND) ? READING_NO_PORT : READING_CUT;
}

enum reading_status kernlog_packet_finish(struct kernlog_packet *read, struct packet *packet, enum reading_reason *reason)
{
	*reason = READING_CUT;
	if (!read->source)
		return READING_BAD;
	if (read->seen & KERNLOG_FAULT) {
		*reason = read->fault;
		return READING_BAD;
	}
	if (!(read->seen & KERNLOG_DESTINATION)) {
		if (read->seen & KERNLOG_PROTOCOL)
			*reason = READING_NO_ADDRESS;
		return READING_BAD;
	}
	if (!find_protocol(read, reason))
		return READING_BAD;
	if (!has_header(read)) {
		*reason = why_no_header(read);
		return READING_BAD;
	}
	if (!find_flags(read))
		return READING_BAD;
	return packet_of_fields(&read->fields, packet, reason);
}
