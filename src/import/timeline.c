/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of local stamps is their local time, with each hour twice as long: its second half is for an hour that came twice. So it
 * grows over the end of summer time, and local time and half can be had back from it. */
#include "import/timeline.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "import/civil.h"
#include "import/zone.h"

#define SECOND_US INT64_C(1000000)
#define DAY_US (CIVIL_DAY_S * SECOND_US)
#define HOUR_US (3600 * SECOND_US)
#define MINUTE_US (60 * SECOND_US)
#define YEAR_US (366 * DAY_US) /* each year of yearless stamps has its 29 February */
#define LEAP_DAY (31 + 28)     /* days before it */
#define NO_HOUR INT64_MIN
#define MOST_YEARS 1000 /* crossed: no log has them, and order doesn't overflow */
#define FIRST_YEAR 1970
#define LAST_YEAR 9999
/* Years in which a yearless hour may have come twice. */
#define FIRST_FOLD 2000
#define LAST_FOLD 2037

/* What is kept of stamps of one kind of local time. */
struct clock {
	bool seen;
	int64_t last_us;
	int64_t twice; /* the hour, since the clock's 0, that has begun for the second time */
	int64_t asked; /* the hour last asked for below */
	bool answer;
};

struct timeline {
	struct zone zone;
	struct clock local;
	struct clock yearless;
	int64_t year;       /* of the last yearless stamp; the first one's is 0 */
	int64_t first_us;   /* the first yearless stamp */
	int64_t leap_first; /* the first and last year that must have a 29 February, if seen_leap */
	int64_t leap_last;
	bool leap_seen;
	bool leap_odd; /* they can't all have one */
	int64_t highest_uptime_us;
	int base_year;
	int64_t boot_us;
};

struct timeline *timeline_new(void)
{
	struct timeline *timeline = calloc(1, sizeof(*timeline));

	if (!timeline)
		return NULL;
	zone_init(&timeline->zone);
	timeline->local.twice = timeline->local.asked = NO_HOUR;
	timeline->yearless.twice = timeline->yearless.asked = NO_HOUR;
	return timeline;
}

void timeline_free(struct timeline *timeline)
{
	free(timeline);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
	return a - floor_div(a, b) * b;
}

/* The local time of a yearless one, in years counted from that of the first stamp. */
static int64_t dated_us(int64_t us, int year)
{
	int64_t of_year = floor_mod(us, YEAR_US), day = of_year / DAY_US;

	year += (int)floor_div(us, YEAR_US);
	day -= day > LEAP_DAY && !civil_is_leap(year);
	return (civil_days(year, 1, 1) + day) * DAY_US + of_year % DAY_US;
}

/* Whether the clock of the zone ever shows that yearless time twice. */
static bool may_be_twice(struct timeline *timeline, int64_t us)
{
	struct clock *clock = &timeline->yearless;
	int64_t hour = floor_div(us, HOUR_US);

	if (hour == clock->asked)
		return clock->answer;
	clock->asked = hour;
	clock->answer = false;
	for (int year = FIRST_FOLD; year <= LAST_FOLD && !clock->answer; year++)
		clock->answer = zone_is_twice(&timeline->zone, dated_us(floor_mod(us, YEAR_US), year) / SECOND_US);
	return clock->answer;
}

/* Whether a stamp begins an hour for the second time: the one before it was up to an hour ahead. */
static bool begins_again(struct timeline *timeline, const struct clock *clock, int64_t us)
{
	int64_t back_us = clock->last_us - us;

	if (!clock->seen || back_us < MINUTE_US || back_us > HOUR_US + 5 * MINUTE_US)
		return false;
	return clock == &timeline->local ? zone_is_twice(&timeline->zone, floor_div(us, SECOND_US)) : may_be_twice(timeline, us);
}

static int64_t clock_order(struct timeline *timeline, struct clock *clock, int64_t us)
{
	int64_t hour = floor_div(us, HOUR_US);

	if (hour != clock->twice && begins_again(timeline, clock, us))
		clock->twice = hour;
	clock->seen = true;
	clock->last_us = us;
	return hour * 2 * HOUR_US + (hour == clock->twice ? HOUR_US : 0) + floor_mod(us, HOUR_US);
}

static void note_leap_day(struct timeline *timeline)
{
	int64_t year = timeline->year;

	if (!timeline->leap_seen)
		timeline->leap_first = timeline->leap_last = year;
	timeline->leap_odd |= (year - timeline->leap_first) % 4 != 0;
	timeline->leap_seen = true;
	timeline->leap_first = year < timeline->leap_first ? year : timeline->leap_first;
	timeline->leap_last = year > timeline->leap_last ? year : timeline->leap_last;
}

/* The year is the one that brings a stamp nearest to the one before it. */
static int64_t yearless_order(struct timeline *timeline, int64_t stamp_us)
{
	struct clock *clock = &timeline->yearless;
	int64_t of_year = stamp_us - CIVIL_2000 * DAY_US;
	int64_t us = timeline->year * YEAR_US + of_year;

	if (clock->seen && us < clock->last_us - YEAR_US / 2 && timeline->year < MOST_YEARS)
		timeline->year++;
	else if (clock->seen && us > clock->last_us + YEAR_US / 2 && timeline->year > -MOST_YEARS)
		timeline->year--;
	us = timeline->year * YEAR_US + of_year;
	if (of_year / DAY_US == LEAP_DAY)
		note_leap_day(timeline);
	if (!clock->seen)
		timeline->first_us = us;
	return clock_order(timeline, clock, us);
}

int64_t timeline_order(struct timeline *timeline, const struct stamp *stamp)
{
	switch (stamp->kind) {
	case STAMP_NONE:
	case STAMP_ABSOLUTE:
		break;
	case STAMP_LOCAL:
		return clock_order(timeline, &timeline->local, stamp->us);
	case STAMP_YEARLESS:
		return yearless_order(timeline, stamp->us);
	case STAMP_UPTIME:
		if (stamp->us > timeline->highest_uptime_us)
			timeline->highest_uptime_us = stamp->us;
		break;
	}
	return stamp->us;
}

/* Whether each 29 February that was seen exists if the first stamp is of that year. */
static bool has_leap_days(const struct timeline *timeline, int year)
{
	return !timeline->leap_seen || (civil_is_leap(year + (int)timeline->leap_first) && civil_is_leap(year + (int)timeline->leap_last));
}

static int64_t local_to_utc(struct timeline *timeline, int64_t us, bool second)
{
	int64_t second_of = floor_div(us, SECOND_US);

	return zone_utc(&timeline->zone, second_of, second) * SECOND_US + us - second_of * SECOND_US;
}

/* Within the years that stamps have: files may have any date. */
static int64_t within_years(int64_t at_s)
{
	const int64_t most_s = STAMP_MOST_US / SECOND_US;

	return at_s > most_s ? most_s : at_s < -most_s ? -most_s : at_s;
}

/* The latest year of the first stamp that leaves nothing later than a day after the source was written. 0 if there is none. */
static int year_before(struct timeline *timeline, int64_t written_s)
{
	int64_t newest_us = timeline->yearless.last_us > timeline->first_us ? timeline->yearless.last_us : timeline->first_us;
	time_t written = (time_t)written_s;
	struct tm tm;
	int year;

	if (written != written_s || !gmtime_r(&written, &tm))
		return 0;
	year = tm.tm_year + 1901 - (int)floor_div(newest_us, YEAR_US);
	while (year > 0 && local_to_utc(timeline, dated_us(newest_us, year), false) > written_s * SECOND_US + DAY_US)
		year--;
	/* there is a leap year in any eight that follow each other */
	for (int back = 0; back < 8 && year > 0; back++, year--)
		if (has_leap_days(timeline, year))
			return year;
	return 0;
}

static int settle_year(struct timeline *timeline, const struct timeline_known *known, struct failure *why)
{
	int year = known->year;

	if (timeline->leap_odd)
		return fail(why, EINVAL, "29 February stands in years that can't all have one");
	if (year && (year < FIRST_YEAR || year > LAST_YEAR))
		return fail(why, EINVAL, "a year is from %d to %d", FIRST_YEAR, LAST_YEAR);
	if (year && !has_leap_days(timeline, year))
		return fail(why, EINVAL, "a source that begins in %d has no 29 February where this one does", year);
	if (!year)
		year = year_before(timeline, within_years(known->written_s));
	if (year < FIRST_YEAR)
		return fail(why, EINVAL, "no year from %d on fits dates without a year and the time they were written", FIRST_YEAR);
	timeline->base_year = year;
	return 0;
}

int timeline_settle(struct timeline *timeline, const struct timeline_known *known, struct failure *why)
{
	if (known->boot_s)
		timeline->boot_us = within_years(known->boot_s) * SECOND_US;
	else
		timeline->boot_us = within_years(known->written_s) * SECOND_US - timeline->highest_uptime_us;
	return timeline->yearless.seen ? settle_year(timeline, known, why) : 0;
}

int64_t timeline_time(struct timeline *timeline, enum stamp_kind kind, int64_t order)
{
	int64_t in_hour = floor_mod(order, 2 * HOUR_US), us = floor_div(order, 2 * HOUR_US) * HOUR_US + in_hour % HOUR_US;
	bool second = in_hour >= HOUR_US;

	switch (kind) {
	case STAMP_NONE:
	case STAMP_ABSOLUTE:
		break;
	case STAMP_LOCAL:
		return local_to_utc(timeline, us, second);
	case STAMP_YEARLESS:
		return local_to_utc(timeline, dated_us(us, timeline->base_year), second);
	case STAMP_UPTIME:
		return timeline->boot_us + order;
	}
	return order;
}
