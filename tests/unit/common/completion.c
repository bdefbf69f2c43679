/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/completion.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/completion_write.h"

static void a_value_says_what_is_offered(void **state)
{
	assert_int_equal(completion_kind_of(NULL, NULL), COMPLETION_NONE);
	assert_int_equal(completion_kind_of("", "a b"), COMPLETION_NONE);
	assert_int_equal(completion_kind_of("TIME", NULL), COMPLETION_TEXT);
	assert_int_equal(completion_kind_of("TIME", "now"), COMPLETION_WORDS);
	assert_int_equal(completion_kind_of("NAME,...", "a b"), COMPLETION_LIST);
	assert_int_equal(completion_kind_of("NAME,...", NULL), COMPLETION_TEXT);
	assert_int_equal(completion_kind_of("CLASS ...", "a b"), COMPLETION_WORDS);
	assert_int_equal(completion_kind_of("FILE|-", NULL), COMPLETION_FILES);
	assert_int_equal(completion_kind_of("[FILE]", NULL), COMPLETION_FILES);
	assert_int_equal(completion_kind_of("FILE", "a b"), COMPLETION_WORDS);
	assert_int_equal(completion_kind_of("DIR", NULL), COMPLETION_DIRECTORIES);
	assert_int_equal(completion_kind_of("USER", NULL), COMPLETION_USERS);
}

static void a_part_of_a_word_says_nothing(void **state)
{
	assert_int_equal(completion_kind_of("PROFILE", NULL), COMPLETION_TEXT);
	assert_int_equal(completion_kind_of("DIRECTION", NULL), COMPLETION_TEXT);
	assert_int_equal(completion_kind_of("PROFILE FILE", NULL), COMPLETION_FILES);
}

/* What means something to a shell or to _arguments. */
static bool hostile_option(const void *table, unsigned i, struct completion_option *option)
{
	static const struct completion_option options[] = {
		{ 'a', NULL, NULL, "it's [here]: `echo no` $(echo no) \\ \"" },
		{ 0, "bee", "A:B[C]'s", "'", "x' y:z" },
	};

	if (i >= sizeof(options) / sizeof(options[0]))
		return false;
	*option = options[i];
	return true;
}

static const struct completion_command commands[] = {
	{ .name = "", .arguments = "COMMAND", .choices = "do", .option = hostile_option },
	{ .name = "do", .about = "it's: [done]", .arguments = "FILE", .option = hostile_option },
};

/* The script for the shell; to be freed. */
static char *script(const char *shell, unsigned count)
{
	struct failure why = { "" };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(completion_print(out, shell, "prog", commands, count, &why), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no %s in\n%s", part, text);
}

static void quotes_cannot_be_left(void **state)
{
	char *bash = script("bash", 2), *zsh = script("zsh", 2);

	assert_has(bash, "'do --bee') _prog_offer words 'x'\\'' y:z' ;;");
	assert_has(zsh, "'*'-a'[it'\\''s \\[here\\]\\: `echo no` $(echo no) \\\\ \"]' \\\n");
	assert_has(zsh, "'*'--bee='['\\'']:A\\:B\\[C\\]'\\''s:(x'\\'' y\\:z)' \\\n");
	assert_has(zsh, "'do:it'\\''s\\: \\[done\\]'");
	free(bash);
	free(zsh);
}

static void a_program_without_commands_has_its_options_everywhere(void **state)
{
	char *bash = script("bash", 1), *zsh = script("zsh", 1);

	assert_null(strstr(bash, "command=${COMP_WORDS[1]}"));
	assert_null(strstr(zsh, "shift words"));
	free(bash);
	free(zsh);
}

static void another_shell_is_refused(void **state)
{
	struct failure why = { "" };

	assert_int_equal(completion_print(stdout, "fi\nsh", "prog", commands, 2, &why), -EINVAL);
	assert_string_equal(why.text, "expected bash or zsh, not \"fi\\x0ash\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_says_what_is_offered),
		cmocka_unit_test(a_part_of_a_word_says_nothing),
		cmocka_unit_test(quotes_cannot_be_left),
		cmocka_unit_test(a_program_without_commands_has_its_options_everywhere),
		cmocka_unit_test(another_shell_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
