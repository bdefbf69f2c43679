/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/figure.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot/calendar.h"
#include "plot/layout.h"
#include "plot/missing.h"
#include "plot/palette.h"

#define TITLE 256

/* Cuts the text until it is no wider than room, with an ellipsis in place of what is gone. */
static void fit_text(struct canvas *canvas, double em, double room, const char *text, char out[TITLE])
{
	size_t length = strlen(text);

	if (length > TITLE - 4)
		length = TITLE - 4;
	snprintf(out, TITLE, "%.*s", (int)length, text);
	while (length && (strlen(text) > length || canvas->ops->text_width(canvas, em, out) > room)) {
		do
			length--;
		while (length && ((unsigned char)text[length] & 0xc0) == 0x80);
		snprintf(out, TITLE, "%.*s…", (int)length, text);
		if (canvas->ops->text_width(canvas, em, out) <= room)
			break;
	}
}

/* Both ends in local time, the zone once unless it changes in between. */
static void window_text(int64_t start_s, int64_t end_s, char out[TITLE])
{
	char from[64], to[64], from_zone[16], to_zone[16];
	struct tm tm;

	calendar_local(start_s, &tm);
	strftime(from, sizeof(from), tm.tm_sec ? "%a %Y-%m-%d %H:%M:%S" : "%a %Y-%m-%d %H:%M", &tm);
	strftime(from_zone, sizeof(from_zone), " %Z", &tm);
	calendar_local(end_s, &tm);
	strftime(to, sizeof(to), tm.tm_sec ? "%a %Y-%m-%d %H:%M:%S" : "%a %Y-%m-%d %H:%M", &tm);
	strftime(to_zone, sizeof(to_zone), " %Z", &tm);
	snprintf(out, TITLE, "%s%s – %s%s", from, strcmp(from_zone, to_zone) ? from_zone : "", to, to_zone);
}

static void draw_title(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	int middle = l->plot.x + l->plot.width / 2;
	double room = 2.0 * ((int)l->width - middle < middle ? (int)l->width - middle : middle) - l->em;
	char window[TITLE], text[TITLE];

	fit_text(canvas, l->em * 1.25, room, figure->title, text);
	canvas->ops->text(canvas, middle, (int)(l->em * 1.7), CANVAS_CENTRE, l->em * 1.25, PALETTE_TEXT, text);
	window_text(figure->raster->start_s, figure->raster->end_s, window);
	fit_text(canvas, l->em, room, window, text);
	canvas->ops->text(canvas, middle, (int)(l->em * 3.1), CANVAS_CENTRE, l->em, PALETTE_FAINT, text);
}

static void draw_grid(const struct layout *l, const struct raster *raster, struct canvas *canvas)
{
	int gap = (int)(raster->height - raster->ports.log_height - raster->ports.strip_height);

	for (unsigned i = 1; i < l->ports; i++) { /* not port 0 */
		int y = (int)l->port[i].at;

		if (l->port[i].label[0] && y > 0)
			canvas->ops->dots(canvas, canvas_box(l->plot.x, l->plot.y + y, l->plot.width, l->line), PALETTE_GRID);
	}
	for (unsigned i = 0; i < l->time.ticks; i++) {
		int x = (int)l->time.tick[i].at;

		if (l->time.tick[i].is_major && x > 0 && x < l->plot.width)
			canvas->ops->dots(canvas, canvas_box(l->plot.x + x, l->plot.y, l->line, l->plot.height), PALETTE_GRID);
	}
	canvas->ops->fill(canvas, canvas_box(l->plot.x, l->plot.y + (int)raster->ports.log_height, l->plot.width, gap),
	                  PALETTE_GROUND);
}

/* Four lines around a box, outside of it. */
static void draw_frame(struct canvas *canvas, struct canvas_box b, int line)
{
	canvas->ops->fill(canvas, canvas_box(b.x - line, b.y - line, b.width + 2 * line, line), PALETTE_LINE);
	canvas->ops->fill(canvas, canvas_box(b.x - line, b.y + b.height, b.width + 2 * line, line), PALETTE_LINE);
	canvas->ops->fill(canvas, canvas_box(b.x - line, b.y, line, b.height), PALETTE_LINE);
	canvas->ops->fill(canvas, canvas_box(b.x + b.width, b.y, line, b.height), PALETTE_LINE);
}

static void draw_ports(const struct layout *l, const struct raster *raster, struct canvas *canvas)
{
	int strip = (int)raster->ports.strip_height, left = l->plot.x - l->line;

	draw_frame(canvas, canvas_box(l->plot.x, l->plot.y, l->plot.width, (int)raster->ports.log_height), l->line);
	draw_frame(canvas, canvas_box(l->plot.x, l->plot.y + l->plot.height - strip, l->plot.width, strip), l->line);
	for (unsigned i = 0; i < l->ports; i++) {
		const struct axis_tick *tick = &l->port[i];
		int y = l->plot.y + (int)tick->at, length = tick->label[0] ? l->tick : l->tick / 2;

		canvas->ops->fill(canvas, canvas_box(left - length, y, length, l->line), PALETTE_LINE);
		if (tick->label[0])
			canvas->ops->text(canvas, left - l->tick - (int)(l->em * 0.3), y + (int)(l->em * 0.36 + 0.5), CANVAS_RIGHT,
			                  l->em, PALETTE_LINE, tick->label);
	}
}

static void draw_times(const struct layout *l, struct canvas *canvas)
{
	int bottom = l->plot.y + l->plot.height + l->line, base = bottom + l->tick + (int)(l->em * 1.15);

	for (unsigned i = 0; i < l->time.ticks; i++) {
		const struct axis_tick *tick = &l->time.tick[i];
		int x = l->plot.x + (int)tick->at, length = tick->is_major ? l->tick : l->tick / 2;

		canvas->ops->fill(canvas, canvas_box(x, bottom, l->line, length), PALETTE_LINE);
		if (tick->label[0])
			canvas->ops->text(canvas, x, base, CANVAS_CENTRE, l->em, PALETTE_LINE, tick->label);
	}
	for (unsigned i = 0; i < l->time.spans; i++) {
		const struct axis_span *span = &l->time.span[i];
		int x = l->plot.x + (int)span->from, middle = l->plot.x + (int)((span->from + span->to) / 2);

		if (span->from > 0)
			canvas->ops->fill(canvas, canvas_box(x, base + (int)(l->em * 0.35), l->line, (int)(l->em * 1.2)), PALETTE_PARTLY);
		if (span->label[0])
			canvas->ops->text(canvas, middle, base + (int)(l->em * 1.3), CANVAS_CENTRE, l->em, PALETTE_FAINT, span->label);
	}
}

int figure_draw(const struct figure *figure, struct canvas *canvas, unsigned *width, unsigned *height)
{
	const struct raster *raster = figure->raster;
	struct layout *l = malloc(sizeof(*l));
	struct marks_style style = { .flat = figure->flat };

	if (!l)
		return -ENOMEM;
	layout_init(l, figure, canvas);
	style.smallest = (float)(fmax(floor(l->em / 3), 4) / 4);
	style.largest = (float)fmax(l->em * 0.375, 3);
	canvas->ops->begin(canvas, l->width, l->height, PALETTE_GROUND);
	draw_title(l, figure, canvas);
	missing_draw(l, figure, canvas);
	draw_grid(l, raster, canvas);
	canvas->ops->marks(canvas, l->plot.x, l->plot.y, raster, &style);
	draw_ports(l, raster, canvas);
	draw_times(l, canvas);
	legend_draw(&l->legend, canvas, l->plot.x, l->plot.y + l->plot.height + l->tick + (int)(l->em * 3.1));
	*width = l->width;
	*height = l->height;
	free(l);
	return 0;
}
