/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which counts are usual at each height, so that a mark can be compared with them. Pure. */
#ifndef PLOT_REFERENCE_H
#define PLOT_REFERENCE_H

#include <stdint.h>

#include "plot/raster.h"

#define REFERENCE_NO_MARKS UINT16_MAX /* the percentile of an empty row */

struct reference_rows {
	uint16_t *percentile; /* of each row of pixels: what 98 of 100 marks do not exceed, on a log scale; owned */
	float *log2_count;    /* of each row: log2 of the count from which on a mark has its full colour; owned */
};

struct reference {
	struct reference_rows series[SERIES_WITH_PORTS];
};

/* Those of a picture: one for each length of rows, as the counts of longer rows are larger. */
struct references {
	unsigned count;
	double finest_s; /* of a pixel or of the shortest rows that are wider: what the narrowest marks stand for */
	uint32_t row_s[RASTER_GRIDS];
	struct reference reference[RASTER_GRIDS];
};

/* From all rasters together, of the same height, so that a mark in one compares with one in another. 0 or -ENOMEM;
 * references_fini() either way. */
int references_init(struct references *references, const struct raster *const *raster, unsigned rasters);
void references_fini(struct references *references);

/* The one for rows of that length, which one of the rasters has. */
const struct reference *references_find(const struct references *references, uint32_t row_s);

#endif
