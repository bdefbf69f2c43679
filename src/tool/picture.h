/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an archive to the bytes of a picture. */
#ifndef TOOL_PICTURE_H
#define TOOL_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/reader.h"
#include "common/fail.h"
#include "plot/axis.h"
#include "plot/canvas.h"
#include "plot/days.h"
#include "plot/look.h"
#include "plot/palette.h"
#include "plot/rules.h"
#include "plot/terminal.h"
#include "tool/window.h"

struct hover;
struct selection;
struct sighted;

/* PICTURE_HTML: a PNG, and what its page tells is collected (page.h). */
enum picture_format { PICTURE_PNG, PICTURE_SVG, PICTURE_PDF, PICTURE_EPS, PICTURE_JSON, PICTURE_HTML, PICTURE_TERMINAL };

struct picture_order {
	struct window window;
	const struct days *days; /* of the window, to be drawn below each other; NULL for one plot area; borrowed */
	struct axis_style axis;  /* of time; borrowed */
	int64_t now_s;
	bool skips_unreadable; /* port files that can't be read are left out, or else an error */
	uint32_t step_s; /* of the rows to read; 0: as long as a pixel */
	unsigned width; /* of the plot area */
	unsigned height; /* of all days together */
	const char *title;
	bool flat;
	struct palette palette;
	struct look look;
	const struct rule *rule; /* borrowed */
	unsigned rules;
	struct canvas_options canvas;
	struct terminal terminal; /* for PICTURE_TERMINAL */
	double em;         /* the size of the font; 0: as fits the picture */
	double zoom;       /* that width and height are already multiplied by */
	bool is_full_size; /* they are of the whole picture */
	enum picture_format format;
	struct hover *hover; /* filled with what a page tells of the picture; NULL for nothing; borrowed */

	const struct selection *selection; /* which packets; NULL: all; borrowed */
	const struct sighted *sighted;     /* those that it selects; picture_make() reads them */
	struct axis_view view;            /* which ports, and how; those of series without ports are always in view */
	unsigned series;                  /* bits of enum series up to ICMP6; 0: ports, and where all are in view what came of ICMP */
	const struct axis_naming *naming; /* of ports; NULL for none; borrowed */
};

/* Where the time went: CPU of this process. */
enum picture_phase { PICTURE_TOTALS, PICTURE_READ, PICTURE_REDUCE, PICTURE_FONTS, PICTURE_DRAW, PICTURE_ENCODE };
#define PICTURE_PHASES 6

struct picture {
	uint8_t *bytes; /* owned */
	size_t size;
	unsigned width; /* of the whole */
	unsigned height;
	double phase_ms[PICTURE_PHASES];
	unsigned unreadable; /* files that were left out */
	struct failure why;  /* of the first of them */
	struct failure unsighted; /* why ports could not be told apart though there are sightings; "" if all is well */
};

const char *picture_phase_name(enum picture_phase phase);

/* Milliseconds of CPU used by the process so far. */
double picture_cpu_ms(void);

/* The size of the font that goes with the size of the plot area. */
double picture_em(const struct picture_order *order);

/* How much time a pixel is. */
double picture_seconds_per_pixel(const struct picture_order *order);

/* Reads and draws. 0 or -errno with *why; the caller frees picture->bytes. */
int picture_make(struct reader *reader, const struct picture_order *order, struct picture *picture, struct failure *why);

#endif
