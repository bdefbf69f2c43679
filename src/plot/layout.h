/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the parts of a figure lie. */
#ifndef PLOT_LAYOUT_H
#define PLOT_LAYOUT_H

#include "plot/axis.h"
#include "plot/figure.h"
#include "plot/legend.h"

/* Where everything lies, in pixels of the picture. */
struct layout {
	double em;
	double text_em[LOOK_TEXTS];
	const struct look *look; /* borrowed */
	int border; /* pixels at each side that all else keeps off */
	int margin; /* and at the left, besides, what stands upwards there */
	int title_y; /* base line of its first line */
	unsigned title_lines;
	int only_y;   /* base line of what tells which packets it is of */
	int window_y; /* base line of what tells the window */
	struct rules rules;
	int rules_y;  /* from the top of the plot area up to the base line of the lowest texts */
	bool has_key; /* in a row below the legend */
	int line; /* thickness */
	int tick;
	int rail; /* height of the marks above the plot area that tell what is missing */
	struct canvas_box all;  /* the plot areas together, with what is between them */
	struct canvas_box plot; /* the one that is being drawn, ICMP types below included: all, until layout_panel() or layout_day() says
	                         * otherwise */
	int icmp_y;             /* of the types, from the top of plot */
	int area;               /* height of a plot area with the types below */
	int shift;              /* of plot from the left of the time axis */
	int pitch;              /* from a day to the one below */
	unsigned width;
	unsigned height;
	int below; /* from the plot area to the legend */
	struct legend legend;
	struct axis_time time;
	struct axis_port_scale port;
	struct axis_port_scale icmp;
};

/* Makes the font of a kind of text the canvas', and returns its size. */
double layout_use_font(const struct layout *layout, struct canvas *canvas, enum look_text text);

/* The room for the legend and the key, which begin at the left of the plot area. */
unsigned layout_legend_width(const struct layout *layout);

/* Measures the texts and arranges all. */
void layout_init(struct layout *layout, const struct figure *figure, struct canvas *canvas);

/* Choose what is drawn on next: one of the days' panels, the whole strip of a day, or all of it again. */
void layout_panel(struct layout *layout, const struct figure *figure, unsigned panel);
void layout_day(struct layout *layout, const struct figure *figure, unsigned day);
void layout_all(struct layout *layout);

#endif
