/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files in which an update ended half way, read with the undo that its process left armed. */
#include "archive/rrd_header.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scratch.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define START_S 1699999200
#define STEP_S 10

static const struct rrdfile_shape shape = {
	.step_s = STEP_S,
	.levels = 2,
	.level = { { 10, 30 }, { 60, 20 } },
	.ds_count = 2,
	.ds = { { "p22", true, 10 }, { "p23", true, 10 } },
};

static const char *make(void **state)
{
	static char path[SCRATCH_PATH];
	struct failure why = { "" };

	snprintf(path, sizeof(path), "%s", scratch_path(state, "x.rrd"));
	must(rrdfile_create(path, &shape, START_S, &why), &why);
	return path;
}

static struct undo *open_undo(void **state)
{
	struct undo *undo;
	struct failure why = { "" };

	must(undo_open(scratch_path(state, "undo"), &undo, NULL, 0, &why), &why);
	return undo;
}

static struct undo_reader *read_undo(void **state)
{
	struct undo_reader *undo = undo_reader_open(scratch_path(state, "undo"));

	assert_non_null(undo);
	return undo;
}

/* Each step has its own number, counted from the start of the file. */
static int update(const char *path, int64_t last_s, unsigned steps)
{
	double values[8 * 2];
	int64_t at_s[8];
	struct failure why;

	for (unsigned i = 0; i < steps; i++) {
		at_s[i] = last_s + STEP_S * (i + 1);
		values[2 * i] = 7;
		values[2 * i + 1] = (double)(at_s[i] - START_S) / STEP_S;
	}
	return rrdfile_update(path, 2, steps, at_s, values, &why);
}

static void arm(struct undo *undo, const char *path)
{
	struct failure why = { "" };
	uint32_t bytes;

	must(rrdfile_inspect(path, NULL, NULL, &bytes, &why), &why);
	must(undo_arm(undo, path, bytes, &why), &why);
}

static void overwrite(const char *path, int64_t at, const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY);

	assert_int_equal(pwrite(fd, bytes, size, at), size);
	close(fd);
}

/* An update of which all is in the file but the last update, which librrd writes last. */
static void interrupt(const char *path, int64_t last_s, unsigned steps)
{
	struct rrd_live live = { .last_s = last_s };

	assert_int_equal(update(path, last_s, steps), 0);
	overwrite(path, sizeof(struct rrd_head) + 2 * sizeof(struct rrd_ds) + 2 * sizeof(struct rrd_rra), &live, sizeof(live));
}

static struct matrix fetch(const char *path, const struct undo_reader *undo, unsigned level, int64_t last_s,
                           struct rrdfile_running *running)
{
	uint32_t row_s = shape.level[level].row_s;
	int64_t end_s = last_s - last_s % row_s + 2 * row_s, start_s = end_s - (int64_t)row_s * 40;
	struct failure why = { "" };
	struct matrix m;

	must(rrdfile_fetch_running(path, undo, start_s, end_s, row_s, &m, running, &why), &why);
	return m;
}

static bool is_same(double a, double b)
{
	return isnan(a) ? isnan(b) : a == b;
}

/* What the file held before the update, read now; rows that it may have come over must be unknown, and none else. */
static void check_level(const char *path, const struct undo_reader *undo, const struct matrix *before, unsigned level,
                        const struct rrdfile_running *then, int64_t last_s, unsigned steps)
{
	uint32_t row_s = shape.level[level].row_s;
	int64_t until_s = last_s + STEP_S * steps, oldest_s = until_s - until_s % row_s - (int64_t)row_s * shape.level[level].rows;
	struct rrdfile_running now;
	struct matrix m = fetch(path, undo, level, last_s, &now);

	for (unsigned row = 0; row < m.rows; row++)
		for (unsigned i = 0; i < m.columns; i++)
			if (m.start_s + (int64_t)row * row_s < oldest_s)
				assert_true(isnan(matrix_cell(&m, row, i)));
			else
				assert_true(is_same(matrix_cell(&m, row, i), matrix_cell(before, row, i)));
	assert_int_equal(now.last_s, then->last_s);
	assert_int_equal(now.start_s, then->start_s);
	for (unsigned i = 0; i < m.columns; i++)
		assert_true(is_same(now.sum[i], then->sum[i]));
	matrix_fini(&m);
}

static bool rows_are_shifted(const char *path, const struct matrix *before, int64_t last_s)
{
	struct rrdfile_running running;
	struct matrix m = fetch(path, NULL, 0, last_s, &running);
	bool differs = memcmp(m.cells, before->cells, sizeof(double) * m.rows * m.columns) != 0;

	matrix_fini(&m);
	return differs;
}

/* At every place of the ring of rows, by one to six steps. */
static void interrupted_update_reads_as_if_it_had_not_begun(void **state)
{
	const char *path = make(state);
	struct undo_reader *undo;
	int64_t last_s = START_S;

	undo_close(open_undo(state));
	undo = read_undo(state);
	for (unsigned turn = 0; turn < 80; turn++) {
		struct undo *daemon = open_undo(state); /* which takes back what the turn before left */
		struct rrdfile_running then[2];
		struct rrdfile_state now;
		struct failure why = { "" };
		struct matrix before[2];
		unsigned steps = 1 + turn % 6;

		assert_int_equal(update(path, last_s, 1), 0);
		last_s += STEP_S;
		for (unsigned level = 0; level < 2; level++)
			before[level] = fetch(path, undo, level, last_s, &then[level]);
		arm(daemon, path);
		interrupt(path, last_s, steps);
		assert_true(rows_are_shifted(path, &before[0], last_s));
		must(rrdfile_inspect_state(path, undo, NULL, &now, &why), &why);
		assert_int_equal(now.last_s, last_s);
		assert_false(now.is_new);
		for (unsigned level = 0; level < 2; level++) {
			check_level(path, undo, &before[level], level, &then[level], last_s, steps);
			matrix_fini(&before[level]);
		}
		undo_close(daemon);
	}
	undo_reader_close(undo);
}

/* librrd moves a pointer on and then looks whether that is behind the last row. */
static void row_pointer_behind_the_rows_is_no_damage_while_the_undo_is_armed(void **state)
{
	const char *path = make(state);
	struct undo *daemon = open_undo(state);
	struct undo_reader *undo = read_undo(state);
	unsigned long behind = shape.level[0].rows;
	struct rrdfile_running then;
	struct matrix before;
	int64_t last_s = START_S;

	/* librrd begins a new file at a row of its own choice */
	for (unsigned long row = 0; row + 1 < behind; last_s += STEP_S) {
		struct rrd_header header;
		int fd = open(path, O_RDONLY);
		uint64_t newest;

		assert_int_equal(update(path, last_s, 1), 0);
		assert_int_equal(rrd_header_read(fd, path, NULL, &header, NULL), 0);
		rrd_header_rows(&header, 0, &newest);
		row = newest;
		rrd_header_fini(&header);
		close(fd);
	}
	before = fetch(path, undo, 0, last_s, &then);
	arm(daemon, path);
	overwrite(path, (int64_t)rrd_header_bytes(2, 2) - 2 * (int64_t)sizeof(behind), &behind, sizeof(behind));
	assert_int_equal(rrdfile_inspect(path, NULL, NULL, NULL, NULL), -EILSEQ);
	assert_int_equal(rrdfile_inspect_state(path, undo, NULL, NULL, NULL), 0);
	check_level(path, undo, &before, 0, &then, last_s, 1);
	matrix_fini(&before);
	undo_reader_close(undo);
	undo_close(daemon);
}

static void damaged_undo_is_as_none(void **state)
{
	const char *path = make(state);
	struct undo *daemon = open_undo(state);
	struct undo_reader *undo = read_undo(state);
	struct failure why = { "" };
	struct rrdfile_state now;
	uint8_t *bytes;
	size_t size;

	arm(daemon, path);
	assert_int_equal(update(path, START_S, 3), 0);
	must(rrdfile_inspect_state(path, undo, NULL, &now, &why), &why);
	assert_int_equal(now.last_s, START_S);
	bytes = scratch_read(scratch_path(state, "undo"), &size);
	memset(bytes + size - rrd_header_bytes(2, 2) + 200, 0x5a, 100);
	scratch_write(scratch_path(state, "undo"), bytes, size);
	must(rrdfile_inspect_state(path, undo, NULL, &now, &why), &why);
	assert_int_equal(now.last_s, START_S + 3 * STEP_S);
	for (unsigned level = 0; level < 2; level++) {
		struct rrdfile_running running;
		struct matrix m = fetch(path, undo, level, now.last_s, &running);

		assert_int_equal(running.last_s, START_S + 3 * STEP_S);
		matrix_fini(&m);
	}
	free(bytes);
	undo_reader_close(undo);
	undo_close(daemon);
}

/* ---- at the same time ---- */

/* The average over [start_s, start_s + row_s) of the steps' numbers, as a rate. */
static double numbers(int64_t start_s, uint32_t row_s)
{
	return ((double)(start_s - START_S) / STEP_S + (row_s / STEP_S + 1) / 2.0) / STEP_S;
}

/* Every row that is known has its own number, and all are known but those before the start, the oldest, and what is not complete. */
static void check_numbers(const char *path, const struct undo_reader *undo, unsigned level)
{
	uint32_t row_s = shape.level[level].row_s;
	struct failure why = { "" };
	struct rrdfile_state now;
	struct rrdfile_running running;
	struct matrix m;

	must(rrdfile_inspect_state(path, undo, NULL, &now, &why), &why);
	m = fetch(path, undo, level, now.last_s, &running);
	for (unsigned row = 0; row < m.rows; row++) {
		int64_t at_s = m.start_s + (int64_t)row * row_s;
		int64_t sure_s = running.start_s - (int64_t)row_s * (shape.level[level].rows - 8);

		if (at_s >= running.start_s || at_s < START_S)
			assert_true(isnan(matrix_cell(&m, row, 1)));
		else if (at_s >= sure_s || !isnan(matrix_cell(&m, row, 1)))
			assert_float_equal(matrix_cell(&m, row, 1), numbers(at_s, row_s), 1e-9);
	}
	matrix_fini(&m);
}

/* Says so on the pipe once the first update is through. */
static void write_for_ever(void **state, const char *path, int64_t last_s, unsigned updates, int ready)
{
	struct undo *undo = open_undo(state);
	struct failure why;
	uint32_t bytes;

	if (rrdfile_inspect(path, NULL, NULL, &bytes, &why))
		_exit(1);
	for (unsigned i = 0; i < updates; i++, last_s += 8 * STEP_S) {
		if (undo_arm(undo, path, bytes, &why) || update(path, last_s, 8))
			_exit(1);
		undo_disarm(undo);
		if (i == 0 && ready >= 0 && write(ready, "x", 1) != 1)
			_exit(1);
	}
	_exit(0);
}

static void reading_while_a_process_updates_gives_every_row_its_number(void **state)
{
	const char *path = make(state);
	struct undo_reader *undo;
	int status = 0;
	pid_t child;

	undo_close(open_undo(state));
	undo = read_undo(state);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		write_for_ever(state, path, START_S, 3000, -1);
	for (unsigned n = 0; waitpid(child, &status, WNOHANG) == 0; n++)
		check_numbers(path, undo, n % 2);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	undo_reader_close(undo);
}

/* Has a child write from last_s on, and kills it at some moment. */
static void write_and_die(void **state, const char *path, int64_t last_s)
{
	int ready[2];
	pid_t child;
	char byte;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		write_for_ever(state, path, last_s, 100000, ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	nanosleep(&(struct timespec){ .tv_nsec = 1000L * scratch_random(5000) }, NULL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ready[0]);
	close(ready[1]);
}

static void reading_between_a_kill_and_the_next_start_gives_every_row_its_number(void **state)
{
	const char *path = make(state);
	unsigned in_update = 0;

	scratch_seed();
	undo_close(open_undo(state));
	for (unsigned turn = 0; turn < 100; turn++) {
		struct undo_reader *undo;
		struct failure why = { "" };
		struct stat st;
		int64_t last_s;

		must(rrdfile_inspect(path, NULL, &last_s, NULL, &why), &why);
		write_and_die(state, path, last_s);
		undo = read_undo(state);
		assert_int_equal(stat(path, &st), 0);
		in_update += undo_reader_is_armed(undo, &st);
		check_numbers(path, undo, 0);
		check_numbers(path, undo, 1);
		undo_reader_close(undo);
		undo_close(open_undo(state)); /* the next start takes it back and writes the same rows */
		must(rrdfile_inspect(path, NULL, &last_s, NULL, &why), &why);
		assert_int_equal(update(path, last_s, 8), 0);
	}
	print_message("# %u of 100 died in the middle of an update\n", in_update);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)
		IN_SCRATCH(interrupted_update_reads_as_if_it_had_not_begun),
		IN_SCRATCH(row_pointer_behind_the_rows_is_no_damage_while_the_undo_is_armed),
		IN_SCRATCH(damaged_undo_is_as_none),
		IN_SCRATCH(reading_while_a_process_updates_gives_every_row_its_number),
		IN_SCRATCH(reading_between_a_kill_and_the_next_start_gives_every_row_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
