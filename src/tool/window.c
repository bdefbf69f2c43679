/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/window.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "archive/rrd.h"
#include "common/escape.h"
#include "plot/calendar.h"

int window_of_times(const char *start, const char *end, struct window *window, struct failure *why)
{
	int err = rrdfile_parse_times(start, end, &window->start_s, &window->end_s, why);

	if (err)
		return err;
	if (window->start_s < 0 || window->start_s >= window->end_s)
		return fail(why, EINVAL, "the start, %lld, is not before the end, %lld", (long long)window->start_s,
		            (long long)window->end_s);
	return 0;
}

/* Whether there is such a day. */
static bool is_date(int year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return year >= 1970 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] + (month == 2 && is_leap);
}

int window_of_day(const char *day, int64_t now_s, struct window *window, struct failure *why)
{
	int year, month, number, used = -1;
	char quoted[ESCAPE_QUOTED];
	struct tm tm;

	if (strcmp(day, "today") == 0 || strcmp(day, "yesterday") == 0) {
		calendar_local(now_s, &tm);
		year = tm.tm_year + 1900;
		month = tm.tm_mon + 1;
		number = tm.tm_mday - (*day == 'y');
	} else if (strspn(day, "0123456789-") != 10 || sscanf(day, "%4d-%2d-%2d%n", &year, &month, &number, &used) != 3 ||
	           used != 10 || day[used] || !is_date(year, month, number)) {
		return fail(why, EINVAL, "option --day: expected a day as 2026-11-24, today or yesterday, not %s",
		            escape_quote(day, quoted));
	}
	window->start_s = calendar_day_start(year, month, number);
	window->end_s = calendar_day_start(year, month, number + 1);
	if (window->start_s < 0 || window->start_s >= window->end_s)
		return fail(why, EINVAL, "option --day: there was no %s in this time zone", day);
	return 0;
}

int window_of_month(const char *text, int64_t now_s, struct window *window, struct failure *why)
{
	int year, month, used = -1;
	char quoted[ESCAPE_QUOTED];
	struct tm tm;

	if (strcmp(text, "this") == 0 || strcmp(text, "last") == 0) {
		calendar_local(now_s, &tm);
		year = tm.tm_year + 1900;
		month = tm.tm_mon + 1 - (*text == 'l');
	} else if (strspn(text, "0123456789-") != 7 || sscanf(text, "%4d-%2d%n", &year, &month, &used) != 2 || used != 7 || text[used] ||
	           !is_date(year, month, 1)) {
		return fail(why, EINVAL, "option --month: expected a month as 2026-11, this or last, not %s",
		            escape_quote(text, quoted));
	}
	window->start_s = calendar_day_start(year, month, 1);
	window->end_s = calendar_day_start(year, month + 1, 1);
	if (window->start_s < 0)
		return fail(why, EINVAL, "option --month: %s begins before 1970 in this time zone", text);
	return 0;
}
