/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/marks.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/palette.h"

#define TILE 32        /* pixels: the neighbourhood whose density counts */
#define BANDS 16       /* of the height: the neighbourhood whose counts are compared */
#define CROWD 0.06     /* the share of pixels that marks may cover before they shrink */
#define BUCKET_BITS 6  /* levels a bucket of the histogram: an eighth of an octave */
#define BUCKETS (RASTER_LEVELS >> BUCKET_BITS)

unsigned marks_count(const struct raster *raster)
{
	unsigned count = 0;

	for (unsigned i = 0; i < raster->grids; i++)
		count += raster->grid[i].lit;
	return count;
}

/* The share of lit pixels in each tile, with a border of copies so that it can be interpolated anywhere. */
struct density {
	unsigned columns;
	unsigned rows;
	float *share; /* columns * rows */
	float *line;  /* a row of them, interpolated for one row of pixels */
};

static void density_count(struct density *density, const struct raster *raster, const struct raster_grid *grid)
{
	for (unsigned y = 0; y < raster->height && grid->lit; y++) {
		const uint16_t *cell = grid->cell + (size_t)y * grid->columns;
		float *share = density->share + (size_t)(y / TILE + 1) * density->columns + 1;

		for (unsigned c = 0; c < grid->columns; c++) {
			unsigned from, to;

			if (!cell[c])
				continue;
			raster_column(raster, grid, c, &from, &to);
			for (unsigned x = from; x < to; x++)
				share[x / TILE] += 1.0f / (TILE * TILE);
		}
	}
}

static int density_init(struct density *density, const struct raster *raster)
{
	unsigned inner_columns = (raster->width + TILE - 1) / TILE, inner_rows = (raster->height + TILE - 1) / TILE;
	float edge_x = (float)TILE / (raster->width - (inner_columns - 1) * TILE);
	float edge_y = (float)TILE / (raster->height - (inner_rows - 1) * TILE);
	unsigned columns = inner_columns + 2, rows = inner_rows + 2;

	*density = (struct density){ .columns = columns, .rows = rows };
	density->share = calloc((size_t)columns * rows, sizeof(float));
	density->line = calloc(columns, sizeof(float));
	if (!density->share || !density->line)
		return -ENOMEM;
	for (unsigned i = 0; i < raster->grids; i++)
		density_count(density, raster, &raster->grid[i]);
	for (unsigned y = 1; y <= inner_rows; y++) {
		float *share = density->share + (size_t)y * columns;

		share[inner_columns] *= edge_x; /* the last tiles are smaller */
		for (unsigned x = 1; x <= inner_columns && y == inner_rows; x++)
			share[x] *= edge_y;
		share[0] = share[1];
		share[columns - 1] = share[columns - 2];
	}
	memcpy(density->share, density->share + columns, columns * sizeof(float));
	memcpy(density->share + (size_t)(rows - 1) * columns, density->share + (size_t)(rows - 2) * columns, columns * sizeof(float));
	return 0;
}

static void density_fini(struct density *density)
{
	free(density->share);
	free(density->line);
}

static void density_set_row(struct density *density, unsigned y)
{
	float at = (y + 0.5f) / TILE + 0.5f;
	unsigned row = (unsigned)at;
	const float *above = density->share + (size_t)row * density->columns, *below = above + density->columns;

	for (unsigned x = 0; x < density->columns; x++)
		density->line[x] = above[x] + (below[x] - above[x]) * (at - row);
}

static float density_at(const struct density *density, unsigned x)
{
	float at = (x + 0.5f) / TILE + 0.5f;
	unsigned column = (unsigned)at;

	return density->line[column] + (density->line[column + 1] - density->line[column]) * (at - column);
}

/* For each series and band of the height, log2 of the count that 98 of 100 marks do not exceed. */
struct reference {
	float log2_count[SERIES_WITH_PORTS][BANDS + 2]; /* the outer ones are copies */
};

static float percentile(const uint32_t histogram[BUCKETS])
{
	uint64_t all = 0, seen = 0;

	for (unsigned i = 0; i < BUCKETS; i++)
		all += histogram[i];
	for (unsigned i = 0; i < BUCKETS; i++) {
		seen += histogram[i];
		if (seen && seen * 100 >= all * 98)
			return (float)log2(raster_count((i << BUCKET_BITS) + 1));
	}
	return 0;
}

static int reference_init(struct reference *reference, const struct raster *raster, const struct raster_grid *grid)
{
	uint32_t (*histogram)[SERIES_WITH_PORTS][BUCKETS] = calloc(BANDS, sizeof(*histogram));

	if (!histogram)
		return -ENOMEM;
	for (unsigned y = 0; y < raster->height; y++) {
		const uint16_t *cell = grid->cell + (size_t)y * grid->columns;
		uint32_t (*band)[BUCKETS] = histogram[(uint64_t)y * BANDS / raster->height];

		for (unsigned c = 0; c < grid->columns; c++)
			if (cell[c])
				band[raster_series(cell[c])][(raster_level(cell[c]) - 1) >> BUCKET_BITS]++;
	}
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		float *row = reference->log2_count[s];

		for (unsigned b = 0; b < BANDS; b++)
			row[b + 1] = percentile(histogram[b][s]);
		row[0] = row[1];
		row[BANDS + 1] = row[BANDS];
	}
	free(histogram);
	return 0;
}

static float reference_at(const struct reference *reference, unsigned series, unsigned y, unsigned height)
{
	float at = (y + 0.5f) * BANDS / height + 0.5f;
	unsigned band = (unsigned)at;
	const float *row = reference->log2_count[series];

	return row[band] + (row[band + 1] - row[band]) * (at - band);
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

/* A dot around a pixel, or a dash where the row is wider than the dot would be: a mark shows no more than is known. */
static void emit_mark(const struct walk *walk, unsigned from, unsigned to, unsigned y, float share, unsigned series, unsigned shade)
{
	double size = share > 0 ? sqrt(CROWD / share) : walk->style->largest;
	unsigned side = walk->style->pixel, width = to - from;
	struct mark mark = { .series = (uint8_t)series, .shade = (uint8_t)shade };

	size = size < walk->style->largest ? size : walk->style->largest;
	if (!walk->style->flat && size + 0.5 > side)
		side = (unsigned)(size + 0.5);
	mark.width = width > side ? width : side;
	mark.height = side;
	mark.x = (int)from - (int)(mark.width - width) / 2;
	mark.y = (int)y - (int)(side - 1) / 2;
	walk->emit(walk->context, &mark);
}

static void walk_row(struct walk *walk, const struct raster_grid *grid, unsigned series, unsigned y)
{
	const uint16_t *cell = grid->cell + (size_t)y * grid->columns;
	float reference = reference_at(&walk->reference, series, y, walk->raster->height);
	bool is_set = false;

	for (unsigned c = 0; c < grid->columns; c++) {
		unsigned from, to, shade = PALETTE_SHADES - 1;
		float share, lonely;

		if (!cell[c] || raster_series(cell[c]) != (enum series)series)
			continue;
		if (!is_set)
			density_set_row(&walk->density, y);
		is_set = true;
		raster_column(walk->raster, grid, c, &from, &to);
		share = density_at(&walk->density, from + (to - from) / 2);
		lonely = share < CROWD / 8 ? 1 - share / (float)(CROWD / 8) : 0;
		if (!walk->style->flat)
			shade = palette_brightness((enum series)series, walk->log2_of[raster_level(cell[c])], reference, lonely);
		emit_mark(walk, from, to, y, share, series, shade);
	}
}

static void walk_grid(struct walk *walk, const struct raster_grid *grid, unsigned series)
{
	for (unsigned y = 0; y < walk->raster->height; y++)
		walk_row(walk, grid, series, y);
}

int marks_each(const struct raster *raster, const struct marks_style *style,
               void (*emit)(void *context, const struct mark *mark), void *context)
{
	struct walk walk = { .raster = raster, .style = style, .emit = emit, .context = context };
	int err = density_init(&walk.density, raster);

	walk.log2_of = calloc(RASTER_LEVELS, sizeof(float));
	if (!walk.log2_of)
		err = -ENOMEM;
	for (unsigned i = 1; !err && i < RASTER_LEVELS; i++)
		walk.log2_of[i] = (float)log2(raster_count(i));
	for (unsigned rank = 0; !err && rank < SERIES_WITH_PORTS; rank++) {
		unsigned series = 0;

		while (raster->rank[series] != rank)
			series++;
		for (unsigned i = 0; !err && i < raster->grids && raster->packets[series] > 0; i++) {
			err = reference_init(&walk.reference, raster, &raster->grid[i]);
			if (!err)
				walk_grid(&walk, &raster->grid[i], series);
		}
	}
	free(walk.log2_of);
	density_fini(&walk.density);
	return err;
}
