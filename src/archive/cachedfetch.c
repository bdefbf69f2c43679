/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows and the row in progress of one moment, from a file that is written meanwhile: INFO, the rows, and INFO again, which must
 * say the same. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "archive/cachedfile.h"

#define AGAIN_TRIES 20
#define AGAIN_NS 20000000

/* What a FETCHBIN asks for and gets: complete rows of a level, in (start_s, end_s]. */
struct fetch {
	struct rrdcached *cached;
	const char *file;
	const struct cachedinfo *info;
	unsigned level;
	int64_t start_s, end_s; /* wanted; the file has all of it */
	int64_t ask_s;          /* asked for from here on */
	struct matrix *out;
};

/* rrdcached gives the finest rows that reach back as far as was asked, and can't be asked for others: so ask from before where all
 * finer ones begin. Each level reaches further back than the one before it, so that its own beginning at least will do. */
static void choose_start(struct fetch *fetch)
{
	const struct rrdfile_shape *shape = &fetch->info->shape;
	uint32_t row_s = shape->level[fetch->level].row_s;

	fetch->ask_s = fetch->start_s;
	for (unsigned i = 0; i < fetch->level; i++) {
		const struct schema_level *finer = &shape->level[i];
		int64_t last_s = fetch->info->last_s;
		int64_t begin_s = last_s - last_s % finer->row_s - (int64_t)finer->row_s * finer->rows;

		if (fetch->ask_s >= begin_s)
			fetch->ask_s = begin_s - 1 - (begin_s - 1) % row_s;
	}
}

/* "Start: 1700000000" */
static int read_number(struct fetch *fetch, const char *key, int64_t *number, struct failure *why)
{
	const char *line = rrdcached_line(fetch->cached, why);
	size_t len = strlen(key);

	if (!line)
		return -EIO;
	if (strncmp(line, key, len) == 0 && line[len] == ':') {
		*number = strtoll(line + len + 1, NULL, 10);
		return 0;
	}
	return rrdcached_is_strange(fetch->cached, "FETCHBIN", line, why);
}

static double swap_bytes(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	bits = __builtin_bswap64(bits);
	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* One DS: a line that says how its numbers lie there, they, and a newline. */
static int read_column(struct fetch *fetch, unsigned column, unsigned rows, double *buffer, struct failure *why)
{
	bool is_big_here = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__, is_swapped;
	struct matrix *out = fetch->out;
	const char *line = rrdcached_line(fetch->cached, why), *space;
	char order[8] = "", end;
	unsigned count = 0, bytes = 0;
	int err;

	if (!line)
		return -EIO;
	space = strchr(line, ' ');
	if (!space || sscanf(space, " BinaryData %u %u %7s", &count, &bytes, order) != 3 || count != rows || bytes != sizeof(double))
		return rrdcached_is_strange(fetch->cached, "FETCHBIN", line, why);
	is_swapped = (strcmp(order, "BIG") == 0) != is_big_here;
	err = rrdcached_bytes(fetch->cached, buffer, rows * sizeof(double), why);
	if (err == 0)
		err = rrdcached_bytes(fetch->cached, &end, 1, why);
	for (unsigned r = 0; r < rows && err == 0; r++) {
		int64_t at_s = fetch->ask_s + (int64_t)r * out->row_s;

		if (at_s >= fetch->start_s && at_s < fetch->end_s)
			out->cells[(size_t)((at_s - out->start_s) / out->row_s) * out->columns + column] =
				is_swapped ? swap_bytes(buffer[r]) : buffer[r];
	}
	return err;
}

static int read_columns(struct fetch *fetch, unsigned rows, struct failure *why)
{
	double *buffer = malloc((rows ? rows : 1) * sizeof(double));
	int err = 0;

	if (!buffer) {
		rrdcached_disconnect(fetch->cached);
		return fail(why, ENOMEM, "%s: no memory for %u rows", fetch->file, rows);
	}
	for (unsigned i = 0; i < fetch->out->columns && err == 0; i++)
		err = read_column(fetch, i, rows, buffer, why);
	free(buffer);
	return err;
}

/* The rest of an answer that is of no use would be as long as it would have been. */
static int went_on(struct fetch *fetch, struct failure *why)
{
	if (rrdcached_renew(fetch->cached, why) < 0)
		return -EIO;
	return fail(why, EAGAIN, "rrdcached at %s: %s: it changes faster than it can be read", rrdcached_address(fetch->cached),
	            fetch->file);
}

static int fetch_rows(struct fetch *fetch, struct failure *why)
{
	int64_t version, start_s, end_s, step_s, ds_count, *number[] = { &version, &start_s, &end_s, &step_s, &ds_count };
	static const char *const key[] = { "FlushVersion", "Start", "End", "Step", "DSCount" };
	char text[64];
	int err;

	choose_start(fetch);
	snprintf(text, sizeof(text), "AVERAGE %lld %lld", (long long)fetch->ask_s, (long long)fetch->end_s - 1);
	err = rrdcached_ask(fetch->cached, "FETCHBIN", fetch->file, text, why);
	if (err == 0)
		err = rrdcached_answer(fetch->cached, "FETCHBIN", fetch->file, why);
	for (unsigned i = 0; i < 5 && err >= 0; i++)
		err = read_number(fetch, key[i], number[i], why);
	if (err < 0)
		return err;
	if (step_s != fetch->out->row_s || start_s != fetch->ask_s || end_s < fetch->end_s || end_s > fetch->end_s + step_s ||
	    ds_count != fetch->out->columns)
		return went_on(fetch, why);
	return read_columns(fetch, (unsigned)((end_s - start_s) / step_s), why);
}

/* One attempt: -EAGAIN if the file was written between. */
static int fetch_unchanged(struct fetch *fetch, struct cachedinfo *info, struct failure *why)
{
	struct matrix *out = fetch->out;
	size_t cells;
	struct cachedinfo after;
	int err = cachedfile_info(fetch->cached, fetch->file, true, info, why);

	if (err)
		return err;
	fetch->level = rrdfile_level_of(&info->shape, out->row_s);
	if (fetch->level == info->shape.levels)
		return fail(why, EINVAL, "rrdcached at %s: %s: has no rows of %u s", rrdcached_address(fetch->cached), fetch->file,
		            out->row_s);
	out->columns = info->shape.ds_count;
	cells = (size_t)out->rows * out->columns;
	out->cells = malloc((cells ? cells : 1) * sizeof(double));
	if (!out->cells)
		return fail(why, ENOMEM, "%s: no memory for %zu cells", fetch->file, cells);
	for (size_t i = 0; i < cells; i++)
		out->cells[i] = NAN;
	fetch->start_s = out->start_s;
	fetch->end_s = out->start_s + (int64_t)out->rows * out->row_s;
	if (!rrdfile_keep(&info->shape, fetch->level, info->last_s, &fetch->start_s, &fetch->end_s))
		return 0;
	err = fetch_rows(fetch, why);
	if (err == 0)
		err = cachedfile_info(fetch->cached, fetch->file, false, &after, why);
	if (err == 0 && !cachedinfo_equal(info, &after))
		err = fail(why, EAGAIN, "rrdcached at %s: %s: it changes faster than it can be read", rrdcached_address(fetch->cached),
		           fetch->file);
	return err;
}

int cachedfile_fetch_running(struct rrdcached *cached, const char *file, int64_t start_s, int64_t end_s, uint32_t row_s,
                             struct matrix *out, struct rrdfile_running *running, struct failure *why)
{
	struct cachedinfo info;
	struct fetch fetch = { .cached = cached, .file = file, .info = &info, .out = out };
	int err = -EAGAIN;

	*out = (struct matrix){ 0 };
	if (row_s == 0 || start_s < 0 || start_s % row_s || end_s % row_s || end_s < start_s || (end_s - start_s) / row_s > INT32_MAX)
		return fail(why, EINVAL, "%s: rows of %u s from %lld to %lld", file, row_s, (long long)start_s, (long long)end_s);
	for (unsigned i = 0; i < AGAIN_TRIES && err == -EAGAIN; i++) {
		if (i > 0)
			nanosleep(&(struct timespec){ .tv_nsec = AGAIN_NS }, NULL);
		matrix_fini(out);
		*out = (struct matrix){ .start_s = start_s, .row_s = row_s, .rows = (unsigned)((end_s - start_s) / row_s) };
		err = fetch_unchanged(&fetch, &info, why);
	}
	if (err) {
		matrix_fini(out);
		return err;
	}
	running->last_s = info.last_s;
	running->start_s = cachedinfo_running(&info, fetch.level, running->sum);
	return 0;
}
