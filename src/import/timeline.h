/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes times of the stamps of one source, which may lack the year, the zone or the moment of the boot. First every stamp is put into
 * order, and what is missing is learned on the way (a new year crossed, an hour repeated); when all have been seen, times follow. */
#ifndef IMPORT_TIMELINE_H
#define IMPORT_TIMELINE_H

#include <stdint.h>

#include "common/fail.h"
#include "import/stamp.h"

struct timeline;

/* NULL without memory. */
struct timeline *timeline_new(void);
void timeline_free(struct timeline *timeline);

/* A number that grows with time among the stamps of the same kind, taken in the order in which they stand in the source: yearless
 * stamps that go back by more than half a year have crossed a new year, those that jump ahead by more than half a year stand late, from
 * before it. Not for STAMP_NONE. */
int64_t timeline_order(struct timeline *timeline, const struct stamp *stamp);

/* What is known besides the stamps. */
struct timeline_known {
	int64_t written_s; /* when the source was last written (a file's date), since 1970: its last line is not later than a day after */
	int year;          /* of the first yearless stamp, or 0: found from written_s and the last one */
	int64_t boot_s;    /* of uptimes, since 1970, or 0: written_s minus the last one */
};

/* After the last stamp. 0, or -EINVAL with *why: a year in which 29 February does not exist. */
int timeline_settle(struct timeline *timeline, const struct timeline_known *known, struct failure *why);

/* The time of a stamp of that kind with that order, in microseconds since 1970. Local times are of the zone in TZ; an hour that is
 * skipped in spring is taken to be behind the gap, of one that comes twice in autumn the first is meant, unless the order in the source told
 * the second (that is in the order already). Cheap for times near each other. */
int64_t timeline_time(struct timeline *timeline, enum stamp_kind kind, int64_t order);

#endif
