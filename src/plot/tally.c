/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/tally.h"

#include <math.h>

/* The first place at which more than skip of the counted have been seen. */
static unsigned place_of(const uint32_t *count, unsigned places, double skip)
{
	double seen = 0;

	for (unsigned i = 0; i < places; i++) {
		seen += count[i];
		if (seen > skip)
			return i;
	}
	return places - 1;
}

struct tally_range tally_range(const struct tally *tally, enum series series, unsigned from, unsigned to)
{
	uint32_t by_count[TALLY_BUCKETS] = { 0 }, by_shade[PALETTE_SHADES] = { 0 };
	struct tally_range range = { 0 };
	unsigned low, high;

	for (unsigned s = from; s < to; s++)
		for (unsigned i = 0; i < TALLY_BUCKETS; i++) {
			by_count[i] += tally->marks[series][s][i];
			by_shade[s] += tally->marks[series][s][i];
			range.marks += tally->marks[series][s][i];
		}
	if (!range.marks)
		return range;
	range.shade = place_of(by_shade, PALETTE_SHADES, (range.marks - 1) * 0.5);
	low = place_of(by_count, TALLY_BUCKETS, floor((range.marks - 1) * 0.1));
	high = place_of(by_count, TALLY_BUCKETS, ceil((range.marks - 1) * 0.9));
	range.low = floor(raster_count(1 + (low << TALLY_BITS)) + 0.5);
	range.high = fmax(floor(raster_count((high + 1) << TALLY_BITS)), range.low);
	return range;
}
