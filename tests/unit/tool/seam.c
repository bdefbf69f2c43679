/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures of a window or of days that several levels of an archive make together: every packet once, and no seam. */
#include "tool/picture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../archive/scratch.h"
#include "archive/create.h"
#include "archive/rrd.h"
#include "drawing.h"
#include "plot/calendar.h"
#include "plot/marks.h"
#include "tool/cells.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define STEPS_MAX 1500

/* What happened: in each step every port got a packet or not, by a random number that is the same every time. */
struct noise {
	struct schema schema;
	int64_t start_s;
	unsigned steps;
	double rate;             /* packets of a port in a step, below 1 */
	unsigned gap_from, gap_to; /* steps in which nobody listened */
};

static uint32_t mix(uint32_t h)
{
	h ^= h >> 16;
	h *= 0x7feb352du;
	h ^= h >> 15;
	h *= 0x846ca68bu;
	return h ^ h >> 16;
}

static double noise_at(const struct noise *noise, enum series series, unsigned step, unsigned bin)
{
	double share = series == SERIES_TCP4 ? 1 : series == SERIES_UDP4 ? 0.1 : 0;

	return mix(mix(step * 4 + (unsigned)series) + bin) / 4294967296.0 < noise->rate * share;
}

static double value_of(const struct noise *noise, const struct schema_file *file, unsigned step, unsigned i)
{
	bool is_gap = step >= noise->gap_from && step < noise->gap_to;
	double sum = 0;

	if (file->kind == SCHEMA_TOTALS && (int)i == schema_known_ds())
		return !is_gap;
	if (is_gap)
		return NAN;
	if (file->kind == SCHEMA_PORTS)
		return noise_at(noise, file->series, step, file->first_bin + i);
	for (unsigned s = 0; s < SERIES_WITH_PORTS && file->kind == SCHEMA_TOTALS; s++) {
		if ((int)i != schema_total_ds((enum series)s, CLASS_PROBE))
			continue;
		for (unsigned bin = 0; bin < portbin_count(&noise->schema.portbin); bin++)
			sum += noise_at(noise, (enum series)s, step, bin);
	}
	return sum;
}

static void write_archive(void **state, const struct noise *noise)
{
	struct failure why = { "" };

	must(archive_create(STORE_HERE(*state), &noise->schema, noise->start_s, NULL, NULL, &why), &why);
	for (unsigned f = 0; f < schema_file_count(&noise->schema); f++) {
		static double values[STEPS_MAX * SCHEMA_DS];
		int64_t at_s[STEPS_MAX];
		struct schema_file file;

		schema_file(&noise->schema, f, &file);
		for (unsigned s = 0; s < noise->steps; s++) {
			at_s[s] = noise->start_s + (int64_t)(s + 1) * noise->schema.step_s;
			for (unsigned i = 0; i < file.ds_count; i++)
				values[s * file.ds_count + i] = value_of(noise, &file, s, i);
		}
		must(rrdfile_update(scratch_path(state, file.name), file.ds_count, noise->steps, at_s, values, &why), &why);
	}
}

static int64_t end_of(const struct noise *noise)
{
	return noise->start_s + (int64_t)noise->steps * noise->schema.step_s;
}

static void add_cell(void *arg, const struct cell *cell)
{
	double *sum = arg;

	*sum += cell->series && strcmp(cell->series, "tcp4") == 0 ? cell->packets : 0;
}

/* The packets of TCP/IPv4 that `fireplot fetch` has in the window, in rows like those of the picture. */
static double fetched(void **state, const struct window *window, uint32_t resolution_s)
{
	struct cells_filter filter = { .series = 1u << SERIES_TCP4 };
	struct failure why = { "" };
	struct reader *reader;
	double sum = 0;

	must(reader_open(*state, NULL, &reader, &why), &why);
	must(cells_walk(reader, &filter, window->start_s, window->end_s, resolution_s, add_cell, &sum, &why), &why);
	reader_close(reader);
	return sum;
}

/* A number behind the text, with its commas left out. */
static double number_behind(const char *text, const char *part)
{
	const char *p = strstr(text, part);
	double number = 0;

	if (!p)
		fail_msg("no %s", part);
	for (p += strlen(part); (*p >= '0' && *p <= '9') || *p == ','; p++)
		number = *p == ',' ? number : number * 10 + *p - '0';
	return number;
}

struct ink {
	double left; /* light of the marks on either side of the seam, each times its area, for a pixel of width */
	double right;
	unsigned wide; /* marks on the left that are wider than a pixel */
	unsigned faintest; /* shade of those */
	unsigned over; /* marks on the left that reach over the seam */
};

static struct ink measure(const char *text, unsigned seam, unsigned width)
{
	struct ink ink = { .faintest = PALETTE_SHADES };

	for (const char *p = text; (p = strstr(p, "\"mark\", ")); p++) {
		struct mark mark;
		double light;
		unsigned shade;

		assert_int_equal(sscanf(p, "\"mark\", \"x\": %u, \"y\": %u, \"width\": %u, \"diameter\": %f, "
		                        "\"series\": \"%*[a-z0-9]\", \"shade\": %u",
		                        &mark.x, &mark.y, &mark.width, &mark.diameter, &shade), 5);
		light = (shade + 1) * (double)(mark_is_dash(&mark) ? (float)mark.width * mark_thickness(&mark) :
		                                                     mark.diameter * mark.diameter * (float)M_PI / 4);
		*(mark.x < seam ? &ink.left : &ink.right) += light;
		ink.wide += mark.x < seam && mark.width > 1;
		if (mark.x < seam && mark.width > 1 && shade < ink.faintest)
			ink.faintest = shade;
		ink.over += mark.x < seam && mark.x + mark.width > seam;
	}
	ink.left /= seam;
	ink.right /= width - seam;
	return ink;
}

/* Ten minutes of 10 s rows, more in rows of a minute; half of the window each. */
static struct noise two_levels(double rate)
{
	return (struct noise){ .schema = scratch_schema(), .start_s = 1699999200, .steps = 360, .rate = rate };
}

static struct window around_seam(const struct noise *noise)
{
	return (struct window){ end_of(noise) - 1080, end_of(noise) }; /* the oldest 10 s row in use is 9 minutes old */
}

static void every_packet_is_on_one_side_of_a_seam(void **state)
{
	struct noise noise = two_levels(0.2);
	struct picture_order order = {
		.now_s = end_of(&noise), .height = 300, .title = "",
		.palette = palette_dark, .format = PICTURE_JSON,
	};

	order.window = around_seam(&noise);
	write_archive(state, &noise);
	for (unsigned width = 108; width <= 2160; width *= 2) { /* from rows narrower than a pixel to ones of 120 pixels */
		char *text;

		order.width = width;
		text = drawing_of(state, &order, NULL);
		assert_true(number_behind(text, "TCP/IPv4 ") == fetched(state, &order.window, 10));
		assert_true(fetched(state, &order.window, 10) > 1000);
		assert_null(strstr(text, "unknown"));
		assert_null(strstr(text, "\"hatch\""));
		free(text);
	}
}

static struct ink ink_around_seam(void **state, const struct noise *noise, unsigned width)
{
	struct picture_order order = {
		.window = around_seam(noise), .now_s = end_of(noise), .width = width, .height = 300, .title = "",
		.palette = palette_dark, .format = PICTURE_JSON,
		.step_s = 1,
	};
	struct ink ink;
	char *text;

	write_archive(state, noise);
	text = drawing_of(state, &order, NULL);
	ink = measure(text, width / 2, width);
	free(text);
	assert_true(ink.wide > 0);
	assert_int_equal(ink.over, 0);
	return ink;
}

/* Marks on the left are longer, but have no more light together, and none lies over the seam. */
static void steady_noise_is_as_bright_on_both_sides_of_a_seam(void **state)
{
	static const double rates[] = { 0.02, 0.05, 0.1, 0.2, 0.4 };

	for (unsigned i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct noise noise = two_levels(rates[i]);
		struct ink ink;

		scratch_remove(state);
		scratch_make(state);
		ink = ink_around_seam(state, &noise, 108); /* a pixel a row on the right, 6 on the left */
		if (!(ink.left < ink.right * 1.4 && ink.left > ink.right / 1.4))
			fail_msg("%g packets a port and step: the light is %g and %g", rates[i], ink.left, ink.right);
	}
}

/* Where there is nothing else, a dash need not be as dark as it would have to be for that. */
static void a_lone_packet_in_a_long_row_can_still_be_found(void **state)
{
	struct noise noise = two_levels(0.0005);

	assert_true(ink_around_seam(state, &noise, 1080).faintest >= PALETTE_SHADES / 3);
}

static void a_gap_over_a_seam_is_one_gap(void **state)
{
	struct noise noise = two_levels(0.1);
	struct picture_order order = {
		.now_s = end_of(&noise), .width = 1080, .height = 100, .title = "",
		.palette = palette_dark, .format = PICTURE_JSON,
	};
	char *text, *first;

	noise.gap_from = 360 - 54 - 24; /* from 4 minutes before the seam to 2 behind it */
	noise.gap_to = 360 - 54 + 12;
	order.window = around_seam(&noise);
	write_archive(state, &noise);
	text = drawing_of(state, &order, NULL);
	assert_non_null(strstr(text, "\"unknown: nobody listened for 6 min\""));
	first = strstr(text, "\"hatch\"");
	assert_non_null(first);
	assert_int_equal(number_behind(first, "\"width\": "), 360);
	free(text);
}

/* Three days and a half in Oslo while the clocks go back: rows of 5 minutes for the newest day, of half an hour for all. */
static struct noise autumn(void)
{
	struct noise noise = { .start_s = 1792792800 - 7200, .steps = 1150, .rate = 0.02 };

	setenv("TZ", "Europe/Oslo", 1);
	tzset();
	noise.schema = scratch_schema();
	noise.schema.step_s = 300;
	noise.schema.levels = 2;
	noise.schema.level[0] = (struct schema_level){ 300, 288 };
	noise.schema.level[1] = (struct schema_level){ 1800, 400 };
	return noise;
}

static void days_have_every_packet_once(void **state)
{
	struct noise noise = autumn();
	struct picture_order order = {
		.now_s = end_of(&noise), .height = 400, .title = "",
		.palette = palette_dark, .format = PICTURE_JSON,
	};
	struct days days;
	double sum = 0;
	char *text;

	write_archive(state, &noise);
	assert_int_equal(days_init(&days, calendar_day_start(2026, 10, 26), 3), 0);
	order.window = (struct window){ days.day[0].start_s, days.day[2].end_s };
	order.days = &days;
	for (unsigned width = 100; width < 1500; width += 450) {
		order.width = width;
		text = drawing_of(state, &order, NULL);
		assert_true(number_behind(text, "TCP/IPv4 ") == fetched(state, &order.window, 1800));
		sum = 0;
		for (const char *p = strstr(text, " Oct"); p; p = strstr(p + 1, " Oct"))
			sum += number_behind(strstr(p, "\"call\""), "\"text\": \"");
		assert_true(sum == number_behind(text, "TCP/IPv4 ") + number_behind(text, "UDP/IPv4 "));
		assert_null(strstr(text, "unknown"));
		free(text);
	}
	days_fini(&days);
}

/* A row of two hours over midnight is seen on both days and counted on one, whichever has its middle. */
static void a_row_over_midnight_is_counted_once(void **state)
{
	static const char *const zones[] = { "Europe/Oslo", "Asia/Kolkata", "Asia/Kabul" };
	struct noise noise = autumn();

	noise.schema.level[1] = (struct schema_level){ 7200, 100 };
	noise.start_s = noise.start_s / 7200 * 7200;
	write_archive(state, &noise);
	for (unsigned i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		struct picture_order order = {
			.now_s = end_of(&noise), .width = 500, .height = 400, .title = "",
			.palette = palette_dark, .format = PICTURE_JSON, .step_s = 7200,
		};
		struct days days;
		char *text;

		setenv("TZ", zones[i], 1);
		tzset();
		assert_int_equal(days_init(&days, calendar_day_start(2026, 10, 26), 2), 0);
		order.window = (struct window){ days.day[0].start_s, days.day[1].end_s };
		order.days = &days;
		text = drawing_of(state, &order, NULL);
		assert_true(number_behind(text, "TCP/IPv4 ") == fetched(state, &order.window, 7200));
		free(text);
		days_fini(&days);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_packet_is_on_one_side_of_a_seam, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(steady_noise_is_as_bright_on_both_sides_of_a_seam, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_lone_packet_in_a_long_row_can_still_be_found, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_gap_over_a_seam_is_one_gap, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(days_have_every_packet_once, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_row_over_midnight_is_counted_once, scratch_make, scratch_remove),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
