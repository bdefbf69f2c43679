/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/graph.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "common/units.h"
#include "tool/outfile.h"
#include "tool/picture.h"
#include "tool/window.h"

#define SIDE_MIN 16
#define SIDE_MAX 16384
#define ARCHIVE_DEFAULT LOCALSTATEDIR "/fireplot"

enum { OPTION_DAY = 256, OPTION_ARCHIVE, OPTION_FLAT, OPTION_TIMING, OPTION_HELP };

/* value names the argument, "" if there is none. */
static const struct graph_option {
	struct option option;
	const char *value;
	const char *help;
} graph_options[] = {
	{ { "start", required_argument, NULL, 's' }, "TIME", "start of the window, as in rrdtool (default: end-1day)" },
	{ { "end", required_argument, NULL, 'e' }, "TIME", "end of the window (default: now)" },
	{ { "day", required_argument, NULL, OPTION_DAY }, "DAY", "one day of local time: YEAR-MONTH-DAY, today, or yesterday" },
	{ { "width", required_argument, NULL, 'w' }, "PIXELS", "width of the plot area (default: 1440, a minute a pixel)" },
	{ { "height", required_argument, NULL, 'h' }, "PIXELS", "height of the plot area (default: 640)" },
	{ { "title", required_argument, NULL, 't' }, "TEXT", "what stands above the picture" },
	{ { "imgformat", required_argument, NULL, 'a' }, "FORMAT", "PNG, SVG or JSON (default: by the end of FILE, else PNG)" },
	{ { "flat", no_argument, NULL, OPTION_FLAT }, "", "dots of one size and brightness, as the first Fireplot drew them" },
	{ { "archive", required_argument, NULL, OPTION_ARCHIVE }, "DIR",
	  "the archive (default: $FIREPLOT_ARCHIVE, else " ARCHIVE_DEFAULT ")" },
	{ { "timing", no_argument, NULL, OPTION_TIMING }, "", "print to stderr where the CPU time went" },
	{ { "help", no_argument, NULL, OPTION_HELP }, "", "print this and exit" },
};
#define OPTION_COUNT (sizeof(graph_options) / sizeof(graph_options[0]))

struct graph {
	const char *file;
	const char *archive;
	const char *start;
	const char *end;
	const char *day;
	const char *format;
	bool timing;
	bool help;
	char title[64]; /* the default one */
	struct picture_order order;
};

static void print_help(void)
{
	printf("Usage: fireplot graph FILE|- [OPTION]...\n"
	       "Draws the rejected packets of a time: time to the right, destination port up, a dot for each port and moment.\n"
	       "FILE ends in .png, .svg or .json; - is the standard output. Prints the size of the picture as WIDTHxHEIGHT.\n\n");
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const struct graph_option *o = &graph_options[i];
		char letter[8] = "    ", left[64];

		if (o->option.val < 256)
			snprintf(letter, sizeof(letter), "-%c, ", o->option.val);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, o->option.name, *o->value ? " " : "", o->value);
		printf("  %-24s %s\n", left, o->help);
	}
}

static int take_side(const char *name, const char *text, unsigned *side, struct failure *why)
{
	uint32_t number;

	if (!units_parse_number(text, SIDE_MIN, SIDE_MAX, &number))
		return fail(why, EINVAL, "bad %s \"%.40s\" (expected pixels from %d to %d)", name, text, SIDE_MIN, SIDE_MAX);
	*side = number;
	return 0;
}

static int take_option(struct graph *graph, int option, const char *value, struct failure *why)
{
	switch (option) {
	case 's':
		graph->start = value;
		break;
	case 'e':
		graph->end = value;
		break;
	case 'w':
		return take_side("width", value, &graph->order.width, why);
	case 'h':
		return take_side("height", value, &graph->order.height, why);
	case 't':
		graph->order.title = value;
		break;
	case 'a':
		graph->format = value;
		break;
	case OPTION_DAY:
		graph->day = value;
		break;
	case OPTION_ARCHIVE:
		graph->archive = value;
		break;
	case OPTION_FLAT:
		graph->order.flat = true;
		break;
	case OPTION_TIMING:
		graph->timing = true;
		break;
	case OPTION_HELP:
		graph->help = true;
		break;
	}
	return 0;
}

/* getopt_long(3) reports an unknown option by its own sentence only on stderr; this is ours. */
static int refuse(int option, char **argv, struct failure *why)
{
	const char *word = argv[optind - 1];

	if (option == ':')
		return fail(why, EINVAL, "option %s needs an argument", word);
	return fail(why, EINVAL, "unknown option %s", word);
}

static int read_options(int argc, char **argv, struct graph *graph, struct failure *why)
{
	struct option longs[OPTION_COUNT + 1] = { 0 };
	char letters[2 * OPTION_COUNT + 2] = ":";
	int option, err = 0;

	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		longs[i] = graph_options[i].option;
		if (longs[i].val < 256)
			snprintf(letters + strlen(letters), 3, "%c:", longs[i].val);
	}
	optind = 1;
	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, letters, longs, NULL)) != -1)
		err = option == '?' || option == ':' ? refuse(option, argv, why) : take_option(graph, option, optarg, why);
	if (err || graph->help)
		return err;
	if (optind == argc)
		return fail(why, EINVAL, "no FILE given to draw into (- is the standard output)");
	graph->file = argv[optind++];
	return optind < argc ? fail(why, EINVAL, "unexpected argument \"%.80s\"", argv[optind]) : 0;
}

static int choose_format(struct graph *graph, struct failure *why)
{
	static const char *const names[] = { [PICTURE_PNG] = "png", [PICTURE_SVG] = "svg", [PICTURE_JSON] = "json" };
	const char *end = strrchr(graph->file, '.');
	const char *name = graph->format ? graph->format : end && strchr(end, '/') == NULL ? end + 1 : "png";

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i]) == 0) {
			graph->order.format = (enum picture_format)i;
			return 0;
		}
	if (graph->format)
		return fail(why, EINVAL, "unknown format \"%.40s\" (expected PNG, SVG or JSON)", name);
	return 0; /* PNG, as in rrdtool, whatever the name */
}

static int choose_window(struct graph *graph, struct failure *why)
{
	struct window *window = &graph->order.window;
	struct tm tm;
	time_t start;
	int err;

	if (!graph->day) {
		snprintf(graph->title, sizeof(graph->title), "Rejected packets by destination port");
		return window_of_times(graph->start ? graph->start : "end-1day", graph->end ? graph->end : "now", window, why);
	}
	if (graph->start || graph->end)
		return fail(why, EINVAL, "--day can't be combined with --start or --end");
	err = window_of_day(graph->day, graph->order.now_s, window, why);
	if (err)
		return err;
	start = (time_t)window->start_s;
	if (localtime_r(&start, &tm))
		strftime(graph->title, sizeof(graph->title), "Rejected packets on %A %-d %B %Y", &tm);
	return 0;
}

/* Whether pango will take the text: UTF-8 as in RFC 3629. */
static bool is_utf8(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p;) {
		unsigned more = *p < 0x80 ? 0 : *p >= 0xc2 && *p < 0xe0 ? 1 : *p >= 0xe0 && *p < 0xf0 ? 2 : *p >= 0xf0 && *p < 0xf5 ? 3 : 4;
		unsigned first = *p++;

		if (more == 4)
			return false;
		for (unsigned i = 0; i < more; i++, p++)
			if ((*p & 0xc0) != 0x80 || (!i && ((first == 0xe0 && *p < 0xa0) || (first == 0xed && *p > 0x9f) ||
			                                   (first == 0xf0 && *p < 0x90) || (first == 0xf4 && *p > 0x8f))))
				return false;
	}
	return true;
}

static void print_timing(const struct picture *picture, double before_ms, double open_ms)
{
	fprintf(stderr, "timing (CPU ms): start %.1f, open %.1f", before_ms, open_ms);
	for (unsigned i = 0; i < PICTURE_PHASES; i++)
		fprintf(stderr, ", %s %.1f", picture_phase_name((enum picture_phase)i), picture->phase_ms[i]);
	fprintf(stderr, "; in all %.1f\n", picture_cpu_ms());
}

static int make_graph(struct graph *graph, struct failure *why)
{
	double before_ms = picture_cpu_ms(), open_ms;
	struct picture picture = { 0 };
	struct reader *reader;
	int err = reader_open(graph->archive, &reader, why);

	if (err)
		return err;
	if (reader_warning(reader))
		fprintf(stderr, "fireplot graph: %s\n", reader_warning(reader));
	open_ms = picture_cpu_ms() - before_ms;
	err = picture_make(reader, &graph->order, &picture, why);
	if (!err)
		err = outfile_write(graph->file, picture.bytes, picture.size, why);
	if (!err && strcmp(graph->file, "-") != 0)
		printf("%ux%u\n", picture.width, picture.height);
	if (!err && graph->timing)
		print_timing(&picture, before_ms, open_ms);
	free(picture.bytes);
	reader_close(reader);
	return err;
}

int graph_main(int argc, char **argv)
{
	struct graph graph = { .archive = getenv("FIREPLOT_ARCHIVE"), .order = { .width = 1440, .height = 640, .now_s = time(NULL) } };
	struct failure why = { "" };
	int err;

	tzset();
	err = read_options(argc, argv, &graph, &why);
	if (!err && graph.help) {
		print_help();
		return EXIT_SUCCESS;
	}
	if (!graph.archive || !*graph.archive)
		graph.archive = ARCHIVE_DEFAULT;
	if (!err)
		err = choose_format(&graph, &why);
	if (!err)
		err = choose_window(&graph, &why);
	if (!graph.order.title)
		graph.order.title = graph.title;
	if (!err && !is_utf8(graph.order.title))
		err = fail(&why, EINVAL, "the title is not valid UTF-8");
	if (!err)
		err = make_graph(&graph, &why);
	if (err)
		fprintf(stderr, "fireplot graph: %s\n", why.text);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
