/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/sightwriter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/escape.h"
#include "tool/csv.h"
#include "tool/timetext.h"
#include "tool/tool.h"

#define FLAGS 32 /* all eight with their commas, and a NUL */

static const char *format_address(const struct sighting *sighting, const uint8_t *address, char buf[INET6_ADDRSTRLEN])
{
	inet_ntop(series_version((enum series)sighting->series) == 4 ? AF_INET : AF_INET6, address, buf, INET6_ADDRSTRLEN);
	return buf;
}

static bool is_tcp(const struct sighting *sighting)
{
	return sighting->series == SERIES_TCP4 || sighting->series == SERIES_TCP6;
}

/* "SYN,ACK", as in the file's view; "NONE" for TCP with none of them, "" for what is no TCP. */
static const char *format_flags(const struct sighting *sighting, char buf[FLAGS])
{
	static const char names[8][4] = { "FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR" };
	unsigned used = 0;

	buf[0] = '\0';
	if (!is_tcp(sighting))
		return buf;
	for (unsigned i = 0; i < 8; i++)
		if (sighting->tcp_flags >> i & 1)
			used += (unsigned)snprintf(buf + used, FLAGS - used, "%s%s", used ? "," : "", names[i]);
	if (used == 0)
		snprintf(buf, FLAGS, "NONE");
	return buf;
}

static bool has_code(target_code target)
{
	return target_kind(target) == TARGET_ICMP || target_kind(target) == TARGET_ICMP6;
}

void sightwriter_csv_target(target_code target)
{
	unsigned number = target_number(target);

	if (has_code(target))
		printf("%s,%u,%u", target_protocol(target), number >> 8, number & 0xff);
	else
		printf("%s,%u,", target_protocol(target), number);
}

void sightwriter_json_target(struct jsonout *json, target_code target)
{
	unsigned number = target_number(target);

	jsonout_string(json, "protocol", target_protocol(target));
	if (has_code(target)) {
		jsonout_integer(json, "type", number >> 8);
		jsonout_integer(json, "code", number & 0xff);
	} else {
		jsonout_integer(json, target_kind(target) == TARGET_IP ? "number" : "port", number);
	}
}

void sightwriter_begin(struct sightwriter *writer, const char *archive, const struct window *window)
{
	struct jsonout *json = &writer->json;

	writer->sightings = writer->packets = 0;
	switch (writer->format) {
	case CELLWRITER_TEXT:
		return;
	case CELLWRITER_CSV:
		puts("start,end,series,class,source,destination," SIGHTWRITER_CSV_TARGET ",packets,flags,rule");
		return;
	case CELLWRITER_JSON:
		jsonout_init(json, stdout);
		jsonout_open(json, NULL, '{', false);
		jsonout_string(json, "archive", archive);
		jsonout_integer(json, "start", window->start_s);
		jsonout_integer(json, "end", window->end_s);
		evidence_write(writer->evidence, json);
		jsonout_open(json, "sightings", '[', false);
		return;
	}
}

/* Rows come one by one, so columns are as wide as what is common in them. */
static void write_text(const struct sightwriter *writer, const struct sightings_row *row)
{
	const struct sighting *sighting = &row->sighting;
	char time[TIMETEXT], source[INET6_ADDRSTRLEN], destination[INET6_ADDRSTRLEN], target[TARGET_TEXT], flags[FLAGS];
	char rule[4 * SIGHTING_RULE];

	if (writer->sightings == 0)
		printf("%-19s  %-6s  %-11s  %-15s  %-15s  %-10s  %8s  %-7s  %s\n", "time", "series", "class", "source", "destination",
		       "port", "packets", "flags", "rule");
	escape_bytes(row->rule, strlen(row->rule), rule, sizeof(rule));
	format_flags(sighting, flags);
	printf("%-19s  %-6s  %-11s  %-15s  %-15s  %-10s  %8" PRIu32 "  %-*s%s%s\n", timetext_local(row->start_s, time),
	       series_name((enum series)sighting->series), class_name((enum packet_class)sighting->class),
	       format_address(sighting, sighting->source, source), format_address(sighting, sighting->destination, destination),
	       target_format(target_of(sighting), target), sighting->packets, rule[0] ? 7 : 0,
	       flags[0] ? flags : "-", rule[0] ? "  " : "", rule);
}

static void write_csv(const struct sightings_row *row)
{
	const struct sighting *sighting = &row->sighting;
	char source[INET6_ADDRSTRLEN], destination[INET6_ADDRSTRLEN], flags[FLAGS];

	printf("%" PRId64 ",%" PRId64 ",%s,%s,%s,%s,", row->start_s, row->end_s, series_name((enum series)sighting->series),
	       class_name((enum packet_class)sighting->class), format_address(sighting, sighting->source, source),
	       format_address(sighting, sighting->destination, destination));
	sightwriter_csv_target(target_of(sighting));
	printf(",%" PRIu32 ",", sighting->packets);
	csv_text(stdout, format_flags(sighting, flags));
	putchar(',');
	csv_text(stdout, row->rule);
	putchar('\n');
}

static void write_json(struct jsonout *json, const struct sightings_row *row)
{
	const struct sighting *sighting = &row->sighting;
	char text[INET6_ADDRSTRLEN], flags[FLAGS];

	jsonout_open(json, NULL, '{', true);
	jsonout_integer(json, "start", row->start_s);
	jsonout_integer(json, "end", row->end_s);
	jsonout_string(json, "series", series_name((enum series)sighting->series));
	jsonout_string(json, "class", class_name((enum packet_class)sighting->class));
	jsonout_string(json, "source", format_address(sighting, sighting->source, text));
	jsonout_string(json, "destination", format_address(sighting, sighting->destination, text));
	sightwriter_json_target(json, target_of(sighting));
	jsonout_integer(json, "packets", sighting->packets);
	if (is_tcp(sighting))
		jsonout_string(json, "flags", format_flags(sighting, flags));
	jsonout_string(json, "rule", row->rule);
	jsonout_close(json, '}');
}

int sightwriter_take(void *arg, const struct sightings_row *row)
{
	struct sightwriter *writer = arg;

	switch (writer->format) {
	case CELLWRITER_TEXT:
		write_text(writer, row);
		break;
	case CELLWRITER_CSV:
		write_csv(row);
		break;
	case CELLWRITER_JSON:
		write_json(&writer->json, row);
		break;
	}
	writer->sightings++;
	writer->packets += row->sighting.packets;
	return ferror(stdout) ? -EIO : 0;
}

static void print_sentence(const char *sentence)
{
	puts(sentence);
}

void sightwriter_end(struct sightwriter *writer)
{
	switch (writer->format) {
	case CELLWRITER_TEXT:
		printf("%s%" PRIu64 " sighting%s, %" PRIu64 " packet%s\n", writer->sightings ? "\n" : "", writer->sightings,
		       writer->sightings == 1 ? "" : "s", writer->packets, writer->packets == 1 ? "" : "s");
		evidence_tell(writer->evidence, print_sentence);
		return;
	case CELLWRITER_CSV:
		evidence_tell(writer->evidence, tool_warn);
		return;
	case CELLWRITER_JSON:
		jsonout_close(&writer->json, ']');
		jsonout_close(&writer->json, '}');
		return;
	}
}
