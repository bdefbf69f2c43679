/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole picture: title, plot area with its axes, and legend. Draws the same calls for the same figure. */
#ifndef PLOT_FIGURE_H
#define PLOT_FIGURE_H

#include <stdbool.h>
#include <stdint.h>

#include "plot/canvas.h"
#include "plot/days.h"
#include "plot/look.h"
#include "plot/palette.h"
#include "plot/raster.h"
#include "plot/rules.h"

/* Rejected packets that have no place in the plot area. */
enum figure_undrawn { FIGURE_ICMP, FIGURE_BACKSCATTER, FIGURE_LATE, FIGURE_OTHER };
#define FIGURE_UNDRAWN 4

struct figure {
	const char *title;           /* UTF-8; "\\n" as two letters, or <br/>, begins another line, as in rrdtool; borrowed */
	const struct raster *raster; /* window, size of the plot area, counts; borrowed. Of days it is what they are together: the
	                              * height is the sum of theirs, ports is that of each, and there are no grids of cells */
	const struct days *days;     /* below each other, oldest first; NULL for one window; borrowed */
	const struct raster *panel;  /* one for each of the days' panels, all of the same height; borrowed */
	const struct palette *palette; /* borrowed */
	struct look look;
	const struct rule *rule; /* borrowed */
	unsigned rules;          /* at most RULES_MAX */
	bool flat;                   /* the original's dots: all alike */
	struct axis_style axis;      /* of time */
	int64_t not_yet_s;           /* from then on nothing is missing: it has not happened yet */
	double unknown_s;            /* seconds of the window before that to which nobody listened */
	double lost;                 /* packets that the kernel dropped before they could be counted */
	double undrawn[FIGURE_UNDRAWN];
};

/* The size of the font in a picture whose plot area has that size; raster_init() needs it as well. */
double figure_em(unsigned width, unsigned height);

/* The same where that size, and all else, is multiplied by a factor. */
double figure_zoomed_em(unsigned width, unsigned height, double zoom);

/* The lines of a title. */
unsigned figure_title_lines(const char *title);

/* Draws it and tells the size of the whole picture. 0 or -ENOMEM. */
int figure_draw(const struct figure *figure, struct canvas *canvas, unsigned *width, unsigned *height);

/* Tells the size only. */
int figure_measure(const struct figure *figure, struct canvas *canvas, unsigned *width, unsigned *height);

#endif
