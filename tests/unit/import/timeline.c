/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/timeline.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "import/civil.h"

#define S INT64_C(1000000)
#define DAY (86400 * S)
#define CET "CET-1CEST,M3.5.0,M10.5.0/3"
#define SEQUENCE 400

static struct timeline *timeline_in(const char *tz)
{
	struct timeline *timeline;

	assert_int_equal(setenv("TZ", tz, 1), 0);
	timeline = timeline_new();
	assert_non_null(timeline);
	return timeline;
}

static int64_t date(int year, unsigned month, unsigned day, unsigned hour, unsigned minute, unsigned second)
{
	return (civil_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second) * S;
}

static int64_t yearless(struct timeline *timeline, unsigned month, unsigned day, unsigned hour, unsigned minute)
{
	return timeline_order(timeline, &(struct stamp){ STAMP_YEARLESS, date(2000, month, day, hour, minute, 0) });
}

static int64_t local(struct timeline *timeline, unsigned month, unsigned day, unsigned hour, unsigned minute)
{
	return timeline_order(timeline, &(struct stamp){ STAMP_LOCAL, date(2024, month, day, hour, minute, 0) });
}

static void settle(struct timeline *timeline, int64_t written_us, int year)
{
	struct failure why = { "" };

	if (timeline_settle(timeline, &(struct timeline_known){ .written_s = written_us / S, .year = year }, &why))
		fail_msg("%s", why.text);
}

static void assert_refused(struct timeline *timeline, int64_t written_us, int year, const char *expected)
{
	struct failure why;

	assert_int_equal(timeline_settle(timeline, &(struct timeline_known){ .written_s = written_us / S, .year = year }, &why), -EINVAL);
	assert_non_null(strstr(why.text, expected));
}

static void assert_yearless(struct timeline *timeline, int64_t order, int64_t us)
{
	assert_int_equal(timeline_time(timeline, STAMP_YEARLESS, order), us);
}

static void absolute_stamps_are_their_own_order_and_time(void **state)
{
	struct timeline *timeline = timeline_in(CET);
	int64_t order = timeline_order(timeline, &(struct stamp){ STAMP_ABSOLUTE, 1710653101123456 });

	assert_int_equal(order, 1710653101123456);
	settle(timeline, 0, 0);
	assert_int_equal(timeline_time(timeline, STAMP_ABSOLUTE, order), 1710653101123456);
	timeline_free(timeline);
}

static void the_year_is_found_from_the_last_line(void **state)
{
	struct timeline *timeline = timeline_in(CET);
	int64_t first = yearless(timeline, 11, 30, 12, 0), last = yearless(timeline, 3, 17, 12, 0);

	settle(timeline, date(2024, 3, 17, 12, 0, 0), 0);
	assert_yearless(timeline, first, date(2023, 11, 30, 11, 0, 0));
	assert_yearless(timeline, last, date(2024, 3, 17, 11, 0, 0));
	settle(timeline, date(2024, 3, 16, 12, 0, 0), 0);
	assert_yearless(timeline, last, date(2024, 3, 17, 11, 0, 0));
	settle(timeline, date(2024, 3, 16, 10, 0, 0), 0);
	assert_yearless(timeline, last, date(2023, 3, 17, 11, 0, 0));
	settle(timeline, 0, 2005);
	assert_yearless(timeline, first, date(2005, 11, 30, 11, 0, 0));
	timeline_free(timeline);
}

static void several_new_years_are_crossed(void **state)
{
	struct timeline *timeline = timeline_in("UTC");
	int64_t order[40];

	for (unsigned i = 0; i < 40; i++)
		order[i] = yearless(timeline, i * 4 % 12 + 1, 1, 0, 0);
	settle(timeline, date(2023, 2, 1, 0, 0, 0), 0);
	for (unsigned i = 0; i < 40; i++)
		assert_yearless(timeline, order[i], date((int)(2010 + i / 3), i * 4 % 12 + 1, 1, 0, 0, 0));
	timeline_free(timeline);
}

static void late_lines_cross_no_new_year(void **state)
{
	struct timeline *timeline = timeline_in("UTC");
	int64_t december = yearless(timeline, 12, 31, 23, 59), january = yearless(timeline, 1, 1, 0, 1);
	int64_t late = yearless(timeline, 12, 31, 23, 58), back = yearless(timeline, 1, 1, 0, 2);
	int64_t hours_late = yearless(timeline, 12, 31, 20, 0), end = yearless(timeline, 1, 1, 0, 3);

	assert_true(hours_late < late && late < december && december < january && january < back && back < end);
	settle(timeline, date(2020, 1, 2, 0, 0, 0), 0);
	assert_yearless(timeline, late, date(2019, 12, 31, 23, 58, 0));
	assert_yearless(timeline, hours_late, date(2019, 12, 31, 20, 0, 0));
	assert_yearless(timeline, end, date(2020, 1, 1, 0, 3, 0));
	timeline_free(timeline);
}

static void a_log_with_the_newest_line_first_is_read_as_well(void **state)
{
	struct timeline *timeline = timeline_in("UTC");
	int64_t newest = yearless(timeline, 1, 2, 0, 0), oldest = yearless(timeline, 12, 30, 0, 0);

	settle(timeline, date(2020, 1, 2, 0, 0, 0), 0);
	assert_yearless(timeline, newest, date(2020, 1, 2, 0, 0, 0));
	assert_yearless(timeline, oldest, date(2019, 12, 30, 0, 0, 0));
	timeline_free(timeline);
}

static void a_year_has_the_29_february_that_was_seen(void **state)
{
	struct timeline *timeline = timeline_in("UTC");
	int64_t december = yearless(timeline, 12, 1, 0, 0), leap = yearless(timeline, 2, 29, 6, 0), march = yearless(timeline, 3, 1, 6, 0);

	settle(timeline, date(2023, 3, 1, 7, 0, 0), 0);
	assert_yearless(timeline, december, date(2019, 12, 1, 0, 0, 0));
	assert_yearless(timeline, leap, date(2020, 2, 29, 6, 0, 0));
	assert_yearless(timeline, march, date(2020, 3, 1, 6, 0, 0));
	settle(timeline, 0, 2007);
	assert_yearless(timeline, leap, date(2008, 2, 29, 6, 0, 0));
	assert_refused(timeline, 0, 2008, "begins in 2008");
	assert_refused(timeline, 0, 1899, "from 1970 to 9999");
	settle(timeline, date(2104, 1, 1, 0, 0, 0), 0);
	assert_yearless(timeline, leap, date(2096, 2, 29, 6, 0, 0));
	timeline_free(timeline);
}

static void years_that_cannot_all_be_leap_are_refused(void **state)
{
	struct timeline *timeline = timeline_in("UTC");

	yearless(timeline, 2, 29, 0, 0);
	yearless(timeline, 7, 1, 0, 0);
	yearless(timeline, 12, 1, 0, 0);
	yearless(timeline, 2, 29, 0, 0);
	assert_refused(timeline, date(2023, 3, 1, 7, 0, 0), 0, "29 February");
	timeline_free(timeline);
}

static void nothing_is_older_than_1970(void **state)
{
	struct timeline *timeline = timeline_in("UTC");

	yearless(timeline, 7, 1, 0, 0);
	assert_refused(timeline, 0, 0, "1970");
	timeline_free(timeline);
}

/* 27 October 2024, CEST to CET: 02:00 to 03:00 twice. */
static void an_hour_that_comes_twice_is_told_by_the_step_back(void **state)
{
	struct timeline *timeline = timeline_in(CET);
	static const unsigned minutes[] = { 119, 120, 150, 179, 120, 121, 125, 179, 180 };
	static const int utc[] = { -1, 0, 30, 59, 60, 61, 65, 119, 120 };

	for (int kind = STAMP_LOCAL; kind <= STAMP_YEARLESS; kind++) {
		int64_t order[9];

		for (size_t i = 0; i < 9; i++) {
			unsigned hour = minutes[i] / 60, minute = minutes[i] % 60;

			order[i] = kind == STAMP_LOCAL ? local(timeline, 10, 27, hour, minute) : yearless(timeline, 10, 27, hour, minute);
			assert_true(i == 0 || order[i] > order[i - 1]);
		}
		settle(timeline, date(2024, 10, 27, 2, 0, 0), 0);
		for (size_t i = 0; i < 9; i++)
			assert_int_equal(timeline_time(timeline, (enum stamp_kind)kind, order[i]),
			                 date(2024, 10, 27, 0, 0, 0) + utc[i] * 60 * S);
	}
	timeline_free(timeline);
}

static void an_hour_that_another_year_repeats_keeps_its_times(void **state)
{
	struct timeline *timeline = timeline_in(CET);
	int64_t before = yearless(timeline, 10, 27, 2, 30), late = yearless(timeline, 10, 27, 2, 10);
	int64_t after = yearless(timeline, 10, 27, 3, 0);

	settle(timeline, date(2023, 11, 1, 0, 0, 0), 0);
	assert_yearless(timeline, before, date(2023, 10, 27, 0, 30, 0));
	assert_yearless(timeline, late, date(2023, 10, 27, 0, 10, 0));
	assert_yearless(timeline, after, date(2023, 10, 27, 1, 0, 0));
	assert_true(late < after);
	timeline_free(timeline);
}

static void steps_back_elsewhere_are_lines_out_of_order(void **state)
{
	struct timeline *timeline = timeline_in(CET);
	int64_t noon = local(timeline, 10, 27, 12, 30), late = local(timeline, 10, 27, 12, 10);

	assert_true(late < noon);
	noon = yearless(timeline, 6, 1, 12, 30);
	late = yearless(timeline, 6, 1, 12, 10);
	assert_true(late < noon);
	timeline_free(timeline);
}

/* 31 March 2024, CET to CEST: no 02:00 to 03:00. */
static void an_hour_that_never_was_lies_at_the_end_of_the_gap(void **state)
{
	struct timeline *timeline = timeline_in(CET);

	assert_int_equal(timeline_time(timeline, STAMP_LOCAL, local(timeline, 3, 31, 1, 59)), date(2024, 3, 31, 0, 59, 0));
	assert_int_equal(timeline_time(timeline, STAMP_LOCAL, local(timeline, 3, 31, 2, 0)), date(2024, 3, 31, 1, 0, 0));
	assert_int_equal(timeline_time(timeline, STAMP_LOCAL, local(timeline, 3, 31, 2, 30)), date(2024, 3, 31, 1, 0, 0));
	assert_int_equal(timeline_time(timeline, STAMP_LOCAL, local(timeline, 3, 31, 3, 0)), date(2024, 3, 31, 1, 0, 0));
	timeline_free(timeline);
}

static void uptimes_count_from_the_boot(void **state)
{
	struct timeline *timeline = timeline_in(CET);
	struct failure why;
	int64_t first = timeline_order(timeline, &(struct stamp){ STAMP_UPTIME, 5 * S + 1 });
	int64_t last = timeline_order(timeline, &(struct stamp){ STAMP_UPTIME, 3600 * S });

	settle(timeline, date(2024, 3, 17, 0, 0, 0), 0);
	assert_int_equal(timeline_time(timeline, STAMP_UPTIME, last), date(2024, 3, 17, 0, 0, 0));
	assert_int_equal(timeline_time(timeline, STAMP_UPTIME, first), date(2024, 3, 16, 23, 0, 5) + 1);
	assert_int_equal(timeline_settle(timeline, &(struct timeline_known){ .boot_s = 1000 }, &why), 0);
	assert_int_equal(timeline_time(timeline, STAMP_UPTIME, first), 1005 * S + 1);
	timeline_free(timeline);
}

static void a_file_or_boot_of_any_date_leaves_times_within_reach(void **state)
{
	static const int64_t dates_s[] = { INT64_MIN, INT64_MIN / S, -STAMP_MOST_US, STAMP_MOST_US, INT64_MAX / S + 1, INT64_MAX };

	for (unsigned i = 0; i < sizeof(dates_s) / sizeof(dates_s[0]); i++) {
		const struct timeline_known known = { .written_s = dates_s[i] }, booted = { .boot_s = dates_s[i] };
		struct timeline *timeline = timeline_in("UTC0");
		int64_t first = timeline_order(timeline, &(struct stamp){ STAMP_UPTIME, S }), us;
		int64_t last = timeline_order(timeline, &(struct stamp){ STAMP_UPTIME, STAMP_MOST_US });
		struct failure why = { "" };

		assert_int_equal(timeline_settle(timeline, &known, &why), 0);
		us = timeline_time(timeline, STAMP_UPTIME, last) - timeline_time(timeline, STAMP_UPTIME, first);
		assert_true(us == STAMP_MOST_US - S);
		assert_int_equal(timeline_settle(timeline, &booted, &why), 0);
		assert_true(timeline_time(timeline, STAMP_UPTIME, last) == (dates_s[i] < 0 ? S - 1 : 2 * STAMP_MOST_US - S + 1));
		yearless(timeline, 3, 17, 6, 25);
		assert_int_equal(timeline_settle(timeline, &known, &why), dates_s[i] < 0 ? -EINVAL : 0);
		timeline_free(timeline);
	}
}

static void a_boot_within_the_source_is_out_of_order(void **state)
{
	struct timeline *timeline = timeline_in(CET);
	int64_t before = timeline_order(timeline, &(struct stamp){ STAMP_UPTIME, 3600 * S });
	int64_t after = timeline_order(timeline, &(struct stamp){ STAMP_UPTIME, 5 * S });

	settle(timeline, date(2024, 3, 17, 0, 0, 0), 0);
	assert_true(after < before);
	assert_int_equal(timeline_time(timeline, STAMP_UPTIME, before), date(2024, 3, 17, 0, 0, 0));
	timeline_free(timeline);
}

static uint64_t random_state;

static int64_t random_below(int64_t n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)(random_state >> 33) % n;
}

/* What the zone's clock shows, in that year or in its own. */
static int64_t clock_in(int64_t utc_s, int year)
{
	time_t at = (time_t)utc_s;
	struct tm tm;

	assert_non_null(localtime_r(&at, &tm));
	return date(year ? year : tm.tm_year + 1900, (unsigned)tm.tm_mon + 1, (unsigned)tm.tm_mday, (unsigned)tm.tm_hour,
	            (unsigned)tm.tm_min, (unsigned)tm.tm_sec);
}

static int64_t clock_at(int64_t utc_s)
{
	return clock_in(utc_s, 0) / S;
}

/* To less than two hours before the clock is next put back, or to anywhere if it isn't within months. */
static int64_t gap_to_fold_s(int64_t from_s)
{
	for (int64_t gap_s = 3 * 3600; gap_s < 180 * 86400; gap_s += 3600)
		if (clock_at(from_s + gap_s + 3600) - clock_at(from_s + gap_s) < 3600)
			return gap_s - random_below(2 * 3600);
	return random_below(86400);
}

/* Most lines follow within minutes, some after hours or days, few after months, but less than half a year;
 * and some shortly before an hour that comes twice, if there is one. */
static int64_t random_gap_s(int64_t from_s)
{
	switch (random_below(40)) {
	case 0:
		return random_below(180 * 86400);
	case 9:
		return gap_to_fold_s(from_s);
	case 1:
	case 2:
	case 3:
		return random_below(20 * 86400);
	case 4:
	case 5:
	case 6:
	case 7:
	case 8:
		return random_below(12 * 3600);
	default:
		return random_below(1200);
	}
}

/* Whether the clock showed the same half an hour or an hour ago. */
static bool is_second(int64_t utc_s)
{
	return clock_at(utc_s - 1800) == clock_at(utc_s) || clock_at(utc_s - 3600) == clock_at(utc_s);
}

/* A moment after from_s whose second reading can be told: stamps of a repeated hour need one before it that was ahead, or that is of
 * the same hour's second time itself. */
static int64_t next_moment(int64_t from_s)
{
	for (;;) {
		int64_t at_s = from_s + random_gap_s(from_s), back_s = clock_at(from_s) - clock_at(at_s);
		bool told = back_s > 60 && back_s <= 3600, goes_on = is_second(from_s) && at_s - from_s < 3600;

		if (!is_second(at_s) || told || goes_on)
			return at_s;
	}
}

/* With microseconds of some kind. */
static int64_t time_us(int64_t utc_s)
{
	return utc_s * S + utc_s % S;
}

static struct stamp render(int64_t utc_s, enum stamp_kind kind)
{
	return (struct stamp){ kind, clock_in(utc_s, kind == STAMP_YEARLESS ? 2000 : 0) + utc_s % S };
}

static void assert_sequence_comes_back(const char *tz, enum stamp_kind kind)
{
	struct timeline *timeline = timeline_in(tz);
	int64_t at_s[SEQUENCE], order[SEQUENCE], written_us;

	do
		at_s[0] = 978307200 + random_below(20 * 365 * 86400LL);
	while (is_second(at_s[0]));
	for (size_t i = 0; i < SEQUENCE; i++) {
		struct stamp stamp;

		if (i)
			at_s[i] = next_moment(at_s[i - 1]);
		stamp = render(at_s[i], kind);
		order[i] = timeline_order(timeline, &stamp);
		if (i && (at_s[i] == at_s[i - 1] ? order[i] != order[i - 1] : order[i] <= order[i - 1]))
			fail_msg("%s: order of %lld behind %lld", tz, (long long)at_s[i], (long long)at_s[i - 1]);
	}
	written_us = (at_s[SEQUENCE - 1] - 86400 + random_below(300 * 86400)) * S;
	settle(timeline, written_us, 0);
	for (size_t i = 0; i < SEQUENCE; i++)
		if (timeline_time(timeline, kind, order[i]) != time_us(at_s[i]))
			fail_msg("%s: %lld came back as another time", tz, (long long)at_s[i]);
	timeline_free(timeline);
}

static void times_come_back_in_any_zone(void **state)
{
	static const char *const zones[] = { "Europe/Oslo",  "America/New_York",    "Asia/Kolkata",    "Pacific/Apia",
		                             "UTC",          "Australia/Lord_Howe", "America/Sao_Paulo", "Europe/London",
		                             "Europe/Moscow", CET };
	const char *seed = getenv("SEED");

	random_state = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL) ^ (uint64_t)getpid() << 32;
	printf("# SEED=%llu\n", (unsigned long long)random_state);
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		for (unsigned n = 0; n < 12; n++)
			assert_sequence_comes_back(zones[i], n % 2 ? STAMP_LOCAL : STAMP_YEARLESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absolute_stamps_are_their_own_order_and_time),
		cmocka_unit_test(the_year_is_found_from_the_last_line),
		cmocka_unit_test(several_new_years_are_crossed),
		cmocka_unit_test(late_lines_cross_no_new_year),
		cmocka_unit_test(a_log_with_the_newest_line_first_is_read_as_well),
		cmocka_unit_test(a_year_has_the_29_february_that_was_seen),
		cmocka_unit_test(years_that_cannot_all_be_leap_are_refused),
		cmocka_unit_test(nothing_is_older_than_1970),
		cmocka_unit_test(an_hour_that_comes_twice_is_told_by_the_step_back),
		cmocka_unit_test(an_hour_that_another_year_repeats_keeps_its_times),
		cmocka_unit_test(steps_back_elsewhere_are_lines_out_of_order),
		cmocka_unit_test(an_hour_that_never_was_lies_at_the_end_of_the_gap),
		cmocka_unit_test(uptimes_count_from_the_boot),
		cmocka_unit_test(a_file_or_boot_of_any_date_leaves_times_within_reach),
		cmocka_unit_test(a_boot_within_the_source_is_out_of_order),
		cmocka_unit_test(times_come_back_in_any_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
