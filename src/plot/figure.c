/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/figure.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot/axes.h"
#include "plot/dates.h"
#include "plot/key.h"
#include "plot/layout.h"
#include "plot/missing.h"
#include "plot/reference.h"
#include "plot/text_fit.h"
#include "plot/window_text.h"

size_t figure_title_line(const char *title, char line[TEXT_FIT])
{
	const char *br = strstr(title, "<br/>"), *n = strstr(title, "\\n"), *newline = strchr(title, '\n');
	const char *end = title + strlen(title), *next = end;

	if (br && br < end) {
		end = br;
		next = br + 5;
	}
	if (n && n < end) {
		end = n;
		next = n + 2;
	}
	if (newline && newline < end) {
		end = newline;
		next = newline + 1;
	}
	snprintf(line, TEXT_FIT, "%.*s", (int)(end - title), title);
	return (size_t)(next - title);
}

unsigned figure_title_lines(const char *title)
{
	char line[TEXT_FIT];
	unsigned lines = 0;

	do {
		title += figure_title_line(title, line);
		lines++;
	} while (*title);
	return lines;
}

/* The longest text of the window that has room, or the briefest, cut. */
static void fit_window(const struct raster *raster, struct canvas *canvas, double em, double room, char text[TEXT_FIT])
{
	char window[TEXT_FIT];

	for (unsigned brevity = 0; window_text(raster->start_s, raster->end_s, brevity, window); brevity++)
		if (canvas->ops->text_width(canvas, em, window) <= room)
			break;
	text_fit(canvas, em, room, window, text);
}

static void draw_title(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	int middle = l->plot.x + l->plot.width / 2, y = l->title_y;
	double room = 2.0 * ((int)l->width - middle < middle ? (int)l->width - middle : middle) - l->em;
	double em = layout_use_font(l, canvas, LOOK_TITLE);
	const char *title = figure->title;
	char line[TEXT_FIT], text[TEXT_FIT];

	for (unsigned i = 0; i < l->title_lines; i++, y += (int)ceil(em * 1.2)) {
		title += figure_title_line(title, line);
		text_fit(canvas, em, room, line, text);
		canvas->ops->text(canvas, middle, y, CANVAS_CENTRE, em, figure->palette->colour[PALETTE_FONT], text);
	}
	em /= 1.25;
	if (figure->only) {
		text_fit(canvas, em, room, figure->only, text);
		canvas->ops->text(canvas, middle, l->only_y, CANVAS_CENTRE, em, figure->palette->colour[PALETTE_FONT], text);
	}
	fit_window(figure->raster, canvas, em, room, text);
	canvas->ops->text(canvas, middle, l->window_y, CANVAS_CENTRE, em, palette_faint(figure->palette), text);
}

/* What stands beside the plot area and at the foot. */
static void draw_labels(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct look *look = &figure->look;
	const struct palette *palette = figure->palette;
	char text[TEXT_FIT];
	double em;

	if (look->vertical_label) {
		em = layout_use_font(l, canvas, LOOK_UNIT);
		text_fit(canvas, em, l->plot.height, look->vertical_label, text);
		canvas->ops->text(canvas, l->border + (int)(em * 1.15), l->plot.y + l->plot.height / 2, CANVAS_UPWARDS, em,
		                  palette->colour[PALETTE_FONT], text);
	}
	if (look->watermark) {
		em = layout_use_font(l, canvas, LOOK_WATERMARK);
		text_fit(canvas, em, l->width - 2.0 * l->border - l->em, look->watermark, text);
		canvas->ops->text(canvas, (int)l->width / 2, (int)l->height - l->border - (int)ceil(em * 0.4), CANVAS_CENTRE, em,
		                  palette_dim(palette, PALETTE_FONT, PALETTE_BACK, 0.5), text);
	}
}

/* Where it has the colour of the ground it is not there. */
static void draw_border(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const uint32_t *colour = figure->palette->colour;
	int width = (int)l->width, height = (int)l->height;

	for (int i = 0; i < (int)figure->look.border && 2 * i < width && 2 * i < height; i++) {
		if (colour[PALETTE_SHADEA] != colour[PALETTE_BACK]) {
			canvas->ops->fill(canvas, canvas_box(i, i, width - 2 * i, 1), colour[PALETTE_SHADEA]);
			canvas->ops->fill(canvas, canvas_box(i, i + 1, 1, height - 2 * i - 1), colour[PALETTE_SHADEA]);
		}
		if (colour[PALETTE_SHADEB] != colour[PALETTE_BACK]) {
			canvas->ops->fill(canvas, canvas_box(i + 1, height - i - 1, width - 2 * i - 1, 1), colour[PALETTE_SHADEB]);
			canvas->ops->fill(canvas, canvas_box(width - i - 1, i + 1, 1, height - 2 * i - 2), colour[PALETTE_SHADEB]);
		}
	}
}

/* The marks of ports and of ICMP types, which are compared apart. */
struct styles {
	struct references references;
	struct references icmp_references;
	struct marks_style ports;
	struct marks_style icmp;
};

/* One plot area with what lies in it. */
static void draw_plot(const struct layout *l, const struct figure *figure, struct canvas *canvas, const struct styles *styles)
{
	if (figure->palette->colour[PALETTE_CANVAS] != figure->palette->colour[PALETTE_BACK])
		canvas->ops->fill(canvas, l->plot, figure->palette->colour[PALETTE_CANVAS]);
	missing_draw(l, figure, canvas);
	axes_draw_grid(l, figure, canvas);
	rules_draw_lines(&l->rules, figure->raster, figure->palette, canvas, l->plot, l->line);
	canvas->ops->marks(canvas, l->plot.x, l->plot.y, figure->raster, &styles->ports);
	if (figure->icmp)
		canvas->ops->marks(canvas, l->plot.x, l->plot.y + l->icmp_y, figure->icmp, &styles->icmp);
	rules_draw_dots(&l->rules, figure->raster, figure->palette, canvas, l->plot, l->line);
	if (!figure->look.is_bare)
		axes_draw_frame(l, figure, canvas);
}

static void draw_days(struct layout *l, const struct figure *figure, struct canvas *canvas, const struct styles *styles)
{
	for (unsigned i = 0; i < figure->days->panels; i++) {
		struct figure part = *figure;

		part.raster = &figure->panel[i];
		part.icmp = figure->icmp ? &figure->icmp_panel[i] : NULL;
		layout_panel(l, figure, i);
		draw_plot(l, &part, canvas, styles);
	}
	layout_use_font(l, canvas, LOOK_AXIS);
	for (unsigned d = 0; d < figure->days->count && !figure->look.is_bare; d++) {
		layout_day(l, figure, d);
		axes_draw_ports(l, figure, canvas);
		dates_draw(l, figure, d, canvas);
	}
	layout_all(l);
}

/* What the counts of all panels are compared with; of the ports, or of the ICMP types below them. */
static int init_references(struct references *references, const struct figure *figure, const struct raster *all,
                           const struct raster *panel)
{
	unsigned count = figure->days ? figure->days->panels : 1;
	const struct raster **raster = calloc(count, sizeof(*raster));
	int err = -ENOMEM;

	for (unsigned i = 0; raster && i < count; i++)
		raster[i] = figure->days ? &panel[i] : all;
	if (raster)
		err = references_init(references, raster, count);
	free(raster);
	return err;
}

/* What all counts are compared with. */
static int init_styles(struct styles *styles, const struct figure *figure)
{
	int err;

	*styles = (struct styles){
		.ports = {
			.palette = figure->palette, .references = &styles->references, .flat = figure->flat,
			.is_mono = figure->look.is_mono,
		},
	};
	styles->icmp = styles->ports;
	styles->icmp.references = &styles->icmp_references;
	err = init_references(&styles->references, figure, figure->raster, figure->panel);
	if (!err && figure->icmp)
		err = init_references(&styles->icmp_references, figure, figure->icmp, figure->icmp_panel);
	return err;
}

/* Legend and key. */
static void draw_legend(const struct layout *l, const struct figure *figure, const struct tally *tally, struct canvas *canvas)
{
	double em = layout_use_font(l, canvas, LOOK_LEGEND);
	int top = l->plot.y + l->plot.height + l->below;
	int y = top + (int)(l->legend.rows * legend_row_height(&l->legend) + em);

	legend_draw(&l->legend, canvas, l->plot.x, top);
	if (l->has_key)
		key_draw(tally, figure->palette, canvas, em, l->plot.x, y, layout_legend_width(l));
}

/* What surrounds the plot areas, but for what days have of their own. */
static void draw_surroundings(const struct layout *l, const struct figure *figure, const struct tally *tally, struct canvas *canvas)
{
	layout_use_font(l, canvas, LOOK_AXIS);
	axes_draw_times(l, figure, canvas);
	axes_draw_arrows(l, figure, canvas);
	rules_draw_texts(&l->rules, figure->palette, canvas, l->plot, l->text_em[LOOK_AXIS], l->line, l->rules_y);
	draw_legend(l, figure, tally, canvas);
	draw_labels(l, figure, canvas);
}

static void size_marks(struct styles *styles, const struct layout *l, struct tally *tally)
{
	styles->ports.smallest = styles->icmp.smallest = (float)(fmax(floor(l->em / 3), 4) / 4);
	styles->ports.largest = styles->icmp.largest = (float)fmax(l->em * 0.375, 3);
	styles->ports.tally = l->has_key ? tally : NULL;
}

static void prepare_marks(const struct figure *figure, const struct styles *styles, struct canvas *canvas)
{
	unsigned count = figure->days ? figure->days->panels : 1;
	struct raster *ports = figure->days ? figure->panel : figure->raster;
	struct raster *icmp = figure->icmp && figure->days ? figure->icmp_panel : figure->icmp;

	if (!canvas->ops->prepare)
		return;
	for (unsigned i = 0; i < count; i++) {
		canvas->ops->prepare(canvas, &ports[i], &styles->ports);
		if (icmp)
			canvas->ops->prepare(canvas, &icmp[i], &styles->icmp);
	}
}

static void draw_all(struct layout *l, const struct figure *figure, const struct styles *styles, const struct tally *tally,
                     struct canvas *canvas)
{
	bool is_bare = figure->look.is_bare;

	canvas->ops->begin(canvas, l->width, l->height, figure->palette->colour[PALETTE_BACK]);
	if (!is_bare) {
		draw_border(l, figure, canvas);
		draw_title(l, figure, canvas);
	}
	if (figure->days)
		draw_days(l, figure, canvas, styles);
	else
		draw_plot(l, figure, canvas, styles);
	if (is_bare)
		return;
	layout_use_font(l, canvas, LOOK_AXIS);
	if (!figure->days)
		axes_draw_ports(l, figure, canvas);
	draw_surroundings(l, figure, tally, canvas);
}

int figure_draw(const struct figure *figure, struct canvas *canvas, unsigned *width, unsigned *height)
{
	struct layout *l = malloc(sizeof(*l));
	struct tally *tally = calloc(1, sizeof(*tally));
	struct styles styles;
	int err = init_styles(&styles, figure);

	if (!l || !tally)
		err = -ENOMEM;
	if (!err) {
		layout_init(l, figure, canvas);
		size_marks(&styles, l, tally);
		prepare_marks(figure, &styles, canvas);
		draw_all(l, figure, &styles, tally, canvas);
		*width = l->width;
		*height = l->height;
	}
	references_fini(&styles.references);
	references_fini(&styles.icmp_references);
	free(tally);
	free(l);
	return err;
}

int figure_measure(const struct figure *figure, struct canvas *canvas, unsigned *width, unsigned *height)
{
	struct layout *l = malloc(sizeof(*l));

	if (!l)
		return -ENOMEM;
	layout_init(l, figure, canvas);
	*width = l->width;
	*height = l->height;
	free(l);
	return 0;
}

int figure_places(const struct figure *figure, struct canvas *canvas, struct canvas_box *place, int *icmp_y)
{
	struct layout *l = malloc(sizeof(*l));

	if (!l)
		return -ENOMEM;
	layout_init(l, figure, canvas);
	*icmp_y = l->icmp_y;
	for (unsigned i = 0; i < (figure->days ? figure->days->panels : 1); i++) {
		if (figure->days)
			layout_panel(l, figure, i);
		place[i] = l->plot;
	}
	free(l);
	return 0;
}
