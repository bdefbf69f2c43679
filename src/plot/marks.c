/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/marks.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "plot/density.h"
#include "plot/palette.h"
#include "plot/reference.h"

#define DESERT 0.001      /* the density up to which a mark is as large as can be */
#define DASH_FOUND 0.5f   /* the light that a dash keeps where nothing is around it, */
#define CROWDED 0.2f      /* and the share of pixels with marks where it has no need of that */
#define DASH_SHADE 2
#define BAR_ALONE 0.65f   /* the light that a bar of a pixel over a range of ports keeps, */
#define BAR_CROWDED 0.15f /* and one with bars at either side */
#define BAR_REACH 8       /* columns to either side */
#define TALL_ALONE 0.1f   /* the share of ports around a mark that have marks too, up to which it is a dot */
#define TALL_CROWDED 0.3f /* and from which on it fills its rows */
#define EVEN 1.01         /* times the finest rows: no seam is seen up to there */

unsigned marks_count(const struct raster *raster)
{
	unsigned count = 0;

	for (unsigned i = 0; i < raster->grids; i++)
		count += raster->grid[i].lit;
	return count;
}

/* The rows that belong to the ports of a row with marks. */
struct tall {
	uint16_t above;
	uint16_t below;
};

/* Those of a range, and how many ports it has in its lane. */
struct range {
	uint16_t above;
	uint16_t below;
	uint16_t ports;
};

struct walk {
	const struct raster *raster;
	const struct marks_style *style;
	struct density density;
	struct references own; /* where the style has none */
	const struct references *references;
	float crowded;  /* the density from which on all marks are of the smallest size */
	float *log2_of; /* by level */
	struct tall *tall; /* by row */
	struct range *range; /* by the row of the middle of a range; NULL if no grid is ranged */
	unsigned *found;   /* scratch for the columns of a row */
	void (*emit)(void *context, const struct mark *mark);
	void *context;
};

/* The diameter falls with the fourth root of the density: the marks shrink so slowly that a denser place is still brighter as
 * a whole. */
static float diameter_of(const struct walk *walk, float density)
{
	float diameter = walk->style->largest;

	if (density >= walk->crowded)
		return walk->style->smallest;
	if (density > (float)DESERT)
		diameter *= sqrtf(sqrtf((float)DESERT / density));
	diameter = (float)(int)(diameter * 4 + 0.5f) / 4;
	return diameter > walk->style->smallest ? diameter : walk->style->smallest;
}

/* The density from which on diameter_of() can only round down to the smallest. */
static float crowded_from(const struct marks_style *style)
{
	float times = style->largest / (style->smallest + 0.12f);

	return style->flat ? 0 : (float)DESERT * times * times * times * times;
}

static float mark_area(const struct mark *mark)
{
	if (mark_is_dash(mark))
		return (float)mark->width * mark_thickness(mark);
	return mark->diameter < 2 ? mark->diameter : mark->diameter * mark->diameter * (float)(M_PI / 4);
}

/* A dash stands for as many marks as its packets would have made in the finest rows of the picture, and gets no more light than
 * those; else the time that is kept in longer rows would look busier than the time after it. One with few around it stays
 * bright enough to be found. lit is the share of the finest rows in it that had a packet. */
static uint8_t even_shade(const struct mark *dash, double widths, float lit, float filled)
{
	float found = filled < CROWDED ? DASH_FOUND * (1 - filled / CROWDED) : 0, light;
	struct mark fine = *dash;

	fine.width = (unsigned)(dash->width / widths + 0.5);
	fine.width = fine.width > 1 ? fine.width : 1;
	light = lit * (float)widths * mark_area(&fine) / mark_area(dash);
	light = light > found ? light : found;
	light = (light < 1 ? light : 1) * (float)(dash->shade + 1);
	return light < DASH_SHADE ? DASH_SHADE : (uint8_t)(light + 0.5f) - 1;
}

/* Fills the mark's rows as far as its neighbourhood is crowded; returns how many it takes. */
static float fill_rows(const struct walk *walk, struct mark *mark, float share)
{
	const struct tall *tall = &walk->tall[mark->y];
	float rows = (float)(tall->above + tall->below + 1), part;

	mark->above = mark->below = 0;
	if (rows <= mark->diameter || walk->style->flat)
		return 1;
	part = (share * rows - TALL_ALONE) / (TALL_CROWDED - TALL_ALONE);
	if (part <= 0)
		return 1;
	part = part < 1 ? part : 1;
	mark->above = (uint16_t)(tall->above * part + 0.5f);
	mark->below = (uint16_t)(tall->below * part + 0.5f);
	return (float)(mark->above + mark->below + 1);
}

/* The share of columns around one of those found that are found too. */
static float share_found(const struct walk *walk, unsigned i, unsigned count)
{
	unsigned at = walk->found[i], from = i, to = i + 1;

	while (from > 0 && walk->found[from - 1] + BAR_REACH >= at)
		from--;
	while (to < count && walk->found[to] <= at + BAR_REACH)
		to++;
	return (float)(to - from) / (2 * BAR_REACH + 1);
}

/* Makes a bar of a mark over all rows of its range, unless the mark is as large as that. It has the light that its packets would have
 * had as marks of single ports, a few in a few of these and many in all, but enough to be found. crowd is the share of bars around
 * it. */
static void spread_range(const struct walk *walk, struct mark *mark, float count, float crowd)
{
	const struct range *range = &walk->range[mark->y];
	float rows = (float)(range->above + range->below + 1), ports = range->ports;
	float light = ports * density_spread((double)ports, count) * mark_area(mark), found;
	unsigned width = (unsigned)(light / rows + 0.5f);

	if (rows <= mark->diameter)
		return;
	if (!mark_is_dash(mark) && width > mark->width) {
		width = width < (unsigned)mark->diameter ? width : (unsigned)mark->diameter;
		mark->x += (mark->width - 1) / 2;
		mark->x -= mark->x < (width - 1) / 2 ? mark->x : (width - 1) / 2;
		mark->width = width;
	}
	found = (BAR_ALONE + (BAR_CROWDED - BAR_ALONE) * sqrtf(crowd)) / cbrtf((float)mark->width);
	light = fminf(fmaxf(light / (rows * (float)mark->width), found), 1);
	mark->shade = (uint8_t)fmaxf((float)(mark->shade + 1) * light + 0.5f - 1, DASH_SHADE);
	mark->above = range->above;
	mark->below = range->below;
	mark->is_bar = true;
	mark->diameter = 1;
}

static void emit_range(const struct walk *walk, const struct mark *mark, float count, float crowd)
{
	struct mark bar = *mark;

	spread_range(walk, &bar, count, crowd);
	walk->emit(walk->context, &bar);
}

/* The columns of a row that have packets of the series, into walk->found. Without a branch, which would be guessed wrong for every
 * other cell of a crowd. */
static unsigned find_columns(const struct walk *walk, const struct raster_grid *grid, unsigned series, unsigned y)
{
	const uint16_t *cell = grid->cell + (size_t)y * grid->columns;
	unsigned count = 0;

	for (unsigned c = 0; c < grid->columns; c++) {
		walk->found[count] = c;
		count += raster_is_of(cell[c], series);
	}
	return count;
}

/* log2 of the count of a cell, as brightness goes by it. */
static inline float log2_of_cell(const struct walk *walk, const struct raster_grid *grid, unsigned column, unsigned level)
{
	float log2_count = walk->log2_of[level];

	return grid->row_s ? log2_count : log2_count + (float)raster_even(walk->raster, column, level) / RASTER_OCTAVE;
}

static void walk_row(struct walk *walk, unsigned g, unsigned series, unsigned y)
{
	enum series name = walk->raster->first + series;
	const struct raster_grid *grid = &walk->raster->grid[g];
	const uint16_t *cell = grid->cell + (size_t)y * grid->columns;
	const struct reference *reference = references_find(walk->references, grid->row_s);
	struct palette_scale scale = palette_scale(walk->style->palette, name, reference->series[series].log2_count[y]);
	float smallest = walk->style->smallest;
	double widths = density_widths(walk->raster, grid, walk->references->finest_s);
	float usual = density_spread(widths, grid->packets[y] / (float)grid->columns); /* with all series: one hides the others */
	bool is_flat = walk->style->flat, is_fine = widths <= EVEN;
	struct tally *tally = is_fine && !grid->is_ranged ? walk->style->tally : NULL;
	struct mark mark = { .y = y, .width = 1, .series = (uint8_t)name, .shade = PALETTE_SHADES - 1 };
	unsigned count = find_columns(walk, grid, series, y);

	if (count)
		density_set_row(&walk->density, series, y);
	for (unsigned i = 0; i < count; i++) {
		unsigned c = walk->found[i], level = raster_level(cell[c]), to;
		float share, density, rows; /* of pixels that marks have, and of the marks: fewer where each has several */

		mark.x = c;
		if (grid->row_s) {
			raster_column(grid, c, &mark.x, &to);
			mark.width = to - mark.x;
		}
		share = density_at(&walk->density, mark.x + mark.width / 2) * smallest * smallest;
		density = share * (mark.width == 1 ? (float)widths : (float)(widths / mark.width));
		mark.diameter = diameter_of(walk, density);
		rows = fill_rows(walk, &mark, share);
		if (!is_flat)
			mark.shade = (uint8_t)palette_brightness(&scale, log2_of_cell(walk, grid, c, level), density, share * rows);
		if (!is_flat && !is_fine && mark_is_dash(&mark))
			mark.shade = even_shade(&mark, widths, fmaxf(usual, density_spread(widths, (float)raster_count(level))), share);
		if (tally)
			tally_add(tally, series, mark.shade, level);
		if (grid->is_ranged)
			emit_range(walk, &mark, (float)raster_count(level), share_found(walk, i, count));
		else
			walk->emit(walk->context, &mark);
	}
}

static void walk_series(struct walk *walk, unsigned series)
{
	for (unsigned g = 0; g < walk->raster->grids; g++)
		for (unsigned y = 0; y < walk->raster->height; y++)
			if (walk->raster->grid[g].series[y] >> series & 1)
				walk_row(walk, g, series, y);
}

/* Notes what belongs to ports that are counted together; false once they are too low to have more than a row, as those above them
 * on the scale are too. */
static bool note_tall(struct walk *walk, const struct axis_lane *lane, unsigned lo, unsigned hi)
{
	const struct axis_ports *axis = &walk->raster->ports;
	unsigned row = axis_lane_row(axis, lane, lo, hi), from, to;

	axis_lane_rows(axis, lane, lo, hi, &from, &to);
	if ((float)(to - from) <= walk->style->largest + 1) {
		walk->tall[row].above = (uint16_t)(row - from);
		walk->tall[row].below = (uint16_t)(to - from - 1 - walk->tall[row].above);
	}
	return lo != hi || axis_lane_y_at(axis, lane, lo - 0.5) - axis_lane_y_at(axis, lane, hi + 0.5) > 1;
}

/* The ports of a bin together, or each of them where they are told apart. */
static bool note_bin(struct walk *walk, const struct axis_lane *lane, unsigned bin)
{
	const struct raster *raster = walk->raster;
	uint16_t lo, hi;

	portbin_range(&raster->ports.portbin, bin, &lo, &hi);
	if (!raster->tells_apart || !raster_is_range(&raster->ports, lane, lo, hi))
		return note_tall(walk, lane, lo, hi);
	for (unsigned port = lo; port <= hi; port++)
		if (axis_lane_meets(lane, port, port))
			note_tall(walk, lane, port, port);
	return true;
}

/* Ports of their own become lower and lower; where several are counted together they may be higher again. The whole log axis keeps
 * its dots: all it has that is as high is the foot, where single ports are. */
static void note_lane(struct walk *walk, const struct axis_lane *lane)
{
	const struct axis_ports *axis = &walk->raster->ports;
	unsigned bin = portbin_of(&axis->portbin, lane->lo), last = portbin_of(&axis->portbin, lane->hi);

	if (axis_lane_is_all(axis, lane))
		return;
	while (bin <= last && note_bin(walk, lane, bin))
		bin++;
	if (bin < axis->portbin.exact_ports)
		bin = axis->portbin.exact_ports;
	for (; bin <= last; bin++)
		note_bin(walk, lane, bin);
}

static void note_ranges(struct walk *walk, const struct axis_lane *lane)
{
	const struct axis_ports *axis = &walk->raster->ports;
	unsigned last = portbin_of(&axis->portbin, lane->hi), row, from, to;

	for (unsigned bin = portbin_of(&axis->portbin, lane->lo); bin <= last; bin++) {
		uint16_t lo, hi;

		portbin_range(&axis->portbin, bin, &lo, &hi);
		if (!raster_is_range(axis, lane, lo, hi))
			continue;
		row = axis_lane_row(axis, lane, lo, hi);
		axis_lane_rows(axis, lane, lo, hi, &from, &to);
		lo = lo > lane->lo ? lo : lane->lo;
		hi = hi < lane->hi ? hi : lane->hi;
		walk->range[row] = (struct range){
			.above = (uint16_t)(row - from), .below = (uint16_t)(to - 1 - row), .ports = (uint16_t)(hi - lo + 1),
		};
	}
}

static int walk_init(struct walk *walk)
{
	unsigned columns = 0;
	int err = 0;

	walk->crowded = crowded_from(walk->style);
	walk->references = walk->style->references;
	if (!walk->references) {
		err = references_init(&walk->own, &walk->raster, 1);
		walk->references = &walk->own;
	}
	if (!err)
		err = density_init(&walk->density, walk->raster, walk->references->finest_s);
	walk->log2_of = calloc(RASTER_LEVELS, sizeof(*walk->log2_of));
	walk->tall = calloc(walk->raster->height, sizeof(*walk->tall));
	for (unsigned i = 0; i < walk->raster->grids; i++)
		columns = walk->raster->grid[i].columns > columns ? walk->raster->grid[i].columns : columns;
	walk->found = calloc(columns + 1, sizeof(*walk->found));
	for (unsigned i = 0; i < walk->raster->ports.lanes && walk->tall; i++)
		note_lane(walk, &walk->raster->ports.lane[i]);
	if (raster_has_ranges(walk->raster)) {
		walk->range = calloc(walk->raster->height, sizeof(*walk->range));
		err = walk->range ? err : -ENOMEM;
	}
	for (unsigned i = 0; i < walk->raster->ports.lanes && walk->range; i++)
		note_ranges(walk, &walk->raster->ports.lane[i]);
	for (unsigned i = 1; i < RASTER_LEVELS && walk->log2_of; i++)
		walk->log2_of[i] = (float)log2(raster_count(i));
	return walk->log2_of && walk->tall && walk->found ? err : -ENOMEM;
}

static void walk_fini(struct walk *walk)
{
	density_fini(&walk->density);
	references_fini(&walk->own);
	free(walk->log2_of);
	free(walk->tall);
	free(walk->range);
	free(walk->found);
}

int marks_each(const struct raster *raster, const struct marks_style *style,
               void (*emit)(void *context, const struct mark *mark), void *context)
{
	struct walk walk = { .raster = raster, .style = style, .emit = emit, .context = context };
	int err = walk_init(&walk);

	for (unsigned rank = 0; rank < SERIES_WITH_PORTS && !err; rank++)
		for (unsigned series = 0; series < SERIES_WITH_PORTS; series++)
			if (raster->rank[series] == rank)
				walk_series(&walk, series);
	walk_fini(&walk);
	return err;
}
