/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/timespan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "plot/calendar.h"

/* The options that choose a time, but for the given one. */
static int check_alone(const struct timespan *span, const char *option, bool with_day, struct failure *why)
{
	if (span->start || span->end)
		return fail(why, EINVAL, "option --%s: expected no --start and no --end beside it", option);
	if (span->day && !with_day)
		return fail(why, EINVAL, "option --%s: expected no --day beside it", option);
	return 0;
}

/* The last second of the window lies in its last day, however the clocks change at its end. */
static void title_days(const struct window *window, char title[TIMESPAN_TITLE])
{
	char first[48], last[48];
	bool is_same_year;
	struct tm from, to;

	calendar_local(window->start_s, &from);
	calendar_local(window->end_s - 1, &to);
	is_same_year = from.tm_year == to.tm_year;
	if (!strftime(first, sizeof(first), is_same_year ? "%-d %B" : "%-d %B %Y", &from) ||
	    !strftime(last, sizeof(last), "%-d %B %Y", &to))
		snprintf(title, TIMESPAN_TITLE, "Rejected packets day by day");
	else if (from.tm_yday == to.tm_yday && is_same_year)
		snprintf(title, TIMESPAN_TITLE, "Rejected packets on %s", last);
	else
		snprintf(title, TIMESPAN_TITLE, "Rejected packets from %s to %s", first, last);
}

static int choose_days(const struct timespan *span, int64_t now_s, struct window *window, struct days *days,
                       char title[TIMESPAN_TITLE], struct failure *why)
{
	int err = check_alone(span, "days", true, why);

	if (!err && span->month)
		err = fail(why, EINVAL, "option --days: expected no --month beside it");
	if (!err)
		err = window_of_day(span->day ? span->day : "today", now_s, window, why);
	if (err)
		return err;
	err = days_init(days, window->start_s, span->days);
	if (err == -ERANGE)
		return fail(why, EINVAL, "option --days: the clocks of this time zone change too often in these days");
	if (err)
		return fail_errno(why, -err, "option --days");
	window->start_s = days->day[0].start_s;
	if (window->start_s < 0)
		return fail(why, EINVAL, "option --days: expected days from 1970 on");
	title_days(window, title);
	return 0;
}

static int choose_day(const struct timespan *span, int64_t now_s, struct window *window, char title[TIMESPAN_TITLE],
                      struct failure *why)
{
	int err = check_alone(span, "day", true, why);
	struct tm tm;

	if (!err)
		err = window_of_day(span->day, now_s, window, why);
	if (err)
		return err;
	calendar_local(window->start_s, &tm);
	if (!strftime(title, TIMESPAN_TITLE, "Rejected packets on %A %-d %B %Y", &tm))
		snprintf(title, TIMESPAN_TITLE, "Rejected packets on %.40s", span->day);
	return 0;
}

static int choose_month(const struct timespan *span, int64_t now_s, struct window *window, char title[TIMESPAN_TITLE],
                        struct failure *why)
{
	int err = check_alone(span, "month", false, why);
	struct tm tm;

	if (!err)
		err = window_of_month(span->month, now_s, window, why);
	if (err)
		return err;
	calendar_local(window->start_s, &tm);
	if (!strftime(title, TIMESPAN_TITLE, "Rejected packets in %B %Y", &tm))
		snprintf(title, TIMESPAN_TITLE, "Rejected packets in %.40s", span->month);
	return 0;
}

int timespan_choose(const struct timespan *span, int64_t now_s, struct window *window, struct days *days, char title[TIMESPAN_TITLE],
                    struct failure *why)
{
	*days = (struct days){ 0 };
	if (span->days)
		return choose_days(span, now_s, window, days, title, why);
	if (span->month)
		return choose_month(span, now_s, window, title, why);
	if (span->day)
		return choose_day(span, now_s, window, title, why);
	snprintf(title, TIMESPAN_TITLE, "Rejected packets by destination port");
	return window_of_times(span->start ? span->start : "end-1d", span->end ? span->end : "now", window, why);
}
