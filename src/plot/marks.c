/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/marks.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "plot/density.h"
#include "plot/palette.h"
#include "plot/reference.h"

#define DESERT 0.001 /* the density up to which a mark is as large as can be */

unsigned marks_count(const struct raster *raster)
{
	unsigned count = 0;

	for (unsigned i = 0; i < raster->grids; i++)
		count += raster->grid[i].lit;
	return count;
}

struct walk {
	const struct raster *raster;
	const struct marks_style *style;
	struct density density;
	struct reference reference;
	float *log2_of; /* by level */
	void (*emit)(void *context, const struct mark *mark);
	void *context;
};

/* The diameter falls with the fourth root of the density: the marks shrink so slowly that a denser place is still brighter as
 * a whole. */
static float diameter_of(const struct marks_style *style, float density)
{
	float diameter = style->largest;

	if (style->flat)
		return style->smallest;
	if (density > (float)DESERT)
		diameter *= sqrtf(sqrtf((float)DESERT / density));
	diameter = roundf(diameter * 4) / 4;
	return diameter > style->smallest ? diameter : style->smallest;
}

static void walk_row(struct walk *walk, const struct raster_grid *grid, enum series series, unsigned y)
{
	const uint16_t *cell = grid->cell + (size_t)y * grid->columns;
	struct palette_scale scale = palette_scale(series, walk->reference.log2_count[y]);
	float smallest = walk->style->smallest;
	struct mark mark = { .y = y, .width = 1, .series = (uint8_t)series, .shade = PALETTE_SHADES - 1 };

	density_set_row(&walk->density, y);
	for (unsigned c = 0; c < grid->columns; c++) {
		unsigned to;
		float share, density; /* of pixels that marks have, and of the marks: fewer where each has several */

		if (!raster_is_of(cell[c], series))
			continue;
		mark.x = c;
		if (grid->row_s) {
			raster_column(walk->raster, grid, c, &mark.x, &to);
			mark.width = to - mark.x;
		}
		share = density_at(&walk->density, mark.x + mark.width / 2) * smallest * smallest;
		density = share / (float)mark.width;
		mark.diameter = diameter_of(walk->style, density);
		if (!walk->style->flat)
			mark.shade = (uint8_t)palette_brightness(&scale, walk->log2_of[raster_level(cell[c])], density, share);
		walk->emit(walk->context, &mark);
	}
}

static int walk_grid(struct walk *walk, const struct raster_grid *grid, enum series series)
{
	int err = reference_init(&walk->reference, walk->raster, grid, series);

	for (unsigned y = 0; !err && y < walk->raster->height; y++)
		if (walk->reference.percentile[y] != REFERENCE_NO_MARKS)
			walk_row(walk, grid, series, y);
	reference_fini(&walk->reference);
	return err;
}

static int walk_series(struct walk *walk, enum series series)
{
	const struct raster *raster = walk->raster;
	int err = density_init(&walk->density, raster, series);

	for (unsigned i = 0; !err && i < raster->grids; i++)
		err = walk_grid(walk, &raster->grid[i], series);
	density_fini(&walk->density);
	return err;
}

int marks_each(const struct raster *raster, const struct marks_style *style,
               void (*emit)(void *context, const struct mark *mark), void *context)
{
	struct walk walk = { .raster = raster, .style = style, .emit = emit, .context = context };
	int err = 0;

	walk.log2_of = calloc(RASTER_LEVELS, sizeof(*walk.log2_of));
	if (!walk.log2_of)
		return -ENOMEM;
	for (unsigned i = 1; i < RASTER_LEVELS; i++)
		walk.log2_of[i] = (float)log2(raster_count(i));
	for (unsigned rank = 0; !err && rank < SERIES_WITH_PORTS; rank++)
		for (unsigned series = 0; !err && series < SERIES_WITH_PORTS; series++)
			if (raster->rank[series] == rank && raster->packets[series] > 0)
				err = walk_series(&walk, (enum series)series);
	free(walk.log2_of);
	return err;
}
