/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the picture shows is what fetch prints, on every zoom and level: each cell has a mark at its place, no mark is without a
 * cell, and the legend counts them. Places are calculated here once more. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../archive/scratch.h"
#include "archive/create.h"
#include "archive/rrd.h"
#include "plot/figure.h"
#include "tool/cells.h"
#include "tool/picture.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define START_S 1699999200 /* a multiple of 10 minutes */
#define STEP_S 10
#define STEPS 900
#define END_S (START_S + STEPS * STEP_S)
#define EVENTS 6000
#define PLACES 200000
#define SERIES_DRAWN 6

static const int icmp_types[] = { 3, 8, 128, 135 }; /* two of either */

struct event {
	unsigned step;
	enum series series;
	unsigned number; /* port or type */
	unsigned count;
};

static struct event event[EVENTS];

/* In steps 300 to 309 nobody listened. */
static bool is_gap(unsigned step)
{
	return step / 10 == 30;
}

static void make_events(void)
{
	for (unsigned i = 0; i < EVENTS; i++) {
		struct event *e = &event[i];
		uint32_t draw = scratch_random(20);

		e->step = scratch_random(STEPS);
		e->count = 1 + scratch_random(3) * scratch_random(40);
		e->series = draw < 10 ? SERIES_TCP4 : draw < 14 ? SERIES_UDP4 : draw < 16 ? SERIES_TCP6 : draw < 17 ? SERIES_UDP6 :
		            draw < 19 ? SERIES_ICMP4 : SERIES_ICMP6;
		/* Even on the log scale, even on the linear one, and some that many ask for. */
		e->number = draw % 3 == 0 ? scratch_random(65536) : draw % 3 == 1 ? scratch_random(1u << scratch_random(17)) :
		            22 + 3367 * scratch_random(2);
		if (e->series >= SERIES_ICMP4)
			e->number = (unsigned)icmp_types[scratch_random(2) + 2 * (e->series == SERIES_ICMP6)];
	}
}

static void add_event(const struct schema *schema, const struct schema_file *file, const struct event *e, double *values)
{
	unsigned bin = portbin_of(&schema->portbin, (uint16_t)e->number);

	if (file->kind == SCHEMA_TOTALS) {
		values[schema_total_ds(e->series, CLASS_PROBE)] += e->count;
		return;
	}
	for (unsigned i = 0; file->series == e->series && i < file->ds_count; i++)
		if (file->kind == SCHEMA_PORTS ? file->first_bin + i == bin : schema_icmp_type(e->series, i) == (int)e->number)
			values[i] += e->count;
}

static int write_archive(void **state)
{
	static double values[STEPS * SCHEMA_DS];
	static int64_t at_s[STEPS];
	struct schema schema = scratch_schema();
	struct failure why = { "" };

	setenv("TZ", "UTC", 1);
	tzset();
	scratch_seed();
	make_events();
	schema.portbin = PORTBIN_DEFAULT;
	if (scratch_make(state) || archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why))
		return -1;
	for (unsigned f = 0; f < schema_file_count(&schema); f++) {
		struct schema_file file;

		schema_file(&schema, f, &file);
		memset(values, 0, sizeof(values));
		for (unsigned i = 0; i < EVENTS; i++)
			add_event(&schema, &file, &event[i], values + (size_t)event[i].step * file.ds_count);
		for (unsigned s = 0; s < STEPS; s++) {
			at_s[s] = START_S + (int64_t)(s + 1) * STEP_S;
			for (unsigned i = 0; i < file.ds_count; i++) {
				double *value = &values[(size_t)s * file.ds_count + i];
				bool is_known = file.kind == SCHEMA_TOTALS && (int)i == schema_known_ds();

				*value = is_known ? !is_gap(s) : is_gap(s) ? NAN : *value;
			}
		}
		if (rrdfile_update(scratch_path(state, file.name), file.ds_count, STEPS, at_s, values, &why))
			return -1;
	}
	return 0;
}

/* Where something is: pixels [x, x + width) in a row of the ports or of the ICMP types. */
struct place {
	bool is_icmp;
	unsigned x, width, row;
	enum series series;
};

struct places {
	unsigned count;
	struct place place[PLACES];
};

struct view {
	const char *name;
	unsigned from_step, to_step;
	unsigned width, height;
	uint32_t resolution_s; /* what fetch is asked for, to get the rows that are drawn */
	struct axis_view axis;
	unsigned series; /* as in struct picture_order */
};

/* What fetch gives for a view. */
struct expected {
	const struct view *view;
	const struct axis_ports *axis;
	struct places *places;
	double packets[SERIES_COUNT];
	unsigned wide; /* cells in rows that are wider than a pixel, and others */
	unsigned narrow;
};

static void add_place(struct places *places, struct place place)
{
	assert_true(places->count < PLACES);
	places->place[places->count++] = place;
}

static void place_in_time(struct expected *expected, const struct cell *cell, struct place *place)
{
	const struct view *view = expected->view;
	int64_t start_s = START_S + (int64_t)view->from_step * STEP_S, row_s = cell->end_s - cell->start_s;
	double s_per_px = (view->to_step - view->from_step) * (double)STEP_S / view->width;
	double from = (double)(cell->start_s - start_s) / s_per_px, to = (double)(cell->end_s - start_s) / s_per_px;

	if ((double)row_s <= s_per_px) {
		from = floor((from + to) / 2);
		to = from + 1;
		expected->narrow++;
	} else {
		from = floor(from + 0.5);
		to = floor(to + 0.5);
		expected->wide++;
	}
	place->x = (unsigned)(from < 0 ? 0 : from >= view->width ? view->width - 1 : from);
	place->width = (unsigned)(to > view->width ? view->width : to) - place->x;
}

static unsigned row_in_lane(const struct axis_ports *axis, const struct axis_lane *lane, int low, int high)
{
	double below = lane->lo - 0.5, above = lane->hi + 0.5, share, y;
	double lo = low > lane->lo ? low : lane->lo, hi = high < lane->hi ? high : lane->hi;

	if (axis->is_linear || lane->hi == 0)
		share = (above - (lo + hi) / 2) / (above - below);
	else
		share = log(above / (lo < hi ? sqrt((lo - 0.5) * (hi + 0.5)) : lo)) / log(above / below);
	y = lane->top + lane->height * share;
	return (unsigned)fmin(y, lane->top + lane->height - 1);
}

static unsigned row_of_type(const struct view *view, int type)
{
	unsigned row = 0, height = figure_type_height(figure_em(view->width, view->height));

	while (icmp_types[row] != type)
		row++;
	return row * height + height / 2;
}

static void expect_cell(void *arg, const struct cell *cell)
{
	struct expected *expected = arg;
	const struct axis_ports *axis = expected->axis;
	struct place place = { .is_icmp = cell->is_type };

	if (isnan(cell->packets))
		return;
	assert_true(series_by_name(cell->series, &place.series));
	expected->packets[place.series] += cell->packets;
	place_in_time(expected, cell, &place);
	if (cell->is_type) {
		place.row = row_of_type(expected->view, cell->lo);
		add_place(expected->places, place);
	}
	for (unsigned i = 0; i < axis->lanes && !cell->is_type; i++)
		if (axis->lane[i].lo <= cell->hi && axis->lane[i].hi >= cell->lo) {
			place.row = row_in_lane(axis, &axis->lane[i], cell->lo, cell->hi);
			add_place(expected->places, place);
		}
}

/* The marks of a drawing as text. */
static void read_marks(const char *text, struct places *marks)
{
	unsigned rasters = 0;

	for (const char *line = text; line; line = strchr(line + 1, '\n')) {
		struct place place = { .is_icmp = rasters == 2 };
		char name[16];
		const char *series;

		rasters += strstr(line, "{\"call\": \"marks\"") == line + 1;
		if (sscanf(line, "\n{\"call\": \"mark\", \"x\": %u, \"y\": %u, \"width\": %u", &place.x, &place.row, &place.width) != 3)
			continue;
		series = strstr(line, "\"series\": \"");
		assert_true(series && sscanf(series, "\"series\": \"%15[a-z0-9]", name) == 1 && series_by_name(name, &place.series));
		add_place(marks, place);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct place *l = a, *r = b;

	if (l->is_icmp != r->is_icmp)
		return l->is_icmp - r->is_icmp;
	if (l->row != r->row)
		return l->row < r->row ? -1 : 1;
	if (l->x != r->x)
		return l->x < r->x ? -1 : 1;
	return l->width < r->width ? -1 : l->width > r->width;
}

/* All packets of a series in the window, whatever the ports: what decides which one is seen where several meet. */
static double all_packets(const struct view *view, enum series series)
{
	double sum = 0;

	for (unsigned i = 0; i < EVENTS; i++) {
		const struct event *e = &event[i];

		if (e->series == series && e->step >= view->from_step && e->step < view->to_step && !is_gap(e->step))
			sum += e->count;
	}
	return sum;
}

/* Cells and marks in the same order: at each place of cells one mark, of the rarest series there. */
static void compare(const struct view *view, struct places *cells, struct places *marks)
{
	unsigned m = 0;

	qsort(cells->place, cells->count, sizeof(struct place), by_place);
	qsort(marks->place, marks->count, sizeof(struct place), by_place);
	for (unsigned c = 0, end; c < cells->count; c = end, m++) {
		const struct place *mark = &marks->place[m], *cell = &cells->place[c];
		bool has_series = false;

		if (m == marks->count || by_place(mark, cell))
			fail_msg("%s: no mark for the cell of %s at %u+%u in row %u%s", view->name, series_name(cell->series), cell->x,
			         cell->width, cell->row, cell->is_icmp ? " of ICMP" : "");
		for (end = c; end < cells->count && by_place(&cells->place[end], cell) == 0; end++) {
			has_series |= cells->place[end].series == mark->series;
			assert_true(all_packets(view, cells->place[end].series) >= all_packets(view, mark->series));
		}
		if (!has_series)
			fail_msg("%s: a mark of %s without a cell at %u in row %u", view->name, series_name(mark->series), mark->x,
			         mark->row);
	}
	if (m < marks->count)
		fail_msg("%s: %u marks without a cell, the first at %u in row %u", view->name, marks->count - m, marks->place[m].x,
		         marks->place[m].row);
}

static void expect_count(const char *text, enum series series, double packets)
{
	char part[64], count[16];

	if (packets < 1000)
		snprintf(count, sizeof(count), "%.0f", packets);
	else
		snprintf(count, sizeof(count), "%.0f,%03.0f", floor(packets / 1000), fmod(packets, 1000));
	snprintf(part, sizeof(part), "\"%s %s", palette_name(series), count);
	if (!strstr(text, part) || strchr("0123456789,", strstr(text, part)[strlen(part)]))
		fail_msg("no %s", part);
}

static char *draw(struct reader *reader, const struct view *view)
{
	struct picture_order order = {
		.window = { START_S + view->from_step * STEP_S, START_S + view->to_step * STEP_S }, .now_s = END_S, .width = view->width,
		.height = view->height, .title = "",
		.palette = palette_dark, .format = PICTURE_JSON, .view = view->axis, .series = view->series,
	};
	struct failure why = { "" };
	struct picture picture;
	char *text;

	if (picture_make(reader, &order, &picture, &why))
		fail_msg("%s", why.text);
	text = calloc(1, picture.size + 1);
	assert_non_null(text);
	memcpy(text, picture.bytes, picture.size);
	free(picture.bytes);
	return text;
}

static void check_view(struct reader *reader, const struct view *view, unsigned *wide, unsigned *narrow)
{
	static struct places cells, marks;
	bool is_zoomed = view->axis.ports.count > 0;
	struct cells_filter filter = { .series = view->series ? view->series : is_zoomed ? 0xf : 0x3f, .ports = view->axis.ports };
	struct axis_ports axis;
	struct expected expected = { .view = view, .axis = &axis, .places = &cells };
	int64_t start_s = START_S + view->from_step * STEP_S, end_s = START_S + view->to_step * STEP_S;
	struct failure why = { "" };
	char *text = draw(reader, view);

	cells.count = marks.count = 0;
	axis_ports_init(&axis, &view->axis, &reader_schema(reader)->portbin, view->height, figure_em(view->width, view->height));
	if (cells_walk(reader, &filter, start_s, end_s, view->resolution_s, expect_cell, &expected, &why))
		fail_msg("%s", why.text);
	read_marks(text, &marks);
	compare(view, &cells, &marks);
	assert_true(cells.count > 0);
	for (unsigned s = 0; s < SERIES_DRAWN; s++)
		if (filter.series >> s & 1)
			expect_count(text, (enum series)s, expected.packets[s]);
	*wide += expected.wide;
	*narrow += expected.narrow;
	free(text);
}

#define ALL { { 0 }, false }
#define LINEAR { { 0 }, true }
#define HIGH { { 1, { { 1024, 65535 } } }, false }
#define HIGH_LINEAR { { 1, { { 1024, 65535 } } }, true }
#define NARROW { { 1, { { 2000, 2100 } } }, false }
#define LOW { { 1, { { 0, 1023 } } }, false }
#define ONE { { 1, { { 22, 22 } } }, false }
#define LANES { { 3, { { 22, 22 }, { 80, 80 }, { 3389, 3389 } } }, false }
#define OVERLAPPING { { 4, { { 3389, 3389 }, { 3000, 3389 }, { 3390, 4000 }, { 0, 65535 } } }, false }

/* 10 s are kept for 10 minutes, minutes for 2 hours, 10 minutes for all of it. */
static const struct view views[] = {
	{ "steps, all ports", 850, 900, 500, 640, 10, ALL, 0 },
	{ "steps, a pixel each", 850, 900, 50, 640, 10, ALL, 0 },
	{ "steps, half a pixel each", 850, 900, 25, 100, 10, HIGH, 0 },
	{ "three levels", 0, 900, 900, 640, 10, ALL, 0 },
	{ "three levels, an odd window", 7, 893, 1331, 333, 10, ALL, 0 },
	{ "three levels, linear", 0, 900, 900, 640, 10, LINEAR, 0 },
	{ "three levels, high ports", 0, 900, 900, 640, 10, HIGH, 0 },
	{ "three levels, high ports, linear", 0, 900, 900, 640, 10, HIGH_LINEAR, 0 },
	{ "three levels, a part of ranges", 0, 900, 900, 640, 10, NARROW, 0 },
	{ "three levels, low ports", 3, 897, 900, 640, 10, LOW, 0 },
	{ "three levels, one port", 0, 900, 900, 100, 10, ONE, 0 },
	{ "three levels, lanes", 0, 900, 900, 640, 10, LANES, 0 },
	{ "three levels, lanes over each other", 0, 900, 900, 640, 10, OVERLAPPING, 0 },
	{ "lanes without room", 0, 900, 900, 16, 10, OVERLAPPING, 0 },
	{ "minutes", 200, 900, 116, 400, 60, ALL, 0 },
	{ "all in rows of the coarsest level", 0, 900, 30, 400, 600, ALL, 0 },
	{ "two levels and a pixel of many minutes", 0, 900, 5, 400, 600, HIGH, 0 },
	{ "one series", 0, 900, 900, 640, 10, ALL, 1u << SERIES_UDP6 },
	{ "two series and ICMP of a zoom", 0, 900, 900, 640, 10, LOW, 1u << SERIES_TCP6 | 1u << SERIES_UDP4 | 1u << SERIES_ICMP4 },
};

static void fetch_and_picture_are_the_same_on_every_zoom_and_level(void **state)
{
	unsigned wide = 0, narrow = 0;
	struct failure why = { "" };
	struct reader *reader;

	if (reader_open(*state, NULL, &reader, &why))
		fail_msg("%s", why.text);
	for (unsigned i = 0; i < sizeof(views) / sizeof(views[0]); i++)
		check_view(reader, &views[i], &wide, &narrow);
	assert_true(wide > 10000 && narrow > 1000);
	reader_close(reader);
}

static void the_same_window_drawn_twice_is_the_same(void **state)
{
	struct failure why = { "" };
	struct reader *reader;

	if (reader_open(*state, NULL, &reader, &why))
		fail_msg("%s", why.text);
	for (unsigned i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		char *first = draw(reader, &views[i]), *second = draw(reader, &views[i]);

		assert_string_equal(first, second);
		free(first);
		free(second);
	}
	reader_close(reader);
}

/* Width and height of the whole picture. */
static void size_of(const char *text, unsigned *width, unsigned *height)
{
	assert_int_equal(sscanf(text, "[ {\"call\": \"begin\", \"width\": %u, \"height\": %u", width, height), 2);
}

static void a_picture_of_the_plot_area_alone_has_its_size_and_icmp_only_by_name(void **state)
{
	struct failure why = { "" };
	struct reader *reader;

	if (reader_open(*state, NULL, &reader, &why))
		fail_msg("%s", why.text);
	for (unsigned by_name = 0; by_name < 2; by_name++) {
		struct picture_order order = {
			.window = { START_S, END_S }, .now_s = END_S, .width = 300, .height = 100, .title = "", .palette = palette_dark,
			.format = PICTURE_JSON, .look = { .is_bare = true }, .series = by_name ? 0x3f : 0,
		};
		struct picture picture;
		unsigned width, height;

		if (picture_make(reader, &order, &picture, &why))
			fail_msg("%s", why.text);
		size_of((const char *)picture.bytes, &width, &height);
		assert_int_equal(width, 300);
		assert_true(by_name ? height > 100 : height == 100);
		free(picture.bytes);
	}
	reader_close(reader);
}

/* The last test: it damages the archive. */
static void an_icmp_file_that_cannot_be_read_is_left_out_where_asked_to(void **state)
{
	struct picture_order order = {
		.window = { START_S, END_S }, .now_s = END_S, .width = 300, .height = 100, .title = "", .palette = palette_dark,
		.format = PICTURE_JSON,
	};
	struct failure why = { "" };
	struct picture picture;
	struct reader *reader;

	scratch_write(scratch_path(state, "icmp4.rrd"), (const uint8_t *)"RRD?", 4);
	if (reader_open(*state, NULL, &reader, &why))
		fail_msg("%s", why.text);
	assert_true(picture_make(reader, &order, &picture, &why) < 0);
	assert_non_null(strstr(why.text, "icmp4.rrd"));
	order.skips_unreadable = true;
	assert_int_equal(picture_make(reader, &order, &picture, &why), 0);
	assert_int_equal(picture.unreadable, 1);
	assert_non_null(strstr(picture.why.text, "icmp4.rrd"));
	free(picture.bytes);
	reader_close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fetch_and_picture_are_the_same_on_every_zoom_and_level),
		cmocka_unit_test(the_same_window_drawn_twice_is_the_same),
		cmocka_unit_test(a_picture_of_the_plot_area_alone_has_its_size_and_icmp_only_by_name),
		cmocka_unit_test(an_icmp_file_that_cannot_be_read_is_left_out_where_asked_to),
	};

	return cmocka_run_group_tests(tests, write_archive, scratch_remove);
}
