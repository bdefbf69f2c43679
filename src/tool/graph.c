/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/graph.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "common/escape.h"
#include "common/units.h"
#include "tool/imginfo.h"
#include "tool/lazy.h"
#include "tool/outfile.h"
#include "tool/picture.h"
#include "tool/rrdgraph.h"
#include "tool/timespan.h"
#include "tool/tool.h"
#include "tool/xgrid.h"

#define SIDE_MIN 16
#define SIDE_MAX 16384
#define DAY_HEIGHT_MIN 24

enum { DAY = OPTION_LONG, FLAT, TIMING, DAYS, MONTH, WEEK_FMT };

static const struct option_row rows[] = {
	{ 's', "start", "TIME", "from then on; a day before the end by default", "end-1h end-1d end-7d end-1month end-1y" },
	{ 'e', "end", "TIME", "up to then; now by default", "now midnight noon" },
	{ DAY, "day", "DAY", "one day of local time: YEAR-MONTH-DAY, today or yesterday", "today yesterday" },
	{ 'w', "width", "PIXELS", "width of the area with the dots; 1440 by default" },
	{ 'h', "height", "PIXELS", "its height, that of all days together; 640, or up to 140 a day, by default" },
	{ 't', "title", "TEXT", "what stands above the picture" },
	{ 'a', "imgformat", "FORMAT", "PNG, SVG or JSON; by the end of FILE, or else PNG, by default", "PNG SVG JSON" },
	{ FLAT, "flat", NULL, "dots of one size and brightness, as the first Fireplot drew them" },
	{ TIMING, "timing", NULL, "tell on stderr where the CPU time went" },

	{ 'S', "step", "SECONDS", "read rows of this length; as long as a pixel by default" },
	{ 'z', "lazy", NULL, "leave FILE as it is while a new picture would have no new column" },
	{ 'f', "imginfo", "FORMAT", "print this in place of WIDTHxHEIGHT: %s is the name, %lu width and height" },

	{ DAYS, "days", "NUMBER", "so many days below each other, up to --day or today" },
	{ MONTH, "month", "MONTH", "one month of local time: YEAR-MONTH, this or last", "this last" },
	{ 'x', "x-grid", "GRID", "of time: GTM:GST:MTM:MST:LTM:LST:LPR:LFM as in rrdgraph(1), or none", "none" },
	{ WEEK_FMT, "week-fmt", "FORMAT", "strftime(3) format of labels that are a week apart" },
};

const struct option_table graph_options = {
	.command = "graph",
	.arguments = "FILE|-",
	.about = "Draws the rejected packets of a time into FILE, or on stdout: time to the right,\n"
	         "destination port up, a dot for each port and moment. Prints WIDTHxHEIGHT of the\n"
	         "whole picture. Times are those of rrdtool.\n",
	.count = sizeof(rows) / sizeof(rows[0]),
	.row = rows,
	.elsewhere_count = RRDGRAPH_OPTIONS,
	.elsewhere = rrdgraph_options,
};

struct graph {
	const char *file;
	struct option_common common;
	struct timespan span;
	struct days days; /* that it says; owned */
	struct axis_grid grid;
	const char *format;
	const char *imginfo; /* NULL for the size alone */
	bool lazy;
	bool timing;
	char title[TIMESPAN_TITLE]; /* the default one */
	struct picture_order order;
};

static int take_side(unsigned *side, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];
	uint32_t number;

	if (!units_parse_number(value, SIDE_MIN, SIDE_MAX, &number))
		return fail(why, EINVAL, "expected pixels from %d to %d, not %s", SIDE_MIN, SIDE_MAX, escape_quote(value, quoted));
	*side = number;
	return 0;
}

static int take_days(unsigned *days, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];
	uint32_t number;

	if (!units_parse_number(value, 1, DAYS_MAX, &number))
		return fail(why, EINVAL, "expected a number of days from 1 to %d, not %s", DAYS_MAX, escape_quote(value, quoted));
	*days = number;
	return 0;
}

static int take(void *arg, int code, const char *value, struct failure *why)
{
	struct graph *graph = arg;

	switch (code) {
	case 's':
		graph->span.start = value;
		break;
	case 'e':
		graph->span.end = value;
		break;
	case 'w':
		return take_side(&graph->order.width, value, why);
	case 'h':
		return take_side(&graph->order.height, value, why);
	case 't':
		graph->order.title = value;
		break;
	case 'a':
		graph->format = value;
		break;
	case DAY:
		graph->span.day = value;
		break;
	case FLAT:
		graph->order.flat = true;
		break;
	case TIMING:
		graph->timing = true;
		break;
	case 'S':
		return units_parse_number(value, 1, INT32_MAX, &graph->order.step_s) ?
		       0 : fail(why, EINVAL, "expected a number of seconds, at least 1");
	case 'z':
		graph->lazy = true;
		break;
	case 'f':
		graph->imginfo = value;
		return imginfo_check(value, why);
	case DAYS:
		return take_days(&graph->span.days, value, why);
	case MONTH:
		graph->span.month = value;
		break;
	case 'x':
		graph->order.axis.grid = &graph->grid;
		return xgrid_parse(value, &graph->grid, why);
	case WEEK_FMT:
		graph->order.axis.week_format = value;
		return xgrid_check_format(value, why);
	}
	return 0;
}

static int choose_format(struct graph *graph, struct failure *why)
{
	static const char *const names[] = { [PICTURE_PNG] = "png", [PICTURE_SVG] = "svg", [PICTURE_JSON] = "json" };
	const char *end = strrchr(graph->file, '.');
	char quoted[ESCAPE_QUOTED];
	const char *name = graph->format ? graph->format : end && strchr(end, '/') == NULL ? end + 1 : "png";

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i]) == 0) {
			graph->order.format = (enum picture_format)i;
			return 0;
		}
	if (graph->format)
		return fail(why, EINVAL, "option --imgformat: expected PNG, SVG or JSON, not %s", escape_quote(name, quoted));
	return 0; /* PNG, as in rrdtool, whatever the name */
}

/* 140 pixels are room for a day's ports to be told apart; many days get less, so that their picture can still be looked at. */
static unsigned default_height(unsigned days)
{
	unsigned one = days <= 14 ? 140 : 14 * 140 / days;

	return days ? days * (one < DAY_HEIGHT_MIN ? DAY_HEIGHT_MIN : one) : 640;
}

static int choose_window(struct graph *graph, struct failure *why)
{
	struct picture_order *order = &graph->order;
	int err = timespan_choose(&graph->span, order->now_s, &order->window, &graph->days, graph->title, why);

	if (err)
		return err;
	if (graph->span.days)
		order->days = &graph->days;
	if (!order->height)
		order->height = default_height(graph->span.days);
	if (order->height < graph->span.days * SIDE_MIN)
		return fail(why, EINVAL, "option --height: expected at least %u pixels, %d for each of %u days", graph->span.days * SIDE_MIN,
		            SIDE_MIN, graph->span.days);
	return 0;
}

/* Whether pango will take the text: UTF-8 as in RFC 3629. */
static bool is_utf8(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p;) {
		unsigned first = *p++, more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
		unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80; /* of the second byte: no longer than needed, */
		unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf; /* no surrogate, nothing past U+10FFFF */

		if ((first >= 0x80 && first < 0xc2) || first > 0xf4)
			return false;
		for (; more > 0; more--, p++, low = 0x80, high = 0xbf)
			if (*p < low || *p > high)
				return false;
	}
	return true;
}

static int choose_axis(struct graph *graph, struct failure *why)
{
	const struct axis_grid *grid = &graph->grid;
	double s_per_px = picture_seconds_per_pixel(&graph->order);
	struct failure left_out;
	int err = 0;

	if (!graph->order.axis.grid || grid->is_none)
		return 0;
	if (!is_utf8(grid->format))
		err = fail(why, EINVAL, "option --x-grid: LFM: expected a text in UTF-8");
	else if (graph->order.days)
		err = xgrid_check_hours(grid, why);
	if (!err && xgrid_leaves_out(grid, s_per_px, graph->order.width, &left_out))
		tool_warn(left_out.text);
	return err;
}

static void print_timing(const struct picture *picture, double before_ms, double open_ms)
{
	fprintf(stderr, "timing (CPU ms): start %.1f, open %.1f", before_ms, open_ms);
	for (unsigned i = 0; i < PICTURE_PHASES; i++)
		fprintf(stderr, ", %s %.1f", picture_phase_name((enum picture_phase)i), picture->phase_ms[i]);
	fprintf(stderr, "; in all %.1f\n", picture_cpu_ms());
}

static void print_size(const struct graph *graph, unsigned width, unsigned height)
{
	if (graph->imginfo)
		imginfo_print(stdout, graph->imginfo, graph->file, width, height);
	else if (strcmp(graph->file, "-") != 0)
		printf("%ux%u\n", width, height);
}

/* Whether the picture that is there will do; then its size is printed. */
static bool is_done(const struct graph *graph)
{
	int64_t pixel_s = (int64_t)picture_seconds_per_pixel(&graph->order);
	unsigned width, height;

	if (!graph->lazy || !lazy_will_do(graph->file, graph->order.now_s, pixel_s, &width, &height))
		return false;
	print_size(graph, width, height);
	return true;
}

static int make_graph(struct graph *graph, struct failure *why)
{
	double before_ms = picture_cpu_ms(), open_ms;
	struct picture picture = { 0 };
	struct reader *reader;
	int err = reader_open(graph->common.archive, graph->common.daemon, &reader, why);

	if (err)
		return err;
	if (reader_warning(reader))
		tool_warn(reader_warning(reader));
	open_ms = picture_cpu_ms() - before_ms;
	err = picture_make(reader, &graph->order, &picture, why);
	if (!err)
		err = outfile_write(graph->file, picture.bytes, picture.size, why);
	if (!err)
		print_size(graph, picture.width, picture.height);
	if (!err && graph->timing)
		print_timing(&picture, before_ms, open_ms);
	free(picture.bytes);
	reader_close(reader);
	return err;
}

static int run(struct graph *graph, struct failure *why)
{
	int err = choose_format(graph, why);

	if (!err)
		err = choose_window(graph, why);
	if (!err)
		err = choose_axis(graph, why);
	if (!graph->order.title)
		graph->order.title = graph->title;
	if (!err && !is_utf8(graph->order.title))
		err = fail(why, EINVAL, "option --title: expected a text in UTF-8");
	return err || is_done(graph) ? err : make_graph(graph, why);
}

int graph_main(int argc, char **argv)
{
	struct graph graph = { .order = { .width = 1440, .now_s = time(NULL) } };
	struct failure why = { "" };
	int first;

	tzset();
	first = option_table_parse(&graph_options, argc, argv, &graph.common, take, &graph, &why);
	if (first < 0)
		return tool_end(first, &why);
	if (first == argc)
		return tool_end(fail(&why, EINVAL, "expected a FILE to draw into, or - for the standard output"), &why);
	if (first + 1 < argc)
		return tool_end(rrdgraph_refuse(argv[first + 1], &why), &why);
	graph.file = argv[first];
	first = run(&graph, &why);
	days_fini(&graph.days);
	return first ? tool_end(first, &why) : tool_end_output();
}
