/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/collect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "binning/fold.h"
#include "binning/sighting.h"
#include "common/escape.h"
#include "import/source.h"

#define PROGRESS_ITEMS 4096 /* the caller is asked whenever so many were read */

/* One source while it is read. */
struct collected {
	struct collect *collect;
	struct source *source;
	struct import_source *told;
	struct timeline *timeline;
	unsigned number;
};

/* ---- records ---- */

static uint64_t digest_of(const uint8_t *at, size_t len)
{
	uint64_t digest = len, word;

	for (; len >= sizeof(word); at += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		digest = fold(digest ^ word, UINT64_C(0x8ebc6af09c88c6e3));
	}
	for (; len > 0; at++, len--)
		digest = fold(digest ^ *at, UINT64_C(0x589965cc75374cc3));
	return digest;
}

static void fill_packet(struct record *record, const struct packet *packet)
{
	memcpy(record->source, packet->source, sizeof(record->source));
	memcpy(record->destination, packet->destination, sizeof(record->destination));
	record->number = sighting_number(packet);
	record->series = packet->series;
	record->class = packet->class;
	record->tcp_flags = packet->tcp_flags;
}

static int add_record(struct collected *c, const struct source_item *item, struct record *record, struct failure *why)
{
	const struct stamp *stamp = &item->reading.stamp;

	record->at = timeline_order(c->timeline, stamp);
	strays_note(&c->collect->stretches[c->number], stamp->kind, record->at, item->number);
	if (c->collect->request->dedup)
		record->digest = digest_of(item->bytes, item->len);
	return spool_add(c->collect->spool, c->number, stamp->kind, record, why);
}

static int add_packet(struct collected *c, const struct source_item *item, struct failure *why)
{
	const struct import_request *request = c->collect->request;
	const struct reading *reading = &item->reading;
	struct record record = { .kind = RECORD_PACKET };

	c->told->packets++;
	c->collect->packets++;
	if (request->ignore && ignore_matches(request->ignore, &reading->packet)) {
		record.kind = RECORD_REASON(SLOT_IGNORED);
	} else {
		fill_packet(&record, &reading->packet);
		record.rule = rules_enter(c->collect->rules, reading->rule, reading->rule_len);
	}
	return add_record(c, item, &record, why);
}

/* ---- what cannot be read ---- */

/* What fireplotd would have counted as such: a packet was there. */
static bool is_counted(enum reading_reason reason, enum slot_reason *counted)
{
	switch (reason) {
	case READING_MALFORMED:
		*counted = SLOT_MALFORMED;
		return true;
	case READING_SHORT:
		*counted = SLOT_SHORT;
		return true;
	case READING_NOT_IP:
		*counted = SLOT_NOT_IP;
		return true;
	case READING_NO_TIME:
	case READING_NO_CLOCK:
	case READING_NO_ADDRESS:
	case READING_NO_PROTOCOL:
	case READING_NO_PORT:
	case READING_CUT:
	case READING_SYNTAX:
	case READING_TOO_LONG:
		return false;
	}
	return false;
}

static void show(struct collected *c, const struct source_item *item, enum reading_reason reason)
{
	struct import_report *report = c->collect->report;
	struct import_bad *bad;

	if (report->shown == IMPORT_SHOWN)
		return;
	bad = &report->bad[report->shown++];
	*bad = (struct import_bad){ .source = c->number, .number = item->number, .reason = reason };
	if (c->told->is_text && item->bytes)
		escape_bytes((const char *)item->bytes, item->len, bad->text, sizeof(bad->text));
}

static int add_bad(struct collected *c, const struct source_item *item, enum reading_reason reason, struct failure *why)
{
	enum slot_reason counted;
	struct record record = { 0 };

	c->told->bad[reason]++;
	show(c, item, reason);
	if (c->collect->request->strict)
		return fail(why, EILSEQ, "%s: %s %llu: %s", c->told->name, c->told->is_text ? "line" : "record",
		            (unsigned long long)item->number, reading_reason_text(reason));
	if (!is_counted(reason, &counted) || item->reading.stamp.kind == STAMP_NONE)
		return 0;
	record.kind = (uint8_t)RECORD_REASON(counted);
	return add_record(c, item, &record, why);
}

/* ---- a source ---- */

static int add_item(struct collected *c, const struct source_item *item, struct failure *why)
{
	c->told->items++;
	switch (item->status) {
	case READING_PACKET:
		if (item->reading.stamp.kind == STAMP_NONE)
			return add_bad(c, item, READING_NO_TIME, why);
		return add_packet(c, item, why);
	case READING_OTHER:
		c->told->other++;
		return 0;
	case READING_BAD:
		return add_bad(c, item, item->reading.reason, why);
	}
	return 0;
}

static int tell_stopped(struct failure *why)
{
	return fail(why, ECANCELED, "stopped; no archive was made");
}

/* Whether the caller wants it to go on. */
static bool go_on(void *arg)
{
	const struct collected *c = arg;
	const struct import_request *request = c->collect->request;
	double fraction = source_progress(c->source);

	if (!request->progress)
		return true;
	if (fraction >= 0)
		fraction = (c->number + fraction) / request->source_count;
	return request->progress(request->progress_arg, false, fraction, c->collect->packets);
}

static int report_progress(struct collected *c, struct failure *why)
{
	return c->told->items % PROGRESS_ITEMS != 0 || go_on(c) ? 0 : tell_stopped(why);
}

/* One damaged source of many is no reason to read none. */
static int is_incomplete(struct collected *c, int err, const struct failure *source_why, struct failure *why)
{
	snprintf(c->told->failure, sizeof(c->told->failure), "%s", source_why->text);
	return c->collect->request->strict ? fail(why, -err, "%s", source_why->text) : 0;
}

static int cannot_open(struct collected *c, int err, const struct failure *source_why, struct failure *why)
{
	bool is_damaged = err == -EILSEQ || err == -EBADMSG || err == -ENODATA;

	return is_damaged ? is_incomplete(c, err, source_why, why) : fail(why, -err, "%s", source_why->text);
}

/* Everything up to its end. What is wrong with the source itself is told of it; only a wrong import returns an error. */
static int read_all(struct collected *c, struct failure *why)
{
	struct source_item item;
	struct failure source_why;
	int got, err = 0;

	while (!err && (got = source_next(c->source, &item, &source_why)) > 0) {
		err = add_item(c, &item, why);
		if (!err)
			err = report_progress(c, why);
	}
	if (err)
		return err;
	if (got == -EINTR) /* a signal, while it waited for more, or the caller's will within a line */
		return tell_stopped(why);
	return got < 0 ? is_incomplete(c, got, &source_why, why) : 0;
}

static int settle(struct collected *c, struct failure *why)
{
	const struct import_request *request = c->collect->request;
	struct timeline_known known = { .written_s = source_written_s(c->source), .year = request->year, .boot_s = request->boot_s };
	struct failure told;
	int err = timeline_settle(c->timeline, &known, &told);

	return err ? fail(why, -err, "%s: %s", c->told->name, told.text) : 0;
}

int collect_source(struct collect *collect, unsigned i, struct failure *why)
{
	struct collected c = { .collect = collect, .told = &collect->report->source[i], .number = i };
	struct failure source_why;
	int err;

	c.told->name = strcmp(collect->request->sources[i], "-") == 0 ? "standard input" : collect->request->sources[i];
	err = source_open(collect->request->sources[i], collect->request->format, &c.source, &source_why);
	if (err)
		return err == -EINTR ? tell_stopped(why) : cannot_open(&c, err, &source_why, why);
	source_ask(c.source, go_on, &c);
	c.told->is_text = source_is_text(c.source);
	c.timeline = collect->timeline[i] = timeline_new();
	if (!c.timeline)
		err = fail(why, ENOMEM, "no memory");
	if (!err)
		err = read_all(&c, why);
	snprintf(c.told->format, sizeof(c.told->format), "%s", source_format(c.source));
	if (!err)
		err = settle(&c, why);
	source_close(c.source);
	return err;
}
