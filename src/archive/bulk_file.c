/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/bulk_file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK 65536

/* ---- the bytes ---- */

static int write_at(const struct bulk_file *file, const void *from, size_t size, uint64_t at, struct failure *why)
{
	const uint8_t *byte = from;

	while (size > 0) {
		ssize_t n = pwrite(file->fd, byte, size, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail_errno(why, n < 0 ? errno : EIO, "%s", file->path);
		byte += n;
		at += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

/* The same double all over a part of the file. */
static int fill(const struct bulk_file *file, double value, uint64_t at, uint64_t bytes, struct failure *why)
{
	double chunk[CHUNK / sizeof(double)];
	int err = 0;

	for (size_t i = 0; i < CHUNK / sizeof(double); i++)
		chunk[i] = value;
	while (bytes > 0 && err == 0) {
		size_t n = bytes < CHUNK ? (size_t)bytes : CHUNK;

		err = write_at(file, chunk, n, at, why);
		at += n;
		bytes -= n;
	}
	return err;
}

/* Room for rows, of zeros. Where there is none, librrd would be killed as soon as it writes into a hole of what it has mapped; so a
 * file system that can't reserve any has the zeros written. */
static int reserve(const struct bulk_file *file, uint64_t at, uint64_t bytes, struct failure *why)
{
	int err = 0;

	if (bytes == 0)
		return 0;
	do
		err = fallocate(file->fd, 0, (off_t)at, (off_t)bytes) < 0 ? errno : 0;
	while (err == EINTR);
	if (err == EOPNOTSUPP || err == ENOSYS)
		return fill(file, 0, at, bytes, why);
	return err ? fail_errno(why, err, "%s", file->path) : 0;
}

/* ---- the head ---- */

static size_t ds_at(const struct bulk_file *file)
{
	return sizeof(struct rrd_head) + file->shape.ds_count * sizeof(struct rrd_ds);
}

static size_t live_at(const struct bulk_file *file)
{
	return ds_at(file) + file->shape.levels * sizeof(struct rrd_rra);
}

static size_t pdp_at(const struct bulk_file *file, unsigned ds)
{
	return live_at(file) + sizeof(struct rrd_live) + ds * sizeof(struct rrd_pdp);
}

static size_t cdp_at(const struct bulk_file *file, unsigned level, unsigned ds)
{
	return pdp_at(file, file->shape.ds_count) + (level * file->shape.ds_count + ds) * sizeof(struct rrd_cdp);
}

static void set(struct bulk_file *file, size_t at, const void *from, size_t size)
{
	memcpy(file->head.content + at, from, size);
}

static void set_level(struct bulk_file *file, unsigned level)
{
	const struct bulk_ring *ring = &file->ring[level];
	unsigned long rows = ring->rows, newest = (unsigned long)((ring->end_row - ring->first_row + ring->rows - 1) % ring->rows);

	set(file, ds_at(file) + level * sizeof(struct rrd_rra) + offsetof(struct rrd_rra, rows), &rows, sizeof(rows));
	set(file, cdp_at(file, file->shape.levels, 0) + level * sizeof(newest), &newest, sizeof(newest));
}

void bulk_file_set_pdp(struct bulk_file *file, unsigned ds, const char *last_input, double value)
{
	char text[sizeof(((struct rrd_pdp *)0)->last_input)] = "";
	size_t at = pdp_at(file, ds);

	memcpy(text, last_input, strnlen(last_input, sizeof(text) - 1));
	set(file, at + offsetof(struct rrd_pdp, last_input), text, sizeof(text));
	set(file, at + offsetof(struct rrd_pdp, scratch[1].value), &value, sizeof(value));
}

void bulk_file_get_cdp(const struct bulk_file *file, unsigned level, unsigned ds, struct rrd_cdp *cdp)
{
	memcpy(cdp, file->head.content + cdp_at(file, level, ds), sizeof(*cdp));
}

void bulk_file_set_cdp(struct bulk_file *file, unsigned level, unsigned ds, const struct rrd_cdp *cdp)
{
	set(file, cdp_at(file, level, ds), cdp, sizeof(*cdp));
}

/* ---- making ---- */

/* What librrd makes has a single row a level: the head is what is wanted of it. */
static int make_head(struct bulk_file *file, int64_t origin_s, struct failure *why)
{
	struct rrdfile_shape one = file->shape;
	int err;

	for (unsigned i = 0; i < one.levels; i++)
		one.level[i].rows = 1;
	err = rrdfile_replace(file->fresh, &one, origin_s, why);
	if (err)
		return err;
	file->fd = open(file->fresh, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (file->fd < 0)
		return fail_errno(why, errno, "%s", file->fresh);
	err = rrd_header_read(file->fd, file->fresh, NULL, &file->head, why);
	return err == -EILSEQ ? fail_errno(why, ENOSPC, "%s", file->path) : err; /* written without complaint, and not all there */
}

/* Lays the rings out one behind the other. */
static void lay_out(struct bulk_file *file, int64_t origin_s, int64_t end_s, size_t windows)
{
	uint64_t at = file->head.bytes, row_bytes = rrd_rows_bytes(file->shape.ds_count, 1);

	file->window_rows = (uint32_t)(windows / file->shape.levels / row_bytes);
	if (file->window_rows == 0)
		file->window_rows = 1;
	for (unsigned i = 0; i < file->shape.levels; i++) {
		const struct schema_level *level = &file->shape.level[i];
		struct bulk_ring *ring = &file->ring[i];

		ring->at = at;
		ring->rows = level->rows;
		ring->first_row = origin_s / level->row_s;
		ring->end_row = end_s / level->row_s;
		ring->keep_row = ring->end_row - level->rows;
		if (ring->keep_row < ring->first_row)
			ring->keep_row = ring->first_row;
		at += row_bytes * ring->rows;
		set_level(file, i);
	}
}

/* Rows of zeros, and behind the newest one, as a ring has it, those for time before the file's first. */
static int make_rows(const struct bulk_file *file, double unknown, struct failure *why)
{
	uint64_t row_bytes = rrd_rows_bytes(file->shape.ds_count, 1);
	int err = ftruncate(file->fd, file->head.bytes) < 0 ? fail_errno(why, errno, "%s", file->path) : 0;

	for (unsigned i = 0; i < file->shape.levels && err == 0; i++) {
		const struct bulk_ring *ring = &file->ring[i];
		uint64_t used = (uint64_t)(ring->end_row - ring->first_row), known = used < ring->rows ? used : ring->rows;

		err = reserve(file, ring->at, known * row_bytes, why);
		if (err == 0)
			err = fill(file, unknown, ring->at + known * row_bytes, (ring->rows - known) * row_bytes, why);
	}
	return err;
}

static int set_names(struct bulk_file *file, const char *path, struct failure *why)
{
	file->path = strdup(path);
	file->fresh = malloc(strlen(path) + sizeof(".new"));
	if (!file->path || !file->fresh)
		return fail_errno(why, ENOMEM, "%s", path);
	sprintf(file->fresh, "%s.new", path);
	return 0;
}

static int make_windows(struct bulk_file *file, struct failure *why)
{
	size_t cells = (size_t)file->window_rows * file->shape.ds_count;

	file->windows = malloc(cells * file->shape.levels * sizeof(double));
	if (!file->windows)
		return fail_errno(why, ENOMEM, "%s", file->path);
	for (unsigned i = 0; i < file->shape.levels; i++)
		file->ring[i].window = file->windows + cells * i;
	return 0;
}

int bulk_file_make(const char *path, const struct rrdfile_shape *shape, int64_t origin_s, int64_t end_s, size_t windows,
                   struct bulk_file *file, struct failure *why)
{
	struct rrd_live live = { .last_s = (time_t)end_s };
	struct rrd_cdp fresh;
	int err;

	*file = (struct bulk_file){ .fd = -1, .shape = *shape };
	err = set_names(file, path, why);
	if (err == 0)
		err = make_head(file, origin_s, why);
	if (err)
		return err;
	lay_out(file, origin_s, end_s, windows);
	set(file, live_at(file), &live, sizeof(live));
	bulk_file_get_cdp(file, 0, 0, &fresh);
	err = make_windows(file, why);
	return err ? err : make_rows(file, fresh.scratch[0].value, why);
}

/* ---- rows ---- */

static int write_window(const struct bulk_file *file, struct bulk_ring *ring, struct failure *why)
{
	size_t bytes = rrd_rows_bytes(file->shape.ds_count, ring->to - ring->from);
	int err = write_at(file, ring->window, bytes, ring->at + rrd_rows_bytes(file->shape.ds_count, ring->from), why);

	ring->from = ring->to = 0;
	return err;
}

static uint32_t index_of(const struct bulk_ring *ring, int64_t row)
{
	return (uint32_t)((row - ring->first_row) % ring->rows);
}

int bulk_file_put(struct bulk_file *file, unsigned level, int64_t row, const double *values, struct failure *why)
{
	struct bulk_ring *ring = &file->ring[level];
	unsigned ds_count = file->shape.ds_count;
	uint32_t index = index_of(ring, row);
	int err = 0;

	if (row < ring->keep_row || row >= ring->end_row)
		return 0;
	if (index < ring->to || index - ring->from >= file->window_rows)
		err = write_window(file, ring, why);
	if (ring->from == ring->to)
		ring->from = ring->to = index;
	memset(ring->window + (size_t)(ring->to - ring->from) * ds_count, 0, (size_t)(index - ring->to) * ds_count * sizeof(double));
	memcpy(ring->window + (size_t)(index - ring->from) * ds_count, values, ds_count * sizeof(double));
	ring->to = index + 1;
	return err;
}

/* ---- the end ---- */

int bulk_file_complete(struct bulk_file *file, struct failure *why)
{
	int err = 0;

	for (unsigned i = 0; i < file->shape.levels && err == 0; i++)
		err = write_window(file, &file->ring[i], why);
	if (err == 0)
		err = write_at(file, file->head.content, file->head.bytes, 0, why);
	if (err == 0 && close(file->fd) < 0)
		err = fail_errno(why, errno, "%s", file->path);
	if (err == 0)
		file->fd = -1;
	return err;
}

int bulk_file_publish(struct bulk_file *file, struct failure *why)
{
	struct stat st;

	if (lstat(file->path, &st) == 0)
		return fail_errno(why, EEXIST, "%s", file->path);
	if (rename(file->fresh, file->path) < 0)
		return fail_errno(why, errno, "%s", file->path);
	file->is_published = true;
	return 0;
}

void bulk_file_remove(struct bulk_file *file)
{
	if (file->fresh)
		unlink(file->is_published ? file->path : file->fresh);
}

void bulk_file_fini(struct bulk_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	rrd_header_fini(&file->head);
	free(file->windows);
	free(file->fresh);
	free(file->path);
	*file = (struct bulk_file){ .fd = -1 };
}
