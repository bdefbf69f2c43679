/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/raster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_COLUMNS 32 /* at once: their cells are a line of the cache, and their sums stay in the nearest */

/* Columns of a file that follow each other and lie in one lane. */
struct run {
	unsigned first;
	unsigned count;
	unsigned into;   /* of the first; the others follow */
	bool is_counted; /* the lane is the first one that has them */
};

/* The sums of one file for a block of columns of pixels, column by column: those of the rows of pixels that its bins fall into. */
struct sums {
	unsigned columns; /* of the file */
	unsigned places;  /* of these in lanes: none, or one for each lane */
	unsigned *into;   /* for each place: which of the rows */
	unsigned rows;
	unsigned *row;    /* of pixels; places at most */
	unsigned runs;
	struct run *run;  /* places at most */
	float *sum;       /* BLOCK_COLUMNS * rows */
	bool is_zero;     /* all of them */
};

/* Room for a place for each column and lane. */
static int sums_init(struct sums *sums, unsigned columns, unsigned lanes)
{
	size_t places = (size_t)columns * lanes;

	*sums = (struct sums){ .columns = columns };
	sums->into = calloc(places, sizeof(*sums->into));
	sums->row = calloc(places, sizeof(*sums->row));
	sums->run = calloc(places, sizeof(*sums->run));
	sums->sum = malloc(places * BLOCK_COLUMNS * sizeof(*sums->sum));
	return sums->into && sums->row && sums->run && sums->sum ? 0 : -ENOMEM;
}

static void sums_fini(struct sums *sums)
{
	free(sums->into);
	free(sums->row);
	free(sums->run);
	free(sums->sum);
}

static void sums_add_place(struct sums *sums, unsigned column, unsigned row, bool is_counted)
{
	struct run *run = sums->runs ? &sums->run[sums->runs - 1] : NULL;

	if (!sums->rows || sums->row[sums->rows - 1] != row)
		sums->row[sums->rows++] = row;
	sums->into[sums->places] = sums->rows - 1;
	if (run && run->first + run->count == column && run->is_counted == is_counted)
		run->count++;
	else
		sums->run[sums->runs++] = (struct run){ .first = column, .count = 1, .into = sums->places, .is_counted = is_counted };
	sums->places++;
}

/* A count, and 0 for NaN, by its bits: a branch would be guessed wrong in every crowd. */
static inline double known(double count)
{
	uint64_t bits;

	memcpy(&bits, &count, sizeof(bits));
	bits &= -(uint64_t)(count > 0);
	memcpy(&count, &bits, sizeof(count));
	return count;
}

/* Adds a row of a run to the sums of a column of pixels, and returns its packets. */
static double add_run(float *sum, const unsigned *into, const double *cell, unsigned count)
{
	double even = 0, odd = 0; /* two, for one would wait for itself */
	unsigned i = 0;

	for (; i + 1 < count; i += 2) {
		double a = known(cell[i]), b = known(cell[i + 1]);

		even += a;
		odd += b;
		sum[into[i]] += (float)a;
		sum[into[i + 1]] += (float)b;
	}
	if (i < count) {
		even += known(cell[i]);
		sum[into[i]] += (float)known(cell[i]);
	}
	return even + odd;
}

/* Adds a row of the matrix to a column of the block, and returns its packets. */
static double sums_add_row(struct sums *sums, unsigned column, const double *cell)
{
	float *sum = sums->sum + (size_t)column * sums->rows;
	double packets = 0;

	if (matrix_row_is_zero(cell, sums->columns))
		return 0;
	sums->is_zero = false;
	for (unsigned i = 0; i < sums->runs; i++) {
		const struct run *run = &sums->run[i];
		double added = add_run(sum, sums->into + run->into, cell + run->first, run->count);

		packets += run->is_counted ? added : 0;
	}
	return packets;
}

/* The columns of a row of the block that have packets. Without a branch, which would be guessed wrong in every crowd. */
static unsigned find_columns(const struct sums *sums, unsigned i, unsigned columns, unsigned found[BLOCK_COLUMNS])
{
	const float *sum = sums->sum + i;
	unsigned count = 0;

	for (unsigned x = 0; x < columns; x++, sum += sums->rows) {
		found[count] = x;
		count += *sum > 0;
	}
	return count;
}

/* What is added to what. */
struct addition {
	const struct matrix *counts;
	unsigned first; /* rows of it that touch the window */
	unsigned last;
	struct raster *raster;
	struct raster_grid *grid; /* of the raster */
	unsigned series;
};

/* One row of the block, whose first column is from. */
static void merge_row(const struct sums *sums, unsigned i, const struct addition *what, unsigned from, unsigned columns)
{
	unsigned row = sums->row[i], found[BLOCK_COLUMNS], count = find_columns(sums, i, columns, found);
	uint16_t *cell = what->grid->cell + (size_t)row * what->grid->columns + from;
	float packets = 0;

	for (unsigned j = 0; j < count; j++) {
		float sum = sums->sum[(size_t)found[j] * sums->rows + i];

		raster_merge(what->raster, what->grid, &cell[found[j]], what->series, (double)sum);
		packets += sum;
	}
	what->grid->packets[row] += packets;
	if (count)
		what->grid->series[row] |= (uint8_t)(1 << what->series);
}

/* Adds the rows from that one on which lie in the block of columns [from, to), and returns the one behind them. */
static unsigned add_block(struct sums *sums, const struct addition *what, unsigned row, unsigned from, unsigned to)
{
	const struct matrix *counts = what->counts;
	struct raster *raster = what->raster;

	sums->is_zero = true;
	memset(sums->sum, 0, (size_t)(to - from) * sums->rows * sizeof(*sums->sum));
	for (; row < what->last; row++) {
		unsigned column = raster_column_of_row(raster, what->grid, counts, what->first, row);
		double packets;

		if (column >= to)
			break;
		packets = sums_add_row(sums, column - from, counts->cells + (size_t)row * counts->columns);
		raster->packets[what->series] += raster_owns_row(raster, counts, row) ? packets : 0;
	}
	for (unsigned i = 0; i < sums->rows && !sums->is_zero; i++)
		merge_row(sums, i, what, from, to - from);
	return row;
}

/* Adds what has a place. In blocks, for sums lie column by column and cells row by row. */
static int add_counts(struct sums *sums, struct raster *raster, unsigned series, const struct matrix *counts, bool is_ranged)
{
	struct addition what = { .counts = counts, .raster = raster, .series = series };
	unsigned row, columns;

	if (is_ranged && !sums->places)
		return 0;
	what.grid = raster_find_grid(raster, counts, is_ranged, &what.first, &what.last);
	if (!what.grid)
		return -ENOMEM;
	row = what.first;
	columns = what.grid->columns;
	if (!what.grid->row_s)
		raster_note_rows(raster, counts, what.first, what.last);
	for (unsigned from = 0; from < columns && row < what.last && sums->places; from += BLOCK_COLUMNS)
		row = add_block(sums, &what, row, from, columns - from < BLOCK_COLUMNS ? columns : from + BLOCK_COLUMNS);
	return 0;
}

int raster_add(struct raster *raster, enum series series, unsigned first_bin, const struct matrix *counts)
{
	const struct axis_ports *axis = &raster->ports;
	unsigned bins = portbin_count(&axis->portbin);
	struct sums sums = { 0 }, ranged = { 0 };
	int err;

	if (!counts->columns || first_bin >= bins || counts->columns > bins - first_bin)
		return 0;
	err = sums_init(&sums, counts->columns, axis->lanes);
	if (raster->tells_apart && !err)
		err = sums_init(&ranged, counts->columns, axis->lanes);
	for (unsigned l = 0; l < axis->lanes && !err; l++)
		for (unsigned i = 0; i < counts->columns; i++) {
			const struct axis_lane *lane = &axis->lane[l];
			uint16_t lo, hi;

			portbin_range(&axis->portbin, first_bin + i, &lo, &hi);
			if (axis_lane_meets(lane, lo, hi))
				sums_add_place(raster->tells_apart && raster_is_range(axis, lane, lo, hi) ? &ranged : &sums, i,
				               axis_lane_row(axis, lane, lo, hi), axis_ports_lane(axis, lo, hi) == lane);
		}
	if (!err)
		err = add_counts(&sums, raster, series - raster->first, counts, false);
	if (!err)
		err = add_counts(&ranged, raster, series - raster->first, counts, true);
	sums_fini(&sums);
	sums_fini(&ranged);
	return err;
}

int raster_add_types(struct raster *raster, enum series series, const uint8_t *lane_of, const struct matrix *counts)
{
	struct sums sums;
	int err = counts->columns ? sums_init(&sums, counts->columns, 1) : 0;

	if (!counts->columns)
		return 0;
	for (unsigned i = 0; i < counts->columns && !err; i++) {
		const struct axis_lane *lane = &raster->ports.lane[lane_of[i]];

		sums_add_place(&sums, i, lane->top + lane->height / 2, true);
	}
	if (!err)
		err = add_counts(&sums, raster, series - raster->first, counts, false);
	sums_fini(&sums);
	return err;
}
