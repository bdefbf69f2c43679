/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/raster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void merge_cell(const struct raster *raster, struct raster_grid *grid, uint16_t *cell, enum series series, double count)
{
	if (*cell && raster_series(*cell) != series) {
		if (raster->rank[series] > raster->rank[raster_series(*cell)])
			*cell = (uint16_t)(series << 14 | raster_level_of(count));
		return;
	}
	grid->lit += !*cell;
	*cell = (uint16_t)(series << 14 | raster_level_of(count + raster_count(raster_level(*cell))));
}

/* The sums of one file, column by column: for each column those of the rows of pixels that its bins fall into. */
struct sums {
	unsigned bins;
	unsigned rows;
	unsigned *row;  /* row of pixels; bins at most */
	unsigned *into; /* for each bin: which of these */
	float *sum;     /* columns * rows; the raster's */
};

static int sums_init(struct sums *sums, struct raster *raster, unsigned columns, unsigned first_bin, unsigned bins)
{
	size_t size;

	*sums = (struct sums){ .bins = bins, .row = calloc(bins, sizeof(unsigned)), .into = calloc(bins, sizeof(unsigned)) };
	if (!sums->row || !sums->into)
		return -ENOMEM;
	for (unsigned i = 0; i < bins; i++) {
		uint16_t lo, hi;
		unsigned row;

		portbin_range(&raster->portbin, first_bin + i, &lo, &hi);
		row = axis_port_row(&raster->ports, lo, hi);
		if (!sums->rows || sums->row[sums->rows - 1] != row)
			sums->row[sums->rows++] = row;
		sums->into[i] = sums->rows - 1;
	}
	size = (size_t)columns * sums->rows;
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

static void sums_fini(struct sums *sums)
{
	free(sums->row);
	free(sums->into);
}

/* Adds a row of the matrix to a column, and returns its packets. */
static double sums_add_row(struct sums *sums, unsigned column, const double *cell)
{
	float *sum = sums->sum + (size_t)column * sums->rows;
	double even = 0, odd = 0; /* two, for one would wait for itself */
	unsigned i = 0;

	if (matrix_row_is_zero(cell, sums->bins))
		return 0;
	for (; i + 1 < sums->bins; i += 2) {
		double a = cell[i] > 0 ? cell[i] : 0, b = cell[i + 1] > 0 ? cell[i + 1] : 0; /* NaN is not */

		even += a;
		odd += b;
		sum[sums->into[i]] += (float)a;
		sum[sums->into[i + 1]] += (float)b;
	}
	if (i < sums->bins && cell[i] > 0) {
		even += cell[i];
		sum[sums->into[i]] += (float)cell[i];
	}
	return even + odd;
}

static void sums_merge(const struct sums *sums, struct raster *raster, struct raster_grid *grid, enum series series)
{
	for (unsigned x = 0; x < grid->columns; x++) {
		const float *sum = sums->sum + (size_t)x * sums->rows;

		for (unsigned i = 0; i < sums->rows; i++) {
			unsigned row = sums->row[i];

			if (!(sum[i] > 0))
				continue;
			merge_cell(raster, grid, &grid->cell[(size_t)row * grid->columns + x], series, (double)sum[i]);
			grid->series[row] |= (uint8_t)(1 << series);
			grid->packets[row] += sum[i];
		}
	}
}

int raster_add(struct raster *raster, enum series series, unsigned first_bin, const struct matrix *counts)
{
	unsigned first, last, bins = portbin_count(&raster->portbin);
	struct raster_grid *grid;
	struct sums sums;
	int err;

	if (!counts->columns || first_bin >= bins || counts->columns > bins - first_bin)
		return 0;
	grid = raster_find_grid(raster, counts, &first, &last);
	if (!grid)
		return -ENOMEM;
	if (first == last)
		return 0;
	err = sums_init(&sums, raster, grid->columns, first_bin, counts->columns);
	if (!err) {
		for (unsigned r = first; r < last; r++) {
			unsigned column = grid == raster->grid ? raster_pixel_of_row(raster, counts, r) : r - first;

			double packets = sums_add_row(&sums, column, counts->cells + (size_t)r * counts->columns);

			raster->packets[series] += raster_owns_row(raster, counts, r) ? packets : 0;
		}
		sums_merge(&sums, raster, grid, series);
	}
	sums_fini(&sums);
	return err;
}
