/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/journal.h"

#include <string.h>

#include "import/json_line.h"
#include "import/kernlog.h"

#define MESSAGE_MAX 2048 /* of an array of bytes; what LOG writes is shorter than 1024 */

static bool read_microseconds(const struct json_t *object, const char *key, enum stamp_kind kind, struct stamp *stamp)
{
	int64_t us;

	if (!json_line_number(object, key, STAMP_MOST_US, &us))
		return false;
	*stamp = (struct stamp){ kind, us };
	return true;
}

static bool read_time(const struct json_t *object, struct stamp *stamp)
{
	return read_microseconds(object, "_SOURCE_REALTIME_TIMESTAMP", STAMP_ABSOLUTE, stamp) ||
	       read_microseconds(object, "__REALTIME_TIMESTAMP", STAMP_ABSOLUTE, stamp) ||
	       read_microseconds(object, "_SOURCE_MONOTONIC_TIMESTAMP", STAMP_UPTIME, stamp) ||
	       read_microseconds(object, "__MONOTONIC_TIMESTAMP", STAMP_UPTIME, stamp);
}

/* The message lives shorter than the reading. */
static void keep_rule(uint8_t room[FORMAT_RULE], struct reading *out)
{
	if (!out->rule_len)
		return;
	if (out->rule_len > FORMAT_RULE)
		out->rule_len = FORMAT_RULE;
	memcpy(room, out->rule, out->rule_len);
	out->rule = room;
}

static enum reading_status parse_object(const struct json_t *object, uint8_t rule[FORMAT_RULE], struct reading *out)
{
	char room[MESSAGE_MAX];
	struct span message;
	struct stamp stamp = { 0 };
	enum reading_status status;

	if (!json_line_text(object, "MESSAGE", &message) && !json_line_bytes(object, "MESSAGE", room, sizeof(room), &message))
		return READING_OTHER;
	status = kernlog_parse_message(message.at, message.len, out);
	if (status == READING_OTHER)
		return status;
	keep_rule(rule, out);
	if (!read_time(object, &stamp)) {
		status = READING_BAD;
		out->reason = READING_NO_TIME;
	}
	out->stamp = stamp;
	return status;
}

/* Most of a journal is no line of the firewall: those go by without being taken apart. The kernel's text has "SRC=", and an array of bytes
 * cannot be seen through. */
static bool may_be_packet(struct span line)
{
	return span_has(line, "SRC=") || span_has(line, "\"MESSAGE\":[") || span_has(line, "\"MESSAGE\" : [");
}

/* json-seq has a record separator before each object, json-sse a word. */
static struct span without_front(struct span line)
{
	if (span_begins(line, "\x1e"))
		return span_tail(line, 1);
	return span_begins(line, "data: ") ? span_tail(line, 6) : line;
}

enum reading_status journal_parse(const char *line, size_t len, struct format_state *state, struct reading *out)
{
	struct span text = span_trim(without_front(span_of(line, len)));
	enum reading_status status;
	struct json_t *object;

	*out = (struct reading){ 0 };
	if (!span_begins(text, "{") || !may_be_packet(text))
		return READING_OTHER;
	object = json_line_read(text.at, text.len, &out->reason);
	if (!object)
		return READING_BAD;
	status = parse_object(object, state->rule, out);
	json_line_free(object);
	return status;
}
