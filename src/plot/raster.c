/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/raster.h"

#include <errno.h>
#include <math.h>

#include "plot/pages.h"

static void rank_series(struct raster *raster, const double packets[SERIES_WITH_PORTS])
{
	for (unsigned i = 0; i < SERIES_WITH_PORTS; i++)
		for (unsigned j = 0; j < SERIES_WITH_PORTS; j++)
			raster->rank[i] += packets[j] > packets[i] || (packets[j] == packets[i] && j < i);
}

static void grid_fini(struct raster_grid *grid)
{
	free(grid->cell);
	free(grid->series);
	free(grid->packets);
	free(grid->from);
	free(grid->to);
}

void raster_row_pixels(const struct raster *raster, int64_t start_s, uint32_t row_s, unsigned *from, unsigned *to)
{
	double at_s = (double)(start_s - raster->start_s);
	double left = floor(at_s / raster->s_per_px + 0.5), right = floor((at_s + row_s) / raster->s_per_px + 0.5);

	left = left < 0 ? 0 : left < raster->width ? left : raster->width - 1;
	right = right > raster->width ? raster->width : right > left ? right : left + 1;
	*from = (unsigned)left;
	*to = (unsigned)right;
}

/* Which pixels the columns of a grid cover. */
static int find_columns(const struct raster *raster, struct raster_grid *grid)
{
	grid->from = calloc(grid->columns, sizeof(*grid->from));
	grid->to = calloc(grid->columns, sizeof(*grid->to));
	if (!grid->from || !grid->to)
		return -ENOMEM;
	for (unsigned c = 0; c < grid->columns; c++)
		raster_row_pixels(raster, grid->start_s + (int64_t)c * grid->row_s, grid->row_s, &grid->from[c], &grid->to[c]);
	return 0;
}

static int grid_init(struct raster_grid *grid, const struct raster *raster, int64_t start_s, uint32_t row_s, unsigned columns)
{
	*grid = (struct raster_grid){ .start_s = start_s, .row_s = row_s, .columns = columns };
	grid->cell = pages_calloc((size_t)columns * raster->height * sizeof(*grid->cell));
	grid->series = calloc(raster->height, sizeof(*grid->series));
	grid->packets = calloc(raster->height, sizeof(*grid->packets));
	if (!grid->cell || !grid->series || !grid->packets)
		return -ENOMEM;
	return row_s ? find_columns(raster, grid) : 0;
}

int raster_init(struct raster *raster, int64_t start_s, int64_t end_s, unsigned width, const struct axis_ports *axis,
                enum series first, const double rank_by[SERIES_WITH_PORTS])
{
	*raster = (struct raster){
		.start_s = start_s, .end_s = end_s, .width = width, .height = axis->height, .ports = *axis, .first = first, .grids = 1,
		.s_per_px = (double)(end_s - start_s) / width, .own_from_s = INT64_MIN, .own_to_s = INT64_MAX,
		.rows_until_s = INT64_MIN,
	};
	rank_series(raster, rank_by);
	raster->known_s = calloc(width, sizeof(double));
	raster->lost = calloc(width, sizeof(double));
	raster->seconds = calloc(width, sizeof(double));
	raster->even = calloc(width, sizeof(*raster->even));
	if (!raster->known_s || !raster->lost || !raster->seconds || !raster->even)
		return -ENOMEM;
	return grid_init(&raster->grid[0], raster, start_s, 0, width);
}

void raster_fini(struct raster *raster)
{
	for (unsigned i = 0; i < raster->grids; i++)
		grid_fini(&raster->grid[i]);
	free(raster->known_s);
	free(raster->lost);
	free(raster->seconds);
	free(raster->even);
	*raster = (struct raster){ 0 };
}

void raster_drop_cells(struct raster *raster)
{
	for (unsigned i = 0; i < raster->grids; i++)
		grid_fini(&raster->grid[i]);
	raster->grids = 0;
}

/* The rows [*first, *last) that touch the window; the others are of no use. */
static void rows_in_window(const struct raster *raster, const struct matrix *m, unsigned *first, unsigned *last)
{
	int64_t row_s = m->row_s;

	*first = *last = 0;
	if (!row_s || m->start_s >= raster->end_s || m->start_s + (int64_t)m->rows * row_s <= raster->start_s)
		return;
	if (raster->start_s > m->start_s)
		*first = (unsigned)((raster->start_s - m->start_s) / row_s);
	*last = m->rows;
	if (raster->end_s < m->start_s + (int64_t)m->rows * row_s)
		*last = (unsigned)((raster->end_s - m->start_s + row_s - 1) / row_s);
}

/* The grid for rows of that length from start_s on, made at first use; rows no wider than a pixel share the first of their kind. */
static struct raster_grid *find_grid(struct raster *raster, int64_t start_s, uint32_t row_s, unsigned rows, bool is_ranged)
{
	struct raster_grid *grid;

	if (!rows || row_s <= raster->s_per_px) {
		start_s = raster->start_s;
		row_s = 0;
		rows = raster->width;
	}
	for (unsigned i = 0; i < raster->grids; i++) {
		grid = &raster->grid[i];
		if (grid->start_s == start_s && grid->row_s == row_s && grid->columns == rows && grid->is_ranged == is_ranged)
			return grid;
	}
	if (raster->grids == RASTER_GRIDS)
		return &raster->grid[0];
	grid = &raster->grid[raster->grids];
	if (grid_init(grid, raster, start_s, row_s, rows)) {
		grid_fini(grid);
		return NULL;
	}
	grid->is_ranged = is_ranged;
	raster->grids++;
	return grid;
}

struct raster_grid *raster_find_grid(struct raster *raster, const struct matrix *m, bool is_ranged, unsigned *first, unsigned *last)
{
	rows_in_window(raster, m, first, last);
	return find_grid(raster, m->start_s + (int64_t)*first * m->row_s, m->row_s, *last - *first, is_ranged);
}

bool raster_has_ranges(const struct raster *raster)
{
	for (unsigned i = 0; i < raster->grids; i++)
		if (raster->grid[i].lit && raster->grid[i].is_ranged)
			return true;
	return false;
}

void raster_join_ranges(struct raster *raster)
{
	for (unsigned i = 0; i < raster->grids; i++)
		raster->grid[i].is_ranged = false;
	raster->tells_apart = false;
}

bool raster_is_range(const struct axis_ports *axis, const struct axis_lane *lane, unsigned lo, unsigned hi)
{
	double below = (lo > lane->lo ? lo : lane->lo) - 0.5, above = (hi < lane->hi ? hi : lane->hi) + 0.5;

	return lo != hi && axis_lane_meets(lane, lo, hi) &&
	       axis_lane_y_at(axis, lane, below) - axis_lane_y_at(axis, lane, above) >= RASTER_RANGE;
}

unsigned raster_pixel_of_row(const struct raster *raster, const struct matrix *m, unsigned row)
{
	double x = ((double)(m->start_s - raster->start_s) + (row + 0.5) * m->row_s) / raster->s_per_px;

	return x < 0 ? 0 : x >= raster->width ? raster->width - 1 : (unsigned)x;
}

void raster_note_rows(struct raster *raster, const struct matrix *m, unsigned first, unsigned last)
{
	int64_t end_s = m->start_s + (int64_t)last * m->row_s;

	if (first == last || end_s <= raster->rows_until_s)
		return;
	for (unsigned r = first; r < last; r++)
		if (m->start_s + (int64_t)r * m->row_s >= raster->rows_until_s)
			raster->seconds[raster_pixel_of_row(raster, m, r)] += m->row_s;
	for (unsigned x = 0; x < raster->width; x++)
		if (raster->seconds[x] > 0)
			raster->even[x] = (int16_t)lround(RASTER_OCTAVE * fmax(fmin(log2(raster->s_per_px / raster->seconds[x]), 1), -1));
	raster->rows_until_s = end_s;
}

bool raster_owns_row(const struct raster *raster, const struct matrix *m, unsigned row)
{
	int64_t middle_s = m->start_s + (int64_t)row * m->row_s + m->row_s / 2;

	return middle_s >= raster->own_from_s && middle_s < raster->own_to_s;
}

/* Spreads an amount evenly over the columns of [from_s, to_s). */
static void spread(const struct raster *raster, double *column, double from_s, double to_s, double amount)
{
	double from = (from_s - (double)raster->start_s) / raster->s_per_px;
	double to = (to_s - (double)raster->start_s) / raster->s_per_px;

	for (unsigned x = from > 0 ? (unsigned)from : 0; x < raster->width && x < to; x++) {
		double begin = x > from ? x : from, end = x + 1 < to ? x + 1 : to;

		if (end > begin)
			column[x] += amount * (end - begin) / (to - from);
	}
}

void raster_add_lost(struct raster *raster, const struct matrix *totals, unsigned lost_column)
{
	unsigned first, last;

	rows_in_window(raster, totals, &first, &last);
	for (unsigned r = first; r < last; r++) {
		double lost = matrix_cell(totals, r, lost_column);

		if (lost > 0 && raster_owns_row(raster, totals, r))
			raster->lost[raster_pixel_of_row(raster, totals, r)] += lost;
	}
}

/* Adds a part of [from_s, to_s), between nothing and all of it. */
static double add_known(struct raster *raster, double from_s, double to_s, double part)
{
	if (!(part > 0) || to_s <= from_s)
		return 0;
	spread(raster, raster->known_s, from_s, to_s, part * (to_s - from_s));
	from_s = from_s > (double)raster->start_s ? from_s : (double)raster->start_s;
	to_s = to_s < (double)raster->end_s ? to_s : (double)raster->end_s;
	return to_s > from_s ? part * (to_s - from_s) : 0;
}

/* The share of a row that was listened to; of rows that are not there, none (the one before the first has a large number). */
static double known_share(const struct matrix *totals, unsigned row, unsigned known_column)
{
	double known = row < totals->rows ? matrix_cell(totals, row, known_column) : 0;

	return known < 1 ? known : known > 0 ? 1 : 0;
}

/* Of a row that was listened to in part, the rest lies beside the neighbour that was listened to less; between equals it is spread. */
static double add_known_row(struct raster *raster, const struct matrix *totals, unsigned row, unsigned known_column, int64_t end_s)
{
	double from_s = (double)(totals->start_s + (int64_t)row * totals->row_s), to_s = fmin(from_s + totals->row_s, (double)end_s);
	double part = known_share(totals, row, known_column), known_s = part * (to_s - from_s);
	double before = known_share(totals, row - 1, known_column), after = known_share(totals, row + 1, known_column);

	if (before > after)
		return add_known(raster, from_s, from_s + known_s, 1);
	if (before < after)
		return add_known(raster, to_s - known_s, to_s, 1);
	return add_known(raster, from_s, to_s, part);
}

double raster_add_known(struct raster *raster, const struct matrix *totals, unsigned known_column, unsigned lost_column,
                        int64_t end_s)
{
	unsigned first, last;
	double sum_s = 0;

	raster_add_lost(raster, totals, lost_column);
	rows_in_window(raster, totals, &first, &last);
	for (unsigned r = first; r < last; r++)
		sum_s += add_known_row(raster, totals, r, known_column, end_s);
	return sum_s;
}

double raster_add_known_span(struct raster *raster, int64_t start_s, int64_t end_s)
{
	return add_known(raster, (double)start_s, (double)end_s, 1);
}
