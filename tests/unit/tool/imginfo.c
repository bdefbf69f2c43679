/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/imginfo.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *format, const char *path, const char *expected)
{
	struct failure why = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	if (imginfo_check(format, &why))
		fail_msg("%s: %s", format, why.text);
	imginfo_print(out, format, path, 1520, 776);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void the_name_is_the_last_part_of_the_path(void **state)
{
	check("<IMG SRC=\"/img/%s\" WIDTH=\"%lu\" HEIGHT=\"%lu\">", "/var/www/day.png",
	      "<IMG SRC=\"/img/day.png\" WIDTH=\"1520\" HEIGHT=\"776\">\n");
	check("%s%lu%lu", "day.png", "day.png1520776\n");
	check("%%%s %lu%% %lu", "a/%s%n.png", "%%s%n.png 1520% 776\n");
}

static void nothing_but_one_name_and_two_numbers_is_taken(void **state)
{
	static const char *const wrong[] = {
		"", "plain", "%", "%s", "%s %lu", "%lu %lu %s", "%s %lu %s", "%s %lu %lu %lu", "%s %n %lu", "%s %d %d", "%s %lu %lu %",
		"%s %l", "%5s %lu %lu", "%s %s %lu %lu", "%s %*lu %lu", "%s %lu %ld",
	};

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct failure why = { "" };

		assert_int_equal(imginfo_check(wrong[i], &why), -EINVAL);
		assert_non_null(strstr(why.text, "expected one %s"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_name_is_the_last_part_of_the_path),
		cmocka_unit_test(nothing_but_one_name_and_two_numbers_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
