/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/build.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "binning/watchset.h"
#include "common/clock.h"
#include "import/dedup.h"
#include "import/steps.h"
#include "import/takeover.h"

#define US 1000000
#define TELL_RECORDS 65536

struct build {
	const struct import_request *request;
	struct import_report *report;
	const struct rules *rules;
	struct slot_rules counting;
	struct watchset watch;
	struct steps steps;
	struct former *former; /* NULL for none */
	struct takeover takeover; /* of the former archive */
};

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

		slot_add_reason(b->steps.slot, reason, 1);
		b->report->reasons[reason]++;
		return;
	}
	packet_of(record, &packet);
	if (b->steps.witnesses)
		witnesses_see(b->steps.witnesses, &packet, rules_text(b->rules, record->rule));
	slot_add_packet(b->steps.slot, &b->counting, &packet);
	b->report->packets[record->series][record->class]++;
}

static int count_record(struct build *b, const struct record *record, unsigned source, struct failure *why)
{
	int64_t at_s = record->at / US;
	int64_t start_s = at_s - at_s % b->report->schema.step_s;
	int err = takeover_rows_before(&b->takeover, start_s + 1, why);

	if (!err && takeover_knows(&b->takeover, start_s)) {
		b->report->known_already++;
		return 0;
	}
	if (!err)
		err = takeover_close_hole(&b->takeover, source, start_s, why);
	if (!err && start_s != b->steps.start_s)
		err = steps_begin(&b->steps, start_s, why);
	if (err)
		return err;
	count(b, record);
	return 0;
}

static int count_all(struct build *b, struct spool *spool, struct dedup *dedup, struct failure *why)
{
	struct record record;
	unsigned source;
	int got, err = 0;

	while (!err && (got = dedup ? dedup_next(dedup, &record, &source, why) : spool_next(spool, &record, &source, why)) > 0) {
		err = count_record(b, &record, source, why);
		if (!err && ++b->steps.done % TELL_RECORDS == 0)
			err = steps_tell(&b->steps, why);
	}
	return err ? err : got;
}

/* ---- the whole ---- */

/* The ports that the former archive watches are watched on, each in its DS; others that are wanted get one behind them. */
static int list_watched(struct build *b, unsigned *count, char names[SLOT_WATCHED][SCHEMA_DS_NAME], struct failure *why)
{
	const struct watchlist *wanted = &b->request->watch;
	unsigned port;

	*count = b->former ? former_watch_count(b->former) : 0;
	for (unsigned i = 0; i < *count; i++) {
		const char *name = former_watch_name(b->former, i);

		snprintf(names[i], SCHEMA_DS_NAME, "%s", name);
		if (sscanf(name, "tcp%u", &port) == 1 && port <= UINT16_MAX)
			watchset_add(&b->watch, 6, (uint16_t)port, i);
		else if (sscanf(name, "udp%u", &port) == 1 && port <= UINT16_MAX)
			watchset_add(&b->watch, 17, (uint16_t)port, i);
	}
	for (unsigned i = 0; i < wanted->count; i++) {
		char name[SCHEMA_DS_NAME];

		watchset_name(wanted->port[i].protocol, wanted->port[i].port, name);
		if (watchset_has(&b->watch, wanted->port[i].protocol, wanted->port[i].port))
			continue;
		if (*count == SLOT_WATCHED)
			return fail(why, ENOSPC, "no room to watch %s: expected at most %d watched ports, also counting those of %s", name,
			            SLOT_WATCHED, b->request->onto);
		watchset_add(&b->watch, wanted->port[i].protocol, wanted->port[i].port, *count);
		memcpy(names[(*count)++], name, sizeof(name));
	}
	if (b->watch.count)
		b->counting.watch = &b->watch;
	return 0;
}

static int open_archive(struct build *b, struct failure *why)
{
	const struct import_request *request = b->request;
	const struct import_report *report = b->report;
	char names[SLOT_WATCHED][SCHEMA_DS_NAME];
	unsigned count;
	int err = list_watched(b, &count, names, why);

	if (!err)
		err = bulk_open(request->archive, &report->schema, report->start_s, report->end_s, count,
		                (const char(*)[SCHEMA_DS_NAME])names, &b->steps.bulk, why);
	if (!err)
		err = bulk_watch(b->steps.bulk, report->start_s, b->watch.mask, why);
	if (!err && request->sightings)
		err = witnesses_open(request->archive, request->sightings, request->sightings_bytes, report->schema.step_s,
		                     report->start_s, b->former ? former_reader(b->former) : NULL, &b->steps.witnesses, why);
	return err;
}

static int start(struct build *b, uint64_t records, struct failure *why)
{
	const struct schema *schema = &b->report->schema;
	int err;

	b->counting = (struct slot_rules){ .portbin = schema->portbin, .bins = portbin_count(&schema->portbin),
		                           .classes_by_port = b->request->classes_by_port };
	if (getrandom(&b->counting.source_key, sizeof(b->counting.source_key), 0) != (ssize_t)sizeof(b->counting.source_key))
		return fail_errno(why, errno, "no random numbers");
	err = steps_init(&b->steps, b->request, b->report, records, why);
	if (!err)
		err = open_archive(b, why);
	return err ? err : takeover_init(&b->takeover, b->former, &b->steps, b->watch.mask, why);
}

static int finish(struct build *b, struct failure *why)
{
	int err = takeover_rows_before(&b->takeover, INT64_MAX, why);

	if (!err)
		err = steps_advance(&b->steps, b->report->end_s, why);
	if (!err && b->steps.witnesses)
		err = witnesses_finish(b->steps.witnesses, b->report->end_s, &b->report->sightings_from_s, why);
	return err ? err : bulk_finish(b->steps.bulk, why);
}

/* CPU time since the moment, which becomes now. */
static int64_t spent_ms(int64_t *since_ms)
{
	int64_t now_ms = clock_cpu_ms(), spent = now_ms - *since_ms;

	*since_ms = now_ms;
	return spent;
}

int build_archive(const struct import_request *request, struct import_report *report, struct former *former, struct spool *spool,
                  const struct rules *rules, uint64_t records, struct failure *why)
{
	struct build b = { .request = request, .report = report, .former = former, .rules = rules };
	struct dedup *dedup = request->dedup ? dedup_new(spool, report->source_count) : NULL;
	int64_t at_ms = clock_cpu_ms();
	int err = request->dedup && !dedup ? fail(why, ENOMEM, "no memory") : start(&b, records, why);

	report->cost.making = spent_ms(&at_ms);
	if (!err)
		err = count_all(&b, spool, dedup, why);
	report->cost.counting = spent_ms(&at_ms);
	if (!err)
		err = finish(&b, why);
	report->cost.finishing = spent_ms(&at_ms);
	for (unsigned i = 0; dedup && i < report->source_count; i++)
		report->source[i].dropped = dedup_dropped(dedup, i);
	dedup_free(dedup);
	steps_fini(&b.steps, err == 0);
	return err;
}
