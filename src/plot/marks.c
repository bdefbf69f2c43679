/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/marks.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/palette.h"

#define TILE 32        /* pixels: the neighbourhood whose density counts */
#define BANDS 16       /* of the height: a mark is compared with those of the rows in such a band around it */
#define DESERT 0.001   /* the share of lit pixels up to which a mark is as large as can be */
#define OTHERS 0.05    /* how much a mark of another series counts: one red dot in a green crowd is alone */
#define BUCKET_BITS 6  /* levels a bucket of the histogram: an eighth of an octave */
#define BUCKETS (RASTER_LEVELS >> BUCKET_BITS)

unsigned marks_count(const struct raster *raster)
{
	unsigned count = 0;

	for (unsigned i = 0; i < raster->grids; i++)
		count += raster->grid[i].lit;
	return count;
}

/* The share of pixels with marks in each tile, as it matters for one series, with a border of copies so that it can be
 * interpolated anywhere. */
struct density {
	unsigned columns;
	unsigned rows;
	float *share; /* columns * rows */
	float *line;  /* a row of them, interpolated for one row of pixels */
};

static bool is_of(uint16_t cell, unsigned series)
{
	return cell && raster_series(cell) == (enum series)series;
}

static void density_count(struct density *density, const struct raster *raster, const struct raster_grid *grid, unsigned series)
{
	const float one = 1.0f / (TILE * TILE);

	for (unsigned y = 0; y < raster->height; y++) {
		const uint16_t *cell = grid->cell + (size_t)y * grid->columns;
		float *share = density->share + (size_t)(y / TILE + 1) * density->columns + 1;

		for (unsigned c = 0; grid->series[y] && c < grid->columns; c++) {
			float weight = is_of(cell[c], series) ? one : (float)OTHERS * one;
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

static int density_init(struct density *density, const struct raster *raster, unsigned series)
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
		density_count(density, raster, &raster->grid[i], series);
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

/* The bucket that holds the 98th of 100 marks. */
static unsigned percentile(const uint32_t histogram[BUCKETS], uint32_t marks)
{
	uint32_t seen = 0;

	for (unsigned i = 0; i < BUCKETS; i++) {
		seen += histogram[i];
		if ((uint64_t)seen * 100 >= (uint64_t)marks * 98)
			return i;
	}
	return BUCKETS - 1;
}

#define NO_MARKS UINT16_MAX

/* The 98th percentile of each row of one series; NO_MARKS for an empty one. */
static void rows_percentile(const struct raster_grid *grid, unsigned height, unsigned series, uint16_t *row)
{
	for (unsigned y = 0; y < height; y++) {
		const uint16_t *cell = grid->cell + (size_t)y * grid->columns;
		uint32_t histogram[BUCKETS] = { 0 }, marks = 0;

		for (unsigned c = 0; grid->series[y] >> series & 1 && c < grid->columns; c++)
			if (is_of(cell[c], series)) {
				histogram[(raster_level(cell[c]) - 1) >> BUCKET_BITS]++;
				marks++;
			}
		row[y] = marks ? (uint16_t)percentile(histogram, marks) : NO_MARKS;
	}
}

/* The median of the rows that have marks, from the histogram of their percentiles. */
static float median(const uint16_t histogram[BUCKETS], unsigned rows)
{
	unsigned seen = 0, i = 0;

	if (!rows)
		return 0;
	for (; i < BUCKETS - 1; i++) {
		seen += histogram[i];
		if (seen * 2 >= rows)
			break;
	}
	return (float)i / (RASTER_OCTAVE >> BUCKET_BITS);
}

/* The mean over reach rows to either side, so that brightness changes smoothly with the height. */
static int smooth(float *value, unsigned height, unsigned reach)
{
	double *sum = malloc((height + 1) * sizeof(*sum)); /* of the values before */

	if (!sum)
		return -ENOMEM;
	sum[0] = 0;
	for (unsigned y = 0; y < height; y++)
		sum[y + 1] = sum[y] + (double)value[y];
	for (unsigned y = 0; y < height; y++) {
		unsigned from = y > reach ? y - reach : 0, to = y + reach < height ? y + reach + 1 : height;

		value[y] = (float)((sum[to] - sum[from]) / (to - from));
	}
	free(sum);
	return 0;
}

/* log2 of the count from which on a mark has its full colour. It is the median over a band around each row: a busy port raises
 * only its own row, not the marks above and below it. In a row with many times more it is a quarter of what is usual there. */
static int rows_reference(const uint16_t *row, unsigned height, float *log2_count)
{
	uint16_t histogram[BUCKETS] = { 0 };
	unsigned reach = height / BANDS / 2 + 1, rows = 0;
	int err;

	for (unsigned y = 0; y < height + reach; y++) {
		if (y < height && row[y] != NO_MARKS) {
			histogram[row[y]]++;
			rows++;
		}
		if (y >= 2 * reach + 1 && row[y - 2 * reach - 1] != NO_MARKS) {
			histogram[row[y - 2 * reach - 1]]--;
			rows--;
		}
		if (y >= reach)
			log2_count[y - reach] = median(histogram, rows);
	}
	err = smooth(log2_count, height, reach);
	for (unsigned y = 0; !err && y < height; y++) {
		float own = row[y] == NO_MARKS ? 0 : (float)row[y] / (RASTER_OCTAVE >> BUCKET_BITS);

		if (own - 2 > log2_count[y])
			log2_count[y] = own - 2;
	}
	return err;
}

struct walk {
	const struct raster *raster;
	const struct marks_style *style;
	struct density density;
	uint16_t *percentile; /* of each row */
	float *reference;     /* likewise */
	float *log2_of;       /* by level */
	void (*emit)(void *context, const struct mark *mark);
	void *context;
};

/* The diameter falls with the fourth root of the density: the marks shrink so slowly that a denser place is still brighter as
 * a whole. */
static float diameter_of(const struct marks_style *style, float share)
{
	float diameter = style->largest;

	if (style->flat)
		return style->smallest;
	if (share > (float)DESERT)
		diameter *= sqrtf(sqrtf((float)DESERT / share));
	diameter = roundf(diameter * 4) / 4;
	return diameter > style->smallest ? diameter : style->smallest;
}

static void walk_row(struct walk *walk, const struct raster_grid *grid, unsigned series, unsigned y)
{
	const uint16_t *cell = grid->cell + (size_t)y * grid->columns;
	struct palette_scale scale = palette_scale((enum series)series, walk->reference[y]);
	float smallest = walk->style->smallest;
	struct mark mark = { .y = y, .width = 1, .series = (uint8_t)series, .shade = PALETTE_SHADES - 1 };

	density_set_row(&walk->density, y);
	for (unsigned c = 0; c < grid->columns; c++) {
		unsigned to;
		float share;

		if (!is_of(cell[c], series))
			continue;
		mark.x = c;
		if (grid->row_s) {
			raster_column(walk->raster, grid, c, &mark.x, &to);
			mark.width = to - mark.x;
		}
		share = density_at(&walk->density, mark.x + mark.width / 2) * smallest * smallest;
		mark.diameter = diameter_of(walk->style, share);
		if (!walk->style->flat)
			mark.shade = (uint8_t)palette_brightness(&scale, walk->log2_of[raster_level(cell[c])], share);
		walk->emit(walk->context, &mark);
	}
}

static int walk_grid(struct walk *walk, const struct raster_grid *grid, unsigned series)
{
	unsigned height = walk->raster->height, log_height = walk->raster->ports.log_height;
	int err;

	rows_percentile(grid, height, series, walk->percentile);
	err = rows_reference(walk->percentile, log_height, walk->reference);
	if (!err)
		err = rows_reference(walk->percentile + log_height, height - log_height, walk->reference + log_height);
	for (unsigned y = 0; !err && y < height; y++)
		if (walk->percentile[y] != NO_MARKS)
			walk_row(walk, grid, series, y);
	return err;
}

static int walk_series(struct walk *walk, unsigned series)
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
	int err = -ENOMEM;

	walk.percentile = calloc(raster->height, sizeof(*walk.percentile));
	walk.reference = calloc(raster->height, sizeof(*walk.reference));
	walk.log2_of = calloc(RASTER_LEVELS, sizeof(*walk.log2_of));
	if (walk.percentile && walk.reference && walk.log2_of)
		err = 0;
	for (unsigned i = 1; !err && i < RASTER_LEVELS; i++)
		walk.log2_of[i] = (float)log2(raster_count(i));
	for (unsigned rank = 0; !err && rank < SERIES_WITH_PORTS; rank++)
		for (unsigned series = 0; !err && series < SERIES_WITH_PORTS; series++)
			if (raster->rank[series] == rank && raster->packets[series] > 0)
				err = walk_series(&walk, series);
	free(walk.percentile);
	free(walk.reference);
	free(walk.log2_of);
	return err;
}
