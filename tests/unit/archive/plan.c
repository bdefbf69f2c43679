/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include "scratch.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define NOW_S 1699999237

static void day_in_minutes_is_one_piece(void **state)
{
	struct reader_piece pieces[READER_PIECES];
	struct schema schema;

	(void)state;
	assert_true(schema_by_profile("default", &schema));
	assert_int_equal(plan_pieces(&schema, NOW_S, NOW_S - 86400, NOW_S, 60, pieces), 1);
	assert_int_equal(pieces[0].row_s, 60);
	assert_int_equal(pieces[0].start_s, (NOW_S - 86400) / 60 * 60);
	assert_int_equal(pieces[0].end_s, NOW_S / 60 * 60 + 60);
}

static void older_part_is_read_in_coarser_rows(void **state)
{
	struct reader_piece pieces[READER_PIECES];
	struct schema schema;

	(void)state;
	assert_true(schema_by_profile("default", &schema));
	assert_int_equal(plan_pieces(&schema, NOW_S, NOW_S - 86400, NOW_S, 1, pieces), 2);
	assert_int_equal(pieces[0].row_s, 60);
	assert_int_equal(pieces[1].row_s, 10);
	assert_int_equal(pieces[0].end_s, pieces[1].start_s);
	assert_true(pieces[1].start_s > NOW_S - 6 * 3600 && pieces[1].start_s <= NOW_S - 6 * 3600 + 120);
}

static void empty_window_has_no_piece(void **state)
{
	struct schema schema = scratch_schema();
	struct reader_piece pieces[READER_PIECES];

	(void)state;
	assert_int_equal(plan_pieces(&schema, NOW_S, NOW_S, NOW_S, 1, pieces), 0);
	assert_int_equal(plan_pieces(&schema, NOW_S, NOW_S, NOW_S - 1, 1, pieces), 0);
}

/* Any levels, any window: whole rows that meet, cover the window and are no more than a row longer, each level within reach. */
static void check_plan(const struct schema *schema, int64_t start_s, int64_t end_s, uint32_t resolution_s)
{
	struct reader_piece pieces[READER_PIECES];
	unsigned count = plan_pieces(schema, NOW_S, start_s, end_s, resolution_s, pieces);

	assert_in_range(count, 1, READER_PIECES);
	assert_true(pieces[0].start_s <= start_s && pieces[0].start_s > start_s - pieces[0].row_s);
	assert_true(pieces[count - 1].end_s >= end_s && pieces[count - 1].end_s < end_s + pieces[count - 1].row_s);
	for (unsigned i = 0; i < count; i++) {
		const struct reader_piece *piece = &pieces[i];
		const struct schema_level *level = &schema->level[piece->level];
		int64_t oldest_s = NOW_S - NOW_S % level->row_s - (int64_t)level->row_s * level->rows;

		assert_int_equal(piece->row_s, level->row_s);
		assert_int_equal(piece->start_s % piece->row_s, 0);
		assert_int_equal(piece->end_s % piece->row_s, 0);
		assert_true(piece->start_s < piece->end_s);
		if (i > 0)
			assert_int_equal(piece->start_s, pieces[i - 1].end_s);
		if (i > 0)
			assert_true(piece->row_s < pieces[i - 1].row_s);
		if (piece->level + 1 < schema->levels)
			assert_true(piece->start_s >= oldest_s);
	}
}

static void any_window_is_covered_once(void **state)
{
	(void)state;
	scratch_seed();
	for (unsigned n = 0; n < 20000; n++) {
		struct schema schema = { .step_s = 10, .portbin = PORTBIN_DEFAULT, .level = { { 10, 1 + scratch_random(500) } } };
		struct failure why;
		int64_t start_s = NOW_S - scratch_random(200000), end_s = start_s + 1 + scratch_random(250000);

		schema.levels = 1 + scratch_random(SCHEMA_LEVELS);
		for (unsigned i = 1; i < schema.levels; i++) {
			const struct schema_level *finer = &schema.level[i - 1];
			uint32_t row_s = finer->row_s * (2 + scratch_random(6));

			schema.level[i] = (struct schema_level){ row_s, finer->row_s * finer->rows / row_s + 1 + scratch_random(50) };
		}
		assert_int_equal(schema_check(&schema, &why), 0);
		check_plan(&schema, start_s, end_s, 1 + scratch_random(20000));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(day_in_minutes_is_one_piece),
		cmocka_unit_test(older_part_is_read_in_coarser_rows),
		cmocka_unit_test(empty_window_has_no_piece),
		cmocka_unit_test(any_window_is_covered_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
