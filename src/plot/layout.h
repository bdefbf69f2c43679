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
	int line; /* thickness */
	int tick;
	int rail; /* height of the marks above the plot area that tell what is missing */
	struct canvas_box plot;
	unsigned width;
	unsigned height;
	struct legend legend;
	struct axis_time time;
	struct axis_tick port[AXIS_PORT_TICKS];
	unsigned ports;
};

/* Measures the texts and arranges all. */
void layout_init(struct layout *layout, const struct figure *figure, struct canvas *canvas);

#endif
