/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plot areas of a picture: one for its window, or one for each panel of its days. */
#ifndef TOOL_AREAS_H
#define TOOL_AREAS_H

#include "archive/reader.h"
#include "plot/raster.h"
#include "tool/picture.h"

struct areas {
	unsigned count;
	struct raster *raster; /* count, in the order of time without a gap between; owned */
};

/* The height of each, without a strip below. */
unsigned areas_height(const struct picture_order *order);

/* With that axis, of series from first on (see raster_init). 0 or -ENOMEM; areas_fini() either way. */
int areas_init(struct areas *areas, const struct picture_order *order, const struct axis_ports *axis, enum series first,
               const double rank_by[SERIES_WITH_PORTS]);
void areas_fini(struct areas *areas);

/* The part of a piece that is read at once: that for the areas [*first, *last), as many as don't have too many rows together. It
 * begins with the first from *first on that the piece touches. */
struct reader_piece areas_next_chunk(const struct areas *areas, const struct reader_piece *piece, unsigned *first, unsigned *last);

/* Adds the counts of a file to the areas [first, last). 0 or -ENOMEM. */
int areas_add(struct areas *areas, unsigned first, unsigned last, const struct schema_file *file, const struct matrix *counts);

/* What the areas are together: the one there is, or of days window, size and packets of them all, without cells, in *sum. Borrows
 * from them; not for raster_fini(). */
struct raster *areas_sum(const struct areas *areas, const struct picture_order *order, double s_per_px, struct raster *sum);

#endif
