/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/rrd_header.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLOAT_COOKIE 8.642135E130
#define STEP_MAX_S 86400
#define ROWS_MAX 100000000u

uint64_t rrd_header_bytes(uint64_t ds_count, uint64_t rra_count)
{
	return sizeof(struct rrd_head) + ds_count * sizeof(struct rrd_ds) + rra_count * sizeof(struct rrd_rra) +
	       sizeof(struct rrd_live) + ds_count * sizeof(struct rrd_pdp) + rra_count * ds_count * sizeof(struct rrd_cdp) +
	       rra_count * sizeof(unsigned long);
}

uint64_t rrd_rows_bytes(uint64_t ds_count, uint64_t rows)
{
	return ds_count * rows * sizeof(double);
}

/* Copies n records out of the content, which need not be aligned for them, and steps on. */
static const uint8_t *take(const uint8_t *at, void *to, size_t size)
{
	memcpy(to, at, size);
	return at + size;
}

static int damaged(const char *path, struct failure *why, const char *what)
{
	return fail(why, EILSEQ, "%s: damaged, or no RRD file of fireplot's: %s", path, what);
}

static bool is_text(const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	if (len == 0 || len == size)
		return false;
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == len;
}

static int check_head(const struct rrd_head *head, const char *path, struct failure *why)
{
	if (memcmp(head->cookie, "RRD", 4) != 0)
		return damaged(path, why, "it does not begin with \"RRD\"");
	if (memcmp(head->version, "000", 3) != 0 || head->version[3] < '3' || head->version[3] > '5' || head->version[4] != '\0')
		return damaged(path, why, "its format version is not 3 to 5");
	if (head->float_cookie != FLOAT_COOKIE)
		return damaged(path, why, "it was written by a machine of another kind");
	if (head->ds_count == 0 || head->ds_count > SCHEMA_DS)
		return damaged(path, why, "its number of DS is not 1 to 64");
	if (head->rra_count == 0 || head->rra_count > SCHEMA_LEVELS)
		return damaged(path, why, "its number of RRAs is not 1 to 8");
	if (head->step_s == 0 || head->step_s > STEP_MAX_S)
		return damaged(path, why, "its step is not 1 s to a day");
	return 0;
}

static int check_ds(const struct rrd_ds *ds, struct rrdfile_ds *out, const char *path, struct failure *why)
{
	if (!is_text(ds->name, sizeof(ds->name)))
		return damaged(path, why, "a DS has no name");
	if (strncmp(ds->type, "ABSOLUTE", sizeof(ds->type)) != 0 && strncmp(ds->type, "GAUGE", sizeof(ds->type)) != 0)
		return damaged(path, why, "a DS is neither ABSOLUTE nor GAUGE");
	if (ds->param[0].count == 0 || ds->param[0].count > UINT32_MAX)
		return damaged(path, why, "a DS has no heartbeat");
	memcpy(out->name, ds->name, sizeof(out->name));
	out->is_count = ds->type[0] == 'A';
	out->heartbeat_s = (uint32_t)ds->param[0].count;
	return 0;
}

static int check_rra(const struct rrd_rra *rra, uint32_t step_s, struct schema_level *out, const char *path,
                     struct failure *why)
{
	if (strncmp(rra->function, "AVERAGE", sizeof(rra->function)) != 0)
		return damaged(path, why, "an RRA is not AVERAGE");
	if (rra->rows == 0 || rra->rows > ROWS_MAX || rra->steps == 0 || rra->steps > UINT32_MAX / step_s)
		return damaged(path, why, "an RRA has an impossible number of rows or steps");
	out->row_s = (uint32_t)rra->steps * step_s;
	out->rows = (uint32_t)rra->rows;
	return 0;
}

/* The row pointers stand at the end of the header. */
static unsigned long row_pointer(const struct rrd_header *header, unsigned level)
{
	const uint8_t *at = header->content + header->bytes - (header->shape.levels - level) * sizeof(unsigned long);
	unsigned long row;

	take(at, &row, sizeof(row));
	return row;
}

uint64_t rrd_header_rows(const struct rrd_header *header, unsigned level, uint64_t *newest)
{
	uint64_t rows = 0;

	for (unsigned i = 0; i < level; i++)
		rows += header->shape.level[i].rows;
	*newest = row_pointer(header, level);
	return header->bytes + rrd_rows_bytes(header->shape.ds_count, rows);
}

/* The size of the file must be what the counters promise, and the row pointers must point at rows. */
static int check_extent(const struct rrd_header *header, const char *path, struct failure *why)
{
	const struct rrdfile_shape *shape = &header->shape;
	uint64_t rows = 0;

	for (unsigned i = 0; i < shape->levels; i++) {
		if (row_pointer(header, i) >= shape->level[i].rows)
			return damaged(path, why, "a row pointer points behind the rows");
		rows += shape->level[i].rows;
	}
	if (header->size != header->bytes + rrd_rows_bytes(shape->ds_count, rows))
		return damaged(path, why, "its size does not fit its header");
	return 0;
}

static int parse(const struct rrd_head *head, const char *path, struct rrd_header *header, struct failure *why)
{
	struct rrdfile_shape *shape = &header->shape;
	const uint8_t *at = header->content + sizeof(*head);
	struct rrd_live live;
	int err = 0;

	shape->step_s = (uint32_t)head->step_s;
	shape->ds_count = (unsigned)head->ds_count;
	shape->levels = (unsigned)head->rra_count;
	for (unsigned i = 0; i < shape->ds_count && err == 0; i++) {
		struct rrd_ds ds;

		at = take(at, &ds, sizeof(ds));
		err = check_ds(&ds, &shape->ds[i], path, why);
	}
	for (unsigned i = 0; i < shape->levels && err == 0; i++) {
		struct rrd_rra rra;

		at = take(at, &rra, sizeof(rra));
		err = check_rra(&rra, shape->step_s, &shape->level[i], path, why);
	}
	if (err)
		return err;
	take(at, &live, sizeof(live));
	if (live.last_s < 0 || live.last_s >= SCHEMA_LATEST_S)
		return damaged(path, why, "the time of its last update is impossible");
	header->last_s = live.last_s;
	return check_extent(header, path, why);
}

static int read_at_start(int fd, void *buf, size_t size, const char *path, struct failure *why)
{
	ssize_t n = pread(fd, buf, size, 0);

	if (n < 0)
		return fail_errno(why, errno, "%s", path);
	return (size_t)n == size ? 0 : damaged(path, why, "it is cut off");
}

/* What the file itself says now matters for one thing: how far the interrupted update has moved the row pointers. librrd moves one
 * before it writes the row, and for a moment behind the last row before it takes it back to the first. */
static void find_overwritten(const struct rrd_header *now, struct rrd_header *before)
{
	for (unsigned i = 0; i < before->shape.levels; i++) {
		unsigned long rows = before->shape.level[i].rows;

		before->overwritten[i] = (uint32_t)((row_pointer(now, i) % rows + rows - row_pointer(before, i)) % rows);
	}
}

/* Puts the head from before an interrupted update in the place of the file's own; false if there is no such thing that is sound. */
static bool undo_header(const struct undo_reader *undo, const struct stat *st, const struct rrd_head *head, const char *path,
                        struct rrd_header *header)
{
	struct rrd_header before = { .bytes = header->bytes, .size = header->size, .is_undone = true };

	if (!undo_reader_is_armed(undo, st))
		return false;
	before.content = malloc(before.bytes);
	if (!before.content || !undo_reader_copy(undo, st, before.content, before.bytes) ||
	    memcmp(before.content, head, sizeof(*head)) != 0 || parse(head, path, &before, NULL) != 0) {
		free(before.content);
		return false;
	}
	header->shape = before.shape;
	find_overwritten(header, &before);
	free(header->content);
	*header = before;
	return true;
}

int rrd_header_read(int fd, const char *path, const struct undo_reader *undo, struct rrd_header *header, struct failure *why)
{
	struct rrd_head head;
	struct stat st;
	int err;

	*header = (struct rrd_header){ 0 };
	if (fstat(fd, &st) < 0)
		return fail_errno(why, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return damaged(path, why, "it is no regular file");
	header->size = (uint64_t)st.st_size;
	err = read_at_start(fd, &head, sizeof(head), path, why);
	if (err == 0)
		err = check_head(&head, path, why);
	if (err)
		return err;
	header->bytes = (uint32_t)rrd_header_bytes(head.ds_count, head.rra_count);
	header->content = malloc(header->bytes);
	if (!header->content)
		return fail_errno(why, ENOMEM, "%s", path);
	err = read_at_start(fd, header->content, header->bytes, path, why);
	if (err == 0 && !undo_header(undo, &st, &head, path, header))
		err = parse(&head, path, header, why);
	if (err)
		rrd_header_fini(header);
	return err;
}

static size_t live_at(const struct rrdfile_shape *shape)
{
	return sizeof(struct rrd_head) + shape->ds_count * sizeof(struct rrd_ds) + shape->levels * sizeof(struct rrd_rra);
}

static bool reads_the_same(int fd, const char *path, const struct undo_reader *undo, const struct rrd_header *header)
{
	struct rrd_header now;
	bool same;

	if (rrd_header_read(fd, path, undo, &now, NULL))
		return false;
	same = now.is_undone == header->is_undone && now.bytes == header->bytes &&
	       memcmp(now.overwritten, header->overwritten, sizeof(now.overwritten)) == 0 &&
	       memcmp(now.content, header->content, now.bytes) == 0;
	rrd_header_fini(&now);
	return same;
}

bool rrd_header_is_current(int fd, const char *path, const struct undo_reader *undo, const struct rrd_header *header)
{
	size_t at = live_at(&header->shape);
	struct rrd_live now;
	struct stat st;

	if (undo && (header->is_undone || fstat(fd, &st) < 0 || undo_reader_is_armed(undo, &st)))
		return reads_the_same(fd, path, undo, header);
	return pread(fd, &now, sizeof(now), (off_t)at) == (ssize_t)sizeof(now) &&
	       memcmp(&now, header->content + at, sizeof(now)) == 0;
}

void rrd_header_fini(struct rrd_header *header)
{
	free(header->content);
	*header = (struct rrd_header){ 0 };
}

int64_t rrd_header_oldest(const struct rrd_header *header, unsigned level)
{
	const struct schema_level *what = &header->shape.level[level];

	return header->last_s - header->last_s % what->row_s - (int64_t)what->row_s * (what->rows - header->overwritten[level]);
}

/* Where the work areas of the DS begin. */
static const uint8_t *work_areas(const struct rrd_header *header)
{
	return header->content + live_at(&header->shape) + sizeof(struct rrd_live);
}

bool rrd_header_is_new(const struct rrd_header *header)
{
	const uint8_t *at = work_areas(header);
	bool is_new = true;

	for (unsigned i = 0; i < header->shape.ds_count; i++) {
		struct rrd_pdp pdp;

		at = take(at, &pdp, sizeof(pdp));
		is_new = is_new && strncmp(pdp.last_input, "U", sizeof(pdp.last_input)) == 0;
	}
	return is_new;
}

static double sum_known(double a, double b)
{
	return isnan(a) ? b : isnan(b) ? a : a + b;
}

double rrd_unfinished_sum(int64_t last_s, uint32_t step_s, uint32_t row_s, double cdp_value, double pdp_value,
                          uint64_t pdp_unknown_s)
{
	int64_t row_start = last_s - last_s % row_s, step_start = last_s - last_s % step_s;
	double sum = NAN;

	if (step_start > row_start)
		sum = cdp_value * step_s;
	if (last_s > step_start && pdp_unknown_s < (uint64_t)(last_s - step_start))
		sum = sum_known(sum, pdp_value);
	return sum;
}

int64_t rrd_header_running(const struct rrd_header *header, unsigned level, double sum[SCHEMA_DS])
{
	const struct rrdfile_shape *shape = &header->shape;
	const uint8_t *pdp_at = work_areas(header);
	const uint8_t *cdp_at = pdp_at + shape->ds_count * sizeof(struct rrd_pdp) +
	                        (size_t)level * shape->ds_count * sizeof(struct rrd_cdp);
	uint32_t row_s = shape->level[level].row_s;

	for (unsigned i = 0; i < shape->ds_count; i++) {
		struct rrd_pdp pdp;
		struct rrd_cdp cdp;

		pdp_at = take(pdp_at, &pdp, sizeof(pdp));
		cdp_at = take(cdp_at, &cdp, sizeof(cdp));
		sum[i] = rrd_unfinished_sum(header->last_s, shape->step_s, row_s, cdp.scratch[0].value, pdp.scratch[1].value,
		                            pdp.scratch[0].count);
	}
	return header->last_s - header->last_s % row_s;
}
