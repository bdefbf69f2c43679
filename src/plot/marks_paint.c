/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/marks.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "plot/pages.h"
#include "plot/palette.h"

#define RADIUS 8    /* pixels around the middle one that a disc may reach */
#define SIDE (2 * RADIUS + 1)
#define DIAMETERS 64 /* in quarters of a pixel */
#define SAMPLES 8    /* a side of a pixel: how finely its part in a disc is measured */

/* A pixel that a disc touches. */
struct touched {
	int8_t x;
	int8_t y;
	uint8_t cover; /* the part of it that the disc covers, in 255ths */
	int at;        /* in the plane, from the middle one */
};

/* The pixels inside and those at the rim, those that are covered most first. */
struct disc {
	bool is_made;
	int radius; /* pixels around the middle one */
	unsigned inner_count;
	unsigned rim_count;
	struct touched inner[SIDE * SIDE];
	struct touched rim[SIDE * SIDE];
};

struct painter {
	struct marks_plane *plane;
	bool is_mono; /* a pixel is covered or not */
	struct disc disc[DIAMETERS];
};

static unsigned part_covered(int x, int y, double radius)
{
	unsigned inside = 0;

	for (unsigned i = 0; i < SAMPLES * SAMPLES; i++) {
		double dx = x + (i % SAMPLES + 0.5) / SAMPLES - 0.5, dy = y + (i / SAMPLES + 0.5) / SAMPLES - 0.5;

		inside += dx * dx + dy * dy <= radius * radius;
	}
	return inside * 255 / (SAMPLES * SAMPLES);
}

static unsigned rounded(const struct painter *painter, unsigned cover)
{
	return !painter->is_mono ? cover : cover > 127 ? 255 : 0;
}

static inline bool is_inner(unsigned cover)
{
	return cover > 127;
}

/* Adds a pixel behind those that are covered as much. */
static void insert_touched(struct touched *list, unsigned *count, struct touched touched)
{
	unsigned i = (*count)++;

	for (; i > 0 && list[i - 1].cover < touched.cover; i--)
		list[i] = list[i - 1];
	list[i] = touched;
}

static const struct disc *find_disc(struct painter *painter, float diameter)
{
	unsigned quarters = (unsigned)(diameter * 4);
	struct disc *disc = &painter->disc[quarters < DIAMETERS ? quarters : DIAMETERS - 1];
	double radius = quarters < DIAMETERS ? diameter / 2 : (DIAMETERS - 1) / 8.0;

	if (disc->is_made)
		return disc;
	disc->is_made = true;
	disc->radius = (int)ceil(radius - 0.5);
	for (int y = -disc->radius; y <= disc->radius; y++)
		for (int x = -disc->radius; x <= disc->radius; x++) {
			unsigned cover = x || y ? rounded(painter, part_covered(x, y, radius)) : 255;
			struct touched touched = { .x = (int8_t)x, .y = (int8_t)y, .cover = (uint8_t)cover };

			touched.at = y * (int)painter->plane->width + x;
			if (is_inner(cover))
				insert_touched(disc->inner, &disc->inner_count, touched);
			else if (cover)
				insert_touched(disc->rim, &disc->rim_count, touched);
		}
	return disc;
}

/* The shade of a pixel of which a mark covers a part, and 0 if that is too dark to be seen. */
static inline unsigned shade_of(const struct mark *mark, unsigned cover)
{
	return (mark->shade + 1u) * cover / 255;
}

/* A pixel inside of a dot takes the place of what is there already, but within a series the brighter one stays. */
static inline void paint_inner(uint8_t *pixel, unsigned base, unsigned shade)
{
	bool stays = !shade || *pixel - (base + shade) <= PALETTE_SHADES - shade;

	*pixel = stays ? *pixel : (uint8_t)(base + shade);
}

/* At the rim it is a darker shade of the dot, and gives way. */
static inline void paint_rim(uint8_t *pixel, unsigned base, unsigned shade)
{
	bool gives_way = !shade || (*pixel && *pixel - (base + 1) >= shade - 1);

	*pixel = gives_way ? *pixel : (uint8_t)(base + shade);
}

static void paint_pixel(struct painter *painter, int x, int y, const struct mark *mark, unsigned cover)
{
	struct marks_plane *plane = painter->plane;
	unsigned base = mark->series * PALETTE_SHADES;

	if (x < 0 || y < 0 || (unsigned)x >= plane->width || (unsigned)y >= plane->height)
		return;
	if (is_inner(cover))
		paint_inner(&plane->pixel[(size_t)y * plane->width + (unsigned)x], base, shade_of(mark, cover));
	else
		paint_rim(&plane->pixel[(size_t)y * plane->width + (unsigned)x], base, shade_of(mark, cover));
}

static void paint_dash(struct painter *painter, const struct mark *mark)
{
	unsigned width = mark->width < 6 ? mark->width : mark->width - 1; /* that the next one doesn't run into it */
	float thickness = mark_thickness(mark);
	int reach = (int)ceilf((thickness - 1) / 2);

	for (int dy = -reach; dy <= reach; dy++) {
		float part = (thickness + 1) / 2 - (float)abs(dy); /* of this row of pixels that the dash covers */
		unsigned cover = part < 1 ? rounded(painter, (unsigned)(part * 255)) : 255;

		for (unsigned x = 0; x < width; x++)
			paint_pixel(painter, (int)(mark->x + x), (int)mark->y + dy, mark, cover);
	}
}

/* Near the edge of the plane. */
static void paint_clipped(struct painter *painter, int x, int y, const struct mark *mark, const struct touched *touched,
                          unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		paint_pixel(painter, x + touched[i].x, y + touched[i].y, mark, touched[i].cover);
}

/* Pixels that are covered alike have the same shade; the first that is too dark to be seen has only such behind it. */
static inline void paint_touched(uint8_t *middle, const struct mark *mark, const struct touched *touched, unsigned count,
                                 void (*paint)(uint8_t *pixel, unsigned base, unsigned shade))
{
	unsigned base = mark->series * PALETTE_SHADES;

	for (unsigned i = 0; i < count;) {
		unsigned cover = touched[i].cover, shade = shade_of(mark, cover);

		if (!shade)
			return;
		do
			paint(middle + touched[i++].at, base, shade);
		while (i < count && touched[i].cover == cover);
	}
}

static void paint_disc(struct painter *painter, int x, int y, const struct mark *mark)
{
	const struct disc *disc = find_disc(painter, mark->diameter);
	int width = (int)painter->plane->width, height = (int)painter->plane->height, radius = disc->radius;
	uint8_t *middle = painter->plane->pixel + (ptrdiff_t)y * width + x;

	if (x < radius || y < radius || x + radius >= width || y + radius >= height) {
		paint_clipped(painter, x, y, mark, disc->inner, disc->inner_count);
		paint_clipped(painter, x, y, mark, disc->rim, disc->rim_count);
		return;
	}
	paint_touched(middle, mark, disc->inner, disc->inner_count, paint_inner);
	paint_touched(middle, mark, disc->rim, disc->rim_count, paint_rim);
}

static void paint_rows(struct painter *painter, const struct mark *mark)
{
	for (int dy = -mark->above; dy <= mark->below; dy++)
		for (unsigned x = 0; x < mark->width; x++)
			paint_pixel(painter, (int)(mark->x + x), (int)mark->y + dy, mark, 255);
}

static void paint_mark(void *context, const struct mark *mark)
{
	struct painter *painter = context;
	int middle = (int)(mark->x + (mark->width - 1) / 2);

	if (mark->above || mark->below) {
		paint_rows(painter, mark);
		if (mark->is_bar || mark->diameter < 2)
			return;
	}
	if (mark_is_dash(mark))
		paint_dash(painter, mark);
	else if (mark->diameter <= 1)
		paint_pixel(painter, middle, (int)mark->y, mark, 255);
	else
		paint_disc(painter, middle, (int)mark->y, mark);
}

int marks_paint(const struct raster *raster, const struct marks_style *style, struct marks_plane *plane)
{
	struct painter *painter = calloc(1, sizeof(*painter));
	int err = -ENOMEM;

	*plane = (struct marks_plane){ .width = raster->width, .height = raster->height };
	plane->pixel = pages_calloc((size_t)plane->width * plane->height);
	if (painter && plane->pixel) {
		painter->plane = plane;
		painter->is_mono = style->is_mono;
		err = marks_each(raster, style, paint_mark, painter);
	}
	free(painter);
	if (err) {
		free(plane->pixel);
		plane->pixel = NULL;
	}
	return err;
}

uint32_t marks_colour(const struct palette *palette, uint8_t pixel)
{
	return palette_shade(palette, (enum series)((pixel - 1) / PALETTE_SHADES), (pixel - 1) % PALETTE_SHADES);
}
