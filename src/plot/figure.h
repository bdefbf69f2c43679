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
#include "plot/text_fit.h"
#include "plot/typestrip.h"

/* Rejected packets that have no place in the plot area. */
enum figure_undrawn {
	FIGURE_ICMP,
	FIGURE_BACKSCATTER,
	FIGURE_LATE,
	FIGURE_OTHER,
	FIGURE_PORTS,  /* out of view */
	FIGURE_REST,   /* out of view, or of the classes that are not in the port files */
	FIGURE_SERIES, /* of series that were not asked for */
};
#define FIGURE_UNDRAWN 7

struct figure {
	const char *title;           /* UTF-8; "\\n" as two letters, or <br/>, begins another line, as in rrdtool; borrowed */
	const char *only;            /* UTF-8: which packets the picture is of, a line below the title; NULL: all; borrowed */
	struct raster *raster;       /* window, size of the plot area, counts; of ports, or of ICMP types alone; borrowed. Of days it is
	                              * what they are together: the height is the sum of theirs, ports is that of each, and there are
	                              * no grids of cells */
	struct raster *icmp;         /* ICMP types in a strip below the ports, below those of each day; NULL for none; borrowed */
	const struct typestrip *types; /* their rows, in either raster; borrowed */
	const struct days *days;     /* below each other, oldest first; NULL for one window; borrowed */
	struct raster *panel;        /* one for each of the days' panels, all of the same height; borrowed */
	struct raster *icmp_panel;   /* of their ICMP types; borrowed */
	const struct axis_naming *naming; /* NULL: ports are numbers; borrowed */
	unsigned series;             /* bits of enum series: those in the legend */
	bool is_zoomed;              /* not all ports are in view */
	bool is_exact;               /* ports that are counted together are told apart, where that is known */
	bool has_ranges;             /* and where it is not known they are bars */
	bool has_overhang;           /* packets that are drawn may be of ports out of view; only where it is zoomed */
	const struct palette *palette; /* borrowed */
	struct look look;
	const struct rule *rule; /* borrowed */
	unsigned rules;          /* at most RULES_MAX */
	bool flat;                   /* the original's dots: all alike */
	struct axis_style axis;      /* of time */
	int64_t not_yet_s;           /* from then on nothing is missing: it has not happened yet */
	double unknown_s;            /* seconds of the window before that to which nobody listened */
	bool is_recorded;            /* it is of what was recorded, so unknown is time in which nothing was */
	double sampled_s;            /* of which only a sample was recorded */
	double left_out;             /* packets that are not in it; columns that have any are among the raster's lost */
	unsigned unreadable;         /* files whose counts are not in the picture */
	double lost;                 /* packets that the kernel dropped before they could be counted */
	double undrawn[FIGURE_UNDRAWN];
};

/* The size of the font in a picture whose plot area has that size; axis_ports_init() needs it as well. */
double figure_em(unsigned width, unsigned height);

/* The same where that size, and all else, is multiplied by a factor. */
double figure_zoomed_em(unsigned width, unsigned height, double zoom);

/* How many lines a title has; and the first of them, cut to its room, and how far the next is from there: as in rrdtool, "\\n" as two
 * letters and <br/> begin another. */
unsigned figure_title_lines(const char *title);
size_t figure_title_line(const char *title, char line[TEXT_FIT]);

/* The height of a row in a strip of ICMP types, and how many there may be below that plot area. */
unsigned figure_type_height(double em);
unsigned figure_types_max(unsigned height, double em);

/* Draws it and tells the size of the whole picture. A canvas of pixels takes the rasters' cells. 0 or -ENOMEM. */
int figure_draw(const struct figure *figure, struct canvas *canvas, unsigned *width, unsigned *height);

/* Tells the size only. */
int figure_measure(const struct figure *figure, struct canvas *canvas, unsigned *width, unsigned *height);

/* Tells where its plot areas lie in the picture, with the ICMP types below: one place for each of the days' panels, or one. Rows of
 * the types are counted from *icmp_y on. 0 or -ENOMEM. */
int figure_places(const struct figure *figure, struct canvas *canvas, struct canvas_box *place, int *icmp_y);

#endif
