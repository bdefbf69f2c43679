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

/* A number that grows with time among the stamps of the same kind, taken in the order in which they stand in the source; microseconds
 * since 1970 itself for STAMP_ABSOLUTE. Not for STAMP_NONE.
 *
 * Yearless stamps are of the year that brings them nearest to the stamp before: back by more than half a year is a new year crossed,
 * ahead by more than half a year one that stands late, from before it. All less is out of order and stays so.
 *
 * A local time back by 1 to 65 minutes, within an hour that the zone's clock shows twice, means that hour's second time, and so do all
 * stamps of that hour behind it. Yearless stamps may be wrong in this where only other years repeat the hour: times are right then too,
 * but those stamps are out of order by less than an hour.
 *
 * An uptime that falls back is out of order: when the machine was down, and for how long, can't be known. */
int64_t timeline_order(struct timeline *timeline, const struct stamp *stamp);

/* What is known besides the stamps. */
struct timeline_known {
	int64_t written_s; /* a file's date; now, for a pipe; since 1970: the source holds nothing later than a day after */
	int year;          /* of the first yearless stamp, from 1970 to 9999, or 0: the latest that fits written_s */
	int64_t boot_s;    /* of uptimes, since 1970, or 0: written_s minus the highest uptime */
};

/* After the last stamp. 0, or -EINVAL with *why: no year, or not the given one, has the 29 February that was seen, or the source is
 * older than 1970. */
int timeline_settle(struct timeline *timeline, const struct timeline_known *known, struct failure *why);

/* The time of a stamp of that kind with that order, in microseconds since 1970. Local times are of the zone that TZ had in
 * timeline_new; an hour that is skipped in spring is all at the end of the gap, of one that comes twice in autumn the first is meant,
 * unless the order tells the second. Cheap for times near each other. */
int64_t timeline_time(struct timeline *timeline, enum stamp_kind kind, int64_t order);

#endif
