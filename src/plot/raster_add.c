/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/raster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MERGE_COLUMNS 32 /* at once: their cells are a line of the cache */

/* Columns of a file that follow each other and lie in one lane. */
struct run {
	unsigned first;
	unsigned count;
	unsigned into;   /* of the first; the others follow */
	bool is_counted; /* the lane is the first one that has them */
};

/* The sums of one file, column by column: for each column of pixels those of the rows of pixels that its bins fall into. */
struct sums {
	unsigned columns; /* of the file */
	unsigned places;  /* of these in lanes: none, or one for each lane */
	unsigned *into;   /* for each place: which of the rows */
	unsigned rows;
	unsigned *row;    /* of pixels; places at most */
	unsigned runs;
	struct run *run;  /* places at most */
	float *sum;       /* columns of pixels * rows; the raster's */
};

/* Room for a place for each column and lane. */
static int sums_init(struct sums *sums, unsigned columns, unsigned lanes)
{
	size_t places = (size_t)columns * lanes;

	*sums = (struct sums){ .columns = columns };
	sums->into = calloc(places, sizeof(*sums->into));
	sums->row = calloc(places, sizeof(*sums->row));
	sums->run = calloc(places, sizeof(*sums->run));
	return sums->into && sums->row && sums->run ? 0 : -ENOMEM;
}

static void sums_fini(struct sums *sums)
{
	free(sums->into);
	free(sums->row);
	free(sums->run);
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

/* Takes the raster's memory for them. */
static int sums_take_memory(struct sums *sums, struct raster *raster, unsigned columns)
{
	size_t size = (size_t)columns * sums->rows;

	if (size > raster->sums_size) {
		free(raster->sums);
		raster->sums = malloc(size * sizeof(float));
		raster->sums_size = raster->sums ? size : 0;
		if (!raster->sums)
			return -ENOMEM;
	}
	sums->sum = memset(raster->sums, 0, size * sizeof(float));
	return 0;
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

/* Adds a row of the matrix to a column, and returns its packets. */
static double sums_add_row(struct sums *sums, unsigned column, const double *cell)
{
	float *sum = sums->sum + (size_t)column * sums->rows;
	double packets = 0;

	if (matrix_row_is_zero(cell, sums->columns))
		return 0;
	for (unsigned i = 0; i < sums->runs; i++) {
		const struct run *run = &sums->run[i];
		double added = add_run(sum, sums->into + run->into, cell + run->first, run->count);

		packets += run->is_counted ? added : 0;
	}
	return packets;
}

/* Columns [from, to) of one row. */
static void merge_row(const struct sums *sums, unsigned i, struct raster *raster, struct raster_grid *grid, unsigned series,
                      unsigned from, unsigned to)
{
	unsigned row = sums->row[i];
	uint16_t *cell = grid->cell + (size_t)row * grid->columns;
	const float *sum = sums->sum + (size_t)from * sums->rows + i;
	float packets = 0;

	for (unsigned x = from; x < to; x++, sum += sums->rows) {
		if (!(*sum > 0))
			continue;
		raster_merge(raster, grid, &cell[x], series, (double)*sum);
		packets += *sum;
	}
	grid->packets[row] += packets;
	if (packets > 0)
		grid->series[row] |= (uint8_t)(1 << series);
}

/* Sums lie column by column and cells row by row: in blocks of which both fit into the nearest cache. */
static void sums_merge(const struct sums *sums, struct raster *raster, struct raster_grid *grid, unsigned series)
{
	for (unsigned from = 0; from < grid->columns; from += MERGE_COLUMNS) {
		unsigned to = grid->columns - from < MERGE_COLUMNS ? grid->columns : from + MERGE_COLUMNS;

		for (unsigned i = 0; i < sums->rows; i++)
			merge_row(sums, i, raster, grid, series, from, to);
	}
}

/* Adds what has a place. */
static int add_counts(struct sums *sums, struct raster *raster, unsigned series, const struct matrix *counts, bool is_ranged)
{
	unsigned first, last;
	struct raster_grid *grid;

	if (!sums->places)
		return 0;
	grid = raster_find_grid(raster, counts, is_ranged, &first, &last);
	if (!grid)
		return -ENOMEM;
	if (first == last)
		return 0;
	if (sums_take_memory(sums, raster, grid->columns))
		return -ENOMEM;
	for (unsigned r = first; r < last; r++) {
		unsigned column = raster_column_of_row(raster, grid, counts, first, r);
		double packets = sums_add_row(sums, column, counts->cells + (size_t)r * counts->columns);

		raster->packets[series] += raster_owns_row(raster, counts, r) ? packets : 0;
	}
	sums_merge(sums, raster, grid, series);
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
