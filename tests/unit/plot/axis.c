/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/axis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plot/calendar.h"

#include <cmocka.h>

#define EM 12.0
#define MARGIN 25.0

static const char *const zones[] = {
	"UTC", "Europe/Oslo", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
	"Asia/Kolkata", "Africa/Cairo", "America/St_Johns", "Pacific/Auckland", "Pacific/Chatham", "Africa/Casablanca",
	"Antarctica/Troll", "America/Caracas", "America/Havana", "Africa/Monrovia",
};
#define ZONES (sizeof(zones) / sizeof(zones[0]))

static const int64_t spans_s[] = {
	10, 60, 61, 599, 3600, 7200, 6 * 3600, 43200, 86400, 23 * 3600, 25 * 3600, 2 * 86400, 7 * 86400, 30 * 86400, 65 * 86400,
	183 * 86400, 365 * 86400, 366 * 86400, 3 * 365 * 86400, (int64_t)3653 * 86400, (int64_t)36525 * 86400,
};
#define SPANS (sizeof(spans_s) / sizeof(spans_s[0]))

static const unsigned widths[] = { 16, 77, 400, 1440, 16384 };
#define WIDTHS (sizeof(widths) / sizeof(widths[0]))

static double ruler_width(void *context, const char *text)
{
	return strlen(text) * 0.6 * *(const double *)context;
}

static double em = EM;
static const struct axis_ruler ruler = { ruler_width, &em, EM };

static void draw_axis(int64_t start_s, int64_t end_s, unsigned width, double margin, struct axis_time *axis)
{
	struct axis_clock clock = { .start_s = start_s, .end_s = end_s };
	struct axis_style style = { 0 };

	axis_time_ticks(&clock, &style, width, margin, margin, &ruler, axis);
}

static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

typedef void check_axis(const struct axis_time *axis, int64_t start_s, int64_t end_s, unsigned width);

/* Every zone, span and width, from starts that no one has chosen and from those around the changes of the clock. */
static void for_each_axis(check_axis *check)
{
	static struct axis_time axis;
	static const int64_t starts_s[] = {
		0, 1234567890, 1774745999, 1792886400, 1764547200,
		1325200000, /* Samoa skips a day */
		1541214000, /* a day without midnight */
		1709157600, /* leap day */
		1289098800, /* 00:01 becomes 23:01 of the day before */
		63590400,   /* an offset that is no whole minute ends */
		1767222000 - 1800, /* New Year */
	};

	for (unsigned z = 0; z < ZONES; z++) {
		set_zone(zones[z]);
		for (unsigned s = 0; s < SPANS; s++)
			for (unsigned w = 0; w < WIDTHS; w++)
				for (unsigned i = 0; i < sizeof(starts_s) / sizeof(starts_s[0]); i++) {
					draw_axis(starts_s[i], starts_s[i] + spans_s[s], widths[w], MARGIN, &axis);
					check(&axis, starts_s[i], starts_s[i] + spans_s[s], widths[w]);
				}
	}
}

static void check_apart(const struct axis_time *axis, int64_t start_s, int64_t end_s, unsigned width)
{
	double last = -MARGIN;

	for (unsigned i = 0; i < axis->ticks; i++) {
		double half = ruler_width(&em, axis->tick[i].label) / 2;

		if (!axis->tick[i].label[0])
			continue;
		assert_true(axis->tick[i].at - half >= last);
		last = axis->tick[i].at + half;
		assert_true(last <= width + MARGIN);
	}
	last = 0;
	for (unsigned i = 0; i < axis->spans; i++) {
		const struct axis_span *span = &axis->span[i];

		assert_true(span->from >= last - 1e-6 && span->to >= span->from && span->to <= width + 1e-6);
		assert_true(!span->label[0] || ruler_width(&em, span->label) <= span->to - span->from);
		last = span->to;
	}
}

static void labels_keep_apart_and_inside(void **state)
{
	for_each_axis(check_apart);
}

/* What strftime says of the tick's time must be what the label says, and a day, month or year begin there. */
static bool is_true_label(int64_t at_s, const char *label)
{
	static const struct {
		const char *format;
		unsigned is_start_of; /* 1: a day, 2: a month, 3: a year */
	} kinds[] = { { "%H:%M:%S", 0 }, { "%H:%M", 0 }, { "%-d", 1 }, { "%b", 2 }, { "%Y", 3 } };
	struct tm tm;

	calendar_local(at_s, &tm);
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		unsigned start = kinds[i].is_start_of;
		int64_t first_s = calendar_day_start(tm.tm_year + 1900, start < 3 ? tm.tm_mon + 1 : 1, start < 2 ? tm.tm_mday : 1);
		char text[AXIS_LABEL];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		if (strftime(text, sizeof(text), kinds[i].format, &tm) && strcmp(text, label) == 0 && (!start || at_s == first_s))
			return i != 1 || tm.tm_sec == 0;
#pragma GCC diagnostic pop
	}
	return false;
}

static void check_true(const struct axis_time *axis, int64_t start_s, int64_t end_s, unsigned width)
{
	double s_per_px = (double)(end_s - start_s) / width;

	for (unsigned i = 0; i < axis->ticks; i++) {
		int64_t at_s = start_s + (int64_t)llround(axis->tick[i].at * s_per_px);

		if (axis->tick[i].label[0] && !is_true_label(at_s, axis->tick[i].label))
			fail_msg("TZ %s: tick \"%s\" at %lld", getenv("TZ"), axis->tick[i].label, (long long)at_s);
	}
}

static void labels_name_the_local_time_of_their_tick(void **state)
{
	for_each_axis(check_true);
}

/* The spans below the ticks are the local days, months or years, cut at the ends of the window, none of them left out. */
static void check_spans(const struct axis_time *axis, int64_t start_s, int64_t end_s, unsigned width)
{
	double s_per_px = (double)(end_s - start_s) / width;

	for (unsigned i = 0; i < axis->spans; i++) {
		const struct axis_span *span = &axis->span[i];
		int64_t from_s = start_s + llround(span->from * s_per_px);
		struct tm tm;

		assert_true(i ? fabs(span->from - axis->span[i - 1].to) < 1e-6 : span->from == 0);
		calendar_local(from_s, &tm);
		if (i && from_s != calendar_day_start(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday))
			fail_msg("TZ %s: \"%s\" begins at %lld", getenv("TZ"), span->label, (long long)from_s);
	}
	assert_true(!axis->spans || fabs(axis->span[axis->spans - 1].to - width) < 1e-6);
}

static void spans_are_whole_days_months_or_years_without_a_gap(void **state)
{
	for_each_axis(check_spans);
}

static void check_rising(const struct axis_time *axis, int64_t start_s, int64_t end_s, unsigned width)
{
	for (unsigned i = 0; i < axis->ticks; i++) {
		assert_true(axis->tick[i].at >= 0 && axis->tick[i].at <= width + 1e-6);
		assert_true(i == 0 || axis->tick[i].at > axis->tick[i - 1].at);
	}
}

static void ticks_rise_within_the_window(void **state)
{
	for_each_axis(check_rising);
}

/* The labels of a day, joined by blanks. */
static void day_labels(const char *zone, int year, int month, int day, unsigned width, char *out, size_t size)
{
	static struct axis_time axis;

	set_zone(zone);
	draw_axis(calendar_day_start(year, month, day), calendar_day_start(year, month, day + 1), width, MARGIN, &axis);
	*out = '\0';
	for (unsigned i = 0; i < axis.ticks; i++)
		if (axis.tick[i].label[0])
			snprintf(out + strlen(out), size - strlen(out), "%s ", axis.tick[i].label);
	snprintf(out + strlen(out), size - strlen(out), "| %s", axis.span[0].label);
}

static void spring_leaves_an_hour_out(void **state)
{
	char text[512];

	day_labels("Europe/Oslo", 2026, 3, 29, 480, text, sizeof(text));
	assert_string_equal(text, "00:00 03:00 06:00 09:00 12:00 15:00 18:00 21:00 00:00 | Sun 29 Mar 2026 (23 h)");
}

static void autumn_shows_an_hour_twice(void **state)
{
	char text[512];

	day_labels("Europe/Oslo", 2026, 10, 25, 1440, text, sizeof(text));
	assert_non_null(strstr(text, "01:00 02:00 02:00 03:00"));
	assert_non_null(strstr(text, "(25 h)"));
}

static void a_label_that_would_touch_the_one_before_is_left_out(void **state)
{
	char text[512];

	/* Two hours are 02:00, one of real time apart: there is room for every second hour, but not for both of those. */
	day_labels("Europe/Oslo", 2026, 10, 25, 620, text, sizeof(text));
	assert_non_null(strstr(text, "00:00 02:00 04:00"));
	assert_null(strstr(text, "02:00 02:00"));
}

static void half_an_hour_of_change_is_followed(void **state)
{
	char text[1024];

	day_labels("Australia/Lord_Howe", 2026, 4, 5, 3000, text, sizeof(text));
	assert_non_null(strstr(text, "01:30 01:30 02:00"));
}

static void without_room_there_is_no_label(void **state)
{
	static struct axis_time axis;

	set_zone("UTC");
	draw_axis(0, 86400, 16, 0, &axis);
	for (unsigned i = 0; i < axis.ticks; i++)
		assert_string_equal(axis.tick[i].label, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_keep_apart_and_inside),
		cmocka_unit_test(labels_name_the_local_time_of_their_tick),
		cmocka_unit_test(spans_are_whole_days_months_or_years_without_a_gap),
		cmocka_unit_test(ticks_rise_within_the_window),
		cmocka_unit_test(spring_leaves_an_hour_out),
		cmocka_unit_test(autumn_shows_an_hour_twice),
		cmocka_unit_test(a_label_that_would_touch_the_one_before_is_left_out),
		cmocka_unit_test(half_an_hour_of_change_is_followed),
		cmocka_unit_test(without_room_there_is_no_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
