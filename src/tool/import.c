/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/rrd.h"
#include "archive/sightings.h"
#include "binning/sample.h"
#include "common/escape.h"
#include "common/units.h"
#include "import/import.h"
#include "tool/importsummary.h"
#include "tool/interrupts.h"
#include "tool/layout.h"
#include "tool/lists.h"
#include "tool/tool.h"
#include "tool/window.h"

#define SIGHTINGS 1024 /* as fireplotd's words sightings and sightings-size */
#define SIGHTINGS_BYTES (256u << 20)

enum { START = 's', END = 'e' };
enum { FORMAT = OPTION_LONG, STRICT, DEDUP, ONTO, YEAR, BOOT, FIT, COUNT, IGNORE, WATCH, SIGHTINGS_MOST, SIGHTINGS_SIZE, TIMING };

static const struct option_row rows[] = {
	{ FORMAT, "format", "NAME", "what the files are: auto, pcap, kernlog, ulogd, journal, filterlog, mikrotik, csv",
	  "auto pcap kernlog ulogd journal filterlog mikrotik csv" },
	{ STRICT, "strict", NULL, "stop at the first line or record that cannot be read" },
	{ DEDUP, "dedup", NULL, "count once what several files have, as overlapping rotated logs do" },
	{ ONTO, "onto", "DIR", "an archive that comes along; what it has counted is not counted again" },
	{ START, "start", "TIME", "leave out packets of the files that are older" },
	{ END, "end", "TIME", "leave out those of then and later" },
	{ YEAR, "year", "YEAR", "of the first line, where stamps have none; else found from the file's date" },
	{ BOOT, "boot", "TIME", "when the machine started, where stamps count from then" },
	{ FIT, "fit", NULL, "choose a retention that fits the span; so without one or a profile" },
	LAYOUT_ROWS,
	{ COUNT, "count", "CLASS,...", "what goes by port: probe,backscatter,late; probe alone by default", "probe backscatter late" },
	{ IGNORE, "ignore", "RULE", "packets not to count, as \"source 192.0.2.0/24\"; may be repeated",
	  "source destination broadcast multicast port class" },
	{ WATCH, "watch", "PROTO/PORT ...", "exact ports to follow, as tcp/3389; may be repeated", "tcp/ udp/" },
	{ SIGHTINGS_MOST, "sightings", "N", "sources and exact ports recorded a step at most, 0 for none" },
	{ SIGHTINGS_SIZE, "sightings-size", "BYTES", "of the file that holds them, at most" },
	{ TIMING, "timing", NULL, "tell on stderr where the CPU time went" },
};

const struct option_table import_options = {
	.command = "import",
	.arguments = "FILE|- ...",
	.about = "Makes a new archive of old logs and captures. Each file may be compressed, and is taken for what its\n"
	         "content says; - is standard input. The archive's directory must not have one yet.\n",
	.count = sizeof(rows) / sizeof(rows[0]),
	.row = rows,
};

struct request {
	struct option_common common;
	struct layout layout;
	const char *boot;
	const char *start, *end;
	unsigned classes; /* 0: probe */
	bool fit;
	bool timing;
	struct import_request import;
	struct importsummary_progress progress;
};

/* ---- options ---- */

static int take_number(const char *value, uint32_t min, uint32_t max, uint32_t *number, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	if (units_parse_number(value, min, max, number))
		return 0;
	return fail(why, EINVAL, "expected a number from %" PRIu32 " to %" PRIu32 ", not %s", min, max, escape_quote(value, quoted));
}

static int take_year(struct request *request, const char *value, struct failure *why)
{
	uint32_t year = 0;
	int err = take_number(value, 1970, 9999, &year, why);

	request->import.year = (int)year;
	return err;
}

static int take_size(struct request *request, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];
	uint32_t bytes;

	if (!units_parse_size(value, &bytes) || bytes < SIGHTINGS_BYTES_LEAST)
		return fail(why, EINVAL, "expected a size of at least 1M, as 256M, not %s", escape_quote(value, quoted));
	request->import.sightings_bytes = bytes;
	return 0;
}

static int take(void *arg, int code, const char *value, struct failure *why)
{
	struct request *request = arg;
	bool is_taken;
	int err = layout_take(&request->layout, code, value, &is_taken, why);

	if (is_taken)
		return err;
	switch (code) {
	case FORMAT:
		request->import.format = value;
		return 0;
	case STRICT:
		request->import.strict = true;
		return 0;
	case DEDUP:
		request->import.dedup = true;
		return 0;
	case ONTO:
		request->import.onto = value;
		return 0;
	case START:
		request->start = value;
		return 0;
	case END:
		request->end = value;
		return 0;
	case YEAR:
		return take_year(request, value, why);
	case BOOT:
		request->boot = value;
		return 0;
	case FIT:
		request->fit = true;
		return 0;
	case COUNT:
		return lists_parse_classes(value, &request->classes, why);
	case IGNORE:
		return ignore_add(request->import.ignore, value, why);
	case WATCH:
		return watchlist_add(&request->import.watch, 0, value, why);
	case SIGHTINGS_MOST:
		return take_number(value, 0, SAMPLE_ROOM_MAX, &request->import.sightings, why);
	case SIGHTINGS_SIZE:
		return take_size(request, value, why);
	default:
		request->timing = true;
		return 0;
	}
}

/* What is merged has one step and the same bins. */
static int check_onto(const struct request *request, struct failure *why)
{
	const struct layout *layout = &request->layout;
	const char *option = layout->profile ? "--profile" : layout->step ? "--step" : layout->exact_ports ? "--exact-ports" :
		layout->bins_per_octave ? "--bins-per-octave" : NULL;

	return option ? fail(why, EINVAL, "%s: the layout is that of the archive named by --onto; expected at most --retention or --fit",
	                     option) : 0;
}

static int choose_time(struct request *request, struct failure *why)
{
	struct window window;
	int err = window_of_times(request->start ? request->start : "end-1d", request->end ? request->end : "now", &window, why);

	if (!err && request->start)
		request->import.start_s = window.start_s;
	if (!err && request->end)
		request->import.end_s = window.end_s;
	return err;
}

static int complete(struct request *request, int argc, char **argv, int first, struct failure *why)
{
	struct import_request *import = &request->import;
	int64_t end_s;
	int err = import->onto ? check_onto(request, why) : layout_schema(&request->layout, &import->schema, why);

	if (err)
		return err;
	if (first == argc)
		return fail(why, EINVAL, "expected the files to import, or - for standard input");
	if (request->common.daemon)
		return fail(why, EINVAL, "an archive can be imported into a directory here only, not behind an rrdcached");
	if (request->fit && (request->layout.retention || request->layout.profile))
		return fail(why, EINVAL, "--fit chooses the retention: expected either it or --retention and --profile");
	if (request->boot)
		err = rrdfile_parse_times(request->boot, "now", &import->boot_s, &end_s, why);
	if (!err && (request->start || request->end))
		err = choose_time(request, why);
	import->archive = request->common.archive;
	import->sources = argv + first;
	import->source_count = (unsigned)(argc - first);
	import->fit = import->onto ? request->fit : !request->layout.retention && !request->layout.profile;
	import->fit_step = import->fit && !request->layout.step && !import->onto;
	import->retention = request->layout.retention;
	import->classes_by_port = request->classes ? (uint8_t)request->classes : 1u << CLASS_PROBE;
	ignore_seal(import->ignore);
	if (ignore_empty(import->ignore)) {
		ignore_free(import->ignore);
		import->ignore = NULL;
	}
	return err;
}

/* ---- doing it ---- */

static bool show_progress(void *arg, bool is_counting, double fraction, uint64_t packets)
{
	importsummary_progress(arg, is_counting, fraction, packets);
	return !interrupts_seen();
}

static void print_timing(const struct import_cost *cost)
{
	fprintf(stderr, "timing (CPU ms): reading %" PRId64 ", making files %" PRId64 ", counting %" PRId64 ", finishing %" PRId64 "\n",
	        cost->reading, cost->making, cost->counting, cost->finishing);
}

static int run(struct request *request, struct failure *why)
{
	struct import_report report;
	int err;

	if (!sightings_are_supported())
		request->import.sightings = 0;
	request->import.progress = show_progress;
	request->import.progress_arg = &request->progress;
	interrupts_catch(true);
	err = import_run(&request->import, &report, why);
	importsummary_clear(&request->progress);
	importsummary_bad(&report);
	importsummary_strays(&report);
	if (!err)
		importsummary_print(&report, request->import.archive);
	else if (err == -ENODATA)
		importsummary_sources(stderr, &report);
	if (request->timing)
		print_timing(&report.cost);
	import_report_fini(&report);
	return err;
}

int import_main(int argc, char **argv)
{
	struct request request = { .import = { .format = "auto", .sightings = SIGHTINGS, .sightings_bytes = SIGHTINGS_BYTES } };
	struct failure why = { "" };
	int first, err;

	request.import.ignore = ignore_new();
	if (!request.import.ignore)
		return tool_end(-ENOMEM, &why);
	first = option_table_parse(&import_options, argc, argv, &request.common, take, &request, &why);
	err = first < 0 ? first : complete(&request, argc, argv, first, &why);
	if (!err)
		err = run(&request, &why);
	ignore_free(request.import.ignore);
	return err ? tool_end(err, &why) : tool_end_output();
}
