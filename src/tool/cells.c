/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/cells.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Of one chunk of rows over all wanted files: 16 MB. Each chunk opens each file, so it must not be small either. */
#define CHUNK_CELLS (2u << 20)

/* A file of the schema that has something that is wanted. */
struct wanted {
	struct schema_file file;
	unsigned index;
	unsigned first, last; /* columns */
	bool failed;
	bool silent;          /* in this chunk: every cell is zero */
	struct matrix matrix; /* of this chunk */
};

struct walk {
	struct reader *reader;
	const struct schema *schema;
	const struct cells_filter *filter;
	struct wanted *wanted;
	unsigned count;
	unsigned columns; /* of all wanted files */
	struct matrix watch;
	bool watch_failed;
	int64_t unknown_from_s; /* -1: the last row was known */
	int64_t unknown_to_s;
	cells_take *take;
	void *arg;
	int err; /* the first */
	struct failure *why;
};

static bool wants_column(const struct walk *walk, const struct schema_file *file, unsigned column)
{
	uint16_t lo, hi;

	if (file->kind != SCHEMA_PORTS)
		return true;
	portbin_range(&walk->schema->portbin, file->first_bin + column, &lo, &hi);
	return portlist_meets(&walk->filter->ports, lo, hi);
}

static void want_file(struct walk *walk, unsigned index)
{
	struct wanted *wanted = &walk->wanted[walk->count];
	bool any = false;

	*wanted = (struct wanted){ .index = index };
	schema_file(walk->schema, index, &wanted->file);
	if (wanted->file.kind == SCHEMA_TOTALS || !(walk->filter->series >> wanted->file.series & 1))
		return;
	for (unsigned i = 0; i < wanted->file.ds_count; i++)
		if (wants_column(walk, &wanted->file, i)) {
			wanted->first = any ? wanted->first : i;
			wanted->last = i;
			any = true;
		}
	if (any) {
		walk->count++;
		walk->columns += wanted->file.ds_count;
	}
}

static void note_failure(struct walk *walk, int err, const struct failure *why)
{
	if (walk->err == 0) {
		walk->err = err;
		if (walk->why)
			*walk->why = *why;
	}
}

/* ---- unknown time ---- */

static void add_unknown(struct walk *walk, int64_t from_s, int64_t to_s)
{
	if (from_s >= to_s)
		return;
	if (walk->unknown_from_s < 0)
		walk->unknown_from_s = from_s;
	walk->unknown_to_s = to_s;
}

static void end_unknown(struct walk *walk)
{
	struct cell cell = { .start_s = walk->unknown_from_s, .end_s = walk->unknown_to_s, .lo = -1, .hi = -1, .packets = NAN };

	if (walk->unknown_from_s >= 0)
		walk->take(walk->arg, &cell);
	walk->unknown_from_s = -1;
}

/* ---- one row ---- */

static void give(struct walk *walk, struct cell *cell, double packets)
{
	cell->packets = packets;
	if (packets > 0 || isnan(packets) || walk->filter->zeros)
		walk->take(walk->arg, cell);
}

static void set_place(const struct walk *walk, const struct schema_file *file, unsigned column, struct cell *cell)
{
	uint16_t lo, hi;

	cell->is_type = file->kind == SCHEMA_ICMP;
	if (cell->is_type) {
		cell->lo = cell->hi = schema_icmp_type(file->series, column);
		return;
	}
	portbin_range(&walk->schema->portbin, file->first_bin + column, &lo, &hi);
	cell->lo = lo;
	cell->hi = hi;
}

static double value_at(const struct wanted *wanted, unsigned row, unsigned column)
{
	return wanted->silent ? 0 : wanted->failed ? NAN : matrix_cell(&wanted->matrix, row, column);
}

/* Columns that are unknown in a row in which somebody listened, which happens to damaged files: one cell for a run of them.
 * Returns the last one. */
static unsigned give_unknown_run(struct walk *walk, const struct wanted *wanted, unsigned row, unsigned column, struct cell *cell)
{
	unsigned last = column;
	struct cell end = *cell;

	while (last < wanted->last && isnan(value_at(wanted, row, last + 1)))
		last++;
	set_place(walk, &wanted->file, column, cell);
	set_place(walk, &wanted->file, last, &end);
	cell->hi = end.hi;
	if (cell->is_type && last > column)
		cell->lo = cell->hi = -1;
	give(walk, cell, NAN);
	return last;
}

static void give_file(struct walk *walk, const struct wanted *wanted, unsigned row, struct cell *cell)
{
	cell->series = series_name(wanted->file.series);
	if (wanted->silent && !walk->filter->zeros)
		return;
	for (unsigned i = wanted->first; i <= wanted->last; i++) {
		double packets = value_at(wanted, row, i);

		if ((packets == 0 && !walk->filter->zeros) || !wants_column(walk, &wanted->file, i))
			continue;
		if (isnan(packets)) {
			i = give_unknown_run(walk, wanted, row, i, cell);
			continue;
		}
		set_place(walk, &wanted->file, i, cell);
		give(walk, cell, packets);
	}
}

static void give_other(struct walk *walk, const struct matrix *totals, enum series series, unsigned row, struct cell *cell)
{
	if (!(walk->filter->series >> series & 1))
		return;
	cell->series = series_name(series);
	cell->is_type = false;
	cell->lo = cell->hi = -1;
	give(walk, cell, matrix_cell(totals, row, (unsigned)schema_total_ds(series, CLASS_PROBE)));
}

/* A port that was not watched then has no cell, rather than an unknown one. */
static void give_watch(struct walk *walk, unsigned row, struct cell *cell)
{
	for (unsigned i = 0; i < walk->watch.columns; i++) {
		const char *name = reader_watch_name(walk->reader, i);
		double packets = matrix_cell(&walk->watch, row, i);
		unsigned port = (unsigned)strtoul(name + 3, NULL, 10); /* "tcp3389" */

		if (isnan(packets) || !portlist_meets(&walk->filter->ports, port, port))
			continue;
		cell->series = name;
		cell->is_type = false;
		cell->lo = cell->hi = (int)port;
		give(walk, cell, packets);
	}
}

static void give_row(struct walk *walk, const struct matrix *totals, unsigned row)
{
	struct cell cell = { .start_s = totals->start_s + (int64_t)row * totals->row_s };

	cell.end_s = cell.start_s + totals->row_s;
	if (!(matrix_cell(totals, row, (unsigned)schema_known_ds()) > 0)) {
		add_unknown(walk, cell.start_s, cell.end_s);
		return;
	}
	end_unknown(walk);
	for (unsigned i = 0; i < walk->count; i++)
		give_file(walk, &walk->wanted[i], row, &cell);
	give_other(walk, totals, SERIES_OTHER4, row, &cell);
	give_other(walk, totals, SERIES_OTHER6, row, &cell);
	give_watch(walk, row, &cell);
}

/* ---- many rows ---- */

static void read_wanted(struct walk *walk, const struct reader_piece *chunk)
{
	struct failure why;
	int err;

	for (unsigned i = 0; i < walk->count; i++) {
		struct wanted *wanted = &walk->wanted[i];

		wanted->silent = !wanted->failed && reader_series_silent(walk->reader, chunk, wanted->file.series);
		if (wanted->silent || wanted->failed)
			continue;
		err = reader_read(walk->reader, chunk, wanted->index, &wanted->matrix, &why);
		wanted->failed = err != 0;
		if (err)
			note_failure(walk, err, &why);
	}
	if (!walk->filter->watch || walk->watch_failed)
		return;
	err = reader_read_watch(walk->reader, chunk, &walk->watch, &why);
	walk->watch_failed = err != 0;
	if (err)
		note_failure(walk, err, &why);
}

static void free_chunk(struct walk *walk)
{
	for (unsigned i = 0; i < walk->count; i++)
		matrix_fini(&walk->wanted[i].matrix);
	matrix_fini(&walk->watch);
}

static int walk_chunk(struct walk *walk, const struct reader_piece *chunk)
{
	struct failure why;
	const struct matrix *totals = reader_totals(walk->reader, chunk, &why);

	if (!totals) {
		note_failure(walk, -EIO, &why);
		return -EIO;
	}
	read_wanted(walk, chunk);
	for (unsigned row = 0; row < totals->rows; row++)
		give_row(walk, totals, row);
	free_chunk(walk);
	return 0;
}

static int walk_piece(struct walk *walk, const struct reader_piece *piece)
{
	int64_t rows = CHUNK_CELLS / (walk->columns + 1), all = (piece->end_s - piece->start_s) / piece->row_s;
	int err = 0;

	/* Chunks of about the same size. */
	rows = (all + (all + rows - 1) / rows - 1) / ((all + rows - 1) / rows);
	for (struct reader_piece chunk = *piece; chunk.start_s < piece->end_s && err == 0; chunk.start_s = chunk.end_s) {
		chunk.end_s = chunk.start_s + rows * piece->row_s;
		if (chunk.end_s > piece->end_s)
			chunk.end_s = piece->end_s;
		err = walk_chunk(walk, &chunk);
	}
	return err;
}

/* Only what the archive can know is read; the time before and after costs nothing however long it is. */
static void walk_window(struct walk *walk, int64_t start_s, int64_t end_s, uint32_t resolution_s)
{
	int64_t oldest_s = reader_oldest(walk->reader), newest_s = reader_newest(walk->reader), at_s = start_s;
	struct reader_piece pieces[READER_PIECES];
	unsigned count = 0;
	int err = 0;

	if (oldest_s > 0)
		count = reader_plan(walk->reader, start_s > oldest_s ? start_s : oldest_s, end_s < newest_s ? end_s : newest_s,
		                    resolution_s, pieces);
	for (unsigned i = 0; i < count && err == 0; i++) {
		add_unknown(walk, at_s, pieces[i].start_s);
		err = walk_piece(walk, &pieces[i]);
		at_s = pieces[i].end_s;
	}
	if (err == 0)
		add_unknown(walk, at_s, end_s);
	end_unknown(walk);
}

int cells_walk(struct reader *reader, const struct cells_filter *filter, int64_t start_s, int64_t end_s, uint32_t resolution_s,
               cells_take *take, void *arg, struct failure *why)
{
	struct walk walk = { .reader = reader, .schema = reader_schema(reader), .filter = filter, .unknown_from_s = -1, .take = take,
		             .arg = arg, .why = why };
	unsigned files = schema_file_count(walk.schema);

	walk.wanted = calloc(files, sizeof(*walk.wanted));
	if (!walk.wanted)
		return fail_errno(why, ENOMEM, "%s", reader_dir(reader));
	for (unsigned i = 0; i < files; i++)
		want_file(&walk, i);
	walk_window(&walk, start_s, end_s, resolution_s);
	free_chunk(&walk);
	free(walk.wanted);
	return walk.err;
}
