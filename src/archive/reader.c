/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/reader.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/create.h"
#include "archive/plan.h"
#include "archive/ringcopy.h"
#include "archive/ringname.h"
#include "archive/store.h"
#include "archive/undo.h"

/* Adding and taking away 2^52 rounds to a whole number, up to 2^51. Only a damaged file has more. */
#define ROUNDER 4503599627370496.0
#define COUNT_MAX 2251799813685248.0
#define COUNT_HALF (COUNT_MAX / 2)
#define KNOWN_MAX 1.001 /* averages of 1 are rounded */

struct totals {
	struct reader_piece piece;
	struct matrix matrix;
};

struct reader {
	char *dir;   /* as given, for people */
	char *where; /* the same, with links followed if it is here */
	struct rrdcached *cached; /* NULL if no address was given */
	struct store store; /* without it if the directory is read here all the same */
	struct schema schema;
	char ring_path[PATH_MAX]; /* "" if no ring can be named after the archive */
	struct ringcopy ring;
	struct undo_reader *undo; /* NULL if there is none */
	struct failure warning; /* "" if all is well */
	int64_t newest_s;
	struct rrdfile_shape watch; /* no DS if there is no watch.rrd */
	struct totals totals[READER_PIECES]; /* of the pieces read last */
	unsigned next_totals;
};

/* What a file is read for: one of the schema, or watch.rrd. */
struct source {
	const char *name;
	const struct schema_file *file; /* NULL for watch.rrd */
};

static struct source source_of(const struct schema_file *file)
{
	return (struct source){ .name = file ? file->name : STORE_WATCH, .file = file };
}

static bool is_count(const struct source *source, unsigned column)
{
	return !source->file || schema_ds_is_count(source->file, column);
}

static bool is_totals(const struct source *source)
{
	return source->file && source->file->kind == SCHEMA_TOTALS;
}

/* ---- opening ---- */

/* Where the files are, and how they are reached. */
static int open_store(struct reader *reader, const char *daemon, struct failure *why)
{
	char totals[PATH_MAX];
	bool is_here;

	reader->store = (struct store){ .dir = reader->dir };
	reader->where = realpath(reader->dir, NULL);
	if (daemon) {
		reader->cached = rrdcached_new(daemon, why);
		if (!reader->cached)
			return -EINVAL;
		is_here = rrdcached_is_unix(reader->cached) && reader->where &&
		          snprintf(totals, sizeof(totals), "%s/totals.rrd", reader->where) < (int)sizeof(totals) &&
		          access(totals, R_OK) == 0;
		if (!is_here) {
			reader->store.cached = reader->cached;
			free(reader->where);
			reader->where = NULL;
		}
	}
	if (!reader->where && !(reader->where = strdup(reader->dir)))
		return fail_errno(why, ENOMEM, "%s", reader->dir);
	return reader->cached ? rrdcached_connect(reader->cached, why) : 0;
}

/* The ring of an archive in a directory here has a link there, unless an rrdcached writes it; then, and for an archive elsewhere,
 * it lies where its name says. */
static void find_ring(struct reader *reader)
{
	const char *daemon = reader->store.cached ? rrdcached_address(reader->cached) : NULL;
	char *path = reader->ring_path;
	int len = snprintf(path, PATH_MAX, "%s/slots.ring", reader->dir);

	if (daemon || len >= PATH_MAX || (access(path, F_OK) < 0 && errno == ENOENT))
		if (ringname_from_archive(reader->where, daemon, path, PATH_MAX, NULL))
			path[0] = '\0';
}

/* Beside the ring itself, not beside a link to it. Who changes files behind a connection has none. */
static void open_undo(struct reader *reader)
{
	char *ring = reader->store.cached ? NULL : realpath(reader->ring_path, NULL), path[PATH_MAX];

	if (ring && undo_path_of_ring(ring, path, sizeof(path), NULL) == 0)
		reader->store.undo = reader->undo = undo_reader_open(path);
	free(ring);
}

/* The ring comes before the files: what it has, the files may have by the time they are read, and their last update tells. The other
 * way round a slot could be in neither. */
static int open_ring(struct reader *reader)
{
	return reader->ring_path[0] ? ringcopy_init(&reader->ring, reader->ring_path, &reader->schema, &reader->warning) : 0;
}

/* Has what is read here written first. */
static int flush_files(struct reader *reader, struct failure *why)
{
	struct store store = { .dir = reader->where, .cached = reader->cached };

	return reader->cached && !reader->store.cached ? store_flush(&store, &reader->schema, why) : 0;
}

/* On another machine than the one that counts, what the totals have beyond the other files is not known yet. The one that is
 * written last tells. */
static void respect_ports(struct reader *reader)
{
	struct schema_file last;
	struct rrdfile_state state;

	if (!reader->store.cached || reader->ring.ring)
		return;
	schema_file(&reader->schema, schema_file_count(&reader->schema) - 1, &last);
	if (store_inspect(&reader->store, reader->watch.ds_count ? STORE_WATCH : last.name, NULL, &state, NULL) == 0 &&
	    state.last_s < reader->newest_s)
		reader->newest_s = state.last_s;
}

static int open_totals(struct reader *reader, struct failure *why)
{
	struct schema_file file;
	struct rrdfile_state state;
	int err;

	schema_file(&reader->schema, 0, &file);
	err = store_inspect(&reader->store, file.name, NULL, &state, why);
	if (err)
		return err;
	reader->newest_s = state.last_s;
	/* No update, but perhaps rows: an archive can be restored or filled by other means. */
	if (state.is_new && reader_oldest(reader) == 0)
		reader->newest_s = 0;
	if (reader->ring.count > 0 && reader->ring.spans[reader->ring.count - 1].end_s > reader->newest_s)
		reader->newest_s = reader->ring.spans[reader->ring.count - 1].end_s;
	return 0;
}

static int open_watch(struct reader *reader, struct failure *why)
{
	int err = store_inspect(&reader->store, STORE_WATCH, &reader->watch, NULL, why);

	if (err == -ENOENT) {
		reader->watch.ds_count = 0;
		return 0;
	}
	return err;
}

int reader_open(const char *dir, const char *daemon, struct reader **out, struct failure *why)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	int err;

	if (!reader || !(reader->dir = strdup(dir))) {
		free(reader);
		return fail_errno(why, ENOMEM, "%s", dir);
	}
	err = open_store(reader, daemon, why);
	if (err == 0) {
		find_ring(reader);
		open_undo(reader);
	}
	if (err == 0)
		err = archive_probe(&reader->store, &reader->schema, why); /* which never changes, so it may be read before the ring */
	if (err == 0 && open_ring(reader) == 0)
		reader->warning.text[0] = '\0';
	if (err == 0)
		err = flush_files(reader, why);
	if (err == 0)
		err = open_totals(reader, why);
	if (err == 0)
		err = open_watch(reader, why);
	if (err == 0)
		respect_ports(reader);
	if (err) {
		reader_close(reader);
		return err;
	}
	*out = reader;
	return 0;
}

const char *reader_ring(const struct reader *reader)
{
	return reader->ring_path;
}

bool reader_is_here(const struct reader *reader)
{
	return !reader->store.cached;
}

void reader_close(struct reader *reader)
{
	if (!reader)
		return;
	for (unsigned i = 0; i < READER_PIECES; i++)
		matrix_fini(&reader->totals[i].matrix);
	ringcopy_fini(&reader->ring);
	undo_reader_close(reader->undo);
	rrdcached_free(reader->cached);
	free(reader->where);
	free(reader->dir);
	free(reader);
}

const struct schema *reader_schema(const struct reader *reader)
{
	return &reader->schema;
}

const char *reader_dir(const struct reader *reader)
{
	return reader->dir;
}

const char *reader_warning(const struct reader *reader)
{
	return reader->warning.text[0] ? reader->warning.text : NULL;
}

int64_t reader_newest(const struct reader *reader)
{
	return reader->newest_s;
}

int reader_file_last(struct reader *reader, unsigned i, int64_t *last_s, struct failure *why)
{
	struct schema_file file;
	struct rrdfile_state state = { 0 };
	int err;

	schema_file(&reader->schema, i, &file);
	err = store_inspect(&reader->store, file.name, NULL, &state, why);
	*last_s = state.last_s;
	return err;
}

unsigned reader_span_count(const struct reader *reader)
{
	return reader->ring.count;
}

struct slotring_span reader_span(const struct reader *reader, unsigned i)
{
	return (struct slotring_span){ .start_s = reader->ring.spans[i].start_s, .end_s = reader->ring.spans[i].end_s };
}

unsigned reader_plan(const struct reader *reader, int64_t start_s, int64_t end_s, uint32_t resolution_s,
                     struct reader_piece pieces[READER_PIECES])
{
	return plan_pieces(&reader->schema, reader->newest_s, start_s, end_s, resolution_s, pieces);
}

/* ---- reading ---- */

/* The nearest whole number, NaN for what can be no count. Without a call and with one comparison that needs no branch: a year has
 * 25 million cells. */
static inline double whole(double count)
{
	double rounded = (count + ROUNDER) - ROUNDER;

	return fabs(rounded - COUNT_HALF) <= COUNT_HALF ? rounded : NAN;
}

#define BATCH 8 /* cells: a loop of a known length is one that compilers do several at once of */

/* The same for gauges of rows [from, to): sources are as many as packets at most, and known is a share. */
static void check_gauges(struct matrix *m, unsigned from, unsigned to)
{
	for (unsigned r = from; r < to; r++) {
		double *cell = m->cells + (size_t)r * m->columns;
		double *sources = &cell[schema_sources_ds()], *known = &cell[schema_known_ds()];

		if (!(*sources >= 0 && *sources <= COUNT_MAX))
			*sources = NAN;
		if (!(*known >= 0 && *known <= KNOWN_MAX))
			*known = NAN;
	}
}

/* Rates become counts. */
static void scale_cells(double *cell, unsigned count, double weight)
{
	for (; count >= BATCH; count -= BATCH, cell += BATCH)
		for (unsigned i = 0; i < BATCH; i++)
			cell[i] = whole(cell[i] * weight);
	for (unsigned i = 0; i < count; i++)
		cell[i] = whole(cell[i] * weight);
}

/* The rows that the file has complete: rates become counts. `known` is totals' column, or unknown without totals. */
static void scale_rows(struct matrix *m, unsigned rows, const struct source *source, const struct matrix *totals)
{
	for (unsigned r = 0; r < rows; r++) {
		double *cell = m->cells + (size_t)r * m->columns;
		double known = totals ? matrix_cell(totals, r, (unsigned)schema_known_ds()) : NAN;
		double weight = m->row_s * (known > 0 ? known : 1);
		unsigned counts = is_totals(source) ? (unsigned)schema_sources_ds() : m->columns; /* GAUGEs stand behind them */

		if (!matrix_row_is_zero(cell, counts))
			scale_cells(cell, counts, weight);
	}
}

/* Rows that are not complete in the file, while they are put together. */
struct parts {
	struct matrix *m;
	unsigned first_row; /* complete rows end here */
	double *seconds;    /* known, by row from first_row on */
};

static void add_value(struct parts *parts, unsigned row, unsigned column, double value)
{
	double *cell = &parts->m->cells[(size_t)row * parts->m->columns + column];

	if (!isnan(value))
		*cell = isnan(*cell) ? value : *cell + value;
}

/* The file's own beginning of the row after the last complete one. */
static void add_running(struct parts *parts, const struct source *source, const struct rrdfile_running *running)
{
	unsigned row = parts->first_row;

	if (row >= parts->m->rows || running->start_s != parts->m->start_s + (int64_t)row * parts->m->row_s)
		return;
	for (unsigned i = 0; i < parts->m->columns; i++)
		add_value(parts, row, i, is_count(source, i) ? whole(running->sum[i]) : running->sum[i]);
	if (is_totals(source) && !isnan(running->sum[schema_known_ds()]))
		parts->seconds[0] += running->sum[schema_known_ds()];
}

static void watch_values(const struct slot *sum, unsigned count, double *values)
{
	for (unsigned i = 0; i < count; i++)
		values[i] = sum->watch_mask >> i & 1 ? sum->watch[i] : NAN;
}

/* A span counts whole if it ends after the file's last update: that is how the writer decides too. */
static void add_spans(struct parts *parts, const struct reader *reader, const struct source *source, int64_t last_s)
{
	struct matrix *m = parts->m;
	int64_t end_s = m->start_s + (int64_t)m->rows * m->row_s;

	for (unsigned s = 0; s < reader->ring.count; s++) {
		const struct ringcopy_span *span = &reader->ring.spans[s];
		int64_t new_s = span->start_s > last_s ? span->start_s : last_s;
		double values[SCHEMA_DS];
		unsigned row;

		if (span->end_s <= last_s || span->start_s < m->start_s || span->start_s >= end_s)
			continue;
		row = (unsigned)((span->start_s - m->start_s) / m->row_s);
		if (source->file)
			schema_values(&reader->schema, source->file, span->sum, values);
		else
			watch_values(span->sum, m->columns, values);
		for (unsigned i = 0; i < m->columns; i++)
			add_value(parts, row, i, is_count(source, i) ? values[i] : values[i] * (double)(span->end_s - new_s));
		if (row >= parts->first_row)
			parts->seconds[row - parts->first_row] += (double)(span->end_s - new_s);
		last_s = span->end_s;
	}
}

/* Sums of GAUGE values times seconds become averages. */
static void weigh_gauges(struct parts *parts, const struct reader *reader, const struct source *source)
{
	struct matrix *m = parts->m;

	for (unsigned row = parts->first_row; row < m->rows && is_totals(source); row++) {
		int64_t start_s = m->start_s + (int64_t)row * m->row_s, end_s = start_s + m->row_s;
		double *cell = m->cells + (size_t)row * m->columns;
		double seconds = parts->seconds[row - parts->first_row];

		if (end_s > reader->newest_s)
			end_s = reader->newest_s;
		cell[schema_sources_ds()] = seconds > 0 ? cell[schema_sources_ds()] / seconds : NAN;
		cell[schema_known_ds()] = end_s > start_s ? seconds / (double)(end_s - start_s) : NAN;
	}
}

static void forget_row(struct matrix *m, unsigned row)
{
	for (unsigned i = 0; i < m->columns; i++)
		m->cells[(size_t)row * m->columns + i] = NAN;
}

/* The daemon goes on while we read; what began after the ring was copied would be in some files and not in others. */
static void forget_newer(struct matrix *m, int64_t newest_s)
{
	for (unsigned row = m->rows; row-- > 0 && m->start_s + (int64_t)row * m->row_s >= newest_s;)
		forget_row(m, row);
}

/* Rows in whose place the ring has newer ones for the file. An update that was interrupted and taken back has perhaps been there. */
static void forget_older(struct matrix *m, int64_t newest_s, const struct schema_level *level)
{
	int64_t oldest_s = newest_s - newest_s % level->row_s - (int64_t)level->row_s * level->rows;

	for (unsigned row = 0; row < m->rows && m->start_s + (int64_t)row * m->row_s < oldest_s; row++)
		forget_row(m, row);
}

static int complete(struct reader *reader, const struct source *source, const struct matrix *totals,
                    const struct rrdfile_running *running, struct matrix *m, struct failure *why)
{
	struct parts parts = { .m = m };

	if (running->start_s > m->start_s)
		parts.first_row = (unsigned)((running->start_s - m->start_s) / m->row_s);
	if (parts.first_row > m->rows || running->start_s - m->start_s > (int64_t)m->rows * m->row_s)
		parts.first_row = m->rows;
	if (is_totals(source))
		check_gauges(m, 0, parts.first_row);
	scale_rows(m, parts.first_row, source, is_totals(source) ? m : totals);
	if (parts.first_row < m->rows) {
		parts.seconds = calloc(m->rows - parts.first_row, sizeof(*parts.seconds));
		if (!parts.seconds)
			return fail_errno(why, ENOMEM, "%s/%s", reader->dir, source->name);
		add_running(&parts, source, running);
		add_spans(&parts, reader, source, running->last_s);
		weigh_gauges(&parts, reader, source);
		if (is_totals(source))
			check_gauges(m, parts.first_row, m->rows);
		free(parts.seconds);
	}
	forget_newer(m, reader->newest_s);
	return 0;
}

static int read_source(struct reader *reader, const struct reader_piece *piece, const struct source *source, struct matrix *out,
                       struct failure *why)
{
	const struct matrix *totals = NULL;
	struct rrdfile_running running;
	int err;

	*out = (struct matrix){ 0 };
	if (!is_totals(source)) {
		totals = reader_totals(reader, piece, why);
		if (!totals)
			return -EIO;
	}
	err = store_fetch_running(&reader->store, source->name, piece->start_s, piece->end_s, piece->row_s, out, &running, why);
	if (err == 0)
		err = complete(reader, source, totals, &running, out, why);
	if (err == 0)
		forget_older(out, reader->newest_s, &reader->schema.level[piece->level]);
	if (err)
		matrix_fini(out);
	return err;
}

int reader_read(struct reader *reader, const struct reader_piece *piece, unsigned i, struct matrix *out, struct failure *why)
{
	struct schema_file file;
	struct source source;
	int err;

	schema_file(&reader->schema, i, &file);
	source = source_of(&file);
	err = read_source(reader, piece, &source, out, why);
	if (err == 0 && out->columns != file.ds_count) {
		err = fail(why, EILSEQ, "%s/%s: has %u DS, expected %u", reader->dir, file.name, out->columns, file.ds_count);
		matrix_fini(out);
	}
	return err;
}

const struct matrix *reader_totals(struct reader *reader, const struct reader_piece *piece, struct failure *why)
{
	struct totals *totals;

	for (unsigned i = 0; i < READER_PIECES; i++) {
		totals = &reader->totals[i];
		if (totals->matrix.row_s && totals->piece.start_s == piece->start_s && totals->piece.end_s == piece->end_s &&
		    totals->piece.row_s == piece->row_s)
			return &totals->matrix;
	}
	totals = &reader->totals[reader->next_totals++ % READER_PIECES];
	matrix_fini(&totals->matrix);
	totals->piece = *piece;
	return reader_read(reader, piece, 0, &totals->matrix, why) == 0 ? &totals->matrix : NULL;
}

bool reader_series_silent(struct reader *reader, const struct reader_piece *piece, enum series series)
{
	const struct matrix *totals = reader_totals(reader, piece, NULL);

	for (unsigned class = 0; class < CLASS_COUNT; class++) {
		int column = schema_total_ds(series, (enum packet_class)class);

		for (unsigned row = 0; totals && column >= 0 && row < totals->rows; row++)
			if (matrix_cell(totals, row, (unsigned)column) > 0)
				return false;
	}
	return totals != NULL;
}

unsigned reader_watch_count(const struct reader *reader)
{
	return reader->watch.ds_count;
}

const char *reader_watch_name(const struct reader *reader, unsigned i)
{
	return reader->watch.ds[i].name;
}

int reader_read_watch(struct reader *reader, const struct reader_piece *piece, struct matrix *out, struct failure *why)
{
	struct source source = source_of(NULL);
	int err;

	if (reader->watch.ds_count == 0) {
		*out = (struct matrix){ .start_s = piece->start_s, .row_s = piece->row_s,
		                        .rows = (unsigned)((piece->end_s - piece->start_s) / piece->row_s) };
		return 0;
	}
	err = read_source(reader, piece, &source, out, why);
	if (err == 0 && out->columns < reader->watch.ds_count) {
		err = fail(why, EILSEQ, "%s/%s: has fewer DS than a moment ago", reader->dir, source.name);
		matrix_fini(out);
	}
	return err;
}

/* The first known row of a level, -1 if none is. */
static int64_t oldest_of(struct reader *reader, unsigned level)
{
	const struct schema_level *what = &reader->schema.level[level];
	int64_t end_s = reader->newest_s + what->row_s - 1, oldest_s = -1;
	struct reader_piece piece = { .end_s = end_s - end_s % what->row_s, .row_s = what->row_s, .level = level };
	struct matrix m;

	piece.start_s = piece.end_s - (int64_t)what->row_s * (what->rows + 1);
	if (piece.start_s < 0)
		piece.start_s = 0;
	if (reader_read(reader, &piece, 0, &m, NULL))
		return -1;
	for (unsigned row = 0; row < m.rows && oldest_s < 0; row++)
		if (matrix_cell(&m, row, (unsigned)schema_known_ds()) > 0)
			oldest_s = m.start_s + (int64_t)row * m.row_s;
	matrix_fini(&m);
	return oldest_s;
}

/* The coarsest level reaches back furthest; a finer one that has the same moment tells it better. */
int64_t reader_oldest(struct reader *reader)
{
	int64_t oldest_s = 0;

	if (reader->newest_s == 0)
		return 0;
	for (unsigned level = reader->schema.levels; level-- > 0;) {
		int64_t of_level_s = oldest_of(reader, level);

		if (of_level_s >= 0 && (oldest_s == 0 || of_level_s < oldest_s + reader->schema.level[level + 1].row_s))
			oldest_s = of_level_s;
	}
	return oldest_s;
}
