/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/jsonout.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct sheet {
	struct jsonout json;
	char *text;
	size_t size;
};

static void begin(struct sheet *sheet)
{
	FILE *out = open_memstream(&sheet->text, &sheet->size);

	assert_non_null(out);
	jsonout_init(&sheet->json, out);
}

static void must_read(struct sheet *sheet, const char *expected)
{
	fclose(sheet->json.out);
	assert_string_equal(sheet->text, expected);
	free(sheet->text);
}

static void objects_and_arrays_nest(void **state)
{
	struct sheet sheet;

	(void)state;
	begin(&sheet);
	jsonout_open(&sheet.json, NULL, '{', false);
	jsonout_integer(&sheet.json, "a", -5);
	jsonout_open(&sheet.json, "b", '[', false);
	jsonout_open(&sheet.json, NULL, '{', true);
	jsonout_bool(&sheet.json, "c", true);
	jsonout_open(&sheet.json, "d", '[', false);
	jsonout_integer(&sheet.json, NULL, 1);
	jsonout_integer(&sheet.json, NULL, 2);
	jsonout_close(&sheet.json, ']');
	jsonout_close(&sheet.json, '}');
	jsonout_string(&sheet.json, NULL, NULL);
	jsonout_close(&sheet.json, ']');
	jsonout_open(&sheet.json, "e", '{', false);
	jsonout_close(&sheet.json, '}');
	jsonout_close(&sheet.json, '}');
	must_read(&sheet, "{\n  \"a\": -5,\n  \"b\": [\n    {\"c\": true, \"d\": [1, 2]},\n    null\n  ],\n  \"e\": {}\n}\n");
}

static void strings_are_escaped(void **state)
{
	static const struct {
		const char *text, *json;
	} strings[] = {
		{ "plain", "\"plain\"" },
		{ "\"\\\n\t\x01\x7f", "\"\\\"\\\\\\u000a\\u0009\\u0001\\u007f\"" },
		{ "gr\xc3\xb8n \xe2\x82\xac \xf0\x9f\x90\x94", "\"gr\xc3\xb8n \xe2\x82\xac \xf0\x9f\x90\x94\"" },
		{ "\xff", "\"\\ufffd\"" },
		{ "a\xc3", "\"a\\ufffd\"" },
		{ "\xc0\x80", "\"\\ufffd\\ufffd\"" },
		{ "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xe0\x80\xaf", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
		{ "\xe2\x82", "\"\\ufffd\\ufffd\"" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		struct sheet sheet;

		begin(&sheet);
		jsonout_string(&sheet.json, NULL, strings[i].text);
		must_read(&sheet, strings[i].json);
	}
}

static void numbers_read_back_the_same(void **state)
{
	static const double numbers[] = { 0, 1, -1, 4294967296, 0.1, 1.0 / 3, 1e300, 5e-324, 123456789012345680.0, 0.83333333333333337 };

	(void)state;
	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sheet sheet;

		begin(&sheet);
		jsonout_number(&sheet.json, NULL, numbers[i]);
		fclose(sheet.json.out);
		assert_true(strtod(sheet.text, NULL) == numbers[i]);
		free(sheet.text);
	}
}

static void number_that_is_none_is_null(void **state)
{
	static const double numbers[] = { NAN, INFINITY, -INFINITY };

	(void)state;
	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sheet sheet;

		begin(&sheet);
		jsonout_number(&sheet.json, NULL, numbers[i]);
		must_read(&sheet, "null");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_and_arrays_nest),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(numbers_read_back_the_same),
		cmocka_unit_test(number_that_is_none_is_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
