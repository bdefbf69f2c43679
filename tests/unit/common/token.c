/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void words_are_parted_by_blanks_and_tabs(void **state)
{
	const char *at = " tcp/22\t\tudp/53 ";
	char token[ESCAPE_QUOTED];

	assert_true(token_next(&at, token));
	assert_string_equal(token, "tcp/22");
	assert_true(token_next(&at, token));
	assert_string_equal(token, "udp/53");
	assert_false(token_next(&at, token));
	assert_false(token_next(&at, token));
}

static void a_line_of_blanks_has_no_word(void **state)
{
	char token[ESCAPE_QUOTED];

	for (const char *text = " \t "; *text; text++) {
		const char *at = text;

		assert_false(token_next(&at, token));
		assert_string_equal(at, "");
	}
}

static void a_long_word_is_cut_and_passed_over_whole(void **state)
{
	char line[3 * ESCAPE_QUOTED], token[ESCAPE_QUOTED];
	const char *at = line;

	memset(line, 'x', 2 * ESCAPE_QUOTED);
	strcpy(line + 2 * ESCAPE_QUOTED, " next");
	assert_true(token_next(&at, token));
	assert_int_equal(strlen(token), ESCAPE_QUOTED - 1);
	assert_true(token_next(&at, token));
	assert_string_equal(token, "next");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_parted_by_blanks_and_tabs),
		cmocka_unit_test(a_line_of_blanks_has_no_word),
		cmocka_unit_test(a_long_word_is_cut_and_passed_over_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
