/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/xgrid.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Last, for its macro fail(). */
#include <cmocka.h>

static struct axis_grid parse(const char *text)
{
	struct failure why = { "" };
	struct axis_grid grid;

	if (xgrid_parse(text, &grid, &why))
		fail_msg("%s: %s", text, why.text);
	return grid;
}

static void expect_step(const struct axis_step *step, enum axis_unit unit, unsigned count)
{
	assert_int_equal(step->unit, unit);
	assert_int_equal(step->count, count);
}

static void the_examples_of_rrdgraph_are_read(void **state)
{
	struct axis_grid grid = parse("MINUTE:10:HOUR:1:HOUR:4:0:%X");

	expect_step(&grid.line, AXIS_SECOND, 600);
	expect_step(&grid.major, AXIS_SECOND, 3600);
	expect_step(&grid.label, AXIS_SECOND, 4 * 3600);
	assert_int_equal(grid.label_s, 0);
	assert_string_equal(grid.format, "%X");
	assert_false(grid.is_none);
	grid = parse("HOUR:8:DAY:1:DAY:1:86400:%A");
	expect_step(&grid.line, AXIS_SECOND, 8 * 3600);
	expect_step(&grid.label, AXIS_DAY, 1);
	assert_int_equal(grid.label_s, 86400);
}

static void every_unit_is_known_and_colons_belong_to_the_format(void **state)
{
	struct axis_grid grid = parse("SECOND:30:WEEK:2:MONTH:3:0:%H:%M:%S");

	expect_step(&grid.line, AXIS_SECOND, 30);
	expect_step(&grid.major, AXIS_WEEK, 2);
	expect_step(&grid.label, AXIS_MONTH, 3);
	assert_string_equal(grid.format, "%H:%M:%S");
	grid = parse("DAY:1:YEAR:1:YEAR:10:316224000:%Y");
	expect_step(&grid.label, AXIS_YEAR, 10);
	assert_true(parse("none").is_none);
}

static void a_wrong_part_is_named_with_what_was_expected(void **state)
{
	static const char *const wrong[][3] = {
		{ "", "GTM", "colon" },
		{ "None", "GTM", "or none" },
		{ "HOURS:1:HOUR:1:HOUR:1:0:%H", "GTM", "SECOND, MINUTE" },
		{ "hour:1:HOUR:1:HOUR:1:0:%H", "GTM", "SECOND, MINUTE" },
		{ "HOURHOURHOURHOURHOUR:1:HOUR:1:HOUR:1:0:%H", "GTM", "SECOND, MINUTE" },
		{ "HOUR:0:HOUR:1:HOUR:1:0:%H", "GST", "HOURS from 1 to 24" },
		{ "HOUR:-1:HOUR:1:HOUR:1:0:%H", "GST", "from 1 to 24" },
		{ "SECOND:86401:HOUR:1:HOUR:1:0:%H", "GST", "from 1 to 86400" },
		{ "HOUR:1:DECADE:1:HOUR:1:0:%H", "MTM", "YEAR" },
		{ "HOUR:1:HOUR:x:HOUR:1:0:%H", "MST", "\"x\"" },
		{ "HOUR:1:HOUR:1::1:0:%H", "LTM", "\"\"" },
		{ "HOUR:1:HOUR:1:HOUR:1x:0:%H", "LST", "\"1x\"" },
		{ "HOUR:1:HOUR:1:YEAR:10001:0:%H", "LST", "10000" },
		{ "HOUR:1:HOUR:1:HOUR:1:-1:%H", "LPR", "3600" },
		{ "HOUR:1:HOUR:1:HOUR:1:3601:%H", "LPR", "3600" },
		{ "HOUR:1:HOUR:1:HOUR:1:0", "LPR", "colon" },
		{ "HOUR:1:HOUR:1:HOUR:1:0:", "LFM", "strftime" },
		{ "HOUR:1:HOUR:1:HOUR:1:0:0123456789012345678901234567890123456789012345678901234567890123", "LFM", "63 bytes" },
		{ "HOUR:1:HOUR:1:HOUR:1:0:%c%c%c%c%c%c", "LFM", "63 bytes" },
	};

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct failure why = { "" };
		struct axis_grid grid;

		assert_int_equal(xgrid_parse(wrong[i][0], &grid, &why), -EINVAL);
		if (strncmp(why.text, wrong[i][1], 3) != 0 || !strstr(why.text, wrong[i][2]))
			fail_msg("%s: %s", wrong[i][0], why.text);
	}
}

static void what_is_cut_short_is_refused_at_every_length(void **state)
{
	static const char whole[] = "MINUTE:10:HOUR:1:HOUR:4:0:%X";

	for (size_t length = 0; length < sizeof(whole) - 2; length++) { /* "%" alone is a label */
		char text[sizeof(whole)];
		struct failure why = { "" };
		struct axis_grid grid;

		snprintf(text, sizeof(text), "%.*s", (int)length, whole);
		assert_int_equal(xgrid_parse(text, &grid, &why), -EINVAL);
	}
}

static void a_grid_below_several_days_names_no_date(void **state)
{
	static const char *const good[] = { "%H:%M", "%-H h", "%I %p", "%X", "100%%", "noon", "%R%n", "%" };
	static const char *const bad[] = { "%d", "%A %H:%M", "%-d", "%c", "%s", "%Z", "%H%%%d", "%Ey" };
	struct failure why = { "" };
	struct axis_grid grid;
	char text[128];

	for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text), "MINUTE:30:HOUR:1:HOUR:3:0:%s", good[i]);
		grid = parse(text);
		assert_int_equal(xgrid_check_hours(&grid, &why), 0);
	}
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "MINUTE:30:HOUR:1:HOUR:3:0:%s", bad[i]);
		grid = parse(text);
		assert_int_equal(xgrid_check_hours(&grid, &why), -EINVAL);
		assert_non_null(strstr(why.text, "LFM"));
	}
	grid = parse("HOUR:1:HOUR:3:DAY:1:0:%H");
	assert_int_equal(xgrid_check_hours(&grid, &why), -EINVAL);
	assert_non_null(strstr(why.text, "DAY"));
}

static void lines_that_are_too_close_are_told(void **state)
{
	struct axis_grid grid = parse("SECOND:1:MINUTE:1:HOUR:1:0:%H");
	struct failure what = { "" };

	assert_false(xgrid_leaves_out(&grid, 0.1, 600, &what));
	assert_true(xgrid_leaves_out(&grid, 60, 1440, &what)); /* a day */
	assert_non_null(strstr(what.text, " GTM:GST MTM:MST"));
	assert_null(strstr(what.text, "LTM"));
	assert_true(xgrid_leaves_out(&grid, 21900, 1440, &what)); /* a year */
	assert_non_null(strstr(what.text, " GTM:GST MTM:MST LTM:LST"));
	grid = parse("none");
	assert_false(xgrid_leaves_out(&grid, 60, 1440, &what));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_rrdgraph_are_read),
		cmocka_unit_test(every_unit_is_known_and_colons_belong_to_the_format),
		cmocka_unit_test(a_wrong_part_is_named_with_what_was_expected),
		cmocka_unit_test(what_is_cut_short_is_refused_at_every_length),
		cmocka_unit_test(a_grid_below_several_days_names_no_date),
		cmocka_unit_test(lines_that_are_too_close_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
