/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/axes.h"

/* The grid at small ticks, for those who gave it a colour; else it would only be in the way of the dots. */
static void draw_minor_grid(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	uint32_t colour = figure->palette->colour[PALETTE_GRID];

	for (unsigned i = 1; i < l->ports; i++)
		if (!l->port[i].label[0])
			canvas->ops->dots(canvas, canvas_box(l->plot.x, l->plot.y + (int)l->port[i].at, l->plot.width, l->line), colour);
	for (unsigned i = 0; i < l->time.ticks && !figure->axis.grid; i++) {
		int x = (int)l->time.tick[i].at - l->shift;

		if (!l->time.tick[i].is_major && x > 0 && x < l->plot.width)
			canvas->ops->dots(canvas, canvas_box(l->plot.x + x, l->plot.y, l->line, l->plot.height), colour);
	}
}

void axes_draw_grid(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct raster *raster = figure->raster;
	uint32_t colour = figure->palette->colour[PALETTE_MGRID], faint = figure->palette->colour[PALETTE_GRID];
	int gap = (int)(raster->height - raster->ports.log_height - raster->ports.strip_height);

	if (palette_is_given(figure->palette, PALETTE_GRID))
		draw_minor_grid(l, figure, canvas);
	for (unsigned i = 1; i < l->ports; i++) { /* not port 0 */
		int y = (int)l->port[i].at;

		if (l->port[i].label[0] && y > 0)
			canvas->ops->dots(canvas, canvas_box(l->plot.x, l->plot.y + y, l->plot.width, l->line), colour);
	}
	for (unsigned i = 0; i < l->time.ticks; i++) {
		const struct axis_tick *tick = &l->time.tick[i];
		int x = (int)tick->at - l->shift;

		if ((tick->is_major || tick->is_grid) && x > 0 && x < l->plot.width)
			canvas->ops->dots(canvas, canvas_box(l->plot.x + x, l->plot.y, l->line, l->plot.height),
			                  tick->is_major ? colour : faint);
	}
	canvas->ops->fill(canvas, canvas_box(l->plot.x, l->plot.y + (int)raster->ports.log_height, l->plot.width, gap),
	                  figure->palette->colour[PALETTE_BACK]);
}

/* Four lines around a box, outside of it. */
static void draw_frame(struct canvas *canvas, struct canvas_box b, int line, uint32_t colour)
{
	canvas->ops->fill(canvas, canvas_box(b.x - line, b.y - line, b.width + 2 * line, line), colour);
	canvas->ops->fill(canvas, canvas_box(b.x - line, b.y + b.height, b.width + 2 * line, line), colour);
	canvas->ops->fill(canvas, canvas_box(b.x - line, b.y, line, b.height), colour);
	canvas->ops->fill(canvas, canvas_box(b.x + b.width, b.y, line, b.height), colour);
}

void axes_draw_frame(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct axis_ports *ports = &figure->raster->ports;
	uint32_t frame = figure->palette->colour[PALETTE_FRAME];
	int strip = (int)ports->strip_height;

	draw_frame(canvas, canvas_box(l->plot.x, l->plot.y, l->plot.width, (int)ports->log_height), l->line, frame);
	draw_frame(canvas, canvas_box(l->plot.x, l->plot.y + l->plot.height - strip, l->plot.width, strip), l->line,
	           frame);
}

void axes_draw_ports(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	uint32_t colour = figure->palette->colour[PALETTE_AXIS];
	int left = l->plot.x - l->line;

	for (unsigned i = 0; i < l->ports; i++) {
		const struct axis_tick *tick = &l->port[i];
		int y = l->plot.y + (int)tick->at, length = tick->label[0] ? l->tick : l->tick / 2;

		canvas->ops->fill(canvas, canvas_box(left - length, y, length, l->line), colour);
		if (tick->label[0])
			canvas->ops->text(canvas, left - l->tick - (int)(l->em * 0.3), y + (int)(l->text_em[LOOK_AXIS] * 0.36 + 0.5),
			                  CANVAS_RIGHT, l->text_em[LOOK_AXIS], colour, tick->label);
	}
}

void axes_draw_times(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	uint32_t colour = figure->palette->colour[PALETTE_AXIS], faint = palette_faint(figure->palette);
	double em = l->text_em[LOOK_AXIS];
	int bottom = l->plot.y + l->plot.height + l->line, base = bottom + l->tick + (int)(em * 1.15);

	for (unsigned i = 0; i < l->time.ticks; i++) {
		const struct axis_tick *tick = &l->time.tick[i];
		int x = l->plot.x + (int)tick->at, length = tick->is_major ? l->tick : l->tick / 2;

		if (!tick->is_bare)
			canvas->ops->fill(canvas, canvas_box(x, bottom, l->line, length), colour);
		if (tick->label[0])
			canvas->ops->text(canvas, x, base, CANVAS_CENTRE, em, colour, tick->label);
	}
	for (unsigned i = 0; i < l->time.spans; i++) {
		const struct axis_span *span = &l->time.span[i];
		int x = l->plot.x + (int)span->from, middle = l->plot.x + (int)((span->from + span->to) / 2);

		if (span->from > 0)
			canvas->ops->fill(canvas, canvas_box(x, base + (int)(em * 0.35), l->line, (int)(em * 1.2)),
			                  palette_partly(figure->palette));
		if (span->label[0])
			canvas->ops->text(canvas, middle, base + (int)(em * 1.3), CANVAS_CENTRE, em, faint, span->label);
	}
}

int axes_arrow(const struct layout *l, const struct palette *palette)
{
	return palette_is_given(palette, PALETTE_ARROW) ? (int)(l->em * 0.6) : 0;
}

/* Drawn as steps a pixel long. */
void axes_draw_arrows(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	uint32_t colour = figure->palette->colour[PALETTE_ARROW];
	int length = axes_arrow(l, figure->palette), x = l->plot.x + l->plot.width + l->line, y = l->plot.y - l->line;

	for (int i = 0; i < length; i++) {
		int half = (length - i) / 3;

		canvas->ops->fill(canvas, canvas_box(x + i, l->plot.y + l->plot.height - half, 1, 2 * half + l->line), colour);
		canvas->ops->fill(canvas, canvas_box(l->plot.x - l->line - half, y - i - 1, 2 * half + l->line, 1), colour);
	}
}
