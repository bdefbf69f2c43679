/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/importsummary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/completion_write.h"
#include "common/units.h"
#include "plot/calendar.h"
#include "tool/timetext.h"

#define US 1000000
#define QUIET_MS 1000
#define AGAIN_MS 200

static const char *items_word(const struct import_source *source, uint64_t count)
{
	if (source->is_text)
		return count == 1 ? "line" : "lines";
	return count == 1 ? "record" : "records";
}

/* ---- what could not be read ---- */

void importsummary_bad(const struct import_report *report)
{
	for (unsigned i = 0; i < report->shown; i++) {
		const struct import_bad *bad = &report->bad[i];
		const struct import_source *source = &report->source[bad->source];

		fprintf(stderr, "%s: %s %" PRIu64 ": %s%s%s\n", source->name, items_word(source, 1), bad->number,
		        reading_reason_text(bad->reason), bad->text[0] ? ": " : "", bad->text);
	}
	for (unsigned i = 0; i < report->source_count; i++) {
		const struct import_source *source = &report->source[i];

		if (source->failure[0])
			fprintf(stderr, "WARNING: %s; what was read before counts\n", source->failure);
		for (unsigned reason = 0; reason < READING_REASONS; reason++)
			if (source->bad[reason])
				fprintf(stderr, "WARNING: %s: %" PRIu64 " %s not read: %s\n", source->name, source->bad[reason],
				        items_word(source, source->bad[reason]), reading_reason_text(reason));
	}
}

/* ---- what a wrong clock stamped ---- */

#define YEAR_S 31556952 /* on average */

/* The day of that time or the one after, as --start and --end read it. */
static const char *day_of(int64_t at_s, bool is_next, char text[TIMETEXT])
{
	struct tm tm;

	calendar_local(at_s, &tm);
	calendar_local(calendar_day_start(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday + is_next), &tm);
	strftime(text, TIMETEXT, "%Y%m%d", &tm);
	return text;
}

/* Also of a clock that stood at 0. */
static const char *stamp_of_clock(int64_t at_s, char text[TIMETEXT])
{
	struct tm tm;

	calendar_local(at_s, &tm);
	strftime(text, TIMETEXT, "%Y-%m-%d %H:%M:%S", &tm);
	return text;
}

void importsummary_strays(const struct import_report *report)
{
	for (unsigned i = 0; i < report->stray_count; i++) {
		const struct import_stray *stray = &report->stray[i];
		const struct import_source *source = &report->source[stray->source];
		bool is_late = stray->first_s > stray->others_s;
		int64_t years = (is_late ? stray->first_s - stray->others_s : stray->others_s - stray->last_s) / YEAR_S;
		char at[TIMETEXT], day[TIMETEXT];

		fprintf(stderr, "WARNING: %s: %s %" PRIu64 ": ", source->name, items_word(source, 1), stray->number);
		if (stray->packets > 1)
			fprintf(stderr, "the first of %" PRIu64 " packets ", stray->packets);
		fprintf(stderr, "alone at %s, %" PRId64 " year%s %s all others; if its clock was wrong, leave %s out with %s %s\n",
		        stamp_of_clock(stray->first_s, at), years, years == 1 ? "" : "s", is_late ? "after" : "before",
		        stray->packets == 1 ? "it" : "them", is_late ? "--end" : "--start", day_of(stray->others_s, is_late, day));
	}
}

/* ---- what came of it ---- */

#define DATE 11 /* letters of a moment that tell the day, and the blank behind */

static void print_span(FILE *out, const struct import_source *source)
{
	char from[TIMETEXT], until[TIMETEXT];

	timetext_local(source->first_us / US, from);
	timetext_local(source->last_us / US, until);
	fprintf(out, "; %s", from);
	if (strcmp(from, until))
		fprintf(out, " to %s", strncmp(from, until, DATE) ? until : until + DATE);
}

static void print_source(FILE *out, const struct import_source *source)
{
	uint64_t bad = 0;

	for (unsigned i = 0; i < READING_REASONS; i++)
		bad += source->bad[i];
	fprintf(out, "%s: %s%s%" PRIu64 " %s, %" PRIu64 " packet%s", source->name, source->format, source->format[0] ? ", " : "",
	        source->items, items_word(source, source->items), source->packets, source->packets == 1 ? "" : "s");
	if (source->dropped)
		fprintf(out, " (left out: %" PRIu64 " that another source has too)", source->dropped);
	if (source->outside)
		fprintf(out, " (left out: %" PRIu64 " outside --start and --end)", source->outside);
	if (bad)
		fprintf(out, ", %" PRIu64 " not read", bad);
	if (source->other)
		fprintf(out, ", %" PRIu64 " that %s", source->other, source->other == 1 ? "is no packet" : "are no packets");
	if (source->packets && source->last_us)
		print_span(out, source);
	fprintf(out, "\n");
}

void importsummary_sources(FILE *out, const struct import_report *report)
{
	for (unsigned i = 0; i < report->source_count; i++)
		print_source(out, &report->source[i]);
}

static bool has_packets(const struct import_report *report, unsigned series)
{
	for (unsigned class = 0; class < CLASS_COUNT; class++)
		if (report->packets[series][class])
			return true;
	return false;
}

static void print_head(void)
{
	printf("%-10s", "");
	for (unsigned class = 0; class < CLASS_COUNT; class++)
		printf(" %13s", class_name(class));
	printf("\n");
}

static void print_series(const struct import_report *report, unsigned series)
{
	printf("%-10s", series_name(series));
	for (unsigned class = 0; class < CLASS_COUNT; class++)
		if (series_has_class(series, class))
			printf(" %13" PRIu64, report->packets[series][class]);
	printf("\n");
}

static void print_counts(const struct import_report *report)
{
	uint64_t ignored = report->reasons[SLOT_IGNORED];
	bool has_head = false;

	printf("\n");
	for (unsigned series = 0; series < SERIES_COUNT; series++) {
		if (!has_packets(report, series))
			continue;
		if (!has_head)
			print_head();
		has_head = true;
		print_series(report, series);
	}
	if (has_head)
		printf("\n");
	if (ignored)
		printf("ignored: %" PRIu64 " packet%s\n", ignored, ignored == 1 ? "" : "s");
}

/* As a shell reads it. */
static void print_word(const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+,-";

	if (text[strspn(text, plain)])
		completion_quote(stdout, text);
	else
		printf("%s", text);
}

void importsummary_print(const struct import_report *report, const char *archive)
{
	char from[TIMETEXT], until[TIMETEXT], retention[256], size[32];

	importsummary_sources(stdout, report);
	print_counts(report);
	for (unsigned i = 0; i < report->gap_count; i++)
		printf("unknown: %s to %s, more than a day without a source\n", timetext_local(report->gap[i].start_s, from),
		       timetext_local(report->gap[i].end_s, until));
	printf("%s: %s to %s, %s, retention %s\n", archive, timetext_moment(report->start_s, from),
	       timetext_moment(report->end_s, until), units_format_bytes(schema_bytes(&report->schema), size, sizeof(size)),
	       schema_format_retention(&report->schema, retention, sizeof(retention)));
	if (report->known_already)
		printf("packets of time that %s knows, left out: %" PRIu64 "\n", report->onto, report->known_already);
	if (report->sightings_from_s > report->start_s)
		printf("%s: sightings from %s on; older ones had no room\n", archive, timetext_moment(report->sightings_from_s, from));
	printf("draw it: fireplot graph import.png --archive ");
	print_word(archive);
	printf(" -s %" PRId64 " -e %" PRId64 "\n", report->start_s, report->end_s);
}

/* ---- how far it is ---- */

void importsummary_progress(struct importsummary_progress *progress, bool is_counting, double fraction, uint64_t packets)
{
	int64_t now_ms = clock_steady_ms();
	double seconds;

	if (!progress->began_ms)
		progress->began_ms = now_ms;
	if (now_ms - progress->began_ms < QUIET_MS || now_ms - progress->told_ms < AGAIN_MS || !isatty(STDERR_FILENO))
		return;
	seconds = (double)(now_ms - progress->began_ms) / 1000;
	fprintf(stderr, "\r%s: %" PRIu64 " packets", is_counting ? "counting" : "reading", packets);
	if (!is_counting)
		fprintf(stderr, ", %.0f/s", (double)packets / seconds);
	if (fraction > 0)
		fprintf(stderr, ", %.0f %%", fraction * 100);
	if (fraction > 0 && !is_counting)
		fprintf(stderr, ", %.0f s left", seconds / fraction - seconds);
	fprintf(stderr, "        ");
	progress->told_ms = now_ms;
	progress->is_shown = true;
}

void importsummary_clear(const struct importsummary_progress *progress)
{
	if (progress->is_shown)
		fprintf(stderr, "\r%70s\r", "");
}
