/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the reader makes of a file that was damaged, or written by others, where it is read as an RRD all the same. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "archive/create.h"
#include "archive/reader.h"
#include "archive/rrd.h"
#include "scratch.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define BEGIN_S 1699999200 /* a multiple of 600 s */
#define STEP_S 10

/* Puts one number in place of another, wherever the file has it. */
static void forge(const char *path, double from, double to)
{
	size_t size;
	uint8_t *bytes = scratch_read(path, &size);

	for (size_t at = 0; at + sizeof(from) <= size; at++)
		if (memcmp(bytes + at, &from, sizeof(from)) == 0)
			memcpy(bytes + at, &to, sizeof(to));
	scratch_write(path, bytes, size);
	free(bytes);
}

/* Writes a minute of totals in which each step has those gauges, and reads it with another number in their place. */
static void read_forged(void **state, unsigned column, double good, double forged, struct matrix *m)
{
	struct schema schema = scratch_schema();
	struct reader_piece piece = { .start_s = BEGIN_S, .end_s = BEGIN_S + 60, .row_s = 60, .level = 1 };
	double value[6 * SCHEMA_DS] = { 0 };
	struct failure why = { "" };
	struct schema_file totals;
	struct reader *reader;
	int64_t at_s[6];

	schema_file(&schema, 0, &totals);
	for (unsigned step = 0; step < 6; step++) {
		at_s[step] = BEGIN_S + (step + 1) * STEP_S;
		value[step * totals.ds_count + column] = good;
	}
	scratch_remove(state);
	scratch_make(state);
	must(archive_create(STORE_HERE(*state), &schema, BEGIN_S, NULL, NULL, &why), &why);
	must(rrdfile_update(scratch_path(state, "totals.rrd"), totals.ds_count, 6, at_s, value, &why), &why);
	forge(scratch_path(state, "totals.rrd"), good, forged);
	must(reader_open(*state, NULL, &reader, &why), &why);
	must(reader_read(reader, &piece, 0, m, &why), &why);
	reader_close(reader);
}

static void gauges_that_cannot_be_are_unknown(void **state)
{
	static const double impossible[] = { -1e18, -1, 1e18, 1e300, INFINITY };
	unsigned sources = (unsigned)schema_sources_ds(), known = (unsigned)schema_known_ds();
	struct matrix m;

	for (unsigned i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
		read_forged(state, sources, 12345, impossible[i], &m);
		assert_true(isnan(matrix_cell(&m, 0, sources)));
		matrix_fini(&m);
		read_forged(state, known, 0.75, impossible[i], &m);
		assert_true(isnan(matrix_cell(&m, 0, known)));
		matrix_fini(&m);
	}
	read_forged(state, sources, 12345, 54321, &m);
	assert_true(matrix_cell(&m, 0, sources) == 54321);
	matrix_fini(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(gauges_that_cannot_be_are_unknown, scratch_make, scratch_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
