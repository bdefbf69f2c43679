/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How crowded the plot area is around each pixel. Pure. */
#ifndef PLOT_DENSITY_H
#define PLOT_DENSITY_H

#include <math.h>

#include "plot/raster.h"

#define DENSITY_TILE 32 /* pixels: the neighbourhood whose density counts */

/* The share of pixels with marks in each tile, as it matters for each series, with a border of copies so that it can be
 * interpolated anywhere. Marks of rows that are longer than the finest count as the pixels that those would have. */
struct density {
	unsigned columns;
	unsigned rows;
	float *share[SERIES_WITH_PORTS]; /* columns * rows; owned */
	float *line; /* a row of them, interpolated for one row of pixels; owned */
};

/* How many times the grid's columns are as long as finest_s (reference.h). */
double density_widths(const struct raster *raster, const struct raster_grid *grid, double finest_s);

/* The share of a column's pixels that its packets would have lit, had they been counted in columns that are widths times finer:
 * a few have been in a few of those, many in all. */
static inline float density_spread(double widths, float count)
{
	return widths > 1 ? 1 - powf(1 - (float)(1 / widths), count) : 1;
}

/* Counts the marks of all grids. 0 or -ENOMEM; density_fini() either way. */
int density_init(struct density *density, const struct raster *raster, double finest_s);
void density_fini(struct density *density);

/* Chooses the series and the row of pixels for density_at(). */
void density_set_row(struct density *density, unsigned series, unsigned y);

/* The share of pixels with marks around a pixel of that row. */
static inline float density_at(const struct density *density, unsigned x)
{
	unsigned at = x + DENSITY_TILE / 2, column = at / DENSITY_TILE;
	float part = ((float)(int)(at % DENSITY_TILE) + 0.5f) / DENSITY_TILE;

	return density->line[column] + (density->line[column + 1] - density->line[column]) * part;
}

#endif
