/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/graph.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "common/escape.h"
#include "common/units.h"
#include "common/utf8.h"
#include "tool/graph_look.h"
#include "tool/hover.h"
#include "tool/imginfo.h"
#include "tool/lazy.h"
#include "tool/lists.h"
#include "tool/outfile.h"
#include "tool/page.h"
#include "tool/picture.h"
#include "tool/rrdgraph.h"
#include "tool/selection.h"
#include "tool/services.h"
#include "tool/timespan.h"
#include "tool/tool.h"
#include "tool/xgrid.h"

#define SIDE_MIN 16
#define SIDE_MAX 16384
#define WIDTH 1440 /* a minute a pixel in a day */
#define DAY_HEIGHT_MIN 24

enum { DAY = OPTION_LONG, FLAT, TIMING, DAYS, MONTH, WEEK_FMT };
enum { PORTS = OPTION_LONG + 20, LINEAR, SERIES, SERVICES, SOURCE, DESTINATION, RULE };
#define SERIES_DRAWN ((1u << (SERIES_ICMP6 + 1)) - 1)

static const struct option_row rows[] = {
	{ 's', "start", "TIME", "from then on; a day before the end by default", "end-1h end-1d end-7d end-1month end-1y" },
	{ 'e', "end", "TIME", "up to then; now by default", "now midnight noon" },
	{ DAY, "day", "DAY", "one day of local time: YEAR-MONTH-DAY, today or yesterday", "today yesterday" },
	{ 'w', "width", "PIXELS", "width of the area with the dots; 1440 by default" },
	{ 'h', "height", "PIXELS", "its height, that of all days together; 640, or up to 140 a day, by default" },
	{ 't', "title", "TEXT", "what stands above the picture" },
	{ 'a', "imgformat", "FORMAT", "PNG, SVG, PDF, EPS, HTML or JSON; by the end of FILE, or else PNG, by default",
	  "PNG SVG PDF EPS HTML JSON" },
	{ FLAT, "flat", NULL, "dots of one size and brightness, as the first Fireplot drew them" },
	{ TIMING, "timing", NULL, "tell on stderr where the CPU time went" },

	{ 'S', "step", "SECONDS", "read rows of this length; as long as a pixel by default" },
	{ 'z', "lazy", NULL, "leave FILE as it is while a new picture would have no new column" },
	{ 'Z', "use-nan-for-all-missing-data", NULL, "leave out files of ports that can't be read, with a warning" },
	{ 'f', "imginfo", "FORMAT", "print this in place of WIDTHxHEIGHT: %s is the name, %lu width and height" },

	{ DAYS, "days", "NUMBER", "so many days below each other, up to --day or today" },
	{ MONTH, "month", "MONTH", "one month of local time: YEAR-MONTH, this or last", "this last" },
	{ 'x', "x-grid", "GRID", "of time: GTM:GST:MTM:MST:LTM:LST:LPR:LFM as in rrdgraph(1), or none", "none" },
	{ WEEK_FMT, "week-fmt", "FORMAT", "strftime(3) format of labels that are a week apart" },

	{ PORTS, "ports", "PORT[-PORT],...", "only these, each in a lane of its own; names of services too", "1024-65535 ssh,http" },
	{ LINEAR, "linear", NULL, "ports as far apart as their numbers, not on a log scale" },
	{ SERIES, "series", "NAME,...", "only these: tcp4 udp4 tcp6 udp6 icmp4 icmp6", "tcp4 udp4 tcp6 udp6 icmp4 icmp6" },
	{ SERVICES, "services", NULL, "names of services beside the ports" },
	{ SOURCE, "source", "NET,...", "only what came from there, each packet at its own port; several times if need be" },
	{ DESTINATION, "destination", "NET,...", "only what went there" },
	{ RULE, "rule", "PREFIX", "only what the rule with this log prefix rejected" },

	{ 'v', "vertical-label", "TEXT", "what stands at the left, upwards" },
	{ 'W', "watermark", "TEXT", "what stands at the foot of the picture" },
	{ 'j', "only-graph", NULL, "the area with the dots alone, without any text" },
	{ 'D', "full-size-mode", NULL, "width and height are those of the whole picture" },
	{ 'm', "zoom", "FACTOR", "the picture, and all in it, larger or smaller" },
	{ 'g', "no-legend", NULL, "no legend" },
	{ GRAPH_LOOK_MARK, "mark", "TIME:TEXT", "a line at a moment; several times if need be" },
	{ GRAPH_LOOK_MARK_PORT, "mark-port", "PORT:TEXT", "a line at a port; several times if need be" },
	{ 'F', "force-rules-legend", NULL, "tell in the legend of lines at moments and ports that are not in the picture, too" },
	{ GRAPH_LOOK_BORDER, "border", "PIXELS", "around the picture, in the colours SHADEA and SHADEB; 2 by default" },
	{ GRAPH_LOOK_TERMINAL, "terminal", "HOW", "draw on the terminal: auto, sixel, kitty, iterm2 or symbols",
	  "auto sixel kitty iterm2 symbols" },
	{ GRAPH_LOOK_THEME, "theme", "NAME", "dark, or light for paper; dark by default", "dark light" },
	{ GRAPH_LOOK_PALETTE, "palette", "NAME", "original, or safe: colours that the colour-blind tell apart", "original safe" },
	{ 'c', "color", "TAG#RRGGBB[AA]", "the colour of BACK, CANVAS, TCP4 ...; a wrong tag lists them" },
	{ 'n', "font", "TAG:SIZE[:FONT]", "the font of DEFAULT, TITLE, AXIS, UNIT, LEGEND or WATERMARK; SIZE in points" },
	{ 'R', "font-render-mode", "MODE", "how letters are drawn: normal, light or mono; light by default", "normal light mono" },
	{ 'B', "font-smoothing-threshold", "SIZE", "letters up to this size, in points, are not smoothed" },
	{ 'G', "graph-render-mode", "MODE", "normal, or mono: dots without smooth rims", "normal mono" },
};

const struct option_table graph_options = {
	.command = "graph",
	.arguments = "[FILE|-]",
	.about = "Draws the rejected packets of a time into FILE, or on stdout: time to the right,\n"
	         "destination port up, a dot for each port and moment. Prints WIDTHxHEIGHT of the\n"
	         "whole picture. Without FILE it is drawn on the terminal. Times are those of rrdtool.\n",
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
	bool is_terminal; /* where there is no file */
	struct graph_look look;
	struct rule rule[RULES_MAX];
	bool services; /* names beside the ports */
	struct selection selection; /* owned */
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
	case PORTS:
		return lists_parse_ports(value, &graph->order.view.ports, why);
	case LINEAR:
		graph->order.view.is_linear = true;
		break;
	case SERIES:
		return lists_parse_series(value, SERIES_DRAWN, &graph->order.series, why);
	case SERVICES:
		graph->services = true;
		break;
	case SOURCE:
		return selection_add_nets(&graph->selection.source, value, why);
	case DESTINATION:
		return selection_add_nets(&graph->selection.destination, value, why);
	case RULE:
		selection_set_rule(&graph->selection, value);
		break;
	case 'S':
		return units_parse_number(value, 1, INT32_MAX, &graph->order.step_s) ?
		       0 : fail(why, EINVAL, "expected a number of seconds, at least 1");
	case 'Z':
		graph->order.skips_unreadable = true;
		break;
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
	default:
		return graph_look_take(&graph->look, code, value, why);
	}
	return 0;
}

static int choose_format(struct graph *graph, struct failure *why)
{
	static const char *const names[] = {
		[PICTURE_PNG] = "png", [PICTURE_SVG] = "svg", [PICTURE_PDF] = "pdf", [PICTURE_EPS] = "eps", [PICTURE_JSON] = "json",
		[PICTURE_HTML] = "html",
	};
	const char *end = strrchr(graph->file, '.');
	char quoted[ESCAPE_QUOTED];
	const char *name = graph->format ? graph->format : end && strchr(end, '/') == NULL ? end + 1 : "png";

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i]) == 0) {
			graph->order.format = (enum picture_format)i;
			return 0;
		}
	if (graph->format)
		return fail(why, EINVAL, "option --imgformat: expected PNG, SVG, PDF, EPS, HTML or JSON, not %s",
		            escape_quote(name, quoted));
	return 0; /* PNG, as in rrdtool, whatever the name */
}

/* Without a file it is the terminal, if there is one or its kind was told. */
static int choose_terminal(struct graph *graph, struct failure *why)
{
	if (!graph->look.has_terminal && (graph->format || !isatty(STDOUT_FILENO)))
		return fail(why, EINVAL, "expected a FILE to draw into, or - for the standard output");
	graph->is_terminal = true;
	graph->order.format = PICTURE_TERMINAL;
	return terminal_find(STDOUT_FILENO, graph->look.terminal, &graph->order.terminal, why);
}

/* 140 pixels are room for a day's ports to be told apart; many days get less, so that their picture can still be looked at. */
static unsigned default_height(unsigned days)
{
	unsigned one = days <= 14 ? 140 : 14 * 140 / days;

	return days ? days * (one < DAY_HEIGHT_MIN ? DAY_HEIGHT_MIN : one) : 640;
}

/* As large as the terminal, but for the lines of the shell; where letters are drawn in cells, all goes by the size of those. */
static void fit_terminal(struct graph *graph)
{
	struct picture_order *order = &graph->order;
	const struct terminal *terminal = &order->terminal;
	unsigned width = terminal->columns * terminal->cell_width;
	unsigned height = (terminal->rows > 2 ? terminal->rows - 2 : 1) * terminal->cell_height;

	if (terminal->mode == TERMINAL_SYMBOLS)
		order->em = terminal->cell_height;
	if (order->width || order->height)
		return;
	order->is_full_size = true;
	order->width = width < SIDE_MAX ? width : SIDE_MAX;
	order->height = height < SIDE_MAX ? height : SIDE_MAX;
}

static int choose_window(struct graph *graph, struct failure *why)
{
	struct picture_order *order = &graph->order;
	int err = timespan_choose(&graph->span, order->now_s, &order->window, &graph->days, graph->title, why);

	if (err)
		return err;
	if (graph->span.days)
		order->days = &graph->days;
	order->is_full_size = graph->look.is_full_size;
	if (graph->is_terminal)
		fit_terminal(graph);
	if (!order->width)
		order->width = WIDTH;
	if (!order->height)
		order->height = default_height(graph->span.days);
	if (!order->is_full_size && order->height < graph->span.days * SIDE_MIN)
		return fail(why, EINVAL, "option --height: expected at least %u pixels, %d for each of %u days",
		            graph->span.days * SIDE_MIN, SIDE_MIN, graph->span.days);
	return 0;
}

/* Colours, fonts, and sizes after zooming. */
static int choose_look(struct graph *graph, struct failure *why)
{
	struct picture_order *order = &graph->order;
	int rules = graph_look_rules(&graph->look, &order->window, graph->rule, why);
	double zoom = graph->look.zoom, width = round(order->width * zoom), height = round(order->height * zoom);
	double strip = order->is_full_size || !order->days ? height : height / order->days->count;

	if (fmin(width, strip) < SIDE_MIN || fmax(width, height) > SIDE_MAX)
		return fail(why, EINVAL, "option --zoom: expected width and height%s from %d to %d behind it, not %.0fx%.0f",
		            order->days ? " of a day" : "", SIDE_MIN, SIDE_MAX, width, strip);
	if (rules < 0)
		return rules;
	order->rule = graph->rule;
	order->rules = (unsigned)rules;
	order->palette = graph_look_palette(&graph->look);
	order->canvas = graph->look.canvas;
	order->canvas.date_s = order->window.end_s;
	order->look = graph->look.look;
	for (unsigned i = 0; i < LOOK_TEXTS; i++)
		order->look.font[i].em *= zoom;
	order->look.border = (unsigned)(order->look.border * zoom + 0.5);
	order->canvas.bitmap_em *= zoom;
	order->zoom = zoom;
	order->width = (unsigned)width;
	order->height = (unsigned)height;
	return 0;
}

static int choose_axis(struct graph *graph, struct failure *why)
{
	const struct axis_grid *grid = &graph->grid;
	double s_per_px = picture_seconds_per_pixel(&graph->order);
	struct failure left_out;
	int err = 0;

	if (graph->order.axis.week_format && !utf8_is_valid(graph->order.axis.week_format))
		return fail(why, EINVAL, "option --week-fmt: expected a text in UTF-8");
	if (!graph->order.axis.grid || grid->is_none)
		return 0;
	if (!utf8_is_valid(grid->format))
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

/* Draws with the names of services beside the ports, if they are wanted. */
static int make_picture(struct graph *graph, struct reader *reader, struct picture *picture, struct failure *why)
{
	struct services *services = NULL;
	struct axis_naming naming;
	int err = graph->services ? services_load(&services, why) : 0;

	if (services) {
		naming = services_naming(services);
		graph->order.naming = &naming;
	}
	if (!err)
		err = picture_make(reader, &graph->order, picture, why);
	graph->order.naming = NULL;
	services_free(services);
	return err;
}

static void warn_unreadable(const struct picture *picture)
{
	char text[sizeof(picture->why.text) + 64];

	snprintf(text, sizeof(text), "%u %s left out; %s%s", picture->unreadable, picture->unreadable == 1 ? "file is" : "files are",
	         picture->unreadable == 1 ? "" : "the first: ", picture->why.text);
	tool_warn(text);
}

/* A picture, or a page with one. */
static int make_output(struct graph *graph, struct reader *reader, struct picture *picture, struct failure *why)
{
	struct hover hover = { 0 };
	char *warning = NULL;
	int err;

	if (graph->order.format == PICTURE_HTML)
		graph->order.hover = &hover;
	err = make_picture(graph, reader, picture, why);
	if (!err && graph->order.hover)
		err = page_make(reader, &graph->order, graph->file, picture, &warning, why);
	if (warning)
		tool_warn(warning);
	graph->order.hover = NULL;
	hover_fini(&hover);
	free(warning);
	return err;
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
	err = make_output(graph, reader, &picture, why);
	if (!err && picture.unreadable)
		warn_unreadable(&picture);
	if (!err && *picture.unsighted.text)
		tool_warn(picture.unsighted.text);
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
	int err = choose_window(graph, why);

	if (!err)
		err = choose_look(graph, why);
	if (!err)
		err = choose_axis(graph, why);
	if (selection_seal(&graph->selection))
		graph->order.selection = &graph->selection;
	if (!graph->order.title)
		graph->order.title = graph->title;
	if (!err && !utf8_is_valid(graph->order.title))
		err = fail(why, EINVAL, "option --title: expected a text in UTF-8");
	return err || is_done(graph) ? err : make_graph(graph, why);
}

int graph_main(int argc, char **argv)
{
	struct graph graph = { .order = { .now_s = time(NULL) } };
	struct failure why = { "" };
	int first;

	tzset();
	graph_look_init(&graph.look);
	first = option_table_parse(&graph_options, argc, argv, &graph.common, take, &graph, &why);
	if (first < 0)
		return tool_end(first, &why);
	if (first + 1 < argc)
		return tool_end(rrdgraph_refuse(argv[first + 1], &why), &why);
	graph.file = first < argc ? argv[first] : "-";
	first = first < argc ? choose_format(&graph, &why) : choose_terminal(&graph, &why);
	if (!first)
		first = run(&graph, &why);
	days_fini(&graph.days);
	selection_fini(&graph.selection);
	return first ? tool_end(first, &why) : tool_end_output();
}
