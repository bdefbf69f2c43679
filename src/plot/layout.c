/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/layout.h"

#include <math.h>

#include "plot/dates.h"

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

/* Room between two days: for the rail of the lower one, and so that the lowest port of one and the highest of the other can be
 * labelled. */
static int day_gap(const struct layout *l)
{
	return (int)fmax(ceil(l->em * 1.1), 2 * l->rail + 3 * l->line + 1);
}

static int plot_height(const struct layout *l, const struct figure *figure)
{
	if (!figure->days)
		return (int)figure->raster->height;
	return l->pitch * (int)figure->days->count - day_gap(l);
}

void layout_init(struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct raster *raster = figure->raster;
	double em = figure_em(raster->width, raster->height);
	struct text_ruler text = { canvas, em };
	struct axis_ruler ruler = { text_width, &text, em };
	struct axis_clock clock = { .start_s = raster->start_s, .end_s = raster->end_s };
	bool has_times = !figure->axis.grid || !figure->axis.grid->is_none;
	double left = 0, right = ceil(text_width(&text, "00:00") / 2 + em / 2);
	double below = !has_times ? 0.7 : figure->days ? 1.9 : 3.1; /* with a line for the hours, and one for their days */

	*l = (struct layout){ .em = em, .line = em < 16 ? 1 : 2, .tick = (int)(em * 0.4), .rail = (int)(em * 0.35) };
	l->ports = axis_port_ticks(&raster->ports, em, l->port);
	for (unsigned i = 0; i < l->ports; i++)
		left = fmax(left, text_width(&text, l->port[i].label));
	if (figure->days) {
		clock = days_clock(figure->days);
		l->pitch = (int)figure->panel[0].height + day_gap(l);
		left += dates_width(figure, canvas, em);
	}
	axis_time_ticks(&clock, &figure->axis, raster->width, right, &ruler, &l->time);
	l->all = (struct canvas_box){
		.x = (int)(left + em + l->tick), .y = (int)ceil(em * 3.9) + l->rail,
		.width = (int)raster->width, .height = plot_height(l, figure),
	};
	layout_all(l);
	l->width = (unsigned)(l->plot.x + l->plot.width + right);
	legend_init(&l->legend, figure, canvas, em, l->width - (unsigned)l->plot.x - (unsigned)(em / 2));
	l->below = l->tick + (int)(em * below);
	l->height = (unsigned)(l->plot.y + l->plot.height + l->tick + em * (below + 0.5)) +
	            l->legend.rows * legend_row_height(&l->legend);
}

void layout_all(struct layout *l)
{
	l->plot = l->all;
	l->shift = 0;
}

void layout_day(struct layout *l, const struct figure *figure, unsigned day)
{
	layout_all(l);
	l->plot.y += (int)day * l->pitch;
	l->plot.height = (int)figure->panel[0].height;
}

void layout_panel(struct layout *l, const struct figure *figure, unsigned panel)
{
	unsigned x, width;

	layout_day(l, figure, figure->days->panel[panel].day);
	days_panel_pixels(figure->days, &figure->days->panel[panel], figure->raster->width, &x, &width);
	l->shift = (int)x;
	l->plot.x += (int)x;
	l->plot.width = (int)width;
}
