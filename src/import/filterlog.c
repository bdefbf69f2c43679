/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/filterlog.h"

#include <string.h>

#include "import/envelope.h"
#include "import/filterlog_icmp.h"
#include "import/packet_text.h"
#include "import/span.h"
#include "import/tcp_flags.h"
#include "packet/classify.h"

/* The fields that all packets have. */
struct front {
	struct span rule_number, label, action, direction, version;
};

/* What is left of the line, and whether it ended within what was asked for. */
struct fields {
	struct span rest;
	bool cut;
};

static struct span next(struct fields *f)
{
	size_t len = f->rest.len;
	struct span field = span_next(&f->rest, ',');

	f->cut |= field.len == len; /* no comma behind it */
	return field;
}

static void skip(struct fields *f, unsigned count)
{
	while (count--)
		next(f);
}

static enum reading_status bad(struct reading *out, enum reading_reason reason)
{
	out->reason = reason;
	return READING_BAD;
}

static void read_front(struct fields *f, struct front *front)
{
	front->rule_number = next(f);
	skip(f, 2);
	front->label = next(f);
	skip(f, 2);
	front->action = next(f);
	front->direction = next(f);
	front->version = next(f);
}

static bool is_number_or_empty(struct span s)
{
	uint32_t number;

	return !s.len || text_number(s.at, s.len, UINT32_MAX, &number);
}

/* Nothing else that is written to a syslog looks like this. */
static bool is_front(const struct front *front)
{
	const struct span *d = &front->direction;

	return is_number_or_empty(front->rule_number) && (span_is(*d, "in") || span_is(*d, "out") || span_is(*d, "in/out")) &&
	       (span_is(front->version, "4") || span_is(front->version, "6"));
}

static bool is_rejected(struct span action)
{
	return span_is(action, "block") || span_is(action, "reject");
}

static bool read_protocol(struct span one, struct span other, struct packet_fields *fields)
{
	uint32_t number;
	int named;

	if (!text_number(one.at, one.len, 255, &number) && !text_number(other.at, other.len, 255, &number)) {
		named = text_protocol(one.at, one.len);
		if (named < 0)
			named = text_protocol(other.at, other.len);
		if (named < 0)
			return false;
		number = (uint32_t)named;
	}
	fields->protocol = (uint8_t)number;
	return true;
}

/* Offset and flags, which IPv4 alone has. False if the offset is no number. */
static bool read_fragment(struct span offset, struct span flags, struct packet_fields *fields)
{
	uint32_t bytes;

	if (!text_number(offset.at, offset.len, UINT16_MAX, &bytes))
		return false;
	fields->is_later_fragment = bytes > 0;
	fields->is_fragment = bytes > 0 || span_find(flags, '+') < flags.len;
	return true;
}

/* pfSense's "FRAG6, 0xID:OFFSET|LENGTH", the ID behind a comma and blank. */
static void read_fragment6(struct fields f, struct packet_fields *fields)
{
	struct span id, offset;
	uint32_t bytes;

	if (!span_is(next(&f), "FRAG6"))
		return;
	id = span_next(&f.rest, ',');
	span_next(&id, ':');
	offset = span_next(&id, '|');
	fields->is_fragment = true;
	fields->is_later_fragment = text_number(offset.at, offset.len, UINT16_MAX, &bytes) && bytes > 0;
}

static bool read_addresses(struct fields *f, struct packet_fields *fields)
{
	struct span source = next(f), destination = next(f);

	return text_address(source.at, source.len, fields->source) == fields->version &&
	       text_address(destination.at, destination.len, fields->destination) == fields->version;
}

/* Ports, and flags of TCP. "errormsg=" where the header's own length lies. */
static enum reading_status read_transport(struct fields *f, struct packet_fields *fields, struct reading *out)
{
	struct span source = next(f), destination = next(f), flags;

	if (span_begins(source, "errormsg=") || span_begins(source, "truncated"))
		return bad(out, READING_MALFORMED);
	if (f->cut)
		return bad(out, READING_CUT);
	fields->has_ports = text_port(source.at, source.len, &fields->source_port) &&
	                    text_port(destination.at, destination.len, &fields->destination_port);
	skip(f, 1);
	if (fields->protocol != IP_TCP)
		return READING_PACKET;
	flags = next(f);
	if (f->cut)
		return bad(out, READING_CUT);
	fields->has_flags = text_tcp_flags(flags.at, flags.len, &fields->tcp_flags);
	if (span_begins(f->rest, "errormsg=") && !fields->is_fragment)
		return bad(out, READING_MALFORMED);
	return READING_PACKET;
}

/* What stands behind the destination. */
static enum reading_status read_payload(struct fields *f, struct packet_fields *fields, struct reading *out)
{
	switch (fields->protocol) {
	case IP_TCP:
	case IP_UDP:
		return read_transport(f, fields, out);
	case IP_SCTP:
	case IP_DCCP:
	case IP_UDPLITE:
		return span_begins(f->rest, "datalength=") ? READING_PACKET : read_transport(f, fields, out);
	case IP_ICMP:
	case IP_ICMPV6:
		filterlog_read_icmp(f->rest, fields);
		return READING_PACKET;
	case IP_FRAGMENT:
		read_fragment6(*f, fields);
		return READING_PACKET;
	default:
		return READING_PACKET;
	}
}

/* From the version's own fields to the destination. */
static enum reading_status read_ip(struct fields *f, struct packet_fields *fields, struct reading *out)
{
	struct span offset = { "0", 1 }, flags = { "", 0 }, one, other;

	if (span_begins(f->rest, "error=") || span_begins(f->rest, "truncated-ip"))
		skip(f, 1);
	if (span_begins(f->rest, "bad-") || span_begins(f->rest, "[|ip"))
		return bad(out, READING_MALFORMED);
	skip(f, fields->version == 4 ? 4 : 3);
	if (fields->version == 4) {
		offset = next(f);
		flags = next(f);
	}
	one = next(f);
	other = next(f);
	skip(f, 1);
	if (f->cut)
		return bad(out, READING_CUT);
	if (!read_protocol(one, other, fields))
		return bad(out, READING_NO_PROTOCOL);
	if (!read_fragment(offset, flags, fields))
		return bad(out, READING_SYNTAX);
	if (read_addresses(f, fields))
		return READING_PACKET;
	return bad(out, f->cut ? READING_CUT : READING_NO_ADDRESS);
}

static bool is_icmp(const struct packet_fields *fields)
{
	return fields->protocol == (fields->version == 4 ? IP_ICMP : IP_ICMPV6);
}

static enum reading_status make_packet(struct fields *f, unsigned version, struct reading *out)
{
	struct packet_fields fields = { .version = version };
	enum reading_status status = read_ip(f, &fields, out);
	bool untold;

	if (status == READING_PACKET && !fields.is_later_fragment)
		status = read_payload(f, &fields, out);
	if (status != READING_PACKET)
		return status;
	untold = is_icmp(&fields) && !fields.has_icmp;
	fields.has_icmp |= untold;
	status = packet_of_fields(&fields, &out->packet, &out->reason);
	if (untold)
		packet_classify_other(&out->packet);
	return status;
}

static void take_rule(const struct front *front, struct reading *out)
{
	struct span rule = front->label.len && !span_is(front->label, "0") ? front->label : front->rule_number;

	out->rule = (const uint8_t *)rule.at;
	out->rule_len = rule.len;
}

enum reading_status filterlog_parse(const char *line, size_t len, struct format_state *state, struct reading *out)
{
	struct envelope envelope;
	struct fields fields = { .cut = false };
	struct front front;
	bool is_named;

	(void)state;
	*out = (struct reading){ 0 };
	envelope_parse(line, len, &envelope);
	out->stamp = envelope.stamp;
	fields.rest = span_of(envelope.message, envelope.message_len);
	is_named = envelope.program && span_is(span_of(envelope.program, envelope.program_len), "filterlog");
	read_front(&fields, &front);
	if (!is_front(&front)) {
		if (!is_named || !is_number_or_empty(front.rule_number))
			return READING_OTHER;
		return bad(out, fields.cut ? READING_CUT : READING_SYNTAX);
	}
	if (!is_rejected(front.action))
		return READING_OTHER;
	if (envelope.stamp.kind == STAMP_NONE)
		return bad(out, READING_NO_TIME);
	take_rule(&front, out);
	return make_packet(&fields, span_is(front.version, "4") ? 4 : 6, out);
}
