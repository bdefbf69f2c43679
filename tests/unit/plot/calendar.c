/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static int64_t day_length(int year, int month, int day)
{
	return calendar_day_start(year, month, day + 1) - calendar_day_start(year, month, day);
}

static void days_have_24_hours_but_where_the_clocks_change(void **state)
{
	set_zone("Europe/Oslo");
	assert_int_equal(day_length(2026, 11, 24), 86400);
	assert_int_equal(day_length(2026, 3, 29), 23 * 3600);
	assert_int_equal(day_length(2026, 10, 25), 25 * 3600);
	set_zone("Australia/Lord_Howe");
	assert_int_equal(day_length(2026, 4, 5), 24 * 3600 + 1800);
	set_zone("UTC");
	assert_int_equal(day_length(2026, 10, 25), 86400);
}

static void a_day_starts_with_its_first_second(void **state)
{
	static const char *const zones[] = { "UTC", "Europe/Oslo", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Auckland" };

	for (unsigned z = 0; z < sizeof(zones) / sizeof(zones[0]); z++) {
		set_zone(zones[z]);
		for (int day = 1; day < 6000; day++) {
			int64_t start_s = calendar_day_start(2010, 1, day);
			struct tm before, at;

			calendar_local(start_s - 1, &before);
			calendar_local(start_s, &at);
			assert_int_not_equal(before.tm_mday, at.tm_mday);
			assert_int_equal(at.tm_sec, 0);
		}
	}
}

static void a_day_without_midnight_starts_at_one(void **state)
{
	struct tm tm;

	set_zone("America/Sao_Paulo");
	calendar_local(calendar_day_start(2018, 11, 4), &tm);
	assert_int_equal(tm.tm_mday, 4);
	assert_int_equal(tm.tm_hour, 1);
}

static void a_day_that_was_skipped_starts_with_the_next(void **state)
{
	set_zone("Pacific/Apia");
	assert_int_equal(calendar_day_start(2011, 12, 30), calendar_day_start(2011, 12, 31));
}

static void months_and_days_are_carried(void **state)
{
	set_zone("Europe/Oslo");
	assert_int_equal(calendar_day_start(2026, 13, 1), calendar_day_start(2027, 1, 1));
	assert_int_equal(calendar_day_start(2026, 3, 0), calendar_day_start(2026, 2, 28));
	assert_int_equal(calendar_day_start(2026, 0, 1), calendar_day_start(2025, 12, 1));
}

static void changes_are_found_to_the_second(void **state)
{
	int64_t at_s[8];

	set_zone("Europe/Oslo");
	assert_int_equal(calendar_changes(1767222000, 1798758000, at_s, 8), 2); /* 2026 */
	assert_int_equal(at_s[0], 1774746000);
	assert_int_equal(at_s[1], 1792890000);
	assert_int_equal(calendar_changes(1774746000, 1774746001, at_s, 8), 0);
	assert_int_equal(calendar_changes(1774745999, 1774746001, at_s, 8), 1);
	set_zone("UTC");
	assert_int_equal(calendar_changes(0, 1798758000, at_s, 8), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_have_24_hours_but_where_the_clocks_change),
		cmocka_unit_test(a_day_starts_with_its_first_second),
		cmocka_unit_test(a_day_without_midnight_starts_at_one),
		cmocka_unit_test(a_day_that_was_skipped_starts_with_the_next),
		cmocka_unit_test(months_and_days_are_carried),
		cmocka_unit_test(changes_are_found_to_the_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
