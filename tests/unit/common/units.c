/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/units.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#define UNTOUCHED 4711

static void assert_duration(const char *text, uint32_t expected)
{
	uint32_t seconds = UNTOUCHED;

	if (!units_parse_duration(text, &seconds))
		fail_msg("%s was refused", text);
	assert_int_equal(seconds, expected);
}

static void assert_no_duration(const char *text)
{
	uint32_t seconds = UNTOUCHED;

	if (units_parse_duration(text, &seconds))
		fail_msg("\"%s\" was taken as %u", text, seconds);
	assert_int_equal(seconds, UNTOUCHED);
}

static void durations_have_one_unit_or_none(void **state)
{
	assert_duration("1", 1);
	assert_duration("90s", 90);
	assert_duration("10m", 600);
	assert_duration("2h", 7200);
	assert_duration("1d", 86400);
	assert_duration("1w", 604800);
	assert_duration("1y", 31536000);
	assert_duration("007", 7);
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const bad[] = { "",    "0",   "0s",  "-1",  "+1",   " 1",   "1 ",         "1 h",
		                           "1hh", "1h1", "1.5h", "h",  "1M",   "0x10", "1e3",        "4294967296",
		                           "99999999999999999999999", "1\n", "\xff", "1\xc2\xa0", "m1" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_no_duration(bad[i]);
}

static void durations_end_at_a_hundred_years(void **state)
{
	assert_duration("100y", 3153600000u);
	assert_duration("3153600000", 3153600000u);
	assert_no_duration("3153600001");
	assert_no_duration("101y");
	assert_no_duration("4294967295y");
}

static void assert_size(const char *text, uint32_t expected)
{
	uint32_t bytes = UNTOUCHED;

	if (!units_parse_size(text, &bytes))
		fail_msg("%s was refused", text);
	assert_int_equal(bytes, expected);
}

static void sizes_are_powers_of_1024(void **state)
{
	assert_size("0", 0);
	assert_size("512", 512);
	assert_size("64k", 65536);
	assert_size("16M", 16u << 20);
	assert_size("3G", 3u << 30);
	assert_size("4294967295", 4294967295u);
}

static void what_is_no_size_is_refused(void **state)
{
	static const char *const bad[] = { "", "k", "4G", "4294967296", "4194304k", "1kB", "1 k", "-1", "1m", "1T", "1k ", "0x1" };
	uint32_t bytes = UNTOUCHED;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (units_parse_size(bad[i], &bytes))
			fail_msg("\"%s\" was taken as %u", bad[i], bytes);
	assert_int_equal(bytes, UNTOUCHED);
}

static void numbers_lie_between_their_bounds(void **state)
{
	uint32_t n = UNTOUCHED;

	assert_false(units_parse_number("4", 5, 7, &n));
	assert_false(units_parse_number("8", 5, 7, &n));
	assert_false(units_parse_number("6k", 5, 7, &n));
	assert_false(units_parse_number(" 6", 5, 7, &n));
	assert_false(units_parse_number("6 ", 5, 7, &n));
	assert_false(units_parse_number("", 0, 7, &n));
	assert_false(units_parse_number("18446744073709551616", 0, UINT32_MAX, &n));
	assert_int_equal(n, UNTOUCHED);
	assert_true(units_parse_number("5", 5, 7, &n));
	assert_int_equal(n, 5);
	assert_true(units_parse_number("7", 5, 7, &n));
	assert_int_equal(n, 7);
	assert_true(units_parse_number("4294967295", 0, UINT32_MAX, &n));
	assert_int_equal(n, UINT32_MAX);
}

static void assert_spelled(uint32_t seconds, const char *expected)
{
	char buf[16];

	assert_string_equal(units_format_duration(seconds, buf, sizeof(buf)), expected);
}

static void durations_are_spelled_short_and_exact(void **state)
{
	assert_spelled(0, "0s");
	assert_spelled(10, "10s");
	assert_spelled(60, "1m");
	assert_spelled(90, "90s");
	assert_spelled(120, "2m");
	assert_spelled(7200, "2h");
	assert_spelled(86400, "1d");
	assert_spelled(7 * 86400, "7d");
	assert_spelled(14 * 86400, "2w");
	assert_spelled(30 * 86400, "30d");
	assert_spelled(365 * 86400, "1y");
	assert_spelled(UINT32_MAX, "4294967295s");
}

static void assert_reads_back(uint32_t n)
{
	char buf[16];
	uint32_t back = 0;

	assert_true(units_parse_size(units_format_size(n, buf, sizeof(buf)), &back));
	assert_int_equal(back, n);
	if (n == 0 || n > 3153600000u)
		return;
	assert_true(units_parse_duration(units_format_duration(n, buf, sizeof(buf)), &back));
	assert_int_equal(back, n);
}

static void what_is_spelled_reads_back_the_same(void **state)
{
	const unsigned seed = (unsigned)time(NULL);

	print_message("# seed %u\n", seed);
	srand(seed);
	for (unsigned i = 0; i < 20000; i++)
		assert_reads_back((uint32_t)rand() >> (rand() % 31));
	assert_reads_back(0);
	assert_reads_back(UINT32_MAX);
	assert_reads_back(1u << 30);
	assert_reads_back(86400);
}

static void a_buffer_that_is_too_small_is_not_overrun(void **state)
{
	char *buf = malloc(3);

	assert_non_null(buf);
	assert_string_equal(units_format_duration(12345, buf, 3), "12");
	assert_string_equal(units_format_size(12345, buf, 3), "12");
	assert_string_equal(units_format_bytes(12345, buf, 3), "12");
	free(buf);
}

static void assert_for_people(uint64_t bytes, const char *expected)
{
	char buf[16];

	assert_string_equal(units_format_bytes(bytes, buf, sizeof(buf)), expected);
}

static void bytes_for_people_have_powers_of_1000(void **state)
{
	assert_for_people(0, "0 B");
	assert_for_people(999, "999 B");
	assert_for_people(1000, "1.0 kB");
	assert_for_people(999949, "999.9 kB");
	assert_for_people(999950, "1.0 MB");
	assert_for_people(620400000, "620.4 MB");
	assert_for_people(UINT64_MAX, "18.4 EB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_have_one_unit_or_none),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(durations_end_at_a_hundred_years),
		cmocka_unit_test(sizes_are_powers_of_1024),
		cmocka_unit_test(what_is_no_size_is_refused),
		cmocka_unit_test(numbers_lie_between_their_bounds),
		cmocka_unit_test(durations_are_spelled_short_and_exact),
		cmocka_unit_test(what_is_spelled_reads_back_the_same),
		cmocka_unit_test(a_buffer_that_is_too_small_is_not_overrun),
		cmocka_unit_test(bytes_for_people_have_powers_of_1000),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
