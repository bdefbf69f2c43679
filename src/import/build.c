/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "archive/bulk.h"
#include "binning/slot.h"
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
	unsigned next_gap;
};

/* ---- a step ---- */

static int end_step(struct build *b, struct failure *why)
{
	int err;

	if (b->start_s == INT64_MIN)
		return 0;
	err = bulk_add(b->bulk, b->start_s, b->slot, why);
	if (!err && b->witnesses)
		err = witnesses_end_step(b->witnesses, b->start_s, why);
	memset(b->slot, 0, b->slot_bytes);
	return err;
}

static int skip_gap(struct build *b, struct failure *why)
{
	const struct import_gap *gap = &b->report->gap[b->next_gap++];
	int err = bulk_skip(b->bulk, gap->start_s, gap->end_s, why);

	return err || !b->witnesses ? err : witnesses_skip(b->witnesses, gap->start_s, gap->end_s, why);
}

static int begin_step(struct build *b, int64_t start_s, struct failure *why)
{
	int err = end_step(b, why);

	b->start_s = INT64_MIN;
	while (!err && b->next_gap < b->report->gap_count && b->report->gap[b->next_gap].end_s <= start_s)
		err = skip_gap(b, why);
	if (!err)
		b->start_s = start_s;
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

static int count_record(struct build *b, const struct record *record, struct failure *why)
{
	int64_t at_s = record->at / US;
	int64_t start_s = at_s - at_s % b->report->schema.step_s;

	if (start_s != b->start_s) {
		int err = begin_step(b, start_s, why);

		if (err)
			return err;
	}
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
		err = count_record(b, &record, why);
		if (!err)
			err = say_progress(b, ++done, packets, why);
	}
	return err ? err : got;
}

/* ---- the whole ---- */

static int open_archive(struct build *b, struct failure *why)
{
	const struct import_request *request = b->request;
	const struct import_report *report = b->report;
	char names[SLOT_WATCHED][SCHEMA_DS_NAME];
	unsigned watched = request->watch ? request->watch->count : 0;
	int err;

	for (unsigned i = 0; i < watched; i++)
		watchset_name(request->watch->port[i].protocol, request->watch->port[i].port, names[request->watch->port[i].index]);
	err = bulk_open(request->archive, &report->schema, report->start_s, report->end_s, watched,
	                (const char(*)[SCHEMA_DS_NAME])names, &b->bulk, why);
	if (!err && request->sightings)
		err = witnesses_open(request->archive, request->sightings, request->sightings_bytes, report->schema.step_s,
		                     report->start_s, &b->witnesses, why);
	return err;
}

static int start(struct build *b, struct failure *why)
{
	const struct schema *schema = &b->report->schema;
	unsigned bins = portbin_count(&schema->portbin);

	b->counting = (struct slot_rules){ .portbin = schema->portbin, .bins = bins, .classes_by_port = b->request->classes_by_port,
		                           .watch = b->request->watch };
	if (getrandom(&b->counting.source_key, sizeof(b->counting.source_key), 0) != (ssize_t)sizeof(b->counting.source_key))
		return fail_errno(why, errno, "no random numbers");
	b->slot_bytes = slot_size(bins);
	b->slot = calloc(1, b->slot_bytes);
	return b->slot ? open_archive(b, why) : fail(why, ENOMEM, "no memory");
}

static int finish(struct build *b, struct failure *why)
{
	int err = begin_step(b, b->report->end_s, why);

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

int build_archive(const struct import_request *request, struct import_report *report, struct spool *spool, const struct rules *rules,
                  uint64_t packets, struct failure *why)
{
	struct build b = { .request = request, .report = report, .rules = rules, .start_s = INT64_MIN };
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
