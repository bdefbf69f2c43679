/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/density.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define OTHERS 0.05 /* how much a mark of another series counts: one red dot in a green crowd is alone */

double density_widths(const struct raster *raster, const struct raster_grid *grid, double finest_s)
{
	return fmax(grid->row_s, raster->s_per_px) / finest_s;
}

/* Adds each mark to its series' tile. */
static void density_count(struct density *density, const struct raster *raster, const struct raster_grid *grid, double widths)
{
	for (unsigned y = 0; y < raster->height; y++) {
		const uint16_t *cell = grid->cell + (size_t)y * grid->columns;
		size_t line = (size_t)(y / DENSITY_TILE + 1) * density->columns + 1;

		for (unsigned c = 0; grid->series[y] && c < grid->columns; c++) {
			unsigned from, to;
			float *marks, part;

			if (!cell[c])
				continue;
			marks = density->share[raster_series(cell[c])] + line;
			if (!grid->row_s) {
				marks[c / DENSITY_TILE]++;
				continue;
			}
			raster_column(grid, c, &from, &to);
			part = density_spread(widths, (float)raster_count(raster_level(cell[c])));
			for (unsigned x = from; x < to; x++)
				marks[x / DENSITY_TILE] += part;
		}
	}
}

/* Marks become shares of the tile's pixels, those of other series weighed. */
static void weigh_tile(struct density *density, size_t tile, float pixels)
{
	float all = 0;

	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
		all += density->share[s][tile];
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
		density->share[s][tile] = (density->share[s][tile] * (1 - (float)OTHERS) + all * (float)OTHERS) / pixels;
}

static void copy_border(float *share, unsigned columns, unsigned rows)
{
	float *last = share + (size_t)(rows - 1) * columns;

	for (unsigned y = 1; y + 1 < rows; y++) {
		float *line = share + (size_t)y * columns;

		line[0] = line[1];
		line[columns - 1] = line[columns - 2];
	}
	memcpy(share, share + columns, columns * sizeof(float));
	memcpy(last, last - columns, columns * sizeof(float));
}

int density_init(struct density *density, const struct raster *raster, double finest_s)
{
	unsigned columns = (raster->width + DENSITY_TILE - 1) / DENSITY_TILE + 2;
	unsigned rows = (raster->height + DENSITY_TILE - 1) / DENSITY_TILE + 2;

	*density = (struct density){ .columns = columns, .rows = rows, .line = calloc(columns, sizeof(float)) };
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		density->share[s] = calloc((size_t)columns * rows, sizeof(float));
		if (!density->share[s] || !density->line)
			return -ENOMEM;
	}
	for (unsigned i = 0; i < raster->grids; i++)
		density_count(density, raster, &raster->grid[i], density_widths(raster, &raster->grid[i], finest_s));
	for (unsigned y = 1; y + 1 < rows; y++)
		for (unsigned x = 1; x + 1 < columns; x++) {
			/* The last tiles are smaller. */
			unsigned width = x * DENSITY_TILE <= raster->width ? DENSITY_TILE : raster->width % DENSITY_TILE;
			unsigned height = y * DENSITY_TILE <= raster->height ? DENSITY_TILE : raster->height % DENSITY_TILE;

			weigh_tile(density, (size_t)y * columns + x, (float)width * (float)height);
		}
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
		copy_border(density->share[s], columns, rows);
	return 0;
}

void density_fini(struct density *density)
{
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
		free(density->share[s]);
	free(density->line);
}

void density_set_row(struct density *density, unsigned series, unsigned y)
{
	float at = (y + 0.5f) / DENSITY_TILE + 0.5f;
	unsigned row = (unsigned)at;
	const float *above = density->share[series] + (size_t)row * density->columns, *below = above + density->columns;

	for (unsigned x = 0; x < density->columns; x++)
		density->line[x] = above[x] + (below[x] - above[x]) * (at - row);
}
