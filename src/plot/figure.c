/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/figure.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot/axis.h"
#include "plot/calendar.h"
#include "plot/legend.h"
#include "plot/palette.h"

#define TITLE 256
#define MISSING_SHARE 1e-5 /* of a column: less than that is the rounding of averages */

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

static void layout_init(struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct raster *raster = figure->raster;
	double em = figure_em(raster->width, raster->height);
	struct text_ruler text = { canvas, em };
	struct axis_ruler ruler = { text_width, &text, em };
	double left = 0, right = ceil(text_width(&text, "00:00") / 2 + em / 2);

	*l = (struct layout){ .em = em, .line = em < 16 ? 1 : 2, .tick = (int)(em * 0.4), .rail = (int)(em * 0.35) };
	l->ports = axis_port_ticks(&raster->ports, em, l->port);
	for (unsigned i = 0; i < l->ports; i++)
		left = fmax(left, text_width(&text, l->port[i].label));
	axis_time_ticks(raster->start_s, raster->end_s, raster->width, right, &ruler, &l->time);
	l->plot = (struct canvas_box){
		.x = (int)(left + em + l->tick), .y = (int)ceil(em * 3.9) + l->rail,
		.width = (int)raster->width, .height = (int)raster->height,
	};
	l->width = (unsigned)(l->plot.x + l->plot.width + right);
	legend_init(&l->legend, figure, canvas, em, l->width - (unsigned)l->plot.x - (unsigned)(em / 2));
	l->height = (unsigned)(l->plot.y + l->plot.height + l->tick + em * 3.6) + l->legend.rows * legend_row_height(&l->legend);
}

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

enum state { KNOWN, PARTLY, UNKNOWN, NOT_YET };

static enum state column_state(const struct figure *figure, unsigned x)
{
	const struct raster *raster = figure->raster;
	double column_s = raster->s_per_px, begin_s = (double)raster->start_s + x * column_s;
	double ahead_s = fmin(fmax(begin_s + column_s - (double)figure->not_yet_s, 0), column_s);
	double unknown_s = column_s - ahead_s - raster->known_s[x];

	if (ahead_s > column_s / 2)
		return NOT_YET;
	return unknown_s > column_s / 2 ? UNKNOWN : unknown_s > column_s * MISSING_SHARE ? PARTLY : KNOWN;
}

/* A box of the rail above the plot area; no less than 3 pixels wide, that nothing is missing unseen. */
static void draw_rail(const struct layout *l, struct canvas *canvas, int x, int width, int height, uint32_t colour)
{
	struct canvas_box box = { x, l->plot.y - l->line - 1 - height, width, height };

	if (width < 3 * l->line) {
		box.width = 3 * l->line;
		box.x -= (box.width - width) / 2;
	}
	canvas->ops->fill(canvas, box, colour);
}

/* A hatch that is narrower than the distance of its lines would be single dots. */
static void draw_unknown(const struct layout *l, struct canvas *canvas, struct canvas_box box, uint32_t colour, bool is_partly)
{
	unsigned distance = legend_hatch_distance(l->em);

	if (box.width * 2 < (int)distance && !is_partly)
		canvas->ops->fill(canvas, box, PALETTE_PARTLY);
	else
		canvas->ops->hatch(canvas, box, distance, colour);
}

/* Hatch and rail where nobody listened, a calm ground where nothing can have happened yet. */
static void draw_states(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	unsigned width = figure->raster->width;

	for (unsigned x = 0, end; x < width; x = end) {
		enum state state = column_state(figure, x);
		struct canvas_box box = { l->plot.x + (int)x, l->plot.y, 0, l->plot.height };

		for (end = x + 1; end < width && column_state(figure, end) == state;)
			end++;
		box.width = (int)(end - x);
		switch (state) {
		case KNOWN:
			break;
		case PARTLY:
			draw_unknown(l, canvas, box, PALETTE_PARTLY, true);
			draw_rail(l, canvas, box.x, box.width, l->rail, PALETTE_UNKNOWN);
			break;
		case UNKNOWN:
			draw_unknown(l, canvas, box, PALETTE_UNKNOWN, false);
			draw_rail(l, canvas, box.x, box.width, l->rail, PALETTE_LINE);
			break;
		case NOT_YET:
			canvas->ops->fill(canvas, box, PALETTE_NOT_YET);
			break;
		}
	}
}

/* A tick above each column in which packets were lost. */
static void draw_losses(const struct layout *l, const struct raster *raster, struct canvas *canvas)
{
	for (unsigned x = 0, end; x < raster->width; x = end) {
		end = x + 1;
		if (!(raster->lost[x] > 0))
			continue;
		while (end < raster->width && raster->lost[end] > 0)
			end++;
		draw_rail(l, canvas, l->plot.x + (int)x, (int)(end - x), l->rail * 2, PALETTE_LOST);
	}
}

static void draw_grid(const struct layout *l, const struct raster *raster, struct canvas *canvas)
{
	int gap = (int)(raster->height - raster->ports.log_height - raster->ports.strip_height);

	for (unsigned i = 1; i < l->ports; i++) { /* not port 0 */
		int y = (int)l->port[i].at;

		if (l->port[i].label[0] && y > 0)
			canvas->ops->dots(canvas, (struct canvas_box){ l->plot.x, l->plot.y + y, l->plot.width, l->line }, PALETTE_GRID);
	}
	for (unsigned i = 0; i < l->time.ticks; i++) {
		int x = (int)l->time.tick[i].at;

		if (l->time.tick[i].is_major && x > 0 && x < l->plot.width)
			canvas->ops->dots(canvas, (struct canvas_box){ l->plot.x + x, l->plot.y, l->line, l->plot.height }, PALETTE_GRID);
	}
	canvas->ops->fill(canvas, (struct canvas_box){ l->plot.x, l->plot.y + (int)raster->ports.log_height, l->plot.width, gap },
	                  PALETTE_GROUND);
}

/* Four lines around a box, outside of it. */
static void draw_frame(struct canvas *canvas, struct canvas_box b, int line)
{
	canvas->ops->fill(canvas, (struct canvas_box){ b.x - line, b.y - line, b.width + 2 * line, line }, PALETTE_LINE);
	canvas->ops->fill(canvas, (struct canvas_box){ b.x - line, b.y + b.height, b.width + 2 * line, line }, PALETTE_LINE);
	canvas->ops->fill(canvas, (struct canvas_box){ b.x - line, b.y, line, b.height }, PALETTE_LINE);
	canvas->ops->fill(canvas, (struct canvas_box){ b.x + b.width, b.y, line, b.height }, PALETTE_LINE);
}

static void draw_ports(const struct layout *l, const struct raster *raster, struct canvas *canvas)
{
	int strip = (int)raster->ports.strip_height, left = l->plot.x - l->line;

	draw_frame(canvas, (struct canvas_box){ l->plot.x, l->plot.y, l->plot.width, (int)raster->ports.log_height }, l->line);
	draw_frame(canvas, (struct canvas_box){ l->plot.x, l->plot.y + l->plot.height - strip, l->plot.width, strip }, l->line);
	for (unsigned i = 0; i < l->ports; i++) {
		const struct axis_tick *tick = &l->port[i];
		int y = l->plot.y + (int)tick->at, length = tick->label[0] ? l->tick : l->tick / 2;

		canvas->ops->fill(canvas, (struct canvas_box){ left - length, y, length, l->line }, PALETTE_LINE);
		if (tick->label[0])
			canvas->ops->text(canvas, left - l->tick - (int)(l->em * 0.3), y + (int)(l->em * 0.36 + 0.5), CANVAS_RIGHT, l->em,
			                  PALETTE_LINE, tick->label);
	}
}

static void draw_times(const struct layout *l, struct canvas *canvas)
{
	int bottom = l->plot.y + l->plot.height + l->line, base = bottom + l->tick + (int)(l->em * 1.15);

	for (unsigned i = 0; i < l->time.ticks; i++) {
		const struct axis_tick *tick = &l->time.tick[i];
		int x = l->plot.x + (int)tick->at, length = tick->is_major ? l->tick : l->tick / 2;

		canvas->ops->fill(canvas, (struct canvas_box){ x, bottom, l->line, length }, PALETTE_LINE);
		if (tick->label[0])
			canvas->ops->text(canvas, x, base, CANVAS_CENTRE, l->em, PALETTE_LINE, tick->label);
	}
	for (unsigned i = 0; i < l->time.spans; i++) {
		const struct axis_span *span = &l->time.span[i];

		if (span->from > 0)
			canvas->ops->fill(canvas, (struct canvas_box){ l->plot.x + (int)span->from, base + (int)(l->em * 0.35), l->line,
			                                               (int)(l->em * 1.2) }, PALETTE_PARTLY);
		if (span->label[0])
			canvas->ops->text(canvas, l->plot.x + (int)((span->from + span->to) / 2), base + (int)(l->em * 1.3), CANVAS_CENTRE,
			                  l->em, PALETTE_FAINT, span->label);
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
	draw_states(l, figure, canvas);
	draw_losses(l, raster, canvas);
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
