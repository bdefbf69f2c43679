/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/marks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plot/palette.h"

#define LARGEST 16 /* diameter of a round mark */
#define SAMPLES 8  /* a side of a pixel: how finely its part in a circle is measured */

struct painter {
	struct marks_plane *plane;
	uint8_t cover[LARGEST + 1][LARGEST][LARGEST]; /* of a disc by diameter: 0 to 255 */
};

static uint8_t disc_cover(unsigned diameter, unsigned x, unsigned y)
{
	/* A disc a little larger than its square, or else dots of 2 and 3 pixels would be dim. */
	double middle = diameter / 2.0, radius = middle + 0.2;
	unsigned inside = 0;

	for (unsigned i = 0; i < SAMPLES * SAMPLES; i++) {
		double dx = x + (i % SAMPLES + 0.5) / SAMPLES - middle, dy = y + (i / SAMPLES + 0.5) / SAMPLES - middle;

		inside += dx * dx + dy * dy <= radius * radius;
	}
	return (uint8_t)(inside * 255 / (SAMPLES * SAMPLES));
}

/* A pixel at the rim of a dot is a darker shade of it, and gives way to what is there already; the inside does not, but within
 * a series the brighter one stays. */
static void paint_pixel(struct painter *painter, int x, int y, const struct mark *mark, unsigned cover)
{
	struct marks_plane *plane = painter->plane;
	unsigned shade = (mark->shade + 1) * cover / 255;
	uint8_t *pixel, value;

	if (x < 0 || y < 0 || (unsigned)x >= plane->width || (unsigned)y >= plane->height || !shade)
		return;
	pixel = &plane->pixel[(size_t)y * plane->width + (unsigned)x];
	value = (uint8_t)(mark->series * PALETTE_SHADES + shade);
	if (*pixel && (*pixel - 1) / PALETTE_SHADES == mark->series)
		*pixel = value > *pixel ? value : *pixel;
	else if (!*pixel || cover > 127)
		*pixel = value;
}

static void paint_mark(void *context, const struct mark *mark)
{
	struct painter *painter = context;
	bool is_disc = mark->width == mark->height && mark->width <= LARGEST;

	for (unsigned y = 0; y < mark->height; y++)
		for (unsigned x = 0; x < mark->width; x++)
			paint_pixel(painter, mark->x + (int)x, mark->y + (int)y, mark,
			            is_disc ? painter->cover[mark->width][y][x] : 255);
}

int marks_paint(const struct raster *raster, const struct marks_style *style, struct marks_plane *plane)
{
	struct painter *painter = calloc(1, sizeof(*painter));
	int err = -ENOMEM;

	*plane = (struct marks_plane){ .width = raster->width, .height = raster->height };
	plane->pixel = calloc(plane->width, plane->height);
	if (painter && plane->pixel) {
		painter->plane = plane;
		for (unsigned d = 1; d <= LARGEST; d++)
			for (unsigned i = 0; i < d * d; i++)
				painter->cover[d][i / d][i % d] = disc_cover(d, i % d, i / d);
		err = marks_each(raster, style, paint_mark, painter);
	}
	free(painter);
	if (err) {
		free(plane->pixel);
		plane->pixel = NULL;
	}
	return err;
}

uint32_t marks_colour(uint8_t pixel)
{
	return palette_shade((enum series)((pixel - 1) / PALETTE_SHADES), (pixel - 1) % PALETTE_SHADES);
}
