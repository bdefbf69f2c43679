/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/formerseen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../archive/scratch.h"
#include "archive/create.h"
#include "archive/sightings.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define START_S 1700000400
#define STEP_S 10

static const char rules[SIGHTING_RULES][SIGHTING_RULE] = { "" };

static void record(void **state, unsigned count, const struct sighting_step *steps)
{
	struct schema schema = scratch_schema();
	struct sightings *sightings;
	struct failure why = { "" };

	must(archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why), &why);
	must(sightings_open(scratch_path(state, SIGHTINGS_FILE), 1 << 20, &sightings, &why), &why);
	must(sightings_add(sightings, count, steps, &why), &why);
	sightings_close(sightings);
}

/* A step of which all was left out, and one of which nothing was. */
static void a_step_without_sightings_has_none(void **state)
{
	const struct sighting sighting = { .series = SERIES_UDP4, .number = 53, .packets = 3 };
	const struct sighting_step steps[] = {
		{ .start_s = START_S, .end_s = START_S + STEP_S, .rule = rules, .packets_left_out = 7, .sightings_left_out = 5 },
		{ .start_s = START_S + STEP_S, .end_s = START_S + 2 * STEP_S, .rule = rules, .count = 1, .sighting = &sighting },
	};
	struct failure why = { "" };
	struct formerseen_part part;
	struct formerseen *seen;
	struct reader *reader;

	record(state, 2, steps);
	must(reader_open(*state, NULL, &reader, &why), &why);
	must(formerseen_open(reader, &seen, &why), &why);
	assert_non_null(seen);
	for (unsigned last = 1; last <= 2; last++) { /* the first alone, and then both */
		must(formerseen_read(seen, START_S, START_S + last * STEP_S, &part, &why), &why);
		assert_int_equal(part.count, last);
		assert_int_equal(part.step[0].count, 0);
		assert_int_equal(part.step[0].packets_left_out, 7);
		assert_int_equal(part.step[0].sightings_left_out, 5);
	}
	assert_int_equal(part.step[1].count, 1);
	assert_int_equal(part.step[1].sighting[0].packets, 3);
	assert_int_equal(part.step[1].packets_left_out, 0);
	formerseen_close(seen);
	reader_close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_step_without_sightings_has_none, scratch_make, scratch_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
