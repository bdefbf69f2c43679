/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small archives, written file by file, and the cells that come out, as lines of text. */
#include "tool/cells.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../archive/scratch.h"
#include "archive/create.h"
#include "archive/rrd.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define START_S 1699999200
#define STEP_S 10

/* ---- writing ---- */

/* One row into every file: all zeros but what is set, or unknown. */
struct row {
	int64_t end_s;
	bool known;
	unsigned series, bin;
	double packets;
	double icmp; /* of type 8 */
	double other6;
};

static void fill(const struct schema *schema, const struct schema_file *file, const struct row *row, double *values)
{
	for (unsigned i = 0; i < file->ds_count; i++)
		values[i] = row->known ? 0 : NAN;
	if (file->kind == SCHEMA_TOTALS)
		values[schema_known_ds()] = row->known;
	if (!row->known)
		return;
	if (file->kind == SCHEMA_TOTALS) {
		values[schema_total_ds((enum series)row->series, CLASS_PROBE)] = row->packets;
		values[schema_total_ds(SERIES_ICMP4, CLASS_PROBE)] = row->icmp;
		values[schema_total_ds(SERIES_OTHER6, CLASS_PROBE)] = row->other6;
	}
	if (file->kind == SCHEMA_PORTS && file->series == row->series && row->bin >= file->first_bin &&
	    row->bin < file->first_bin + file->ds_count)
		values[row->bin - file->first_bin] = row->packets;
	for (unsigned i = 0; i < file->ds_count && file->kind == SCHEMA_ICMP && file->series == SERIES_ICMP4; i++)
		if (schema_icmp_type(SERIES_ICMP4, i) == 8)
			values[i] = row->icmp;
}

static void write_rows(void **state, const struct schema *schema, const struct row *rows, unsigned count)
{
	int64_t *at_s = calloc(count, sizeof(*at_s));
	double *values = calloc((size_t)count * SCHEMA_DS, sizeof(*values));
	struct failure why = { "" };

	must(archive_create(STORE_HERE(*state), schema, START_S, NULL, NULL, &why), &why);
	for (unsigned i = 0; i < schema_file_count(schema); i++) {
		struct schema_file file;

		schema_file(schema, i, &file);
		for (unsigned r = 0; r < count; r++) {
			at_s[r] = rows[r].end_s;
			fill(schema, &file, &rows[r], &values[(size_t)r * file.ds_count]);
		}
		must(rrdfile_update(scratch_path(state, file.name), file.ds_count, count, at_s, values, &why), &why);
	}
	free(at_s);
	free(values);
}

/* ---- reading ---- */

struct text {
	char buf[4096];
	size_t used;
};

static void take(void *arg, const struct cell *cell)
{
	struct text *text = arg;

	text->used += (size_t)snprintf(text->buf + text->used, sizeof(text->buf) - text->used, "%d-%d %s %d-%d%s %g\n",
	                               (int)(cell->start_s - START_S), (int)(cell->end_s - START_S),
	                               cell->series ? cell->series : "all", cell->lo, cell->hi, cell->is_type ? "t" : "",
	                               cell->packets);
	assert_true(text->used < sizeof(text->buf));
}

static int walk(void **state, const struct cells_filter *filter, int from, int to, uint32_t resolution_s, struct text *text,
                struct failure *why)
{
	struct reader *reader;
	int err;

	text->used = 0;
	text->buf[0] = '\0';
	must(reader_open(*state, NULL, &reader, why), why);
	err = cells_walk(reader, filter, START_S + from, START_S + to, resolution_s, take, text, why);
	reader_close(reader);
	return err;
}

static const struct row five_rows[] = {
	{ START_S + 10, true, SERIES_TCP4, 22, 3, 0, 0 },
	{ START_S + 20, true, SERIES_UDP6, 64, 1, 2, 5 },
	{ START_S + 30, false, SERIES_TCP4, 0, 0, 0, 0 },
	{ START_S + 40, false, SERIES_TCP4, 0, 0, 0, 0 },
	{ START_S + 50, true, SERIES_TCP4, 83, 1000000, 0, 0 },
};

static void cells_come_by_time_series_and_port(void **state)
{
	const struct cells_filter all = { .series = 0xff };
	struct schema schema = scratch_schema();
	struct failure why = { "" };
	struct text text;

	write_rows(state, &schema, five_rows, 5);
	must(walk(state, &all, 0, 50, 10, &text, &why), &why);
	assert_string_equal(text.buf, "0-10 tcp4 22-22 3\n"
	                              "10-20 udp6 64-95 1\n"
	                              "10-20 icmp4 8-8t 2\n"
	                              "10-20 other6 -1--1 5\n"
	                              "20-40 all -1--1 nan\n"
	                              "40-50 tcp4 49152-65535 1e+06\n");
}

static void time_before_and_after_is_one_unknown_cell_each(void **state)
{
	const struct cells_filter tcp4 = { .series = 1u << SERIES_TCP4 };
	struct schema schema = scratch_schema();
	struct failure why = { "" };
	struct text text;

	write_rows(state, &schema, five_rows, 5);
	must(walk(state, &tcp4, -1000000, 5000, 10, &text, &why), &why);
	assert_string_equal(text.buf, "-1000000-0 all -1--1 nan\n"
	                              "0-10 tcp4 22-22 3\n"
	                              "20-40 all -1--1 nan\n"
	                              "40-50 tcp4 49152-65535 1e+06\n"
	                              "50-5000 all -1--1 nan\n");
	must(walk(state, &tcp4, -500, -400, 10, &text, &why), &why);
	assert_string_equal(text.buf, "-500--400 all -1--1 nan\n");
	must(walk(state, &tcp4, 400, 500, 10, &text, &why), &why);
	assert_string_equal(text.buf, "400-500 all -1--1 nan\n");
}

static void coarser_rows_have_the_same_packets(void **state)
{
	const struct cells_filter all = { .series = 0xff };
	struct schema schema = scratch_schema();
	struct failure why = { "" };
	struct text text;

	write_rows(state, &schema, five_rows, 5);
	must(walk(state, &all, 0, 50, 600, &text, &why), &why);
	assert_string_equal(text.buf, "0-600 tcp4 22-22 3\n"
	                              "0-600 tcp4 49152-65535 1e+06\n"
	                              "0-600 udp6 64-95 1\n"
	                              "0-600 icmp4 8-8t 2\n"
	                              "0-600 other6 -1--1 5\n");
}

static void ports_choose_the_bins_that_hold_them(void **state)
{
	const struct cells_filter ports = { .series = 0xf, .ports = { 2, { { 22, 22 }, { 60000, 60001 } } } };
	struct schema schema = scratch_schema();
	struct failure why = { "" };
	struct text text;

	write_rows(state, &schema, five_rows, 5);
	must(walk(state, &ports, 0, 20, 10, &text, &why), &why);
	assert_string_equal(text.buf, "0-10 tcp4 22-22 3\n");
	must(walk(state, &ports, 40, 50, 10, &text, &why), &why);
	assert_string_equal(text.buf, "40-50 tcp4 49152-65535 1e+06\n");
}

static void zeros_are_cells_if_asked_for(void **state)
{
	const struct cells_filter zeros = { .series = 0xf, .zeros = true, .ports = { 1, { { 22, 22 } } } };
	struct schema schema = scratch_schema();
	struct failure why = { "" };
	struct text text;

	write_rows(state, &schema, five_rows, 5);
	must(walk(state, &zeros, 0, 30, 10, &text, &why), &why);
	assert_string_equal(text.buf, "0-10 tcp4 22-22 3\n0-10 udp4 22-22 0\n0-10 tcp6 22-22 0\n0-10 udp6 22-22 0\n"
	                              "10-20 tcp4 22-22 0\n10-20 udp4 22-22 0\n10-20 tcp6 22-22 0\n10-20 udp6 22-22 0\n"
	                              "20-30 all -1--1 nan\n");
}

static void damaged_file_is_unknown_and_told_and_the_others_go_on(void **state)
{
	const struct cells_filter tcp4 = { .series = 1u << SERIES_TCP4 };
	struct schema schema = scratch_schema();
	struct failure why = { "" };
	struct text text;

	write_rows(state, &schema, five_rows, 5);
	assert_int_equal(truncate(scratch_path(state, "tcp4/64-127.rrd"), 1000), 0);
	assert_int_equal(walk(state, &tcp4, 0, 20, 10, &text, &why), -EILSEQ);
	assert_non_null(strstr(why.text, "tcp4/64-127.rrd"));
	assert_string_equal(text.buf, "0-10 tcp4 22-22 3\n0-10 tcp4 64-127 nan\n10-20 tcp4 64-127 nan\n");
}

static void archive_that_was_never_written_is_unknown(void **state)
{
	const struct cells_filter all = { .series = 0xff };
	struct schema schema = scratch_schema();
	struct failure why = { "" };
	struct text text;

	must(archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why), &why);
	must(walk(state, &all, 0, 100, 1, &text, &why), &why);
	assert_string_equal(text.buf, "0-100 all -1--1 nan\n");
}

/* ---- more rows than are read at once ---- */

#define MANY 900

struct many {
	const struct row *rows;
	unsigned seen;
};

static void take_many(void *arg, const struct cell *cell)
{
	struct many *many = arg;
	const struct row *row = &many->rows[many->seen++];

	assert_true(many->seen <= MANY);
	assert_int_equal(cell->end_s, row->end_s);
	assert_string_equal(cell->series, series_name((enum series)row->series));
	assert_true(cell->packets == row->packets);
}

static void long_windows_are_read_in_chunks_without_a_seam(void **state)
{
	const struct cells_filter all = { .series = 0xff };
	struct schema schema = { .step_s = 1, .portbin = PORTBIN_DEFAULT, .levels = 1, .level = { { 1, MANY } } };
	struct row *rows = calloc(MANY, sizeof(*rows));
	struct many many = { .rows = rows };
	struct failure why = { "" };
	struct reader *reader;

	scratch_seed();
	for (unsigned i = 0; i < MANY; i++)
		rows[i] = (struct row){ .end_s = START_S + 1 + i, .known = true, .series = scratch_random(SERIES_WITH_PORTS),
			                .bin = scratch_random(1408), .packets = 1 + scratch_random(100000) };
	write_rows(state, &schema, rows, MANY);
	must(reader_open(*state, NULL, &reader, &why), &why);
	must(cells_walk(reader, &all, START_S, START_S + MANY, 1, take_many, &many, &why), &why);
	assert_int_equal(many.seen, MANY);
	reader_close(reader);
	free(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(cells_come_by_time_series_and_port, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(time_before_and_after_is_one_unknown_cell_each, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(coarser_rows_have_the_same_packets, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(ports_choose_the_bins_that_hold_them, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(zeros_are_cells_if_asked_for, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(damaged_file_is_unknown_and_told_and_the_others_go_on, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(archive_that_was_never_written_is_unknown, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(long_windows_are_read_in_chunks_without_a_seam, scratch_make, scratch_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
