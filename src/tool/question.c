/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/question.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "binning/sample.h"
#include "tool/lists.h"
#include "tool/tool.h"

#define SERIES_ALL ((1u << SERIES_COUNT) - 1)
#define SERIES_PORTS ((1u << SERIES_WITH_PORTS) - 1)

void question_init(struct question *question)
{
	*question = (struct question){ .start = "end-1d", .end = "now" };
}

void question_fini(struct question *question)
{
	netset_fini(&question->filter.source);
	netset_fini(&question->filter.destination);
}

int question_take(struct question *question, int code, const char *value, struct failure *why)
{
	struct witness_filter *filter = &question->filter;

	switch (code) {
	case 's':
		question->start = value;
		return 0;
	case 'e':
		question->end = value;
		return 0;
	case QUESTION_PORTS:
		return lists_parse_ports(value, &filter->ports, why);
	case QUESTION_SERIES:
		return lists_parse_series(value, SERIES_ALL, &filter->series, why);
	case QUESTION_CLASS:
		return lists_parse_classes(value, &filter->classes, why);
	case QUESTION_SOURCE:
		return lists_parse_nets(value, &filter->source, why);
	case QUESTION_DESTINATION:
		return lists_parse_nets(value, &filter->destination, why);
	case QUESTION_RULE:
		sample_clean_rule((const uint8_t *)value, strlen(value), question->rule);
		filter->rule = question->rule;
		return 0;
	default:
		question->format = code == QUESTION_CSV ? CELLWRITER_CSV : CELLWRITER_JSON;
		return 0;
	}
}

static int settle(struct question *question, struct failure *why)
{
	struct witness_filter *filter = &question->filter;
	int err = window_of_times(question->start, question->end, &question->window, why);

	if (err)
		return err;
	if (filter->ports.count && filter->series && !(filter->series & SERIES_PORTS))
		return fail(why, EINVAL, "option --ports: expected a series with ports beside it: tcp4, udp4, tcp6 or udp6");
	filter->start_s = question->window.start_s;
	filter->end_s = question->window.end_s;
	return 0;
}

int question_open(struct question *question, struct sources *sources, struct failure *why)
{
	int err;

	*sources = (struct sources){ 0 };
	err = settle(question, why);
	if (err == 0)
		err = reader_open(question->common.archive, question->common.daemon, &sources->reader, why);
	if (err)
		return err;
	if (reader_warning(sources->reader))
		tool_warn(reader_warning(sources->reader));
	err = witness_open(sources->reader, &sources->witness, why);
	if (err == 0)
		err = witness_coverage(sources->witness, question->window.start_s, question->window.end_s, &sources->coverage, why);
	if (err == 0)
		evidence_gather(&sources->evidence, &sources->coverage, &question->window, time(NULL));
	return err;
}

void sources_close(struct sources *sources)
{
	sightings_coverage_fini(&sources->coverage);
	witness_close(sources->witness);
	reader_close(sources->reader);
}
