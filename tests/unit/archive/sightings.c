/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/sightings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "packet/packet.h"
#include "scratch.h"
#include "steps.h"

/* ---- writing and reading ---- */

static void what_is_written_is_read(void **state)
{
	static struct sighting sighting[3][500];
	struct sightings *sightings = opened(state, 4 * MIB);
	struct rows *rows;

	for (unsigned i = 0; i < 3; i++) {
		fill(sighting[i], 500);
		add(sightings, step_at(START_S + i * STEP_S, 500, sighting[i]));
	}
	assert_int_equal(sightings_last(sightings), START_S + 3 * STEP_S);
	rows = rows_of(state, 0, INT64_MAX, 0xff);
	assert_int_equal(rows->count, 1500);
	for (unsigned i = 0; i < rows->count; i++) {
		assert_int_equal(rows->row[i].start_s, START_S + i / 500 * STEP_S);
		assert_int_equal(rows->row[i].end_s, START_S + (i / 500 + 1) * STEP_S);
	}
	for (unsigned i = 0; i < 3; i++)
		assert_same_all(rows, i * 500, 500, sighting[i]);
	assert_int_equal(rows_of(state, INT64_MAX - 1, INT64_MAX, 0xff)->count, 0);
	sightings_close(sightings);
}

static void it_goes_on_where_it_was_closed(void **state)
{
	struct sighting sighting[2] = { random_sighting(), random_sighting() };
	struct sightings *sightings = opened(state, MIB);

	assert_int_equal(sightings_last(sightings), 0);
	add(sightings, step_at(START_S, 1, &sighting[0]));
	sightings_close(sightings);
	sightings = opened(state, MIB);
	assert_int_equal(sightings_last(sightings), START_S + STEP_S);
	add(sightings, step_at(START_S + STEP_S, 1, &sighting[1]));
	sightings_close(sightings);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, 2);
	assert_int_equal(facts_of(state).oldest_s, START_S);
	assert_int_equal(facts_of(state).newest_s, START_S + 2 * STEP_S);
}

static void a_step_that_is_there_is_passed_over(void **state)
{
	struct sighting sighting = random_sighting();
	struct sighting_step steps[3];
	struct sightings *sightings = opened(state, MIB);
	struct failure why;

	for (unsigned i = 0; i < 3; i++)
		steps[i] = step_at(START_S + i * STEP_S, 1, &sighting);
	assert_int_equal(sightings_add(sightings, 2, steps, &why), 0);
	assert_int_equal(sightings_add(sightings, 2, steps, &why), 0);
	assert_int_equal(sightings_add(sightings, 3, steps, &why), 0);
	sightings_close(sightings);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, 3);
}

static void a_time_asks_for_the_steps_that_have_some_of_it(void **state)
{
	struct sighting sighting = random_sighting();
	struct sightings *sightings = opened(state, MIB);
	struct sighting_step cut = step_at(START_S + STEP_S, 1, &sighting);

	cut.end_s = cut.start_s + 3;
	add(sightings, step_at(START_S, 1, &sighting));
	add(sightings, cut);
	add(sightings, step_at(START_S + 2 * STEP_S, 1, &sighting));
	sightings_close(sightings);
	assert_int_equal(rows_of(state, START_S + 9, START_S + 10, 0xff)->count, 1);
	assert_int_equal(rows_of(state, START_S + 9, START_S + 11, 0xff)->count, 2);
	assert_int_equal(rows_of(state, START_S + 12, START_S + 20, 0xff)->row[0].end_s, START_S + 13);
	assert_int_equal(rows_of(state, START_S + 13, START_S + 20, 0xff)->count, 0);
	assert_int_equal(rows_of(state, START_S + 29, INT64_MAX, 0xff)->row[0].end_s, START_S + 30);
	assert_int_equal(rows_of(state, START_S + 30, INT64_MAX, 0xff)->count, 0);
	assert_int_equal(rows_of(state, 0, START_S, 0xff)->count, 0);
	assert_int_equal(rows_of(state, 0, START_S + 1, 0xff)->count, 1);
}

static void series_that_are_not_asked_for_are_left_out(void **state)
{
	struct sighting sighting[SERIES_COUNT];
	struct sightings *sightings = opened(state, MIB);

	fill(sighting, SERIES_COUNT);
	for (unsigned i = 0; i < SERIES_COUNT; i++) {
		sighting[i].series = (uint8_t)i;
		memset(sighting[i].source + 4, 0, 12);
		memset(sighting[i].destination + 4, 0, 12);
	}
	add(sightings, step_at(START_S, SERIES_COUNT, sighting));
	sightings_close(sightings);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, SERIES_COUNT);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0)->count, 0);
	for (unsigned i = 0; i < SERIES_COUNT; i++) {
		struct rows *rows = rows_of(state, 0, INT64_MAX, 1u << i);

		assert_int_equal(rows->count, 1);
		assert_same(&rows->row[0], rows->rule[0], &sighting[i]);
	}
}

static void who_visits_can_end_the_walk(void **state)
{
	static struct rows rows;
	struct sighting sighting[10];
	struct sightings *sightings = opened(state, MIB);
	struct failure why;

	fill(sighting, 10);
	add(sightings, step_at(START_S, 10, sighting));
	sightings_close(sightings);
	sightings = opened_to_read(state);
	rows.end_after = 4;
	assert_int_equal(sightings_walk(sightings, 0, INT64_MAX, 0xff, keep_row, &rows, &why), 42);
	assert_int_equal(rows.count, 4);
	sightings_close(sightings);
}

static void a_reader_sees_what_was_there_when_it_opened(void **state)
{
	static struct rows rows;
	struct sighting sighting = random_sighting();
	struct sightings *writer = opened(state, MIB), *reader;
	struct failure why;

	add(writer, step_at(START_S, 1, &sighting));
	reader = opened_to_read(state);
	add(writer, step_at(START_S + STEP_S, 1, &sighting));
	assert_int_equal(sightings_walk(reader, 0, INT64_MAX, 0xff, keep_row, &rows, &why), 0);
	assert_int_equal(rows.count, 1);
	sightings_close(reader);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, 2);
	sightings_close(writer);
}

static void rules_beyond_the_most_become_one(void **state)
{
	static char names[SIGHTING_RULES][SIGHTING_RULE];
	struct sighting sighting[200] = { 0 };
	struct sightings *sightings = opened(state, MIB); /* which may have 64 */
	struct sighting_step step = step_at(START_S, 200, sighting);
	struct rows *rows;

	for (unsigned i = 0; i < 200; i++) {
		snprintf(names[i], SIGHTING_RULE, "rule %u", i);
		sighting[i].rule = (uint8_t)i;
		sighting[i].packets = 1;
	}
	step.rule = (const char (*)[SIGHTING_RULE])names;
	add(sightings, step);
	sightings_close(sightings);
	rows = rows_of(state, 0, INT64_MAX, 0xff);
	assert_int_equal(rows->count, 200);
	assert_int_equal(facts_of(state).rules, 64);
	assert_string_equal(rows->rule[62], "rule 62");
	for (unsigned i = 63; i < 200; i++)
		assert_string_equal(rows->rule[i], SIGHTING_RULE_REST);
}

/* ---- what is known ---- */

static void steps_that_touch_are_one_span(void **state)
{
	struct sightings *sightings = opened(state, MIB);
	struct sightings_coverage coverage;

	add(sightings, step_at(START_S, 0, NULL));
	add(sightings, step_at(START_S + 10, 0, NULL));
	add(sightings, step_at(START_S + 30, 0, NULL));
	sightings_close(sightings);
	sightings = opened(state, MIB);
	add(sightings, step_at(START_S + 40, 0, NULL));
	sightings_close(sightings);
	coverage = coverage_of(state, START_S + 5, START_S + 45);
	assert_int_equal(coverage.span_count, 2);
	assert_int_equal(coverage.span[0].start_s, START_S + 5);
	assert_int_equal(coverage.span[0].end_s, START_S + 20);
	assert_int_equal(coverage.span[1].start_s, START_S + 30);
	assert_int_equal(coverage.span[1].end_s, START_S + 45);
	assert_int_equal(coverage.sample_count, 0);
	sightings_coverage_fini(&coverage);
	coverage = coverage_of(state, START_S + 20, START_S + 30);
	assert_int_equal(coverage.span_count, 0);
	sightings_coverage_fini(&coverage);
}

static void what_was_left_out_of_a_step_is_known(void **state)
{
	struct sighting sighting = random_sighting();
	struct sighting_step step = step_at(START_S + STEP_S, 1, &sighting);
	struct sightings *sightings = opened(state, MIB);
	struct sightings_coverage coverage;

	step.packets_left_out = 5000000000;
	step.sightings_left_out = 1234567;
	add(sightings, step_at(START_S, 1, &sighting));
	add(sightings, step);
	sightings_close(sightings);
	coverage = coverage_of(state, START_S, START_S + 60);
	assert_int_equal(coverage.sample_count, 1);
	assert_int_equal(coverage.sample[0].start_s, step.start_s);
	assert_int_equal(coverage.sample[0].end_s, step.end_s);
	assert_int_equal(coverage.sample[0].packets_left_out, 5000000000);
	assert_int_equal(coverage.sample[0].sightings_left_out, 1234567);
	sightings_coverage_fini(&coverage);
	assert_int_equal(facts_of(state).steps_sampled, 1);
	assert_int_equal(facts_of(state).packets_left_out, 5000000000);
}

/* ---- the bound ---- */

static void the_file_never_exceeds_its_bound_and_has_the_newest(void **state)
{
	static struct sighting sighting[1024];
	struct sightings *sightings = opened(state, 2 * MIB);
	uint64_t added = 0, rows;
	int64_t end_s = START_S;

	fill(sighting, 1024);
	while (added < 3 * 2 * MIB / 24) {
		unsigned count = scratch_random(1025);

		add(sightings, step_at(end_s, count, sighting));
		end_s += STEP_S;
		added += count;
		assert_true(size_of(state, SIGHTINGS_FILE) <= 2 * (off_t)MIB);
		assert_int_equal(sightings_last(sightings), end_s);
	}
	sightings_close(sightings);
	rows = facts_of(state).rows;
	assert_true(rows < added);
	/* IPv4 and IPv6 in equal parts take less than 48 bytes; some 30 pages are kept free, and the next step's */
	assert_true(rows > (2 * MIB - 200 * 1024) / 48);
	assert_int_equal(facts_of(state).bytes_most, 2 * MIB);
	assert_int_equal(facts_of(state).newest_s, end_s);
	assert_true(rows_of(state, end_s - 3 * STEP_S, end_s, 0xff)->count > 0);
}

static void the_oldest_go_with_all_that_is_known_of_them(void **state)
{
	static struct sighting sighting[1024];
	struct sightings *sightings = opened(state, MIB);
	struct sightings_coverage coverage;
	struct rows *rows;
	sqlite3 *db;

	fill(sighting, 1024);
	for (unsigned i = 0; i < 60; i++) {
		struct sighting_step step = step_at(START_S + i * 20, 1024, sighting);

		step.packets_left_out = i;
		add(sightings, step);
	}
	sightings_close(sightings);
	coverage = coverage_of(state, 0, INT64_MAX);
	rows = rows_of(state, coverage.span[0].start_s, coverage.span[0].end_s, 0xff);
	assert_true(coverage.span_count > 1 && coverage.span_count < 60);
	assert_int_equal(rows->count, 1024);
	assert_int_equal(coverage.sample_count, coverage.span_count);
	assert_int_equal(coverage.sample[0].start_s, coverage.span[0].start_s);
	sightings_coverage_fini(&coverage);
	db = shell(state, "SELECT 1");
	assert_string_equal(answer(db, "SELECT count(*) FROM sightings WHERE id / 65536 NOT IN (SELECT start FROM spans)"), "0");
	assert_string_equal(answer(db, "SELECT count(*) FROM lengths"), "1");
	sqlite3_close(db);
}

static void a_smaller_bound_makes_it_smaller(void **state)
{
	static struct sighting sighting[1024];
	struct sightings *sightings = opened(state, 4 * MIB);

	fill(sighting, 1024);
	for (unsigned i = 0; i < 110; i++)
		add(sightings, step_at(START_S + i * STEP_S, 1024, sighting));
	sightings_close(sightings);
	assert_true(size_of(state, SIGHTINGS_FILE) > 3 * (off_t)MIB);
	sightings = opened(state, MIB);
	assert_true(size_of(state, SIGHTINGS_FILE) <= (off_t)MIB);
	add(sightings, step_at(START_S + 110 * STEP_S, 1024, sighting));
	assert_true(size_of(state, SIGHTINGS_FILE) <= (off_t)MIB);
	sightings_close(sightings);
	assert_true(facts_of(state).rows > 10000);
	assert_int_equal(rows_of(state, START_S + 110 * STEP_S, INT64_MAX, 0xff)->count, 1024);
}

static void more_than_the_file_can_hold_leaves_out_the_oldest(void **state)
{
	static struct sighting sighting[1024];
	static struct sighting_step step[100];
	struct sightings *sightings = opened(state, MIB);
	struct sightings_coverage coverage;
	struct failure why = { "" };

	fill(sighting, 1024);
	for (unsigned i = 0; i < 100; i++)
		step[i] = step_at(START_S + i * STEP_S, 1024, sighting);
	assert_int_equal(sightings_add(sightings, 100, step, &why), 0);
	assert_int_equal(sightings_last(sightings), START_S + 100 * STEP_S);
	assert_true(size_of(state, SIGHTINGS_FILE) <= (off_t)MIB);
	sightings_close(sightings);
	assert_int_equal(rows_of(state, START_S + 99 * STEP_S, INT64_MAX, 0xff)->count, 1024);
	coverage = coverage_of(state, 0, INT64_MAX);
	assert_true(coverage.sample_count > 0);
	assert_true(coverage.sample[0].sightings_left_out == 1024);
	sightings_coverage_fini(&coverage);
}

#define IN_A_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_DIRECTORY(what_is_written_is_read),
		IN_A_DIRECTORY(it_goes_on_where_it_was_closed),
		IN_A_DIRECTORY(a_step_that_is_there_is_passed_over),
		IN_A_DIRECTORY(a_time_asks_for_the_steps_that_have_some_of_it),
		IN_A_DIRECTORY(series_that_are_not_asked_for_are_left_out),
		IN_A_DIRECTORY(who_visits_can_end_the_walk),
		IN_A_DIRECTORY(a_reader_sees_what_was_there_when_it_opened),
		IN_A_DIRECTORY(rules_beyond_the_most_become_one),
		IN_A_DIRECTORY(steps_that_touch_are_one_span),
		IN_A_DIRECTORY(what_was_left_out_of_a_step_is_known),
		IN_A_DIRECTORY(the_file_never_exceeds_its_bound_and_has_the_newest),
		IN_A_DIRECTORY(the_oldest_go_with_all_that_is_known_of_them),
		IN_A_DIRECTORY(a_smaller_bound_makes_it_smaller),
		IN_A_DIRECTORY(more_than_the_file_can_hold_leaves_out_the_oldest),
	};

	scratch_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
