/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many marks there are of each shade and count: a key can tell from it what brightness meant in this picture. Pure. */
#ifndef PLOT_TALLY_H
#define PLOT_TALLY_H

#include <stdint.h>

#include "plot/palette.h"
#include "plot/raster.h"

#define TALLY_BITS 6 /* levels a bucket: an eighth of an octave, so counts below 16 have their own */
#define TALLY_BUCKETS (RASTER_LEVELS >> TALLY_BITS)

struct tally {
	uint32_t marks[SERIES_WITH_PORTS][PALETTE_SHADES][TALLY_BUCKETS];
};

/* Adds a mark; level is not 0. */
static inline void tally_add(struct tally *tally, enum series series, unsigned shade, unsigned level)
{
	tally->marks[series][shade][(level - 1) >> TALLY_BITS]++;
}

/* What marks of shades [from, to) count: at least 8 of 10 of them low to high packets. */
struct tally_range {
	uint32_t marks;
	unsigned shade; /* the middle one of them */
	double low;
	double high;
};

/* Of no marks all is 0. */
struct tally_range tally_range(const struct tally *tally, enum series series, unsigned from, unsigned to);

#endif
