/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/picture.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "plot/canvas.h"
#include "plot/figure.h"
#include "plot/palette.h"
#include "plot/raster.h"
#include "tool/exact.h"
#include "tool/fullsize.h"
#include "tool/hover.h"
#include "tool/scene.h"
#include "tool/selection.h"

#define JSON_MARKS 100000

const char *picture_phase_name(enum picture_phase phase)
{
	static const char *const names[PICTURE_PHASES] = {
		[PICTURE_TOTALS] = "totals", [PICTURE_READ] = "read", [PICTURE_REDUCE] = "reduce",
		[PICTURE_FONTS] = "fonts", [PICTURE_DRAW] = "draw", [PICTURE_ENCODE] = "encode",
	};

	return names[phase];
}

double picture_cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Adds the time since *from to a phase and starts the next. */
static void lap(struct picture *picture, enum picture_phase phase, double *from)
{
	double now = picture_cpu_ms();

	picture->phase_ms[phase] += now - *from;
	*from = now;
}

struct plan {
	unsigned pieces;
	struct reader_piece piece[READER_PIECES];
};

double picture_em(const struct picture_order *order)
{
	return order->em > 0 ? order->em : figure_zoomed_em(order->width, order->height, order->zoom > 0 ? order->zoom : 1);
}

double picture_seconds_per_pixel(const struct picture_order *order)
{
	int64_t span_s = order->days ? days_clock(order->days).end_s : order->window.end_s - order->window.start_s;

	return (double)span_s / order->width;
}

/* Rows a little wider than a pixel for all of the window, rather than wide marks in the older part of it and narrow ones in the
 * newer: that would show a difference where there is none. Rows that are wider still, if they are needed for much of it. */
#define EVEN_PX 3
#define EVEN_MOST_PX 6
#define EVEN_SHARE 4 /* a quarter */

/* Days that lie below each other are there to be compared: they get the longest rows that one of them has, up to this. */
#define EVEN_DAYS_S 1800

/* Whether all of the window is to have the longest rows that a part of it has. */
static bool is_even(const struct picture_order *order, const struct plan *plan, uint32_t coarsest_s)
{
	double s_per_px = picture_seconds_per_pixel(order);
	int64_t coarse_s = 0;

	for (unsigned p = 0; p < plan->pieces; p++)
		if (plan->piece[p].row_s == coarsest_s)
			coarse_s += plan->piece[p].end_s - plan->piece[p].start_s;
	if (order->days)
		return coarsest_s <= EVEN_DAYS_S;
	if (coarse_s * EVEN_SHARE >= order->window.end_s - order->window.start_s)
		return coarsest_s <= EVEN_MOST_PX * s_per_px;
	return coarsest_s <= EVEN_PX * s_per_px;
}

/* The part of the window that the archive can know of: nobody needs rows of a century that it has not. */
static void plan_window(struct reader *reader, const struct picture_order *order, uint32_t resolution_s, struct plan *plan)
{
	const struct schema *schema = reader_schema(reader);
	const struct schema_level *coarsest = &schema->level[schema->levels - 1];
	int64_t start_s = order->window.start_s, end_s = order->window.end_s, newest_s = reader_newest(reader);
	int64_t oldest_s = newest_s - (int64_t)coarsest->row_s * (coarsest->rows + 1);

	plan->pieces = reader_plan(reader, start_s > oldest_s ? start_s : oldest_s, end_s < newest_s ? end_s : newest_s, resolution_s,
	                           plan->piece);
}

static void make_plan(struct reader *reader, const struct picture_order *order, struct plan *plan)
{
	double s_per_px = picture_seconds_per_pixel(order);
	uint32_t step_s = s_per_px < 1 ? 1 : s_per_px < UINT32_MAX ? (uint32_t)s_per_px : UINT32_MAX, coarsest_s = 0;

	if (order->step_s)
		step_s = order->step_s;
	plan_window(reader, order, step_s, plan);
	if (order->step_s)
		return;
	for (unsigned p = 0; p < plan->pieces; p++)
		if (plan->piece[p].row_s > coarsest_s && (!order->days || plan->piece[p].row_s <= EVEN_DAYS_S))
			coarsest_s = plan->piece[p].row_s;
	if (plan->pieces > 1 && coarsest_s > step_s && is_even(order, plan, coarsest_s))
		plan_window(reader, order, coarsest_s, plan);
}

/* Sums over the window of what totals.rrd counts. */
struct sums {
	double packets[SERIES_COUNT][CLASS_COUNT];
	double lost;
};

static double column_sum(const struct matrix *m, int column)
{
	double sum = 0;

	for (unsigned r = 0; column >= 0 && r < m->rows; r++) {
		double cell = matrix_cell(m, r, (unsigned)column);

		sum += cell > 0 ? cell : 0; /* NaN is not */
	}
	return sum;
}

static int sum_totals(struct reader *reader, const struct plan *plan, struct sums *sums, struct failure *why)
{
	*sums = (struct sums){ 0 };
	for (unsigned p = 0; p < plan->pieces; p++) {
		const struct matrix *totals = reader_totals(reader, &plan->piece[p], why);

		if (!totals)
			return -EIO;
		for (unsigned s = 0; s < SERIES_COUNT; s++)
			for (unsigned c = 0; c < CLASS_COUNT; c++)
				sums->packets[s][c] += column_sum(totals, schema_total_ds((enum series)s, (enum packet_class)c));
		sums->lost += column_sum(totals, schema_reason_ds(SLOT_LOST));
	}
	return 0;
}

/* Reads the files of a chunk that are in view one by one, so that no more than one is in memory. */
static int add_chunk(struct reader *reader, const struct reader_piece *chunk, struct scene *scene, struct exact *exact, unsigned first,
                     unsigned last, struct picture *picture, struct failure *why)
{
	const struct schema *schema = reader_schema(reader);
	double clock = picture_cpu_ms();

	if (exact_turn(exact, chunk))
		return fail(why, ENOMEM, "no memory for the picture");
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		unsigned count, first_file = schema_series_file(schema, (enum series)s, &count);

		if (reader_series_silent(reader, chunk, (enum series)s))
			continue;
		for (unsigned i = first_file; i < first_file + count; i++) {
			struct schema_file file;
			struct matrix counts;
			int err;

			schema_file(schema, i, &file);
			if (!scene_shows(scene, &file))
				continue;
			err = reader_read(reader, chunk, i, &counts, why);
			if (err) {
				err = scene_leave_out(scene, i, err, why);
				if (err)
					return err;
				continue;
			}
			lap(picture, PICTURE_READ, &clock);
			err = exact_take(exact, &scene->areas, first, last, &file, &counts);
			if (!err && scene->hover)
				err = hover_add_counts(scene->hover, first, last, &file, &counts);
			if (!err)
				err = areas_add(&scene->areas, first, last, &file, &counts);
			matrix_fini(&counts);
			if (err)
				return fail(why, -err, "no memory for the picture");
			lap(picture, PICTURE_REDUCE, &clock);
		}
	}
	return 0;
}

static int fill_scene(struct reader *reader, const struct plan *plan, struct scene *scene, struct exact *exact, double *known_s,
                      struct picture *picture, struct failure *why)
{
	struct areas *areas = &scene->areas;
	int err = 0;

	*known_s = 0;
	for (unsigned p = 0; p < plan->pieces; p++)
		for (unsigned first = 0, last; first < areas->count && areas->raster[first].start_s < plan->piece[p].end_s; first = last) {
			struct reader_piece chunk = areas_next_chunk(areas, &plan->piece[p], &first, &last);
			const struct matrix *totals = reader_totals(reader, &chunk, why);

			if (!totals)
				return -EIO;
			for (unsigned i = first; i < last; i++)
				*known_s += raster_add_known(&areas->raster[i], totals, (unsigned)schema_known_ds(),
				                             (unsigned)schema_reason_ds(SLOT_LOST), reader_newest(reader));
			err = add_chunk(reader, &chunk, scene, exact, first, last, picture, why);
			if (err)
				return err;
		}
	return scene_add_icmp(scene) ? fail(why, ENOMEM, "no memory for the picture") : 0;
}

/* A scene of what was selected: from sightings, and from the archive only what was lost. */
static int fill_selected(struct reader *reader, const struct picture_order *order, const struct plan *plan, struct scene *scene,
                         double *known_s, struct failure *why)
{
	for (unsigned p = 0; p < plan->pieces; p++) {
		const struct matrix *totals = reader_totals(reader, &plan->piece[p], why);

		if (!totals)
			return -EIO;
		for (unsigned i = 0; i < scene->areas.count; i++)
			raster_add_lost(&scene->areas.raster[i], totals, (unsigned)schema_reason_ds(SLOT_LOST));
	}
	*known_s = selection_fill(order->sighted, reader_schema(reader)->step_s, scene);
	return *known_s < 0 ? fail(why, ENOMEM, "no memory for the picture") : 0;
}

static double all_classes(const struct sums *sums, enum series series)
{
	return sums->packets[series][CLASS_PROBE] + sums->packets[series][CLASS_BACKSCATTER] + sums->packets[series][CLASS_LATE];
}

/* Which classes are in the port files is a setting of the daemon's, and not of the archive. All that is in view tells. */
static void count_classes(const double class[CLASS_COUNT], double drawn, double undrawn[FIGURE_UNDRAWN])
{
	double extra = drawn - class[CLASS_PROBE];

	if (fabs(extra) < 0.5) {
		undrawn[FIGURE_BACKSCATTER] = class[CLASS_BACKSCATTER];
		undrawn[FIGURE_LATE] = class[CLASS_LATE];
	} else if (fabs(extra - class[CLASS_BACKSCATTER]) < 0.5) {
		undrawn[FIGURE_LATE] = class[CLASS_LATE];
	} else if (fabs(extra - class[CLASS_LATE]) < 0.5) {
		undrawn[FIGURE_BACKSCATTER] = class[CLASS_BACKSCATTER];
	} else {
		undrawn[FIGURE_OTHER] += fmax(class[CLASS_BACKSCATTER] + class[CLASS_LATE] - extra, 0);
	}
}

/* What was counted and has no mark. Where only some ports are in view nobody can say how much of the rest are other ports. */
static void count_undrawn(const struct sums *sums, const struct scene *scene, const struct raster *raster,
                          const struct picture_order *order, double undrawn[FIGURE_UNDRAWN])
{
	double class[CLASS_COUNT] = { 0 }, drawn = 0;

	for (unsigned s = 0; s < SERIES_COUNT; s++) {
		double all = all_classes(sums, (enum series)s);

		if (!(scene->series >> s & 1)) {
			undrawn[order->series ? FIGURE_SERIES : s <= SERIES_ICMP6 ? FIGURE_ICMP : FIGURE_OTHER] += all;
		} else if (s < SERIES_WITH_PORTS) {
			drawn += raster->packets[s];
			for (unsigned c = 0; c < CLASS_COUNT; c++)
				class[c] += sums->packets[s][c];
		}
	}
	if (!scene->is_zoomed)
		count_classes(class, drawn, undrawn);
	else if (class[CLASS_BACKSCATTER] + class[CLASS_LATE] > 0)
		undrawn[FIGURE_REST] = fmax(class[CLASS_PROBE] + class[CLASS_BACKSCATTER] + class[CLASS_LATE] - drawn, 0);
	else
		undrawn[FIGURE_PORTS] = fmax(class[CLASS_PROBE] - drawn, 0);
}

/* The end of what can be known: the newest count while the daemon runs, or else now. */
static int64_t not_yet_from(const struct reader *reader, int64_t now_s)
{
	int64_t newest_s = reader_newest(reader), patience_s = 60 + 2 * (int64_t)reader_schema(reader)->step_s;

	return newest_s + patience_s >= now_s ? newest_s : now_s;
}

static int new_canvas(const struct picture_order *order, struct canvas **canvas, struct failure *why)
{
	switch (order->format) {
	case PICTURE_PNG:
	case PICTURE_HTML:
		return canvas_png_new(&order->canvas, canvas, why);
	case PICTURE_SVG:
		return canvas_svg_new(&order->canvas, canvas, why);
	case PICTURE_PDF:
		return canvas_pdf_new(&order->canvas, canvas, why);
	case PICTURE_EPS:
		return canvas_eps_new(&order->canvas, canvas, why);
	case PICTURE_JSON:
		return canvas_json_new(canvas, JSON_MARKS, why);
	case PICTURE_TERMINAL:
		return canvas_terminal_new(&order->canvas, &order->terminal, canvas, why);
	}
	return -EINVAL;
}

/* All that a figure has but its rasters. */
static struct figure new_figure(const struct reader *reader, const struct picture_order *order, const struct sums *sums)
{
	return (struct figure){
		.title = order->title, .days = order->days, .palette = &order->palette, .look = order->look, .rule = order->rule,
		.rules = order->rules, .flat = order->flat, .axis = order->axis, .lost = sums->lost,
		.not_yet_s = not_yet_from(reader, order->now_s), .only = order->selection ? order->selection->text : NULL,
	};
}

/* Plan, sums, and what depends on the size of the plot area. */
static int prepare(struct reader *reader, struct picture_order *order, struct plan *plan, struct sums *sums,
                   double packets[SERIES_COUNT], struct failure *why)
{
	int err;

	order->look.em = picture_em(order);
	make_plan(reader, order, plan);
	err = sum_totals(reader, plan, sums, why);
	if (order->sighted)
		memcpy(sums->packets, order->sighted->packets, sizeof(sums->packets));
	for (unsigned s = 0; s < SERIES_COUNT && !err; s++)
		packets[s] = all_classes(sums, (enum series)s);
	return err;
}

/* The plot area of a picture that has its size as a whole, measured with the longest texts that the legend could have. */
static int fit_plot(struct reader *reader, struct picture_order *order, const struct plan *plan, const struct sums *sums,
                    const double packets[SERIES_COUNT], struct canvas *canvas, struct failure *why)
{
	struct figure figure = new_figure(reader, order, sums);
	struct scene scene;
	int err = scene_init(&scene, reader, order, plan->piece, plan->pieces, why);

	figure.unknown_s = (double)(order->window.end_s - order->window.start_s);
	figure.has_ranges = scene.is_zoomed && !order->sighted;
	if (order->sighted)
		selection_show(order->sighted, &figure);
	for (unsigned s = 0; s < SERIES_COUNT; s++)
		figure.undrawn[s < SERIES_WITH_PORTS ? FIGURE_PORTS : s <= SERIES_ICMP6 ? FIGURE_ICMP : FIGURE_OTHER] += packets[s];
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		figure.undrawn[FIGURE_BACKSCATTER] += sums->packets[s][CLASS_BACKSCATTER];
		figure.undrawn[FIGURE_LATE] += sums->packets[s][CLASS_LATE];
		figure.undrawn[FIGURE_OTHER] += packets[s];
	}
	if (!err)
		err = fullsize_plot(order, &figure, &scene, &reader_schema(reader)->portbin, packets, canvas, why);
	scene_fini(&scene);
	return err;
}

static int draw(const struct figure *figure, struct canvas *canvas, struct picture *picture, struct failure *why)
{
	double clock = picture_cpu_ms();
	int err = figure_draw(figure, canvas, &picture->width, &picture->height);

	lap(picture, PICTURE_DRAW, &clock);
	if (err)
		return fail(why, -err, "no memory for the picture");
	err = canvas->ops->finish(canvas, &picture->bytes, &picture->size, why);
	lap(picture, PICTURE_ENCODE, &clock);
	return err;
}

static int draw_scene(const struct reader *reader, const struct picture_order *order, struct scene *scene, const struct exact *exact,
                      const struct sums *sums, double known_s, struct canvas *canvas, struct picture *picture, struct failure *why)
{
	const struct window *window = &order->window;
	struct figure figure = new_figure(reader, order, sums);
	struct scene_sums days;

	scene_show(scene, order, &figure, &days);
	exact_show(exact, &scene->areas, &figure);
	if (order->sighted)
		selection_show(order->sighted, &figure);
	count_undrawn(sums, scene, figure.raster, order, figure.undrawn);
	if (scene->hover && hover_place(scene->hover, &figure, canvas))
		return fail(why, ENOMEM, "no memory for the page");
	figure.unknown_s = fmax((double)(figure.not_yet_s < window->end_s ? figure.not_yet_s : window->end_s) -
	                        (double)window->start_s, 0) - known_s;
	return draw(&figure, canvas, picture, why);
}

/* With sightings, if there are any; a picture can do without. */
static void tell_apart(struct exact *exact, struct reader *reader, const struct plan *plan, struct scene *scene, struct picture *picture)
{
	int err = exact_open(exact, reader, plan->piece, plan->pieces, scene, &picture->unsighted);

	if (err == 0 || err == -ENOENT || err == -ENOTSUP)
		picture->unsighted.text[0] = '\0';
}

/* The rows of the archive, or where the picture is of sightings their steps. 0 or -ENOMEM. */
static int begin_hover(const struct reader *reader, const struct picture_order *order, const struct plan *plan, struct scene *scene,
                       struct exact *exact)
{
	int64_t step_s = reader_schema(reader)->step_s;
	struct reader_piece steps = { .row_s = (uint32_t)step_s };

	steps.start_s = order->window.start_s / step_s * step_s;
	steps.end_s = (order->window.end_s + step_s - 1) / step_s * step_s;
	scene->hover = exact->hover = order->hover;
	return hover_begin(order->hover, scene, order->sighted ? &steps : plan->piece, order->sighted ? 1 : plan->pieces,
	                   reader_newest(reader));
}

static int read_and_draw(struct reader *reader, const struct picture_order *order, const struct plan *plan, const struct sums *sums,
                         const double packets[SERIES_COUNT], struct canvas *canvas, struct picture *picture,
                         struct failure *why)
{
	double clock = picture_cpu_ms(), known_s = 0;
	struct exact exact = { 0 };
	struct scene scene;
	int err = scene_init(&scene, reader, order, plan->piece, plan->pieces, why);

	if (!err && scene_arrange(&scene, order, &reader_schema(reader)->portbin, packets))
		err = fail(why, ENOMEM, "no memory for the picture");
	if (!err && !order->sighted)
		tell_apart(&exact, reader, plan, &scene, picture);
	lap(picture, PICTURE_READ, &clock);
	if (!err && order->hover && begin_hover(reader, order, plan, &scene, &exact))
		err = fail(why, ENOMEM, "no memory for the page");
	if (!err && order->sighted)
		err = fill_selected(reader, order, plan, &scene, &known_s, why);
	else if (!err)
		err = fill_scene(reader, plan, &scene, &exact, &known_s, picture, why);
	if (!err && order->hover && hover_end(order->hover))
		err = fail(why, ENOMEM, "no memory for the page");
	picture->unreadable = scene.unreadable;
	picture->why = scene.why;
	if (!err)
		err = draw_scene(reader, order, &scene, &exact, sums, known_s, canvas, picture, why);
	exact_fini(&exact);
	scene_fini(&scene);
	return err;
}

int picture_make(struct reader *reader, const struct picture_order *wanted, struct picture *picture, struct failure *why)
{
	struct picture_order order = *wanted;
	double clock = picture_cpu_ms(), packets[SERIES_COUNT];
	struct sighted sighted = { 0 };
	struct canvas *canvas;
	struct plan plan;
	struct sums sums;
	int err = new_canvas(&order, &canvas, why);

	*picture = (struct picture){ 0 };
	if (err)
		return err;
	lap(picture, PICTURE_FONTS, &clock);
	if (order.selection) {
		err = selection_read(order.selection, reader, &order.window, &sighted, why);
		order.sighted = &sighted;
	}
	if (!err)
		err = prepare(reader, &order, &plan, &sums, packets, why);
	/* Twice: with another size it may be another level of the archive, and so other sums. */
	for (unsigned turn = 0; turn < 2 && order.is_full_size && !err; turn++) {
		order.width = wanted->width;
		order.height = wanted->height;
		err = fit_plot(reader, &order, &plan, &sums, packets, canvas, why);
		if (!err)
			err = prepare(reader, &order, &plan, &sums, packets, why);
	}
	if (order.is_full_size) {
		order.look.width = wanted->width;
		order.look.height = wanted->height;
	}
	lap(picture, PICTURE_TOTALS, &clock);
	if (!err)
		err = read_and_draw(reader, &order, &plan, &sums, packets, canvas, picture, why);
	sighted_fini(&sighted);
	canvas_free(canvas);
	return err;
}
