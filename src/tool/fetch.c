/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/fetch.h"

#include <errno.h>
#include <stdio.h>

#include "archive/rrd.h"
#include "common/escape.h"
#include "common/units.h"
#include "tool/cellwriter.h"
#include "tool/lists.h"
#include "tool/tool.h"

enum { PORTS = OPTION_LONG, SERIES, WATCH, ZEROS, CSV, JSON };

static const struct option_row rows[] = {
	{ 's', "start", "TIME", "from then on; a day before the end by default", "end-1h end-1d end-7d end-1month end-1y" },
	{ 'e', "end", "TIME", "up to then; now by default", "now midnight noon" },
	{ 'r', "resolution", "TIME", "rows of at most this length, where they are still kept; the shortest by default" },
	{ PORTS, "ports", "PORT[-PORT],...", "only bins with these destination ports" },
	{ SERIES, "series", "NAME,...", "only these: tcp4 udp4 tcp6 udp6 icmp4 icmp6 other4 other6",
	  "tcp4 udp4 tcp6 udp6 icmp4 icmp6 other4 other6" },
	{ WATCH, "watch", NULL, "the watched ports too, each in a series of its name" },
	{ ZEROS, "zeros", NULL, "also cells without a packet" },
	{ CSV, "csv", NULL, "as comma-separated values with a head line" },
	{ JSON, "json", NULL, "as one JSON object" },
};

const struct option_table fetch_options = {
	.command = "fetch",
	.arguments = "",
	.about = "Prints the cells that have packets, ordered by time, series and port, as\n"
	         "  END: SERIES PORTS PACKETS\n"
	         "with the time at which the row ends, as rrdtool fetch does, and time that nobody listened in as\n"
	         "  END: unknown from START\n"
	         "Times are those of rrdtool.\n",
	.count = sizeof(rows) / sizeof(rows[0]),
	.row = rows,
};

#define SERIES_ALL ((1u << SERIES_COUNT) - 1)
#define SERIES_PORTS ((1u << SERIES_WITH_PORTS) - 1)

struct request {
	struct option_common common;
	const char *start;
	const char *end;
	uint32_t resolution_s;
	struct cells_filter filter;
	enum cellwriter_format format;
};

static int take(void *arg, int code, const char *value, struct failure *why)
{
	struct request *request = arg;
	char quoted[ESCAPE_QUOTED];

	switch (code) {
	case 's':
		request->start = value;
		return 0;
	case 'e':
		request->end = value;
		return 0;
	case 'r':
		if (units_parse_duration(value, &request->resolution_s))
			return 0;
		return fail(why, EINVAL, "expected a time as 60 or 10m, not %s", escape_quote(value, quoted));
	case PORTS:
		return lists_parse_ports(value, &request->filter.ports, why);
	case SERIES:
		return lists_parse_series(value, SERIES_ALL, &request->filter.series, why);
	case WATCH:
		request->filter.watch = true;
		return 0;
	case ZEROS:
		request->filter.zeros = true;
		return 0;
	default:
		request->format = code == CSV ? CELLWRITER_CSV : CELLWRITER_JSON;
		return 0;
	}
}

static int run(struct request *request, struct failure *why)
{
	struct cellwriter writer;
	struct reader *reader;
	int64_t start_s, end_s;
	int err = rrdfile_parse_times(request->start, request->end, &start_s, &end_s, why);

	if (err == 0 && (start_s >= end_s || start_s < 0))
		err = fail(why, EINVAL, "the start, %lld, is not before the end, %lld", (long long)start_s, (long long)end_s);
	if (err)
		return err;
	if (!request->filter.series)
		request->filter.series = request->filter.ports.count ? SERIES_PORTS : SERIES_ALL;
	err = reader_open(request->common.archive, request->common.daemon, &reader, why);
	if (err)
		return err;
	if (reader_warning(reader))
		tool_warn(reader_warning(reader));
	cellwriter_begin(&writer, request->format, request->common.archive, start_s, end_s);
	err = cells_walk(reader, &request->filter, start_s, end_s, request->resolution_s, cellwriter_take, &writer, why);
	cellwriter_end(&writer);
	reader_close(reader);
	return err;
}

int fetch_main(int argc, char **argv)
{
	struct request request = { .start = "end-1d", .end = "now", .resolution_s = 1 };
	struct failure why = { "" };
	int err = option_table_parse(&fetch_options, argc, argv, &request.common, take, &request, &why);

	if (err < 0)
		return tool_end(err, &why);
	err = run(&request, &why);
	if (err) {
		fflush(stdout);
		return tool_end(err, &why);
	}
	return tool_end_output();
}
