/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The zone in TZ: from local times to the time they mean. Keeps what it found for the hour before, since the C library is slow.
 * A local time is in seconds since 1970 as if it were UTC. */
#ifndef IMPORT_ZONE_H
#define IMPORT_ZONE_H

#include <stdbool.h>
#include <stdint.h>

struct zone {
	bool known;      /* the members below are filled */
	int64_t from_s;  /* the local times for which they hold */
	int64_t until_s; /* exclusive */
	int64_t first_s; /* seconds east of Greenwich at the first or only time that reads so; in a gap, what leads to its end */
	int64_t second_s; /* at the second; equal where there is but one */
};

/* All zero is a good start. Reads TZ. */
void zone_init(struct zone *zone);

/* The time of which a clock reads local_s; where it does so twice, the first or the second; where never, the end of the gap, so that
 * a later reading is never an earlier time. */
int64_t zone_utc(struct zone *zone, int64_t local_s, bool second);

/* Whether local_s is read twice. */
bool zone_is_twice(struct zone *zone, int64_t local_s);

#endif
