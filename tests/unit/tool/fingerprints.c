/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/fingerprints.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Last, for its macro fail(). */
#include <cmocka.h>

static bool add(struct fingerprints *set, uint64_t hash)
{
	assert_int_equal(fingerprints_reserve(set, 1), 0);
	return fingerprints_add(set, hash);
}

static void each_is_new_once(void **state)
{
	struct fingerprints set = { 0 };

	/* Half of them share their lowest bits, and with them their place. */
	for (unsigned round = 0; round < 2; round++)
		for (uint64_t i = 0; i < 3000; i++)
			assert_int_equal(add(&set, i % 2 ? i << 40 : i), round == 0);
	fingerprints_fini(&set);
}

static void zero_is_one_too(void **state)
{
	struct fingerprints set = { 0 };

	assert_true(add(&set, 0));
	assert_false(add(&set, 0));
	assert_int_equal(set.count, 1);
	fingerprints_fini(&set);
}

static void room_for_many_is_made_at_once(void **state)
{
	struct fingerprints set = { 0 };

	assert_int_equal(fingerprints_reserve(&set, 100000), 0);
	assert_true(set.places / 4 * 3 >= 100000);
	fingerprints_fini(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_new_once),
		cmocka_unit_test(zero_is_one_too),
		cmocka_unit_test(room_for_many_is_made_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
