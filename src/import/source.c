/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/capture.h"
#include "import/format.h"
#include "import/input.h"
#include "import/pcapfile.h"

#define CAPTURE "pcap"
#define AUTO "auto"
#define SECOND_US INT64_C(1000000)
#define FIRST_DAY_US (86400 * SECOND_US)

struct source {
	struct input *input;
	const struct format *fixed; /* the one that was asked for */
	const struct format *found; /* of the last line that had a packet */
	struct format_state state;
	struct pcapfile *capture;
	int linktype;
	uint64_t number;
};

/* ---- opening ---- */

static bool is_capture(const uint8_t *bytes, long len)
{
	static const uint8_t magic[][4] = {
		{ 0xa1, 0xb2, 0xc3, 0xd4 }, { 0xd4, 0xc3, 0xb2, 0xa1 }, { 0xa1, 0xb2, 0x3c, 0x4d }, { 0x4d, 0x3c, 0xb2, 0xa1 },
		{ 0xa1, 0xb2, 0xcd, 0x34 }, { 0x34, 0xcd, 0xb2, 0xa1 }, { 0x0a, 0x0d, 0x0d, 0x0a },
	};

	for (size_t i = 0; i < sizeof(magic) / sizeof(magic[0]); i++)
		if (len >= 4 && memcmp(bytes, magic[i], 4) == 0)
			return true;
	return false;
}

/* Built without jansson: the other formats would find a LOG line in it, and not the time beside it. */
static bool is_unknown_json(const uint8_t *bytes, long len)
{
	return len > 0 && bytes[0] == '{' && !format_by_name("journal");
}

static int open_capture(struct source *source, struct failure *why)
{
	FILE *stream = input_stream(source->input);
	int err;

	if (!stream)
		return fail(why, ENOMEM, "%s: no memory", input_name(source->input));
	err = pcapfile_open(stream, input_name(source->input), &source->capture, why);
	if (!err)
		source->linktype = pcapfile_linktype(source->capture);
	return err;
}

static int start(struct source *source, const char *format, struct failure *why)
{
	const uint8_t *bytes;
	long len = input_peek(source->input, 4, &bytes, why);

	if (len < 0)
		return (int)len;
	if (strcmp(format, AUTO) == 0 && is_unknown_json(bytes, len))
		return fail(why, ENOTSUP, "%s: is JSON, and this fireplot was built without jansson", input_name(source->input));
	source->fixed = format_by_name(format);
	if (strcmp(format, CAPTURE) == 0 || (strcmp(format, AUTO) == 0 && is_capture(bytes, len)))
		return open_capture(source, why);
	return 0;
}

int source_check_format(const char *format, struct failure *why)
{
	char names[256] = AUTO ", " CAPTURE;

	if (strcmp(format, AUTO) == 0 || strcmp(format, CAPTURE) == 0 || format_by_name(format))
		return 0;
	if (strcmp(format, "ulogd") == 0 || strcmp(format, "journal") == 0)
		return fail(why, ENOTSUP, "format %s: this fireplot was built without jansson", format);
	for (unsigned i = 0; format_at(i); i++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), ", %s", format_at(i)->name);
	return fail(why, EINVAL, "format \"%s\": expected one of %s", format, names);
}

int source_open(const char *name, const char *format, struct source **out, struct failure *why)
{
	struct source *source = calloc(1, sizeof(*source));
	int err = source ? 0 : fail(why, ENOMEM, "%s: no memory", name);

	if (!err)
		err = source_check_format(format, why);
	if (!err)
		err = input_open(name, &source->input, why);
	if (!err)
		err = start(source, format, why);
	if (err) {
		source_close(source);
		return err;
	}
	*out = source;
	return 0;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	pcapfile_close(source->capture);
	input_close(source->input);
	free(source);
}

void source_ask(struct source *source, bool (*go_on)(void *arg), void *arg)
{
	input_ask(source->input, go_on, arg);
}

/* ---- reading ---- */

/* In whatever format it is: first in that of the line before. A packet counts before a failure, a failure before nothing. */
static enum reading_status parse_any(struct source *source, const char *line, size_t len, struct reading *out)
{
	enum reading_status best = READING_OTHER;
	const struct format *format = source->found;
	struct reading other;

	if (format)
		best = format->parse(line, len, &source->state, out);
	for (unsigned i = 0; best != READING_PACKET && (format = format_at(i)); i++) {
		enum reading_status status = format == source->found ? READING_OTHER : format->parse(line, len, &source->state, &other);

		if (status == READING_PACKET)
			source->found = format;
		if (status == READING_PACKET || (status == READING_BAD && best == READING_OTHER)) {
			best = status;
			*out = other;
		}
	}
	return best;
}

/* Who says that it is CSV shall know why nothing in it is a packet. */
static bool lacks_columns(const struct source *source)
{
	return source->fixed && source->fixed->parse == csv_parse && source->state.csv.looked && !source->state.csv.known;
}

static int next_line(struct source *source, struct source_item *item, struct failure *why)
{
	const char *line;
	int got = input_line(source->input, &line, &item->len, why);

	if (got <= 0)
		return got;
	item->bytes = (const uint8_t *)line;
	if (!line) {
		item->status = READING_BAD;
		item->reading.reason = READING_TOO_LONG;
		item->reading.stamp.kind = STAMP_NONE;
	} else if (source->fixed) {
		item->status = source->fixed->parse(line, item->len, &source->state, &item->reading);
		if (lacks_columns(source))
			return fail(why, EILSEQ, "%s: expected a first line that names the columns time, source and protocol, and port",
			            source_name(source));
	} else {
		item->status = parse_any(source, line, item->len, &item->reading);
	}
	return 1;
}

static int next_frame(struct source *source, struct source_item *item, struct failure *why)
{
	struct stamp stamp;
	int got = pcapfile_next(source->capture, &item->bytes, &item->len, &stamp, why);

	if (got < 0)
		input_failure(source->input, why);
	if (got <= 0)
		return got;
	item->status = capture_parse(source->linktype, item->bytes, item->len, &item->reading);
	if (item->reading.stamp.kind == STAMP_NONE)
		item->reading.stamp = stamp;
	return 1;
}

/* What has no battery begins with 1970. RRDs can't, and one such packet would stretch the archive over half a century. Captures may count
 * from 0 on purpose: of these only what says 0 has no time. */
static void judge_clock(const struct source *source, struct source_item *item)
{
	struct stamp *stamp = &item->reading.stamp;

	if ((stamp->kind != STAMP_ABSOLUTE && stamp->kind != STAMP_LOCAL) || stamp->us >= (source->capture ? SECOND_US : FIRST_DAY_US))
		return;
	if (item->status == READING_PACKET) {
		item->status = READING_BAD;
		item->reading.reason = READING_NO_CLOCK;
	}
	stamp->kind = STAMP_NONE;
}

int source_next(struct source *source, struct source_item *item, struct failure *why)
{
	int got;

	item->number = ++source->number;
	got = source->capture ? next_frame(source, item, why) : next_line(source, item, why);
	if (got > 0 && item->status != READING_OTHER)
		judge_clock(source, item);
	return got;
}

const char *source_name(const struct source *source)
{
	return input_name(source->input);
}

const char *source_format(const struct source *source)
{
	if (source->capture)
		return CAPTURE;
	return source->fixed ? source->fixed->name : source->found ? source->found->name : "";
}

bool source_is_text(const struct source *source)
{
	return !source->capture;
}

int64_t source_written_s(const struct source *source)
{
	return input_written_s(source->input);
}

double source_progress(const struct source *source)
{
	return input_progress(source->input);
}
