/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/conffile.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int take_and_note(void *arg, const char *word, const char *value, struct failure *why)
{
	char *notes = arg;

	if (strcmp(word, "bad") == 0)
		return fail(why, EINVAL, "bad: expected good");
	snprintf(notes + strlen(notes), 9000 - strlen(notes), "[%s|%s]", word, value);
	return 0;
}

#include <cmocka.h>

/* Parses a copy in an allocation of exactly that size. */
static int parse(const char *text, size_t len, char notes[9000], struct failure *why)
{
	char *copy = malloc(len ? len : 1);
	int err;

	assert_non_null(copy);
	memcpy(copy, text, len);
	notes[0] = '\0';
	err = conffile_parse("f.conf", copy, len, take_and_note, notes, why);
	free(copy);
	return err;
}

static void assert_lines(const char *text, const char *expected)
{
	struct failure why;
	char notes[9000];

	assert_int_equal(parse(text, strlen(text), notes, &why), 0);
	assert_string_equal(notes, expected);
}

static void assert_wrong(const char *text, size_t len, const char *expected)
{
	struct failure why;
	char notes[9000];

	assert_int_equal(parse(text, len, notes, &why), -EINVAL);
	assert_string_equal(why.text, expected);
}

static void a_line_is_a_word_and_its_value(void **state)
{
	assert_lines("group 100\n", "[group|100]");
	assert_lines("a b c  d\n", "[a|b c  d]");
	assert_lines(" \ta\t \tb \t\n", "[a|b]");
	assert_lines("a\n", "[a|]");
	assert_lines("a 1\nb 2\na 3", "[a|1][b|2][a|3]");
}

static void comments_and_blank_lines_say_nothing(void **state)
{
	assert_lines("", "");
	assert_lines("\n\n \t\n", "");
	assert_lines("# a 1\n! b 2\n   # c\n", "");
	assert_lines("a #1\nb !\n", "[a|#1][b|!]");
}

static void carriage_returns_end_no_word(void **state)
{
	assert_lines("a 1\r\n\r\nb\r\n", "[a|1][b|]");
}

static void a_nul_byte_is_no_text(void **state)
{
	assert_wrong("a 1\nb\0 2\n", 9, "f.conf:2: the line holds a NUL byte, expected text");
	assert_wrong("# \0", 3, "f.conf:1: the line holds a NUL byte, expected text");
	assert_wrong("a 1\n\0", 5, "f.conf:2: the line holds a NUL byte, expected text");
}

static void lines_have_a_longest(void **state)
{
	char line[CONFFILE_LINE_MAX + 2], notes[9000];
	struct failure why;

	memset(line, 'x', sizeof(line));
	line[CONFFILE_LINE_MAX] = '\n';
	assert_int_equal(parse(line, CONFFILE_LINE_MAX + 1, notes, &why), 0);
	assert_int_equal(strlen(notes), CONFFILE_LINE_MAX + 3);
	line[CONFFILE_LINE_MAX] = 'x';
	assert_wrong(line, sizeof(line) - 1, "f.conf:1: the line has 4201 bytes, expected at most 4200");
}

static void the_first_wrong_line_is_named(void **state)
{
	assert_wrong("a 1\n# b\n\nbad 2\nbad 3\n", 21, "f.conf:4: bad: expected good");
}

static void every_cut_of_a_file_is_read_in_bounds(void **state)
{
	static const char text[] = "# x\n\n  group\t100 101\r\n!y\narchive /a b/c \n";
	char notes[9000];
	struct failure why;

	for (size_t len = 0; len < sizeof(text); len++)
		assert_int_equal(parse(text, len, notes, &why), 0);
	assert_string_equal(notes, "[group|100 101][archive|/a b/c]");
}

static char *make_file(const char *text, size_t len)
{
	char *path = strdup("/tmp/fireplot-conffile-XXXXXX");
	int fd;

	assert_non_null(path);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	return path;
}

static void a_file_is_loaded_whole(void **state)
{
	char *path = make_file("a 1\nb\0c", 7), *text;
	struct failure why;
	size_t len;

	assert_int_equal(conffile_load(path, &text, &len, &why), 0);
	assert_int_equal(len, 7);
	assert_memory_equal(text, "a 1\nb\0c", 7);
	free(text);
	unlink(path);
	free(path);
}

static void a_file_that_is_not_there_is_named(void **state)
{
	struct failure why;
	char *text;
	size_t len;

	assert_int_equal(conffile_load("/nowhere/f.conf", &text, &len, &why), -ENOENT);
	assert_string_equal(why.text, "can't open /nowhere/f.conf: No such file or directory");
	assert_int_equal(conffile_load("/", &text, &len, &why), -EISDIR);
	assert_string_equal(why.text, "can't read /: Is a directory");
}

static void a_file_without_end_is_refused(void **state)
{
	struct failure why;
	char *text;
	size_t len;

	assert_int_equal(conffile_load("/dev/zero", &text, &len, &why), -EFBIG);
	assert_string_equal(why.text, "/dev/zero is larger than 1048576 bytes: that is no configuration file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_a_word_and_its_value),
		cmocka_unit_test(comments_and_blank_lines_say_nothing),
		cmocka_unit_test(carriage_returns_end_no_word),
		cmocka_unit_test(a_nul_byte_is_no_text),
		cmocka_unit_test(lines_have_a_longest),
		cmocka_unit_test(the_first_wrong_line_is_named),
		cmocka_unit_test(every_cut_of_a_file_is_read_in_bounds),
		cmocka_unit_test(a_file_is_loaded_whole),
		cmocka_unit_test(a_file_that_is_not_there_is_named),
		cmocka_unit_test(a_file_without_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
