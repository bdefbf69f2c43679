/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/timespan.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plot/calendar.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define NOON_S 1792929600 /* 2026-10-25 12:00 UTC, the day the clocks go back in Oslo */

static struct window window;
static struct days days;
static char title[TIMESPAN_TITLE];

static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void choose(struct timespan span)
{
	struct failure why = { "" };

	days_fini(&days);
	if (timespan_choose(&span, NOON_S, &window, &days, title, &why))
		fail_msg("%s", why.text);
}

static void refuse(struct timespan span, const char *part)
{
	struct failure why = { "" };

	days_fini(&days);
	assert_int_equal(timespan_choose(&span, NOON_S, &window, &days, title, &why), -EINVAL);
	if (!strstr(why.text, part))
		fail_msg("no %s in: %s", part, why.text);
}

static void without_a_word_it_is_the_day_up_to_now(void **state)
{
	set_zone("UTC");
	choose((struct timespan){ .end = "1792929600" });
	assert_int_equal(window.end_s - window.start_s, 86400);
	assert_int_equal(days.panels, 0);
}

static void days_end_with_today_or_with_the_given_one(void **state)
{
	set_zone("Europe/Oslo");
	choose((struct timespan){ .days = 7 });
	assert_int_equal(window.start_s, calendar_day_start(2026, 10, 19));
	assert_int_equal(window.end_s, calendar_day_start(2026, 10, 26));
	assert_int_equal(days.count, 7);
	assert_string_equal(title, "Rejected packets from 19 October to 25 October 2026");
	choose((struct timespan){ .days = 2, .day = "2026-01-01" });
	assert_int_equal(window.start_s, calendar_day_start(2025, 12, 31));
	assert_string_equal(title, "Rejected packets from 31 December 2025 to 1 January 2026");
	choose((struct timespan){ .days = 1, .day = "yesterday" });
	assert_int_equal(window.start_s, calendar_day_start(2026, 10, 24));
	assert_string_equal(title, "Rejected packets on 24 October 2026");
	days_fini(&days);
}

static void a_month_is_local_and_whole(void **state)
{
	set_zone("Europe/Oslo");
	choose((struct timespan){ .month = "2026-10" });
	assert_int_equal(window.end_s - window.start_s, 31 * 86400 + 3600);
	assert_string_equal(title, "Rejected packets in October 2026");
	choose((struct timespan){ .month = "2028-02" });
	assert_int_equal(window.end_s - window.start_s, 29 * 86400);
	choose((struct timespan){ .month = "this" });
	assert_int_equal(window.start_s, calendar_day_start(2026, 10, 1));
	choose((struct timespan){ .month = "last" });
	assert_int_equal(window.start_s, calendar_day_start(2026, 9, 1));
	assert_int_equal(window.end_s, calendar_day_start(2026, 10, 1));
	choose((struct timespan){ .month = "2026-12" });
	assert_int_equal(window.end_s, calendar_day_start(2027, 1, 1));
}

static void what_is_no_month_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "next", "2026", "2026-1", "2026-13", "2026-00", "2026-111", "26-11",
		"2026/11", "1969-12", "2026-1x",
	};

	set_zone("UTC");
	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refuse((struct timespan){ .month = texts[i] }, "expected a month as 2026-11");
	set_zone("Europe/Oslo");
	refuse((struct timespan){ .month = "1970-01" }, "before 1970");
}

static void ways_that_contradict_each_other_are_refused(void **state)
{
	set_zone("UTC");
	refuse((struct timespan){ .days = 7, .start = "now" }, "--days: expected no --start");
	refuse((struct timespan){ .days = 7, .end = "now" }, "--days: expected no --start");
	refuse((struct timespan){ .days = 7, .month = "this" }, "--days: expected no --month");
	refuse((struct timespan){ .month = "this", .day = "today" }, "--month: expected no --day");
	refuse((struct timespan){ .month = "this", .end = "now" }, "--month: expected no --start");
	refuse((struct timespan){ .day = "today", .start = "now" }, "--day: expected no --start");
	refuse((struct timespan){ .days = 7, .day = "never" }, "expected a day");
	refuse((struct timespan){ .days = 300, .day = "1970-02-01" }, "1970");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_word_it_is_the_day_up_to_now),
		cmocka_unit_test(days_end_with_today_or_with_the_given_one),
		cmocka_unit_test(a_month_is_local_and_whole),
		cmocka_unit_test(what_is_no_month_is_refused),
		cmocka_unit_test(ways_that_contradict_each_other_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
