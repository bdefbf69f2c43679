/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/option_table.h"

#include "archive/schema.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Last, for its macro fail(). */
#include <cmocka.h>

static const struct option_row rows[] = {
	{ 's', "start", "TIME", "from then on" },
	{ 'z', NULL, NULL, "a letter alone" },
	{ OPTION_LONG, "csv", NULL, "as CSV" },
	{ OPTION_LONG + 1, "ports", "PORT,...", "some" },
};
static const struct option_elsewhere elsewhere[] = {
	{ 'u', "upper-limit", true, false, "use --ports" },
	{ 'E', "slope-mode", false, true, "dots have no slope" },
	{ 0, "units", true, true, "ports have none" },
};
static const struct option_table table = {
	.command = "test", .arguments = "FILE", .about = "Tests.\n", .count = sizeof(rows) / sizeof(rows[0]), .row = rows,
	.elsewhere_count = sizeof(elsewhere) / sizeof(elsewhere[0]), .elsewhere = elsewhere,
};

struct seen {
	char text[256];
};

static int take(void *arg, int code, const char *value, struct failure *why)
{
	struct seen *seen = arg;
	size_t used = strlen(seen->text);

	if (value && strcmp(value, "wrong") == 0)
		return (fail)(why, EINVAL, "expected right, not wrong");
	if (code < OPTION_LONG)
		snprintf(seen->text + used, sizeof(seen->text) - used, "%c=%s ", code, value ? value : "");
	else
		snprintf(seen->text + used, sizeof(seen->text) - used, "+%d=%s ", code - OPTION_LONG, value ? value : "");
	return 0;
}

/* Parses a line of arguments, which are split at blanks. */
static int parse(const char *line, struct option_common *common, struct seen *seen, struct failure *why)
{
	static char copy[256];
	static char *argv[16];
	int argc = 1;
	static char name[] = "test";

	snprintf(copy, sizeof(copy), "%s", line);
	argv[0] = name;
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	memset(seen, 0, sizeof(*seen));
	*why = (struct failure){ "" };
	return option_table_parse(&table, argc, argv, common, take, seen, why);
}

static void options_are_taken_in_any_place_and_form(void **state)
{
	struct failure why;
	struct seen seen;
	struct option_common common;

	(void)state;
	assert_int_equal(parse("file -s -1d --csv --ports=22,80 -z --start end-1d", &common, &seen, &why), 8);
	assert_string_equal(seen.text, "s=-1d +0= +1=22,80 z= s=end-1d ");
	assert_int_equal(parse("-E --slope-mode --units=si -s 1 file", &common, &seen, &why), 6);
	assert_string_equal(seen.text, "s=1 ");
	assert_int_equal(parse("file --ports -s", &common, &seen, &why), 3);
	assert_string_equal(seen.text, "+1=-s ");
	assert_int_equal(parse("--csv -- -s", &common, &seen, &why), 3);
	assert_string_equal(seen.text, "+0= ");
}

static void archive_is_an_option_before_the_environment_before_the_default(void **state)
{
	struct failure why;
	struct seen seen;
	struct option_common common;

	(void)state;
	unsetenv("FIREPLOT_ARCHIVE");
	assert_int_equal(parse("", &common, &seen, &why), 1);
	assert_string_equal(common.archive, ARCHIVE_DEFAULT);
	setenv("FIREPLOT_ARCHIVE", "", 1);
	parse("", &common, &seen, &why);
	assert_string_equal(common.archive, ARCHIVE_DEFAULT);
	setenv("FIREPLOT_ARCHIVE", "/from/environment", 1);
	parse("", &common, &seen, &why);
	assert_string_equal(common.archive, "/from/environment");
	parse("--archive /from/option", &common, &seen, &why);
	assert_string_equal(common.archive, "/from/option");
	unsetenv("FIREPLOT_ARCHIVE");
}

static void wrong_options_are_named(void **state)
{
	static const struct {
		const char *line, *named;
	} wrong[] = {
		{ "--bogus", "unknown option \"--bogus\"" },
		{ "-q", "unknown option \"-q\"" },
		{ "--start", "\"--start\": expected TIME" },
		{ "-s", "\"-s\": expected TIME" },
		{ "--csv=yes", "\"--csv=yes\": expected no value" },
		{ "--ports wrong", "option --ports: expected right" },
		{ "-u 100", "option --upper-limit: use --ports" },
		{ "--upper-limit 100", "option --upper-limit: use --ports" },
		{ "--upper-limit", "\"--upper-limit\": expected a value" },
		{ "--slope-mode=1", "\"--slope-mode=1\": expected no value" },
		{ "file --ports -s 1", "option --ports: expected PORT,... behind it, not the option -s" },
		{ "file -s --ports 80", "option --start: expected TIME behind it, not the option --ports" },
		{ "-d -s 1 file", "option --daemon: expected ADDRESS behind it, not the option -s" },
	};
	struct failure why;
	struct seen seen;
	struct option_common common;

	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(parse(wrong[i].line, &common, &seen, &why), -EINVAL);
		if (!strstr(why.text, wrong[i].named))
			fail_msg("%s gives: %s", wrong[i].line, why.text);
	}
}

static void an_rrdcached_is_an_option_before_the_environment(void **state)
{
	struct option_common common;
	struct failure why;
	struct seen seen;

	unsetenv("RRDCACHED_ADDRESS");
	parse("", &common, &seen, &why);
	assert_null(common.daemon);
	setenv("RRDCACHED_ADDRESS", "from.environment:1", 1);
	parse("", &common, &seen, &why);
	assert_string_equal(common.daemon, "from.environment:1");
	parse("-d from.option", &common, &seen, &why);
	assert_string_equal(common.daemon, "from.option");
	parse("--daemon=/run/socket", &common, &seen, &why);
	assert_string_equal(common.daemon, "/run/socket");
	parse("--daemon=", &common, &seen, &why);
	assert_null(common.daemon);
	setenv("RRDCACHED_ADDRESS", "", 1);
	parse("", &common, &seen, &why);
	assert_null(common.daemon);
	unsetenv("RRDCACHED_ADDRESS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_taken_in_any_place_and_form),
		cmocka_unit_test(archive_is_an_option_before_the_environment_before_the_default),
		cmocka_unit_test(an_rrdcached_is_an_option_before_the_environment),
		cmocka_unit_test(wrong_options_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
