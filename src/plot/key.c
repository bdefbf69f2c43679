/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/key.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define STEPS 5      /* of brightness, at most */
#define STEPS_LEAST 2
#define LABEL 32
#define LONGEST_LABEL "888k–888k"

static const char *const headings[] = { "packets in 8 of 10 dots of this shade:", "packets in such dots:", "" };
#define HEADINGS (sizeof(headings) / sizeof(headings[0]))
#define SIZE_NOTE "larger: fewer dots around"

/* Neighbouring shades of which the same can be said. */
struct step {
	enum series series;
	bool is_first; /* of its series */
	unsigned shades;
	unsigned shade[STEPS];
	char label[LABEL];
};

struct key {
	unsigned steps;
	struct step step[SERIES_WITH_PORTS * STEPS];
};

/* 950, 1.2k, 12k, 3.4M */
static void format_short(double count, char *out, size_t size)
{
	static const char units[] = " kMG";
	unsigned unit = 0;

	while (count >= 999.5 && unit < 3) {
		count /= 1000;
		unit++;
	}
	if (unit && count < 9.95)
		snprintf(out, size, "%.1f%c", count, units[unit]);
	else
		snprintf(out, size, "%.0f%.*s", count, unit ? 1 : 0, units + unit);
}

static void write_label(const struct tally_range *range, char label[LABEL])
{
	char low[12], high[12];

	format_short(range->low, low, sizeof(low));
	format_short(range->high, high, sizeof(high));
	if (strcmp(low, high) == 0)
		snprintf(label, LABEL, "%s", low);
	else
		snprintf(label, LABEL, "%s–%s", low, high);
}

static void add_series(struct key *key, const struct tally *tally, enum series series, unsigned steps)
{
	unsigned first = 0, last = PALETTE_SHADES;
	struct step *step = NULL;

	while (first < last && !tally_range(tally, series, first, first + 1).marks)
		first++;
	while (last > first && !tally_range(tally, series, last - 1, last).marks)
		last--;
	for (unsigned i = 0; i < steps; i++) {
		unsigned from = first + (last - first) * i / steps, to = first + (last - first) * (i + 1) / steps;
		struct tally_range range = tally_range(tally, series, from, to);
		char label[LABEL];

		if (!range.marks)
			continue;
		write_label(&range, label);
		if (!step || strcmp(step->label, label) != 0) {
			bool is_first = !step;

			step = &key->step[key->steps++];
			*step = (struct step){ .series = series, .is_first = is_first };
			memcpy(step->label, label, sizeof(label));
		}
		step->shade[step->shades++] = range.shade;
	}
}

static void key_init(struct key *key, const struct tally *tally, unsigned steps)
{
	*key = (struct key){ 0 };
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
		add_series(key, tally, (enum series)s, steps);
}

static int side_of(double em)
{
	return (int)(em * 0.8);
}

/* From the left of a step's first shade to that of the next. */
static double step_width(struct canvas *canvas, double em, unsigned shades, const char *label)
{
	return shades * side_of(em) + em * 1.3 + canvas->ops->text_width(canvas, em, label);
}

static double heading_width(struct canvas *canvas, double em, const char *heading)
{
	return heading[0] ? canvas->ops->text_width(canvas, em, heading) + em : 0;
}

static double key_width(const struct key *key, struct canvas *canvas, double em)
{
	double width = 0;

	for (unsigned i = 0; i < key->steps; i++)
		width += step_width(canvas, em, key->step[i].shades, key->step[i].label) + (key->step[i].is_first && i ? em : 0);
	return width;
}

bool key_fits(const struct figure *figure, struct canvas *canvas, double em, double width)
{
	double needed = heading_width(canvas, em, headings[HEADINGS - 2]);
	unsigned series = 0;

	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
		series += figure->raster->packets[s] > 0;
	needed += series * (STEPS_LEAST * step_width(canvas, em, 1, LONGEST_LABEL) + em);
	return !figure->flat && !figure->look.has_no_legend && figure->raster->first == SERIES_TCP4 && series && needed <= width;
}

static double draw_step(const struct step *step, const struct palette *palette, struct canvas *canvas, double em, double x, int y)
{
	int side = side_of(em);

	for (unsigned i = 0; i < step->shades; i++)
		canvas->ops->fill(canvas, canvas_box((int)x + (int)i * side, y - side, side, side),
		                  palette_shade(palette, step->series, step->shade[i]));
	canvas->ops->text(canvas, (int)(x + step->shades * side + em * 0.35), y, CANVAS_LEFT, em, palette->colour[PALETTE_FONT],
	                  step->label);
	return x + step_width(canvas, em, step->shades, step->label);
}

void key_draw(const struct tally *tally, const struct palette *palette, struct canvas *canvas, double em, int x, int y, double width)
{
	uint32_t faint = palette_faint(palette);
	unsigned steps = STEPS + 1, heading = 0;
	double room, at = x;
	struct key key;

	do
		key_init(&key, tally, --steps);
	while (steps > 1 && key_width(&key, canvas, em) + heading_width(canvas, em, headings[HEADINGS - 2]) > width);
	room = width - key_width(&key, canvas, em);
	while (heading + 1 < HEADINGS && heading_width(canvas, em, headings[heading]) > room)
		heading++;
	if (headings[heading][0])
		canvas->ops->text(canvas, x, y, CANVAS_LEFT, em, faint, headings[heading]);
	at += heading_width(canvas, em, headings[heading]);
	for (unsigned i = 0; i < key.steps; i++)
		at = draw_step(&key.step[i], palette, canvas, em, at + (key.step[i].is_first && i ? em : 0), y);
	if (at + em * 0.5 + canvas->ops->text_width(canvas, em, SIZE_NOTE) <= x + width)
		canvas->ops->text(canvas, (int)(at + em * 0.5), y, CANVAS_LEFT, em, faint, SIZE_NOTE);
}
