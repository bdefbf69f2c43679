/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `fireplot info` tells, gathered from an archive before any of it is printed. */
#ifndef TOOL_SURVEY_H
#define TOOL_SURVEY_H

#include <stdint.h>

#include "archive/reader.h"

#define SURVEY_GAPS 20

struct survey_gap {
	int64_t from_s; /* at the precision of the rows it was found in */
	int64_t to_s;
	int64_t unknown_s; /* less than to_s - from_s if those rows are known in part */
};

struct survey_level {
	int64_t from_s; /* the oldest row that it keeps and that is not before the archive's first known one */
	double known;   /* part of the time since then, 0 to 1; NaN if there is none */
};

struct survey {
	const struct schema *schema;
	int64_t first_s;  /* reader_oldest */
	int64_t newest_s; /* reader_newest */
	int64_t totals_last_s;
	int64_t ports_last_s; /* the least of the other files */
	unsigned files;
	unsigned damaged; /* of them, missing ones too */
	struct failure damage; /* of the first */
	uint64_t bytes;
	struct survey_level level[SCHEMA_LEVELS];
	unsigned gap_count; /* all of them; the newest SURVEY_GAPS are in gap, newest first */
	struct survey_gap gap[SURVEY_GAPS];
	double packets[SERIES_COUNT][CLASS_COUNT]; /* over all that is kept */
	double reasons[SLOT_REASONS];
	unsigned spans; /* of the ring, not yet in all files */
	int64_t spans_from_s, spans_to_s;
};

/* 0, or -errno with *why if the totals can't be read. */
int survey_make(struct reader *reader, struct survey *survey, struct failure *why);

#endif
