/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an archive has counted, as numbers that only grow: for programs that ask again and again and take differences. An archive
 * has counts per time, which become coarser and fall off its end, so no sum over it is such a number. Here each step is added
 * once, as soon as no more can come to it, and what was added stays. */
#ifndef TOOL_COUNTERS_H
#define TOOL_COUNTERS_H

#include <stdint.h>

#include "archive/reader.h"

struct counters {
	int64_t until_s; /* the steps that end at or before it are counted; 0: counting has not begun */
	double packets[SERIES_COUNT][CLASS_COUNT];
	double reasons[SLOT_REASONS];
	double listened_s;
	double unknown_s;
	double watched[SCHEMA_DS]; /* by DS of watch.rrd */
};

/* The end of the newest step that is complete in every part of the archive (dir and daemon as for reader_open), 0 if there is
 * none. To be asked before the archive is opened for reading: then what reader has of the steps up to there will not change any
 * more. -errno with *why. */
int counters_find_complete(const char *dir, const char *daemon, int64_t *complete_s, struct failure *why);

/* Adds the steps after counters->until_s up to complete_s; where counting has not begun, it begins there. Where the archive has
 * but coarser rows left of that time, a row of which a part is counted already is left out. Does nothing if complete_s lies
 * before. 0, or -errno with *why and *counters as it was. */
int counters_go_on(struct counters *counters, struct reader *reader, int64_t complete_s, struct failure *why);

/* Distinct sources in the step that ends at complete_s; NaN if that is unknown, or on failure. */
double counters_sources(struct reader *reader, int64_t complete_s);

#endif
