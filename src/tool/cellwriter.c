/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/cellwriter.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

void cellwriter_begin(struct cellwriter *writer, enum cellwriter_format format, const char *archive, int64_t start_s, int64_t end_s)
{
	struct jsonout *json = &writer->json;

	writer->format = format;
	switch (format) {
	case CELLWRITER_TEXT:
		return;
	case CELLWRITER_CSV:
		puts("start,end,series,from,to,packets");
		return;
	case CELLWRITER_JSON:
		jsonout_init(json, stdout);
		jsonout_open(json, NULL, '{', false);
		jsonout_string(json, "archive", archive);
		jsonout_integer(json, "start", start_s);
		jsonout_integer(json, "end", end_s);
		jsonout_open(json, "cells", '[', false);
		return;
	}
}

/* Named by the end of the row, as rrdtool fetch does. */
static void write_text(const struct cell *cell)
{
	printf("%" PRId64 ": ", cell->end_s);
	if (!cell->series) {
		printf("unknown from %" PRId64 "\n", cell->start_s);
		return;
	}
	printf("%s ", cell->series);
	if (cell->lo < 0)
		fputs(cell->is_type ? "other" : "-", stdout);
	else if (cell->is_type)
		printf("type-%d", cell->lo);
	else if (cell->lo == cell->hi)
		printf("%d", cell->lo);
	else
		printf("%d-%d", cell->lo, cell->hi);
	if (isnan(cell->packets))
		puts(" unknown");
	else
		printf(" %.0f\n", cell->packets);
}

static void write_csv(const struct cell *cell)
{
	printf("%" PRId64 ",%" PRId64 ",%s,", cell->start_s, cell->end_s, cell->series ? cell->series : "");
	if (cell->lo >= 0)
		printf("%d,%d,", cell->lo, cell->hi);
	else
		fputs(",,", stdout);
	if (!isnan(cell->packets))
		printf("%.0f", cell->packets);
	putchar('\n');
}

static void write_json(struct jsonout *json, const struct cell *cell)
{
	jsonout_open(json, NULL, '{', true);
	jsonout_integer(json, "start", cell->start_s);
	jsonout_integer(json, "end", cell->end_s);
	jsonout_string(json, "series", cell->series);
	if (cell->lo >= 0 && cell->is_type) {
		jsonout_integer(json, "type", cell->lo);
	} else if (cell->lo >= 0) {
		jsonout_open(json, "ports", '[', true);
		jsonout_integer(json, NULL, cell->lo);
		jsonout_integer(json, NULL, cell->hi);
		jsonout_close(json, ']');
	}
	jsonout_number(json, "packets", cell->packets);
	jsonout_close(json, '}');
}

void cellwriter_take(void *arg, const struct cell *cell)
{
	struct cellwriter *writer = arg;

	switch (writer->format) {
	case CELLWRITER_TEXT:
		write_text(cell);
		return;
	case CELLWRITER_CSV:
		write_csv(cell);
		return;
	case CELLWRITER_JSON:
		write_json(&writer->json, cell);
		return;
	}
}

void cellwriter_end(struct cellwriter *writer)
{
	if (writer->format != CELLWRITER_JSON)
		return;
	jsonout_close(&writer->json, ']');
	jsonout_close(&writer->json, '}');
}
