/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/days.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include "common/zone_offset.h"
#include "plot/calendar.h"

#include <cmocka.h>

#define HOUR_S 3600
#define DAY_S 86400

static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

/* The last count days up to that date. */
static void make(struct days *days, const char *zone, int year, int month, int day, unsigned count)
{
	set_zone(zone);
	assert_int_equal(days_init(days, calendar_day_start(year, month, day), count), 0);
	assert_int_equal(days->count, count);
}

static void expect_panel(const struct days *days, unsigned i, unsigned day, int64_t from_s, int64_t to_s)
{
	const struct days_panel *panel = &days->panel[i];

	if (i >= days->panels || panel->day != day || panel->from_s != from_s || panel->to_s != to_s)
		fail_msg("panel %u of %u is day %u from %lld to %lld", i, days->panels, panel->day, (long long)panel->from_s,
		         (long long)panel->to_s);
}

static void a_day_without_a_change_is_one_panel(void **state)
{
	struct days days;

	make(&days, "Europe/Oslo", 2026, 11, 24, 7);
	assert_int_equal(days.panels, 7);
	for (unsigned i = 0; i < 7; i++)
		expect_panel(&days, i, i, 0, DAY_S);
	assert_int_equal(days_clock(&days).end_s, DAY_S);
	assert_int_equal(days.day[0].start_s, calendar_day_start(2026, 11, 18));
	assert_int_equal(days.day[6].end_s, calendar_day_start(2026, 11, 25));
	days_fini(&days);
}

static void a_day_in_spring_has_a_hole_and_the_others_do_not(void **state)
{
	struct days days;

	make(&days, "Europe/Oslo", 2026, 3, 30, 3);
	assert_int_equal(days.panels, 4);
	assert_int_equal(days_clock(&days).end_s, DAY_S);
	expect_panel(&days, 0, 0, 0, DAY_S);
	expect_panel(&days, 1, 1, 0, 2 * HOUR_S);
	expect_panel(&days, 2, 1, 3 * HOUR_S, DAY_S);
	expect_panel(&days, 3, 2, 0, DAY_S);
	assert_int_equal(days.panel[1].end_s, days.panel[2].start_s);
	days_fini(&days);
}

static void a_day_in_autumn_is_whole_and_the_others_have_a_hole(void **state)
{
	struct days days;

	make(&days, "Europe/Oslo", 2026, 10, 26, 3);
	assert_int_equal(days.panels, 5);
	assert_int_equal(days_clock(&days).end_s, 25 * HOUR_S);
	expect_panel(&days, 0, 0, 0, 3 * HOUR_S);
	expect_panel(&days, 1, 0, 4 * HOUR_S, 25 * HOUR_S);
	expect_panel(&days, 2, 1, 0, 25 * HOUR_S);
	expect_panel(&days, 3, 2, 0, 3 * HOUR_S);
	days_fini(&days);
}

static void a_day_alone_has_no_hole(void **state)
{
	struct days days;

	make(&days, "Europe/Oslo", 2026, 3, 29, 1);
	assert_int_equal(days.panels, 1);
	expect_panel(&days, 0, 0, 0, 23 * HOUR_S);
	days_fini(&days);
	make(&days, "America/Sao_Paulo", 2018, 11, 4, 1);
	expect_panel(&days, 0, 0, 0, 23 * HOUR_S);
	days_fini(&days);
}

static void a_day_without_midnight_begins_where_the_others_have_one_o_clock(void **state)
{
	struct days days;

	make(&days, "America/Sao_Paulo", 2018, 11, 5, 3);
	assert_int_equal(days.panels, 3);
	expect_panel(&days, 1, 1, HOUR_S, DAY_S);
	days_fini(&days);
}

static void a_day_that_a_zone_left_out_is_not_there(void **state)
{
	struct days days;

	make(&days, "Pacific/Apia", 2011, 12, 31, 3);
	assert_int_equal(days.day[1].start_s, calendar_day_start(2011, 12, 29));
	assert_int_equal(days.day[1].end_s, days.day[2].start_s);
	assert_int_equal(days.day[2].start_s, calendar_day_start(2011, 12, 31));
	assert_int_equal(days.panels, 3);
	days_fini(&days);
}

/* The local time of the axis at a place. */
static int64_t axis_local(const struct days *days, int64_t axis_s)
{
	unsigned i = 0;

	while (i + 1 < days->runs && axis_s >= days->run[i].to_s)
		i++;
	return axis_s + days->run[i].offset_s;
}

/* Every second has one place in order, and what the clocks show there is what the axis says. */
static void check_days(const struct days *days)
{
	int64_t at_s = days->day[0].start_s;

	for (unsigned i = 0; i < days->panels; i++) {
		const struct days_panel *panel = &days->panel[i];

		assert_int_equal(panel->start_s, at_s);
		assert_true(panel->start_s >= days->day[panel->day].start_s && panel->end_s <= days->day[panel->day].end_s);
		assert_int_equal(panel->end_s - panel->start_s, panel->to_s - panel->from_s);
		assert_true(panel->from_s >= 0 && panel->to_s <= days_clock(days).end_s);
		assert_true(i == 0 || days->panel[i - 1].day < panel->day || days->panel[i - 1].to_s < panel->from_s);
		for (int64_t step_s = 0; step_s < panel->end_s - panel->start_s; step_s += 900) {
			int64_t real_s = panel->start_s + step_s, number = calendar_day_number(days->day[panel->day].start_s);
			int64_t local_s = real_s + zone_offset_at(real_s) - number * DAY_S;

			if (axis_local(days, panel->from_s + step_s) != local_s)
				fail_msg("TZ %s: at %lld the clocks show %lld, the axis %lld", getenv("TZ"), (long long)real_s,
				         (long long)local_s, (long long)axis_local(days, panel->from_s + step_s));
		}
		at_s = panel->end_s;
	}
	assert_int_equal(at_s, days->day[days->count - 1].end_s);
}

static void every_second_lies_at_its_hour_in_every_zone(void **state)
{
	static const struct {
		const char *zone;
		int year, month, day;
	} changes[] = {
		{ "UTC", 2024, 2, 29 },                { "Europe/Oslo", 2026, 3, 29 },        { "Europe/Oslo", 2026, 10, 25 },
		{ "Australia/Lord_Howe", 2026, 4, 5 }, { "Australia/Lord_Howe", 2026, 10, 4 }, { "Pacific/Chatham", 2026, 4, 5 },
		{ "Pacific/Apia", 2011, 12, 31 },      { "Pacific/Kwajalein", 1993, 8, 22 },  { "America/Sao_Paulo", 2018, 2, 17 },
		{ "America/Sao_Paulo", 2018, 11, 4 },  { "America/St_Johns", 2010, 11, 7 },   { "America/St_Johns", 2010, 3, 14 },
		{ "America/Havana", 2026, 11, 1 },     { "America/Caracas", 2007, 12, 9 },    { "America/Caracas", 2016, 5, 1 },
		{ "Antarctica/Troll", 2026, 10, 25 },  { "Asia/Kathmandu", 1986, 1, 1 },      { "Asia/Pyongyang", 2018, 5, 5 },
		{ "Africa/Monrovia", 1972, 1, 7 },     { "Africa/Casablanca", 2026, 2, 15 },  { "Africa/Casablanca", 2026, 3, 22 },
	};

	for (unsigned i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		for (unsigned count = 1; count <= 61; count += 3)
			for (int after = 0; after < 3; after++) {
				struct days days;

				make(&days, changes[i].zone, changes[i].year, changes[i].month, changes[i].day + after, count);
				check_days(&days);
				days_fini(&days);
			}
}

static void a_year_has_one_place_for_each_change(void **state)
{
	struct days days;

	make(&days, "Europe/Oslo", 2026, 12, 31, DAYS_MAX - 1);
	check_days(&days);
	assert_int_equal(days_clock(&days).end_s, 25 * HOUR_S);
	days_fini(&days);
	make(&days, "Africa/Casablanca", 2026, 12, 31, DAYS_MAX - 1);
	check_days(&days);
	days_fini(&days);
}

static void panels_that_meet_on_the_axis_meet_in_the_picture(void **state)
{
	for (unsigned pixels = 16; pixels <= 16384; pixels = pixels * 5 / 3 + 1) {
		unsigned x, width, last_x, last_width;
		struct days days;

		make(&days, "Europe/Oslo", 2026, 10, 26, 3);
		days_panel_pixels(&days, &days.panel[2], pixels, &x, &width);
		assert_int_equal(x, 0);
		assert_int_equal(width, pixels);
		days_panel_pixels(&days, &days.panel[0], pixels, &last_x, &last_width);
		days_panel_pixels(&days, &days.panel[1], pixels, &x, &width);
		assert_int_equal(last_x, 0);
		assert_true(last_x + last_width <= x);
		assert_int_equal(x + width, pixels);
		days_fini(&days);
	}
}

static void a_panel_of_a_minute_has_a_pixel(void **state)
{
	struct days days;
	unsigned found = 0;

	make(&days, "America/St_Johns", 2010, 11, 8, 4); /* where the clocks went from 00:01 to 23:01 of the day before */
	for (unsigned i = 0; i < days.panels; i++) {
		unsigned x, width;

		days_panel_pixels(&days, &days.panel[i], 16, &x, &width);
		assert_true(width >= 1 && x + width <= 16);
		found += days.panel[i].end_s - days.panel[i].start_s == 60;
	}
	assert_true(found > 0);
	days_fini(&days);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_without_a_change_is_one_panel),
		cmocka_unit_test(a_day_in_spring_has_a_hole_and_the_others_do_not),
		cmocka_unit_test(a_day_in_autumn_is_whole_and_the_others_have_a_hole),
		cmocka_unit_test(a_day_alone_has_no_hole),
		cmocka_unit_test(a_day_without_midnight_begins_where_the_others_have_one_o_clock),
		cmocka_unit_test(a_day_that_a_zone_left_out_is_not_there),
		cmocka_unit_test(every_second_lies_at_its_hour_in_every_zone),
		cmocka_unit_test(a_year_has_one_place_for_each_change),
		cmocka_unit_test(panels_that_meet_on_the_axis_meet_in_the_picture),
		cmocka_unit_test(a_panel_of_a_minute_has_a_pixel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
