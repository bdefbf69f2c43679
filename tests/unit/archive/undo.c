/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/undo.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define BYTES 20000

#define UNDO "x.ring.undo"

/* Makes a file of one letter, or writes it over, with the same inode. */
static struct stat write_file(void **state, const char *name, char letter)
{
	const char *path = scratch_path(state, name);
	uint8_t bytes[BYTES];
	struct stat st;

	memset(bytes, letter, sizeof(bytes));
	scratch_write(path, bytes, sizeof(bytes));
	assert_int_equal(stat(path, &st), 0);
	return st;
}

static struct undo *open_undo(void **state)
{
	struct undo *undo;
	struct failure why = { "" };

	must(undo_open(scratch_path(state, UNDO), &undo, NULL, 0, &why), &why);
	return undo;
}

static struct undo_reader *open_reader(void **state)
{
	struct undo_reader *reader = undo_reader_open(scratch_path(state, UNDO));

	assert_non_null(reader);
	return reader;
}

static void arm(struct undo *undo, void **state, const char *name, uint32_t bytes)
{
	struct failure why = { "" };

	must(undo_arm(undo, scratch_path(state, name), bytes, &why), &why);
}

static unsigned mode_of_new_undo(void **state, mode_t mask)
{
	mode_t before = umask(mask);
	struct stat st;

	undo_close(open_undo(state));
	umask(before);
	assert_int_equal(stat(scratch_path(state, UNDO), &st), 0);
	return st.st_mode & 0777;
}

static void undo_lies_beside_the_ring(void **state)
{
	struct failure why = { "" };
	char path[20];

	(void)state;
	must(undo_path_of_ring("/run/x.ring", path, sizeof(path), &why), &why);
	assert_string_equal(path, "/run/x.ring.undo");
	assert_int_equal(undo_path_of_ring("/run/longer/x.ring", path, sizeof(path), &why), -ENAMETOOLONG);
}

static void who_may_read_the_ring_may_read_the_undo(void **state)
{
	assert_int_equal(mode_of_new_undo(state, 022), 0644);
	assert_int_equal(chmod(scratch_path(state, UNDO), 0600), 0);
	assert_int_equal(mode_of_new_undo(state, 027), 0640);
	assert_int_equal(mode_of_new_undo(state, 022), 0640); /* as somebody chose */
	assert_int_equal(unlink(scratch_path(state, UNDO)), 0);
	assert_int_equal(mode_of_new_undo(state, 077), 0600);
}

static void armed_undo_tells_what_it_would_put_back(void **state)
{
	struct stat a = write_file(state, "a", 'a'), b = write_file(state, "b", 'b');
	struct undo *undo = open_undo(state);
	struct undo_reader *reader = open_reader(state);
	char bytes[100] = "";

	assert_false(undo_reader_is_armed(reader, &a));
	assert_false(undo_reader_copy(reader, &a, bytes, sizeof(bytes)));
	arm(undo, state, "a", sizeof(bytes));
	write_file(state, "a", 'x');
	assert_true(undo_reader_is_armed(reader, &a));
	assert_false(undo_reader_is_armed(reader, &b));
	assert_false(undo_reader_copy(reader, &b, bytes, sizeof(bytes)));
	assert_false(undo_reader_copy(reader, &a, bytes, sizeof(bytes) - 1));
	assert_true(undo_reader_copy(reader, &a, bytes, sizeof(bytes)));
	for (unsigned i = 0; i < sizeof(bytes); i++)
		assert_int_equal(bytes[i], 'a');
	undo_disarm(undo);
	assert_false(undo_reader_is_armed(reader, &a));
	arm(undo, state, "b", 10);
	assert_false(undo_reader_is_armed(reader, &a));
	assert_true(undo_reader_is_armed(reader, &b));
	undo_reader_close(reader);
	undo_close(undo);
}

/* The word that tells whether it is armed. */
static uint32_t armed_word(void **state)
{
	size_t size;
	uint8_t *bytes = scratch_read(scratch_path(state, UNDO), &size);
	uint32_t word;

	memcpy(&word, bytes + 16, sizeof(word));
	free(bytes);
	return word;
}

/* So a copy that began in one and ended in the other is not taken for one. */
static void two_updates_of_a_file_can_be_told_apart(void **state)
{
	struct undo *undo = open_undo(state);
	uint32_t first;

	write_file(state, "a", 'a');
	assert_int_equal(armed_word(state), 0);
	arm(undo, state, "a", BYTES);
	first = armed_word(state);
	assert_int_not_equal(first, 0);
	undo_disarm(undo);
	assert_int_equal(armed_word(state), 0);
	arm(undo, state, "a", BYTES);
	assert_int_not_equal(armed_word(state), 0);
	assert_int_not_equal(armed_word(state), first);
	undo_close(undo);
}

static void what_is_no_undo_is_as_none(void **state)
{
	struct stat a = write_file(state, "a", 'a');
	struct undo *undo = open_undo(state);
	struct undo_reader *reader = open_reader(state);
	const char *undo_path = scratch_path(state, UNDO);
	uint8_t *whole, bytes[10];
	size_t size;

	arm(undo, state, "a", sizeof(bytes));
	undo_close(undo);
	whole = scratch_read(undo_path, &size);
	for (size_t cut = 0; cut < size; cut += cut < 100 ? 1 : 37) {
		scratch_write(undo_path, whole, cut);
		assert_false(undo_reader_copy(reader, &a, bytes, sizeof(bytes)));
	}
	scratch_write(undo_path, whole, size);
	assert_true(undo_reader_copy(reader, &a, bytes, sizeof(bytes)));
	memcpy(whole, "FIREPLOT", 8);
	scratch_write(undo_path, whole, size);
	assert_false(undo_reader_is_armed(reader, &a));
	undo_reader_close(reader);
	free(whole);

	assert_null(undo_reader_open(scratch_path(state, "missing")));
	assert_false(undo_reader_is_armed(NULL, &a));
	assert_false(undo_reader_copy(NULL, &a, bytes, sizeof(bytes)));
	undo_reader_close(NULL);
}

/* Arms and disarms with one letter after the other, each of all bytes. */
static void arm_again_and_again(void **state)
{
	struct undo *undo = open_undo(state);
	struct failure why;

	for (unsigned i = 0; i < 3000; i++) {
		write_file(state, "a", (char)('a' + i % 26));
		if (undo_arm(undo, scratch_path(state, "a"), BYTES, &why))
			_exit(1);
		undo_disarm(undo);
	}
	_exit(0);
}

static void copy_is_of_one_moment_while_it_is_armed_and_disarmed(void **state)
{
	struct stat a = write_file(state, "a", 'a');
	struct undo_reader *reader;
	unsigned copies = 0;
	char bytes[BYTES];
	int status = 0;
	pid_t child;

	undo_close(open_undo(state));
	reader = open_reader(state);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		arm_again_and_again(state);
	while (waitpid(child, &status, WNOHANG) == 0) {
		if (!undo_reader_copy(reader, &a, bytes, sizeof(bytes)))
			continue;
		copies++;
		for (unsigned i = 1; i < sizeof(bytes); i++)
			assert_int_equal(bytes[i], bytes[0]);
	}
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	print_message("# %u copies\n", copies);
	undo_reader_close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(undo_lies_beside_the_ring),
		cmocka_unit_test_setup_teardown(who_may_read_the_ring_may_read_the_undo, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(armed_undo_tells_what_it_would_put_back, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(two_updates_of_a_file_can_be_told_apart, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(what_is_no_undo_is_as_none, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(copy_is_of_one_moment_while_it_is_armed_and_disarmed, scratch_make, scratch_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
