/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a user's own over the plot area, at moments and at ports, each with a text; rrdtool's VRULE and HRULE. */
#ifndef PLOT_RULES_H
#define PLOT_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "plot/text_fit.h"

struct figure;
struct raster;
struct palette;

#define RULES_MAX 32

struct rule {
	bool is_port;
	int64_t at;       /* a port, or seconds since 1970 */
	const char *text; /* UTF-8, "" for a line alone; borrowed */
};

/* Where the text of a rule is: beside its line or, if there is no room that is near enough, in the legend. */
enum rule_text { RULE_NO_TEXT, RULE_BESIDE, RULE_IN_LEGEND };

struct rule_place {
	bool is_in_view;
	int at; /* pixels from the left or the top of the plot area */
	enum rule_text where;
	unsigned row; /* above the plot area, the lowest first */
	int x, y;     /* of the text, from the top left of the plot area; y is its middle */
	char text[TEXT_FIT];
};

struct rules {
	const struct rule *rule; /* borrowed */
	unsigned count;
	unsigned rows;    /* of texts above the plot area */
	unsigned right;   /* pixels that texts take beside it, 0 for none */
	struct rule_place place[RULES_MAX];
};

/* Finds the places of a figure's rules in its plot area, and those of the texts of ports, which stand gap pixels to its right.
 * Rules that do not lie in it have no line. The legend has their texts if the figure's look says so, and all texts if the figure
 * has several plot areas below each other. */
void rules_init(struct rules *rules, const struct figure *figure, struct canvas *canvas, double em, double gap);

/* Finds the places of the texts of moments, above the plot area and to the right of their lines; they may go as far as room
 * pixels from its left. */
void rules_place_moments(struct rules *rules, struct canvas *canvas, double em, int room);

/* What the legend says of a rule: where it is, a moment with its seconds if it has some or the others are told so, and its text. */
void rules_describe(const struct rule *rule, bool has_seconds, char out[TEXT_FIT]);

/* Height of a row of texts above the plot area. */
int rules_row_height(double em);

/* The lines, behind the marks, over the plot area of a raster. */
void rules_draw_lines(const struct rules *rules, const struct raster *raster, const struct palette *palette, struct canvas *canvas,
                      struct canvas_box plot, int line);

/* The lines again, dotted over the marks so that most of those stay to be seen. */
void rules_draw_dots(const struct rules *rules, const struct raster *raster, const struct palette *palette, struct canvas *canvas,
                     struct canvas_box plot, int line);

/* Texts and what leads to them. base is from the top of the plot area up to the base line of the lowest row of texts. */
void rules_draw_texts(const struct rules *rules, const struct palette *palette, struct canvas *canvas, struct canvas_box plot,
                      double em, int line, int base);

#endif
