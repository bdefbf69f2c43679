/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines below the picture: packets of each series, and what could not be counted or drawn. */
#ifndef PLOT_LEGEND_H
#define PLOT_LEGEND_H

#include "plot/figure.h"

#define LEGEND_ENTRIES (19 + RULES_MAX)
#define LEGEND_TEXT 320

enum legend_sign { LEGEND_NONE, LEGEND_SERIES, LEGEND_UNKNOWN, LEGEND_NOT_YET, LEGEND_LOST, LEGEND_RANGE };

struct legend_entry {
	enum legend_sign sign;
	uint32_t colour;
	int x; /* from the left of the legend */
	unsigned row;
	char text[LEGEND_TEXT];
};

struct legend {
	const struct palette *palette; /* borrowed */
	double em;
	unsigned rows;
	unsigned entries;
	struct legend_entry entry[LEGEND_ENTRIES];
};

/* Writes the entries and arranges them in rows of at most width pixels. */
void legend_init(struct legend *legend, const struct figure *figure, struct canvas *canvas, double em, unsigned width);

/* Writes another entry: the text of a rule, as in rules_describe(). */
void legend_add_rule(struct legend *legend, const struct rule *rule, bool has_seconds);

/* Arranges the entries from one on in rows of their own. */
void legend_arrange(struct legend *legend, struct canvas *canvas, unsigned from, unsigned width);

#define LEGEND_COUNT 32

/* 1234567 -> "1,234,567"; returns buf. */
const char *legend_format_count(double count, char buf[LEGEND_COUNT]);

/* Pixels from a row to the next. */
unsigned legend_row_height(const struct legend *legend);

void legend_draw(const struct legend *legend, struct canvas *canvas, int x, int y);

/* The distance of the lines of a hatch. */
unsigned legend_hatch_distance(double em);

#endif
