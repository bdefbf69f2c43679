/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The colours, and how counts become brightness. Pure. Colours are 0xRRGGBB. */
#ifndef PLOT_PALETTE_H
#define PLOT_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/series.h"

/* What has a colour of its own: rrdtool's tags, and fireplot's. The series stand in the order of enum series. */
enum palette_part {
	PALETTE_BACK,    /* around the plot area */
	PALETTE_CANVAS,  /* the plot area's ground */
	PALETTE_SHADEA,  /* upper and left border */
	PALETTE_SHADEB,  /* lower and right border */
	PALETTE_GRID,
	PALETTE_MGRID,   /* at labels */
	PALETTE_FONT,
	PALETTE_FRAME,
	PALETTE_AXIS,    /* ticks and their labels */
	PALETTE_ARROW,
	PALETTE_TCP4,
	PALETTE_UDP4,
	PALETTE_TCP6,
	PALETTE_UDP6,
	PALETTE_ICMP4,
	PALETTE_ICMP6,
	PALETTE_UNKNOWN, /* hatch where nobody listened */
	PALETTE_LOST,    /* ticks where packets were lost */
	PALETTE_PARTS,
};

#define PALETTE_SERIES (PALETTE_ICMP6 - PALETTE_TCP4 + 1)

struct palette {
	uint32_t colour[PALETTE_PARTS];
	float floor[PALETTE_SERIES]; /* how bright a mark is at least, as a share of its full colour; the rest is the canvas */
	uint32_t given;              /* bit of each part whose colour a user gave (palette_given.h) */
};

/* Whether a user gave that part a colour. Arrows, and the grid at small ticks, are drawn only then. */
static inline bool palette_is_given(const struct palette *palette, enum palette_part part)
{
	return palette->given >> part & 1;
}

/* The original Fireplot's, on black. */
extern const struct palette palette_dark;

/* On black, or on white for paper; in the original's colours, or in some that people tell apart whichever of the three kinds of
 * cones in their eyes is missing. */
const struct palette *palette_find(bool is_light, bool is_safe);

/* part / whole of a colour, the rest of it the ground. */
uint32_t palette_mix(uint32_t colour, uint32_t ground, unsigned part, unsigned whole);

/* A colour that is share of the part, and the rest of it the ground. */
uint32_t palette_dim(const struct palette *palette, enum palette_part part, enum palette_part ground, double share);

/* Text that is not the matter. */
uint32_t palette_faint(const struct palette *palette);

/* Hatch where nobody listened for a part of the time. */
uint32_t palette_partly(const struct palette *palette);

/* Ground of the time to come. */
uint32_t palette_not_yet(const struct palette *palette);

/* Steps of brightness of a series; the last is its full colour. Four series of them and the greys of text stay below the 256
 * colours of a PNG with a palette. */
#define PALETTE_SHADES 40

/* The full colour of a series but other4 and other6. */
uint32_t palette_series(const struct palette *palette, enum series series);

/* "TCP/IPv4" ...; static. */
const char *palette_name(enum series series);

/* The colour of a series in a shade from 0 (nearly the canvas) to PALETTE_SHADES - 1. */
uint32_t palette_shade(const struct palette *palette, enum series series, unsigned shade);

/* How counts become brightness among marks that are compared with each other. */
struct palette_scale {
	float floor;      /* brightness of a single packet, from 0 to 1 */
	float per_octave; /* what each doubling adds to it, as a share of what is left to 1 */
};

/* The scale on which the count with that logarithm (from 0) has its full colour. */
struct palette_scale palette_scale(const struct palette *palette, enum series series, float log2_reference);

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
