/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void printable_ascii_stays_as_it_is(void **state)
{
	char buf[128], all[96];

	for (int i = 0; i < 95; i++)
		all[i] = (char)(' ' + i);
	all[95] = '\0';
	assert_int_equal(escape_bytes(all, 95, buf, sizeof(buf)), 95);
	assert_string_equal(buf, all);
}

static void all_other_bytes_become_hex(void **state)
{
	char buf[64];

	assert_int_equal(escape_bytes("a\0\n\x1b\x7f\xff", 6, buf, sizeof(buf)), 6);
	assert_string_equal(buf, "a\\x00\\x0a\\x1b\\x7f\\xff");
}

/* Whatever the room: NUL inside it, no half escape, and the number of bytes that were told. */
static void a_full_buffer_cuts_between_bytes(void **state)
{
	static const char text[] = "ab\x01z\x02";
	static const char *const expected[] = { "", "a", "ab", "ab", "ab", "ab", "ab\\x01", "ab\\x01z", "ab\\x01z" };
	static const size_t told[] = { 0, 1, 2, 2, 2, 2, 3, 4, 4 };

	for (size_t size = 1; size <= 9; size++) {
		char *buf = malloc(size);

		assert_non_null(buf);
		assert_int_equal(escape_bytes(text, 5, buf, size), told[size - 1]);
		assert_string_equal(buf, expected[size - 1]);
		free(buf);
	}
}

static void short_text_is_quoted_whole(void **state)
{
	char buf[ESCAPE_QUOTED];

	assert_string_equal(escape_quote("", buf), "\"\"");
	assert_string_equal(escape_quote("tcp/22", buf), "\"tcp/22\"");
	assert_string_equal(escape_quote("\x1b[2J", buf), "\"\\x1b[2J\"");
}

static void long_text_is_cut_and_says_so(void **state)
{
	for (size_t len = 0; len < 300; len++) {
		char *text = malloc(len + 1), *buf = malloc(ESCAPE_QUOTED);
		size_t told;

		assert_non_null(text);
		assert_non_null(buf);
		memset(text, len % 2 ? 'x' : '\x80', len);
		text[len] = '\0';
		escape_quote(text, buf);
		told = (strcspn(buf + 1, "\"")) / (len % 2 ? 1 : 4);
		assert_true(told <= len);
		assert_string_equal(strrchr(buf, '"'), told == len ? "\"" : "\"...");
		free(text);
		free(buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printable_ascii_stays_as_it_is),
		cmocka_unit_test(all_other_bytes_become_hex),
		cmocka_unit_test(a_full_buffer_cuts_between_bytes),
		cmocka_unit_test(short_text_is_quoted_whole),
		cmocka_unit_test(long_text_is_cut_and_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
