/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of fireplot graph that are about colours, fonts and what surrounds the plot area: those of rrdtool graph, with its
 * words and units. */
#ifndef TOOL_GRAPH_LOOK_H
#define TOOL_GRAPH_LOOK_H

#include "common/fail.h"
#include "plot/canvas.h"
#include "plot/look.h"
#include "plot/palette.h"
#include "plot/palette_given.h"
#include "plot/rules.h"
#include "plot/terminal.h"
#include "tool/option_table.h"
#include "tool/window.h"

/* The codes of options without a letter. */
enum {
	GRAPH_LOOK_BORDER = OPTION_LONG + 64, GRAPH_LOOK_THEME, GRAPH_LOOK_PALETTE, GRAPH_LOOK_MARK,
	GRAPH_LOOK_MARK_PORT, GRAPH_LOOK_TERMINAL,
};

struct graph_look {
	struct look look;
	struct canvas_options canvas;
	struct palette_given colours;
	bool is_light;      /* the theme */
	bool is_safe;       /* colours that the colour-blind tell apart */
	bool is_full_size;  /* width and height are those of the whole picture */
	double zoom;
	bool has_terminal;  /* what kind it is was told */
	enum terminal_mode terminal;
	unsigned marks;
	struct graph_mark {
		bool is_port;
		const char *value; /* TIME:TEXT or PORT:TEXT */
		char text[TEXT_FIT];
	} mark[RULES_MAX];
};

/* What rrdtool does where nothing else is asked for. */
void graph_look_init(struct graph_look *look);

/* Takes one option. 0, -ENOENT if it is none of these, or -EINVAL with *why saying what was expected. Values are borrowed. */
int graph_look_take(struct graph_look *look, int code, const char *value, struct failure *why);

/* The colours that were chosen. */
struct palette graph_look_palette(const struct graph_look *look);

/* The lines that were asked for, once the window is known: their times may refer to its start and end. Returns how many, or
 * -EINVAL with *why. Their texts are borrowed from look. */
int graph_look_rules(struct graph_look *look, const struct window *window, struct rule rule[RULES_MAX], struct failure *why);

#endif
