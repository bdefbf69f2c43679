/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only the calls of librrd that never talk to an rrdcached are used here, whatever $RRDCACHED_ADDRESS says. */
#include "archive/rrd.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <rrd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "archive/rrd_header.h"

#define BUSY_WAIT_NS 2000000
#define BUSY_TRIES 2500 /* 5 s */

/* Before and after a call of librrd, whose errors are a text in a place of its own and, at times, errno. */
static void forget_error(void)
{
	rrd_clear_error();
	errno = 0;
}

/* -EAGAIN if another process has the file locked: librrd locks it for reading and for writing, and never waits. */
static int told_error(const char *path, struct failure *why)
{
	int err = errno ? errno : EIO;
	const char *text = rrd_test_error() ? rrd_get_error() : "librrd failed without a word";
	size_t len = strlen(path);

	if (strstr(text, "could not lock"))
		err = EAGAIN;
	if (strncmp(text, "opening '", 9) == 0 || strncmp(text, path, len) == 0)
		fail(why, err, "%s", text);
	else
		fail(why, err, "%s: %s", path, text);
	rrd_clear_error();
	return -err;
}

/* Between two attempts at a file that somebody else uses just now. */
static void wait_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = BUSY_WAIT_NS }, NULL);
}

void rrdfile_shape_of(const struct schema *schema, const struct schema_file *file, struct rrdfile_shape *shape)
{
	*shape = (struct rrdfile_shape){ .step_s = schema->step_s, .levels = schema->levels, .ds_count = file->ds_count };
	memcpy(shape->level, schema->level, sizeof(shape->level));
	for (unsigned i = 0; i < file->ds_count; i++) {
		schema_ds_name(schema, file, i, shape->ds[i].name);
		shape->ds[i].is_count = schema_ds_is_count(file, i);
		shape->ds[i].heartbeat_s = schema_ds_heartbeat_s(schema, file, i);
	}
}

void rrdfile_watch_shape(const struct schema *schema, struct rrdfile_shape *shape)
{
	*shape = (struct rrdfile_shape){ .step_s = schema->step_s, .levels = schema->levels };
	memcpy(shape->level, schema->level, sizeof(shape->level));
}

void rrdfile_watch_ds(const struct schema *schema, const char *name, struct rrdfile_ds *ds)
{
	snprintf(ds->name, sizeof(ds->name), "%s", name);
	ds->is_count = true;
	ds->heartbeat_s = 2 * schema->step_s;
}

bool rrdfile_shape_equal(const struct rrdfile_shape *a, const struct rrdfile_shape *b)
{
	if (a->step_s != b->step_s || a->levels != b->levels || a->ds_count != b->ds_count)
		return false;
	for (unsigned i = 0; i < a->levels; i++)
		if (a->level[i].row_s != b->level[i].row_s || a->level[i].rows != b->level[i].rows)
			return false;
	for (unsigned i = 0; i < a->ds_count; i++)
		if (strcmp(a->ds[i].name, b->ds[i].name) != 0 || a->ds[i].is_count != b->ds[i].is_count ||
		    a->ds[i].heartbeat_s != b->ds[i].heartbeat_s)
			return false;
	return true;
}

void rrdfile_define_ds(const struct rrdfile_ds *ds, char text[RRDFILE_DEFINITION])
{
	snprintf(text, RRDFILE_DEFINITION, "DS:%s:%s:%u:0:U", ds->name, ds->is_count ? "ABSOLUTE" : "GAUGE", ds->heartbeat_s);
}

void rrdfile_define_level(const struct rrdfile_shape *shape, unsigned level, char text[RRDFILE_DEFINITION])
{
	snprintf(text, RRDFILE_DEFINITION, "RRA:AVERAGE:0.99999:%u:%u", shape->level[level].row_s / shape->step_s,
	         shape->level[level].rows);
}

unsigned rrdfile_level_of(const struct rrdfile_shape *shape, uint32_t row_s)
{
	unsigned i = 0;

	while (i < shape->levels && shape->level[i].row_s != row_s)
		i++;
	return i;
}

bool rrdfile_keep(const struct rrdfile_shape *shape, unsigned level, int64_t last_s, int64_t *start_s, int64_t *end_s)
{
	const struct schema_level *what = &shape->level[level];
	int64_t kept_end_s = last_s - last_s % what->row_s;
	int64_t kept_start_s = kept_end_s - (int64_t)what->row_s * what->rows;

	if (kept_start_s > *start_s)
		*start_s = kept_start_s;
	if (kept_end_s < *end_s)
		*end_s = kept_end_s;
	return *start_s < *end_s;
}

/* Whether the file system has room for the rows of such a file, which is not there. */
static bool has_room(const char *path, const struct rrdfile_shape *shape)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	uint64_t bytes = 0;
	struct statvfs fs;
	bool room;

	for (unsigned i = 0; i < shape->levels; i++)
		bytes += (uint64_t)shape->level[i].rows * shape->ds_count * sizeof(double);
	room = !dir || statvfs(dir, &fs) < 0 || (uint64_t)fs.f_bavail * fs.f_frsize >= bytes;
	free(dir);
	return room;
}

/* Has librrd make the file under a name of its own choice near `path`, and moves it there. */
int rrdfile_replace(const char *path, const struct rrdfile_shape *shape, int64_t start_s, struct failure *why)
{
	char text[SCHEMA_DS + SCHEMA_LEVELS][RRDFILE_DEFINITION];
	const char *argv[SCHEMA_DS + SCHEMA_LEVELS];
	int argc = 0;

	for (unsigned i = 0; i < shape->ds_count; i++)
		rrdfile_define_ds(&shape->ds[i], text[argc++]);
	for (unsigned i = 0; i < shape->levels; i++)
		rrdfile_define_level(shape, i, text[argc++]);
	for (int i = 0; i < argc; i++)
		argv[i] = text[i];
	forget_error();
	if (rrd_create_r(path, shape->step_s, start_s, argc, argv) == 0)
		return 0;
	if (!rrd_test_error() && !has_room(path, shape)) /* of a full disk it says nothing at all */
		return fail_errno(why, ENOSPC, "%s", path);
	return told_error(path, why);
}

int rrdfile_create(const char *path, const struct rrdfile_shape *shape, int64_t start_s, struct failure *why)
{
	char fresh[4096];
	struct stat st;
	int err;

	if (lstat(path, &st) == 0)
		return fail_errno(why, EEXIST, "%s", path);
	if (snprintf(fresh, sizeof(fresh), "%s.new", path) >= (int)sizeof(fresh))
		return fail_errno(why, ENAMETOOLONG, "%s", path);
	err = rrdfile_replace(fresh, shape, start_s, why);
	if (err == 0)
		err = rrdfile_inspect(fresh, NULL, NULL, NULL, why);
	if (err == -EILSEQ) /* what librrd wrote without complaint is not all there */
		err = fail_errno(why, ENOSPC, "%s", path);
	if (err == 0 && rename(fresh, path) < 0)
		err = fail_errno(why, errno, "%s", path);
	if (err)
		unlink(fresh);
	return err;
}

/* O_NONBLOCK: what lies there may be a FIFO. */
static int open_header(const char *path, const struct undo_reader *undo, struct rrd_header *header, struct failure *why)
{
	int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), err;

	if (fd < 0)
		return fail_errno(why, errno, "%s", path);
	err = rrd_header_read(fd, path, undo, header, why);
	if (err == 0)
		return fd;
	close(fd);
	return err;
}

int rrdfile_inspect(const char *path, struct rrdfile_shape *shape, int64_t *last_s, uint32_t *header_bytes, struct failure *why)
{
	struct rrd_header header;
	int fd = open_header(path, NULL, &header, why);

	if (fd < 0)
		return fd;
	close(fd);
	if (shape)
		*shape = header.shape;
	if (last_s)
		*last_s = header.last_s;
	if (header_bytes)
		*header_bytes = header.bytes;
	rrd_header_fini(&header);
	return 0;
}

int rrdfile_inspect_state(const char *path, const struct undo_reader *undo, struct rrdfile_shape *shape,
                          struct rrdfile_state *state, struct failure *why)
{
	struct rrd_header header;
	int fd = open_header(path, undo, &header, why);

	if (fd < 0)
		return fd;
	close(fd);
	if (shape)
		*shape = header.shape;
	if (state)
		*state = (struct rrdfile_state){ .last_s = header.last_s, .is_new = rrd_header_is_new(&header) };
	rrd_header_fini(&header);
	return 0;
}

#define VALUE_SIZE 32 /* ":" and a number */
#define WHOLE_MAX 9007199254740992.0 /* 2^53: up to here a double holds every whole number */

static char *put_whole(char *at, uint64_t n)
{
	char digits[20];
	unsigned count = 0;

	do
		digits[count++] = (char)('0' + n % 10);
	while (n /= 10);
	while (count)
		*at++ = digits[--count];
	return at;
}

/* Most are small whole numbers, and there are 90 files of 64 for each step. */
static char *put_value(char *at, double value)
{
	int len;

	*at++ = ':';
	if (!isfinite(value)) {
		*at++ = 'U';
		return at;
	}
	if (value >= 0 && value <= WHOLE_MAX && value == floor(value))
		return put_whole(at, (uint64_t)value);
	len = snprintf(at, VALUE_SIZE - 1, "%.17g", value);
	for (int i = 0; i < len; i++) /* the decimal point of any locale */
		if (!strchr("0123456789+-e", at[i]))
			at[i] = '.';
	return at + len;
}

void rrdfile_format_update(int64_t at_s, unsigned ds_count, const double *values, char text[RRDFILE_UPDATE])
{
	char *at = put_whole(text, (uint64_t)at_s);

	for (unsigned i = 0; i < ds_count; i++)
		at = put_value(at, values[i]);
	*at = '\0';
}

static int update(const char *path, unsigned ds_count, unsigned rows, const int64_t *at_s, const double *values,
                  struct failure *why)
{
	const char **argv = calloc(rows, sizeof(*argv));
	char *text = malloc((size_t)rows * RRDFILE_UPDATE);
	int err = 0;

	if (!argv || !text) {
		err = fail_errno(why, ENOMEM, "%s", path);
		goto out;
	}
	for (unsigned r = 0; r < rows; r++) {
		char *at = text + (size_t)r * RRDFILE_UPDATE;

		rrdfile_format_update(at_s[r], ds_count, values + (size_t)r * ds_count, at);
		argv[r] = at;
	}
	err = -EAGAIN;
	for (unsigned i = 0; i < BUSY_TRIES && err == -EAGAIN; i++) {
		if (i > 0)
			wait_a_little();
		forget_error();
		err = rrd_update_r(path, NULL, (int)rows, argv) == 0 ? 0 : told_error(path, why);
	}
out:
	free(argv);
	free(text);
	return err;
}

int rrdfile_update(const char *path, unsigned ds_count, unsigned rows, const int64_t *at_s, const double *values,
                   struct failure *why)
{
	struct rrdfile_shape shape;
	int64_t last_s;
	int err = rrdfile_inspect(path, &shape, &last_s, NULL, why);

	if (err)
		return err;
	if (shape.ds_count != ds_count)
		return fail(why, EILSEQ, "%s: has %u DS, expected %u", path, shape.ds_count, ds_count);
	for (unsigned r = 0; r < rows; r++) {
		if (at_s[r] <= last_s)
			return fail(why, EINVAL, "%s: an update at %lld, not after the last one at %lld", path, (long long)at_s[r],
			            (long long)last_s);
		last_s = at_s[r];
	}
	return rows == 0 ? 0 : update(path, ds_count, rows, at_s, values, why);
}

/* Whether another process is updating the file just now: librrd holds a lock while it does. */
static bool is_locked(int fd)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

static int read_whole(int fd, const char *path, void *to, size_t size, uint64_t at, struct failure *why)
{
	uint8_t *byte = to;

	while (size > 0) {
		ssize_t n = pread(fd, byte, size, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(why, errno, "%s", path);
		if (n == 0)
			return fail(why, EILSEQ, "%s: it is cut off", path);
		byte += n;
		at += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

/* The count rows of a level from the one that begins at start_s, all of which it holds, out of its ring. Not through librrd's fetch,
 * which maps the whole file and forbids reading ahead: that costs seven times the CPU, and from a disk a read for each page. */
static int read_rows(int fd, const char *path, const struct rrd_header *header, unsigned level, int64_t start_s, size_t count,
                     double *cells, struct failure *why)
{
	const struct schema_level *ring = &header->shape.level[level];
	uint64_t row_bytes = rrd_rows_bytes(header->shape.ds_count, 1), newest, at = rrd_header_rows(header, level, &newest);
	uint64_t back = (uint64_t)(header->last_s / ring->row_s - start_s / ring->row_s) - 1;
	uint64_t first = (newest + ring->rows - back) % ring->rows;
	size_t before_end = count < ring->rows - first ? count : ring->rows - first;
	int err = read_whole(fd, path, cells, before_end * row_bytes, at + first * row_bytes, why);

	if (err)
		return err;
	cells += before_end * header->shape.ds_count;
	return read_whole(fd, path, cells, (count - before_end) * row_bytes, at, why);
}

static void fill_unknown(double *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cells[i] = NAN;
}

/* All rows of the matrix, NaN where the level does not reach. */
static int fetch_level(int fd, const char *path, const struct rrd_header *header, unsigned level, struct matrix *out,
                       struct failure *why)
{
	int64_t start_s = out->start_s, end_s = out->start_s + (int64_t)out->rows * out->row_s;
	size_t columns = out->columns, all = out->rows * columns, first = all, last = all;

	out->cells = malloc((all ? all : 1) * sizeof(double));
	if (!out->cells)
		return fail_errno(why, ENOMEM, "%s", path);
	if (rrdfile_keep(&header->shape, level, header->last_s, &start_s, &end_s)) {
		if (start_s < rrd_header_oldest(header, level))
			start_s = rrd_header_oldest(header, level);
		if (start_s > end_s)
			start_s = end_s;
		first = (size_t)((start_s - out->start_s) / out->row_s) * columns;
		last = (size_t)((end_s - out->start_s) / out->row_s) * columns;
	}
	fill_unknown(out->cells, first);
	fill_unknown(out->cells + last, all - last);
	return last > first ? read_rows(fd, path, header, level, start_s, (last - first) / columns, out->cells + first, why) : 0;
}

/* One attempt: -EAGAIN if the file changed meanwhile. */
static int fetch_unchanged(const char *path, const struct undo_reader *undo, struct matrix *out, struct rrdfile_running *running,
                           struct failure *why)
{
	struct rrd_header header;
	int fd = open_header(path, undo, &header, why), err = 0;
	unsigned level;

	if (fd < 0)
		return fd;
	level = rrdfile_level_of(&header.shape, out->row_s);
	out->columns = header.shape.ds_count;
	if (level == header.shape.levels)
		err = fail(why, EINVAL, "%s: has no rows of %u s", path, out->row_s);
	else if (is_locked(fd))
		err = fail(why, EAGAIN, "%s: another process keeps it locked", path);
	if (err)
		goto out;
	err = fetch_level(fd, path, &header, level, out, why);
	if (err == 0 && (is_locked(fd) || !rrd_header_is_current(fd, path, undo, &header)))
		err = fail(why, EAGAIN, "%s: it changes faster than it can be read", path);
	if (err == 0 && running) {
		running->last_s = header.last_s;
		running->start_s = rrd_header_running(&header, level, running->sum);
	}
out:
	close(fd);
	rrd_header_fini(&header);
	return err;
}

int rrdfile_fetch_running(const char *path, const struct undo_reader *undo, int64_t start_s, int64_t end_s, uint32_t row_s,
                          struct matrix *out, struct rrdfile_running *running, struct failure *why)
{
	int err = -EAGAIN;

	*out = (struct matrix){ 0 };
	if (row_s == 0 || start_s < 0 || start_s % row_s || end_s % row_s || end_s < start_s || (end_s - start_s) / row_s > INT32_MAX)
		return fail(why, EINVAL, "%s: rows of %u s from %lld to %lld", path, row_s, (long long)start_s, (long long)end_s);
	for (unsigned i = 0; i < BUSY_TRIES && err == -EAGAIN; i++) {
		if (i > 0)
			wait_a_little();
		free(out->cells);
		*out = (struct matrix){ .start_s = start_s, .row_s = row_s, .rows = (unsigned)((end_s - start_s) / row_s) };
		err = fetch_unchanged(path, undo, out, running, why);
	}
	if (err)
		matrix_fini(out);
	return err;
}

int rrdfile_fetch(const char *path, int64_t start_s, int64_t end_s, uint32_t row_s, struct matrix *out, struct failure *why)
{
	return rrdfile_fetch_running(path, NULL, start_s, end_s, row_s, out, NULL, why);
}

/* librrd writes a new file with the DS added and moves it over the old one. */
int rrdfile_add_ds(const char *path, unsigned count, const struct rrdfile_ds *ds, struct failure *why)
{
	char text[4 + SCHEMA_DS][RRDFILE_DEFINITION] = { "tune", "--daemon", "" }; /* no address: no rrdcached */
	char *argv[5 + SCHEMA_DS], file[4096];
	struct rrdfile_shape shape;
	int argc = 0, err = rrdfile_inspect(path, &shape, NULL, NULL, why);

	if (err)
		return err;
	if (count == 0)
		return 0;
	if (shape.ds_count + count > SCHEMA_DS)
		return fail(why, ENOSPC, "%s: has %u DS, %u more would be more than %d", path, shape.ds_count, count, SCHEMA_DS);
	if (snprintf(file, sizeof(file), "%s", path) >= (int)sizeof(file))
		return fail_errno(why, ENAMETOOLONG, "%s", path);
	while (argc < 3)
		argv[argc] = text[argc], argc++;
	argv[argc++] = file;
	for (unsigned i = 0; i < count; i++, argc++) {
		rrdfile_define_ds(&ds[i], text[argc]);
		argv[argc] = text[argc];
	}
	argv[argc] = NULL; /* where rrd_tune looks for the end, not at argc */
	forget_error();
	if (rrd_tune(argc, argv) != 0)
		return told_error(path, why);
	return 0;
}

static int parse_time(const char *text, rrd_time_value_t *value, struct failure *why)
{
	const char *error = rrd_parsetime(text, value);

	return error ? fail(why, EINVAL, "time \"%s\": %s", text, error) : 0;
}

/* Further away sums of times overflow, and calendars have no day for them. */
static bool is_of_calendars(time_t at)
{
	return at >= -SCHEMA_LATEST_S && at <= SCHEMA_LATEST_S;
}

int rrdfile_parse_times(const char *start, const char *end, int64_t *start_s, int64_t *end_s, struct failure *why)
{
	rrd_time_value_t start_value, end_value;
	time_t from, to;
	int err;

	forget_error();
	err = parse_time(start, &start_value, why);
	if (err == 0)
		err = parse_time(end, &end_value, why);
	if (err)
		return err;
	if (rrd_proc_start_end(&start_value, &end_value, &from, &to) != 0) {
		fail(why, EINVAL, "times \"%s\" and \"%s\": %s", start, end, rrd_get_error());
		rrd_clear_error();
		return -EINVAL;
	}
	if (!is_of_calendars(from) || !is_of_calendars(to))
		return fail(why, EINVAL, "times \"%s\" and \"%s\": expected years with four digits", start, end);
	*start_s = from;
	*end_s = to;
	return 0;
}
