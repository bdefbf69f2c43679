/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/palette.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

static void the_last_shade_is_the_colour_of_the_original(void **state)
{
	static const uint32_t colours[] = { 0x00ff00, 0xb0b0ff, 0xff0000, 0xffffff };

	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		assert_int_equal(palette_series(&palette_dark, (enum series)s), colours[s]);
		assert_int_equal(palette_shade(&palette_dark, (enum series)s, PALETTE_SHADES - 1), colours[s]);
	}
}

static void all_shades_of_all_series_differ(void **state)
{
	uint32_t seen[SERIES_WITH_PORTS * PALETTE_SHADES];
	unsigned count = 0;

	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
		for (unsigned shade = 0; shade < PALETTE_SHADES; shade++) {
			uint32_t colour = palette_shade(&palette_dark, (enum series)s, shade);

			for (unsigned i = 0; i < count; i++)
				assert_int_not_equal(seen[i], colour);
			seen[count++] = colour;
		}
}

static void more_packets_are_never_darker(void **state)
{
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
		for (float reference = 0; reference < 20; reference += 0.5f)
			for (float density = 0; density <= 1; density += 0.1f) {
				struct palette_scale scale = palette_scale(&palette_dark, (enum series)s, reference);
				unsigned last = 0;

				for (float count = 0; count < 31; count += 0.25f) {
					unsigned shade = palette_brightness(&scale, count, density, density);

					assert_in_range(shade, last, PALETTE_SHADES - 1);
					last = shade;
				}
				assert_int_equal(last, PALETTE_SHADES - 1);
			}
}

static void single_packets_among_single_packets_have_the_full_colour(void **state)
{
	struct palette_scale scale = palette_scale(&palette_dark, SERIES_TCP4, 0);

	assert_int_equal(palette_brightness(&scale, 0, 0, 0), PALETTE_SHADES - 1);
	assert_int_equal(palette_brightness(&scale, 0, 1, 1), PALETTE_SHADES - 1);
}

static void a_lonely_mark_is_bright_and_one_in_a_crowd_can_be_seen(void **state)
{
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		struct palette_scale scale = palette_scale(&palette_dark, (enum series)s, 10);

		assert_true(palette_brightness(&scale, 0, 0, 0) >= PALETTE_SHADES * 3 / 4);
		assert_in_range(palette_brightness(&scale, 0, 1, 1), PALETTE_SHADES / 3, PALETTE_SHADES * 2 / 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_shade_is_the_colour_of_the_original),
		cmocka_unit_test(all_shades_of_all_series_differ),
		cmocka_unit_test(more_packets_are_never_darker),
		cmocka_unit_test(single_packets_among_single_packets_have_the_full_colour),
		cmocka_unit_test(a_lonely_mark_is_bright_and_one_in_a_crowd_can_be_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
