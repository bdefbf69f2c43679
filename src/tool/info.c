/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/info.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "archive/witness.h"
#include "common/jsonout.h"
#include "common/units.h"
#include "tool/survey.h"
#include "tool/timetext.h"
#include "tool/tool.h"

enum { JSON = OPTION_LONG };

static const struct option_row rows[] = {
	{ JSON, "json", NULL, "as one JSON object" },
};

const struct option_table info_options = {
	.command = "info",
	.arguments = "",
	.about = "Tells what an archive holds: its layout, how far back each level reaches, the last update, how much of\n"
	         "the time is known, gaps, losses, packets by series and class, and how far back sightings reach.\n",
	.count = sizeof(rows) / sizeof(rows[0]),
	.row = rows,
};

static const char *const reason_text[SLOT_REASONS] = { "lost", "malformed", "short", "not_ip", "ignored" };

/* What there is of sightings; without facts.rows, why.text says why there are none. */
struct seen {
	struct sightings_facts facts;
	bool are_none; /* and nothing is wrong with that */
	struct failure why;
};

static void see(struct reader *reader, struct seen *seen)
{
	struct witness *witness;
	int err = witness_open(reader, &witness, &seen->why);

	seen->are_none = err == -ENOENT;
	if (err)
		return;
	err = witness_facts(witness, &seen->facts, &seen->why);
	if (err == 0)
		seen->why.text[0] = '\0';
	witness_close(witness);
}

/* ---- for people ---- */

/* Never "100%" for what is not all known. */
static const char *format_part(double part, char buf[16])
{
	if (isnan(part))
		snprintf(buf, 16, "-");
	else
		snprintf(buf, 16, "%.2f%%", part < 1 ? floor(part * 10000) / 100 : 100);
	return buf;
}

static void print_state(const struct survey *survey, const struct option_common *common, const struct reader *reader)
{
	const struct portbin *pb = &survey->schema->portbin;
	char text[TIMETEXT], age[TIMETEXT];

	printf("archive      %s\n", common->archive);
	if (common->daemon)
		printf("rrdcached    %s\n", common->daemon);
	printf("size         %s in %u files\n", units_format_bytes(survey->bytes, text, sizeof(text)), survey->files);
	if (survey->damaged)
		printf("damaged      %u of the files; %s\n", survey->damaged, survey->damage.text);
	printf("step         %s\n", units_format_duration(survey->schema->step_s, text, sizeof(text)));
	printf("port bins    %u a series: %" PRIu32 " exact ports, %" PRIu32 " bins an octave above\n", portbin_count(pb),
	       pb->exact_ports, pb->per_octave);
	printf("first known  %s\n", timetext_moment(survey->first_s, text));
	printf("newest       %s%s%s%s\n", timetext_moment(survey->newest_s, text), survey->newest_s ? " (" : "",
	       survey->newest_s ? timetext_age(time(NULL) > survey->newest_s ? time(NULL) - survey->newest_s : 0, age) : "",
	       survey->newest_s ? " ago)" : "");
	printf("in files     totals up to %s,\n", timetext_moment(survey->newest_s ? survey->totals_last_s : 0, text));
	printf("             ports up to %s\n", timetext_moment(survey->newest_s ? survey->ports_last_s : 0, text));
	if (reader_warning(reader))
		printf("ring         not read: %s\n", reader_warning(reader));
	else
		printf("ring         %u steps that are not in all files yet\n", survey->spans);
	if (reader_watch_count(reader) > 0) {
		printf("watched     ");
		for (unsigned i = 0; i < reader_watch_count(reader); i++)
			printf(" %s", reader_watch_name(reader, i));
		putchar('\n');
	}
}

static void print_sightings(const struct seen *seen)
{
	const struct sightings_facts *facts = &seen->facts;
	char bytes[TIMETEXT], most[TIMETEXT], from[TIMETEXT], to[TIMETEXT], age[TIMETEXT];

	if (seen->why.text[0]) {
		printf("sightings    %s%s\n", seen->are_none ? "none" : "not read: ", seen->are_none ? "" : seen->why.text);
		return;
	}
	printf("sightings    %" PRIu64 " of %u rules, %s of %s at most\n", facts->rows, facts->rules,
	       units_format_bytes(facts->bytes, bytes, sizeof(bytes)), units_format_bytes(facts->bytes_most, most, sizeof(most)));
	printf("             from %s to %s (%s)\n", timetext_moment(facts->oldest_s, from), timetext_moment(facts->newest_s, to),
	       timetext_age(facts->newest_s - facts->oldest_s, age));
	if (facts->steps_sampled)
		printf("             a sample in %" PRIu64 " steps: %" PRIu64 " packets were left out\n", facts->steps_sampled,
		       facts->packets_left_out);
}

static void print_levels(const struct survey *survey)
{
	printf("\n%-8s %-8s %8s  %-28s %s\n", "rows of", "kept", "rows", "from", "known");
	for (unsigned i = 0; i < survey->schema->levels; i++) {
		const struct schema_level *level = &survey->schema->level[i];
		char row[16], span[16], from[TIMETEXT], part[16];

		printf("%-8s %-8s %8" PRIu32 "  %-28s %s\n", units_format_duration(level->row_s, row, sizeof(row)),
		       units_format_duration(level->row_s * level->rows, span, sizeof(span)), level->rows,
		       timetext_moment(survey->level[i].from_s, from), format_part(survey->level[i].known, part));
	}
}

static void print_gaps(const struct survey *survey)
{
	unsigned shown = survey->gap_count < SURVEY_GAPS ? survey->gap_count : SURVEY_GAPS;
	char from[TIMETEXT], to[TIMETEXT], age[TIMETEXT];

	if (shown == 0) {
		printf("\nno gaps\n");
		return;
	}
	printf("\ngaps, newest first%s\n", shown < survey->gap_count ? " (older ones not shown)" : "");
	for (unsigned i = 0; i < shown; i++) {
		const struct survey_gap *gap = &survey->gap[i];

		printf("  %s to %s: %s%s\n", timetext_moment(gap->from_s, from), timetext_moment(gap->to_s, to),
		       timetext_age(gap->unknown_s, age), gap->unknown_s < gap->to_s - gap->from_s ? " within" : "");
	}
}

static void print_counts(const struct survey *survey)
{
	printf("\n%-10s", "packets");
	for (unsigned class = 0; class < CLASS_COUNT; class++)
		printf(" %15s", class_name((enum packet_class)class));
	putchar('\n');
	for (unsigned series = 0; series < SERIES_COUNT; series++) {
		printf("%-10s", series_name((enum series)series));
		for (unsigned class = 0; class < CLASS_COUNT; class++)
			if (schema_total_ds((enum series)series, (enum packet_class)class) >= 0)
				printf(" %15.0f", survey->packets[series][class]);
			else
				printf(" %15s", "-");
		putchar('\n');
	}
	putchar('\n');
	for (unsigned reason = 0; reason < SLOT_REASONS; reason++)
		printf("%-10s %15.0f\n", reason_text[reason], survey->reasons[reason]);
}

static void print_text(const struct survey *survey, const struct option_common *common, const struct reader *reader,
                       const struct seen *seen)
{
	print_state(survey, common, reader);
	print_sightings(seen);
	print_levels(survey);
	if (survey->first_s == 0)
		return;
	print_gaps(survey);
	print_counts(survey);
}

/* ---- for programs ---- */

/* 0 stands for never. */
static void write_time(struct jsonout *json, const char *key, int64_t at_s)
{
	if (at_s)
		jsonout_integer(json, key, at_s);
	else
		jsonout_number(json, key, NAN);
}

static void write_state(struct jsonout *json, const struct survey *survey, const struct option_common *common,
                        const struct reader *reader)
{
	bool written = survey->newest_s != 0;

	jsonout_string(json, "archive", common->archive);
	jsonout_string(json, "daemon", common->daemon);
	jsonout_integer(json, "step", survey->schema->step_s);
	jsonout_integer(json, "exact_ports", survey->schema->portbin.exact_ports);
	jsonout_integer(json, "bins_per_octave", survey->schema->portbin.per_octave);
	jsonout_integer(json, "files", survey->files);
	jsonout_integer(json, "damaged_files", survey->damaged);
	jsonout_integer(json, "bytes", (int64_t)survey->bytes);
	write_time(json, "first_known", survey->first_s);
	write_time(json, "newest", survey->newest_s);
	write_time(json, "totals_last_update", written ? survey->totals_last_s : 0);
	write_time(json, "ports_last_update", written ? survey->ports_last_s : 0);
	jsonout_string(json, "warning", reader_warning(reader));
	jsonout_open(json, "watched", '[', true);
	for (unsigned i = 0; i < reader_watch_count(reader); i++)
		jsonout_string(json, NULL, reader_watch_name(reader, i));
	jsonout_close(json, ']');
	jsonout_open(json, "ring", '{', true);
	jsonout_integer(json, "unflushed_steps", survey->spans);
	write_time(json, "from", survey->spans_from_s);
	write_time(json, "to", survey->spans_to_s);
	jsonout_close(json, '}');
}

static void write_levels(struct jsonout *json, const struct survey *survey)
{
	jsonout_open(json, "levels", '[', false);
	for (unsigned i = 0; i < survey->schema->levels; i++) {
		const struct schema_level *level = &survey->schema->level[i];

		jsonout_open(json, NULL, '{', true);
		jsonout_integer(json, "row", level->row_s);
		jsonout_integer(json, "rows", level->rows);
		jsonout_integer(json, "span", (int64_t)level->row_s * level->rows);
		write_time(json, "from", survey->level[i].from_s);
		jsonout_number(json, "known", survey->level[i].known);
		jsonout_close(json, '}');
	}
	jsonout_close(json, ']');
}

static void write_gaps(struct jsonout *json, const struct survey *survey)
{
	jsonout_integer(json, "gap_count", survey->gap_count);
	jsonout_open(json, "gaps", '[', false);
	for (unsigned i = 0; i < survey->gap_count && i < SURVEY_GAPS; i++) {
		jsonout_open(json, NULL, '{', true);
		jsonout_integer(json, "from", survey->gap[i].from_s);
		jsonout_integer(json, "to", survey->gap[i].to_s);
		jsonout_integer(json, "unknown", survey->gap[i].unknown_s);
		jsonout_close(json, '}');
	}
	jsonout_close(json, ']');
}

static void write_counts(struct jsonout *json, const struct survey *survey)
{
	jsonout_open(json, "packets", '{', false);
	for (unsigned series = 0; series < SERIES_COUNT; series++) {
		jsonout_open(json, series_name((enum series)series), '{', true);
		for (unsigned class = 0; class < CLASS_COUNT; class++)
			if (schema_total_ds((enum series)series, (enum packet_class)class) >= 0)
				jsonout_number(json, class_name((enum packet_class)class), survey->packets[series][class]);
		jsonout_close(json, '}');
	}
	jsonout_close(json, '}');
	for (unsigned reason = 0; reason < SLOT_REASONS; reason++)
		jsonout_number(json, reason_text[reason], survey->reasons[reason]);
}

/* null if there are none; why they can't be read if that is so. */
static void write_sightings(struct jsonout *json, const struct seen *seen)
{
	const struct sightings_facts *facts = &seen->facts;

	if (seen->why.text[0]) {
		jsonout_string(json, "sightings", NULL);
		jsonout_string(json, "sightings_warning", seen->are_none ? NULL : seen->why.text);
		return;
	}
	jsonout_open(json, "sightings", '{', true);
	jsonout_integer(json, "rows", (int64_t)facts->rows);
	jsonout_integer(json, "rules", facts->rules);
	jsonout_integer(json, "bytes", (int64_t)facts->bytes);
	jsonout_integer(json, "bytes_most", (int64_t)facts->bytes_most);
	write_time(json, "from", facts->oldest_s);
	write_time(json, "to", facts->newest_s);
	jsonout_integer(json, "steps_sampled", (int64_t)facts->steps_sampled);
	jsonout_integer(json, "packets_left_out", (int64_t)facts->packets_left_out);
	jsonout_close(json, '}');
	jsonout_string(json, "sightings_warning", NULL);
}

static void print_json(const struct survey *survey, const struct option_common *common, const struct reader *reader,
                       const struct seen *seen)
{
	struct jsonout json;

	jsonout_init(&json, stdout);
	jsonout_open(&json, NULL, '{', false);
	write_state(&json, survey, common, reader);
	write_sightings(&json, seen);
	write_levels(&json, survey);
	write_gaps(&json, survey);
	write_counts(&json, survey);
	jsonout_close(&json, '}');
}

/* ---- the command ---- */

struct request {
	struct option_common common;
	bool json;
};

static int take(void *arg, int code, const char *value, struct failure *why)
{
	struct request *request = arg;

	(void)code;
	(void)value;
	(void)why;
	request->json = true;
	return 0;
}

static int run(const struct request *request, struct failure *why)
{
	struct survey survey;
	struct reader *reader;
	struct seen seen = { 0 };
	int err = reader_open(request->common.archive, request->common.daemon, &reader, why);

	if (err)
		return err;
	err = survey_make(reader, &survey, why);
	if (err == 0)
		see(reader, &seen);
	if (err == 0 && request->json)
		print_json(&survey, &request->common, reader, &seen);
	else if (err == 0)
		print_text(&survey, &request->common, reader, &seen);
	reader_close(reader);
	return err;
}

int info_main(int argc, char **argv)
{
	struct request request = { 0 };
	struct failure why = { "" };
	int err = option_table_parse(&info_options, argc, argv, &request.common, take, &request, &why);

	if (err < 0)
		return tool_end(err, &why);
	err = run(&request, &why);
	return err ? tool_end(err, &why) : tool_end_output();
}
