/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/strays.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define US INT64_C(1000000)
#define DAY (86400 * US)
#define YEAR (365 * DAY)
#define NOW (54 * YEAR)
#define EARLIEST (INT64_MIN + DAY) /* that a timeline can tell */
#define SOURCES 2

static struct stretches stretches[SOURCES];
static struct import_source sources[SOURCES];
static struct import_report report;

static void note(unsigned source, int64_t at_us, uint64_t number)
{
	strays_note(&stretches[source], STAMP_ABSOLUTE, at_us, number);
}

static void note_many(unsigned source, int64_t from_us, int64_t until_us, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		note(source, from_us + (until_us - from_us) / count * i, 1000 + i);
}

static void find_within(int64_t start_us, int64_t end_us, int64_t known_s, int64_t known_until_s)
{
	struct timeline *timelines[SOURCES];
	struct failure why;

	report = (struct import_report){ .source_count = SOURCES, .source = sources };
	for (unsigned i = 0; i < SOURCES; i++)
		timelines[i] = timeline_new();
	assert_int_equal(strays_find(stretches, timelines, start_us, end_us, known_s, known_until_s, &report, &why), 0);
	for (unsigned i = 0; i < SOURCES; i++)
		timeline_free(timelines[i]);
}

static void find(void)
{
	find_within(INT64_MIN, INT64_MAX, 0, 0);
}

static int forget(void **state)
{
	memset(stretches, 0, sizeof(stretches));
	return 0;
}

static void one_that_stands_alone_is_found(void **state)
{
	note_many(0, NOW, NOW + 100 * DAY, 50);
	note(1, NOW + 10 * YEAR, 17);
	note_many(1, NOW + 50 * DAY, NOW + 150 * DAY, 50);
	find();
	assert_int_equal(report.stray_count, 1);
	assert_int_equal(report.stray[0].source, 1);
	assert_int_equal(report.stray[0].number, 17);
	assert_int_equal(report.stray[0].packets, 1);
	assert_int_equal(report.stray[0].first_s, (NOW + 10 * YEAR) / US);
	assert_int_equal(report.stray[0].last_s, (NOW + 10 * YEAR) / US);
	assert_int_equal(report.stray[0].others_s, (NOW + 148 * DAY) / US);
}

static void of_several_the_earliest_is_named(void **state)
{
	note_many(0, NOW, NOW + 10 * DAY, 1000);
	note(0, 3 * US, 5);
	note(0, 2 * US, 6);
	note(0, 9 * US, 7);
	find();
	assert_int_equal(report.stray_count, 1);
	assert_int_equal(report.stray[0].number, 6);
	assert_int_equal(report.stray[0].packets, 3);
	assert_int_equal(report.stray[0].first_s, 2);
	assert_int_equal(report.stray[0].last_s, 9);
	assert_int_equal(report.stray[0].others_s, NOW / US);
}

static void both_ends_may_have_some_behind_each_other(void **state)
{
	note_many(0, NOW, NOW + 10 * DAY, 300);
	note(0, 1, 1);
	note(0, 30 * YEAR, 2);
	note(0, NOW + 5 * YEAR, 3);
	note(0, NOW + 9 * YEAR, 4);
	note(0, NOW + 14 * YEAR, 5);
	find();
	assert_int_equal(report.stray_count, IMPORT_STRAYS);
	assert_int_equal(report.stray[0].number, 1);
	assert_int_equal(report.stray[0].others_s, 30 * YEAR / US);
	assert_int_equal(report.stray[1].number, 2);
	assert_int_equal(report.stray[2].number, 5);
	assert_int_equal(report.stray[3].number, 4);
}

static void what_is_less_than_a_year_away_is_no_stray(void **state)
{
	note_many(0, NOW, NOW + 10 * DAY, 300);
	note(0, NOW + 370 * DAY, 1);
	note(0, NOW - 360 * DAY, 2);
	find();
	assert_int_equal(report.stray_count, 0);
}

static void more_than_one_of_a_hundred_are_no_strays(void **state)
{
	note_many(0, NOW, NOW + 10 * DAY, 300);
	note_many(0, NOW + 3 * YEAR, NOW + 3 * YEAR + DAY, 4);
	find();
	assert_int_equal(report.stray_count, 0);
}

static void neither_of_two_packets_stands_alone(void **state)
{
	note(0, NOW, 1);
	note(1, NOW + 3 * YEAR, 1);
	find();
	assert_int_equal(report.stray_count, 0);
}

static void nothing_is_found_in_nothing(void **state)
{
	find();
	assert_int_equal(report.stray_count, 0);
}

static void time_that_is_left_out_is_not_looked_at(void **state)
{
	note_many(0, NOW, NOW + 10 * DAY, 300);
	note(0, 1, 1);
	note(0, NOW + 9 * YEAR, 2);
	find_within(2, NOW + 9 * YEAR, 0, 0);
	assert_int_equal(report.stray_count, 0);
	find_within(1, NOW + 9 * YEAR, 0, 0);
	assert_int_equal(report.stray_count, 1);
}

static void in_time_of_an_archive_that_comes_along_nothing_is_alone(void **state)
{
	note_many(0, NOW, NOW + 10 * DAY, 300);
	note(0, NOW - 9 * YEAR, 2);
	find_within(INT64_MIN, INT64_MAX, (NOW - 20 * YEAR) / US, (NOW - 9 * YEAR) / US - 100);
	assert_int_equal(report.stray_count, 0);
	find_within(INT64_MIN, INT64_MAX, (NOW - 20 * YEAR) / US, (NOW - 12 * YEAR) / US);
	assert_int_equal(report.stray_count, 0);
}

/* There is not room for a stretch each. */
static void packets_all_over_the_years_are_no_strays(void **state)
{
	for (unsigned i = 0; i < 500; i++)
		note(0, (int64_t)(i * 7919 % 500) * 40 * DAY, i);
	find();
	assert_int_equal(report.stray_count, 0);
	assert_int_equal(stretches[0].count, STRAYS_STRETCHES);
}

static void times_may_be_as_far_apart_as_can_be(void **state)
{
	note_many(0, NOW, NOW + 10 * DAY, 300);
	note(0, INT64_MAX - 1, 1);
	note(0, EARLIEST, 2);
	note(1, INT64_MAX - 1, 3);
	note(1, EARLIEST, 4);
	find();
	assert_int_equal(report.stray_count, 2);
	assert_int_equal(report.stray[0].packets, 2);
	assert_int_equal(report.stray[0].others_s, NOW / US);
	assert_int_equal(report.stray[1].packets, 2);
}

static void stamps_of_another_kind_have_stretches_of_their_own(void **state)
{
	for (unsigned i = 0; i < 300; i++) {
		strays_note(&stretches[0], STAMP_UPTIME, i * US, i);
		note(0, NOW + i * US, i);
	}
	assert_int_equal(stretches[0].count, 2);
	assert_int_equal(stretches[0].stretch[0].packets, 300);
	assert_int_equal(stretches[0].stretch[1].packets, 300);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, forget)
	const struct CMUnitTest tests[] = {
		TEST(one_that_stands_alone_is_found),
		TEST(of_several_the_earliest_is_named),
		TEST(both_ends_may_have_some_behind_each_other),
		TEST(what_is_less_than_a_year_away_is_no_stray),
		TEST(more_than_one_of_a_hundred_are_no_strays),
		TEST(neither_of_two_packets_stands_alone),
		TEST(nothing_is_found_in_nothing),
		TEST(time_that_is_left_out_is_not_looked_at),
		TEST(in_time_of_an_archive_that_comes_along_nothing_is_alone),
		TEST(packets_all_over_the_years_are_no_strays),
		TEST(times_may_be_as_far_apart_as_can_be),
		TEST(stamps_of_another_kind_have_stretches_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
