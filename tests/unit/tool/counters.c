/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An archive that grows step by step under counters that go on now and then: they only grow, and have each packet once. */
#include "tool/counters.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include "../archive/scratch.h"
#include "archive/create.h"
#include "archive/rrd.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define START_S 1699999200
#define STEP_S 10

static void make(void **state)
{
	struct schema schema = scratch_schema();
	struct failure why = { "" };

	must(archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why), &why);
}

/* A step of the totals; NaN for one that nobody listened in. */
static void write_step(void **state, int64_t end_s, double packets)
{
	double values[SCHEMA_DS];
	struct schema schema = scratch_schema();
	struct schema_file file;
	struct failure why = { "" };

	schema_file(&schema, 0, &file);
	for (unsigned i = 0; i < file.ds_count; i++)
		values[i] = isnan(packets) ? NAN : 0;
	values[schema_total_ds(SERIES_UDP6, CLASS_PROBE)] = packets;
	values[schema_reason_ds(SLOT_LOST)] = packets;
	values[schema_known_ds()] = !isnan(packets);
	must(rrdfile_update(scratch_path(state, "totals.rrd"), file.ds_count, 1, &end_s, values, &why), &why);
}

static void go_on(void **state, struct counters *counters)
{
	struct failure why = { "" };
	struct reader *reader;
	int64_t complete_s;

	must(counters_find_complete(*state, NULL, &complete_s, &why), &why);
	must(reader_open(*state, NULL, &reader, &why), &why);
	must(counters_go_on(counters, reader, complete_s, &why), &why);
	reader_close(reader);
}

static double packets_of(const struct counters *counters)
{
	assert_true(counters->packets[SERIES_UDP6][CLASS_PROBE] == counters->reasons[SLOT_LOST]);
	return counters->packets[SERIES_UDP6][CLASS_PROBE];
}

static void an_archive_without_a_step_begins_nothing(void **state)
{
	struct counters counters = { 0 };

	make(state);
	go_on(state, &counters);
	assert_int_equal(counters.until_s, 0);
	assert_true(packets_of(&counters) == 0);
}

static void the_first_steps_are_where_counting_begins(void **state)
{
	struct counters counters = { 0 };

	make(state);
	write_step(state, START_S + 10, 5);
	go_on(state, &counters);
	assert_int_equal(counters.until_s, START_S + 10);
	assert_true(packets_of(&counters) == 0);
}

/* A day and a half of 9 minute pauses at most, each of which the finest level still covers: nothing may be missing or twice. */
static void pauses_within_the_finest_level_lose_nothing(void **state)
{
	struct counters counters = { 0 };
	int64_t at_s = START_S, unknown_s = 0;
	double sum = 0;

	make(state);
	scratch_seed();
	write_step(state, at_s += STEP_S, 1);
	go_on(state, &counters);
	for (unsigned turn = 0; turn < 400; turn++) {
		struct counters before = counters;

		for (unsigned steps = scratch_random(54); steps > 0; steps--) {
			bool known = scratch_random(10) != 0;
			double packets = scratch_random(4) * scratch_random(1000);

			write_step(state, at_s += STEP_S, known ? packets : NAN);
			sum += known ? packets : 0;
			unknown_s += known ? 0 : STEP_S;
		}
		go_on(state, &counters);
		assert_int_equal(counters.until_s, at_s);
		assert_true(packets_of(&counters) == sum);
		assert_true(fabs(counters.unknown_s - (double)unknown_s) < 1e-6);
		assert_true(fabs(counters.listened_s + counters.unknown_s - (double)(at_s - START_S - STEP_S)) < 1e-6);
		assert_true(packets_of(&counters) >= packets_of(&before) && counters.unknown_s >= before.unknown_s);
	}
}

/* 13 steps in, so in the midst of a minute and of a row of ten. */
static void a_longer_pause_leaves_out_the_row_it_began_in_and_nothing_else(void **state)
{
	struct counters counters = { 0 };
	int64_t at_s = START_S;

	make(state);
	while (at_s < START_S + 130)
		write_step(state, at_s += STEP_S, 1);
	go_on(state, &counters);
	while (at_s < START_S + 3600)
		write_step(state, at_s += STEP_S, 1);
	go_on(state, &counters);
	assert_int_equal(counters.until_s, at_s);
	assert_true(packets_of(&counters) == (3600 - 180) / STEP_S);
}

static void counters_that_are_ahead_stand_still(void **state)
{
	struct counters counters = { .until_s = START_S + 500, .listened_s = 7 };

	make(state);
	write_step(state, START_S + 10, 5);
	go_on(state, &counters);
	assert_int_equal(counters.until_s, START_S + 500);
	assert_true(packets_of(&counters) == 0 && counters.listened_s == 7);
}

#define scratch_test(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(an_archive_without_a_step_begins_nothing),
		scratch_test(the_first_steps_are_where_counting_begins),
		scratch_test(pauses_within_the_finest_level_lose_nothing),
		scratch_test(a_longer_pause_leaves_out_the_row_it_began_in_and_nothing_else),
		scratch_test(counters_that_are_ahead_stand_still),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
