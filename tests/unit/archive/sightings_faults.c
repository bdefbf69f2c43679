/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can go wrong with the file of sightings, and who else uses it. */
#include "archive/sightings.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "scratch.h"
#include "steps.h"

/* ---- what can be wrong with it ---- */

static void assert_refused(void **state, int expected, const char *part)
{
	struct sightings *sightings = NULL;
	struct failure why = { "" };
	size_t size_before, size_after;
	uint8_t *before = scratch_read(scratch_path(state, SIGHTINGS_FILE), &size_before), *after;

	assert_int_equal(sightings_open(scratch_path(state, SIGHTINGS_FILE), MIB, &sightings, &why), -expected);
	assert_non_null(strstr(why.text, SIGHTINGS_FILE));
	assert_non_null(strstr(why.text, part));
	assert_int_equal(sightings_open_read(scratch_path(state, SIGHTINGS_FILE), &sightings, &why), -expected);
	assert_non_null(strstr(why.text, part));
	after = scratch_read(scratch_path(state, SIGHTINGS_FILE), &size_after);
	assert_int_equal(size_before, size_after);
	assert_memory_equal(before, after, size_before);
	free(before);
	free(after);
}

static void another_version_is_refused(void **state)
{
	sightings_close(opened(state, MIB));
	sqlite3_close(shell(state, "PRAGMA user_version = 3"));
	assert_refused(state, EEXIST, "version 3, made by a newer fireplot; this one knows version 2");
	sqlite3_close(shell(state, "PRAGMA user_version = 1"));
	assert_refused(state, EEXIST, "version 1, made by an older fireplot; this one knows version 2");
}

static void a_file_of_something_else_is_refused_and_left(void **state)
{
	static const uint8_t text[] = "This is no database, whatever its name says, and it is longer than a header of one would be. "
	                              "Somebody may need it, so it stays.";

	sqlite3_close(shell(state, "CREATE TABLE bookmarks(url)"));
	assert_refused(state, EILSEQ, "move it away");
	scratch_write(scratch_path(state, SIGHTINGS_FILE), text, sizeof(text));
	assert_refused(state, EILSEQ, "move it away");
}

static void an_empty_file_is_a_new_one(void **state)
{
	struct sighting sighting = random_sighting();
	struct sightings *sightings;
	struct failure why;

	scratch_write(scratch_path(state, SIGHTINGS_FILE), (const uint8_t *)"", 0);
	assert_int_equal(sightings_open_read(scratch_path(state, SIGHTINGS_FILE), &sightings, &why), -ENOENT);
	sightings = opened(state, MIB);
	add(sightings, step_at(START_S, 1, &sighting));
	sightings_close(sightings);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, 1);
}

static void a_file_that_is_not_there_is_told(void **state)
{
	struct sightings *sightings;
	struct failure why;

	assert_int_equal(sightings_open_read(scratch_path(state, SIGHTINGS_FILE), &sightings, &why), -ENOENT);
	assert_int_equal(size_of(state, SIGHTINGS_FILE), -1);
	assert_int_equal(sightings_open(scratch_path(state, "none/" SIGHTINGS_FILE), MIB, &sightings, &why), -ENOENT);
	assert_non_null(strstr(why.text, "none/" SIGHTINGS_FILE));
}

/* A step and what was left out of it, with times of which sums are no numbers. */
static void times_that_cannot_be_are_told(void **state)
{
	static const char *const changes[] = {
		"UPDATE lengths SET step = 9223372036854775807", "UPDATE lengths SET step = -1",
		"UPDATE samples SET end = 9223372036854775807", "UPDATE samples SET start = -9223372036854775807",
		"UPDATE spans SET start = -9223372036854775807", "UPDATE spans SET end = 9223372036854775807",
	};
	struct sighting sighting = random_sighting();
	struct sighting_step step = step_at(START_S, 1, &sighting);

	step.packets_left_out = step.sightings_left_out = 1;
	for (unsigned i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct sightings *sightings = opened(state, MIB);
		struct sightings_coverage coverage = { 0 };
		struct sightings_facts facts;
		static struct rows rows;
		struct failure why;
		int err;

		add(sightings, step);
		sightings_close(sightings);
		sqlite3_close(shell(state, changes[i]));
		err = sightings_open_read(scratch_path(state, SIGHTINGS_FILE), &sightings, &why);
		rows.count = 0;
		if (!err) {
			err = sightings_walk(sightings, 0, INT64_MAX, 0xff, keep_row, &rows, &why);
			err = err ? err : sightings_coverage(sightings, 0, INT64_MAX, &coverage, &why);
			err = err ? err : sightings_facts(sightings, &facts, &why);
			sightings_coverage_fini(&coverage);
			sightings_close(sightings);
		}
		assert_int_equal(err, -EILSEQ);
		assert_non_null(strstr(why.text, "never wrote"));
		unlink(scratch_path(state, SIGHTINGS_FILE));
	}
}

/* Damage of any kind is an error or goes unnoticed; it never reads beyond anything. */
static void damage_is_told(void **state)
{
	static struct sighting sighting[1024];
	struct sightings *sightings = opened(state, MIB);
	struct failure why;
	unsigned told = 0;
	size_t size;
	uint8_t *sound;

	fill(sighting, 1024);
	for (unsigned i = 0; i < 8; i++)
		add(sightings, step_at(START_S + i * STEP_S, 512, sighting));
	sightings_close(sightings);
	sound = scratch_read(scratch_path(state, SIGHTINGS_FILE), &size);
	for (unsigned round = 0; round < 60; round++) {
		static struct rows rows;
		uint8_t *bytes = malloc(size);
		struct sighting_step step = step_at(START_S + 900, 1024, sighting);
		size_t page = round % 2 ? 0 : scratch_random((uint32_t)(size / 4096)) * 4096u;
		int err;

		memcpy(bytes, sound, size);
		for (unsigned i = 0; i < 40; i++)
			bytes[page + scratch_random(round % 2 ? (uint32_t)size : 4096)] = (uint8_t)scratch_random(256);
		scratch_write(scratch_path(state, SIGHTINGS_FILE), bytes, size);
		free(bytes);
		rows.count = 0;
		rows.end_after = MANY - 1;
		err = sightings_open_read(scratch_path(state, SIGHTINGS_FILE), &sightings, &why);
		if (!err) {
			err = sightings_walk(sightings, 0, INT64_MAX, 0xff, keep_row, &rows, &why);
			sightings_close(sightings);
		}
		told += err == -EILSEQ;
		err = sightings_open(scratch_path(state, SIGHTINGS_FILE), MIB, &sightings, &why);
		if (!err) {
			sightings_add(sightings, 1, &step, &why);
			sightings_close(sightings);
		}
	}
	assert_true(told > 5);
	free(sound);
}

static void while_another_program_has_it_locked_nothing_is_added(void **state)
{
	struct sighting sighting = random_sighting();
	struct sighting_step step = step_at(START_S + STEP_S, 1, &sighting);
	struct sightings *sightings = opened(state, MIB);
	struct failure why = { "" };
	sqlite3 *db;

	add(sightings, step_at(START_S, 1, &sighting));
	db = shell(state, "BEGIN EXCLUSIVE");
	assert_int_equal(sightings_add(sightings, 1, &step, &why), -EBUSY);
	assert_non_null(strstr(why.text, "locked by another program"));
	assert_int_equal(sightings_last(sightings), START_S + STEP_S);
	assert_string_equal(answer(db, "ROLLBACK"), "");
	add(sightings, step);
	sqlite3_close(db);
	sightings_close(sightings);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, 2);
}

static void what_another_program_changed_is_taken_up(void **state)
{
	struct sighting sighting[2] = { random_sighting(), random_sighting() };
	struct sightings *sightings = opened(state, MIB);
	struct rows *rows;

	sighting[0].rule = 1;
	sighting[1].rule = 2;
	add(sightings, step_at(START_S, 2, sighting));
	sqlite3_close(shell(state, "DELETE FROM packed; DELETE FROM kinds; DELETE FROM rules; DELETE FROM spans; DELETE FROM lengths"));
	add(sightings, step_at(START_S + STEP_S, 2, sighting));
	sightings_close(sightings);
	rows = rows_of(state, 0, INT64_MAX, 0xff);
	assert_int_equal(rows->count, 2);
	assert_same_all(rows, 0, 2, sighting);
	assert_int_equal(rows->row[1].end_s, START_S + 2 * STEP_S);
}

static void a_step_whose_span_was_taken_out_is_written_over(void **state)
{
	struct sighting sighting[2] = { random_sighting(), random_sighting() };
	struct sightings *sightings = opened(state, MIB);
	struct rows *rows;

	add(sightings, step_at(START_S, 1, &sighting[0]));
	sightings_close(sightings);
	sqlite3_close(shell(state, "DELETE FROM spans"));
	sightings = opened(state, MIB);
	add(sightings, step_at(START_S, 1, &sighting[1]));
	sightings_close(sightings);
	rows = rows_of(state, 0, INT64_MAX, 0xff);
	assert_int_equal(rows->count, 1);
	assert_same(&rows->row[0], rows->rule[0], &sighting[1]);
}

static void a_reader_that_never_ends_stops_the_log_at_its_bound(void **state)
{
	static struct sighting sighting[8192];
	struct sightings *sightings = opened(state, MIB);
	struct failure why = { "" };
	sqlite3 *db;
	int err = 0;
	unsigned i;

	fill(sighting, 8192);
	add(sightings, step_at(START_S, 1, sighting));
	db = shell(state, "BEGIN; SELECT count(*) FROM sightings");
	for (i = 1; !err && i < 200; i++) {
		struct sighting_step step = step_at(START_S + i * STEP_S, 8192, sighting);

		err = sightings_add(sightings, 1, &step, &why);
	}
	assert_int_equal(err, -EBUSY);
	assert_non_null(strstr(why.text, "reads it for so long"));
	assert_true(size_of(state, SIGHTINGS_FILE "-wal") < 10 * (off_t)MIB);
	assert_string_equal(answer(db, "ROLLBACK"), "");
	add(sightings, step_at(START_S + i * STEP_S, 8192, sighting));
	sqlite3_close(db);
	sightings_close(sightings);
	assert_true(size_of(state, SIGHTINGS_FILE) <= (off_t)MIB);
}

static void a_file_that_was_removed_is_made_anew(void **state)
{
	struct sighting sighting[2] = { random_sighting(), random_sighting() };
	struct sightings *sightings = opened(state, MIB);
	struct rows *rows;
	sqlite3 *db;

	add(sightings, step_at(START_S, 1, &sighting[0]));
	assert_int_equal(unlink(scratch_path(state, SIGHTINGS_FILE)), 0);
	add(sightings, step_at(START_S + STEP_S, 1, &sighting[1]));
	rows = rows_of(state, 0, INT64_MAX, 0xff);
	assert_int_equal(rows->count, 1);
	assert_same(&rows->row[0], rows->rule[0], &sighting[1]);
	assert_int_equal(rename(scratch_path(state, SIGHTINGS_FILE), scratch_path(state, "kept.db")), 0);
	add(sightings, step_at(START_S + 2 * STEP_S, 1, &sighting[0]));
	rows = rows_of(state, 0, INT64_MAX, 0xff);
	assert_int_equal(rows->count, 1);
	assert_same(&rows->row[0], rows->rule[0], &sighting[0]);
	sightings_close(sightings);
	assert_int_equal(sqlite3_open(scratch_path(state, "kept.db"), &db), SQLITE_OK);
	assert_string_equal(answer(db, "SELECT count(*) FROM sightings"), "1");
	sqlite3_close(db);
}

static void a_file_that_was_put_in_its_place_is_taken(void **state)
{
	struct sighting sighting = random_sighting();
	struct sightings *sightings = opened(state, MIB);

	add(sightings, step_at(START_S, 1, &sighting));
	sightings_close(sightings);
	assert_int_equal(rename(scratch_path(state, SIGHTINGS_FILE), scratch_path(state, "kept.db")), 0);
	sightings = opened(state, MIB);
	add(sightings, step_at(START_S + STEP_S, 1, &sighting));
	assert_int_equal(rename(scratch_path(state, "kept.db"), scratch_path(state, SIGHTINGS_FILE)), 0);
	add(sightings, step_at(START_S + 2 * STEP_S, 1, &sighting));
	sightings_close(sightings);
	assert_int_equal(rows_of(state, START_S, START_S + STEP_S, 0xff)->count, 1);
	assert_int_equal(rows_of(state, START_S + STEP_S, START_S + 2 * STEP_S, 0xff)->count, 0);
	assert_int_equal(rows_of(state, START_S + 2 * STEP_S, INT64_MAX, 0xff)->count, 1);
}

static int count_row(void *arg, const struct sightings_row *row)
{
	++*(unsigned *)arg;
	return 0;
}

/* In a namespace of its own, a file system of 2 MiB in memory, filled by another file. */
static void on_a_full_disk(const char *dir)
{
	static struct sighting sighting[1024];
	struct sightings *sightings;
	struct failure why = { "" };
	char path[SCRATCH_PATH], filler[SCRATCH_PATH];
	static uint8_t block[65536];
	unsigned rows = 0;
	int err = 0, fd;

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount("none", dir, "tmpfs", 0, "size=2m"))
		_exit(77);
	snprintf(path, sizeof(path), "%s/" SIGHTINGS_FILE, dir);
	snprintf(filler, sizeof(filler), "%s/filler", dir);
	fill(sighting, 1024);
	assert_int_equal(sightings_open(path, MIB, &sightings, &why), 0);
	add(sightings, step_at(START_S, 1024, sighting));
	fd = open(filler, O_CREAT | O_WRONLY, 0600);
	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
	for (unsigned i = 1; !err && i < 100; i++) {
		struct sighting_step step = step_at(sightings_last(sightings), 1024, sighting);
		int64_t last_s = sightings_last(sightings);

		fill(sighting, 1024);
		err = sightings_add(sightings, 1, &step, &why);
		assert_int_equal(sightings_last(sightings), err ? last_s : last_s + STEP_S);
	}
	assert_int_equal(err, -ENOSPC);
	assert_non_null(strstr(why.text, "No space left on device"));
	unlink(filler);
	for (unsigned i = 0; i < 20; i++)
		add(sightings, step_at(sightings_last(sightings), 1024, sighting));
	sightings_close(sightings);
	/* kinds and rules that were taken back with their step are there again */
	assert_int_equal(sightings_open_read(path, &sightings, &why), 0);
	assert_int_equal(sightings_walk(sightings, 0, INT64_MAX, 0xff, count_row, &rows, &why), 0);
	assert_true(rows > 10 * 1024);
	sightings_close(sightings);
	_exit(0);
}

static void while_the_disk_is_full_nothing_is_added(void **state)
{
	int status;
	pid_t pid;

	if (getuid() != 0)
		skip();
	pid = fork();
	if (pid == 0)
		on_a_full_disk(*state);
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- processes ---- */

static void a_writer_that_is_killed_leaves_whole_steps(void **state)
{
	static struct sighting sighting[300];

	fill(sighting, 300);
	for (unsigned round = 0; round < 8; round++) {
		struct rows *rows;
		int status, pipes[2];
		int64_t told_s = 0, last_s;
		pid_t pid;

		assert_int_equal(pipe(pipes), 0);
		pid = fork();
		if (pid == 0) {
			struct sightings *sightings = opened(state, MIB);
			int64_t start_s = sightings_last(sightings) ? sightings_last(sightings) : START_S;

			for (;; start_s += STEP_S) {
				add(sightings, step_at(start_s, 300, sighting));
				if (write(pipes[1], &start_s, sizeof(start_s)) < 0)
					_exit(1);
			}
		}
		close(pipes[1]);
		for (unsigned i = 0; i < 20 + scratch_random(80); i++)
			assert_int_equal(read(pipes[0], &told_s, sizeof(told_s)), sizeof(told_s));
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		while (read(pipes[0], &last_s, sizeof(last_s)) == sizeof(last_s))
			told_s = last_s;
		close(pipes[0]);
		rows = rows_of(state, told_s, INT64_MAX, 0xff);
		assert_true(rows->count == 300 || rows->count == 600);
		for (unsigned i = 0; i < rows->count; i += 300)
			assert_same_all(rows, i, 300, sighting);
	}
}

/* As nobody, in a directory and with files that only root may write. */
static unsigned rows_for_nobody(void **state)
{
	int status, pipes[2];
	unsigned count = 0;
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
			_exit(1);
		count = rows_of(state, 0, INT64_MAX, 0xff)->count;
		_exit(write(pipes[1], &count, sizeof(count)) != sizeof(count));
	}
	close(pipes[1]);
	if (read(pipes[0], &count, sizeof(count)) != sizeof(count))
		count = UINT32_MAX;
	close(pipes[0]);
	waitpid(pid, &status, 0);
	return count;
}

static void who_may_only_read_can_always_read(void **state)
{
	struct sighting sighting = random_sighting();
	struct sightings *sightings;
	pid_t pid;
	int status;

	if (getuid() != 0)
		skip();
	assert_int_equal(chmod(*state, 0755), 0);
	sightings = opened(state, MIB);
	add(sightings, step_at(START_S, 1, &sighting));
	assert_int_equal(rows_for_nobody(state), 1);
	sightings_close(sightings);
	assert_int_equal(size_of(state, SIGHTINGS_FILE "-wal"), 0);
	assert_int_equal(rows_for_nobody(state), 1);

	pid = fork();
	if (pid == 0) {
		sightings = opened(state, MIB);
		add(sightings, step_at(START_S + STEP_S, 1, &sighting));
		raise(SIGKILL);
	}
	waitpid(pid, &status, 0);
	assert_true(size_of(state, SIGHTINGS_FILE "-wal") > 0);
	assert_int_equal(rows_for_nobody(state), 2);

	/* a root's shell takes the log away when it ends */
	sqlite3_close(shell(state, "SELECT count(*) FROM sightings"));
	assert_int_equal(size_of(state, SIGHTINGS_FILE "-wal"), -1);
	assert_int_equal(rows_for_nobody(state), 2);
	assert_int_equal(size_of(state, SIGHTINGS_FILE "-wal"), -1);
}

#define IN_A_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_DIRECTORY(another_version_is_refused),
		IN_A_DIRECTORY(a_file_of_something_else_is_refused_and_left),
		IN_A_DIRECTORY(an_empty_file_is_a_new_one),
		IN_A_DIRECTORY(a_file_that_is_not_there_is_told),
		IN_A_DIRECTORY(times_that_cannot_be_are_told),
		IN_A_DIRECTORY(damage_is_told),
		IN_A_DIRECTORY(while_another_program_has_it_locked_nothing_is_added),
		IN_A_DIRECTORY(what_another_program_changed_is_taken_up),
		IN_A_DIRECTORY(a_step_whose_span_was_taken_out_is_written_over),
		IN_A_DIRECTORY(a_reader_that_never_ends_stops_the_log_at_its_bound),
		IN_A_DIRECTORY(a_file_that_was_removed_is_made_anew),
		IN_A_DIRECTORY(a_file_that_was_put_in_its_place_is_taken),
		IN_A_DIRECTORY(while_the_disk_is_full_nothing_is_added),
		IN_A_DIRECTORY(a_writer_that_is_killed_leaves_whole_steps),
		IN_A_DIRECTORY(who_may_only_read_can_always_read),
	};

	scratch_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
