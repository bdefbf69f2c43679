/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of memory of just that size; the caller frees it. */
static char *encode(const void *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	size_t length;
	char *text;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	memcpy(copy, bytes, size);
	base64_write(out, copy, size);
	fclose(out);
	free(copy);
	return text;
}

static void check(const char *bytes, size_t size, const char *wanted)
{
	char *text = encode(bytes, size);

	assert_string_equal(text, wanted);
	free(text);
}

/* RFC 4648, section 10. */
static void texts_are_those_of_the_standard(void **state)
{
	check("", 0, "");
	check("f", 1, "Zg==");
	check("fo", 2, "Zm8=");
	check("foo", 3, "Zm9v");
	check("foob", 4, "Zm9vYg==");
	check("fooba", 5, "Zm9vYmE=");
	check("foobar", 6, "Zm9vYmFy");
	check("\xfb\xff\xbf\0", 4, "+/+/AA==");
}

static void long_texts_have_no_break(void **state)
{
	for (size_t size = 3060; size <= 3080; size++) {
		char *bytes = calloc(1, size), *text = encode(bytes, size);

		assert_int_equal(strlen(text), (size + 2) / 3 * 4);
		assert_int_equal(strspn(text, "A"), (size * 8 + 5) / 6);
		free(text);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_those_of_the_standard),
		cmocka_unit_test(long_texts_have_no_break),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
