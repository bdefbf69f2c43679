/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_first_and_last_of_each_length_are_sequences(void **state)
{
	static const char *const right[] = { "\x01", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
		                             "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf" };

	for (unsigned i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		assert_int_equal(utf8_length(right[i]), strlen(right[i]));
	assert_int_equal(utf8_length(""), 1);
}

static void overlong_forms_surrogates_and_what_is_too_high_are_none(void **state)
{
	static const char *const wrong[] = { "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
		                             "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3(", "\xe2\x82(", "\xf0\x9f\x94(" };

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(utf8_length(wrong[i]), 0);
}

/* In an allocation of that size, so that a sanitizer sees a read past the NUL. */
static void a_sequence_that_is_cut_is_none(void **state)
{
	static const char whole[] = "\xf0\x9f\x94\xa5";

	for (size_t len = 1; len < 4; len++) {
		char *cut = calloc(1, len + 1);

		assert_non_null(cut);
		memcpy(cut, whole, len);
		assert_int_equal(utf8_length(cut), 0);
		free(cut);
	}
}

static void a_text_of_letters_of_all_lengths_is_valid(void **state)
{
	static const char *const texts[] = {
		"", "plain", "\x7f", "\xc2\x80", "\xc3\xb8", "\xdf\xbf", "\xe0\xa0\x80", "\xe2\x80\xa6", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xc3\xb8\xe2\x80\xa6\xf0\x9f\x94\xa5z",
	};

	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(utf8_is_valid(texts[i]));
}

static void one_with_anything_else_is_not(void **state)
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
		cmocka_unit_test(the_first_and_last_of_each_length_are_sequences),
		cmocka_unit_test(overlong_forms_surrogates_and_what_is_too_high_are_none),
		cmocka_unit_test(a_sequence_that_is_cut_is_none),
		cmocka_unit_test(a_text_of_letters_of_all_lengths_is_valid),
		cmocka_unit_test(one_with_anything_else_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
