/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/portbin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const struct portbin shapes[] = {
	{ 1024, 64 }, { 128, 16 }, { 64, 64 }, { 64, 1 }, { 65536, 64 }, { 32768, 64 }, { 4096, 1 },
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static void every_port_lies_in_its_bin(void **state)
{
	for (unsigned s = 0; s < SHAPES; s++)
		for (unsigned port = 0; port < 65536; port++) {
			unsigned bin = portbin_of(&shapes[s], (uint16_t)port);
			uint16_t lo, hi;

			assert_true(bin < portbin_count(&shapes[s]));
			portbin_range(&shapes[s], bin, &lo, &hi);
			assert_in_range(port, lo, hi);
		}
}

static void bins_follow_each_other_without_a_hole(void **state)
{
	for (unsigned s = 0; s < SHAPES; s++) {
		unsigned next = 0;

		for (unsigned bin = 0; bin < portbin_count(&shapes[s]); bin++) {
			uint16_t lo, hi;

			portbin_range(&shapes[s], bin, &lo, &hi);
			assert_int_equal(lo, next);
			assert_true(hi >= lo);
			next = hi + 1u;
		}
		assert_int_equal(next, 65536);
	}
}

static void the_default_has_1408_bins_and_the_known_edges(void **state)
{
	const struct portbin pb = PORTBIN_DEFAULT;
	uint16_t lo, hi;

	assert_int_equal(portbin_count(&pb), 1408);
	portbin_range(&pb, 1024, &lo, &hi);
	assert_int_equal(lo, 1024);
	assert_int_equal(hi, 1039);
	portbin_range(&pb, 1407, &lo, &hi);
	assert_int_equal(lo, 65024);
	assert_int_equal(hi, 65535);
	assert_int_equal(portbin_of(&pb, 1023), 1023);
}

static void shapes_that_are_no_powers_of_two_are_refused(void **state)
{
	const struct portbin wrong[] = { { 0, 64 }, { 63, 64 }, { 32, 16 }, { 1000, 64 }, { 131072, 64 }, { 1024, 0 }, { 1024, 65 },
		                         { 1024, 128 }, { 1024, 48 } };

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(portbin_valid(&wrong[i]));
	for (unsigned s = 0; s < SHAPES; s++)
		assert_true(portbin_valid(&shapes[s]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_port_lies_in_its_bin),
		cmocka_unit_test(bins_follow_each_other_without_a_hole),
		cmocka_unit_test(the_default_has_1408_bins_and_the_known_edges),
		cmocka_unit_test(shapes_that_are_no_powers_of_two_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
