/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/reference.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define BANDS 16      /* of the height: a mark is compared with those of the rows in such a band around it */
#define BUCKET_BITS 6 /* levels a bucket of the histogram: an eighth of an octave */
#define BUCKETS (RASTER_LEVELS >> BUCKET_BITS)

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

/* What a cell counts as, as if all columns held rows of as many seconds; the greatest level may not grow. */
static unsigned even_level(const struct raster *raster, unsigned column, unsigned level)
{
	level += (unsigned)raster_even(raster, column, level);
	return level < RASTER_LEVELS ? level : RASTER_LEVELS - 1;
}

/* Counts the cells of a row of pixels in all grids of that row length; whether there may be any. */
static bool count_row(const struct raster *raster, uint32_t row_s, unsigned y, uint32_t histogram[SERIES_WITH_PORTS][BUCKETS])
{
	bool has_cells = false;

	for (unsigned g = 0; g < raster->grids; g++) {
		const struct raster_grid *grid = &raster->grid[g];
		const uint16_t *cell = grid->cell + (size_t)y * grid->columns;

		if (grid->row_s != row_s || !grid->series[y])
			continue;
		has_cells = true;
		for (unsigned c = 0; c < grid->columns; c++) {
			unsigned level = raster_level(cell[c]);

			if (cell[c] && !row_s)
				level = even_level(raster, c, level);
			if (cell[c])
				histogram[raster_series(cell[c])][(level - 1) >> BUCKET_BITS]++;
		}
	}
	return has_cells;
}

/* The 98th percentiles of one row of pixels; REFERENCE_NO_MARKS for series without a mark in it. */
static void row_percentiles(const struct raster *const *raster, unsigned rasters, uint32_t row_s, unsigned y,
                            uint16_t row[SERIES_WITH_PORTS])
{
	uint32_t histogram[SERIES_WITH_PORTS][BUCKETS] = { 0 };
	bool has_cells = false;

	for (unsigned i = 0; i < rasters; i++)
		has_cells |= count_row(raster[i], row_s, y, histogram);
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
		row[s] = REFERENCE_NO_MARKS;
	for (unsigned s = 0; s < SERIES_WITH_PORTS && has_cells; s++) {
		uint32_t marks = 0;

		for (unsigned i = 0; i < BUCKETS; i++)
			marks += histogram[s][i];
		if (marks)
			row[s] = (uint16_t)percentile(histogram[s], marks);
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
		if (y < height && row[y] != REFERENCE_NO_MARKS) {
			histogram[row[y]]++;
			rows++;
		}
		if (y >= 2 * reach + 1 && row[y - 2 * reach - 1] != REFERENCE_NO_MARKS) {
			histogram[row[y - 2 * reach - 1]]--;
			rows--;
		}
		if (y >= reach)
			log2_count[y - reach] = median(histogram, rows);
	}
	err = smooth(log2_count, height, reach);
	for (unsigned y = 0; !err && y < height; y++) {
		float own = row[y] == REFERENCE_NO_MARKS ? 0 : (float)row[y] / (RASTER_OCTAVE >> BUCKET_BITS);

		if (own - 2 > log2_count[y])
			log2_count[y] = own - 2;
	}
	return err;
}

/* Each lane is compared with itself only. */
static int lanes_reference(const struct axis_ports *axis, struct reference_rows *rows)
{
	int err = 0;

	for (unsigned i = 0; i < axis->lanes && !err; i++) {
		const struct axis_lane *lane = &axis->lane[i];

		err = rows_reference(rows->percentile + lane->top, lane->height, rows->log2_count + lane->top);
	}
	return err;
}

static int series_init(struct reference_rows *rows, unsigned height)
{
	rows->percentile = malloc(height * sizeof(*rows->percentile));
	rows->log2_count = calloc(height, sizeof(*rows->log2_count));
	if (!rows->percentile || !rows->log2_count)
		return -ENOMEM;
	for (unsigned y = 0; y < height; y++)
		rows->percentile[y] = REFERENCE_NO_MARKS;
	return 0;
}

static int reference_init(struct reference *reference, const struct raster *const *raster, unsigned rasters, uint32_t row_s)
{
	unsigned height = raster[0]->height;
	int err = 0;

	*reference = (struct reference){ 0 };
	for (unsigned s = 0; s < SERIES_WITH_PORTS && !err; s++)
		err = series_init(&reference->series[s], height);
	for (unsigned y = 0; y < height && !err; y++) {
		uint16_t row[SERIES_WITH_PORTS];

		row_percentiles(raster, rasters, row_s, y, row);
		for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
			reference->series[s].percentile[y] = row[s];
	}
	for (unsigned s = 0; s < SERIES_WITH_PORTS && !err; s++)
		err = lanes_reference(&raster[0]->ports, &reference->series[s]);
	return err;
}

static void reference_fini(struct reference *reference)
{
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		free(reference->series[s].percentile);
		free(reference->series[s].log2_count);
	}
}

static bool has_rows(const struct references *references, uint32_t row_s)
{
	for (unsigned i = 0; i < references->count; i++)
		if (references->row_s[i] == row_s)
			return true;
	return false;
}

int references_init(struct references *references, const struct raster *const *raster, unsigned rasters)
{
	int err = 0;

	*references = (struct references){ .finest_s = INFINITY };
	for (unsigned i = 0; i < rasters; i++)
		for (unsigned g = 0; g < raster[i]->grids && !err; g++) {
			uint32_t row_s = raster[i]->grid[g].row_s;

			if (raster[i]->grid[g].lit)
				references->finest_s = fmin(references->finest_s, fmax(row_s, raster[i]->s_per_px));
			if (references->count == RASTER_GRIDS || has_rows(references, row_s))
				continue;
			references->row_s[references->count] = row_s;
			err = reference_init(&references->reference[references->count++], raster, rasters, row_s);
		}
	return err;
}

void references_fini(struct references *references)
{
	for (unsigned i = 0; i < references->count; i++)
		reference_fini(&references->reference[i]);
}

const struct reference *references_find(const struct references *references, uint32_t row_s)
{
	unsigned i = 0;

	while (i + 1 < references->count && references->row_s[i] != row_s)
		i++;
	return &references->reference[i];
}
