/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/density.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TILE 32     /* pixels: the neighbourhood whose density counts */
#define OTHERS 0.05 /* how much a mark of another series counts: one red dot in a green crowd is alone */

static void density_count(struct density *density, const struct raster *raster, const struct raster_grid *grid,
                          enum series series)
{
	const float one = 1.0f / (TILE * TILE);

	for (unsigned y = 0; y < raster->height; y++) {
		const uint16_t *cell = grid->cell + (size_t)y * grid->columns;
		float *share = density->share + (size_t)(y / TILE + 1) * density->columns + 1;

		for (unsigned c = 0; grid->series[y] && c < grid->columns; c++) {
			float weight = raster_is_of(cell[c], series) ? one : (float)OTHERS * one;
			unsigned from, to;

			if (!cell[c])
				continue;
			if (!grid->row_s) {
				share[c / TILE] += weight;
				continue;
			}
			raster_column(raster, grid, c, &from, &to);
			for (unsigned x = from; x < to; x++)
				share[x / TILE] += weight;
		}
	}
}

int density_init(struct density *density, const struct raster *raster, enum series series)
{
	unsigned inner_columns = (raster->width + TILE - 1) / TILE, inner_rows = (raster->height + TILE - 1) / TILE;
	float edge_x = (float)TILE / (raster->width - (inner_columns - 1) * TILE);
	float edge_y = (float)TILE / (raster->height - (inner_rows - 1) * TILE);
	unsigned columns = inner_columns + 2, rows = inner_rows + 2;
	float *last;

	*density = (struct density){ .columns = columns, .rows = rows };
	density->share = calloc((size_t)columns * rows, sizeof(float));
	density->line = calloc(columns, sizeof(float));
	if (!density->share || !density->line)
		return -ENOMEM;
	for (unsigned i = 0; i < raster->grids; i++)
		density_count(density, raster, &raster->grid[i], series);
	for (unsigned y = 1; y <= inner_rows; y++) {
		float *share = density->share + (size_t)y * columns;

		share[inner_columns] *= edge_x; /* the last tiles are smaller */
		for (unsigned x = 1; x <= inner_columns && y == inner_rows; x++)
			share[x] *= edge_y;
		share[0] = share[1];
		share[columns - 1] = share[columns - 2];
	}
	last = density->share + (size_t)(rows - 1) * columns;
	memcpy(density->share, density->share + columns, columns * sizeof(float));
	memcpy(last, last - columns, columns * sizeof(float));
	return 0;
}

void density_fini(struct density *density)
{
	free(density->share);
	free(density->line);
}

void density_set_row(struct density *density, unsigned y)
{
	float at = (y + 0.5f) / TILE + 0.5f;
	unsigned row = (unsigned)at;
	const float *above = density->share + (size_t)row * density->columns, *below = above + density->columns;

	for (unsigned x = 0; x < density->columns; x++)
		density->line[x] = above[x] + (below[x] - above[x]) * (at - row);
}

float density_at(const struct density *density, unsigned x)
{
	float at = (x + 0.5f) / TILE + 0.5f;
	unsigned column = (unsigned)at;

	return density->line[column] + (density->line[column + 1] - density->line[column]) * (at - column);
}
