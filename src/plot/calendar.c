/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/calendar.h"

#include "common/zone_offset.h"

#define DAY_S 86400

void calendar_local(int64_t at_s, struct tm *tm)
{
	time_t t = (time_t)at_s;

	if (!localtime_r(&t, tm)) {
		t = 0;
		gmtime_r(&t, tm);
	}
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t calendar_day_number(int64_t at_s)
{
	return floor_div(at_s + zone_offset_at(at_s), DAY_S);
}

int64_t calendar_day_start(int year, int month, int day)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
	int64_t utc_s = (int64_t)timegm(&tm);
	int64_t number = floor_div(utc_s, DAY_S);
	int64_t guess_s = utc_s - zone_offset_at(utc_s);
	int64_t before_s = utc_s - 2 * DAY_S, after_s = utc_s + 2 * DAY_S;

	guess_s = utc_s - zone_offset_at(guess_s);
	if (calendar_day_number(guess_s) == number && calendar_day_number(guess_s - 1) < number)
		return guess_s;
	while (after_s - before_s > 1) {
		int64_t middle_s = before_s + (after_s - before_s) / 2;

		if (calendar_day_number(middle_s) < number)
			before_s = middle_s;
		else
			after_s = middle_s;
	}
	return after_s;
}

unsigned calendar_changes(int64_t start_s, int64_t end_s, int64_t *at_s, unsigned max)
{
	unsigned count = 0;

	for (int64_t from_s = start_s; from_s < end_s && count < max;) {
		int64_t to_s = end_s - from_s > DAY_S ? from_s + DAY_S : end_s;

		if (zone_offset_find_change(from_s, to_s, &to_s) && to_s < end_s)
			at_s[count++] = to_s;
		from_s = to_s;
	}
	return count;
}
