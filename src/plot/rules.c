/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/rules.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "plot/calendar.h"
#include "plot/figure.h"
#include "plot/palette.h"
#include "plot/raster.h"

#define ROWS 4      /* of texts of moments */
#define LONGEST 22  /* em: longer texts are cut */
#define APART 1.1   /* em between texts of ports */
#define SHIFT 0.6   /* em that such a text may be away from its line: it is still nearer to it than to any other */
#define LEADER 0.45 /* share of FONT's colour in a line behind the marks */

/* Where the line of a rule is in the plot area of a raster. False if it is in none. */
static bool find_line(const struct rule *rule, const struct raster *raster, int *at)
{
	const struct axis_ports *axis = &raster->ports;
	const struct axis_lane *lane;
	uint16_t lo, hi;

	if (rule->is_port) {
		lane = raster->first == SERIES_TCP4 ? axis_ports_lane(axis, (unsigned)rule->at, (unsigned)rule->at) : NULL;
		if (!lane)
			return false;
		portbin_range(&axis->portbin, portbin_of(&axis->portbin, (uint16_t)rule->at), &lo, &hi);
		*at = (int)axis_lane_row(axis, lane, lo, hi);
		return true;
	}
	*at = (int)((double)(rule->at - raster->start_s) / raster->s_per_px);
	return rule->at >= raster->start_s && rule->at < raster->end_s;
}

/* Beside its line, or a little above or below so that it keeps apart from those that are there already. */
static void place_port(struct rules *rules, unsigned i, double em)
{
	struct rule_place *place = &rules->place[i];

	for (int step = 0; step <= 8; step++) {
		double shift = (step + 1) / 2 * SHIFT / 4 * em * (step % 2 ? -1 : 1);
		bool is_free = true;

		place->y = place->at + (int)shift;
		for (unsigned j = 0; j < i && is_free; j++)
			is_free = !rules->rule[j].is_port || rules->place[j].where != RULE_BESIDE ||
			          abs(rules->place[j].y - place->y) >= em * APART;
		if (is_free)
			return;
	}
	place->where = RULE_IN_LEGEND;
}

/* Where its text will be if there is room. */
static enum rule_text text_of(const struct rule *rule, const struct figure *figure, bool is_in_view)
{
	if (!rule->text[0] || (!is_in_view && !figure->look.tells_all_rules))
		return RULE_NO_TEXT;
	return is_in_view && !figure->days ? RULE_BESIDE : RULE_IN_LEGEND;
}

void rules_init(struct rules *rules, const struct figure *figure, struct canvas *canvas, double em, double gap)
{
	double widest = 0;

	*rules = (struct rules){ .rule = figure->rule, .count = figure->rules };
	for (unsigned i = 0; i < rules->count; i++) {
		const struct rule *rule = &figure->rule[i];
		struct rule_place *place = &rules->place[i];

		place->is_in_view = find_line(rule, figure->raster, &place->at);
		place->where = text_of(rule, figure, place->is_in_view);
		if (place->where != RULE_BESIDE)
			continue;
		text_fit(canvas, em, em * LONGEST, rule->text, place->text);
		if (!rule->is_port)
			continue;
		place->x = (int)(figure->raster->width + gap);
		place_port(rules, i, em);
		if (place->where == RULE_BESIDE)
			widest = fmax(widest, gap + canvas->ops->text_width(canvas, em, place->text));
	}
	rules->right = (unsigned)ceil(widest);
}

/* The rightmost moment before one that has a text without a place; count if there is none. */
static unsigned next_moment(const struct rules *rules, const bool *is_done)
{
	unsigned next = rules->count;

	for (unsigned i = 0; i < rules->count; i++)
		if (!rules->rule[i].is_port && rules->place[i].where == RULE_BESIDE && !is_done[i] &&
		    (next == rules->count || rules->place[i].at >= rules->place[next].at))
			next = i;
	return next;
}

void rules_place_moments(struct rules *rules, struct canvas *canvas, double em, int room)
{
	int begin[ROWS]; /* of the leftmost text in each row */
	bool is_done[RULES_MAX] = { false };

	for (unsigned row = 0; row < ROWS; row++)
		begin[row] = room + (int)em;
	/* From the right: what leads up from a line then passes to the left of all texts in lower rows. */
	for (unsigned i = next_moment(rules, is_done); i < rules->count; i = next_moment(rules, is_done)) {
		struct rule_place *place = &rules->place[i];
		int width = (int)ceil(canvas->ops->text_width(canvas, em, place->text)), gap = (int)em;
		unsigned row = 0;

		is_done[i] = true;
		place->x = place->at + (int)(em * 0.4);
		if (place->x + width > room)
			place->x = room - width;
		while (row < ROWS && place->x + width + gap > begin[row] && place->at + (int)(em * 0.4) < begin[row])
			row++;
		if (row == ROWS || place->x + width + gap > begin[row] || place->x < 0) {
			place->where = RULE_IN_LEGEND;
			continue;
		}
		place->row = row;
		begin[row] = place->x;
		for (unsigned below = 0; below < row; below++)
			begin[below] = place->at;
		rules->rows = row + 1 > rules->rows ? row + 1 : rules->rows;
	}
}

void rules_describe(const struct rule *rule, bool has_seconds, char out[TEXT_FIT])
{
	char when[32] = "";
	struct tm tm;

	if (rule->is_port) {
		snprintf(out, TEXT_FIT, "%lld: %s", (long long)rule->at, rule->text);
		return;
	}
	calendar_local(rule->at, &tm);
	strftime(when, sizeof(when), has_seconds || tm.tm_sec ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d %H:%M", &tm);
	snprintf(out, TEXT_FIT, "%s: %s", when, rule->text);
}

int rules_row_height(double em)
{
	return (int)ceil(em * 1.3);
}

static struct canvas_box line_of(const struct rule *rule, int at, struct canvas_box plot, int line)
{
	return rule->is_port ? canvas_box(plot.x, plot.y + at, plot.width, line) : canvas_box(plot.x + at, plot.y, line, plot.height);
}

void rules_draw_lines(const struct rules *rules, const struct raster *raster, const struct palette *palette, struct canvas *canvas,
                      struct canvas_box plot, int line)
{
	uint32_t colour = palette_dim(palette, PALETTE_FONT, PALETTE_CANVAS, LEADER);
	int at;

	for (unsigned i = 0; i < rules->count; i++)
		if (find_line(&rules->rule[i], raster, &at))
			canvas->ops->fill(canvas, line_of(&rules->rule[i], at, plot, line), colour);
}

void rules_draw_dots(const struct rules *rules, const struct raster *raster, const struct palette *palette, struct canvas *canvas,
                     struct canvas_box plot, int line)
{
	int at;

	for (unsigned i = 0; i < rules->count; i++)
		if (find_line(&rules->rule[i], raster, &at))
			canvas->ops->dots(canvas, line_of(&rules->rule[i], at, plot, line), palette->colour[PALETTE_FONT]);
}

static void draw_port(const struct rule_place *place, const struct palette *palette, struct canvas *canvas, struct canvas_box plot,
                      double em, int line)
{
	int right = plot.x + plot.width + line, tick = (int)(em * 0.3);

	canvas->ops->fill(canvas, canvas_box(right, plot.y + place->at, tick, line), palette->colour[PALETTE_FONT]);
	canvas->ops->text(canvas, plot.x + place->x, plot.y + place->y + (int)(em * 0.36 + 0.5), CANVAS_LEFT, em,
	                  palette->colour[PALETTE_FONT], place->text);
}

static void draw_moment(const struct rule_place *place, const struct palette *palette, struct canvas *canvas, struct canvas_box plot,
                        double em, int line, int base)
{
	int y = plot.y - base - (int)place->row * rules_row_height(em), top = y - (int)(em * 0.75);

	/* To the right of its line the text stands beside what leads up, else above it. */
	if (place->x < place->at + (int)(em * 0.4))
		top = y + (int)ceil(em * 0.25);
	canvas->ops->fill(canvas, canvas_box(plot.x + place->at, top, line, plot.y - line - top), palette->colour[PALETTE_FONT]);
	canvas->ops->text(canvas, plot.x + place->x, y, CANVAS_LEFT, em, palette->colour[PALETTE_FONT], place->text);
}

void rules_draw_texts(const struct rules *rules, const struct palette *palette, struct canvas *canvas, struct canvas_box plot,
                      double em, int line, int base)
{
	for (unsigned i = 0; i < rules->count; i++) {
		const struct rule_place *place = &rules->place[i];

		if (place->where != RULE_BESIDE)
			continue;
		if (rules->rule[i].is_port)
			draw_port(place, palette, canvas, plot, em, line);
		else
			draw_moment(place, palette, canvas, plot, em, line, base);
	}
}
