/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/ulogd.h"

#include <string.h>

#include "import/envelope.h"
#include "import/json_line.h"
#include "import/packet_text.h"
#include "packet/classify.h"

#define IP_MORE_FRAGMENTS 0x2000
#define IP_OFFSET 0x1fff

/* The value of the first of the keys that is there. */
static bool any_text(const struct json_t *object, const char *const *keys, struct span *text)
{
	for (; *keys; keys++)
		if (json_line_text(object, *keys, text))
			return true;
	return false;
}

static bool any_number(const struct json_t *object, const char *const *keys, int64_t max, int64_t *number)
{
	for (; *keys; keys++)
		if (json_line_number(object, *keys, max, number))
			return true;
	return false;
}

static bool any_byte(const struct json_t *object, const char *const *keys, uint8_t *byte)
{
	int64_t number;

	if (!any_number(object, keys, UINT8_MAX, &number))
		return false;
	*byte = (uint8_t)number;
	return true;
}

static bool any_port(const struct json_t *object, const char *const *keys, uint16_t *port)
{
	int64_t number;

	if (!any_number(object, keys, UINT16_MAX, &number))
		return false;
	*port = (uint16_t)number;
	return true;
}

/* The packet's own time; "timestamp" is the same without a zone in older versions, and the moment of writing where the packet had none. */
static void read_time(const struct json_t *object, struct stamp *stamp)
{
	int64_t s, us = 0;
	struct span text;

	if (json_line_number(object, "oob.time.sec", STAMP_MOST_US / 1000000, &s) && s) {
		if (!json_line_number(object, "oob.time.usec", 999999, &us))
			us = 0;
		*stamp = (struct stamp){ STAMP_ABSOLUTE, s * 1000000 + us };
		return;
	}
	if (!json_line_text(object, "timestamp", &text) || envelope_time(text.at, text.len, stamp) != text.len)
		*stamp = (struct stamp){ 0 };
}

static bool read_addresses(const struct json_t *object, struct packet_fields *fields)
{
	static const char *const sources[] = { "src_ip", "ip.saddr.str", "ip.saddr", NULL };
	static const char *const destinations[] = { "dest_ip", "ip.daddr.str", "ip.daddr", NULL };
	struct span source, destination;

	if (!any_text(object, sources, &source) || !any_text(object, destinations, &destination))
		return false;
	fields->version = text_address(source.at, source.len, fields->source);
	return fields->version && text_address(destination.at, destination.len, fields->destination) == fields->version;
}

static void read_ports(const struct json_t *object, struct packet_fields *fields)
{
	static const char *const sources[] = { "src_port", "tcp.sport", "udp.sport", "sctp.sport", NULL };
	static const char *const destinations[] = { "dest_port", "tcp.dport", "udp.dport", "sctp.dport", NULL };

	if (!any_port(object, sources, &fields->source_port))
		fields->source_port = 0;
	fields->has_ports = any_port(object, destinations, &fields->destination_port);
}

static void read_flags(const struct json_t *object, struct packet_fields *fields)
{
	static const char *const keys[] = { "tcp.fin", "tcp.syn", "tcp.rst", "tcp.psh", "tcp.ack", "tcp.urg" };
	int64_t is_set;

	for (size_t bit = 0; bit < sizeof(keys) / sizeof(*keys); bit++)
		if (json_line_number(object, keys[bit], 1, &is_set)) {
			fields->has_flags = true;
			fields->tcp_flags |= (uint8_t)(is_set << bit);
		}
}

static void read_icmp(const struct json_t *object, struct packet_fields *fields)
{
	static const char *const types4[] = { "icmp.type", NULL }, *const codes4[] = { "icmp.code", NULL };
	static const char *const types6[] = { "icmpv6.type", NULL }, *const codes6[] = { "icmpv6.code", NULL };
	bool is_v4 = fields->version == 4;

	fields->has_icmp = any_byte(object, is_v4 ? types4 : types6, &fields->icmp_type);
	any_byte(object, is_v4 ? codes4 : codes6, &fields->icmp_code);
}

static void read_fragment(const struct json_t *object, struct packet_fields *fields)
{
	int64_t word;

	if (fields->version == 4 && json_line_number(object, "ip.fragoff", UINT16_MAX, &word)) {
		fields->is_later_fragment = (word & IP_OFFSET) != 0;
		fields->is_fragment = (word & (IP_OFFSET | IP_MORE_FRAGMENTS)) != 0;
	} else if (fields->version == 6 && json_line_number(object, "ip6.fragoff", UINT16_MAX, &word)) {
		fields->is_later_fragment = word != 0;
		fields->is_fragment = true;
	}
}

/* What the record has of a header tells which it was, if nothing else does. */
static bool read_protocol(const struct json_t *object, struct packet_fields *fields)
{
	static const char *const keys[] = { "ip.protocol", "ip6.nexthdr", NULL };

	if (any_byte(object, keys, &fields->protocol))
		return true;
	if (fields->has_icmp)
		fields->protocol = fields->version == 4 ? IP_ICMP : IP_ICMPV6;
	else if (fields->has_ports && fields->has_flags)
		fields->protocol = IP_TCP;
	else if (fields->has_ports && json_line_has(object, "udp.len"))
		fields->protocol = IP_UDP;
	else
		return false;
	return true;
}

/* The object lives shorter than the reading. */
static void keep_rule(const struct json_t *object, uint8_t room[FORMAT_RULE], struct reading *out)
{
	struct span rule;

	if (!json_line_text(object, "oob.prefix", &rule))
		return;
	out->rule_len = rule.len < FORMAT_RULE ? rule.len : FORMAT_RULE;
	memcpy(room, rule.at, out->rule_len);
	out->rule = room;
}

static enum reading_status bad(struct reading *out, enum reading_reason reason)
{
	out->reason = reason;
	return READING_BAD;
}

static enum reading_status make_packet(const struct json_t *object, struct reading *out)
{
	struct packet_fields fields = { 0 };

	if (out->stamp.kind == STAMP_NONE)
		return bad(out, READING_NO_TIME);
	if (!read_addresses(object, &fields))
		return bad(out, READING_NO_ADDRESS);
	read_fragment(object, &fields);
	if (!fields.is_later_fragment) {
		read_ports(object, &fields);
		read_flags(object, &fields);
		read_icmp(object, &fields);
	}
	if (!read_protocol(object, &fields))
		return bad(out, READING_NO_PROTOCOL);
	return packet_of_fields(&fields, &out->packet, &out->reason);
}

/* NFLOG's records have a family; connections ("orig.ip...") and other programs' JSON have not. */
static bool is_rejected(const struct json_t *object)
{
	struct span action;

	if (!json_line_has(object, "oob.family") && !json_line_has(object, "ip.protocol") && !json_line_has(object, "oob.prefix"))
		return false;
	return !json_line_text(object, "action", &action) || !span_is(action, "allowed");
}

/* Other programs' JSON goes by without being taken apart. */
static bool may_be_record(struct span line)
{
	return span_begins(line, "{") && (span_has(line, "\"oob.") || span_has(line, "\"ip.protocol\""));
}

enum reading_status ulogd_parse(const char *line, size_t len, struct format_state *state, struct reading *out)
{
	struct span text = span_trim(span_of(line, len));
	enum reading_status status = READING_OTHER;
	struct json_t *object;

	*out = (struct reading){ 0 };
	if (!may_be_record(text))
		return READING_OTHER;
	object = json_line_read(text.at, text.len, &out->reason);
	if (!object)
		return READING_BAD;
	if (is_rejected(object)) {
		read_time(object, &out->stamp);
		keep_rule(object, state->rule, out);
		status = make_packet(object, out);
	}
	json_line_free(object);
	return status;
}
