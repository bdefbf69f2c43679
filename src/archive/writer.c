/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/writer.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/cachedfile.h"
#include "archive/recorder.h"
#include "archive/rrd.h"
#include "archive/sightings.h"
#include "archive/undo.h"

/* Spans written in one go: bounds the memory for their sums. */
#define BATCH 32
#define ROWS_A_SPAN 3 /* the rest of a cut step, a gap, and the span itself */

struct file {
	char *path;
	struct schema_file what; /* of a file of the schema */
	unsigned ds_count;
	int64_t last_s;        /* the last update that is in the file */
	int64_t tried_s;       /* the last one that was tried */
	uint32_t header_bytes; /* in a directory here */
	unsigned session;      /* behind an rrdcached: of the connection in which last_s was told */
	bool failing;
	bool damaged;
};

struct writer {
	struct store store;
	struct schema schema;
	unsigned bins;
	unsigned file_count; /* of the schema; file[file_count] is watch.rrd, without a path if there is none */
	struct file *file;
	struct rrdfile_shape watch; /* of watch.rrd */
	struct undo *undo; /* not used behind an rrdcached */
	struct recorder *recorder; /* NULL if no sightings are recorded */
	uint8_t *sums; /* BATCH slots */
	struct slotring_span *spans;
	unsigned spans_max;
};

/* ---- opening ---- */

/* Learns what a file is made of and how far it is. */
static int look(struct writer *w, struct file *file, struct rrdfile_shape *shape, struct failure *why)
{
	if (!w->store.cached)
		return rrdfile_inspect(file->path, shape, &file->last_s, &file->header_bytes, why);
	file->session = rrdcached_session(w->store.cached);
	return cachedfile_sync(w->store.cached, file->path, shape, &file->last_s, why);
}

/* Fills in what the file says; expected is what it must be, or NULL. */
static int open_file(struct writer *w, struct file *file, const struct rrdfile_shape *expected, struct rrdfile_shape *shape,
                     struct failure *why)
{
	char archive[STORE_NAME];
	int err = look(w, file, shape, why);

	if (err)
		return err;
	if (expected && !rrdfile_shape_equal(shape, expected))
		return fail(why, EEXIST, "%s: %s has another step, other rows or other data sources than the archive's layout",
		            store_name(&w->store, archive), file->path);
	file->ds_count = shape->ds_count;
	file->tried_s = file->last_s;
	if (!w->store.cached && access(file->path, W_OK) < 0)
		return fail_errno(why, errno, "%s: cannot be written", file->path);
	return 0;
}

static char *path_of(const struct writer *w, const char *name, struct failure *why)
{
	char path[STORE_PATH], *copy;

	if (store_path(&w->store, name, path, why))
		return NULL;
	copy = strdup(path);
	if (!copy)
		fail(why, ENOMEM, "%s: no memory", w->store.dir);
	return copy;
}

static int open_files(struct writer *w, struct failure *why)
{
	struct rrdfile_shape shape, found;
	int err = 0;

	for (unsigned i = 0; i < w->file_count && !err; i++) {
		struct file *file = &w->file[i];

		schema_file(&w->schema, i, &file->what);
		rrdfile_shape_of(&w->schema, &file->what, &shape);
		file->path = path_of(w, file->what.name, why);
		err = file->path ? open_file(w, file, &shape, &found, why) : -ENOMEM;
	}
	return err;
}

static int open_watch(struct writer *w, struct failure *why)
{
	struct file *watch = &w->file[w->file_count];
	int err;

	watch->path = path_of(w, STORE_WATCH, why);
	if (!watch->path)
		return -ENOMEM;
	err = open_file(w, watch, NULL, &w->watch, why);
	if (err == -ENOENT) {
		free(watch->path);
		watch->path = NULL;
		w->watch.ds_count = 0;
		return 0;
	}
	if (!err && w->watch.step_s != w->schema.step_s)
		err = fail(why, EEXIST, "%s: has a step of %u s, the archive has %u s", watch->path, w->watch.step_s, w->schema.step_s);
	return err;
}

int writer_open(const struct store *store, const struct schema *schema, const char *undo_path, struct writer **out,
                struct failure *why)
{
	struct writer *w = calloc(1, sizeof(*w));
	int err = 0;

	if (!w)
		return fail(why, ENOMEM, "%s: no memory", store->dir);
	w->store = *store;
	w->schema = *schema;
	w->bins = portbin_count(&schema->portbin);
	w->file_count = schema_file_count(schema);
	w->file = calloc(w->file_count + 1, sizeof(*w->file));
	w->sums = malloc((size_t)BATCH * slot_size(w->bins));
	if (!w->file || !w->sums)
		err = fail(why, ENOMEM, "%s: no memory", store->dir);
	/* Behind an rrdcached none is made, but one may be left from before there was one. */
	if (!err && (!store->cached || access(undo_path, F_OK) == 0))
		err = undo_open(undo_path, &w->undo, NULL, 0, why);
	if (!err)
		err = open_files(w, why);
	if (!err)
		err = open_watch(w, why);
	if (err) {
		writer_close(w);
		return err;
	}
	*out = w;
	return 0;
}

int writer_record(struct writer *w, uint64_t max_bytes, struct failure *why)
{
	char *path = path_of(w, SIGHTINGS_FILE, why);

	if (path)
		w->recorder = recorder_new(path, max_bytes);
	free(path);
	return w->recorder ? 0 : fail(why, ENOMEM, "%s: no memory", w->store.dir);
}

void writer_close(struct writer *w)
{
	if (!w)
		return;
	for (unsigned i = 0; w->file && i <= w->file_count; i++)
		free(w->file[i].path);
	undo_close(w->undo);
	recorder_close(w->recorder);
	free(w->spans);
	free(w->sums);
	free(w->file);
	free(w);
}

/* ---- watched ports ---- */

static int find_ds(const struct rrdfile_shape *shape, const char *name)
{
	for (unsigned i = 0; i < shape->ds_count; i++)
		if (strcmp(shape->ds[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* The DS of watch.rrd that are wanted and not there yet, behind those that are. */
static int extend_shape(const struct writer *w, unsigned count, const char names[][SCHEMA_DS_NAME], struct rrdfile_shape *shape,
                        struct failure *why)
{
	for (unsigned i = 0; i < count; i++) {
		if (find_ds(shape, names[i]) >= 0)
			continue;
		if (shape->ds_count == SCHEMA_DS)
			return fail(why, ENOSPC, "%s/watch.rrd: no room for %s: expected at most %u watched ports, also counting those no "
			            "longer watched; remove one with rrdtool tune DEL", w->store.dir, names[i], SCHEMA_DS);
		rrdfile_watch_ds(&w->schema, names[i], &shape->ds[shape->ds_count++]);
	}
	return 0;
}

static int make_watch(struct writer *w, struct rrdfile_shape *shape, struct failure *why)
{
	struct file *watch = &w->file[w->file_count];
	int64_t coarsest = w->schema.level[w->schema.levels - 1].row_s;
	const struct rrdfile_shape wanted = *shape;
	int err = store_create(&w->store, STORE_WATCH, shape, w->file[0].last_s - w->file[0].last_s % coarsest, why);

	if (!err && !(watch->path = path_of(w, STORE_WATCH, why)))
		err = -ENOMEM;
	return err ? err : open_file(w, watch, &wanted, shape, why);
}

static int cannot_extend(const struct writer *w, const char *name, struct failure *why)
{
	char archive[STORE_NAME], definition[RRDFILE_DEFINITION];
	struct rrdfile_ds ds;

	rrdfile_watch_ds(&w->schema, name, &ds);
	rrdfile_define_ds(&ds, definition);
	return fail(why, ENOTSUP, "%s/" STORE_WATCH ": rrdcached can add no DS; do it where the file is, with rrdtool tune %s %s",
	            store_name(&w->store, archive), w->file[w->file_count].path, definition);
}

/* Behind an rrdcached somebody else must have done it. */
static int extend_watch(struct writer *w, unsigned count, const char names[][SCHEMA_DS_NAME], struct rrdfile_shape *shape,
                        struct failure *why)
{
	struct file *watch = &w->file[w->file_count];
	const struct rrdfile_shape wanted = *shape;
	int err = 0;

	if (!w->store.cached)
		err = rrdfile_add_ds(watch->path, shape->ds_count - w->watch.ds_count, &shape->ds[w->watch.ds_count], why);
	if (!err)
		err = open_file(w, watch, w->store.cached ? NULL : &wanted, shape, why);
	for (unsigned i = 0; i < count && !err; i++)
		if (find_ds(shape, names[i]) < 0)
			err = cannot_extend(w, names[i], why);
	return err;
}

int writer_watch(struct writer *w, unsigned count, const char names[][SCHEMA_DS_NAME], unsigned *ds_index, struct failure *why)
{
	struct file *watch = &w->file[w->file_count];
	struct rrdfile_shape shape = w->watch;
	int err = w->store.cached ? rrdcached_connect(w->store.cached, why) : 0;

	if (err)
		return err;
	if (!watch->path)
		rrdfile_watch_shape(&w->schema, &shape);
	err = extend_shape(w, count, names, &shape, why);
	if (!err && shape.ds_count > w->watch.ds_count)
		err = watch->path ? extend_watch(w, count, names, &shape, why) : make_watch(w, &shape, why);
	if (err)
		return err;
	w->watch = shape;
	for (unsigned i = 0; i < count; i++)
		ds_index[i] = (unsigned)find_ds(&shape, names[i]);
	return 0;
}

/* ---- writing ---- */

/* A batch of spans with their sums. */
struct batch {
	const struct slotring_span *spans;
	unsigned count;
};

static struct slot *sum_of(const struct writer *w, unsigned i)
{
	return (struct slot *)(w->sums + (size_t)i * slot_size(w->bins));
}

static bool is_watch(const struct writer *w, const struct file *file)
{
	return file == &w->file[w->file_count];
}

static void fill_values(const struct writer *w, const struct file *file, const struct slot *sum, double *values)
{
	if (!is_watch(w, file)) {
		schema_values(&w->schema, &file->what, sum, values);
		return;
	}
	for (unsigned i = 0; i < file->ds_count; i++)
		values[i] = sum->watch_mask >> i & 1 ? sum->watch[i] : NAN;
}

static bool is_totals(const struct writer *w, const struct file *file)
{
	return !is_watch(w, file) && file->what.kind == SCHEMA_TOTALS;
}

/* The rows of a file that are being put together. */
struct rows {
	unsigned count;
	int64_t last_s;
	int64_t at_s[ROWS_A_SPAN * BATCH];
	double *values; /* ROWS_A_SPAN * BATCH * ds_count */
};

static double *add_row(struct rows *rows, const struct file *file, int64_t at_s)
{
	rows->at_s[rows->count] = rows->last_s = at_s;
	return &rows->values[(size_t)rows->count++ * file->ds_count];
}

/* The same value in every DS, and in `known` what it says. */
static void add_filling(struct rows *rows, const struct writer *w, const struct file *file, int64_t at_s, double value, double known)
{
	double *values = add_row(rows, file, at_s);

	for (unsigned i = 0; i < file->ds_count; i++)
		values[i] = value;
	if (is_totals(w, file))
		values[schema_known_ds()] = known;
}

/* Brings the file to the start of a span. A step that a clean end cut is filled with zeros: librrd would forget its counts if
 * more than half of it were unknown. The gap behind it is unknown, and ends where the span starts, so that the heartbeat does
 * not swallow the span. */
static void add_gap(struct rows *rows, const struct writer *w, const struct file *file, int64_t start_s)
{
	int64_t rest = rows->last_s % w->schema.step_s;

	if (rest)
		add_filling(rows, w, file, rows->last_s - rest + w->schema.step_s, 0, 1);
	if (rows->last_s < start_s)
		add_filling(rows, w, file, start_s, NAN, 0);
}

/* The rows that the file lacks of a batch. */
static void collect_rows(const struct writer *w, const struct file *file, const struct batch *batch, struct rows *rows)
{
	rows->count = 0;
	rows->last_s = file->last_s;
	for (unsigned i = 0; i < batch->count; i++) {
		const struct slotring_span *span = &batch->spans[i];

		if (span->end_s <= rows->last_s)
			continue;
		if (span->start_s > rows->last_s)
			add_gap(rows, w, file, span->start_s);
		fill_values(w, file, sum_of(w, i), add_row(rows, file, span->end_s));
	}
}

static int update_here(struct writer *w, struct file *file, const struct rows *rows, struct failure *why)
{
	int err = undo_arm(w->undo, file->path, file->header_bytes, why);

	if (err)
		return err;
	err = rrdfile_update(file->path, file->ds_count, rows->count, rows->at_s, rows->values, why);
	undo_disarm(w->undo);
	if (!err)
		file->last_s = rows->last_s;
	return err;
}

static int update_behind(struct writer *w, struct file *file, const struct rows *rows, struct failure *why)
{
	file->tried_s = rows->last_s;
	return cachedfile_update(w->store.cached, file->path, file->ds_count, rows->count, rows->at_s, rows->values, &file->last_s, why);
}

/* After a failure the file may have been changed or repaired by somebody else; an rrdcached that was away may have lost what it
 * had not written. */
static int look_again(struct writer *w, struct file *file, struct failure *why)
{
	struct rrdfile_shape shape;
	int err = look(w, file, &shape, why);

	if (!err && w->store.cached && file->last_s > file->tried_s) {
		file->tried_s = file->last_s;
		err = fail(why, EEXIST, "rrdcached at %s: %s: somebody else has written it, up to %lld; each fireplotd needs an archive of "
		           "its own", rrdcached_address(w->store.cached), file->path, (long long)file->last_s);
	}
	if (!err && shape.ds_count != file->ds_count && !is_watch(w, file))
		err = fail(why, EEXIST, "%s: has %u DS, expected %u", file->path, shape.ds_count, file->ds_count);
	if (!err)
		file->ds_count = shape.ds_count;
	return err;
}

static bool is_in_doubt(const struct writer *w, const struct file *file)
{
	return file->failing || (w->store.cached && file->session != rrdcached_session(w->store.cached));
}

/* Brings a file up to the end of the batch. */
static int write_file(struct writer *w, struct file *file, const struct batch *batch, struct failure *why)
{
	struct rows rows = { .values = malloc(sizeof(double) * ROWS_A_SPAN * BATCH * SCHEMA_DS) };
	int err = 0;

	if (!rows.values)
		return fail(why, ENOMEM, "%s: no memory", file->path);
	if (is_in_doubt(w, file))
		err = look_again(w, file, why);
	if (!err)
		collect_rows(w, file, batch, &rows);
	if (!err && rows.count)
		err = w->store.cached ? update_behind(w, file, &rows, why) : update_here(w, file, &rows, why);
	free(rows.values);
	file->failing = err != 0;
	file->damaged = err == -EILSEQ;
	return err;
}

static bool is_due(const struct writer *w, const struct file *file, bool all)
{
	return file->path && (all || is_watch(w, file) || file->what.kind == SCHEMA_TOTALS);
}

/* A file that failed in an earlier batch of the same flush lacks that, so it waits for the next flush. */
static int write_batch(struct writer *w, const struct batch *batch, bool all, bool is_first, struct failure *why)
{
	struct failure later;
	int first = 0;

	for (unsigned i = 0; i <= w->file_count; i++) {
		struct file *file = &w->file[i];

		if (is_due(w, file, all) && (is_first || !file->failing)) {
			int err = write_file(w, file, batch, first ? &later : why);

			if (err && !first)
				first = err;
		}
	}
	return first;
}

static void sum_batch(const struct writer *w, const struct slotring *ring, const struct batch *batch)
{
	memset(w->sums, 0, (size_t)batch->count * slot_size(w->bins));
	for (unsigned i = 0; i < batch->count; i++)
		slotring_sum(ring, &batch->spans[i], sum_of(w, i));
}

static bool is_recorded(const struct writer *w, const struct slotring_span *span, bool crowded)
{
	return !w->recorder || recorder_has(w->recorder, span) ||
	       (recorder_is_failing(w->recorder) && (crowded || !recorder_may_recover(w->recorder)));
}

/* Whether every file that is waited for has the span. */
static bool is_written(const struct writer *w, const struct slotring_span *span, bool crowded)
{
	if (!is_recorded(w, span, crowded))
		return false;
	for (unsigned i = 0; i <= w->file_count; i++) {
		const struct file *file = &w->file[i];

		if (file->path && file->last_s < span->end_s && !(file->failing && (crowded || file->damaged)))
			return false;
	}
	return true;
}

static unsigned file_count(const struct writer *w)
{
	return w->file_count + (w->file[w->file_count].path != NULL) + (w->recorder != NULL);
}

static int grow_spans(struct writer *w, const struct slotring *ring, struct failure *why)
{
	unsigned max = slotring_shape(ring)->lanes * slotring_shape(ring)->slots;
	struct slotring_span *spans;

	if (w->spans_max >= max)
		return 0;
	spans = realloc(w->spans, max * sizeof(*spans));
	if (!spans)
		return fail(why, ENOMEM, "%s: no memory", w->store.dir);
	w->spans = spans;
	w->spans_max = max;
	return 0;
}

int writer_flush(struct writer *w, struct slotring *ring, int64_t until_s, bool all, struct failure *why)
{
	struct failure later;
	unsigned count, first_span = 0;
	bool crowded;
	int err = grow_spans(w, ring, why);

	if (!err && w->store.cached)
		err = rrdcached_connect(w->store.cached, why);
	if (err)
		return err;
	count = slotring_spans(ring, until_s, w->spans, w->spans_max);
	/* Spans that totals and watch have wait for the others: nothing to sum for them. */
	while (!all && first_span < count && w->spans[first_span].end_s <= w->file[0].last_s &&
	       (!w->file[w->file_count].path || w->spans[first_span].end_s <= w->file[w->file_count].last_s))
		first_span++;
	for (unsigned i = first_span; i < count; i += BATCH) {
		struct batch batch = { .spans = &w->spans[i], .count = count - i < BATCH ? count - i : BATCH };
		int batch_err;

		sum_batch(w, ring, &batch);
		batch_err = write_batch(w, &batch, all, i == first_span, err ? &later : why);
		if (!err)
			err = batch_err;
	}
	if (w->recorder && count > 0) {
		int record_err = recorder_write(w->recorder, ring, w->spans, count, err ? &later : why);

		if (!err)
			err = record_err;
	}
	/* If all fail, letting go of some would gain nothing. */
	crowded = count > slotring_shape(ring)->slots * 3 / 4 && writer_failing(w) < file_count(w);
	for (unsigned i = 0; i < count; i++)
		if (is_written(w, &w->spans[i], crowded))
			slotring_release(ring, &w->spans[i]);
	return err;
}

int64_t writer_last(const struct writer *w)
{
	return w->file[0].last_s;
}

unsigned writer_failing(const struct writer *w)
{
	unsigned n = 0;

	if (writer_is_cut_off(w))
		return file_count(w);
	for (unsigned i = 0; i <= w->file_count; i++)
		n += w->file[i].failing;
	return n + (w->recorder && recorder_is_failing(w->recorder));
}

bool writer_is_cut_off(const struct writer *w)
{
	return w->store.cached && !rrdcached_is_connected(w->store.cached);
}
