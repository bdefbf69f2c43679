/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* Last, for its macro fail(). */
#include <cmocka.h>

static const char *field_of(const char *text)
{
	static char field[256];
	FILE *out = fmemopen(field, sizeof(field), "w");

	field[0] = '\0'; /* what is empty writes nothing */
	assert_non_null(out);
	csv_text(out, text);
	fclose(out);
	return field;
}

static void what_is_plain_stays_plain(void **state)
{
	assert_string_equal(field_of("input"), "input");
	assert_string_equal(field_of(""), "");
	assert_string_equal(field_of("<script>alert('x')</script>"), "<script>alert('x')</script>");
	assert_string_equal(field_of("caf\xc3\xa9"), "caf\xc3\xa9");
}

static void what_parts_fields_is_quoted(void **state)
{
	assert_string_equal(field_of("a,b"), "\"a,b\"");
	assert_string_equal(field_of("say \"no\""), "\"say \"\"no\"\"\"");
	assert_string_equal(field_of(" blank"), "\" blank\"");
	assert_string_equal(field_of("blank "), "\"blank \"");
}

static void control_characters_are_written_out(void **state)
{
	assert_string_equal(field_of("\x1b[31mred\x7f"), "\\x1b[31mred\\x7f");
	assert_string_equal(field_of("two\r\nlines"), "\"two\\x0d\\x0alines\"");
	assert_string_equal(field_of("\xc2\x9b" "31m"), "\\xc2\\x9b31m"); /* CSI as one character */
	assert_string_equal(field_of("\xff\xc3("), "\\xff\\xc3(");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_plain_stays_plain),
		cmocka_unit_test(what_parts_fields_is_quoted),
		cmocka_unit_test(control_characters_are_written_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
