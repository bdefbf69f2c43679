/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/window.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define NOON_S 1792929600 /* 2026-10-25 12:00 UTC, the day the clocks go back in Oslo */

static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static struct window day(const char *text)
{
	struct failure why = { "" };
	struct window window;

	if (window_of_day(text, NOON_S, &window, &why))
		fail_msg("%s", why.text);
	return window;
}

static void a_day_is_local_and_as_long_as_its_clocks_say(void **state)
{
	set_zone("Europe/Oslo");
	assert_int_equal(day("2026-11-24").start_s, 1795474800);
	assert_int_equal(day("2026-11-24").end_s - day("2026-11-24").start_s, 86400);
	assert_int_equal(day("2026-10-25").end_s - day("2026-10-25").start_s, 25 * 3600);
	assert_int_equal(day("2026-03-29").end_s - day("2026-03-29").start_s, 23 * 3600);
}

static void today_and_yesterday_meet_at_midnight(void **state)
{
	set_zone("Europe/Oslo");
	assert_int_equal(day("today").start_s, day("2026-10-25").start_s);
	assert_int_equal(day("yesterday").start_s, day("2026-10-24").start_s);
	assert_int_equal(day("yesterday").end_s, day("today").start_s);
	set_zone("Pacific/Auckland"); /* where it is tomorrow already */
	assert_int_equal(day("today").start_s, day("2026-10-26").start_s);
}

static void what_is_no_day_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "tomorrow", "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-31", "2026-1-1", "26-11-24", "2026-11-24x",
		" 2026-11-24", "2026-11--4", "2026/11/24", "1969-12-31", "99999-1-1", "-026-11-24",
	};
	struct failure why = { "" };
	struct window window;

	set_zone("UTC");
	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(window_of_day(texts[i], NOON_S, &window, &why), -EINVAL);
		assert_non_null(strstr(why.text, "expected a day"));
	}
	assert_int_equal(day("2028-02-29").end_s - day("2028-02-29").start_s, 86400);
}

static void a_day_that_a_zone_skipped_is_refused(void **state)
{
	struct failure why = { "" };
	struct window window;

	set_zone("Pacific/Apia");
	assert_int_equal(window_of_day("2011-12-30", NOON_S, &window, &why), -EINVAL);
	assert_non_null(strstr(why.text, "2011-12-30"));
}

static void times_are_those_of_rrdtool(void **state)
{
	struct failure why = { "" };
	struct window window;

	set_zone("UTC");
	assert_int_equal(window_of_times("end-1d", "1700000000", &window, &why), 0);
	assert_int_equal(window.start_s, 1700000000 - 86400);
	assert_int_equal(window.end_s, 1700000000);
	assert_int_equal(window_of_times("1600000000", "start+1h", &window, &why), 0);
	assert_int_equal(window.end_s, 1600003600);
}

static void a_start_that_is_not_before_the_end_is_refused(void **state)
{
	struct failure why = { "" };
	struct window window;

	assert_int_equal(window_of_times("1700000000", "1700000000", &window, &why), -EINVAL);
	assert_non_null(strstr(why.text, "1700000000"));
	assert_int_equal(window_of_times("now", "end-1d", &window, &why), -EINVAL);
	assert_int_equal(window_of_times("never", "now", &window, &why), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_local_and_as_long_as_its_clocks_say),
		cmocka_unit_test(today_and_yesterday_meet_at_midnight),
		cmocka_unit_test(what_is_no_day_is_refused),
		cmocka_unit_test(a_day_that_a_zone_skipped_is_refused),
		cmocka_unit_test(times_are_those_of_rrdtool),
		cmocka_unit_test(a_start_that_is_not_before_the_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
