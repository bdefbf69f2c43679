/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/rrd.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <rrd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
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
	.ds_count = 3,
	.ds = { { "p22", true, 10 }, { "p23", true, 10 }, { "known", false, 315360000 } },
};

static const char *make(void **state)
{
	const char *path = scratch_path(state, "x.rrd");
	struct failure why = { "" };

	must(rrdfile_create(path, &shape, START_S, &why), &why);
	return path;
}

static void update(const char *path, int64_t at_s, double p22, double p23, double known)
{
	double values[] = { p22, p23, known };
	struct failure why = { "" };

	must(rrdfile_update(path, 3, 1, &at_s, values, &why), &why);
}

static void file_has_the_shape_it_was_made_with(void **state)
{
	const char *path = make(state);
	struct rrdfile_shape found;
	struct failure why = { "" };
	uint32_t header_bytes;
	int64_t last_s;

	must(rrdfile_inspect(path, &found, &last_s, &header_bytes, &why), &why);
	assert_true(rrdfile_shape_equal(&found, &shape));
	assert_int_equal(last_s, START_S);
	assert_in_range(header_bytes, 1000, 3000);
}

static void existing_file_is_never_overwritten(void **state)
{
	const char *path = make(state);
	struct failure why = { "" };
	size_t size, size_after;
	uint8_t *before, *after;

	update(path, START_S + 10, 1, 2, 1);
	before = scratch_read(path, &size);
	assert_int_equal(rrdfile_create(path, &shape, START_S, &why), -EEXIST);
	assert_non_null(strstr(why.text, path));
	after = scratch_read(path, &size_after);
	assert_int_equal(size, size_after);
	assert_memory_equal(before, after, size);
	free(before);
	free(after);
}

static void file_that_cannot_be_made_whole_is_removed(void **state)
{
	const char *path = scratch_path(state, "x.rrd");
	struct rlimit before, limit;
	struct failure why = { "" };
	char listing[SCRATCH_PATH + 32];
	FILE *list;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 2500; /* it would be a little longer */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_true(rrdfile_create(path, &shape, START_S, &why) < 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_non_null(strstr(why.text, "x.rrd"));
	snprintf(listing, sizeof(listing), "ls -A '%s'", (const char *)*state);
	list = popen(listing, "r");
	assert_non_null(list);
	assert_int_equal(fgetc(list), EOF);
	pclose(list);
}

static void fetched_rows_are_those_that_were_written(void **state)
{
	const char *path = make(state);
	struct failure why = { "" };
	struct matrix m;

	for (int i = 1; i <= 8; i++)
		update(path, START_S + 10 * i, i == 4 ? NAN : i * 10, 0, i == 4 ? 0 : 1);
	must(rrdfile_fetch(path, START_S + 10, START_S + 100, 10, &m, &why), &why);
	assert_int_equal(m.rows, 9);
	assert_int_equal(m.columns, 3);
	for (int row = 0; row < 9; row++) /* row 0 covers the update at +20 */
		if (row == 2 || row >= 7)
			assert_true(isnan(matrix_cell(&m, (unsigned)row, 0)));
		else
			assert_float_equal(matrix_cell(&m, (unsigned)row, 0), row + 2, 1e-12);
	assert_float_equal(matrix_cell(&m, 2, 2), 0, 0);
	matrix_fini(&m);
	must(rrdfile_fetch(path, START_S, START_S + 60, 60, &m, &why), &why);
	assert_int_equal(m.rows, 1);
	assert_float_equal(matrix_cell(&m, 0, 0) * 60 * matrix_cell(&m, 0, 2), 10 + 20 + 30 + 50 + 60, 1e-9);
	matrix_fini(&m);
}

static void rows_that_are_not_kept_are_unknown(void **state)
{
	const char *path = make(state);
	struct failure why = { "" };
	struct matrix m;

	for (int i = 1; i <= 40; i++)
		update(path, START_S + 10 * i, i, i, 1);
	must(rrdfile_fetch(path, START_S - 600, START_S + 1200, 10, &m, &why), &why);
	assert_int_equal(m.rows, 180);
	for (int row = 0; row < 180; row++) {
		int i = row - 60 + 1; /* the update that ended it */

		if (i > 10 && i <= 40)
			assert_float_equal(matrix_cell(&m, (unsigned)row, 1), i / 10.0, 1e-12);
		else
			assert_true(isnan(matrix_cell(&m, (unsigned)row, 1)));
	}
	matrix_fini(&m);
	must(rrdfile_fetch(path, START_S + 6000, START_S + 7200, 60, &m, &why), &why);
	assert_int_equal(m.rows, 20);
	assert_true(isnan(m.cells[0]) && isnan(m.cells[59]));
	matrix_fini(&m);
	assert_int_equal(rrdfile_fetch(path, START_S, START_S + 60, 20, &m, &why), -EINVAL);
	assert_int_equal(rrdfile_fetch(path, START_S + 1, START_S + 60, 10, &m, &why), -EINVAL);
}

static void row_in_progress_has_what_was_counted_so_far(void **state)
{
	const char *path = make(state);
	struct rrdfile_running running;
	struct failure why = { "" };
	struct matrix m;

	update(path, START_S + 10, 5, NAN, 1);
	update(path, START_S + 20, 7, NAN, 1);
	update(path, START_S + 23, 2, NAN, 1);
	must(rrdfile_fetch_running(path, NULL, START_S, START_S + 60, 60, &m, &running, &why), &why);
	assert_int_equal(running.last_s, START_S + 23);
	assert_int_equal(running.start_s, START_S);
	assert_float_equal(running.sum[0], 14, 1e-9);
	assert_true(isnan(running.sum[1]));
	assert_float_equal(running.sum[2], 23, 1e-9);
	matrix_fini(&m);
	must(rrdfile_fetch_running(path, NULL, START_S, START_S + 60, 10, &m, &running, &why), &why);
	assert_int_equal(running.start_s, START_S + 20);
	assert_float_equal(running.sum[0], 2, 1e-9);
	assert_true(isnan(running.sum[1]));
	matrix_fini(&m);
	update(path, START_S + 30, 4, NAN, 1);
	must(rrdfile_fetch_running(path, NULL, START_S, START_S + 60, 10, &m, &running, &why), &why);
	assert_float_equal(matrix_cell(&m, 2, 0), 0.6, 1e-12);
	assert_int_equal(running.start_s, START_S + 30);
	assert_true(isnan(running.sum[0]));
	matrix_fini(&m);
}

/* Random counts over random spans with gaps: at every level the packets of a row are value * row * known, to the last one. */
static void counts_are_exact_at_every_level(void **state)
{
	enum { STEPS = 120 };
	const char *path = make(state);
	double count[STEPS], values[STEPS * 3];
	int64_t at_s[STEPS];
	struct failure why = { "" };
	unsigned rows = 0;

	scratch_seed();
	for (unsigned i = 0; i < STEPS; i++) {
		bool gap = scratch_random(5) == 0;

		count[i] = gap ? NAN : scratch_random(2) ? scratch_random(4) : scratch_random(UINT32_MAX);
		at_s[rows] = START_S + STEP_S * (i + 1);
		values[rows * 3] = values[rows * 3 + 1] = count[i];
		values[rows * 3 + 2] = !gap;
		rows++;
	}
	must(rrdfile_update(path, 3, rows, at_s, values, &why), &why);
	for (unsigned level = 0; level < shape.levels; level++) {
		uint32_t row_s = shape.level[level].row_s;
		unsigned per_row = row_s / STEP_S, kept = shape.level[level].rows;
		struct matrix m;

		must(rrdfile_fetch(path, START_S, START_S + STEPS * STEP_S, row_s, &m, &why), &why);
		for (unsigned row = m.rows > kept ? m.rows - kept : 0; row < m.rows; row++) {
			double sum = 0, packets = matrix_cell(&m, row, 0) * row_s * matrix_cell(&m, row, 2);
			bool known = false;

			for (unsigned i = row * per_row; i < (row + 1) * per_row; i++)
				if (!isnan(count[i])) {
					sum += count[i];
					known = true;
				}
			if (known)
				assert_true(round(packets) == sum && fabs(packets - sum) < 0.01);
			else
				assert_true(isnan(packets));
		}
		matrix_fini(&m);
	}
}

/* Whatever the window, wherever the rings of rows stand. */
static void rows_are_those_that_librrd_fetches(void **state)
{
	const char *path = make(state);
	struct failure why = { "" };

	scratch_seed();
	for (unsigned i = 1; i <= 200; i++) {
		unsigned level = scratch_random(2), row_s = shape.level[level].row_s, rows = 1 + scratch_random(shape.level[level].rows);
		int64_t end_s, start_s;
		unsigned long step = row_s, columns;
		time_t from, to;
		char **names;
		double *cells;
		struct matrix m;

		update(path, START_S + STEP_S * i, scratch_random(9) ? i * i : NAN, i, 1);
		end_s = (START_S + STEP_S * i) / row_s * row_s - (int64_t)scratch_random(shape.level[level].rows - rows + 1) * row_s;
		start_s = end_s - (int64_t)rows * row_s;
		must(rrdfile_fetch(path, start_s, end_s, row_s, &m, &why), &why);
		from = start_s;
		to = end_s - 1;
		assert_int_equal(rrd_fetch_r(path, "AVERAGE", &from, &to, &step, &columns, &names, &cells), 0);
		if (step == row_s) { /* librrd takes finer rows if those have all of it */
			assert_int_equal(from, start_s);
			assert_int_equal(columns, m.columns);
			for (unsigned cell = 0; cell < rows * m.columns; cell++)
				assert_true(cells[cell] == m.cells[cell] || (isnan(cells[cell]) && isnan(m.cells[cell])));
		}
		for (unsigned long n = 0; n < columns; n++)
			free(names[n]);
		free(names);
		free(cells);
		matrix_fini(&m);
	}
}

static void update_that_is_not_newer_is_refused(void **state)
{
	const char *path = make(state);
	int64_t at_s[] = { START_S + 10, START_S + 10 };
	double values[6] = { 1, 1, 1, 1, 1, 1 };
	struct failure why = { "" };
	int64_t last_s;

	assert_int_equal(rrdfile_update(path, 3, 2, at_s, values, &why), -EINVAL);
	must(rrdfile_inspect(path, NULL, &last_s, NULL, &why), &why);
	assert_int_equal(last_s, START_S);
	assert_int_equal(rrdfile_update(path, 2, 1, at_s, values, &why), -EILSEQ);
	assert_int_equal(rrdfile_update(scratch_path(state, "none.rrd"), 3, 1, at_s, values, &why), -ENOENT);
	assert_non_null(strstr(why.text, "none.rrd"));
}

static void added_ds_keeps_what_is_there(void **state)
{
	const char *path = make(state);
	struct rrdfile_ds more[] = { { "tcp3389", true, 20 }, { "udp5060", true, 20 } }, many[SCHEMA_DS] = { { "a", true, 10 } };
	struct rrdfile_shape found;
	struct failure why = { "" };
	struct matrix m;
	double values[] = { 9, 9, 1, 4, NAN };
	int64_t at_s = START_S + 20;

	update(path, START_S + 10, 30, 1, 1);
	must(rrdfile_add_ds(path, 2, more, &why), &why);
	must(rrdfile_inspect(path, &found, NULL, NULL, &why), &why);
	assert_int_equal(found.ds_count, 5);
	assert_string_equal(found.ds[3].name, "tcp3389");
	assert_int_equal(found.ds[4].heartbeat_s, 20);
	must(rrdfile_update(path, 5, 1, &at_s, values, &why), &why);
	must(rrdfile_fetch(path, START_S, START_S + 20, 10, &m, &why), &why);
	assert_float_equal(matrix_cell(&m, 0, 0), 3, 1e-12);
	assert_true(isnan(matrix_cell(&m, 0, 3)));
	assert_float_equal(matrix_cell(&m, 1, 3), 0.4, 1e-12);
	matrix_fini(&m);
	assert_int_equal(rrdfile_add_ds(path, SCHEMA_DS, many, &why), -ENOSPC);
}

static void rrdcached_in_the_environment_changes_nothing(void **state)
{
	assert_int_equal(setenv("RRDCACHED_ADDRESS", "unix:/nonexistent/rrdcached.sock", 1), 0);
	added_ds_keeps_what_is_there(state);
	assert_int_equal(unlink(scratch_path(state, "x.rrd")), 0);
	fetched_rows_are_those_that_were_written(state);
	unsetenv("RRDCACHED_ADDRESS");
}

/* ---- damage ---- */

/* Whatever the file holds: an answer or a message with its name, no crash. Returns what inspect said. */
static int use(const char *path)
{
	int64_t at_s = START_S + 100000, last_s;
	double values[SCHEMA_DS] = { 1, 2, 1 };
	struct rrdfile_running running;
	struct rrdfile_shape found;
	struct failure why = { "" };
	struct matrix m;
	int err = rrdfile_inspect(path, &found, &last_s, NULL, &why);

	if (err) {
		assert_non_null(strstr(why.text, path));
		assert_true(rrdfile_update(path, 3, 1, &at_s, values, NULL) < 0);
		assert_true(rrdfile_fetch(path, START_S, START_S + 600, 60, &m, NULL) < 0);
		return err;
	}
	for (unsigned i = 0; i < found.levels; i++) {
		uint32_t row_s = found.level[i].row_s;
		int64_t start_s = START_S - START_S % row_s;

		if (rrdfile_fetch_running(path, NULL, start_s, start_s + (int64_t)row_s * 40, row_s, &m, &running, NULL) == 0)
			matrix_fini(&m);
	}
	rrdfile_update(path, found.ds_count, 1, &at_s, values, NULL);
	return 0;
}

static void file_cut_at_any_length_is_damaged(void **state)
{
	const char *path = make(state);
	size_t size;
	uint8_t *bytes;

	update(path, START_S + 10, 1, 2, 1);
	bytes = scratch_read(path, &size);
	for (size_t cut = 0; cut < size; cut += cut < 1500 ? 1 : 37) {
		scratch_write(path, bytes, cut);
		assert_int_equal(use(path), -EILSEQ);
	}
	free(bytes);
}

static void longer_file_is_damaged(void **state)
{
	const char *path = make(state);
	size_t size;
	uint8_t *bytes = scratch_read(path, &size), *longer = calloc(1, size + 8);

	memcpy(longer, bytes, size);
	scratch_write(path, longer, size + 8);
	assert_int_equal(use(path), -EILSEQ);
	free(bytes);
	free(longer);
}

static void any_byte_of_the_header_may_be_wrong(void **state)
{
	const char *path = make(state);
	uint32_t header_bytes;
	size_t size;
	uint8_t *bytes;
	unsigned refused = 0;

	scratch_seed();
	update(path, START_S + 10, 1, 2, 1);
	assert_int_equal(rrdfile_inspect(path, NULL, NULL, &header_bytes, NULL), 0);
	bytes = scratch_read(path, &size);
	for (uint32_t i = 0; i < header_bytes; i++) {
		uint8_t right = bytes[i];

		bytes[i] = scratch_random(3) ? (uint8_t)(right ^ 1u << scratch_random(8)) : scratch_random(2) ? 0xff : 0;
		scratch_write(path, bytes, size);
		refused += use(path) != 0;
		bytes[i] = right;
	}
	assert_true(refused > 100);
	free(bytes);
}

static void random_bytes_are_no_rrd(void **state)
{
	const char *path = scratch_path(state, "x.rrd");
	uint8_t bytes[4096];

	scratch_seed();
	for (unsigned n = 0; n < 50; n++) {
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)scratch_random(256);
		if (n % 2)
			memcpy(bytes, "RRD\0000003", 9);
		scratch_write(path, bytes, sizeof(bytes));
		assert_int_equal(use(path), -EILSEQ);
	}
	memset(bytes, 0, sizeof(bytes));
	scratch_write(path, bytes, sizeof(bytes));
	assert_int_equal(use(path), -EILSEQ);
}

static void what_is_no_file_is_refused_without_waiting(void **state)
{
	const char *path = scratch_path(state, "x.rrd");

	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(use(path), -EILSEQ);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_true(use(path) < 0);
}

/* ---- at the same time ---- */

#define PER_STEP 7
#define UPDATES 3000

static void write_for_ever(const char *path)
{
	for (int i = 1; i <= UPDATES; i++) {
		int64_t at_s = START_S + STEP_S * i;
		double values[] = { PER_STEP, i % 10, 1 };
		struct failure why;

		if (rrdfile_update(path, 3, 1, &at_s, values, &why)) {
			dprintf(STDERR_FILENO, "update %d: %s\n", i, why.text);
			_exit(1);
		}
	}
	_exit(0);
}

/* All rows up to the running one must be there, and that one must fit them. */
static void check_moment(const char *path, unsigned level)
{
	uint32_t row_s = shape.level[level].row_s;
	int64_t last_s, start_s;
	struct rrdfile_running running;
	struct failure why = { "" };
	struct matrix m;

	must(rrdfile_inspect(path, NULL, &last_s, NULL, &why), &why);
	start_s = last_s - last_s % row_s - row_s * 5;
	if (start_s < START_S)
		start_s = START_S;
	must(rrdfile_fetch_running(path, NULL, start_s, start_s + row_s * 400, row_s, &m, &running, &why), &why);
	assert_int_equal(running.start_s, running.last_s - running.last_s % row_s);
	for (unsigned row = 0; row < m.rows; row++) {
		int64_t at_s = m.start_s + (int64_t)row * row_s;

		if (at_s >= running.start_s)
			assert_true(isnan(matrix_cell(&m, row, 0)));
		else if (at_s >= running.start_s - (int64_t)row_s * shape.level[level].rows)
			assert_float_equal(matrix_cell(&m, row, 0) * STEP_S, PER_STEP, 1e-9);
	}
	if (running.last_s > running.start_s)
		assert_float_equal(running.sum[0] * STEP_S, PER_STEP * (running.last_s - running.start_s), 1e-6);
	matrix_fini(&m);
}

static void reading_while_another_process_writes_gives_one_moment(void **state)
{
	const char *path = make(state);
	pid_t child = fork();
	int status = 0;

	assert_true(child >= 0);
	if (child == 0)
		write_for_ever(path);
	for (unsigned n = 0; waitpid(child, &status, WNOHANG) == 0; n++)
		check_moment(path, n % 2);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	check_moment(path, 0);
	check_moment(path, 1);
}

static void locked_file_is_read_once_it_is_free(void **state)
{
	const char *path = make(state);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct failure why = { "" };
	struct matrix m;
	int ready[2], fd;
	pid_t child;
	char byte;

	update(path, START_S + 10, 30, 1, 1);
	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		fd = open(path, O_RDWR);
		if (fd < 0 || fcntl(fd, F_SETLK, &lock) < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		usleep(50000);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	must(rrdfile_fetch(path, START_S, START_S + 10, 10, &m, &why), &why);
	assert_float_equal(m.cells[0], 3, 1e-12);
	matrix_fini(&m);
	close(ready[0]);
	close(ready[1]);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

/* ---- times ---- */

static void times_are_those_of_rrdtool(void **state)
{
	struct failure why = { "" };
	int64_t start_s, end_s;

	(void)state;
	must(rrdfile_parse_times("end-1d", "1700000000", &start_s, &end_s, &why), &why);
	assert_int_equal(start_s, 1700000000 - 86400);
	assert_int_equal(end_s, 1700000000);
	must(rrdfile_parse_times("1700000000", "start+2h", &start_s, &end_s, &why), &why);
	assert_int_equal(end_s, 1700000000 + 7200);
	assert_int_equal(rrdfile_parse_times("gestern", "now", &start_s, &end_s, &why), -EINVAL);
	assert_non_null(strstr(why.text, "gestern"));
	assert_int_equal(rrdfile_parse_times("end-1h", "start+1h", &start_s, &end_s, &why), -EINVAL);
	assert_non_null(strstr(why.text, "relative"));
}

static void times_that_have_no_year_of_four_digits_are_refused(void **state)
{
	static const char *const times[] = { "253402300801", "4611686018427387904", "9223372036854775806", "9223372036854775807",
		                             "now+9000y" };
	struct failure why = { "" };
	int64_t start_s, end_s;

	(void)state;
	must(rrdfile_parse_times("now", "253402300800", &start_s, &end_s, &why), &why);
	assert_true(end_s == SCHEMA_LATEST_S);
	for (unsigned i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		assert_int_equal(rrdfile_parse_times("1", times[i], &start_s, &end_s, &why), -EINVAL);
		assert_int_equal(rrdfile_parse_times(times[i], "now", &start_s, &end_s, &why), -EINVAL);
		assert_non_null(strstr(why.text, times[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(file_has_the_shape_it_was_made_with, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(existing_file_is_never_overwritten, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(file_that_cannot_be_made_whole_is_removed, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(fetched_rows_are_those_that_were_written, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(rows_that_are_not_kept_are_unknown, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(row_in_progress_has_what_was_counted_so_far, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(counts_are_exact_at_every_level, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(rows_are_those_that_librrd_fetches, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(update_that_is_not_newer_is_refused, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(added_ds_keeps_what_is_there, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(rrdcached_in_the_environment_changes_nothing, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(file_cut_at_any_length_is_damaged, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(longer_file_is_damaged, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(any_byte_of_the_header_may_be_wrong, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(random_bytes_are_no_rrd, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(what_is_no_file_is_refused_without_waiting, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(reading_while_another_process_writes_gives_one_moment, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(locked_file_is_read_once_it_is_free, scratch_make, scratch_remove),
		cmocka_unit_test(times_are_those_of_rrdtool),
		cmocka_unit_test(times_that_have_no_year_of_four_digits_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
