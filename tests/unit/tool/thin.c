/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/thin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SEED 20261124u
#define ITEMS 600

/* Item i of a stream that is the same each time. */
static struct thin_item item_at(unsigned i)
{
	unsigned seed = SEED + i;

	return (struct thin_item){ .column = (uint32_t)rand_r(&seed) % 12 * (i % 3), .index = i, .weight = (uint64_t)rand_r(&seed) % 5,
		                   .tie = thin_hash(SEED, i) };
}

static size_t of_column(const struct thin_item *item, size_t count, uint32_t column)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += item[i].column == column;
	return found;
}

static void nothing_is_dropped_where_all_have_room(void **state)
{
	struct thin thin = { false };
	struct thin_item item[20];

	for (unsigned i = 0; i < 20; i++)
		item[i] = item_at(i);
	assert_int_equal(thin_keep(&thin, item, 20, 20), 20);
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(item[i].index, i);
}

/* A crowd in one column, three items in each of ten others. */
static void a_crowd_costs_the_others_nothing(void **state)
{
	struct thin thin = { false };
	struct thin_item item[130];
	size_t kept;

	for (unsigned i = 0; i < 130; i++)
		item[i] = (struct thin_item){ .column = i < 100 ? 5 : 10 + (i - 100) / 3, .index = i, .weight = i < 100 ? 1000 + i : 1 };
	kept = thin_keep(&thin, item, 130, 50);
	assert_int_equal(kept, 50);
	assert_int_equal(of_column(item, kept, 5), 20);
	for (uint32_t column = 10; column < 20; column++)
		assert_int_equal(of_column(item, kept, column), 3);
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(item[i].index, 80 + i); /* the heaviest, by index */
}

static void more_columns_than_room_keep_the_heaviest_of_all(void **state)
{
	struct thin thin = { false };
	struct thin_item item[100];

	for (unsigned i = 0; i < 100; i++)
		item[i] = (struct thin_item){ .column = i, .index = i, .weight = i % 10 };
	assert_int_equal(thin_keep(&thin, item, 100, 10), 10);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(item[i].index, 10 * i + 9);
}

/* Cut again and again while they come, or once at the end. */
static void cutting_while_they_come_keeps_the_same(void **state)
{
	struct thin thin = { false }, at_once = { false };
	struct thin_item once[ITEMS], again[ITEMS];
	size_t kept = 0, count;

	print_message("# seed %u\n", SEED);
	for (unsigned i = 0; i < ITEMS; i++) {
		once[i] = item_at(i);
		again[kept++] = item_at(i);
		if (kept == 160)
			kept = thin_keep(&thin, again, kept, 80);
	}
	count = thin_keep(&at_once, once, ITEMS, 80);
	kept = thin_keep(&thin, again, kept, 80);
	assert_true(count > 60 && count <= 80);
	assert_int_equal(kept, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(once[i].index, again[i].index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_dropped_where_all_have_room),
		cmocka_unit_test(a_crowd_costs_the_others_nothing),
		cmocka_unit_test(more_columns_than_room_keep_the_heaviest_of_all),
		cmocka_unit_test(cutting_while_they_come_keeps_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
