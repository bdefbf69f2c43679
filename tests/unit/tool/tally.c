/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Last, for its macro fail(). */
#include <cmocka.h>

#define KINDS 4 /* of items, by their number: small ones and large ones, with a sum and without */

static struct tally_item item_of(uint64_t i)
{
	struct tally_item item = { .low = i, .mark = 1, .sum = i + 1 };

	switch (i % KINDS) {
	case 1:
		item.high = i << 33;
		break;
	case 2:
		item = (struct tally_item){ .low = i, .high = 1000, .mark = TALLY_PAIR };
		break;
	case 3:
		item = (struct tally_item){ .low = i << 40, .high = i, .mark = TALLY_PAIR };
		break;
	}
	return item;
}

static uint64_t number_of(const struct tally_item *item)
{
	return item->mark == TALLY_PAIR && item->high != 1000 ? item->high : item->low;
}

struct seen {
	unsigned *times;
	uint64_t *sum;
};

static int see(void *arg, const struct tally_item *item)
{
	struct seen *seen = arg;
	uint64_t i = number_of(item);
	struct tally_item same = item_of(i);

	assert_true(tally_is_same(item, &same));
	seen->times[i]++;
	seen->sum[i] += item->sum;
	return 0;
}

/* Adds each of so many items, one in eight of them more often, and tells in how many turns each was visited once. */
static unsigned turns_of(unsigned feeds, size_t bytes, unsigned count)
{
	struct tally *tally = tally_new(feeds, bytes);
	struct seen seen = { calloc(count, sizeof(*seen.times)), calloc(count, sizeof(*seen.sum)) };
	unsigned turns = 0;

	assert_non_null(tally);
	do {
		for (unsigned i = 0; i < count + count / 8; i++) {
			struct tally_item item = item_of(i % count);

			assert_int_equal(tally_add(tally, i % 7 % feeds, &item), 0);
		}
		for (unsigned i = 0; i < feeds; i++)
			assert_int_equal(tally_flush(tally, i), 0);
		for (unsigned i = 0; i < feeds; i++)
			assert_int_equal(tally_reduce(tally, i, see, &seen), 0);
		turns++;
	} while (tally_again(tally));
	for (unsigned i = 0; i < count; i++)
		if (seen.times[i] != 1 || seen.sum[i] != item_of(i).sum * (i < count / 8 ? 2 : 1))
			fail_msg("item %u was visited %u times with a sum of %llu", i, seen.times[i], (unsigned long long)seen.sum[i]);
	free(seen.times);
	free(seen.sum);
	tally_free(tally);
	return turns;
}

static void each_is_visited_once_with_its_sum(void **state)
{
	assert_int_equal(turns_of(1, 64 << 20, 100), 1);
	assert_int_equal(turns_of(1, 64 << 20, 300000), 1);
	assert_int_equal(turns_of(TALLY_FEEDS, 64 << 20, 300000), 1);
}

static void more_than_there_is_memory_for_takes_several_turns(void **state)
{
	assert_true(turns_of(1, 4 << 20, 1000000) > 1);
	assert_true(turns_of(3, 6 << 20, 1000000) > 1);
}

static void it_can_be_used_again(void **state)
{
	struct tally *tally = tally_new(1, 1 << 20);
	unsigned times[KINDS] = { 0 };
	uint64_t sums[KINDS] = { 0 };
	struct seen seen = { times, sums };

	for (unsigned i = 0; i < KINDS; i++) {
		struct tally_item item = item_of(i);

		assert_int_equal(tally_add(tally, 0, &item), 0);
		assert_int_equal(tally_flush(tally, 0), 0);
		assert_int_equal(tally_reduce(tally, 0, see, &seen), 0);
		assert_false(tally_again(tally));
	}
	for (unsigned i = 0; i < KINDS; i++)
		assert_int_equal(times[i], 1);
	tally_free(tally);
}

static int end_at_once(void *arg, const struct tally_item *item)
{
	return -7;
}

static void who_visits_can_end_it(void **state)
{
	struct tally *tally = tally_new(1, 1 << 20);
	struct tally_item item = item_of(1);

	assert_int_equal(tally_add(tally, 0, &item), 0);
	assert_int_equal(tally_flush(tally, 0), 0);
	assert_int_equal(tally_reduce(tally, 0, end_at_once, NULL), -7);
	tally_free(tally);
}

static void sums_of_more_than_32_bits_are_kept(void **state)
{
	struct tally *tally = tally_new(1, 1 << 20);
	struct tally_item item = { .low = 0, .mark = 1, .sum = UINT32_MAX };
	unsigned times = 0;
	uint64_t sum = 0;
	struct seen seen = { &times, &sum };

	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(tally_add(tally, 0, &item), 0);
		if (i % 3 == 0)
			assert_int_equal(tally_flush(tally, 0), 0);
	}
	assert_int_equal(tally_flush(tally, 0), 0);
	assert_int_equal(tally_reduce(tally, 0, see, &seen), 0);
	assert_int_equal(times, 1);
	assert_true(sum == 6 * (uint64_t)UINT32_MAX);
	tally_free(tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_visited_once_with_its_sum),
		cmocka_unit_test(more_than_there_is_memory_for_takes_several_turns),
		cmocka_unit_test(it_can_be_used_again),
		cmocka_unit_test(who_visits_can_end_it),
		cmocka_unit_test(sums_of_more_than_32_bits_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
