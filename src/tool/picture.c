/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/picture.h"

#include <errno.h>
#include <math.h>
#include <time.h>

#include "plot/canvas.h"
#include "plot/figure.h"
#include "plot/palette.h"
#include "plot/raster.h"
#include "tool/fullsize.h"

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

/* Rows a little wider than a pixel for all of the window, rather than wide marks in the older part of it and narrow ones in the
 * newer: that would show a difference where there is none. */
#define EVEN_PX 3

static void make_plan(struct reader *reader, const struct picture_order *order, struct plan *plan)
{
	int64_t span_s = order->window.end_s - order->window.start_s;
	uint32_t s_per_px = (uint32_t)(span_s / order->width), coarsest_s = 0;

	if (order->step_s)
		s_per_px = order->step_s;
	plan->pieces = reader_plan(reader, order->window.start_s, order->window.end_s, s_per_px ? s_per_px : 1, plan->piece);
	if (order->step_s)
		return;
	for (unsigned p = 0; p < plan->pieces; p++)
		if (plan->piece[p].row_s > coarsest_s)
			coarsest_s = plan->piece[p].row_s;
	if (plan->pieces > 1 && coarsest_s > s_per_px && (int64_t)coarsest_s * order->width <= EVEN_PX * span_s)
		plan->pieces = reader_plan(reader, order->window.start_s, order->window.end_s, coarsest_s, plan->piece);
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

/* Reads a piece file by file, so that no more than one is in memory. */
static int add_piece(struct reader *reader, const struct reader_piece *piece, struct raster *raster, struct picture *picture,
                     struct failure *why)
{
	const struct schema *schema = reader_schema(reader);
	double clock = picture_cpu_ms();

	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		unsigned count, first = schema_series_file(schema, (enum series)s, &count);

		if (reader_series_silent(reader, piece, (enum series)s))
			continue;
		for (unsigned i = first; i < first + count; i++) {
			struct schema_file file;
			struct matrix counts;
			int err = reader_read(reader, piece, i, &counts, why);

			if (err)
				return err;
			lap(picture, PICTURE_READ, &clock);
			schema_file(schema, i, &file);
			err = raster_add(raster, (enum series)s, file.first_bin, &counts);
			matrix_fini(&counts);
			if (err)
				return fail(why, -err, "no memory for the picture");
			lap(picture, PICTURE_REDUCE, &clock);
		}
	}
	return 0;
}

static int fill_raster(struct reader *reader, const struct plan *plan, struct raster *raster, double *known_s,
                       struct picture *picture, struct failure *why)
{
	*known_s = 0;
	for (unsigned p = 0; p < plan->pieces; p++) {
		const struct matrix *totals = reader_totals(reader, &plan->piece[p], why);
		int err;

		if (!totals)
			return -EIO;
		*known_s += raster_add_known(raster, totals, (unsigned)schema_known_ds(), (unsigned)schema_reason_ds(SLOT_LOST),
		                             reader_newest(reader));
		err = add_piece(reader, &plan->piece[p], raster, picture, why);
		if (err)
			return err;
	}
	return 0;
}

static double all_classes(const struct sums *sums, enum series series)
{
	return sums->packets[series][CLASS_PROBE] + sums->packets[series][CLASS_BACKSCATTER] + sums->packets[series][CLASS_LATE];
}

/* What was counted and is not in the port files: which classes are there is a setting of the daemon's, and not of the archive. */
static void count_undrawn(const struct sums *sums, const struct raster *raster, double undrawn[FIGURE_UNDRAWN])
{
	double class[CLASS_COUNT] = { 0 }, drawn = 0, extra;

	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		drawn += raster->packets[s];
		for (unsigned c = 0; c < CLASS_COUNT; c++)
			class[c] += sums->packets[s][c];
	}
	undrawn[FIGURE_ICMP] = all_classes(sums, SERIES_ICMP4) + all_classes(sums, SERIES_ICMP6);
	undrawn[FIGURE_OTHER] = all_classes(sums, SERIES_OTHER4) + all_classes(sums, SERIES_OTHER6);
	extra = drawn - class[CLASS_PROBE];
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

/* All that a figure has but its raster. */
static struct figure new_figure(const struct reader *reader, const struct picture_order *order, const struct sums *sums)
{
	return (struct figure){
		.title = order->title, .palette = &order->palette, .look = order->look, .rule = order->rule, .rules = order->rules,
		.flat = order->flat, .lost = sums->lost,
		.not_yet_s = not_yet_from(reader, order->now_s),
	};
}

/* Plan, sums, and what depends on the size of the plot area. */
static int prepare(struct reader *reader, struct picture_order *order, struct plan *plan, struct sums *sums,
                   double packets[SERIES_WITH_PORTS], struct failure *why)
{
	int err;

	order->look.em = order->em > 0 ? order->em : figure_zoomed_em(order->width, order->height, order->zoom > 0 ? order->zoom : 1);
	make_plan(reader, order, plan);
	err = sum_totals(reader, plan, sums, why);
	for (unsigned s = 0; s < SERIES_WITH_PORTS && !err; s++)
		packets[s] = all_classes(sums, (enum series)s);
	return err;
}

/* The plot area of a picture that has its size as a whole, measured with the longest texts that the legend could have. */
static int fit_plot(struct reader *reader, struct picture_order *order, const struct sums *sums,
                    const double packets[SERIES_WITH_PORTS], struct canvas *canvas, struct failure *why)
{
	struct figure figure = new_figure(reader, order, sums);

	figure.look.em = order->em;
	figure.unknown_s = (double)(order->window.end_s - order->window.start_s);
	figure.undrawn[FIGURE_ICMP] = all_classes(sums, SERIES_ICMP4) + all_classes(sums, SERIES_ICMP6);
	figure.undrawn[FIGURE_OTHER] = all_classes(sums, SERIES_OTHER4) + all_classes(sums, SERIES_OTHER6);
	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
		figure.undrawn[FIGURE_BACKSCATTER] += sums->packets[s][CLASS_BACKSCATTER];
		figure.undrawn[FIGURE_LATE] += sums->packets[s][CLASS_LATE];
		figure.undrawn[FIGURE_OTHER] += packets[s];
	}
	return fullsize_plot(&figure, order->window.start_s, order->window.end_s, &reader_schema(reader)->portbin, packets, order->zoom,
	                     canvas, &order->width, &order->height, why);
}

static int draw(const struct picture_order *order, const struct figure *figure, struct canvas *canvas, struct picture *picture,
                struct failure *why)
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

static int read_and_draw(struct reader *reader, const struct picture_order *order, const struct plan *plan, const struct sums *sums,
                         const double packets[SERIES_WITH_PORTS], struct canvas *canvas, struct picture *picture,
                         struct failure *why)
{
	const struct window *window = &order->window;
	struct figure figure = new_figure(reader, order, sums);
	struct raster raster;
	double known_s = 0;
	int err = raster_init(&raster, window->start_s, window->end_s, order->width, order->height, order->look.em,
	                      &reader_schema(reader)->portbin, packets);

	if (err)
		fail(why, -err, "no memory for the picture");
	else
		err = fill_raster(reader, plan, &raster, &known_s, picture, why);
	if (!err) {
		figure.raster = &raster;
		count_undrawn(sums, &raster, figure.undrawn);
		figure.unknown_s = fmax((double)(figure.not_yet_s < window->end_s ? figure.not_yet_s : window->end_s) -
		                        (double)window->start_s, 0) - known_s;
		err = draw(order, &figure, canvas, picture, why);
	}
	raster_fini(&raster);
	return err;
}

int picture_make(struct reader *reader, const struct picture_order *wanted, struct picture *picture, struct failure *why)
{
	struct picture_order order = *wanted;
	double clock = picture_cpu_ms(), packets[SERIES_WITH_PORTS];
	struct canvas *canvas;
	struct plan plan;
	struct sums sums;
	int err = new_canvas(&order, &canvas, why);

	*picture = (struct picture){ 0 };
	if (err)
		return err;
	lap(picture, PICTURE_FONTS, &clock);
	err = prepare(reader, &order, &plan, &sums, packets, why);
	/* Twice: with another size it may be another level of the archive, and so other sums. */
	for (unsigned turn = 0; turn < 2 && order.is_full_size && !err; turn++) {
		order.width = wanted->width;
		order.height = wanted->height;
		err = fit_plot(reader, &order, &sums, packets, canvas, why);
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
	canvas_free(canvas);
	return err;
}
