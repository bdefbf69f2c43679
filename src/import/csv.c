/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/csv.h"

#include <string.h>

#include "import/envelope.h"
#include "import/format.h"
#include "import/packet_text.h"
#include "import/span.h"
#include "import/tcp_flags.h"

#define NAMES 10

static const char *const names[CSV_COLUMNS][NAMES] = {
	[CSV_TIME] = { "time", "datetime", "date", "timestamp" },
	[CSV_SOURCE] = { "source", "src", "srcip", "src_ip", "source_ip", "saddr", "srcaddr", "source_address" },
	[CSV_DESTINATION] = { "destination", "dst", "dest", "dstip", "dst_ip", "dest_ip", "destination_ip", "daddr", "dstaddr",
	                      "destination_address" },
	[CSV_PROTOCOL] = { "protocol", "proto" },
	[CSV_PORT] = { "port", "dpt", "dport", "dstport", "dst_port", "dest_port", "destination_port" },
	[CSV_SOURCE_PORT] = { "source_port", "spt", "sport", "srcport", "src_port" },
	[CSV_TYPE] = { "type", "icmp_type" },
	[CSV_CODE] = { "code", "icmp_code" },
	[CSV_FLAGS] = { "flags", "tcp_flags" },
	[CSV_RULE] = { "rule", "prefix" },
};

/* One line's values by column: without their quotes, with the doubled ones within as they stand. */
struct values {
	struct span of[CSV_COLUMNS];
	bool has_doubled[CSV_COLUMNS];
};

/* Takes one field off the front of *rest and the separator behind it; *more tells whether there was one. False if a quoted field does
 * not end, or goes on behind its last quote. */
static bool next_field(struct span *rest, char separator, struct span *field, bool *has_doubled, bool *more)
{
	size_t n = 1;

	*has_doubled = false;
	if (!rest->len || rest->at[0] != '"') {
		n = span_find(*rest, separator);
		*field = span_head(*rest, n);
	} else {
		for (; n < rest->len; n++) {
			if (rest->at[n] != '"')
				continue;
			if (n + 1 == rest->len || rest->at[n + 1] != '"')
				break;
			*has_doubled = true;
			n++;
		}
		if (n >= rest->len)
			return false;
		*field = span_of(rest->at + 1, n - 1);
		n++;
		if (n < rest->len && rest->at[n] != separator)
			return false;
	}
	*more = n < rest->len;
	*rest = span_tail(*rest, *more ? n + 1 : n);
	return true;
}

/* In any case of letters, and a blank or hyphen where another puts an underscore. */
static bool is_named(struct span column, const char *name)
{
	if (column.len != strlen(name))
		return false;
	for (size_t i = 0; i < column.len; i++) {
		char c = column.at[i] == ' ' || column.at[i] == '-' ? '_' : column.at[i];

		if (c != name[i] && (c < 'A' || c > 'Z' || c + ('a' - 'A') != name[i]))
			return false;
	}
	return true;
}

static int column_of(struct span name)
{
	for (int column = 0; column < CSV_COLUMNS; column++)
		for (int i = 0; i < NAMES && names[column][i]; i++)
			if (is_named(name, names[column][i]))
				return column;
	return -1;
}

/* The one of the known separators that stands first. */
static char separator_of(struct span line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] == ',' || line.at[i] == ';' || line.at[i] == '\t')
			return line.at[i];
	return ',';
}

bool csv_read_header(const char *line, size_t len, struct csv_columns *columns)
{
	struct csv_columns found = { .looked = true, .known = true };
	struct span rest = span_of(line, len), field;
	bool has_doubled, more = true;

	if (span_begins(rest, "\xef\xbb\xbf")) /* a byte order mark */
		rest = span_tail(rest, 3);
	found.separator = separator_of(rest);
	for (unsigned place = 1; more && place <= CSV_PLACES; place++) {
		int column;

		if (!next_field(&rest, found.separator, &field, &has_doubled, &more))
			return false;
		column = column_of(span_trim(field));
		if (column >= 0 && !found.place[column])
			found.place[column] = (uint8_t)place;
	}
	if (!found.place[CSV_TIME] || !found.place[CSV_SOURCE] || !found.place[CSV_PROTOCOL])
		return false;
	*columns = found;
	return true;
}

static bool split(struct span rest, const struct csv_columns *columns, struct values *values)
{
	int8_t column_at[CSV_PLACES + 1];
	bool more = true;

	memset(column_at, -1, sizeof(column_at));
	for (int i = 0; i < CSV_COLUMNS; i++) {
		values->of[i] = span_of("", 0);
		values->has_doubled[i] = false;
		column_at[columns->place[i] <= CSV_PLACES ? columns->place[i] : 0] = (int8_t)i;
	}
	for (unsigned place = 1; more && place <= CSV_PLACES; place++) {
		struct span field;
		bool has_doubled;

		if (!next_field(&rest, columns->separator, &field, &has_doubled, &more))
			return false;
		if (column_at[place] < 0)
			continue;
		values->of[column_at[place]] = span_trim(field);
		values->has_doubled[column_at[place]] = has_doubled;
	}
	return true;
}

static bool read_source(struct span text, struct packet_fields *fields)
{
	uint32_t number;

	fields->version = text_address(text.at, text.len, fields->source);
	if (fields->version)
		return true;
	if (!text_number(text.at, text.len, UINT32_MAX, &number))
		return false;
	fields->version = 4;
	for (int i = 0; i < 4; i++)
		fields->source[i] = (uint8_t)(number >> (24 - 8 * i));
	return true;
}

static bool read_addresses(const struct values *v, struct packet_fields *fields)
{
	const struct span *destination = &v->of[CSV_DESTINATION];

	if (!read_source(v->of[CSV_SOURCE], fields))
		return false;
	return !destination->len || text_address(destination->at, destination->len, fields->destination) == fields->version;
}

static void read_icmp(const struct values *v, struct packet_fields *fields)
{
	uint32_t type, code = 0;

	if (!text_number(v->of[CSV_TYPE].at, v->of[CSV_TYPE].len, 255, &type))
		return;
	if (!text_number(v->of[CSV_CODE].at, v->of[CSV_CODE].len, 255, &code))
		code = 0;
	fields->has_icmp = true;
	fields->icmp_type = (uint8_t)type;
	fields->icmp_code = (uint8_t)code;
}

static enum reading_status bad(struct reading *out, enum reading_reason reason)
{
	out->reason = reason;
	return READING_BAD;
}

static enum reading_status make_packet(const struct values *v, struct reading *out)
{
	struct packet_fields fields = { 0 };
	const struct span *flags = &v->of[CSV_FLAGS];
	int protocol;

	if (!read_addresses(v, &fields))
		return bad(out, READING_NO_ADDRESS);
	protocol = text_protocol(v->of[CSV_PROTOCOL].at, v->of[CSV_PROTOCOL].len);
	if (protocol < 0)
		return bad(out, READING_NO_PROTOCOL);
	fields.protocol = (uint8_t)protocol;
	fields.has_ports = text_port(v->of[CSV_PORT].at, v->of[CSV_PORT].len, &fields.destination_port);
	if (!text_port(v->of[CSV_SOURCE_PORT].at, v->of[CSV_SOURCE_PORT].len, &fields.source_port))
		fields.source_port = 0;
	fields.has_flags = flags->len && text_tcp_flags(flags->at, flags->len, &fields.tcp_flags);
	read_icmp(v, &fields);
	return packet_of_fields(&fields, &out->packet, &out->reason);
}

/* A rule with doubled quotes is written anew, all else is borrowed. */
static void read_rule(const struct values *v, uint8_t room[FORMAT_RULE], struct reading *out)
{
	struct span rule = v->of[CSV_RULE];

	out->rule = (const uint8_t *)rule.at;
	out->rule_len = rule.len;
	if (!v->has_doubled[CSV_RULE])
		return;
	out->rule = room;
	out->rule_len = 0;
	for (size_t i = 0; i < rule.len && out->rule_len < FORMAT_RULE; i++) {
		if (rule.at[i] == '"')
			i++; /* the second of two */
		room[out->rule_len++] = (uint8_t)rule.at[i];
	}
}

static enum reading_status parse_values(const char *line, size_t len, struct format_state *state, struct reading *out)
{
	struct values values;
	struct span *time = &values.of[CSV_TIME];

	if (!split(span_of(line, len), &state->csv, &values))
		return bad(out, READING_SYNTAX);
	if (!time->len || envelope_time(time->at, time->len, &out->stamp) != time->len) {
		out->stamp = (struct stamp){ 0 };
		if (csv_read_header(line, len, &state->csv)) /* files put one behind the other */
			return READING_OTHER;
		return bad(out, READING_NO_TIME);
	}
	read_rule(&values, state->rule, out);
	return make_packet(&values, out);
}

enum reading_status csv_parse(const char *line, size_t len, struct format_state *state, struct reading *out)
{
	struct span whole = span_trim(span_of(line, len));

	*out = (struct reading){ 0 };
	if (!whole.len)
		return READING_OTHER;
	if (!state->csv.looked)
		csv_read_header(line, len, &state->csv);
	else if (state->csv.known)
		return parse_values(line, len, state, out);
	state->csv.looked = true;
	return READING_OTHER;
}
