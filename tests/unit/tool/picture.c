/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the files of a small archive to the picture, as text: every packet that was written is counted and has its mark. */
#include "tool/picture.h"

#include <errno.h>
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
#include "tool/outfile.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define START_S 1699999200
#define STEP_S 10
#define STEPS 30

/* Step by step: what was counted. Nobody listened in steps 10 to 14. */
static double value_of(const struct schema_file *file, unsigned step, unsigned i)
{
	bool is_gap = step >= 10 && step < 15;
	double probes = step == 3 ? 5 : 0;

	if (file->kind == SCHEMA_TOTALS && (int)i == schema_known_ds())
		return !is_gap;
	if (is_gap)
		return NAN;
	if (file->kind == SCHEMA_TOTALS && (int)i == schema_total_ds(SERIES_TCP4, CLASS_PROBE))
		return probes;
	if (file->kind == SCHEMA_TOTALS && (int)i == schema_total_ds(SERIES_UDP6, CLASS_PROBE))
		return step == 20 ? 1 : 0;
	if (file->kind == SCHEMA_TOTALS && (int)i == schema_total_ds(SERIES_TCP4, CLASS_BACKSCATTER))
		return step == 21 ? 7 : 0;
	if (file->kind == SCHEMA_TOTALS && (int)i == schema_total_ds(SERIES_ICMP6, CLASS_PROBE))
		return step == 22 ? 2 : 0;
	if (file->kind == SCHEMA_TOTALS && (int)i == schema_reason_ds(SLOT_LOST))
		return step == 25 ? 13 : 0;
	if (file->kind == SCHEMA_PORTS && file->series == SERIES_TCP4 && file->first_bin + i == 22)
		return probes;
	if (file->kind == SCHEMA_PORTS && file->series == SERIES_UDP6 && file->first_bin + i == 53)
		return step == 20 ? 1 : 0;
	return 0;
}

static void write_archive(void **state)
{
	struct schema schema = scratch_schema();
	struct failure why = { "" };
	int64_t at_s[STEPS];

	setenv("TZ", "UTC", 1);
	tzset();
	must(archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why), &why);
	for (unsigned f = 0; f < schema_file_count(&schema); f++) {
		static double values[STEPS * SCHEMA_DS];
		struct schema_file file;

		schema_file(&schema, f, &file);
		for (unsigned s = 0; s < STEPS; s++) {
			at_s[s] = START_S + (s + 1) * STEP_S;
			for (unsigned i = 0; i < file.ds_count; i++)
				values[s * file.ds_count + i] = value_of(&file, s, i);
		}
		must(rrdfile_update(scratch_path(state, file.name), file.ds_count, STEPS, at_s, values, &why), &why);
	}
}

/* That of steps [from, to) seen at step now. */
static char *draw(void **state, int from, int to, int now, unsigned width)
{
	const struct picture_order order = {
		.window = { START_S + from * STEP_S, START_S + to * STEP_S }, .now_s = START_S + now * STEP_S,
		.width = width, .height = 200, .title = "test", .palette = palette_dark, .format = PICTURE_JSON,
	};

	return drawing_of(state, &order, NULL);
}

static void expect(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no %s in %s", part, text);
}

static void the_legend_has_exact_counts(void **state)
{
	char *text;

	write_archive(state);
	text = draw(state, 0, STEPS, STEPS, 600);
	expect(text, "\"TCP/IPv4 5 packets\"");
	expect(text, "\"UDP/IPv4 0 packets\"");
	expect(text, "\"UDP/IPv6 1 packet\"");
	expect(text, "\"lost: 13 packets\"");
	expect(text, "\"unknown: nobody listened for 50 s\"");
	expect(text, "\"not drawn: 2 ICMP, 7 backscatter\"");
	assert_null(strstr(text, "not yet"));
	free(text);
}

static void a_window_of_millennia_is_drawn(void **state)
{
	const struct picture_order order = {
		.window = { 0, SCHEMA_LATEST_S }, .now_s = START_S + STEPS * STEP_S, /* a pixel of 500 years */
		.width = 16, .height = 200, .title = "test", .palette = palette_dark, .format = PICTURE_JSON,
	};
	char *text;

	write_archive(state);
	text = drawing_of(state, &order, NULL);
	expect(text, "\"marks\": 2}");
	free(text);
}

static void every_mark_is_where_its_packets_were(void **state)
{
	char *text;

	write_archive(state);
	text = draw(state, 0, STEPS, STEPS, 600);
	expect(text, "\"marks\": 2}");
	/* 20 pixels a step */
	expect(text, "\"mark\", \"x\": 60, ");
	expect(text, "\"mark\", \"x\": 400, ");
	expect(text, "\"series\": \"udp6\", \"shade\": 39");
	free(text);
	text = draw(state, 0, STEPS, STEPS, 30);
	expect(text, "\"mark\", \"x\": 3, ");
	expect(text, "\"mark\", \"x\": 20, ");
	free(text);
}

static void a_window_counts_what_lies_in_it(void **state)
{
	char *text;

	write_archive(state);
	text = draw(state, 4, 9, STEPS, 600);
	expect(text, "\"TCP/IPv4 0 packets\"");
	expect(text, "\"nothing missed\"");
	expect(text, "\"marks\": 0}");
	free(text);
}

static void a_level_that_ends_within_the_window_leaves_no_seam(void **state)
{
	char *text;

	write_archive(state);
	/* 30 s a pixel: steps of 10 s reach back 10 minutes only, so all of it is drawn in rows of a minute. */
	text = draw(state, -90, STEPS, STEPS, 40);
	expect(text, "\"marks\": 2}");
	expect(text, "\"mark\", \"x\": 30, ");
	expect(text, "\"mark\", \"x\": 36, ");
	assert_null(strstr(text, "\"width\": 1, \"diameter\""));
	free(text);
}

static void the_time_to_come_is_not_unknown(void **state)
{
	char *text;

	write_archive(state);
	text = draw(state, 20, STEPS + 10, STEPS, 600);
	expect(text, "\"not yet\"");
	assert_null(strstr(text, "unknown"));
	free(text);
}

static void a_daemon_that_is_dead_for_long_leaves_unknown_time(void **state)
{
	char *text;

	write_archive(state);
	text = draw(state, 20, STEPS + 200, STEPS + 100, 600);
	expect(text, "\"not yet\"");
	expect(text, "\"unknown: nobody listened for 16 min 40 s\"");
	free(text);
}

static void what_is_out_of_view_or_of_another_series_is_not_drawn_and_told(void **state)
{
	struct picture_order order = {
		.window = { START_S, START_S + STEPS * STEP_S }, .now_s = START_S + STEPS * STEP_S, .width = 600, .height = 200,
		.title = "", .palette = palette_dark, .format = PICTURE_JSON, .view = { { 1, { { 53, 53 } } }, false },
	};
	char *text;

	write_archive(state);
	text = drawing_of(state, &order, NULL);
	expect(text, "\"in view:\"");
	expect(text, "\"TCP/IPv4 0 packets\"");
	expect(text, "\"UDP/IPv6 1 packet\"");
	expect(text, "\"not drawn: 2 ICMP, 12 out of view, backscatter or late\"");
	expect(text, "\"marks\": 1}");
	free(text);
	order.series = 1u << SERIES_UDP6;
	order.view.ports.range[0].lo = 22;
	text = drawing_of(state, &order, NULL);
	assert_null(strstr(text, "TCP/IPv4"));
	expect(text, "\"UDP/IPv6 1 packet\"");
	expect(text, "\"not drawn: 14 of other series\"");
	free(text);
}

static void a_file_that_is_damaged_is_named(void **state)
{
	struct picture_order order = {
		.window = { START_S, START_S + 300 }, .now_s = START_S + 300, .width = 100, .height = 100, .title = "",
		.palette = palette_dark, .format = PICTURE_JSON,
	};
	struct failure why = { "" };
	struct picture picture;
	struct reader *reader;

	write_archive(state);
	scratch_write(scratch_path(state, "tcp4/0-63.rrd"), (const uint8_t *)"RRD?", 4);
	must(reader_open(*state, NULL, &reader, &why), &why);
	assert_int_not_equal(picture_make(reader, &order, &picture, &why), 0);
	assert_non_null(strstr(why.text, "tcp4/0-63.rrd"));
	reader_close(reader);
}

static void a_picture_file_is_replaced_whole(void **state)
{
	const char *path = scratch_path(state, "picture.png");
	struct failure why = { "" };
	uint8_t *bytes;
	size_t size;

	must(outfile_write(path, (const uint8_t *)"first", 5, &why), &why);
	must(outfile_write(path, (const uint8_t *)"2nd", 3, &why), &why);
	bytes = scratch_read(path, &size);
	assert_int_equal(size, 3);
	assert_memory_equal(bytes, "2nd", 3);
	free(bytes);
	assert_int_equal(outfile_write(scratch_path(state, "none/picture.png"), (const uint8_t *)"x", 1, &why), -ENOENT);
	assert_non_null(strstr(why.text, "none/picture.png"));
	assert_int_equal(outfile_write("/dev/full", (const uint8_t *)"x", 1, &why), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_legend_has_exact_counts, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_window_of_millennia_is_drawn, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(every_mark_is_where_its_packets_were, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_window_counts_what_lies_in_it, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_level_that_ends_within_the_window_leaves_no_seam, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(the_time_to_come_is_not_unknown, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_daemon_that_is_dead_for_long_leaves_unknown_time, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(what_is_out_of_view_or_of_another_series_is_not_drawn_and_told, scratch_make,
		                                scratch_remove),
		cmocka_unit_test_setup_teardown(a_file_that_is_damaged_is_named, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_picture_file_is_replaced_whole, scratch_make, scratch_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
