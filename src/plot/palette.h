/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The colours, which are the original Fireplot's, and how counts become brightness. Pure. Colours are 0xRRGGBB. */
#ifndef PLOT_PALETTE_H
#define PLOT_PALETTE_H

#include <stdint.h>

#include "packet/series.h"

#define PALETTE_GROUND 0x000000u
#define PALETTE_LINE 0xc0c0c0u     /* frame and ticks */
#define PALETTE_GRID 0x3c3c3cu     /* the same grey, dimmed: marks must stand out before it */
#define PALETTE_TEXT 0xe0e0e0u
#define PALETTE_FAINT 0x909090u    /* text that is not the matter */
#define PALETTE_UNKNOWN 0x707070u  /* hatch where nobody listened */
#define PALETTE_PARTLY 0x444444u   /* hatch where nobody listened for a part of the time */
#define PALETTE_NOT_YET 0x1a1a1au  /* ground of the time to come */
#define PALETTE_LOST 0xffa000u     /* ticks where packets were lost */

/* Steps of brightness of a series; the last is its full colour. Four series of them and the greys of text stay below the 256
 * colours of a PNG with a palette. */
#define PALETTE_SHADES 40

/* The full colour of a series that has ports. */
uint32_t palette_series(enum series series);

/* "TCP/IPv4" ...; static. */
const char *palette_name(enum series series);

/* The colour of a series in a shade from 0 (nearly black) to PALETTE_SHADES - 1. */
uint32_t palette_shade(enum series series, unsigned shade);

/* How counts become brightness among marks that are compared with each other. */
struct palette_scale {
	float floor;      /* brightness of a single packet, from 0 to 1 */
	float per_octave; /* what each doubling adds to it, as a share of what is left to 1 */
};

/* The scale on which the count with that logarithm (from 0) has its full colour. */
struct palette_scale palette_scale(enum series series, float log2_reference);

/* Up to which density of marks around it a mark is kept bright: it has few neighbours to be compared with. */
#define PALETTE_CROWD 0.15f

/* The shade of a count; density is that of the marks around it, and filled the share of pixels that those take. In a crowd,
 * where most pixels have a mark, only those with many packets come near the full colour: what stands out there is what has more
 * than the others. */
static inline unsigned palette_brightness(const struct palette_scale *scale, float log2_count, float density, float filled)
{
	float floor = scale->floor, share = log2_count * scale->per_octave;

	if (density < PALETTE_CROWD && floor < 0.8f)
		floor += (0.8f - floor) * (1 - density / PALETTE_CROWD);
	share = share < 1 ? share : 1;
	share += (share * share * share - share) * (filled < 1 ? filled : 1);
	return (unsigned)((floor + (1 - floor) * share) * PALETTE_SHADES + 0.5f) - 1;
}

#endif
