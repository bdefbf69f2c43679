/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/fail.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka has a macro of this name. */
static int (*const make_failure)(struct failure *why, int err, const char *fmt, ...) = fail;
#include <cmocka.h>

static void the_sentence_is_written_and_the_error_returned(void **state)
{
	struct failure why;

	assert_int_equal(make_failure(&why, EINVAL, "group %d: expected %s", 7, "a number"), -EINVAL);
	assert_string_equal(why.text, "group 7: expected a number");
}

static void errno_is_told_behind_the_sentence(void **state)
{
	struct failure why;

	assert_int_equal(fail_errno(&why, ENOENT, "can't open %s", "x"), -ENOENT);
	assert_string_equal(why.text, "can't open x: No such file or directory");
}

static void nobody_needs_to_listen(void **state)
{
	assert_int_equal(make_failure(NULL, EIO, "%s", "x"), -EIO);
	assert_int_equal(fail_errno(NULL, EIO, "%s", "x"), -EIO);
}

static void long_sentences_are_cut(void **state)
{
	struct failure *why = malloc(sizeof(*why));
	char *text = malloc(2000);

	assert_non_null(why);
	assert_non_null(text);
	memset(text, 'x', 1999);
	text[1999] = '\0';
	assert_int_equal(make_failure(why, EINVAL, "%s", text), -EINVAL);
	assert_int_equal(strlen(why->text), sizeof(why->text) - 1);
	assert_int_equal(fail_errno(why, EINVAL, "%s", text), -EINVAL);
	assert_int_equal(strlen(why->text), sizeof(why->text) - 1);
	free(text);
	free(why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sentence_is_written_and_the_error_returned),
		cmocka_unit_test(errno_is_told_behind_the_sentence),
		cmocka_unit_test(nobody_needs_to_listen),
		cmocka_unit_test(long_sentences_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
