/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void letters_of_all_lengths_are_valid(void **state)
{
	static const char *const texts[] = {
		"", "plain", "\x7f", "\xc2\x80", "\xc3\xb8", "\xdf\xbf", "\xe0\xa0\x80", "\xe2\x80\xa6", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xc3\xb8\xe2\x80\xa6\xf0\x9f\x94\xa5z",
	};

	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(utf8_is_valid(texts[i]));
}

static void what_is_cut_too_long_or_out_of_range_is_not(void **state)
{
	static const char *const texts[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "a\xc3", "\xc3z", "\xe0\x9f\xbf", "\xe2\x80", "\xe2\x80z", "\xed\xa0\x80",
		"\xf0\x8f\xbf\xbf", "\xf0\x9f\x94", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
	};

	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(utf8_is_valid(texts[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_of_all_lengths_are_valid),
		cmocka_unit_test(what_is_cut_too_long_or_out_of_range_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
