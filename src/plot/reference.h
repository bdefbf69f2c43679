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

/* For one grid. 0 or -ENOMEM; reference_fini() either way. */
int reference_init(struct reference *reference, const struct raster *raster, const struct raster_grid *grid);
void reference_fini(struct reference *reference);

#endif
