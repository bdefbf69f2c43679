/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/missing.h"

#include <math.h>

#include "plot/palette.h"

#define MISSING_SHARE 1e-5 /* of a column: less than that is the rounding of averages */

enum state { KNOWN, PARTLY, UNKNOWN, NOT_YET };

static enum state column_state(const struct figure *figure, unsigned x)
{
	const struct raster *raster = figure->raster;
	double column_s = raster->s_per_px, begin_s = (double)raster->start_s + x * column_s;
	double ahead_s = fmin(fmax(begin_s + column_s - (double)figure->not_yet_s, 0), column_s);
	double unknown_s = column_s - ahead_s - raster->known_s[x];

	if (ahead_s > column_s / 2)
		return NOT_YET;
	return unknown_s > column_s / 2 ? UNKNOWN : unknown_s > column_s * MISSING_SHARE ? PARTLY : KNOWN;
}

/* A box of the rail above the plot area; no less than 3 pixels wide, that nothing is missing unseen. */
static void draw_rail(const struct layout *l, struct canvas *canvas, int x, int width, int height, uint32_t colour)
{
	struct canvas_box box = canvas_box(x, l->plot.y - l->line - 1 - height, width, height);

	if (l->look->is_bare)
		return;
	if (width < 3 * l->line) {
		box.width = 3 * l->line;
		box.x -= (box.width - width) / 2;
	}
	canvas->ops->fill(canvas, box, colour);
}

/* A hatch that is narrower than the distance of its lines would be single dots. */
static void draw_unknown(const struct layout *l, const struct palette *palette, struct canvas *canvas, struct canvas_box box,
                         uint32_t colour, bool is_partly)
{
	unsigned distance = legend_hatch_distance(l->em);

	if (box.width * 2 < (int)distance && !is_partly)
		canvas->ops->fill(canvas, box, palette_partly(palette));
	else
		canvas->ops->hatch(canvas, box, distance, colour);
}

/* Hatch and rail where nobody listened, a calm ground where nothing can have happened yet. */
static void draw_states(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct palette *palette = figure->palette;
	unsigned width = figure->raster->width;

	for (unsigned x = 0, end; x < width; x = end) {
		enum state state = column_state(figure, x);
		struct canvas_box box = canvas_box(l->plot.x + (int)x, l->plot.y, 0, l->plot.height);

		for (end = x + 1; end < width && column_state(figure, end) == state;)
			end++;
		box.width = (int)(end - x);
		switch (state) {
		case KNOWN:
			break;
		case PARTLY:
			draw_unknown(l, palette, canvas, box, palette_partly(palette), true);
			draw_rail(l, canvas, box.x, box.width, l->rail, palette->colour[PALETTE_UNKNOWN]);
			break;
		case UNKNOWN:
			draw_unknown(l, palette, canvas, box, palette->colour[PALETTE_UNKNOWN], false);
			draw_rail(l, canvas, box.x, box.width, l->rail, palette->colour[PALETTE_FRAME]);
			break;
		case NOT_YET:
			canvas->ops->fill(canvas, box, palette_not_yet(palette));
			break;
		}
	}
}

/* A tick above each column in which packets were lost. */
static void draw_losses(const struct layout *l, const struct figure *figure, struct canvas *canvas)
{
	const struct raster *raster = figure->raster;

	for (unsigned x = 0, end; x < raster->width; x = end) {
		end = x + 1;
		if (!(raster->lost[x] > 0))
			continue;
		while (end < raster->width && raster->lost[end] > 0)
			end++;
		draw_rail(l, canvas, l->plot.x + (int)x, (int)(end - x), l->rail * 2, figure->palette->colour[PALETTE_LOST]);
	}
}

void missing_draw(const struct layout *layout, const struct figure *figure, struct canvas *canvas)
{
	draw_states(layout, figure, canvas);
	draw_losses(layout, figure, canvas);
}
