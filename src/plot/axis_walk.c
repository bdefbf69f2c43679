/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/axis_walk.h"

#include <stdbool.h>

#include "common/zone_offset.h"
#include "plot/calendar.h"

#define DAY_S 86400
#define CHANGES 128
#define MONDAY 4 /* 1970-01-05, in days since 1970 */

int64_t axis_step_seconds(const struct axis_step *step)
{
	static const unsigned unit_s[] = {
		[AXIS_SECOND] = 1, [AXIS_DAY] = DAY_S, [AXIS_WEEK] = 7 * DAY_S, [AXIS_MONTH] = 28 * DAY_S, [AXIS_YEAR] = 365 * DAY_S,
	};

	return (int64_t)step->count * unit_s[step->unit];
}

static int64_t floor_to(int64_t value, int64_t step)
{
	return value - (value % step + step) % step;
}

/* The first multiple of step_s, counted from midnight, that is not before local_s. */
static int64_t next_multiple(int64_t local_s, int64_t step_s)
{
	int64_t midnight_s = floor_to(local_s, DAY_S), since_s = floor_to(local_s - midnight_s + step_s - 1, step_s);

	return midnight_s + (since_s < DAY_S ? since_s : DAY_S);
}

/* Between two changes of the clock the offset is constant. */
static unsigned walk_run(const struct axis_run *run, int64_t end_s, int64_t step_s, int64_t *at_s, unsigned max)
{
	unsigned count = 0;
	int64_t local_s = next_multiple(run->from_s + run->offset_s, step_s);

	for (; local_s - run->offset_s < end_s && count < max; local_s = next_multiple(local_s + 1, step_s))
		at_s[count++] = local_s - run->offset_s;
	return count;
}

/* Those of a window; at most CHANGES + 1. */
static unsigned window_runs(const struct axis_clock *clock, struct axis_run *run)
{
	int64_t change_s[CHANGES + 1];
	unsigned changes = calendar_changes(clock->start_s, clock->end_s, change_s, CHANGES);

	change_s[changes] = clock->end_s;
	for (unsigned i = 0; i <= changes; i++) {
		run[i].from_s = i ? change_s[i - 1] : clock->start_s;
		run[i].to_s = change_s[i];
		run[i].offset_s = zone_offset_at(run[i].from_s);
	}
	return changes + 1;
}

static unsigned walk_seconds(const struct axis_clock *clock, int64_t step_s, int64_t *at_s, unsigned max)
{
	struct axis_run of_window[CHANGES + 1];
	const struct axis_run *run = clock->runs ? clock->run : of_window;
	unsigned runs = clock->runs ? clock->runs : window_runs(clock, of_window), count = 0;

	for (unsigned i = 0; i < runs; i++) /* the end is a part of the axis */
		count += walk_run(&run[i], run[i].to_s + (i + 1 == runs), step_s, at_s + count, max - count);
	return count;
}

/* The first second of the step's multiple that is by steps after the one that tm lies in. */
static int64_t date_start(const struct tm *tm, int64_t day_number, const struct axis_step *step, int by)
{
	int year = tm->tm_year + 1900, months = year * 12 + tm->tm_mon, n = (int)step->count;

	switch (step->unit) {
	case AXIS_SECOND:
		break;
	case AXIS_DAY:
		return calendar_day_start(1970, 1, 1 + (int)floor_to(day_number, n) + by * n);
	case AXIS_WEEK:
		return calendar_day_start(1970, 1, 1 + MONDAY + (int)floor_to(day_number - MONDAY, 7 * n) + 7 * by * n);
	case AXIS_MONTH:
		months = (int)floor_to(months, n) + by * n;
		return calendar_day_start(months / 12, months % 12 + 1, 1);
	case AXIS_YEAR:
		return calendar_day_start((int)floor_to(year, n) + by * n, 1, 1);
	}
	return calendar_day_start(year, tm->tm_mon + 1, tm->tm_mday + by);
}

static unsigned walk_dates(const struct axis_clock *clock, const struct axis_step *step, int64_t *at_s, unsigned max)
{
	int64_t day_number = calendar_day_number(clock->start_s);
	unsigned count = 0;
	struct tm tm;

	calendar_local(clock->start_s, &tm);
	for (int by = 0; count < max; by++) {
		int64_t next_s = date_start(&tm, day_number, step, by);

		if (next_s > clock->end_s)
			break;
		/* A zone may skip a whole day; the next one then starts with the same second. */
		if (next_s >= clock->start_s && (!count || at_s[count - 1] < next_s))
			at_s[count++] = next_s;
	}
	return count;
}

unsigned axis_walk(const struct axis_clock *clock, const struct axis_step *step, int64_t *at_s, unsigned max)
{
	if (step->unit == AXIS_SECOND)
		return walk_seconds(clock, step->count, at_s, max);
	return walk_dates(clock, step, at_s, max);
}
