/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/fit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "archive/plan.h"

#define START 1104537600 /* 2005 */
#define YEAR 31557600
#define BYTES_MOST 620000000 /* about what the default retention takes */

static struct schema fitted(uint32_t step_s, int64_t start_s, int64_t end_s)
{
	struct schema schema;

	assert_true(schema_by_profile("default", &schema));
	schema.step_s = step_s;
	fit_retention(&schema, start_s, end_s);
	return schema;
}

/* Whether rows of the newest end_s reach back to start_s. */
static int has_whole_span(const struct schema_level *level, int64_t start_s, int64_t end_s)
{
	int64_t newest_end_s = (end_s + level->row_s - 1) / level->row_s * level->row_s;

	return newest_end_s - (int64_t)level->row_s * level->rows <= start_s;
}

static void check(uint32_t step_s, int64_t start_s, int64_t end_s)
{
	struct schema schema = fitted(step_s, start_s, end_s);
	struct failure why = { "" };

	if (schema_check(&schema, &why))
		fail_msg("%u s, %lld to %lld: %s", step_s, (long long)start_s, (long long)end_s, why.text);
	assert_int_equal(schema.level[0].row_s, step_s);
	if (!has_whole_span(&schema.level[schema.levels - 1], start_s, end_s))
		fail_msg("%u s, %lld to %lld: %u rows of %u s", step_s, (long long)start_s, (long long)end_s,
		         schema.level[schema.levels - 1].rows, schema.level[schema.levels - 1].row_s);
	for (unsigned i = 1; i < schema.levels; i++)
		assert_true((uint64_t)schema.level[i].row_s * schema.level[i].rows >
		            (uint64_t)schema.level[i - 1].row_s * schema.level[i - 1].rows);
	if (end_s - start_s <= 30LL * YEAR && schema_bytes(&schema) > BYTES_MOST)
		fail_msg("%u s, %lld to %lld: %llu bytes", step_s, (long long)start_s, (long long)end_s,
		         (unsigned long long)schema_bytes(&schema));
}

static void every_span_fits_with_every_step(void **state)
{
	static const int64_t offset[] = { 0, 1, 7, 359, 8639 };

	for (uint32_t step_s = 1; step_s <= 300; step_s++) {
		if (86400 % step_s != 0)
			continue;
		for (unsigned i = 0; i < 5; i++)
			for (int64_t steps = 1; steps * step_s <= 30LL * YEAR; steps += 1 + steps / 8)
				check(step_s, START + offset[i] * step_s, START + (offset[i] + steps) * step_s);
		check(step_s, START, START + 30LL * YEAR / 86400 * 86400);
	}
}

/* A clock that begins in 1970 makes rows many, and nothing worse. */
static void a_century_fits_too(void **state)
{
	static const uint32_t step_s[] = { 1, 10, 60, 300 };

	for (unsigned i = 0; i < 4; i++) {
		check(step_s[i], 86400, START / 86400 * 86400 + 86400);
		check(step_s[i], 86400, 86400LL * 366 * FIT_YEARS);
		check(step_s[i], 86400 + step_s[i], 86400LL * 366 * FIT_YEARS + step_s[i]);
	}
}

static void a_short_span_has_rows_of_a_step_alone(void **state)
{
	struct schema schema = fitted(10, START + 10, START + 20);

	assert_int_equal(schema.levels, 1);
	assert_int_equal(schema.level[0].rows, 1);
	schema = fitted(10, START, START + 3600);
	assert_int_equal(schema.levels, 1);
	assert_int_equal(schema.level[0].rows, 360);
}

static void a_day_is_kept_in_the_finest_rows(void **state)
{
	struct schema schema = fitted(10, START, START + 86400);

	assert_int_equal(schema.level[0].rows, 8640 + 6);
	assert_int_equal(schema.levels, 2);
	assert_int_equal(schema.level[1].row_s, 60);
}

static void a_month_is_kept_in_rows_of_ten_minutes(void **state)
{
	struct schema schema = fitted(10, START, START + 30 * 86400);

	assert_int_equal(schema.level[0].rows, 360);
	assert_int_equal(schema.level[1].row_s, 600);
	assert_int_equal(schema.level[1].rows, 4320 + 6);
	assert_int_equal(schema.level[2].row_s, 3600);
}

static void a_short_span_has_a_short_step(void **state)
{
	assert_int_equal(fit_step(START, START), 1);
	assert_int_equal(fit_step(START, START + 9998), 1);
	assert_int_equal(fit_step(START, START + 9999), 2);
	assert_int_equal(fit_step(START, START + 43200), 5);
	assert_int_equal(fit_step(START, START + 86400), 10);
	assert_int_equal(fit_step(START, START + YEAR), 10);
	for (int64_t span_s = 0; span_s < 90000; span_s += 7)
		for (unsigned at = 0; at < 10; at++) {
			uint32_t step_s = fit_step(START + at, START + at + span_s);
			int64_t first_s = START + at - (START + at) % step_s, last_s = START + at + span_s;
			int64_t end_s = last_s - last_s % step_s + step_s;
			struct schema schema = fitted(step_s, first_s, end_s);

			assert_true(has_whole_span(&schema.level[0], first_s, end_s));
		}
}

/* Not the first of them from a coarser level, wherever in its rows the span begins. */
static void all_rows_of_the_span_are_read_from_one_level(void **state)
{
	struct reader_piece pieces[READER_PIECES];

	for (int64_t start_s = START; start_s < START + 7200; start_s += 10)
		for (int64_t end_s = START + 34 * 86400; end_s < START + 34 * 86400 + 3600; end_s += 130) {
			struct schema schema = fitted(10, start_s, end_s);

			assert_int_equal(schema.level[1].row_s, 600);
			assert_int_equal(plan_pieces(&schema, end_s, start_s, end_s, 600, pieces), 1);
			assert_int_equal(pieces[0].level, 1);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_span_fits_with_every_step),
		cmocka_unit_test(a_century_fits_too),
		cmocka_unit_test(a_short_span_has_a_short_step),
		cmocka_unit_test(a_short_span_has_rows_of_a_step_alone),
		cmocka_unit_test(a_day_is_kept_in_the_finest_rows),
		cmocka_unit_test(a_month_is_kept_in_rows_of_ten_minutes),
		cmocka_unit_test(all_rows_of_the_span_are_read_from_one_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
