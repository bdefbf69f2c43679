/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static int make(void **state)
{
	*state = calloc(1, sizeof(struct tally));
	return *state ? 0 : -1;
}

static int unmake(void **state)
{
	free(*state);
	return 0;
}

static void add(struct tally *tally, unsigned shade, double count, unsigned marks)
{
	while (marks-- > 0)
		tally_add(tally, SERIES_UDP4, shade, raster_level_of(count));
}

static void no_marks_have_no_range(void **state)
{
	struct tally_range range = tally_range(*state, SERIES_UDP4, 0, PALETTE_SHADES);

	assert_int_equal(range.marks, 0);
}

static void counts_below_sixteen_are_exact(void **state)
{
	for (unsigned count = 1; count < 16; count++) {
		struct tally *tally = *state;
		struct tally_range range;

		*tally = (struct tally){ 0 };
		add(tally, 7, count, 1);
		range = tally_range(tally, SERIES_UDP4, 0, PALETTE_SHADES);
		assert_int_equal(range.marks, 1);
		assert_int_equal(range.shade, 7);
		assert_true(range.low >= count && range.low <= count);
		assert_true(range.high >= count && range.high <= count);
	}
}

static void large_counts_lie_within_their_range(void **state)
{
	for (double count = 16; count < 4e9; count *= 1.37) {
		struct tally *tally = *state;
		struct tally_range range;

		*tally = (struct tally){ 0 };
		add(tally, 7, count, 1);
		range = tally_range(tally, SERIES_UDP4, 0, PALETTE_SHADES);
		assert_true(range.low <= count + 0.5 && range.high >= count * 0.99 - 1);
		assert_true(range.high <= range.low * 1.13);
	}
}

static void eight_of_ten_lie_between_low_and_high(void **state)
{
	struct tally_range range;

	for (unsigned count = 1; count <= 10; count++)
		add(*state, 20, count, 10);
	range = tally_range(*state, SERIES_UDP4, 20, 21);
	assert_int_equal(range.marks, 100);
	assert_in_range((unsigned)range.low, 1, 2);
	assert_in_range((unsigned)range.high, 9, 10);
	/* one mark in a hundred that counts a million changes nothing */
	add(*state, 20, 1e6, 1);
	assert_in_range((unsigned)tally_range(*state, SERIES_UDP4, 20, 21).high, 9, 10);
}

static void only_the_shades_and_the_series_asked_for_count(void **state)
{
	struct tally_range range;

	add(*state, 10, 2, 3);
	add(*state, 11, 5, 1);
	add(*state, 30, 100, 9);
	range = tally_range(*state, SERIES_UDP4, 10, 12);
	assert_int_equal(range.marks, 4);
	assert_int_equal(range.shade, 10);
	assert_true(range.low < 2.5 && range.high > 4.5 && range.high < 5.5);
	assert_int_equal(tally_range(*state, SERIES_TCP4, 0, PALETTE_SHADES).marks, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_marks_have_no_range, make, unmake),
		cmocka_unit_test_setup_teardown(counts_below_sixteen_are_exact, make, unmake),
		cmocka_unit_test_setup_teardown(large_counts_lie_within_their_range, make, unmake),
		cmocka_unit_test_setup_teardown(eight_of_ten_lie_between_low_and_high, make, unmake),
		cmocka_unit_test_setup_teardown(only_the_shades_and_the_series_asked_for_count, make, unmake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
