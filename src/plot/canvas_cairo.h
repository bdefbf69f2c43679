/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the cairo canvas share. */
#ifndef PLOT_CANVAS_CAIRO_H
#define PLOT_CANVAS_CAIRO_H

#include <cairo.h>
#include <pango/pangocairo.h>

#include "plot/canvas.h"

enum drawing_kind { DRAWING_PIXELS, DRAWING_SVG, DRAWING_PDF, DRAWING_EPS };

/* The marks of a raster, painted before the picture is there. */
struct prepared {
	const struct raster *raster;
	struct marks_plane plane;
};

struct drawing {
	struct canvas canvas;
	enum drawing_kind kind; /* all but pixels are vectors */
	struct canvas_options options;
	canvas_encode *encode; /* of pixels */
	void *encode_context;
	bool is_bitmap; /* the letters now */
	PangoContext *context;
	PangoLayout *layout;
	PangoFontDescription *font;
	cairo_surface_t *surface;
	cairo_t *cairo;
	unsigned prepared_count;
	struct prepared *prepared; /* of pixels only */
	uint8_t *bytes; /* of a vector format, so far */
	size_t size;
	size_t room;
	int err;
	char missing[64]; /* a text that no font has all letters for */
};

void canvas_cairo_set_colour(cairo_t *cairo, uint32_t colour);

/* An image of zeros, in huge pages; in error if there is no memory. */
cairo_surface_t *canvas_cairo_new_image(cairo_format_t format, unsigned width, unsigned height);

/* prepare and marks of canvas_ops. */
void canvas_cairo_prepare(struct canvas *canvas, struct raster *raster, const struct marks_style *style);
void canvas_cairo_marks(struct canvas *canvas, int x, int y, const struct raster *raster, const struct marks_style *style);

#endif
