/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/tcp_flags.h"

/* In an allocation of exactly its size; -1 if they are none. */
static int flags_of(const char *text)
{
	size_t len = strlen(text);
	char *copy = malloc(len ? len : 1);
	uint8_t flags;
	int found;

	assert_non_null(copy);
	memcpy(copy, text, len);
	found = text_tcp_flags(copy, len, &flags) ? flags : -1;
	free(copy);
	return found;
}

static void names_with_any_separator(void **state)
{
	assert_int_equal(flags_of("SYN"), 0x02);
	assert_int_equal(flags_of("SYN,ACK"), 0x12);
	assert_int_equal(flags_of("fin psh urg"), 0x29);
	assert_int_equal(flags_of("RST|ACK"), 0x14);
	assert_int_equal(flags_of("SYN+ECE+CWR"), 0xc2);
}

static void letters(void **state)
{
	assert_int_equal(flags_of("S"), 0x02);
	assert_int_equal(flags_of("SA"), 0x12);
	assert_int_equal(flags_of("FPU"), 0x29);
	assert_int_equal(flags_of("SEC"), 0xc2);
	assert_int_equal(flags_of("SEW"), 0xc2);
	assert_int_equal(flags_of("R."), 0x14);
}

static void numbers(void **state)
{
	assert_int_equal(flags_of("18"), 0x12);
	assert_int_equal(flags_of("0x02"), 0x02);
	assert_int_equal(flags_of("0xC2"), 0xc2);
	assert_int_equal(flags_of("0"), 0);
}

static void nothing_is_no_flags(void **state)
{
	assert_int_equal(flags_of(""), 0);
	assert_int_equal(flags_of("  "), 0);
}

static void all_else_is_refused(void **state)
{
	static const char *const texts[] = { "256", "0x", "0x123", "0xg1", "SYN,FOO", "x", "-1", "1S" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(flags_of(texts[i]), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_with_any_separator),
		cmocka_unit_test(letters),
		cmocka_unit_test(numbers),
		cmocka_unit_test(nothing_is_no_flags),
		cmocka_unit_test(all_else_is_refused),
	};

	return cmocka_run_group_tests_name("import/tcp_flags", tests, NULL, NULL);
}
