/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/zone.h"

#include <time.h>

#include "import/civil.h"

#define HOUR_S 3600
/* UTC is within 14 hours of each zone: so far from a local time, taken as UTC, lies a time that is surely before or after it. */
#define REACH_S (15 * HOUR_S)

void zone_init(struct zone *zone)
{
	tzset();
	*zone = (struct zone){ .known = false };
}

/* Seconds east of Greenwich at a time; 0 where the C library knows none. */
static int64_t offset_at(int64_t utc_s)
{
	time_t at = (time_t)utc_s;
	struct tm tm;

	if (at != utc_s || !localtime_r(&at, &tm))
		return 0;
	return civil_days(tm.tm_year + 1900, (unsigned)tm.tm_mon + 1, (unsigned)tm.tm_mday) * CIVIL_DAY_S + tm.tm_hour * HOUR_S +
	       tm.tm_min * 60 + tm.tm_sec - utc_s;
}

static bool reads(int64_t local_s, int64_t offset_s)
{
	return offset_at(local_s - offset_s) == offset_s;
}

/* The first second between the two that has the offset of the later one. */
static int64_t find_change(int64_t early_s, int64_t late_s)
{
	int64_t offset_s = offset_at(late_s);

	while (late_s - early_s > 1) {
		int64_t middle_s = early_s + (late_s - early_s) / 2;

		if (offset_at(middle_s) == offset_s)
			late_s = middle_s;
		else
			early_s = middle_s;
	}
	return late_s;
}

/* Where the offset changes nearby only this second is sure, elsewhere the whole hour. */
static void look_up(struct zone *zone, int64_t local_s)
{
	int64_t hour_s = local_s - (local_s % HOUR_S + HOUR_S) % HOUR_S;
	int64_t before_s = offset_at(hour_s - REACH_S), after_s = offset_at(hour_s + HOUR_S + REACH_S);

	*zone = (struct zone){ true, hour_s, hour_s + HOUR_S, before_s, before_s };
	if (before_s == after_s)
		return;
	zone->from_s = local_s;
	zone->until_s = local_s + 1;
	if (!reads(local_s, after_s)) {
		if (!reads(local_s, before_s))
			zone->first_s = zone->second_s = local_s - find_change(hour_s - REACH_S, hour_s + HOUR_S + REACH_S);
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
