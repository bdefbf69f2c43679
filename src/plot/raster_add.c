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
	unsigned *row;   /* row of pixels; bins at most */
	unsigned *first; /* its first bin, and behind the last row the number of bins */
	float *sum;      /* columns * rows; the raster's */
};

static int sums_init(struct sums *sums, struct raster *raster, unsigned columns, unsigned first_bin, unsigned bins)
{
	size_t size;

	*sums = (struct sums){ .bins = bins, .row = calloc(bins, sizeof(unsigned)), .first = calloc(bins + 1, sizeof(unsigned)) };
	if (!sums->row || !sums->first)
		return -ENOMEM;
	for (unsigned i = 0; i < bins; i++) {
		uint16_t lo, hi;
		unsigned row;

		portbin_range(&raster->portbin, first_bin + i, &lo, &hi);
		row = axis_port_row(&raster->ports, lo, hi);
		if (sums->rows && sums->row[sums->rows - 1] == row)
			continue;
		sums->row[sums->rows] = row;
		sums->first[sums->rows++] = i;
	}
	sums->first[sums->rows] = bins;
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
	free(sums->first);
}

/* Most rows of most files are zeros; the sign bit can't matter, for counts have none. */
static bool is_all_zero(const double *cell, unsigned count)
{
	uint64_t any = 0;

	for (unsigned i = 0; i < count; i++) {
		uint64_t bits;

		memcpy(&bits, &cell[i], sizeof(bits));
		any |= bits;
	}
	return !any;
}

static double sums_add_row(struct sums *sums, unsigned column, const double *cell)
{
	float *sum = sums->sum + (size_t)column * sums->rows;
	double packets = 0;

	if (is_all_zero(cell, sums->bins))
		return 0;
	for (unsigned i = 0; i < sums->rows; i++) {
		double here = 0;

		for (unsigned bin = sums->first[i]; bin < sums->first[i + 1]; bin++)
			here += cell[bin] > 0 ? cell[bin] : 0; /* NaN is not */
		sum[i] += (float)here;
		packets += here;
	}
	return packets;
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

			raster->packets[series] += sums_add_row(&sums, column, counts->cells + (size_t)r * counts->columns);
		}
		sums_merge(&sums, raster, grid, series);
	}
	sums_fini(&sums);
	return err;
}
