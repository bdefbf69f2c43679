/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/layout.h"

#include <math.h>

#include "plot/axes.h"
#include "plot/dates.h"
#include "plot/key.h"
#include "plot/window_text.h"

#define BORDER_WITHIN 2 /* pixels of a border for which there is room anyway */

#define NAMES_SHARE 0.25 /* of the plot area's width that labels of ports may have */
#define TYPE_HEIGHT 1.15 /* em */
#define TYPES_MAX 8

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

double figure_zoomed_em(unsigned width, unsigned height, double zoom)
{
	return zoom * figure_em((unsigned)(width / zoom + 0.5), (unsigned)(height / zoom + 0.5));
}

unsigned figure_type_height(double em)
{
	return (unsigned)ceil(em * TYPE_HEIGHT);
}

unsigned figure_types_max(unsigned height, double em)
{
	unsigned rows = height / 4 / figure_type_height(em);

	return rows < 1 ? 1 : rows < TYPES_MAX ? rows : TYPES_MAX;
}

double layout_use_font(const struct layout *l, struct canvas *canvas, enum look_text text)
{
	canvas->ops->face(canvas, l->look->font[text].face);
	return l->text_em[text];
}

static void choose_fonts(struct layout *l, const struct look *look)
{
	static const double usual[LOOK_TEXTS] = {
		[LOOK_TITLE] = 1.25, [LOOK_AXIS] = 1, [LOOK_UNIT] = 1, [LOOK_LEGEND] = 1, [LOOK_WATERMARK] = 0.8,
	};

	l->look = look;
	for (unsigned i = 0; i < LOOK_TEXTS; i++)
		l->text_em[i] = look->font[i].em > 0 ? look->font[i].em : l->em * usual[i];
}

/* From the top: title, window, what is missing, plot area. Returns where that begins. */
static int place_head(struct layout *l, const struct figure *figure)
{
	double em = l->em, title_em = l->text_em[LOOK_TITLE], window_em = title_em / 1.25;
	double first = em * 0.45 + title_em, more, below;

	l->title_lines = figure_title_lines(figure->title);
	more = ceil(title_em * 1.2) * (l->title_lines - 1);
	below = first + more + window_em * 1.4;
	l->title_y = l->border + (int)first;
	l->only_y = l->border + (int)below;
	below += figure->only ? window_em * 1.3 : 0;
	l->window_y = l->border + (int)below;
	l->rules_y = l->line + 1 + 2 * l->rail + (int)(em * 0.35);
	return l->border + (int)ceil(below + em * 0.8) + l->rail + (int)l->rules.rows * rules_row_height(l->text_em[LOOK_AXIS]);
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
		return l->area;
	return l->pitch * (int)figure->days->count - day_gap(l);
}

/* The widest label of an axis. */
static double widest(const struct axis_port_scale *scale, const struct axis_ruler *ruler)
{
	double wide = 0;

	for (unsigned i = 0; i < scale->ticks; i++)
		wide = fmax(wide, ruler->width(ruler->context, scale->tick[i].label));
	return wide;
}

/* Both axes to the left; returns the width of their labels. */
static double label_rows(struct layout *l, const struct figure *figure, const struct axis_ruler *ruler)
{
	const struct raster *raster = figure->raster;
	struct axis_ports axis = raster->ports;

	if (figure->is_exact)
		axis.portbin = PORTBIN_EXACT;
	if (raster->first == SERIES_ICMP4)
		typestrip_ticks(figure->types, &raster->ports, ruler->em, &l->port);
	else
		axis_port_ticks(&axis, ruler, figure->naming, raster->width * NAMES_SHARE, &l->port);
	if (figure->has_ranges)
		axis_port_edges(&raster->ports, ruler->em, &l->port);
	l->icmp.ticks = l->icmp.edges = 0;
	if (figure->icmp)
		typestrip_ticks(figure->types, &figure->icmp->ports, ruler->em, &l->icmp);
	return fmax(widest(&l->port, ruler), widest(&l->icmp, ruler));
}

/* The height of a plot area, and where in it the ICMP types begin. */
static void stack_rasters(struct layout *l, const struct figure *figure)
{
	l->area = (int)(figure->days ? figure->panel : figure->raster)->height;
	l->icmp_y = l->area + (int)fmax(l->em * 0.3 + 1, 3);
	if (figure->icmp)
		l->area = l->icmp_y + (int)figure->icmp->ports.height;
}

/* Ticks and labels of both axes, and the dates of days. Returns how much room there is for those to the left. */
static double place_ticks(struct layout *l, const struct figure *figure, struct canvas *canvas, double right)
{
	const struct raster *raster = figure->raster;
	double em = layout_use_font(l, canvas, LOOK_AXIS), left;
	struct text_ruler text = { canvas, em };
	struct axis_ruler ruler = { text_width, &text, em };
	struct axis_clock clock = { .start_s = raster->start_s, .end_s = raster->end_s };

	left = label_rows(l, figure, &ruler);
	if (figure->days) {
		clock = days_clock(figure->days);
		left += dates_width(figure, canvas, em);
	}
	left += l->em + l->tick;
	axis_time_ticks(&clock, &figure->axis, raster->width, fmin(left - l->em / 2, right), right, &ruler, &l->time);
	return left;
}

/* The plot area alone is the picture. */
static void place_bare(struct layout *l, const struct figure *figure)
{
	l->all = canvas_box(0, 0, (int)figure->raster->width, plot_height(l, figure));
	l->width = (unsigned)l->all.width;
	l->height = (unsigned)l->all.height;
	layout_all(l);
}

unsigned layout_legend_width(const struct layout *l)
{
	return l->width - (unsigned)(l->plot.x + l->border) - (unsigned)(l->em / 2);
}

/* Series, what is missing or not drawn, and rules that have no text beside their line. */
static void place_legend(struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	bool has_seconds = window_text_is_short(figure->raster->start_s, figure->raster->end_s);
	unsigned width = layout_legend_width(l), first;

	legend_init(&l->legend, figure, canvas, l->text_em[LOOK_LEGEND], width);
	first = l->legend.entries;
	for (unsigned i = 0; i < l->rules.count; i++)
		if (l->rules.place[i].where == RULE_IN_LEGEND)
			legend_add_rule(&l->legend, &l->rules.rule[i], has_seconds);
	legend_arrange(&l->legend, canvas, first, width);
}

/* From the plot area down: times, legend, key, watermark. */
static void place_foot(struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct look *look = &figure->look;
	bool has_times = !figure->axis.grid || !figure->axis.grid->is_none;
	double lines = !has_times ? 0.05 : figure->days ? 1.25 : 2.45; /* one for the hours, and one for their days */
	double foot = l->em * 0.65 + l->text_em[LOOK_AXIS] * lines, em = layout_use_font(l, canvas, LOOK_LEGEND);

	if (!look->has_no_legend)
		place_legend(l, figure, canvas);
	l->has_key = key_fits(figure, canvas, em, layout_legend_width(l));
	l->below = l->tick + (int)foot;
	l->height = (unsigned)(l->plot.y + l->plot.height + l->tick + foot + l->em * 0.5) + (unsigned)l->border +
	            (l->legend.rows + l->has_key) * legend_row_height(&l->legend);
	if (look->watermark)
		l->height += (unsigned)ceil(l->text_em[LOOK_WATERMARK] * 1.4);
	l->height = look->height > l->height ? look->height : l->height;
}

static void place_all(struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct look *look = &figure->look;
	double em = layout_use_font(l, canvas, LOOK_AXIS), right, left;
	struct text_ruler text = { canvas, em };
	const char *last;

	l->border = look->border > BORDER_WITHIN ? (int)look->border - BORDER_WITHIN : 0;
	l->margin = l->border + (look->vertical_label ? (int)(l->text_em[LOOK_UNIT] * 1.4) : 0);
	last = window_text_is_short(figure->raster->start_s, figure->raster->end_s) ? "00:00:00" : "00:00";
	right = ceil(fmax(text_width(&text, last) / 2, l->rules.right) + l->em / 2);
	left = place_ticks(l, figure, canvas, right) + l->margin;
	rules_place_moments(&l->rules, canvas, em, (int)(figure->raster->width + right - l->em / 2));
	l->all = canvas_box((int)left, place_head(l, figure), (int)figure->raster->width, plot_height(l, figure));
	layout_all(l);
	l->width = (unsigned)(l->plot.x + l->plot.width + right) + (unsigned)l->border;
	place_foot(l, figure, canvas);
	l->width = look->width > l->width ? look->width : l->width;
}

void layout_init(struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct raster *raster = figure->raster;
	const struct look *look = &figure->look;
	double em = look->em > 0 ? look->em : figure_em(raster->width, raster->height);

	*l = (struct layout){ .em = em, .line = em < 16 ? 1 : 2, .tick = (int)(em * 0.4), .rail = (int)(em * 0.35) };
	choose_fonts(l, look);
	stack_rasters(l, figure);
	if (figure->days)
		l->pitch = l->area + day_gap(l);
	rules_init(&l->rules, figure, canvas, layout_use_font(l, canvas, LOOK_AXIS), em * 0.5 + axes_arrow(l, figure->palette));
	if (look->is_bare)
		place_bare(l, figure);
	else
		place_all(l, figure, canvas);
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
	l->plot.height = l->area;
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
