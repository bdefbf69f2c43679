/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/figure.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot/axes.h"
#include "plot/calendar.h"
#include "plot/dates.h"
#include "plot/layout.h"
#include "plot/missing.h"
#include "plot/reference.h"

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
	canvas->ops->text(canvas, middle, (int)(l->em * 1.7), CANVAS_CENTRE, l->em * 1.25, figure->palette->colour[PALETTE_FONT], text);
	window_text(figure->raster->start_s, figure->raster->end_s, window);
	fit_text(canvas, l->em, room, window, text);
	canvas->ops->text(canvas, middle, (int)(l->em * 3.1), CANVAS_CENTRE, l->em, palette_faint(figure->palette), text);
}

/* One plot area with what lies in it. */
static void draw_plot(const struct layout *l, const struct figure *figure, struct canvas *canvas, const struct marks_style *style)
{
	if (figure->palette->colour[PALETTE_CANVAS] != figure->palette->colour[PALETTE_BACK])
		canvas->ops->fill(canvas, l->plot, figure->palette->colour[PALETTE_CANVAS]);
	missing_draw(l, figure, canvas);
	axes_draw_grid(l, figure, canvas);
	canvas->ops->marks(canvas, l->plot.x, l->plot.y, figure->raster, style);
	axes_draw_frame(l, figure, canvas);
}

static void draw_days(struct layout *l, const struct figure *figure, struct canvas *canvas, const struct marks_style *style)
{
	for (unsigned i = 0; i < figure->days->panels; i++) {
		struct figure part = *figure;

		part.raster = &figure->panel[i];
		layout_panel(l, figure, i);
		draw_plot(l, &part, canvas, style);
	}
	for (unsigned d = 0; d < figure->days->count; d++) {
		layout_day(l, figure, d);
		axes_draw_ports(l, figure, canvas);
		dates_draw(l, figure, d, canvas);
	}
	layout_all(l);
}

/* What the counts of all panels are compared with. */
static int init_references(struct references *references, const struct figure *figure)
{
	unsigned count = figure->days ? figure->days->panels : 1;
	const struct raster **raster = calloc(count, sizeof(*raster));
	int err = -ENOMEM;

	*references = (struct references){ 0 };
	for (unsigned i = 0; raster && i < count; i++)
		raster[i] = figure->days ? &figure->panel[i] : figure->raster;
	if (raster)
		err = references_init(references, raster, count);
	free(raster);
	return err;
}

int figure_draw(const struct figure *figure, struct canvas *canvas, unsigned *width, unsigned *height)
{
	struct layout *l = malloc(sizeof(*l));
	struct references references;
	struct marks_style style = { .palette = figure->palette, .references = &references, .flat = figure->flat };
	int err = init_references(&references, figure);

	if (!l || err) {
		err = -ENOMEM;
		goto end;
	}
	layout_init(l, figure, canvas);
	style.smallest = (float)(fmax(floor(l->em / 3), 4) / 4);
	style.largest = (float)fmax(l->em * 0.375, 3);
	canvas->ops->begin(canvas, l->width, l->height, figure->palette->colour[PALETTE_BACK]);
	draw_title(l, figure, canvas);
	if (figure->days) {
		draw_days(l, figure, canvas, &style);
	} else {
		draw_plot(l, figure, canvas, &style);
		axes_draw_ports(l, figure, canvas);
	}
	axes_draw_times(l, figure, canvas);
	legend_draw(&l->legend, canvas, l->plot.x, l->plot.y + l->plot.height + l->below);
	*width = l->width;
	*height = l->height;
end:
	references_fini(&references);
	free(l);
	return err;
}
