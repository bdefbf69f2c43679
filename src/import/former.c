/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/former.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define WINDOW 64 /* rows that are read at once, of all files */
#define PART_MOST 4000000000.0 /* of a count, so that it finds room in a slot's */
#define OTHER_TYPE 255 /* an ICMP type that counts as `other` */

struct former {
	struct reader *reader;
	unsigned files; /* of the schema; matrix[files] is watch.rrd's */
	struct matrix *matrix; /* of the window; no cells where all are zero */
	unsigned pieces, piece; /* of the whole span, and the one that is read next */
	struct reader_piece plan[READER_PIECES];
	struct reader_piece window;
	unsigned row;  /* of the window, the one given last */
	unsigned rows; /* of the window; 0 before the first */
	unsigned parts;
	int64_t oldest_s, newest_s; /* as former_span gives them: found out once, as the whole of totals.rrd is read for it */
	int64_t until_s; /* somebody listened up to there */
	int64_t cut_s; /* the window ends there: what is behind it has a finer level */
};

/* ---- opening ---- */

/* Where two levels meet at the edge of a coarser row, as readers want it, the finer one has yet some rows of the row before: with these,
 * each row of both levels keeps its counts. */
static void reach_back(struct former *former, int64_t newest_s)
{
	for (unsigned i = 0; i + 1 < former->pieces; i++) {
		struct reader_piece *coarse = &former->plan[i], *fine = &former->plan[i + 1];
		int64_t rows = former_schema(former)->level[fine->level].rows;
		int64_t oldest_s = newest_s - newest_s % fine->row_s - fine->row_s * rows;

		if (oldest_s < fine->start_s && oldest_s >= coarse->end_s - coarse->row_s)
			fine->start_s = oldest_s;
	}
}

/* In whole steps. */
static void find_span(struct former *former)
{
	uint32_t step_s = former_schema(former)->step_s;

	former->oldest_s = reader_oldest(former->reader);
	former->oldest_s -= former->oldest_s % step_s;
	former->newest_s = (reader_newest(former->reader) + step_s - 1) / step_s * step_s;
}

int former_open(const char *dir, struct former **out, struct failure *why)
{
	struct former *former = calloc(1, sizeof(*former));
	int err = former ? reader_open(dir, NULL, &former->reader, why) : fail(why, ENOMEM, "no memory");

	if (!err) {
		former->files = schema_file_count(reader_schema(former->reader));
		former->matrix = calloc(former->files + 1, sizeof(*former->matrix));
		if (!former->matrix)
			err = fail(why, ENOMEM, "no memory");
	}
	if (err) {
		former_close(former);
		return err;
	}
	find_span(former);
	if (former->oldest_s < former->newest_s)
		former->pieces = reader_plan(former->reader, former->oldest_s, former->newest_s, former_schema(former)->step_s,
		                             former->plan);
	if (reader_span_count(former->reader) == 0) /* else a fireplotd may come over the oldest rows meanwhile */
		reach_back(former, reader_newest(former->reader));
	*out = former;
	return 0;
}

static void forget_window(struct former *former)
{
	for (unsigned i = 0; former->matrix && i <= former->files; i++)
		matrix_fini(&former->matrix[i]);
	former->rows = 0;
}

void former_close(struct former *former)
{
	if (!former)
		return;
	forget_window(former);
	free(former->matrix);
	reader_close(former->reader);
	free(former);
}

struct reader *former_reader(const struct former *former)
{
	return former->reader;
}

const struct schema *former_schema(const struct former *former)
{
	return reader_schema(former->reader);
}

unsigned former_watch_count(const struct former *former)
{
	return reader_watch_count(former->reader);
}

const char *former_watch_name(const struct former *former, unsigned i)
{
	return reader_watch_name(former->reader, i);
}

void former_span(const struct former *former, int64_t *start_s, int64_t *end_s)
{
	*start_s = former->oldest_s;
	*end_s = former->newest_s;
}

/* ---- reading ---- */

static int read_piece(struct former *former, const struct reader_piece *piece, unsigned i, struct matrix *matrix, struct failure *why)
{
	struct schema_file file;

	if (i == former->files)
		return former_watch_count(former) ? reader_read_watch(former->reader, piece, matrix, why) : 0;
	schema_file(former_schema(former), i, &file);
	if (file.kind != SCHEMA_TOTALS && reader_series_silent(former->reader, piece, file.series))
		return 0;
	return reader_read(former->reader, piece, i, matrix, why);
}

static double number(double cell)
{
	return isnan(cell) ? 0 : cell;
}

/* Takes what the finer rows have out of the coarser row that they are a part of. */
static void take_out(const struct matrix *fine, double *coarse, unsigned columns)
{
	for (unsigned row = 0; row < fine->rows; row++)
		for (unsigned i = 0; i < columns; i++)
			if (!isnan(coarse[i]))
				coarse[i] = fmax(0, coarse[i] - number(matrix_cell(fine, row, i)));
}

/* The same of totals.rrd, whose gauges are averages: over the row, and over the known part of it. */
static void take_out_totals(const struct former *former, const struct matrix *fine, double *coarse)
{
	unsigned known = (unsigned)schema_known_ds(), sources = (unsigned)schema_sources_ds();
	double row_s = former->window.row_s, known_s = number(coarse[known]) * row_s, sum = number(coarse[sources]) * known_s;

	for (unsigned row = 0; row < fine->rows; row++) {
		double fine_s = number(matrix_cell(fine, row, known)) * fine->row_s;

		known_s -= fine_s;
		sum -= number(matrix_cell(fine, row, sources)) * fine_s;
	}
	take_out(fine, coarse, fine->columns);
	known_s = fmax(0, known_s);
	coarse[known] = known_s / row_s;
	coarse[sources] = known_s > 0 ? fmax(0, sum / known_s) : 0;
}

/* The last row of the window ends where the finer level begins. */
static int cut_row(struct former *former, unsigned i, const struct reader_piece *fine, struct failure *why)
{
	struct matrix *matrix = &former->matrix[i], finer = { .rows = 0 };
	double *row = &matrix->cells[(size_t)(matrix->rows - 1) * matrix->columns];
	int err = read_piece(former, fine, i, &finer, why);

	if (!err && finer.cells && i == 0)
		take_out_totals(former, &finer, row);
	else if (!err && finer.cells)
		take_out(&finer, row, matrix->columns);
	matrix_fini(&finer);
	return err;
}

static int read_file(struct former *former, unsigned i, const struct reader_piece *finer, struct failure *why)
{
	int err = read_piece(former, &former->window, i, &former->matrix[i], why);

	return err || !finer || !former->matrix[i].cells ? err : cut_row(former, i, finer, why);
}

/* The next rows of the plan, from all files. */
static int read_window(struct former *former, struct failure *why)
{
	struct reader_piece *rest = &former->plan[former->piece];
	int64_t end_s = rest->start_s + (int64_t)rest->row_s * WINDOW;
	struct reader_piece finer = { .start_s = 0 };
	bool is_cut;
	int err = 0;

	forget_window(former);
	former->window = *rest;
	if (end_s < rest->end_s)
		former->window.end_s = end_s;
	former->cut_s = former->window.end_s;
	is_cut = former->piece + 1 < former->pieces && rest[1].start_s < former->window.end_s;
	if (is_cut) {
		finer = rest[1];
		finer.end_s = former->window.end_s;
		former->cut_s = finer.start_s;
	}
	for (unsigned i = 0; i <= former->files && !err; i++)
		err = read_file(former, i, is_cut ? &finer : NULL, why);
	former->rows = (unsigned)((former->window.end_s - former->window.start_s) / rest->row_s);
	rest->start_s = former->window.end_s;
	former->piece += rest->start_s == rest->end_s;
	return err;
}

static double cell_of(const struct former *former, unsigned file, unsigned column)
{
	const struct matrix *matrix = &former->matrix[file];
	double cell = matrix->cells ? matrix_cell(matrix, former->row, column) : 0;

	return isnan(cell) ? 0 : cell;
}

/* ---- a row ---- */

static unsigned count_parts(const struct former *former)
{
	double most = 0;

	for (unsigned file = 0; file <= former->files; file++)
		for (unsigned i = 0; former->matrix[file].cells && i < former->matrix[file].columns; i++)
			if (file != 0 || ((int)i != schema_sources_ds() && (int)i != schema_known_ds()))
				most = fmax(most, cell_of(former, file, i));
	return (unsigned)ceil(most / PART_MOST);
}

static uint64_t find_watched(const struct former *former)
{
	const struct matrix *matrix = &former->matrix[former->files];
	uint64_t watched = 0;

	for (unsigned i = 0; i < former_watch_count(former); i++)
		if (!isnan(matrix_cell(matrix, former->row, i)))
			watched |= UINT64_C(1) << i;
	return watched;
}

/* False if nobody listened in it. */
static bool fill_row(struct former *former, struct former_row *row)
{
	int64_t step_s = former_schema(former)->step_s, known_s, length_s;
	double known = cell_of(former, 0, (unsigned)schema_known_ds());

	row->start_s = former->window.start_s + (int64_t)former->row * former->window.row_s;
	row->end_s = row->start_s + former->window.row_s;
	if (row->end_s > former->newest_s) /* in progress: `known` is the part of what has passed */
		row->end_s = former->newest_s;
	length_s = row->end_s - row->start_s;
	if (row->end_s > former->cut_s)
		row->end_s = former->cut_s;
	row->sources = cell_of(former, 0, (unsigned)schema_sources_ds());
	row->parts = former->parts = count_parts(former);
	row->watched = find_watched(former);
	known_s = llround(known * (double)length_s / (double)step_s) * step_s;
	if (known_s == 0 && row->parts)
		known_s = step_s;
	if (known_s > row->end_s - row->start_s)
		known_s = row->end_s - row->start_s;
	if (known_s <= 0 || row->end_s <= row->start_s)
		return false;
	if (row->start_s > former->until_s)
		row->start_s = row->end_s - known_s;
	else
		row->end_s = row->start_s + known_s;
	former->until_s = row->end_s;
	return true;
}

int former_next(struct former *former, struct former_row *row, struct failure *why)
{
	do {
		if (++former->row >= former->rows) {
			int err;

			if (former->piece == former->pieces)
				return 0;
			err = read_window(former, why);
			if (err)
				return err;
			former->row = 0;
		}
	} while (!fill_row(former, row));
	return 1;
}

/* ---- its counts ---- */

/* Of what is in so many parts, this one. */
static uint32_t part_of(const struct former *former, double count, unsigned part)
{
	double to = floor(count * (part + 1) / former->parts), from = floor(count * part / former->parts);

	return (uint32_t)(to - from);
}

static void add_totals(const struct former *former, unsigned part, struct slot *slot)
{
	for (unsigned series = 0; series < SERIES_COUNT; series++)
		for (unsigned class = 0; class < CLASS_COUNT; class++) {
			int ds = schema_total_ds((enum series)series, (enum packet_class)class);

			if (ds >= 0)
				slot->packets[series][class] += part_of(former, cell_of(former, 0, (unsigned)ds), part);
		}
	for (unsigned reason = 0; reason < SLOT_REASONS; reason++)
		slot->reasons[reason] += part_of(former, cell_of(former, 0, (unsigned)schema_reason_ds((enum slot_reason)reason)), part);
}

static uint32_t *count_of(const struct former *former, const struct schema_file *file, unsigned column, struct slot *slot)
{
	int type;

	if (file->kind == SCHEMA_PORTS)
		return &slot->ports[file->series * portbin_count(&former_schema(former)->portbin) + file->first_bin + column];
	type = schema_icmp_type(file->series, column);
	return &slot->icmp[file->series - SERIES_ICMP4][type < 0 ? OTHER_TYPE : type];
}

void former_add_counts(const struct former *former, unsigned part, struct slot *slot)
{
	struct schema_file file;

	add_totals(former, part, slot);
	for (unsigned i = 1; i < former->files; i++) {
		schema_file(former_schema(former), i, &file);
		for (unsigned column = 0; former->matrix[i].cells && column < file.ds_count; column++) {
			double cell = cell_of(former, i, column);

			if (cell > 0)
				*count_of(former, &file, column, slot) += part_of(former, cell, part);
		}
	}
	for (unsigned i = 0; i < former_watch_count(former); i++)
		slot->watch[i] += part_of(former, cell_of(former, former->files, i), part);
}
