/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a figure draws on: a small table of functions, so that a format is a file. Coordinates are whole pixels from the top
 * left, colours 0xRRGGBB, texts UTF-8. Errors are kept and told by finish. */
#ifndef PLOT_CANVAS_H
#define PLOT_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fail.h"
#include "plot/marks.h"

struct canvas_box {
	int x;
	int y;
	int width;
	int height;
};

static inline struct canvas_box canvas_box(int x, int y, int width, int height)
{
	return (struct canvas_box){ x, y, width, height };
}

enum canvas_anchor { CANVAS_LEFT, CANVAS_CENTRE, CANVAS_RIGHT };

struct canvas;

struct canvas_ops {
	/* How wide a text will be in a font of em pixels; may be asked before begin. */
	double (*text_width)(struct canvas *canvas, double em, const char *text);
	/* Once, before anything is drawn: the size of the picture and its ground. */
	void (*begin)(struct canvas *canvas, unsigned width, unsigned height, uint32_t ground);
	void (*fill)(struct canvas *canvas, struct canvas_box box, uint32_t colour);
	/* A dotted line along the longer side of the box. */
	void (*dots)(struct canvas *canvas, struct canvas_box box, uint32_t colour);
	/* Diagonal lines, distance pixels apart; those of neighbouring boxes meet. */
	void (*hatch)(struct canvas *canvas, struct canvas_box box, unsigned distance, uint32_t colour);
	/* y is the base line. */
	void (*text)(struct canvas *canvas, int x, int y, enum canvas_anchor anchor, double em, uint32_t colour,
	             const char *text);
	/* All marks of a raster, with the top left of the plot area at (x, y). */
	void (*marks)(struct canvas *canvas, int x, int y, const struct raster *raster, const struct marks_style *style);
	/* Ends the picture: its bytes, which the caller frees. 0 or -errno with *why. */
	int (*finish)(struct canvas *canvas, uint8_t **bytes, size_t *size, struct failure *why);
	void (*free)(struct canvas *canvas);
};

/* The first member of each kind of canvas. */
struct canvas {
	const struct canvas_ops *ops;
};

/* Makers return 0 and a canvas, or -errno with *why. Those with text fail where no font is installed. */
int canvas_png_new(struct canvas **canvas, struct failure *why);
int canvas_svg_new(struct canvas **canvas, struct failure *why);

/* The calls themselves as text, one JSON object a line: for tests, and for programs that draw on their own. All letters are
 * taken as equally wide. More than marks_max marks are summed up. */
int canvas_json_new(struct canvas **canvas, unsigned marks_max, struct failure *why);

static inline void canvas_free(struct canvas *canvas)
{
	if (canvas)
		canvas->ops->free(canvas);
}

#endif
