/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/options.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char config[] = "/tmp/fireplot-options-XXXXXX";

static void write_config(const char *text)
{
	FILE *file = fopen(config, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int make_config(void **state)
{
	int fd = mkstemp(config);

	return fd < 0 ? -1 : close(fd);
}

static int remove_config(void **state)
{
	return unlink(config);
}

#define ARGUMENTS 16

/* A command line as main gets it, up to a NULL. */
struct command {
	char *argv[ARGUMENTS + 1];
	int argc;
	struct options options;
	struct settings settings;
	struct failure why;
	enum options_result result;
};

static void run(struct command *command, const char *const *arguments)
{
	*command = (struct command){ .argc = 1, .argv = { strdup("fireplotd") } };
	for (; *arguments; arguments++)
		command->argv[command->argc++] = strdup(*arguments);
	command->result = options_read(command->argc, command->argv, &command->options, &command->settings, &command->why);
}

static void done(struct command *command)
{
	for (int i = 0; i < command->argc; i++)
		free(command->argv[i]);
	settings_fini(&command->settings);
}

#define RUN(command, ...) run(command, (const char *const[]){ __VA_ARGS__, NULL })

static void assert_usage(const char *expected, const char *const *arguments)
{
	struct command c;

	run(&c, arguments);
	assert_int_equal(c.result, OPTIONS_USAGE);
	assert_string_equal(c.why.text, expected);
	done(&c);
}

#define USAGE(expected, ...) assert_usage(expected, (const char *const[]){ __VA_ARGS__, NULL })

static void options_win_over_the_file(void **state)
{
	struct command c;

	write_config("group 1 2\nflush 1m\nwatch tcp/1\nignore broadcast\nuser nobody\ncount late\n");
	RUN(&c, "-c", config, "-g", "7", "--group=9-10", "--flush", "2m", "--watch", "udp/2", "--ignore", "port 53", "--user", "");
	assert_int_equal(c.result, OPTIONS_RUN);
	assert_int_equal(c.settings.group_count, 3);
	assert_int_equal(c.settings.groups[0], 7);
	assert_int_equal(c.settings.groups[2], 10);
	assert_int_equal(c.settings.flush_s, 120);
	assert_int_equal(c.settings.watch.count, 2);
	assert_string_equal(ignore_rule(c.settings.ignore, 0), "broadcast");
	assert_string_equal(ignore_rule(c.settings.ignore, 1), "port 53");
	assert_string_equal(c.settings.user, "");
	assert_int_equal(c.settings.classes_by_port, 1 << CLASS_LATE);
	assert_false(c.options.test);
	assert_false(c.options.debug);
	done(&c);
}

static void short_options_are_read(void **state)
{
	struct command c;

	write_config("");
	RUN(&c, "-tdc", config, "-g7");
	assert_int_equal(c.result, OPTIONS_RUN);
	assert_true(c.options.test);
	assert_true(c.options.debug);
	assert_true(c.options.config_given);
	assert_string_equal(c.options.config, config);
	assert_int_equal(c.settings.groups[0], 7);
	assert_true(c.options.root == (geteuid() == 0));
	done(&c);
}

/* A value that each word takes, so that no word is an option only by name. */
static const char *value_of(const char *word)
{
	static const char *const values[][2] = {
		{ "archive", "/a" },        { "ring", "/r" },          { "user", "nobody" },       { "group", "7" },
		{ "profile", "small" },     { "step", "10s" },         { "retention", "10s:1h" },  { "exact-ports", "64" },
		{ "bins-per-octave", "1" }, { "flush", "1m" },         { "count", "late" },        { "ignore", "multicast" },
		{ "watch", "tcp/22" },      { "copy-range", "64" },    { "kernel-buffer", "4k" },  { "queue-threshold", "9" },
		{ "timeout", "10" },        { "receive-buffer", "1M" },  { "daemon", "central:1" },
		{ "sightings", "0" },       { "sightings-size", "1M" },
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (strcmp(values[i][0], word) == 0)
			return values[i][1];
	fail_msg("no value for %s", word);
	return NULL;
}

static void every_word_is_an_option_that_says_what_its_line_says(void **state)
{
	const struct settings_word *word;

	for (unsigned i = 0; (word = settings_word(i)) != NULL; i++) {
		struct command by_option, by_line;
		char text[100];

		write_config("");
		snprintf(text, sizeof(text), "--%s", word->name);
		RUN(&by_option, "-c", config, text, value_of(word->name));
		snprintf(text, sizeof(text), "%s %s\n", word->name, value_of(word->name));
		write_config(text);
		RUN(&by_line, "-c", config);
		assert_int_equal(by_option.result, OPTIONS_RUN);
		assert_int_equal(by_line.result, OPTIONS_RUN);
		assert_null(settings_restart_word(&by_option.settings, &by_line.settings));
		assert_int_equal(by_option.settings.watch.count, by_line.settings.watch.count);
		assert_int_equal(by_option.settings.classes_by_port, by_line.settings.classes_by_port);
		assert_int_equal(ignore_empty(by_option.settings.ignore), ignore_empty(by_line.settings.ignore));
		done(&by_option);
		done(&by_line);
	}
}

static void a_profile_on_the_command_line_wins_over_a_step_of_the_file(void **state)
{
	struct command c;

	write_config("step 1s\nretention 1s:1h\n");
	RUN(&c, "-c", config, "--profile", "small");
	assert_int_equal(c.result, OPTIONS_RUN);
	assert_int_equal(c.settings.layout.step_s, 60);
	done(&c);
}

static void wrong_command_lines_are_told(void **state)
{
	write_config("");
	USAGE("unknown or ambiguous option \"--frobnicate\", expected one that --help lists", "--frobnicate");
	USAGE("unknown or ambiguous option \"--co\", expected one that --help lists", "--co", "x");
	USAGE("unknown or ambiguous option \"-x\", expected one that --help lists", "-x");
	USAGE("unknown or ambiguous option \"-x\", expected one that --help lists", "--test", "-xd");
	USAGE("unknown or ambiguous option \"-\\xff\", expected one that --help lists", "-\xff");
	USAGE("option \"-g\": expected a value behind it", "-g");
	USAGE("option \"--flush\": expected a value behind it", "-c", config, "--flush");
	USAGE("option \"--test=1\": expected no value", "--test=1");
	USAGE("unexpected argument \"100\", expected options only", "-t", "100");
	USAGE("--flush: expected a time from 1s to 1h, as 10s or 5m, not \"0\"", "-c", config, "--flush=0");
	USAGE("--flush: given twice, expected once", "-c", config, "--flush", "1m", "--flush", "1m");
	USAGE("flush: expected a multiple of the step, 1m, not 90s", "-c", config, "--profile", "small", "--flush", "90s");
}

static void a_wrong_file_is_named(void **state)
{
	struct command c;
	char expected[200];

	write_config("group 100\nflush never\n");
	snprintf(expected, sizeof(expected), "%s:2: flush: expected a time from 1s to 1h, as 10s or 5m, not \"never\"", config);
	RUN(&c, "-c", config);
	assert_int_equal(c.result, OPTIONS_USAGE);
	assert_string_equal(c.why.text, expected);
	done(&c);
}

static void only_a_file_that_was_not_asked_for_may_be_missing(void **state)
{
	struct command c;
	struct failure why;

	USAGE("can't open /nowhere/f.conf: No such file or directory", "-c", "/nowhere/f.conf");
	write_config("");
	RUN(&c, "-c", config);
	settings_fini(&c.settings);
	c.options.config = "/nowhere/f.conf";
	c.options.config_given = false;
	c.options.argc = 1;
	assert_int_equal(options_reread(&c.options, &c.settings, &why), 0);
	c.argc = 0;
	for (int i = 0; c.argv[i]; i++)
		free(c.argv[i]);
	settings_fini(&c.settings);
}

static void help_and_version_end_it(void **state)
{
	struct command c;
	int saved = dup(STDOUT_FILENO);

	/* What they print is no part of this program's own output, which a harness reads. */
	fflush(stdout);
	assert_non_null(freopen("/dev/null", "w", stdout));
	RUN(&c, "--help", "--frobnicate");
	assert_int_equal(c.result, OPTIONS_DONE);
	done(&c);
	RUN(&c, "-V");
	assert_int_equal(c.result, OPTIONS_DONE);
	done(&c);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
}

static void the_file_is_read_again_under_the_same_options(void **state)
{
	struct settings again;
	struct failure why;
	struct command c;

	write_config("ignore broadcast\nflush 1m\n");
	RUN(&c, "-c", config, "--flush", "2m", "--ignore", "multicast");
	assert_int_equal(c.result, OPTIONS_RUN);
	write_config("watch tcp/22\n");
	assert_int_equal(options_reread(&c.options, &again, &why), 0);
	assert_int_equal(again.flush_s, 120);
	assert_int_equal(again.watch.count, 1);
	assert_string_equal(ignore_rule(again.ignore, 0), "multicast");
	assert_null(settings_restart_word(&c.settings, &again));
	settings_fini(&again);
	write_config("watch telnet\n");
	assert_int_equal(options_reread(&c.options, &again, &why), -EINVAL);
	assert_non_null(strstr(why.text, ":1: watch: expected ports"));
	settings_fini(&again);
	done(&c);
}

/* When the file is read again the process is no longer root; that must not look like a change of user. */
static void the_user_stays_that_of_the_start(void **state)
{
	struct settings again;
	struct failure why;
	struct command c;

	write_config("");
	RUN(&c, "-c", config);
	for (int root = 0; root < 2; root++) {
		c.options.root = root;
		assert_int_equal(options_reread(&c.options, &again, &why), 0);
		assert_string_equal(again.user, root ? SETTINGS_USER : "");
		settings_fini(&again);
	}
	done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_win_over_the_file),
		cmocka_unit_test(short_options_are_read),
		cmocka_unit_test(every_word_is_an_option_that_says_what_its_line_says),
		cmocka_unit_test(a_profile_on_the_command_line_wins_over_a_step_of_the_file),
		cmocka_unit_test(wrong_command_lines_are_told),
		cmocka_unit_test(a_wrong_file_is_named),
		cmocka_unit_test(only_a_file_that_was_not_asked_for_may_be_missing),
		cmocka_unit_test(help_and_version_end_it),
		cmocka_unit_test(the_file_is_read_again_under_the_same_options),
		cmocka_unit_test(the_user_stays_that_of_the_start),
	};

	return cmocka_run_group_tests(tests, make_config, remove_config);
}
