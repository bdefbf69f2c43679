/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files behind a real rrdcached against the same files as librrd reads them here. */
#include "archive/cachedfile.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "scratch.h"

#define START_S 1700000400 /* a multiple of 600 */

struct world {
	void *dir; /* scratch's state */
	char address[SCRATCH_PATH];
	pid_t pid; /* 0: there is no rrdcached here */
	struct rrdcached *cached;
};

static void run_rrdcached(const struct world *w)
{
	const char *dir = w->dir;
	char pid[SCRATCH_PATH], log[SCRATCH_PATH];
	int null = open("/dev/null", O_RDWR);

	snprintf(pid, sizeof(pid), "%s/pid", dir);
	snprintf(log, sizeof(log), "%s/log", dir);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	execlp("rrdcached", "rrdcached", "-g", "-B", "-R", "-b", dir, "-p", pid, "-o", log, "-w", "3600", "-f", "7200", "-l", w->address,
	       (char *)NULL);
	_exit(127);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct failure why;
	int status;

	*state = w;
	if (!w || scratch_make(&w->dir))
		return -1;
	snprintf(w->address, sizeof(w->address), "unix:%s/socket", (const char *)w->dir);
	w->pid = fork();
	if (w->pid == 0)
		run_rrdcached(w);
	w->cached = rrdcached_new(w->address, &why);
	while (rrdcached_connect(w->cached, &why)) {
		if (waitpid(w->pid, &status, WNOHANG) == w->pid) {
			w->pid = 0;
			return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? 0 : -1;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	rrdcached_free(w->cached);
	if (w->pid) {
		kill(w->pid, SIGTERM);
		waitpid(w->pid, NULL, 0);
	}
	scratch_remove(&w->dir);
	free(w);
	return 0;
}

static struct world *world_of(void **state)
{
	struct world *w = *state;

	if (w->pid == 0)
		skip();
	return w;
}

static const char *path_here(struct world *w, const char *file)
{
	return scratch_path(&w->dir, file);
}

/* ---- the same as here ---- */

static struct rrdfile_shape random_shape(void)
{
	struct rrdfile_shape shape;

	memset(&shape, 0, sizeof(shape));
	shape.step_s = 10;
	shape.levels = 3;
	shape.level[0] = (struct schema_level){ 10, 30 + scratch_random(60) };
	shape.level[1] = (struct schema_level){ 60, shape.level[0].rows / 6 + 1 + scratch_random(60) };
	shape.level[2] = (struct schema_level){ 600, shape.level[1].rows / 10 + 1 + scratch_random(40) };
	shape.ds_count = scratch_random(3) ? 1 + scratch_random(6) : SCHEMA_DS;
	for (unsigned i = 0; i < shape.ds_count; i++) {
		snprintf(shape.ds[i].name, sizeof(shape.ds[i].name), "p%u_%u", 65024 + i, 65535 - i);
		shape.ds[i].is_count = scratch_random(4) > 0;
		shape.ds[i].heartbeat_s = 20;
	}
	return shape;
}

/* Rows up to some moment, most of them of a step, some unknown, and now and then one that ends within a step. */
static void write_some(struct world *w, const char *file, const struct rrdfile_shape *shape, int64_t *last_s)
{
	unsigned rows = 1 + scratch_random(96);
	int64_t *at_s = calloc(rows, sizeof(*at_s)), at = *last_s;
	double *values = calloc((size_t)rows * shape->ds_count, sizeof(*values));
	struct failure why;

	for (unsigned r = 0; r < rows; r++) {
		bool is_unknown = scratch_random(8) == 0;

		at += scratch_random(20) ? 10 - at % 10 : 1 + scratch_random(8);
		at_s[r] = at;
		for (unsigned i = 0; i < shape->ds_count; i++)
			values[r * shape->ds_count + i] = is_unknown ? NAN : scratch_random(scratch_random(10) ? 5 : UINT32_MAX);
	}
	must(cachedfile_update(w->cached, file, shape->ds_count, rows, at_s, values, last_s, &why), &why);
	assert_int_equal(*last_s, at);
	free(values);
	free(at_s);
}

static bool is_near(double a, double b)
{
	return isnan(a) ? isnan(b) : fabs(a - b) <= 1e-9 * fabs(b);
}

static void assert_same_window(struct world *w, const char *file, const struct rrdfile_shape *shape, int64_t start_s, int64_t end_s,
                               uint32_t row_s)
{
	struct rrdfile_running behind, here;
	struct matrix a, b;
	struct failure why;

	must(cachedfile_fetch_running(w->cached, file, start_s, end_s, row_s, &a, &behind, &why), &why);
	must(rrdfile_fetch_running(path_here(w, file), NULL, start_s, end_s, row_s, &b, &here, &why), &why);
	assert_int_equal(a.start_s, b.start_s);
	assert_int_equal(a.row_s, b.row_s);
	assert_int_equal(a.rows, b.rows);
	assert_int_equal(a.columns, b.columns);
	for (size_t i = 0; i < (size_t)a.rows * a.columns; i++)
		if (isnan(a.cells[i]) ? !isnan(b.cells[i]) : a.cells[i] != b.cells[i])
			fail_msg("rows of %u s from %lld: cell %zu is %.17g, and here %.17g", row_s, (long long)start_s, i, a.cells[i],
			         b.cells[i]);
	assert_int_equal(behind.last_s, here.last_s);
	assert_int_equal(behind.start_s, here.start_s);
	for (unsigned i = 0; i < shape->ds_count; i++)
		assert_true(is_near(behind.sum[i], here.sum[i]));
	matrix_fini(&a);
	matrix_fini(&b);
}

static void rows_and_the_row_in_progress_are_those_of_the_file(void **state)
{
	struct world *w = world_of(state);

	scratch_seed();
	for (unsigned round = 0; round < 12; round++) {
		struct rrdfile_shape shape = random_shape();
		int64_t last_s = START_S;
		struct failure why;
		char file[64];

		snprintf(file, sizeof(file), "sensor 1/%u.rrd", round);
		must(cachedfile_create(w->cached, file, &shape, START_S, &why), &why);
		for (unsigned turn = 0; turn < 6; turn++) {
			write_some(w, file, &shape, &last_s);
			for (unsigned level = 0; level < shape.levels; level++) {
				uint32_t row_s = shape.level[level].row_s;
				int64_t from = (int64_t)scratch_random((uint32_t)(last_s - START_S) + 3000) - 1500;
				int64_t start_s = (START_S + from) / row_s * row_s;

				assert_same_window(w, file, &shape, start_s, start_s + row_s * (int64_t)scratch_random(200), row_s);
				/* All there is, and more. */
				start_s = (last_s / row_s - shape.level[level].rows - 2) * row_s;
				assert_same_window(w, file, &shape, start_s, (last_s / row_s + 3) * row_s, row_s);
			}
		}
	}
}

static void shape_and_state_are_those_of_the_file(void **state)
{
	struct world *w = world_of(state);
	struct rrdfile_shape shape = random_shape(), found;
	struct rrdfile_state file_state;
	int64_t last_s = START_S;
	struct failure why;

	must(cachedfile_create(w->cached, "deep/er/a.rrd", &shape, START_S, &why), &why);
	must(cachedfile_inspect(w->cached, "deep/er/a.rrd", &found, &file_state, &why), &why);
	assert_true(rrdfile_shape_equal(&shape, &found));
	assert_true(file_state.is_new);
	assert_int_equal(file_state.last_s, START_S);
	write_some(w, "deep/er/a.rrd", &shape, &last_s);
	must(cachedfile_inspect(w->cached, "deep/er/a.rrd", NULL, &file_state, &why), &why);
	assert_int_equal(file_state.last_s, last_s);
	assert_int_equal(cachedfile_inspect(w->cached, "deep/er/b.rrd", &found, NULL, &why), -ENOENT);
	assert_non_null(strstr(why.text, w->address));
	assert_non_null(strstr(why.text, "deep/er/b.rrd"));
}

static void a_file_is_never_made_over_another(void **state)
{
	struct world *w = world_of(state);
	struct rrdfile_shape shape = random_shape(), other = shape, found;
	struct failure why;

	other.level[0].rows++;
	must(cachedfile_create(w->cached, "once.rrd", &shape, START_S, &why), &why);
	assert_int_equal(cachedfile_create(w->cached, "once.rrd", &other, START_S, &why), -EEXIST);
	must(cachedfile_inspect(w->cached, "once.rrd", &found, NULL, &why), &why);
	assert_true(rrdfile_shape_equal(&shape, &found));
}

/* ---- what goes wrong ---- */

static struct rrdfile_shape plain_shape(void)
{
	struct rrdfile_shape shape;

	memset(&shape, 0, sizeof(shape));
	shape.step_s = 10;
	shape.levels = 1;
	shape.level[0] = (struct schema_level){ 10, 60 };
	shape.ds_count = 1;
	shape.ds[0] = (struct rrdfile_ds){ .name = "n", .is_count = true, .heartbeat_s = 20 };
	return shape;
}

static double sum_of(struct world *w, const char *file)
{
	struct rrdfile_running running;
	struct failure why;
	struct matrix m;
	double sum = 0;

	must(cachedfile_fetch_running(w->cached, file, START_S, START_S + 600, 10, &m, &running, &why), &why);
	for (unsigned r = 0; r < m.rows; r++)
		sum += isnan(m.cells[r]) ? 0 : m.cells[r] * 10;
	matrix_fini(&m);
	return sum;
}

/* Somebody who reads a file is enough for rrdcached to drop what it was to write. */
static void what_is_dropped_is_told_and_can_be_sent_again(void **state)
{
	struct world *w = world_of(state);
	struct rrdfile_shape shape = plain_shape(), found;
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	const int64_t at_s[] = { START_S + 10, START_S + 20, START_S + 30 };
	const double values[] = { 1, 2, 4 };
	int64_t last_s = START_S;
	struct failure why;
	int fd;

	must(cachedfile_create(w->cached, "read.rrd", &shape, START_S, &why), &why);
	must(cachedfile_update(w->cached, "read.rrd", 1, 1, at_s, values, &last_s, &why), &why);
	fd = open(path_here(w, "read.rrd"), O_RDONLY);
	assert_int_equal(fcntl(fd, F_SETLK, &lock), 0);
	assert_int_equal(cachedfile_update(w->cached, "read.rrd", 1, 2, at_s + 1, values + 1, &last_s, &why), -EAGAIN);
	assert_int_equal(last_s, START_S + 10);
	assert_non_null(strstr(why.text, "read.rrd: it took counts up to 1700000430, the file has them up to 1700000410"));
	close(fd);
	/* It would refuse them now, as it remembers to have taken them. */
	assert_int_equal(cachedfile_update(w->cached, "read.rrd", 1, 2, at_s + 1, values + 1, &last_s, &why), -EREMOTEIO);
	must(cachedfile_sync(w->cached, "read.rrd", &found, &last_s, &why), &why);
	assert_int_equal(last_s, START_S + 10);
	assert_true(rrdfile_shape_equal(&shape, &found));
	must(cachedfile_update(w->cached, "read.rrd", 1, 2, at_s + 1, values + 1, &last_s, &why), &why);
	assert_int_equal(last_s, START_S + 30);
	assert_true(fabs(sum_of(w, "read.rrd") - 7) < 1e-9);
}

static void tell(struct world *w, const char *command, const char *file)
{
	struct failure why;

	must(rrdcached_ask(w->cached, command, file, "", &why), &why);
	must(rrdcached_answer_plain(w->cached, command, file, &why), &why);
}

static void what_is_held_back_is_waited_for(void **state)
{
	struct world *w = world_of(state);
	struct rrdfile_shape shape = plain_shape(), found;
	const int64_t at_s[] = { START_S + 10, START_S + 20 };
	const double values[] = { 1, 2 };
	int64_t last_s = START_S;
	struct failure why;

	must(cachedfile_create(w->cached, "held.rrd", &shape, START_S, &why), &why);
	must(cachedfile_update(w->cached, "held.rrd", 1, 1, at_s, values, &last_s, &why), &why);
	tell(w, "SUSPEND", "held.rrd");
	assert_int_equal(cachedfile_update(w->cached, "held.rrd", 1, 1, at_s + 1, values + 1, &last_s, &why), -EBUSY);
	assert_non_null(strstr(why.text, "held.rrd: it holds 1 updates back; is the file suspended?"));
	assert_int_equal(cachedfile_sync(w->cached, "held.rrd", &found, &last_s, &why), -EBUSY);
	assert_int_equal(last_s, START_S + 10);
	tell(w, "RESUME", "held.rrd");
	must(cachedfile_sync(w->cached, "held.rrd", &found, &last_s, &why), &why);
	assert_int_equal(last_s, START_S + 20);
	assert_true(fabs(sum_of(w, "held.rrd") - 3) < 1e-9);
}

static void a_file_of_another_kind_is_refused(void **state)
{
	struct world *w = world_of(state);
	struct failure why;

	must(rrdcached_ask(w->cached, "CREATE", "strange.rrd", "-s 10 -b 1700000400 DS:x:COUNTER:20:0:U RRA:MAX:0.5:1:10", &why), &why);
	must(rrdcached_answer_plain(w->cached, "CREATE", "strange.rrd", &why), &why);
	assert_int_equal(cachedfile_inspect(w->cached, "strange.rrd", NULL, NULL, &why), -EILSEQ);
	assert_non_null(strstr(why.text, "strange.rrd: damaged, or no RRD file of fireplot's"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_the_row_in_progress_are_those_of_the_file),
		cmocka_unit_test(shape_and_state_are_those_of_the_file),
		cmocka_unit_test(a_file_is_never_made_over_another),
		cmocka_unit_test(what_is_dropped_is_told_and_can_be_sent_again),
		cmocka_unit_test(what_is_held_back_is_waited_for),
		cmocka_unit_test(a_file_of_another_kind_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
