/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/zone.h"

#include <time.h>

#include "common/zone_offset.h"

#define HOUR_S 3600
/* UTC is within 14 hours of each zone: so far from a local time, taken as UTC, lies a time that is surely before or after it. */
#define REACH_S (15 * HOUR_S)

void zone_init(struct zone *zone)
{
	tzset();
	*zone = (struct zone){ .known = false };
}

static bool reads(int64_t local_s, int64_t offset_s)
{
	return zone_offset_at(local_s - offset_s) == offset_s;
}

/* Where the offset changes nearby only this second is sure, elsewhere the whole hour. */
static void look_up(struct zone *zone, int64_t local_s)
{
	int64_t hour_s = local_s - (local_s % HOUR_S + HOUR_S) % HOUR_S;
	int64_t early_s = hour_s - REACH_S, late_s = hour_s + HOUR_S + REACH_S, change_s;
	int64_t before_s = zone_offset_at(early_s), after_s = zone_offset_at(late_s);

	*zone = (struct zone){ true, hour_s, hour_s + HOUR_S, before_s, before_s };
	if (before_s == after_s)
		return;
	zone->from_s = local_s;
	zone->until_s = local_s + 1;
	if (!reads(local_s, after_s)) {
		if (!reads(local_s, before_s) && zone_offset_find_change(early_s, late_s, &change_s))
			zone->first_s = zone->second_s = local_s - change_s;
		return;
	}
	zone->second_s = after_s;
	if (!reads(local_s, before_s))
		zone->first_s = after_s;
}

static void find(struct zone *zone, int64_t local_s)
{
	if (!zone->known || local_s < zone->from_s || local_s >= zone->until_s)
		look_up(zone, local_s);
}

int64_t zone_utc(struct zone *zone, int64_t local_s, bool second)
{
	find(zone, local_s);
	return local_s - (second ? zone->second_s : zone->first_s);
}

bool zone_is_twice(struct zone *zone, int64_t local_s)
{
	find(zone, local_s);
	return zone->first_s != zone->second_s;
}
