/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time axes that somebody asked for: a grid of one's own, and the axis of hours below several days. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plot/axis_walk.h"
#include "plot/calendar.h"
#include "plot/days.h"

#include <cmocka.h>

#define EM 12.0
#define MARGIN 25.0
#define HOUR_S 3600
#define DAY_S 86400

static double ruler_width(void *context, const char *text)
{
	return strlen(text) * 0.6 * *(const double *)context;
}

static double em = EM;
static const struct axis_ruler ruler = { ruler_width, &em, EM };
static struct axis_time axis;

static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void draw(const struct axis_grid *grid, int64_t start_s, int64_t end_s, unsigned width)
{
	struct axis_clock clock = { .start_s = start_s, .end_s = end_s };
	struct axis_style style = { .grid = grid };

	axis_time_ticks(&clock, &style, width, MARGIN, MARGIN, &ruler, &axis);
}

/* The labels, joined by blanks. */
static const char *labels(void)
{
	static char text[4096];
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < axis.ticks && used < sizeof(text) - AXIS_LABEL; i++)
		if (axis.tick[i].label[0])
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", used ? " " : "", axis.tick[i].label);
	return text;
}

static unsigned count_lines(bool is_major)
{
	unsigned count = 0;

	for (unsigned i = 0; i < axis.ticks; i++)
		count += is_major ? axis.tick[i].is_major : axis.tick[i].is_grid && !axis.tick[i].is_major;
	return count;
}

static void lines_and_labels_are_those_that_were_asked_for(void **state)
{
	static const struct axis_grid grid = {
		.line = { AXIS_SECOND, 600 }, .major = { AXIS_SECOND, HOUR_S }, .label = { AXIS_SECOND, 4 * HOUR_S }, .format = "%H:%M",
	};
	int64_t start_s;

	set_zone("Europe/Oslo");
	start_s = calendar_day_start(2026, 11, 24);
	draw(&grid, start_s, start_s + DAY_S, 1440);
	assert_string_equal(labels(), "00:00 04:00 08:00 12:00 16:00 20:00 00:00");
	assert_int_equal(count_lines(true), 25);
	assert_int_equal(count_lines(false), 24 * 5);
	assert_int_equal(axis.spans, 0);
	for (unsigned i = 0; i < axis.ticks; i++)
		assert_false(axis.tick[i].is_bare);
}

static void labels_of_days_stand_in_their_middle(void **state)
{
	static const struct axis_grid grid = {
		.line = { AXIS_SECOND, 8 * HOUR_S }, .major = { AXIS_DAY, 1 }, .label = { AXIS_DAY, 1 }, .label_s = DAY_S, .format = "%a",
	};
	int64_t start_s;

	set_zone("Europe/Oslo");
	start_s = calendar_day_start(2026, 11, 24);
	draw(&grid, start_s, start_s + 2 * DAY_S, 480);
	assert_string_equal(labels(), "Tue Wed");
	for (unsigned i = 0; i < axis.ticks; i++)
		if (axis.tick[i].label[0])
			assert_true(axis.tick[i].at == 120 || axis.tick[i].at == 360);
	draw(&grid, start_s + 8 * HOUR_S, start_s + 32 * HOUR_S, 240); /* from a day's morning: its noon is in the window */
	assert_string_equal(labels(), "Tue");
	draw(&grid, start_s + 13 * HOUR_S, start_s + 35 * HOUR_S, 240); /* both noons are not */
	assert_string_equal(labels(), "");
}

static void labels_alone_have_no_line(void **state)
{
	static const struct axis_grid grid = {
		.line = { AXIS_SECOND, 2 * HOUR_S }, .major = { AXIS_SECOND, 6 * HOUR_S }, .label = { AXIS_SECOND, 3 * HOUR_S },
		.format = "%H",
	};

	set_zone("UTC");
	draw(&grid, 0, DAY_S, 600);
	assert_string_equal(labels(), "00 03 06 09 12 15 18 21 00");
	for (unsigned i = 0; i < axis.ticks; i++)
		assert_int_equal(axis.tick[i].is_bare, strcmp(axis.tick[i].label, "") && atoi(axis.tick[i].label) % 2);
}

static void none_is_nothing(void **state)
{
	static const struct axis_grid grid = { .is_none = true };

	set_zone("UTC");
	draw(&grid, 0, DAY_S, 600);
	assert_int_equal(axis.ticks, 0);
	assert_int_equal(axis.spans, 0);
}

static void hours_restart_at_midnight_and_follow_the_clocks(void **state)
{
	static const struct axis_grid grid = {
		.line = { AXIS_SECOND, 5 * HOUR_S }, .major = { AXIS_SECOND, 5 * HOUR_S }, .label = { AXIS_SECOND, 5 * HOUR_S },
		.format = "%H",
	};
	int64_t start_s;

	set_zone("Europe/Oslo");
	start_s = calendar_day_start(2026, 3, 28);
	draw(&grid, start_s, calendar_day_start(2026, 3, 30), 960);
	assert_string_equal(labels(), "00 05 10 15 20 00 05 10 15 20 00");
	start_s = calendar_day_start(2026, 10, 25);
	draw(&(struct axis_grid){ .line = { AXIS_SECOND, HOUR_S }, .major = { AXIS_SECOND, HOUR_S }, .label = { AXIS_SECOND, HOUR_S },
	                          .format = "%H" }, start_s, start_s + 5 * HOUR_S, 500);
	assert_string_equal(labels(), "00 01 02 02 03 04");
}

static void days_weeks_months_and_years_are_counted_the_same_wherever_the_window_begins(void **state)
{
	static const struct axis_step steps[] = {
		{ AXIS_DAY, 2 }, { AXIS_DAY, 7 }, { AXIS_WEEK, 1 }, { AXIS_WEEK, 3 }, { AXIS_MONTH, 1 }, { AXIS_MONTH, 5 },
		{ AXIS_YEAR, 1 }, { AXIS_YEAR, 4 },
	};

	set_zone("America/New_York");
	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct axis_clock all = { .start_s = 1700000000, .end_s = 1700000000 + 3000 * (int64_t)DAY_S };
		static int64_t whole_s[4096], part_s[4096];
		unsigned count = axis_walk(&all, &steps[i], whole_s, 4096), at = 0;

		assert_true(count > 1);
		for (unsigned skip = 0; skip < count; skip += 1 + count / 20) {
			struct axis_clock part = { .start_s = whole_s[skip] - 1000, .end_s = all.end_s };

			at = axis_walk(&part, &steps[i], part_s, 4096);
			assert_int_equal(at, count - skip);
			assert_memory_equal(part_s, whole_s + skip, at * sizeof(int64_t));
		}
		for (unsigned j = 0; j < count; j++) {
			struct tm tm;

			calendar_local(whole_s[j], &tm);
			assert_int_equal(tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec, 0);
			assert_true(steps[i].unit != AXIS_WEEK || tm.tm_wday == 1);
			assert_true(steps[i].unit < AXIS_MONTH || tm.tm_mday == 1);
			assert_true(steps[i].unit != AXIS_YEAR || (tm.tm_mon == 0 && (tm.tm_year + 1900) % (int)steps[i].count == 0));
		}
	}
}

static uint32_t random_state;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)random_state * n) >> 32);
}

static struct axis_step random_step(void)
{
	static const uint32_t seconds[] = { 1, 60, 3600 };
	uint32_t unit = random_below(7), s = unit < 3 ? seconds[unit] : 0;

	if (s)
		return (struct axis_step){ AXIS_SECOND, s * (1 + random_below(DAY_S / s)) };
	return (struct axis_step){ (enum axis_unit)(unit - 2), 1 + random_below(20) };
}

/* Labels are apart, within the margins, and what the clocks show at their tick; lines are far enough apart to be lines. */
static void check_grid(const struct axis_grid *grid, int64_t start_s, int64_t end_s, unsigned width)
{
	double s_per_px = (double)(end_s - start_s) / width, last = -MARGIN;
	struct axis_clock clock = { .start_s = start_s, .end_s = end_s };

	for (unsigned i = 0; i < axis.ticks; i++) {
		const struct axis_tick *tick = &axis.tick[i];
		double half = ruler_width(&em, tick->label) / 2;
		char label[AXIS_LABEL];

		assert_true(tick->at >= 0 && tick->at <= width && (i == 0 || tick->at > axis.tick[i - 1].at));
		if (!tick->label[0])
			continue;
		assert_true(tick->at - half >= last && tick->at + half <= width + MARGIN);
		last = tick->at + half;
		axis_label(&clock, start_s + llround(tick->at * s_per_px - grid->label_s / 2.0), grid->format, label);
		assert_string_equal(tick->label, label);
	}
	assert_true(count_lines(true) <= width / 4 + 3);
	assert_true(count_lines(false) <= width / 4 + 3);
}

static void any_grid_is_true_and_can_be_read(void **state)
{
	static const char *const zones[] = {
		"UTC", "Europe/Oslo", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu",
	};
	static const char *const formats[] = { "%H:%M:%S", "%a %-d %b %Y %T", "%Y", "%X%n%x" };
	const char *seed = getenv("SEED");
	unsigned drawn = 0;

	random_state = seed ? (uint32_t)strtoul(seed, NULL, 0) : (uint32_t)time(NULL);
	printf("# SEED=%u\n", random_state);
	for (unsigned i = 0; i < 3000; i++) {
		struct axis_grid grid = { .line = random_step(), .major = random_step(), .label = random_step() };
		int64_t start_s = 1000000000 + random_below(1000000000), span_s = 10 + (int64_t)exp2(3 + 29.0 * random_below(1000) / 1000);
		unsigned width = 16 + random_below(random_below(8) ? 2000 : 16369);

		set_zone(zones[random_below(6)]);
		snprintf(grid.format, sizeof(grid.format), "%s", formats[random_below(4)]);
		grid.label_s = random_below(2) ? 0 : random_below((uint32_t)axis_step_seconds(&grid.label) + 1);
		draw(&grid, start_s, start_s + span_s, width);
		check_grid(&grid, start_s, start_s + span_s, width);
		drawn += axis.ticks > 0;
	}
	assert_true(drawn > 300);
}

static void a_million_lines_are_none(void **state)
{
	static const struct axis_grid grid = {
		.line = { AXIS_SECOND, 1 }, .major = { AXIS_SECOND, 60 }, .label = { AXIS_SECOND, HOUR_S }, .format = "%H",
	};

	set_zone("Europe/Oslo");
	draw(&grid, 1000000000, 1000000000 + (int64_t)36525 * DAY_S, 16384);
	assert_int_equal(axis.ticks, 0);
	draw(&grid, 1000000000, 1000000000 + DAY_S, 1440); /* seconds and minutes are too close, hours are not */
	assert_int_equal(count_lines(true) + count_lines(false), 0);
	assert_int_equal(axis.ticks, 24);
}

static void weeks_are_named_as_wanted(void **state)
{
	struct axis_clock clock;
	struct axis_style style = { .week_format = "Week %V" };

	set_zone("Europe/Oslo");
	clock = (struct axis_clock){ .start_s = calendar_day_start(2026, 12, 14), .end_s = calendar_day_start(2027, 1, 20) };
	axis_time_ticks(&clock, &style, 500, MARGIN, MARGIN, &ruler, &axis);
	assert_string_equal(labels(), "Week 52 Week 53 Week 01 Week 02 Week 03");
	style.week_format = NULL;
	axis_time_ticks(&clock, &style, 160, MARGIN, MARGIN, &ruler, &axis);
	assert_string_equal(labels(), "14 21 28 4 11 18");
}

/* The hours below the days before and after a change. */
static const char *hours_of(const char *zone, int year, int month, int day, unsigned width)
{
	struct axis_style style = { 0 };
	struct axis_clock clock;
	struct days days;

	set_zone(zone);
	assert_int_equal(days_init(&days, calendar_day_start(year, month, day), 3), 0);
	clock = days_clock(&days);
	axis_time_ticks(&clock, &style, width, MARGIN, MARGIN, &ruler, &axis);
	days_fini(&days);
	return labels();
}

static void hours_below_days_are_those_of_all_of_them(void **state)
{
	assert_string_equal(hours_of("Europe/Oslo", 2026, 3, 30, 480), "00:00 03:00 06:00 09:00 12:00 15:00 18:00 21:00 00:00");
	assert_non_null(strstr(hours_of("Europe/Oslo", 2026, 10, 26, 1440), "00:00 01:00 02:00 02:00 03:00 04:00"));
	assert_non_null(strstr(hours_of("Australia/Lord_Howe", 2026, 4, 6, 3000), "01:00 01:30 01:30 02:00"));
	assert_int_equal(axis.spans, 0);
	/* However little room there is, a day has no labels of dates. */
	assert_string_equal(hours_of("UTC", 2026, 4, 6, 16), "00:00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_and_labels_are_those_that_were_asked_for),
		cmocka_unit_test(labels_of_days_stand_in_their_middle),
		cmocka_unit_test(labels_alone_have_no_line),
		cmocka_unit_test(none_is_nothing),
		cmocka_unit_test(hours_restart_at_midnight_and_follow_the_clocks),
		cmocka_unit_test(days_weeks_months_and_years_are_counted_the_same_wherever_the_window_begins),
		cmocka_unit_test(any_grid_is_true_and_can_be_read),
		cmocka_unit_test(a_million_lines_are_none),
		cmocka_unit_test(weeks_are_named_as_wanted),
		cmocka_unit_test(hours_below_days_are_those_of_all_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
