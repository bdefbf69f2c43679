/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/palette_given.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* The dark palette with these colours, NULL at their end. */
static struct palette palette_with(const char *first, ...)
{
	struct palette_given given = { 0 };
	struct palette palette = palette_dark;
	va_list ap;

	va_start(ap, first);
	for (const char *text = first; text; text = va_arg(ap, const char *))
		assert_int_equal(palette_given_take(&given, text, NULL), 0);
	va_end(ap);
	palette_given_apply(&given, &palette);
	return palette;
}

static void nothing_given_changes_nothing(void **state)
{
	struct palette palette = palette_with(NULL);

	assert_memory_equal(palette.colour, palette_dark.colour, sizeof(palette.colour));
	assert_int_equal(palette.given, 0);
}

static void every_tag_has_its_part(void **state)
{
	static const char *const tags[PALETTE_PARTS] = {
		"BACK#010203", "CANVAS#010203", "SHADEA#010203", "SHADEB#010203", "GRID#010203", "MGRID#010203", "FONT#010203",
		"FRAME#010203", "AXIS#010203", "ARROW#010203", "TCP4#010203", "UDP4#010203", "TCP6#010203", "UDP6#010203",
		"ICMP4#010203", "ICMP6#010203", "UNKNOWN#010203", "LOST#010203",
	};

	for (unsigned i = 0; i < PALETTE_PARTS; i++) {
		struct palette palette = palette_with(tags[i], NULL);

		assert_int_equal(palette.colour[i], 0x010203);
		assert_true(palette_is_given(&palette, (enum palette_part)i));
		assert_int_equal(palette.given, 1u << i);
	}
}

static void the_last_one_counts_and_digits_have_any_case(void **state)
{
	assert_int_equal(palette_with("TCP4#112233", "TCP4#AbCdEf", NULL).colour[PALETTE_TCP4], 0xabcdef);
}

static void alpha_blends_over_what_lies_below(void **state)
{
	assert_int_equal(palette_with("TCP4#ffffff80", NULL).colour[PALETTE_TCP4], 0x808080);
	assert_int_equal(palette_with("TCP4#ff0000ff", NULL).colour[PALETTE_TCP4], 0xff0000);
	assert_int_equal(palette_with("TCP4#ff000000", "CANVAS#0000ff", NULL).colour[PALETTE_TCP4], 0x0000ff);
	assert_int_equal(palette_with("CANVAS#00000000", "BACK#203040", NULL).colour[PALETTE_CANVAS], 0x203040);
	assert_int_equal(palette_with("FONT#00000000", "BACK#203040", "CANVAS#ffffff", NULL).colour[PALETTE_FONT], 0x203040);
	assert_int_equal(palette_with("BACK#ffffff00", NULL).colour[PALETTE_BACK], 0x000000);
	/* through all that lies below, in whichever order they are given */
	assert_int_equal(palette_with("UDP4#ffffff80", "CANVAS#00000000", "BACK#ff0000", NULL).colour[PALETTE_UDP4], 0xff8080);
}

static void a_border_without_a_colour_follows_the_ground(void **state)
{
	struct palette palette = palette_with("BACK#203040", "SHADEB#ffffff", NULL);

	assert_int_equal(palette.colour[PALETTE_SHADEA], 0x203040);
	assert_int_equal(palette.colour[PALETTE_SHADEB], 0xffffff);
}

static void a_wrong_tag_is_told_with_those_that_there_are(void **state)
{
	static const char *const wrong[] = {
		"FOO#112233", "tcp4#112233", "TCP#112233", "TCP44#112233", "#112233", "", "BACK ", "TCP4\x1b[2J#112233",
	};

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct palette_given given = { 0 };
		struct failure why = { "" };

		assert_int_equal(palette_given_take(&given, wrong[i], &why), -EINVAL);
		assert_non_null(strstr(why.text, "unknown tag \""));
		assert_non_null(strstr(why.text, "BACK, CANVAS, SHADEA"));
		assert_non_null(strstr(why.text, "UNKNOWN or LOST"));
		assert_null(strchr(why.text, '\x1b'));
		assert_int_equal(given.parts, 0);
	}
}

static void a_wrong_colour_is_told(void **state)
{
	static const char *const wrong[] = {
		"TCP4", "TCP4#", "TCP4#12345", "TCP4#1234567", "TCP4#123456789", "TCP4#12345g", "TCP4#112233 ", "TCP4##112233",
		"TCP4#0x1122",
	};

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct palette_given given = { 0 };
		struct failure why = { "" };

		assert_int_equal(palette_given_take(&given, wrong[i], &why), -EINVAL);
		assert_non_null(strstr(why.text, "expected TCP4#rrggbb or TCP4#rrggbbaa"));
		assert_int_equal(given.parts, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_given_changes_nothing),
		cmocka_unit_test(every_tag_has_its_part),
		cmocka_unit_test(the_last_one_counts_and_digits_have_any_case),
		cmocka_unit_test(alpha_blends_over_what_lies_below),
		cmocka_unit_test(a_border_without_a_colour_follows_the_ground),
		cmocka_unit_test(a_wrong_tag_is_told_with_those_that_there_are),
		cmocka_unit_test(a_wrong_colour_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
