/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/layout.h"

#include <math.h>

struct text_ruler {
	struct canvas *canvas;
	double em;
};

static double text_width(void *context, const char *text)
{
	const struct text_ruler *ruler = context;

	return ruler->canvas->ops->text_width(ruler->canvas, ruler->em, text);
}

double figure_em(unsigned width, unsigned height)
{
	double em = fmin(8 + height / 160.0, 6 + width / 240.0);

	return fmin(fmax(floor(em), 9), 24);
}

void layout_init(struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct raster *raster = figure->raster;
	double em = figure_em(raster->width, raster->height);
	struct text_ruler text = { canvas, em };
	struct axis_ruler ruler = { text_width, &text, em };
	struct axis_clock clock = { .start_s = raster->start_s, .end_s = raster->end_s };
	double left = 0, right = ceil(text_width(&text, "00:00") / 2 + em / 2);

	*l = (struct layout){ .em = em, .line = em < 16 ? 1 : 2, .tick = (int)(em * 0.4), .rail = (int)(em * 0.35) };
	l->ports = axis_port_ticks(&raster->ports, em, l->port);
	for (unsigned i = 0; i < l->ports; i++)
		left = fmax(left, text_width(&text, l->port[i].label));
	axis_time_ticks(&clock, &figure->axis, raster->width, right, &ruler, &l->time);
	l->plot = (struct canvas_box){
		.x = (int)(left + em + l->tick), .y = (int)ceil(em * 3.9) + l->rail,
		.width = (int)raster->width, .height = (int)raster->height,
	};
	l->width = (unsigned)(l->plot.x + l->plot.width + right);
	legend_init(&l->legend, figure, canvas, em, l->width - (unsigned)l->plot.x - (unsigned)(em / 2));
	l->height = (unsigned)(l->plot.y + l->plot.height + l->tick + em * 3.6) + l->legend.rows * legend_row_height(&l->legend);
}
