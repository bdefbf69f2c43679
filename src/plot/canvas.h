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

/* Where (x, y) is on the base line of a text. Upwards: its middle, and the text is turned to be read from below. */
enum canvas_anchor { CANVAS_LEFT, CANVAS_CENTRE, CANVAS_RIGHT, CANVAS_UPWARDS };

struct canvas;

struct canvas_ops {
	/* The font of the texts from here on as pango describes it, without a size; NULL for the usual one. Borrowed. */
	void (*face)(struct canvas *canvas, const char *face);
	/* How wide a text will be in a font of em pixels; may be asked before begin. */
	double (*text_width)(struct canvas *canvas, double em, const char *text);
	/* Before begin, for each raster whose marks will be drawn: where they become pixels they do so here, and the raster's cells
	 * are freed, for they and the picture would fill the memory together. NULL where there is nothing to be done. */
	void (*prepare)(struct canvas *canvas, struct raster *raster, const struct marks_style *style);
	/* Once, before anything is drawn: the size of the picture and its ground. */
	void (*begin)(struct canvas *canvas, unsigned width, unsigned height, uint32_t ground);
	void (*fill)(struct canvas *canvas, struct canvas_box box, uint32_t colour);
	/* A dotted line along the longer side of the box. */
	void (*dots)(struct canvas *canvas, struct canvas_box box, uint32_t colour);
	/* Diagonal lines, distance pixels apart; those of neighbouring boxes meet. */
	void (*hatch)(struct canvas *canvas, struct canvas_box box, unsigned distance, uint32_t colour);
	void (*text)(struct canvas *canvas, int x, int y, enum canvas_anchor anchor, double em, uint32_t colour,
	             const char *text);
	/* All marks of a raster that was prepared, with the top left of the plot area at (x, y). */
	void (*marks)(struct canvas *canvas, int x, int y, const struct raster *raster, const struct marks_style *style);
	/* Ends the picture: its bytes, which the caller frees. 0 or -errno with *why. */
	int (*finish)(struct canvas *canvas, uint8_t **bytes, size_t *size, struct failure *why);
	void (*free)(struct canvas *canvas);
};

/* The first member of each kind of canvas. */
struct canvas {
	const struct canvas_ops *ops;
};

/* How letters are fitted to pixels; rrdtool's words. */
enum canvas_hinting { CANVAS_HINTING_LIGHT, CANVAS_HINTING_NORMAL, CANVAS_HINTING_MONO };

/* All zero is as usual. Formats without pixels take none of the first three. */
struct canvas_options {
	enum canvas_hinting hinting;
	double bitmap_em; /* letters up to this size are not smoothed, as with CANVAS_HINTING_MONO */
	bool is_mono;     /* dots are not smoothed */
	int64_t date_s;   /* of the document, for formats that have one */
};

/* Makers return 0 and a canvas, or -errno with *why. Those with text fail where no font is installed. */
typedef int canvas_new(const struct canvas_options *options, struct canvas **canvas, struct failure *why);
canvas_new canvas_png_new, canvas_svg_new, canvas_pdf_new, canvas_eps_new;

/* Takes the pixels of a picture (as pngfile_write() does, without alpha) and makes bytes of them. 0 or -errno. */
typedef int canvas_encode(void *context, uint32_t *pixels, unsigned width, unsigned height, unsigned stride, uint8_t **bytes,
                          size_t *size);

/* Draws pixels as for a PNG, and has them encoded by another. */
int canvas_pixels_new(const struct canvas_options *options, canvas_encode *encode, void *context, struct canvas **canvas,
                      struct failure *why);

/* The calls themselves as text, one JSON object a line: for tests, and for programs that draw on their own. All letters are
 * taken as equally wide. More than marks_max marks are summed up. */
int canvas_json_new(struct canvas **canvas, unsigned marks_max, struct failure *why);

static inline void canvas_free(struct canvas *canvas)
{
	if (canvas)
		canvas->ops->free(canvas);
}

#endif
