/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SEED 20261124u

/* Of a text in memory of just its size; the caller frees it. */
static char *write_with(void (*write)(FILE *out, const char *text), const char *text)
{
	size_t size = strlen(text) + 1, length;
	char *copy = malloc(size), *written;
	FILE *out = open_memstream(&written, &length);

	assert_non_null(out);
	memcpy(copy, text, size);
	write(out, copy);
	fclose(out);
	free(copy);
	return written;
}

static void check(void (*write)(FILE *out, const char *text), const char *text, const char *wanted)
{
	char *written = write_with(write, text);

	assert_string_equal(written, wanted);
	free(written);
}

static void a_text_has_no_character_of_markup(void **state)
{
	check(markup_text, "plain – text", "plain – text");
	check(markup_text, "<b title=\"x\" id='y'>&amp;</b>", "&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;");
	check(markup_text, "a\nb\x7f" "c\xc2\x85" "d", "a\xef\xbf\xbd" "b\xef\xbf\xbd" "c\xef\xbf\xbd" "d");
	check(markup_text, "\xff\xc0\xaf\xe2\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void a_string_of_json_ends_neither_itself_nor_its_script(void **state)
{
	check(markup_json, "</script><!--", "\"\\u003c/script\\u003e\\u003c!--\"");
	check(markup_json, "a\"b\\c'd&e`", "\"a\\u0022b\\u005cc\\u0027d\\u0026e\\u0060\"");
	check(markup_json, "\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", "\"\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa\"");
	check(markup_json, "", "\"\"");
}

static void a_reference_is_one_name_and_no_scheme(void **state)
{
	check(markup_reference, "javascript:alert(1)", "./javascript%3Aalert%281%29");
	check(markup_reference, "a b/../%2f#?\"\xc3\xa9", "./a%20b%2F..%2F%252f%23%3F%22%C3%A9");
}

/* Whatever comes in, nothing comes out that could end a text, an attribute, a string or a script. */
static void random_bytes_never_become_markup(void **state)
{
	static const char bad[] = "<>&\"'\\`\n/!-\xe2\x80\xa8\xc2";
	unsigned seed = SEED;

	print_message("# seed %u\n", seed);
	for (unsigned round = 0; round < 2000; round++) {
		char text[40], *written;
		size_t length = round % sizeof(text);

		for (size_t i = 0; i < length; i++)
			text[i] = (char)(rand_r(&seed) % 3 ? bad[(unsigned)rand_r(&seed) % (sizeof(bad) - 1)] : rand_r(&seed) % 255 + 1);
		text[length < sizeof(text) ? length : sizeof(text) - 1] = '\0';
		written = write_with(markup_text, text);
		assert_null(strpbrk(written, "<>\"'\n"));
		free(written);
		written = write_with(markup_json, text);
		assert_null(strpbrk(written, "<>&'`\n"));
		assert_ptr_equal(strchr(written + 1, '"'), written + strlen(written) - 1);
		assert_null(strstr(written, "\xe2\x80\xa8"));
		for (const char *at = strchr(written, '\\'); at; at = strchr(at + 1, '\\'))
			assert_int_equal(at[1], 'u');
		free(written);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_has_no_character_of_markup),
		cmocka_unit_test(a_string_of_json_ends_neither_itself_nor_its_script),
		cmocka_unit_test(a_reference_is_one_name_and_no_scheme),
		cmocka_unit_test(random_bytes_never_become_markup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
