/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/create.h"
#include "common/clock.h"
#include "import/build.h"
#include "import/collect.h"
#include "import/fit.h"
#include "import/source.h"

#define US 1000000
#define GAP_S 86400 /* longer than that without any source is not known to have been quiet */

/* ---- the directory ---- */

/* RRDs can't take the past, so it must be a new one. */
static int check_directory(const struct import_request *request, bool *is_made, struct failure *why)
{
	struct schema present;
	int err;

	if (mkdir(request->archive, 0755) == 0) {
		*is_made = true;
		return 0;
	}
	if (errno != EEXIST)
		return fail_errno(why, errno, "%s: cannot be made", request->archive);
	err = archive_probe(STORE_HERE(request->archive), &present, why);
	if (err == -ENOENT)
		return archive_check_writable(request->archive, why);
	if (err)
		return err;
	return fail(why, EEXIST, "%s: there is an archive already, and RRDs can't take what is older than their last update: import into a "
	            "new one, with --archive DIR, and take this one along with --onto %s", request->archive, request->archive);
}

/* ---- what is known once all was read ---- */

struct span {
	int64_t first_us, last_us;
};

static int by_first(const void *a, const void *b)
{
	const struct span *left = a, *right = b;

	return left->first_us < right->first_us ? -1 : left->first_us > right->first_us;
}

static int64_t time_of(void *arg, unsigned source, enum stamp_kind kind, int64_t order)
{
	const struct collect *collect = arg;

	return timeline_time(collect->timeline[source], kind, order);
}

static int64_t step_of(int64_t at_us, uint32_t step_s)
{
	return at_us / US - at_us / US % step_s;
}

static int64_t last_of(const struct span *span, unsigned count)
{
	int64_t last_us = span[0].last_us;

	for (unsigned i = 1; i < count; i++)
		if (span[i].last_us > last_us)
			last_us = span[i].last_us;
	return last_us;
}

/* What lies between sources that neither overlap nor follow each other within a day. */
static void find_gaps(struct import_report *report, struct span *span, unsigned count)
{
	uint32_t step_s = report->schema.step_s;
	int64_t until_us = span[0].last_us;

	for (unsigned i = 1; i < count; i++) {
		if (span[i].first_us - until_us > (int64_t)GAP_S * US)
			report->gap[report->gap_count++] =
				(struct import_gap){ step_of(until_us, step_s) + step_s, step_of(span[i].first_us, step_s) };
		if (span[i].last_us > until_us)
			until_us = span[i].last_us;
	}
	report->end_s = step_of(until_us, step_s) + step_s;
}

/* Whatever it does not know in between it tells itself. */
static void add_former(const struct former *former, struct span *span, unsigned *count)
{
	int64_t start_s, end_s;

	former_span(former, &start_s, &end_s);
	if (start_s < end_s)
		span[(*count)++] = (struct span){ start_s * US, end_s * US - 1 };
}

static int64_t us_of(int64_t at_s)
{
	return at_s < INT64_MAX / US ? at_s * US : INT64_MAX;
}

/* The time that was asked for. */
static struct span bounds_of(const struct import_request *request)
{
	return (struct span){ request->start_s ? us_of(request->start_s) : INT64_MIN, request->end_s ? us_of(request->end_s) : INT64_MAX };
}

static int bound(struct collect *collect, struct failure *why)
{
	const struct import_request *request = collect->request;
	struct span bounds = bounds_of(request);
	int err = 0;

	for (unsigned i = 0; i < request->source_count && !err && (request->start_s || request->end_s); i++)
		err = spool_bound(collect->spool, i, bounds.first_us, bounds.last_us, &collect->report->source[i].outside, why);
	return err;
}

static int find_strays(struct collect *collect, struct failure *why)
{
	struct span bounds = bounds_of(collect->request);
	int64_t known_s = 0, known_until_s = 0;

	if (collect->former)
		former_span(collect->former, &known_s, &known_until_s);
	return strays_find(collect->stretches, collect->timeline, bounds.first_us, bounds.last_us, known_s, known_until_s, collect->report,
	                   why);
}

static int find_span(struct collect *collect, struct failure *why)
{
	struct import_report *report = collect->report;
	struct span *span = calloc(report->source_count + 1, sizeof(*span));
	unsigned count = 0;

	report->gap = calloc(report->source_count + 1, sizeof(*report->gap));
	if (!span || !report->gap) {
		free(span);
		return fail(why, ENOMEM, "no memory");
	}
	for (unsigned i = 0; i < report->source_count; i++) {
		struct import_source *source = &report->source[i];

		if (spool_span(collect->spool, i, &source->first_us, &source->last_us))
			span[count++] = (struct span){ source->first_us, source->last_us };
	}
	if (count > 0 && collect->former)
		add_former(collect->former, span, &count);
	qsort(span, count, sizeof(*span), by_first);
	if (count > 0 && collect->request->fit_step)
		report->schema.step_s = fit_step(span[0].first_us / US, last_of(span, count) / US);
	if (count > 0) {
		report->start_s = step_of(span[0].first_us, report->schema.step_s);
		find_gaps(report, span, count);
	}
	free(span);
	if (count == 0)
		return fail(why, ENODATA, "no packet was found%s; no archive was made",
		            collect->request->start_s || collect->request->end_s ? " in the time from --start to --end" : "");
	if (report->end_s >= SCHEMA_LATEST_S)
		return fail(why, ERANGE, "the last packet is of the end of the year 9999: expected an --end before it; "
		            "no archive was made");
	if (report->start_s <= 0)
		return fail(why, ERANGE, "the first packet is of 1970 or before: expected a --start behind it; no archive was made");
	if ((report->end_s - report->start_s) / 86400 > FIT_YEARS * 365)
		return fail(why, ERANGE, "there are more than %d years between the first and the last packet: expected a --start or --end "
		            "between them; no archive was made", FIT_YEARS);
	return 0;
}

/* ---- the whole ---- */

static int collect_all(struct collect *collect, struct failure *why)
{
	int err = 0;

	for (unsigned i = 0; i < collect->request->source_count && !err; i++)
		err = collect_source(collect, i, why);
	return err;
}

static int import(struct collect *collect, struct failure *why)
{
	const struct import_request *request = collect->request;
	struct import_report *report = collect->report;
	int64_t began_ms = clock_cpu_ms();
	int err = collect_all(collect, why);

	report->cost.reading = clock_cpu_ms() - began_ms;
	if (!err)
		err = spool_rewind(collect->spool, time_of, collect, why);
	if (!err)
		err = bound(collect, why);
	if (!err)
		err = find_strays(collect, why);
	if (!err)
		err = find_span(collect, why);
	if (err)
		return err;
	if (request->fit)
		fit_retention(&report->schema, report->start_s, report->end_s);
	return build_archive(request, report, collect->former, collect->spool, collect->rules, collect->packets, why);
}

/* The layout is that of the archive that comes along. */
static int open_former(struct collect *collect, struct failure *why)
{
	const struct import_request *request = collect->request;
	struct schema *schema = &collect->report->schema;
	int err = former_open(request->onto, &collect->former, why);

	if (err)
		return err;
	*schema = *former_schema(collect->former);
	return request->retention ? schema_parse_retention(request->retention, schema, why) : 0;
}

static int prepare(struct collect *collect, struct failure *why)
{
	unsigned count = collect->request->source_count;

	collect->report->source = calloc(count, sizeof(*collect->report->source));
	collect->timeline = calloc(count, sizeof(*collect->timeline));
	collect->stretches = calloc(count, sizeof(*collect->stretches));
	collect->rules = rules_new();
	if (!collect->report->source || !collect->stretches || !collect->timeline || !collect->rules)
		return fail(why, ENOMEM, "no memory");
	collect->report->source_count = count;
	return spool_open(collect->request->archive, collect->request->dedup, &collect->spool, why);
}

int import_run(const struct import_request *request, struct import_report *report, struct failure *why)
{
	struct collect collect = { .request = request, .report = report };
	bool is_made = false;
	int err;

	*report = (struct import_report){ .schema = request->schema, .onto = request->onto };
	err = source_check_format(request->format, why);
	if (!err && request->onto)
		err = open_former(&collect, why);
	if (!err)
		err = check_directory(request, &is_made, why);
	if (!err)
		err = prepare(&collect, why);
	if (!err)
		err = import(&collect, why);
	spool_close(collect.spool);
	rules_free(collect.rules);
	former_close(collect.former);
	for (unsigned i = 0; collect.timeline && i < request->source_count; i++)
		timeline_free(collect.timeline[i]);
	free(collect.timeline);
	free(collect.stretches);
	if (err && is_made)
		rmdir(request->archive);
	return err;
}

void import_report_fini(struct import_report *report)
{
	free(report->source);
	free(report->gap);
	*report = (struct import_report){ .source_count = 0 };
}
