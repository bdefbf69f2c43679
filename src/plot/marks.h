/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From counts to marks: how large and how bright each cell of a raster is drawn. Pure.
 *
 * Size follows the density around a mark: dots of several pixels in a desert, single pixels in a crowd. Brightness follows the
 * count in the time of a pixel, compared with the counts of the same series at about the same height, so that a diagonal shows in
 * dense noise. */
#ifndef PLOT_MARKS_H
#define PLOT_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "plot/palette.h"
#include "plot/raster.h"
#include "plot/tally.h"

/* A disc around the middle of the pixels [x, x + width) in row y, or, where those are wider, a dash over them: the time of a row
 * of the archive, in which the packets were seen somewhere. In a crowd it fills the rows above and below that belong to its ports
 * as well, as far as those are no more than a dot has: else the crowd would fall into lines. Packets of a range of ports that is
 * taller, in a picture that tells ports apart, are a bar over all of it, with the light of the dots that they would be. */
struct mark {
	unsigned x;
	unsigned y;
	unsigned width;
	uint16_t above; /* rows that are filled besides y */
	uint16_t below;
	bool is_bar;    /* over a range: nothing but those rows */
	float diameter; /* in pixels, from 1 in quarters */
	uint8_t series;
	uint8_t shade; /* palette.h */
};

/* Small marks fill their row, so that a crowd has no holes between them; larger ones stay round up to twice their size. */
static inline bool mark_is_dash(const struct mark *mark)
{
	return (float)mark->width > mark->diameter && (mark->diameter < 2 || (float)mark->width >= 2 * mark->diameter);
}

/* The height of a dash: it has its length to be seen by. */
static inline float mark_thickness(const struct mark *mark)
{
	return (mark->diameter + 1) / 2;
}

struct references;

struct marks_style {
	const struct palette *palette; /* borrowed */
	const struct references *references; /* what counts are compared with; borrowed; NULL: those of the raster */
	bool flat;      /* the original's dots: all alike */
	bool is_mono;   /* no smooth rims */
	float smallest; /* diameter of a mark in a crowd */
	float largest;  /* and of one that is alone */
	struct tally *tally; /* where marks of the finest rows are counted by what they look like; NULL for nowhere */
};

/* How many marks there are. */
unsigned marks_count(const struct raster *raster);

/* Calls emit for each, frequent series first, so that the last one to touch a pixel is the rarest. 0 or -ENOMEM. */
int marks_each(const struct raster *raster, const struct marks_style *style,
               void (*emit)(void *context, const struct mark *mark), void *context);

/* A byte a pixel: 0 where nothing is, else 1 + series * PALETTE_SHADES + shade. */
struct marks_plane {
	unsigned width;
	unsigned height;
	uint8_t *pixel; /* owned */
};

/* Draws all marks, clipped to the plot area. 0 or -ENOMEM; the caller frees plane->pixel. */
int marks_paint(const struct raster *raster, const struct marks_style *style, struct marks_plane *plane);

/* The colour of a pixel that is not 0. */
uint32_t marks_colour(const struct palette *palette, uint8_t pixel);

#endif
