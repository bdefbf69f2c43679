/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/window_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define MONDAY 1795464720 /* Mon 2026-11-23 20:12:00 UTC */
#define AUTUMN 1792890000 /* Sun 2026-10-25 01:00:00 UTC: the clocks of Oslo fall back */

static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void expect(int64_t start_s, int64_t end_s, unsigned brevity, const char *wanted)
{
	char text[TEXT_FIT];

	assert_true(window_text(start_s, end_s, brevity, text));
	assert_string_equal(text, wanted);
}

static void expect_none(int64_t start_s, int64_t end_s, unsigned brevity)
{
	char text[TEXT_FIT] = "as it was";

	assert_false(window_text(start_s, end_s, brevity, text));
	assert_string_equal(text, "as it was");
}

static void a_window_of_whole_minutes_is_told_without_seconds(void **state)
{
	set_zone("UTC");
	expect(MONDAY, MONDAY + 120, 0, "Mon 2026-11-23 20:12 – Mon 2026-11-23 20:14 UTC");
	expect(MONDAY, MONDAY + 86400, 0, "Mon 2026-11-23 20:12 – Tue 2026-11-24 20:12 UTC");
}

static void one_of_a_minute_or_less_with_seconds(void **state)
{
	set_zone("UTC");
	expect(MONDAY, MONDAY + 60, 0, "Mon 2026-11-23 20:12:00 – Mon 2026-11-23 20:13:00 UTC");
	expect(MONDAY, MONDAY + 1, 0, "Mon 2026-11-23 20:12:00 – Mon 2026-11-23 20:12:01 UTC");
	expect(MONDAY + 7, MONDAY + 47, 0, "Mon 2026-11-23 20:12:07 – Mon 2026-11-23 20:12:47 UTC");
}

static void both_ends_have_seconds_where_one_of_them_needs_some(void **state)
{
	set_zone("UTC");
	expect(MONDAY, MONDAY + 90, 0, "Mon 2026-11-23 20:12:00 – Mon 2026-11-23 20:13:30 UTC");
	expect(MONDAY - 30, MONDAY + 3600, 0, "Mon 2026-11-23 20:11:30 – Mon 2026-11-23 21:12:00 UTC");
}

static void a_brief_text_names_the_day_once_or_not_at_all(void **state)
{
	set_zone("UTC");
	expect(MONDAY + 7, MONDAY + 47, 1, "Mon 2026-11-23 20:12:07 – 20:12:47 UTC");
	expect(MONDAY + 7, MONDAY + 47, 2, "20:12:07 – 20:12:47 UTC");
	expect(MONDAY, MONDAY + 3600, 1, "Mon 2026-11-23 20:12 – 21:12 UTC");
	expect_none(MONDAY + 7, MONDAY + 47, 3);
}

static void ends_on_different_days_both_have_theirs(void **state)
{
	set_zone("Europe/Oslo");
	expect(MONDAY + 10060, MONDAY + 10100, 0, "Mon 2026-11-23 23:59:40 – Tue 2026-11-24 00:00:20 CET");
	expect_none(MONDAY + 10060, MONDAY + 10100, 1);
	expect_none(MONDAY, MONDAY + 86400, 1);
}

static void a_change_of_the_zone_is_told_however_brief(void **state)
{
	set_zone("Europe/Oslo");
	expect(AUTUMN - 20, AUTUMN + 20, 0, "Sun 2026-10-25 02:59:40 CEST – Sun 2026-10-25 02:00:20 CET");
	expect(AUTUMN - 20, AUTUMN + 20, 2, "02:59:40 CEST – 02:00:20 CET");
	expect(AUTUMN - 3600, AUTUMN, 0, "Sun 2026-10-25 02:00 CEST – Sun 2026-10-25 02:00 CET");
}

static void no_two_seconds_of_a_short_window_read_the_same(void **state)
{
	char before[TEXT_FIT] = "", text[TEXT_FIT];

	set_zone("Asia/Kathmandu");
	for (int64_t length_s = 1; length_s <= 60; length_s++) {
		assert_true(window_text_is_short(MONDAY, MONDAY + length_s));
		assert_true(window_text_has_seconds(MONDAY, MONDAY + length_s));
		assert_true(window_text(MONDAY, MONDAY + length_s, 2, text));
		assert_string_not_equal(text, before);
		strcpy(before, text);
	}
	assert_false(window_text_is_short(MONDAY, MONDAY + 61));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_window_of_whole_minutes_is_told_without_seconds),
		cmocka_unit_test(one_of_a_minute_or_less_with_seconds),
		cmocka_unit_test(both_ends_have_seconds_where_one_of_them_needs_some),
		cmocka_unit_test(a_brief_text_names_the_day_once_or_not_at_all),
		cmocka_unit_test(ends_on_different_days_both_have_theirs),
		cmocka_unit_test(a_change_of_the_zone_is_told_however_brief),
		cmocka_unit_test(no_two_seconds_of_a_short_window_read_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
