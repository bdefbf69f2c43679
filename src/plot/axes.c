/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/axes.h"

/* The grid at small ticks, for those who gave it a colour; else it would only be in the way of the dots. */
static void draw_minor_grid(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	uint32_t colour = figure->palette->colour[PALETTE_GRID];

	for (unsigned i = 0; i < l->port.ticks; i++) {
		const struct axis_tick *tick = &l->port.tick[i];

		if (!tick->label[0])
			canvas->ops->dots(canvas, canvas_box(l->plot.x, l->plot.y + (int)tick->at, l->plot.width, l->line), colour);
	}
	for (unsigned i = 0; i < l->time.ticks && !figure->axis.grid; i++) {
		int x = (int)l->time.tick[i].at - l->shift;

		if (!l->time.tick[i].is_major && x > 0 && x < l->plot.width)
			canvas->ops->dots(canvas, canvas_box(l->plot.x + x, l->plot.y, l->line, l->plot.height), colour);
	}
}

/* Where ranges of ports or rows of types meet, and a line at each label. */
static void draw_rows(const struct layout *l, const struct figure *figure, const struct axis_port_scale *scale, int top,
                      struct canvas *canvas)
{
	uint32_t colour = figure->palette->colour[PALETTE_MGRID];
	uint32_t faint = palette_dim(figure->palette, PALETTE_MGRID, PALETTE_CANVAS, 0.6);

	for (unsigned i = 0; i < scale->edges; i++)
		canvas->ops->fill(canvas, canvas_box(l->plot.x, top + (int)scale->edge[i], l->plot.width, l->line), faint);
	for (unsigned i = 0; i < scale->ticks; i++) {
		const struct axis_tick *tick = &scale->tick[i];
		int y = (int)tick->at;

		if (tick->is_major && tick->label[0] && y > 0)
			canvas->ops->dots(canvas, canvas_box(l->plot.x, top + y, l->plot.width, l->line), colour);
	}
}

/* The ground between the lanes is not part of the plot area. */
static void clear_gaps(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct axis_ports *axis = &figure->raster->ports;
	uint32_t back = figure->palette->colour[PALETTE_BACK];

	for (unsigned i = 0; i + 1 < axis->lanes && axis->gap; i++) {
		int top = (int)(axis->lane[i + 1].top + axis->lane[i + 1].height), bottom = (int)axis->lane[i].top;

		canvas->ops->fill(canvas, canvas_box(l->plot.x, l->plot.y + top, l->plot.width, bottom - top), back);
	}
	if (figure->icmp)
		canvas->ops->fill(canvas, canvas_box(l->plot.x, l->plot.y + (int)axis->height, l->plot.width,
		                                     l->icmp_y - (int)axis->height), back);
}

/* Of lines that were asked for between the major ones: those who gave no colour see which is which. */
static uint32_t minor_colour(const struct palette *palette)
{
	if (palette_is_given(palette, PALETTE_GRID))
		return palette->colour[PALETTE_GRID];
	return palette_dim(palette, PALETTE_MGRID, PALETTE_CANVAS, 0.6);
}

void axes_draw_grid(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	uint32_t colour = figure->palette->colour[PALETTE_MGRID], faint = minor_colour(figure->palette);

	if (palette_is_given(figure->palette, PALETTE_GRID))
		draw_minor_grid(l, figure, canvas);
	draw_rows(l, figure, &l->port, l->plot.y, canvas);
	draw_rows(l, figure, &l->icmp, l->plot.y + l->icmp_y, canvas);
	for (unsigned i = 0; i < l->time.ticks; i++) {
		const struct axis_tick *tick = &l->time.tick[i];
		int x = (int)tick->at - l->shift;

		if ((tick->is_major || tick->is_grid) && x > 0 && x < l->plot.width)
			canvas->ops->dots(canvas, canvas_box(l->plot.x + x, l->plot.y, l->line, l->plot.height),
			                  tick->is_major ? colour : faint);
	}
	clear_gaps(l, figure, canvas);
}

/* Four lines around a box, outside of it. */
static void draw_frame(struct canvas *canvas, struct canvas_box b, int line, uint32_t colour)
{
	canvas->ops->fill(canvas, canvas_box(b.x - line, b.y - line, b.width + 2 * line, line), colour);
	canvas->ops->fill(canvas, canvas_box(b.x - line, b.y + b.height, b.width + 2 * line, line), colour);
	canvas->ops->fill(canvas, canvas_box(b.x - line, b.y, line, b.height), colour);
	canvas->ops->fill(canvas, canvas_box(b.x + b.width, b.y, line, b.height), colour);
}

/* Around each lane, or where they have no gaps around all. */
static void draw_frames(const struct layout *l, const struct figure *figure, const struct axis_ports *axis, int top,
                        struct canvas *canvas)
{
	uint32_t colour = figure->palette->colour[PALETTE_FRAME];

	if ((int)axis->gap < l->line) {
		draw_frame(canvas, canvas_box(l->plot.x, top, l->plot.width, (int)axis->height), l->line, colour);
		return;
	}
	for (unsigned i = axis->lanes; i-- > 0;)
		draw_frame(canvas, canvas_box(l->plot.x, top + (int)axis->lane[i].top, l->plot.width, (int)axis->lane[i].height),
		           l->line, colour);
}

static void draw_labels(const struct layout *l, const struct figure *figure, const struct axis_port_scale *scale, int top,
                        struct canvas *canvas)
{
	uint32_t colour = figure->palette->colour[PALETTE_AXIS];
	int left = l->plot.x - l->line;

	for (unsigned i = 0; i < scale->edges; i++)
		canvas->ops->fill(canvas, canvas_box(left - l->tick / 2, top + (int)scale->edge[i], l->tick / 2, l->line), colour);
	for (unsigned i = 0; i < scale->ticks; i++) {
		const struct axis_tick *tick = &scale->tick[i];
		int y = top + (int)tick->at, length = tick->label[0] ? l->tick : l->tick / 2;

		canvas->ops->fill(canvas, canvas_box(left - length, y, length, l->line), colour);
		if (tick->label[0])
			canvas->ops->text(canvas, left - l->tick - (int)(l->em * 0.3), y + (int)(l->text_em[LOOK_AXIS] * 0.36 + 0.5),
			                  CANVAS_RIGHT, l->text_em[LOOK_AXIS], colour, tick->label);
	}
}

void axes_draw_frame(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	draw_frames(l, figure, &figure->raster->ports, l->plot.y, canvas);
	if (figure->icmp)
		draw_frames(l, figure, &figure->icmp->ports, l->plot.y + l->icmp_y, canvas);
}

void axes_draw_ports(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	draw_labels(l, figure, &l->port, l->plot.y, canvas);
	if (figure->icmp)
		draw_labels(l, figure, &l->icmp, l->plot.y + l->icmp_y, canvas);
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
