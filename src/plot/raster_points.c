/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/raster.h"

#include <errno.h>
#include <stdlib.h>

/* What the points of row y sum up to, column by column of a grid; `from` to `to` are those that have any. */
struct line {
	struct raster *raster;
	struct raster_grid *grid;
	const struct matrix *rows;
	unsigned first, last; /* rows that touch the window */
	unsigned series;      /* from the raster's first on */
	double *sum;          /* columns of the grid */
	unsigned y;
	unsigned from, to;
};

static void line_add(struct line *line, const struct raster_point *point, bool is_counted)
{
	int64_t row = point->at_s < line->rows->start_s ? -1 : (point->at_s - line->rows->start_s) / line->rows->row_s;
	unsigned column;

	if (row < line->first || row >= line->last)
		return;
	column = raster_column_of_row(line->raster, line->grid, line->rows, line->first, (unsigned)row);
	line->sum[column] += point->packets;
	line->from = column < line->from ? column : line->from;
	line->to = column + 1 > line->to ? column + 1 : line->to;
	if (is_counted && raster_owns_row(line->raster, line->rows, (unsigned)row))
		line->raster->packets[line->series] += point->packets;
}

/* Merges what there is, and goes on with row y. */
static void line_move(struct line *line, unsigned y)
{
	struct raster_grid *grid = line->grid;
	uint16_t *cell = grid->cell + (size_t)line->y * grid->columns;

	for (unsigned c = line->from; c < line->to; c++) {
		if (!(line->sum[c] > 0))
			continue;
		raster_merge(line->raster, grid, &cell[c], line->series, line->sum[c]);
		grid->packets[line->y] += (float)line->sum[c];
		grid->series[line->y] |= (uint8_t)(1 << line->series);
		line->sum[c] = 0;
	}
	line->y = y;
	line->from = grid->columns;
	line->to = 0;
}

/* Those of the lane, or for a lane of ICMP types those that have it. */
static void add_lane(struct line *line, unsigned lane_index, const uint8_t *lane_of, const struct raster_point *point, size_t count)
{
	const struct axis_ports *axis = &line->raster->ports;
	const struct axis_lane *lane = &axis->lane[lane_index];
	unsigned number = UINT16_MAX + 1u, y = lane->top + lane->height / 2;
	bool is_counted = true, is_there = false;

	for (size_t i = 0; i < count; i++) {
		if (point[i].number != number) {
			number = point[i].number;
			is_there = lane_of ? number < 256 && lane_of[number] == lane_index : axis_lane_meets(lane, number, number);
			if (is_there && !lane_of) {
				y = axis_lane_row(axis, lane, number, number);
				is_counted = axis_ports_lane(axis, number, number) == lane;
			}
			if (is_there && y != line->y)
				line_move(line, y);
		}
		if (is_there)
			line_add(line, &point[i], is_counted);
	}
	line_move(line, line->y);
}

int raster_add_points(struct raster *raster, enum series series, const uint8_t *lane_of, const struct matrix *rows,
                      const struct raster_point *point, size_t count)
{
	struct line line = { .raster = raster, .rows = rows, .series = series - raster->first };

	line.grid = raster_find_grid(raster, rows, false, &line.first, &line.last);
	if (!line.grid)
		return -ENOMEM;
	if (!line.grid->row_s)
		raster_note_rows(raster, rows, line.first, line.last);
	line.from = line.grid->columns;
	line.sum = calloc(line.grid->columns, sizeof(*line.sum));
	if (!line.sum)
		return -ENOMEM;
	for (unsigned l = 0; l < raster->ports.lanes && line.first < line.last; l++)
		add_lane(&line, l, lane_of, point, count);
	free(line.sum);
	return 0;
}
