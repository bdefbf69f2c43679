/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/escape.h"
#include "common/units.h"
#include "tool/gather.h"
#include "tool/question.h"
#include "tool/rankwriter.h"
#include "tool/tool.h"

#define NUMBER_MAX 1000000

enum { BY = QUESTION_OWN };

static const struct option_row rows[] = {
	{ BY, "by", "WHAT", "source (the default), port, net24, net64, rule, destination or series",
	  "source port net24 net64 rule destination series" },
	{ 'n', "number", "N", "so many lines; 20 by default" },
	QUESTION_ROWS,
};

const struct option_table top_options = {
	.command = "top",
	.arguments = "",
	.about = "Tells who sent most of the rejected packets, or to what, from the sightings: a line for each source (or\n"
	         "port, network, rule, destination, series) with its packets, how many different ports and sources there\n"
	         "were, and the first and last time. Times are those of rrdtool.\n",
	.count = sizeof(rows) / sizeof(rows[0]),
	.row = rows,
};

struct request {
	struct question question;
	enum ranking_by by;
	uint32_t number;
};

static int take(void *arg, int code, const char *value, struct failure *why)
{
	struct request *request = arg;
	char quoted[ESCAPE_QUOTED];

	switch (code) {
	case BY:
		if (ranking_by_parse(value, &request->by))
			return 0;
		return fail(why, EINVAL, "expected source, port, net24, net64, rule, destination or series, not %s",
		            escape_quote(value, quoted));
	case 'n':
		if (units_parse_number(value, 1, NUMBER_MAX, &request->number))
			return 0;
		return fail(why, EINVAL, "expected a number of lines from 1 to %d, not %s", NUMBER_MAX, escape_quote(value, quoted));
	default:
		return question_take(&request->question, code, value, why);
	}
}

static int print_top(const struct request *request, const struct sources *sources, const struct ranking *ranking, struct failure *why)
{
	struct rankwriter writer = {
		.format = request->question.format, .archive = request->question.common.archive, .window = &request->question.window,
		.by = request->by, .sum = ranking_sum(ranking), .evidence = &sources->evidence,
	};
	struct services *services;
	struct ranking_group *groups;
	unsigned count;
	int err = services_load(&services, why);

	if (err)
		return err;
	groups = ranking_top(ranking, &count);
	if (groups) {
		writer.services = services;
		rankwriter_write(&writer, groups, count);
	} else {
		err = fail_errno(why, ENOMEM, "the first %u", count);
	}
	free(groups);
	services_free(services);
	return err;
}

/* What was recorded of the window is all that is read of it. */
static int rank(const struct request *request, const struct sources *sources, struct failure *why)
{
	const struct sightings_coverage *coverage = &sources->coverage;
	struct witness_filter filter = request->question.filter;
	struct ranking *ranking;
	int err;

	filter.end_s = filter.start_s;
	if (coverage->span_count) {
		filter.start_s = coverage->span[0].start_s;
		filter.end_s = coverage->span[coverage->span_count - 1].end_s;
	}
	err = gather(sources->reader, &filter, request->by, request->number, &ranking, why);
	if (err)
		return err;
	err = print_top(request, sources, ranking, why);
	ranking_free(ranking);
	return err;
}

int top_main(int argc, char **argv)
{
	struct request request = { .by = RANKING_SOURCE, .number = 20 };
	struct sources sources = { 0 };
	struct failure why = { "" };
	int err;

	question_init(&request.question);
	err = option_table_parse(&top_options, argc, argv, &request.question.common, take, &request, &why);
	if (err >= 0)
		err = question_open(&request.question, &sources, &why);
	if (err >= 0)
		err = rank(&request, &sources, &why);
	sources_close(&sources);
	question_fini(&request.question);
	return err < 0 ? tool_end(err, &why) : tool_end_output();
}
