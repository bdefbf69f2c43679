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

/* The 98th percentiles of one row of pixels; REFERENCE_NO_MARKS for series without a mark in it. */
static void row_percentiles(const uint16_t *cell, unsigned columns, uint16_t row[SERIES_WITH_PORTS])
{
	uint32_t histogram[SERIES_WITH_PORTS][BUCKETS] = { 0 };

	for (unsigned c = 0; c < columns; c++)
		if (cell[c])
			histogram[raster_series(cell[c])][(raster_level(cell[c]) - 1) >> BUCKET_BITS]++;
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		uint32_t marks = 0;

		for (unsigned i = 0; i < BUCKETS; i++)
			marks += histogram[s][i];
		row[s] = marks ? (uint16_t)percentile(histogram[s], marks) : REFERENCE_NO_MARKS;
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

int reference_init(struct reference *reference, const struct raster *raster, const struct raster_grid *grid)
{
	unsigned log_height = raster->ports.log_height;
	int err = 0;

	*reference = (struct reference){ 0 };
	for (unsigned s = 0; s < SERIES_WITH_PORTS && !err; s++)
		err = series_init(&reference->series[s], raster->height);
	for (unsigned y = 0; y < raster->height && !err; y++) {
		uint16_t row[SERIES_WITH_PORTS];

		if (!grid->series[y])
			continue;
		row_percentiles(grid->cell + (size_t)y * grid->columns, grid->columns, row);
		for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
			reference->series[s].percentile[y] = row[s];
	}
	for (unsigned s = 0; s < SERIES_WITH_PORTS && !err; s++) {
		struct reference_rows *rows = &reference->series[s];

		err = rows_reference(rows->percentile, log_height, rows->log2_count);
		/* The strip of port 0 is compared with itself only. */
		if (!err)
			err = rows_reference(rows->percentile + log_height, raster->height - log_height, rows->log2_count + log_height);
	}
	return err;
}

void reference_fini(struct reference *reference)
{
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		free(reference->series[s].percentile);
		free(reference->series[s].log2_count);
	}
}
