/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/rankwriter.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/escape.h"
#include "tool/csv.h"
#include "tool/evidence.h"
#include "tool/sightwriter.h"
#include "tool/timetext.h"
#include "tool/tool.h"

/* ---- aligned text ---- */

#define CELL (4 * SIGHTING_RULE) /* a rule with each byte escaped */
#define COLUMNS 7

struct column {
	const char *head;
	bool is_number;
	void (*format)(const struct rankwriter *writer, const struct ranking_group *group, char cell[CELL]);
};

static void format_group(const struct rankwriter *writer, const struct ranking_group *group, char cell[CELL])
{
	switch (writer->by) {
	case RANKING_SOURCE:
	case RANKING_DESTINATION:
	case RANKING_NET24:
	case RANKING_NET64:
		ranking_group_address(group, cell);
		return;
	case RANKING_PORT:
		target_format(group->target, cell);
		return;
	case RANKING_RULE:
		if (group->rule[0])
			escape_bytes(group->rule, strlen(group->rule), cell, CELL);
		else
			snprintf(cell, CELL, "(none)");
		return;
	case RANKING_SERIES:
		snprintf(cell, CELL, "%s", series_name(group->series));
		return;
	}
}

static void format_name(const struct rankwriter *writer, const struct ranking_group *group, char cell[CELL])
{
	char buf[TARGET_NAME];

	snprintf(cell, CELL, "%s", target_name(group->target, writer->services, buf));
}

static void format_packets(const struct rankwriter *writer, const struct ranking_group *group, char cell[CELL])
{
	snprintf(cell, CELL, "%" PRIu64, group->packets);
}

static void format_ports(const struct rankwriter *writer, const struct ranking_group *group, char cell[CELL])
{
	snprintf(cell, CELL, "%" PRIu32, group->ports);
}

static void format_sources(const struct rankwriter *writer, const struct ranking_group *group, char cell[CELL])
{
	snprintf(cell, CELL, "%" PRIu32, group->sources);
}

static void format_first(const struct rankwriter *writer, const struct ranking_group *group, char cell[CELL])
{
	timetext_local(group->first_s, cell);
}

static void format_last(const struct rankwriter *writer, const struct ranking_group *group, char cell[CELL])
{
	timetext_local(group->last_s, cell);
}

static const char *group_head(enum ranking_by by)
{
	return by == RANKING_NET24 || by == RANKING_NET64 ? "network" : ranking_by_name(by);
}

static unsigned choose_columns(enum ranking_by by, struct column columns[COLUMNS])
{
	unsigned count = 0;

	columns[count++] = (struct column){ group_head(by), false, format_group };
	if (by == RANKING_PORT)
		columns[count++] = (struct column){ "name", false, format_name };
	columns[count++] = (struct column){ "packets", true, format_packets };
	if (by != RANKING_PORT)
		columns[count++] = (struct column){ "ports", true, format_ports };
	if (by != RANKING_SOURCE)
		columns[count++] = (struct column){ "sources", true, format_sources };
	columns[count++] = (struct column){ "first seen", false, format_first };
	columns[count++] = (struct column){ "last seen", false, format_last };
	return count;
}

static void print_line(const struct column *columns, unsigned count, const int *width, char cells[COLUMNS][CELL])
{
	for (unsigned i = 0; i < count; i++) {
		bool is_last = i + 1 == count;

		printf("%s%*s", i ? "  " : "", columns[i].is_number ? width[i] : is_last ? 0 : -width[i], cells[i]);
	}
	putchar('\n');
}

static void format_line(const struct rankwriter *writer, const struct column *columns, unsigned count,
                        const struct ranking_group *group, char cells[COLUMNS][CELL])
{
	for (unsigned i = 0; i < count; i++)
		if (group)
			columns[i].format(writer, group, cells[i]);
		else
			snprintf(cells[i], CELL, "%s", columns[i].head);
}

/* Twice over the lines: what is widest is known only in the end, and all of them at once are many. */
static void print_table(const struct rankwriter *writer, const struct ranking_group *groups, unsigned count)
{
	struct column columns[COLUMNS];
	char cells[COLUMNS][CELL];
	int width[COLUMNS] = { 0 };
	unsigned column_count = choose_columns(writer->by, columns);

	for (unsigned i = 0; i <= count; i++) {
		format_line(writer, columns, column_count, i ? &groups[i - 1] : NULL, cells);
		for (unsigned c = 0; c < column_count; c++)
			width[c] = (int)strlen(cells[c]) > width[c] ? (int)strlen(cells[c]) : width[c];
	}
	for (unsigned i = 0; i <= count; i++) {
		format_line(writer, columns, column_count, i ? &groups[i - 1] : NULL, cells);
		print_line(columns, column_count, width, cells);
	}
}

static const char *plural(enum ranking_by by)
{
	switch (by) {
	case RANKING_SOURCE:
		return "sources";
	case RANKING_PORT:
		return "ports";
	case RANKING_NET24:
	case RANKING_NET64:
		return "networks";
	case RANKING_RULE:
		return "rules";
	case RANKING_DESTINATION:
		return "destinations";
	case RANKING_SERIES:
		return "series";
	}
	return "";
}

static uint64_t packets_of(const struct ranking_group *groups, unsigned count)
{
	uint64_t packets = 0;

	for (unsigned i = 0; i < count; i++)
		packets += groups[i].packets;
	return packets;
}

static void print_sentence(const char *sentence)
{
	puts(sentence);
}

/* Never "100%" of what is not all. */
static void print_text(const struct rankwriter *writer, const struct ranking_group *groups, unsigned count)
{
	uint64_t shown = packets_of(groups, count);
	double part = writer->sum.packets ? (double)shown / (double)writer->sum.packets : 1;

	if (count) {
		print_table(writer, groups, count);
		printf("\n%u of %" PRIu64 " %s, %" PRIu64 " of %" PRIu64 " packets (%.2f%%)\n", count, writer->sum.groups,
		       plural(writer->by), shown, writer->sum.packets, shown < writer->sum.packets ? floor(part * 10000) / 100 : 100);
	} else {
		puts("no sightings");
	}
	evidence_tell(writer->evidence, print_sentence);
}

/* ---- for programs ---- */

static void write_csv_group(const struct rankwriter *writer, const struct ranking_group *group)
{
	char text[CELL], name[TARGET_NAME];

	if (writer->by == RANKING_PORT) {
		sightwriter_csv_target(group->target);
		putchar(',');
		csv_text(stdout, target_name(group->target, writer->services, name));
		return;
	}
	if (writer->by == RANKING_RULE) {
		csv_text(stdout, group->rule);
		return;
	}
	format_group(writer, group, text);
	fputs(text, stdout);
}

static void print_csv(const struct rankwriter *writer, const struct ranking_group *groups, unsigned count)
{
	bool by_port = writer->by == RANKING_PORT, by_source = writer->by == RANKING_SOURCE;

	printf("%s,packets%s%s,first,last\n", by_port ? SIGHTWRITER_CSV_TARGET ",name" : group_head(writer->by), by_port ? "" : ",ports",
	       by_source ? "" : ",sources");
	for (unsigned i = 0; i < count; i++) {
		write_csv_group(writer, &groups[i]);
		printf(",%" PRIu64, groups[i].packets);
		if (!by_port)
			printf(",%" PRIu32, groups[i].ports);
		if (!by_source)
			printf(",%" PRIu32, groups[i].sources);
		printf(",%" PRId64 ",%" PRId64 "\n", groups[i].first_s, groups[i].last_s);
	}
	evidence_tell(writer->evidence, tool_warn);
}

static void write_json_group(struct jsonout *json, const struct rankwriter *writer, const struct ranking_group *group)
{
	char text[CELL], name[TARGET_NAME];

	jsonout_open(json, NULL, '{', true);
	if (writer->by == RANKING_PORT) {
		sightwriter_json_target(json, group->target);
		jsonout_string(json, "name", target_name(group->target, writer->services, name));
	} else if (writer->by == RANKING_RULE) {
		jsonout_string(json, "rule", group->rule);
	} else {
		format_group(writer, group, text);
		jsonout_string(json, group_head(writer->by), text);
	}
	jsonout_integer(json, "packets", (int64_t)group->packets);
	if (writer->by != RANKING_PORT)
		jsonout_integer(json, "ports", group->ports);
	if (writer->by != RANKING_SOURCE)
		jsonout_integer(json, "sources", group->sources);
	jsonout_integer(json, "first", group->first_s);
	jsonout_integer(json, "last", group->last_s);
	jsonout_close(json, '}');
}

static void print_json(const struct rankwriter *writer, const struct ranking_group *groups, unsigned count)
{
	struct jsonout json;

	jsonout_init(&json, stdout);
	jsonout_open(&json, NULL, '{', false);
	jsonout_string(&json, "archive", writer->archive);
	jsonout_integer(&json, "start", writer->window->start_s);
	jsonout_integer(&json, "end", writer->window->end_s);
	evidence_write(writer->evidence, &json);
	jsonout_string(&json, "by", ranking_by_name(writer->by));
	jsonout_integer(&json, "groups", (int64_t)writer->sum.groups);
	jsonout_integer(&json, "packets", (int64_t)writer->sum.packets);
	jsonout_integer(&json, "packets_shown", (int64_t)packets_of(groups, count));
	jsonout_open(&json, "top", '[', false);
	for (unsigned i = 0; i < count; i++)
		write_json_group(&json, writer, &groups[i]);
	jsonout_close(&json, ']');
	jsonout_close(&json, '}');
}

void rankwriter_write(const struct rankwriter *writer, const struct ranking_group *groups, unsigned count)
{
	switch (writer->format) {
	case CELLWRITER_TEXT:
		print_text(writer, groups, count);
		return;
	case CELLWRITER_CSV:
		print_csv(writer, groups, count);
		return;
	case CELLWRITER_JSON:
		print_json(writer, groups, count);
		return;
	}
}
