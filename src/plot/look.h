/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a user may choose about the look of a figure besides its colours. All zero is as usual. */
#ifndef PLOT_LOOK_H
#define PLOT_LOOK_H

#include <stdbool.h>

/* The kinds of text that have a font of their own; rrdtool's. */
enum look_text { LOOK_TITLE, LOOK_AXIS, LOOK_UNIT, LOOK_LEGEND, LOOK_WATERMARK };
#define LOOK_TEXTS 5

struct look_font {
	double em;        /* pixels; 0: as fits the picture */
	const char *face; /* as pango describes it, without a size; NULL: the usual one; borrowed */
};

struct look {
	double em; /* the size of the font that all else goes by; 0: figure_em() */
	struct look_font font[LOOK_TEXTS];
	const char *vertical_label; /* NULL for none; borrowed */
	const char *watermark;      /* likewise */
	unsigned border;            /* pixels around the picture, in SHADEA and SHADEB */
	bool is_bare;               /* the plot area alone: no text, no axis */
	bool has_no_legend;
	bool tells_all_rules;       /* in the legend: those that have no line, too */
	bool is_mono;               /* dots without smooth rims */
	unsigned width;             /* of the whole picture, which must have room for all of it; 0: what it takes */
	unsigned height;
};

#endif
