/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/zone_offset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define DAY_S 86400
#define HOUR_S 3600

static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static int64_t utc(int year, int month, int day, int hour, int minute)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute };

	return timegm(&tm);
}

/* The change at at_s is found from any distance, also where it is the second behind the first, or the last. */
static void expect_change(int64_t at_s, int64_t before_s, int64_t after_s)
{
	static const int64_t reach_s[] = { 1, 2, 59, HOUR_S, DAY_S, 30 * DAY_S };
	int64_t change_s;

	for (unsigned i = 0; i < sizeof(reach_s) / sizeof(reach_s[0]); i++)
		for (unsigned j = 0; j < sizeof(reach_s) / sizeof(reach_s[0]); j++) {
			change_s = 0;
			assert_true(zone_offset_find_change(at_s - reach_s[i], at_s + reach_s[j] - 1, &change_s));
			assert_int_equal(change_s, at_s);
		}
	assert_int_equal(zone_offset_at(at_s - 1), before_s);
	assert_int_equal(zone_offset_at(at_s), after_s);
}

static void expect_none(int64_t from_s, int64_t to_s)
{
	int64_t change_s = -7;

	assert_false(zone_offset_find_change(from_s, to_s, &change_s));
	assert_int_equal(change_s, -7);
}

static void clocks_spring_forward(void **state)
{
	set_zone("Europe/Oslo");
	expect_change(utc(2026, 3, 29, 1, 0), HOUR_S, 2 * HOUR_S);
	set_zone("America/New_York");
	expect_change(utc(2026, 3, 8, 7, 0), -5 * HOUR_S, -4 * HOUR_S);
}

static void clocks_fall_back(void **state)
{
	set_zone("Europe/Oslo");
	expect_change(utc(2026, 10, 25, 1, 0), 2 * HOUR_S, HOUR_S);
	set_zone("America/New_York");
	expect_change(utc(2026, 11, 1, 6, 0), -4 * HOUR_S, -5 * HOUR_S);
}

static void south_of_the_equator_they_do_so_in_the_other_half_of_the_year(void **state)
{
	set_zone("Pacific/Auckland");
	expect_change(utc(2026, 4, 4, 14, 0), 13 * HOUR_S, 12 * HOUR_S);
	expect_change(utc(2026, 9, 26, 14, 0), 12 * HOUR_S, 13 * HOUR_S);
}

static void on_lord_howe_they_change_by_half_an_hour(void **state)
{
	set_zone("Australia/Lord_Howe");
	expect_change(utc(2026, 4, 4, 15, 0), 11 * HOUR_S, 10 * HOUR_S + HOUR_S / 2);
	expect_change(utc(2026, 10, 3, 15, 30), 10 * HOUR_S + HOUR_S / 2, 11 * HOUR_S);
}

static void a_zone_may_skip_a_day(void **state)
{
	set_zone("Pacific/Apia");
	expect_change(utc(2011, 12, 30, 10, 0), -10 * HOUR_S, 14 * HOUR_S);
}

static void a_change_may_lie_before_1970(void **state)
{
	set_zone("Europe/London");
	expect_change(utc(1968, 2, 18, 2, 0), 0, HOUR_S);
}

static void in_a_zone_that_never_changes_there_is_nothing_to_find(void **state)
{
	set_zone("UTC");
	expect_none(0, utc(2100, 1, 1, 0, 0));
	assert_int_equal(zone_offset_at(utc(2026, 7, 1, 0, 0)), 0);
	set_zone("Asia/Kolkata");
	expect_none(utc(2000, 1, 1, 0, 0), utc(2026, 1, 1, 0, 0));
	assert_int_equal(zone_offset_at(utc(2026, 7, 1, 0, 0)), 5 * HOUR_S + HOUR_S / 2);
}

static void ends_of_the_same_offset_tell_of_no_change(void **state)
{
	set_zone("Europe/Oslo");
	expect_none(utc(2026, 1, 1, 0, 0), utc(2026, 2, 1, 0, 0));
	expect_none(utc(2026, 1, 1, 0, 0), utc(2027, 1, 1, 0, 0));
	expect_none(utc(2026, 3, 29, 1, 0), utc(2026, 3, 29, 1, 0));
	expect_none(utc(2026, 3, 29, 0, 0), utc(2026, 3, 29, 0, 59));
}

static void a_time_that_no_date_expresses_has_none(void **state)
{
	set_zone("Europe/Oslo");
	assert_int_equal(zone_offset_at(INT64_MAX), 0);
	assert_int_equal(zone_offset_at(INT64_MIN), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_spring_forward),
		cmocka_unit_test(clocks_fall_back),
		cmocka_unit_test(south_of_the_equator_they_do_so_in_the_other_half_of_the_year),
		cmocka_unit_test(on_lord_howe_they_change_by_half_an_hour),
		cmocka_unit_test(a_zone_may_skip_a_day),
		cmocka_unit_test(a_change_may_lie_before_1970),
		cmocka_unit_test(in_a_zone_that_never_changes_there_is_nothing_to_find),
		cmocka_unit_test(ends_of_the_same_offset_tell_of_no_change),
		cmocka_unit_test(a_time_that_no_date_expresses_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
