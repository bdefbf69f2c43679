/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/canvas_cairo.h"

#include <errno.h>
#include <stdlib.h>

#include "plot/palette.h"
#include "plot/pngfile.h"

#define VECTOR_MARKS 2000 /* more than that are smaller as an embedded PNG */

/* Straight into the picture's memory. */
static void copy_plane(struct drawing *d, int x, int y, const struct marks_plane *plane, const struct palette *palette)
{
	uint32_t colour[256] = { 0 };
	size_t stride = (size_t)cairo_image_surface_get_stride(d->surface) / sizeof(uint32_t);
	uint32_t *pixels;

	for (unsigned i = 1; i <= (SERIES_ICMP6 + 1) * PALETTE_SHADES; i++)
		colour[i] = 0xff000000 | marks_colour(palette, (uint8_t)i);
	cairo_surface_flush(d->surface);
	pixels = (uint32_t *)(void *)cairo_image_surface_get_data(d->surface);
	if (!pixels)
		return;
	pixels += (size_t)y * stride + (size_t)x;
	for (unsigned row = 0; row < plane->height; row++)
		for (unsigned column = 0; column < plane->width; column++) {
			uint8_t pixel = plane->pixel[(size_t)row * plane->width + column];

			if (pixel)
				pixels[row * stride + column] = colour[pixel];
		}
	cairo_surface_mark_dirty(d->surface);
}

/* An SVG has it as a PNG; PDF and EPS compress the pixels by themselves. */
static void attach_png(struct drawing *d, cairo_surface_t *image, const struct marks_plane *plane)
{
	uint8_t *png;
	size_t size;

	d->err = pngfile_write((uint32_t *)(void *)cairo_image_surface_get_data(image), plane->width, plane->height,
	                       (unsigned)cairo_image_surface_get_stride(image) / 4, true, &png, &size);
	if (!d->err)
		cairo_surface_set_mime_data(image, CAIRO_MIME_TYPE_PNG, png, size, free, png);
}

/* As an image that keeps its pixels when enlarged. */
static void embed_plane(struct drawing *d, int x, int y, const struct marks_plane *plane, const struct palette *palette)
{
	cairo_surface_t *image = canvas_cairo_new_image(CAIRO_FORMAT_ARGB32, plane->width, plane->height);
	struct drawing part = { .surface = image };

	if (cairo_surface_status(image)) {
		d->err = -ENOMEM;
	} else {
		copy_plane(&part, 0, 0, plane, palette);
		if (d->kind == DRAWING_SVG)
			attach_png(d, image, plane);
	}
	if (!d->err) {
		cairo_set_source_surface(d->cairo, image, x, y);
		cairo_pattern_set_filter(cairo_get_source(d->cairo), CAIRO_FILTER_NEAREST);
		cairo_paint(d->cairo);
	}
	cairo_surface_destroy(image);
}

struct vector {
	cairo_t *cairo;
	const struct palette *palette;
	int x;
	int y;
	struct mark last;
	float thickness; /* of it */
};

static void stroke_marks(struct vector *vector)
{
	canvas_cairo_set_colour(vector->cairo, palette_shade(vector->palette, (enum series)vector->last.series, vector->last.shade));
	cairo_set_line_width(vector->cairo, (double)vector->thickness);
	cairo_stroke(vector->cairo);
}

static void vector_bar(struct vector *vector, const struct mark *mark)
{
	canvas_cairo_set_colour(vector->cairo, palette_shade(vector->palette, (enum series)mark->series, mark->shade));
	cairo_rectangle(vector->cairo, vector->x + mark->x, vector->y + mark->y - mark->above, mark->width,
	                mark->above + 1 + mark->below);
	cairo_fill(vector->cairo);
}

/* A disc is a line of no length with round ends: the shortest that SVG knows. */
static void vector_mark(void *context, const struct mark *mark)
{
	struct vector *vector = context;
	float thickness = mark_is_dash(mark) ? mark_thickness(mark) : mark->diameter;
	double y = vector->y + mark->y + 0.5 + (mark->below - mark->above) / 2.0, width = mark->width, half, tall = 0;

	if (mark->above || mark->below) {
		float rows = (float)(mark->above + mark->below + 1);

		thickness = mark_is_dash(mark) && rows > thickness ? rows : thickness;
		tall = rows > thickness ? (double)(rows - thickness) : 0;
	}
	half = (double)thickness / 2;

	if (mark->is_bar) {
		stroke_marks(vector);
		vector_bar(vector, mark);
		return;
	}
	if (mark->series != vector->last.series || mark->shade != vector->last.shade || thickness != vector->thickness)
		stroke_marks(vector);
	vector->last = *mark;
	vector->thickness = thickness;
	if (mark_is_dash(mark) && width > 2 * half) {
		cairo_move_to(vector->cairo, vector->x + mark->x + half, y);
		cairo_line_to(vector->cairo, vector->x + mark->x + width - half, y);
	} else {
		cairo_move_to(vector->cairo, vector->x + mark->x + width / 2, y - tall / 2);
		cairo_rel_line_to(vector->cairo, 0, tall);
	}
}

static void draw_vectors(struct drawing *d, int x, int y, const struct raster *raster, const struct marks_style *style)
{
	struct vector vector = { .cairo = d->cairo, .palette = style->palette, .x = x, .y = y };

	cairo_save(d->cairo);
	cairo_rectangle(d->cairo, x, y, raster->width, raster->height);
	cairo_clip(d->cairo);
	cairo_set_antialias(d->cairo, CAIRO_ANTIALIAS_DEFAULT);
	cairo_set_line_cap(d->cairo, CAIRO_LINE_CAP_ROUND);
	d->err = marks_each(raster, style, vector_mark, &vector);
	stroke_marks(&vector);
	cairo_restore(d->cairo);
}

void canvas_cairo_prepare(struct canvas *canvas, struct raster *raster, const struct marks_style *style)
{
	struct drawing *d = (struct drawing *)canvas;
	struct prepared *grown;

	if (d->kind != DRAWING_PIXELS || d->err)
		return;
	grown = realloc(d->prepared, (d->prepared_count + 1) * sizeof(*grown));
	if (!grown) {
		d->err = -ENOMEM;
		return;
	}
	d->prepared = grown;
	grown[d->prepared_count].raster = raster;
	d->err = marks_paint(raster, style, &grown[d->prepared_count++].plane);
	raster_drop_cells(raster);
}

static void draw_prepared(struct drawing *d, int x, int y, const struct raster *raster, const struct palette *palette)
{
	for (unsigned i = 0; i < d->prepared_count; i++) {
		struct prepared *prepared = &d->prepared[i];

		if (prepared->raster != raster)
			continue;
		copy_plane(d, x, y, &prepared->plane, palette);
		free(prepared->plane.pixel);
		prepared->plane = (struct marks_plane){ 0 };
	}
}

static void draw_embedded(struct drawing *d, int x, int y, const struct raster *raster, const struct marks_style *style)
{
	struct marks_plane plane;

	d->err = marks_paint(raster, style, &plane);
	if (!d->err) {
		embed_plane(d, x, y, &plane, style->palette);
		free(plane.pixel);
	}
}

void canvas_cairo_marks(struct canvas *canvas, int x, int y, const struct raster *raster, const struct marks_style *style)
{
	struct drawing *d = (struct drawing *)canvas;

	if (d->err)
		return;
	if (d->kind == DRAWING_PIXELS)
		draw_prepared(d, x, y, raster, style->palette);
	else if (marks_count(raster) <= VECTOR_MARKS)
		draw_vectors(d, x, y, raster, style);
	else
		draw_embedded(d, x, y, raster, style);
}
