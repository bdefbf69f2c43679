/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/build.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "archive/bulk.h"
#include "binning/slot.h"
#include "binning/watchset.h"
#include "common/clock.h"
#include "import/dedup.h"
#include "import/witnesses.h"

#define US 1000000
#define PROGRESS_RECORDS 65536

struct build {
	const struct import_request *request;
	struct import_report *report;
	const struct rules *rules;
	struct slot_rules counting;
	struct bulk *bulk;
	struct witnesses *witnesses; /* NULL if no sightings are recorded */
	struct slot *slot; /* of the step that starts at start_s */
	uint32_t slot_bytes;
	int64_t start_s;   /* INT64_MIN before the first */
	double sources;    /* of that step, where the former archive tells; else NAN */
	unsigned next_gap;
	struct former *former;
	bool has_row;
	struct former_row row; /* the next one of the former archive, if there is one */
	int64_t known_until_s; /* packets before it that are not counted yet are in the former's counts */
	int64_t hole_s; /* from there up to the former's next row nobody is known to have listened; INT64_MAX behind its last */
	struct watchset watch;
};

/* ---- a step ---- */

static int end_step(struct build *b, struct failure *why)
{
	int err;

	if (b->start_s == INT64_MIN)
		return 0;
	err = bulk_add_with_sources(b->bulk, b->start_s, b->slot, b->sources, why);
	if (!err && b->witnesses)
		err = witnesses_end_step(b->witnesses, b->start_s, why);
	memset(b->slot, 0, b->slot_bytes);
	b->sources = NAN;
	b->start_s = INT64_MIN;
	return err;
}

static int skip(struct build *b, int64_t start_s, int64_t end_s, struct failure *why)
{
	int err = start_s < end_s ? bulk_skip(b->bulk, start_s, end_s, why) : 0;

	return err || start_s >= end_s || !b->witnesses ? err : witnesses_skip(b->witnesses, start_s, end_s, why);
}

static int skip_gap(struct build *b, struct failure *why)
{
	const struct import_gap *gap = &b->report->gap[b->next_gap++];

	return skip(b, gap->start_s, gap->end_s, why);
}

/* No step is in progress any more, and all gaps up to there are passed. */
static int advance(struct build *b, int64_t until_s, struct failure *why)
{
	int err = end_step(b, why);

	while (!err && b->next_gap < b->report->gap_count && b->report->gap[b->next_gap].end_s <= until_s)
		err = skip_gap(b, why);
	return err;
}

static int begin_step(struct build *b, int64_t start_s, struct failure *why)
{
	int err = advance(b, start_s, why);

	if (!err)
		b->start_s = start_s;
	return err;
}

/* ---- the former archive ---- */

/* How far sources reach, one behind the other, of which one has that time; else that time. */
static int64_t covered_until(const struct build *b, int64_t at_s)
{
	int64_t step_s = b->report->schema.step_s, before_s;

	do {
		before_s = at_s;
		for (unsigned i = 0; i < b->report->source_count; i++) {
			const struct import_source *source = &b->report->source[i];
			int64_t first_s = source->first_us / US, last_s = source->last_us / US;

			first_s -= first_s % step_s;
			last_s += step_s - last_s % step_s;
			if (source->packets && first_s <= at_s && at_s < last_s)
				at_s = last_s;
		}
	} while (at_s > before_s);
	return at_s;
}

/* Nobody is known to have listened before that time, but where sources reach from where the hole began. */
static int end_hole(struct build *b, int64_t until_s, struct failure *why)
{
	return b->hole_s < until_s ? skip(b, covered_until(b, b->hole_s), until_s, why) : 0;
}

/* Its counts lie in the first steps. */
static int put_counts(struct build *b, const struct former_row *row, struct failure *why)
{
	int64_t step_s = b->report->schema.step_s;
	unsigned steps = (unsigned)((row->end_s - row->start_s) / step_s);
	int err = 0;

	for (unsigned i = 0; i < steps && (i < row->parts || row->sources > 0) && !err; i++) {
		err = begin_step(b, row->start_s + i * step_s, why);
		b->sources = row->sources;
		for (unsigned part = i; !err && part < row->parts && (part == i || i == steps - 1); part++)
			former_add_counts(b->former, part, b->slot);
	}
	return err;
}

static int put_row(struct build *b, struct failure *why)
{
	const struct former_row *row = &b->row;
	int err = advance(b, row->start_s, why);

	if (!err)
		err = end_hole(b, row->start_s, why);
	if (!err && b->witnesses)
		err = witnesses_copy(b->witnesses, row->start_s, row->end_s, why);
	if (!err)
		err = put_counts(b, row, why);
	if (!err)
		err = advance(b, row->end_s, why);
	b->known_until_s = b->hole_s = row->end_s;
	return err;
}

static int next_row(struct build *b, struct failure *why)
{
	int got = former_next(b->former, &b->row, why);

	b->has_row = got > 0;
	return got < 0 ? got : 0;
}

/* All its rows that begin before that time. */
static int put_former(struct build *b, int64_t until_s, struct failure *why)
{
	int err = 0;

	while (b->has_row && b->row.start_s < until_s && !err) {
		err = put_row(b, why);
		if (!err)
			err = next_row(b, why);
	}
	if (!b->has_row)
		b->hole_s = INT64_MAX;
	return err;
}

/* Within the former's span, what lies before a source began is unknown. */
static int close_hole(struct build *b, unsigned source, int64_t start_s, struct failure *why)
{
	int64_t first_s = b->report->source[source].first_us / US;
	int err = 0;

	if (start_s < b->hole_s)
		return 0;
	first_s -= first_s % b->report->schema.step_s;
	if (first_s > b->hole_s) {
		err = advance(b, first_s, why);
		if (!err)
			err = end_hole(b, first_s, why);
	}
	b->hole_s = covered_until(b, start_s);
	return err;
}

/* ---- counting ---- */

/* As much of the packet as counting looks at. */
static void packet_of(const struct record *record, struct packet *packet)
{
	*packet = (struct packet){ .series = record->series, .class = record->class, .tcp_flags = record->tcp_flags,
		                   .version = (uint8_t)series_version(record->series) };
	memcpy(packet->source, record->source, sizeof(packet->source));
	memcpy(packet->destination, record->destination, sizeof(packet->destination));
	if (record->series < SERIES_WITH_PORTS) {
		packet->destination_port = record->number;
		packet->protocol = record->series == SERIES_TCP4 || record->series == SERIES_TCP6 ? 6 : 17;
	} else if (record->series <= SERIES_ICMP6) {
		packet->icmp_type = (uint8_t)(record->number >> 8);
		packet->icmp_code = (uint8_t)record->number;
	} else {
		packet->protocol = (uint8_t)record->number;
	}
}

static void count(struct build *b, const struct record *record)
{
	struct packet packet;

	if (record->kind != RECORD_PACKET) {
		enum slot_reason reason = record->kind - RECORD_REASON(0);

		slot_add_reason(b->slot, reason, 1);
		b->report->reasons[reason]++;
		return;
	}
	packet_of(record, &packet);
	if (b->witnesses)
		witnesses_see(b->witnesses, &packet, rules_text(b->rules, record->rule));
	slot_add_packet(b->slot, &b->counting, &packet);
	b->report->packets[record->series][record->class]++;
}

static int count_record(struct build *b, const struct record *record, unsigned source, struct failure *why)
{
	int64_t at_s = record->at / US;
	int64_t start_s = at_s - at_s % b->report->schema.step_s;
	int err = put_former(b, start_s + 1, why);

	if (!err && start_s < b->known_until_s) {
		b->report->known_already++;
		return 0;
	}
	if (!err)
		err = close_hole(b, source, start_s, why);
	if (!err && start_s != b->start_s)
		err = begin_step(b, start_s, why);
	if (err)
		return err;
	count(b, record);
	return 0;
}

static int say_progress(const struct build *b, uint64_t done, uint64_t packets, struct failure *why)
{
	const struct import_request *request = b->request;

	if (!request->progress || done % PROGRESS_RECORDS != 0 ||
	    request->progress(request->progress_arg, true, done < packets ? (double)done / (double)packets : 1, packets))
		return 0;
	return fail(why, ECANCELED, "stopped; no archive was made");
}

static int count_all(struct build *b, struct spool *spool, struct dedup *dedup, uint64_t packets, struct failure *why)
{
	struct record record;
	unsigned source;
	uint64_t done = 0;
	int got, err = 0;

	while (!err && (got = dedup ? dedup_next(dedup, &record, &source, why) : spool_next(spool, &record, &source, why)) > 0) {
		err = count_record(b, &record, source, why);
		if (!err)
			err = say_progress(b, ++done, packets, why);
	}
	return err ? err : got;
}

/* ---- the whole ---- */

/* Ports that are to be watched, and those that the former archive watched. */
static unsigned list_watched(struct build *b, char names[SLOT_WATCHED][SCHEMA_DS_NAME])
{
	const struct watchlist *wanted = &b->request->watch;
	unsigned count = b->former ? former_watch_count(b->former) : 0, port;

	for (unsigned i = 0; i < wanted->count; i++) {
		watchset_name(wanted->port[i].protocol, wanted->port[i].port, names[i]);
		watchset_add(&b->watch, wanted->port[i].protocol, wanted->port[i].port, i);
	}
	for (unsigned i = 0; i < count; i++) {
		const char *name = former_watch_name(b->former, i);

		snprintf(names[i], SCHEMA_DS_NAME, "%s", name);
		if (sscanf(name, "tcp%u", &port) == 1 && port <= UINT16_MAX)
			watchset_add(&b->watch, 6, (uint16_t)port, i);
		else if (sscanf(name, "udp%u", &port) == 1 && port <= UINT16_MAX)
			watchset_add(&b->watch, 17, (uint16_t)port, i);
	}
	if (b->watch.count)
		b->counting.watch = &b->watch;
	return wanted->count + count;
}

static int open_archive(struct build *b, struct failure *why)
{
	const struct import_request *request = b->request;
	const struct import_report *report = b->report;
	char names[SLOT_WATCHED][SCHEMA_DS_NAME];
	unsigned watched = list_watched(b, names);
	int err;

	err = bulk_open(request->archive, &report->schema, report->start_s, report->end_s, watched,
	                (const char(*)[SCHEMA_DS_NAME])names, &b->bulk, why);
	if (!err && request->sightings)
		err = witnesses_open(request->archive, request->sightings, request->sightings_bytes, report->schema.step_s,
		                     report->start_s, b->former ? former_reader(b->former) : NULL, &b->witnesses, why);
	return err;
}

static int start(struct build *b, struct failure *why)
{
	const struct schema *schema = &b->report->schema;
	unsigned bins = portbin_count(&schema->portbin);

	b->counting = (struct slot_rules){ .portbin = schema->portbin, .bins = bins, .classes_by_port = b->request->classes_by_port };
	if (getrandom(&b->counting.source_key, sizeof(b->counting.source_key), 0) != (ssize_t)sizeof(b->counting.source_key))
		return fail_errno(why, errno, "no random numbers");
	b->slot_bytes = slot_size(bins);
	b->slot = calloc(1, b->slot_bytes);
	if (!b->slot)
		return fail(why, ENOMEM, "no memory");
	if (b->former) {
		int err = next_row(b, why);

		if (err)
			return err;
	}
	if (b->has_row)
		b->hole_s = b->row.start_s;
	return open_archive(b, why);
}

static int finish(struct build *b, struct failure *why)
{
	int err = put_former(b, INT64_MAX, why);

	if (!err)
		err = begin_step(b, b->report->end_s, why);

	if (!err && b->witnesses)
		err = witnesses_finish(b->witnesses, b->report->end_s, &b->report->sightings_from_s, why);
	return err ? err : bulk_finish(b->bulk, why);
}

/* CPU time since the moment, which becomes now. */
static int64_t spent_ms(int64_t *since_ms)
{
	int64_t now_ms = clock_cpu_ms(), spent = now_ms - *since_ms;

	*since_ms = now_ms;
	return spent;
}

int build_archive(const struct import_request *request, struct import_report *report, struct former *former, struct spool *spool,
                  const struct rules *rules, uint64_t packets, struct failure *why)
{
	struct build b = { .request = request, .report = report, .former = former, .rules = rules, .start_s = INT64_MIN, .sources = NAN,
		           .hole_s = INT64_MAX };
	struct dedup *dedup = request->dedup ? dedup_new(spool, report->source_count) : NULL;
	int64_t at_ms = clock_cpu_ms();
	int err = request->dedup && !dedup ? fail(why, ENOMEM, "no memory") : start(&b, why);

	report->cost.making = spent_ms(&at_ms);
	if (!err)
		err = count_all(&b, spool, dedup, packets, why);
	report->cost.counting = spent_ms(&at_ms);
	if (!err)
		err = finish(&b, why);
	report->cost.finishing = spent_ms(&at_ms);
	for (unsigned i = 0; dedup && i < report->source_count; i++)
		report->source[i].dropped = dedup_dropped(dedup, i);
	dedup_free(dedup);
	witnesses_close(b.witnesses, err == 0);
	bulk_close(b.bulk);
	free(b.slot);
	return err;
}
