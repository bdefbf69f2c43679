/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What top and who are asked: the options that both have, and what is opened to answer them. */
#ifndef TOOL_QUESTION_H
#define TOOL_QUESTION_H

#include "archive/witness.h"
#include "tool/cellwriter.h"
#include "tool/evidence.h"
#include "tool/option_table.h"
#include "tool/window.h"

enum {
	QUESTION_PORTS = OPTION_LONG,
	QUESTION_SERIES,
	QUESTION_CLASS,
	QUESTION_SOURCE,
	QUESTION_DESTINATION,
	QUESTION_RULE,
	QUESTION_CSV,
	QUESTION_JSON,
	QUESTION_OWN, /* the first code for a command's own options */
};

/* Rows of an option table. */
#define QUESTION_ROWS \
	{ 's', "start", "TIME", "from then on; a day before the end by default", "end-1h end-1d end-7d end-1month end-1y" }, \
	{ 'e', "end", "TIME", "up to then; now by default", "now midnight noon" }, \
	{ QUESTION_PORTS, "ports", "PORT[-PORT],...", "only to these destination ports" }, \
	{ QUESTION_SERIES, "series", "NAME,...", "only these: tcp4 udp4 tcp6 udp6 icmp4 icmp6 other4 other6", \
	  "tcp4 udp4 tcp6 udp6 icmp4 icmp6 other4 other6" }, \
	{ QUESTION_CLASS, "class", "NAME,...", "only these: probe backscatter late", "probe backscatter late" }, \
	{ QUESTION_SOURCE, "source", "NET,...", "only from these addresses or networks" }, \
	{ QUESTION_DESTINATION, "destination", "NET,...", "only to these addresses or networks" }, \
	{ QUESTION_RULE, "rule", "PREFIX", "only what rules with this log prefix logged; \"\" for those without one" }, \
	{ QUESTION_CSV, "csv", NULL, "as comma-separated values with a head line" }, \
	{ QUESTION_JSON, "json", NULL, "as one JSON object" }

struct question {
	struct option_common common;
	const char *start;
	const char *end;
	struct window window; /* from question_open on */
	struct witness_filter filter;
	char rule[SIGHTING_RULE]; /* as it is recorded, not as it was typed */
	enum cellwriter_format format;
};

/* The last day, everything, as text. */
void question_init(struct question *question);
void question_fini(struct question *question);

/* Takes one of the rows above. 0 or -errno with *why. */
int question_take(struct question *question, int code, const char *value, struct failure *why);

/* What the answer is taken from. */
struct sources {
	struct reader *reader;
	struct witness *witness;
	struct sightings_coverage coverage;
	struct evidence evidence;
};

/* Works out the window, warns of what the reader warns of, and opens. 0, or -errno with *why. sources_close() either way. */
int question_open(struct question *question, struct sources *sources, struct failure *why);
void sources_close(struct sources *sources);

#endif
