/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How crowded the plot area is around each pixel. Pure. */
#ifndef PLOT_DENSITY_H
#define PLOT_DENSITY_H

#include "plot/raster.h"

/* The share of pixels with marks in each tile, as it matters for each series, with a border of copies so that it can be
 * interpolated anywhere. */
struct density {
	unsigned columns;
	unsigned rows;
	float *share[SERIES_WITH_PORTS]; /* columns * rows; owned */
	float *line; /* a row of them, interpolated for one row of pixels; owned */
};

/* Counts the marks of all grids. 0 or -ENOMEM; density_fini() either way. */
int density_init(struct density *density, const struct raster *raster);
void density_fini(struct density *density);

/* Chooses the series and the row of pixels for density_at(). */
void density_set_row(struct density *density, enum series series, unsigned y);

/* The share of pixels with marks around a pixel of that row. */
float density_at(const struct density *density, unsigned x);

#endif
