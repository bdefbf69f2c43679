/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/marks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "plot/palette.h"

#include <cmocka.h>

#define START_S 1764547200
#define WIDTH 600
#define HEIGHT 400
#define LARGEST 4.5f

static const struct portbin portbin = PORTBIN_DEFAULT;
static const struct marks_style style = { .palette = &palette_dark, .smallest = 1, .largest = LARGEST };

struct picture {
	struct raster raster;
	double counts[SERIES_WITH_PORTS];
};

static void begin_view(struct picture *p, const struct axis_view *view)
{
	static const double rank_by[SERIES_WITH_PORTS] = { 1000, 100, 10, 1 };
	struct axis_ports axis;

	axis_ports_init(&axis, view, &portbin, HEIGHT, 12);
	assert_int_equal(raster_init(&p->raster, START_S, START_S + WIDTH * 60, WIDTH, &axis, SERIES_TCP4, rank_by), 0);
}

static void begin(struct picture *p)
{
	static const struct axis_view all_ports = { 0 };

	begin_view(p, &all_ports);
}

/* Counts of one series by column and port. */
static void add(struct picture *p, enum series series, unsigned column, uint16_t port, double count)
{
	unsigned bin = portbin_of(&portbin, port);
	struct matrix m = { .start_s = START_S + column * 60, .row_s = 60, .rows = 1, .columns = 1, .cells = &count };

	assert_int_equal(raster_add(&p->raster, series, bin, &m), 0);
}

struct list {
	unsigned count;
	struct mark mark[WIDTH * HEIGHT];
};

static void collect(void *context, const struct mark *mark)
{
	struct list *list = context;

	assert_true(list->count < WIDTH * HEIGHT);
	list->mark[list->count++] = *mark;
}

static const struct list *marks_of(const struct picture *p, const struct marks_style *how)
{
	static struct list list;

	list.count = 0;
	assert_int_equal(marks_each(&p->raster, how, collect, &list), 0);
	assert_int_equal(list.count, marks_count(&p->raster));
	return &list;
}

static unsigned random_below(unsigned n)
{
	static uint32_t seed = 1;

	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void a_lone_packet_is_large_and_bright(void **state)
{
	struct picture p;
	const struct list *list;

	begin(&p);
	add(&p, SERIES_TCP6, 300, 31337, 1);
	list = marks_of(&p, &style);
	assert_int_equal(list->count, 1);
	assert_true(list->mark[0].diameter > 3.5f);
	assert_int_equal(list->mark[0].shade, PALETTE_SHADES - 1);
	raster_fini(&p.raster);
}

static void a_lone_packet_below_a_busy_port_stays_bright(void **state)
{
	struct picture p;
	const struct list *list;
	bool found = false;

	begin(&p);
	for (unsigned x = 0; x < WIDTH; x++)
		add(&p, SERIES_TCP4, x, 23, 500 + random_below(500));
	add(&p, SERIES_TCP4, 300, 17, 1);
	list = marks_of(&p, &style);
	for (unsigned i = 0; i < list->count; i++)
		if (list->mark[i].y == axis_port_row(&p.raster.ports, 17, 17)) {
			assert_true(list->mark[i].shade >= PALETTE_SHADES * 3 / 4);
			found = true;
		}
	assert_true(found);
	raster_fini(&p.raster);
}

/* The least and the brightest shade of the marks at a port. */
static void shades_at(const struct picture *p, const struct list *list, uint16_t port, unsigned *least, unsigned *most)
{
	*least = PALETTE_SHADES;
	*most = 0;
	for (unsigned i = 0; i < list->count; i++) {
		const struct mark *mark = &list->mark[i];

		if (mark->y != axis_port_row(&p->raster.ports, port, port))
			continue;
		*least = mark->shade < *least ? mark->shade : *least;
		*most = mark->shade > *most ? mark->shade : *most;
	}
}

/* Rows of 45 s in pixels of 60: one in most, two in every third. */
static void equal_traffic_is_equally_bright_whatever_rows_a_pixel_holds(void **state)
{
	enum { ROWS = WIDTH * 60 / 45, BUSY = 80, LONE = 40 };
	struct matrix m = { .start_s = START_S, .row_s = 45, .rows = ROWS, .columns = BUSY + 1 };
	unsigned least, most, x = 300;
	struct picture p;

	begin(&p);
	m.cells = calloc((size_t)ROWS * m.columns, sizeof(double));
	for (unsigned r = 0; r < ROWS; r++)
		for (unsigned bin = BUSY - 8; bin <= BUSY; bin++)
			m.cells[(size_t)r * m.columns + bin] = 16;
	while (raster_pixel_of_row(&p.raster, &m, x) == raster_pixel_of_row(&p.raster, &m, x + 1) ||
	       raster_pixel_of_row(&p.raster, &m, x + 1) != raster_pixel_of_row(&p.raster, &m, x + 2))
		x++;
	m.cells[(size_t)x * m.columns + LONE] = m.cells[(size_t)(x + 1) * m.columns + LONE] = 1;
	assert_int_equal(raster_add(&p.raster, SERIES_TCP4, 0, &m), 0);
	assert_int_equal(raster_add(&p.raster, SERIES_TCP4, 512, &m), 0); /* a second file, of the same time */
	shades_at(&p, marks_of(&p, &style), BUSY, &least, &most);
	assert_in_range(most - least, 0, 1);
	assert_in_range(most, PALETTE_SHADES / 2, PALETTE_SHADES - 1);
	shades_at(&p, marks_of(&p, &style), LONE, &least, &most);
	assert_in_range(most - least, 0, 1);
	free(m.cells);
	raster_fini(&p.raster);
}

/* Two billion packets and more are all the same to a cell: columns that hold less than a pixel's seconds cannot count as more. */
static void a_flood_beyond_all_counts_stays_within_the_scale(void **state)
{
	const unsigned bin = portbin_of(&portbin, 23);
	struct picture p;

	begin(&p);
	for (unsigned i = 0; i < WIDTH; i++) {
		double count = 0x1p32;
		struct matrix m = { .start_s = START_S + i * 40, .row_s = 40, .rows = 1, .columns = 1, .cells = &count };

		for (enum series series = SERIES_TCP4; series < SERIES_WITH_PORTS; series++)
			assert_int_equal(raster_add(&p.raster, series, bin + 40 * series, &m), 0);
	}
	assert_true(marks_of(&p, &style)->count > 0);
	raster_fini(&p.raster);
}

static void a_crowd_is_drawn_in_single_pixels(void **state)
{
	struct picture p;
	const struct list *list;

	begin(&p);
	for (unsigned i = 0; i < 300000; i++)
		add(&p, SERIES_TCP4, random_below(WIDTH), (uint16_t)(8192 + random_below(57344)), 1);
	list = marks_of(&p, &style);
	for (unsigned i = 0; i < list->count; i++)
		if (list->mark[i].x > 50 && list->mark[i].x < 550 && list->mark[i].y > 20 && list->mark[i].y < 40)
			assert_true(list->mark[i].diameter < 1.5f);
	raster_fini(&p.raster);
}

/* Noise, and through it a scan that leaves three packets where the noise leaves one. */
static void a_diagonal_stands_out_of_dense_noise(void **state)
{
	double shades[2] = { 0 };
	unsigned count[2] = { 0 };
	struct picture p;
	const struct list *list;

	begin(&p);
	for (unsigned i = 0; i < 30000; i++)
		add(&p, SERIES_TCP4, random_below(WIDTH), (uint16_t)(8192 + random_below(57344)), 1);
	for (unsigned x = 0; x < WIDTH; x++)
		add(&p, SERIES_TCP4, x, (uint16_t)(8192 + x * 95), 6);
	list = marks_of(&p, &style);
	for (unsigned i = 0; i < list->count; i++) {
		const struct mark *m = &list->mark[i];
		unsigned bin = portbin_of(&portbin, (uint16_t)(8192 + m->x * 95));
		uint16_t lo, hi;
		bool is_scan;

		portbin_range(&portbin, bin, &lo, &hi);
		is_scan = m->y == axis_port_row(&p.raster.ports, lo, hi);
		shades[is_scan] += m->shade;
		count[is_scan]++;
	}
	assert_true(count[1] >= WIDTH);
	assert_true(shades[1] / count[1] > 1.5 * shades[0] / count[0]);
	raster_fini(&p.raster);
}

static void a_denser_place_is_brighter_as_a_whole(void **state)
{
	double ink[6];

	for (unsigned step = 0; step < 6; step++) {
		struct picture p;
		const struct list *list;

		begin(&p);
		for (unsigned i = 0; i < 300u << 2 * step; i++)
			add(&p, SERIES_TCP4, random_below(WIDTH), (uint16_t)(4096 + random_below(61440)), 1);
		list = marks_of(&p, &style);
		ink[step] = 0;
		for (unsigned i = 0; i < list->count; i++)
			ink[step] += (double)(list->mark[i].shade + 1) * (double)(list->mark[i].diameter * list->mark[i].diameter);
		assert_true(step == 0 || ink[step] > ink[step - 1]);
		raster_fini(&p.raster);
	}
}

static void flat_marks_are_all_alike(void **state)
{
	const struct marks_style flat = { .palette = &palette_dark, .flat = true, .smallest = 1, .largest = LARGEST };
	struct picture p;
	const struct list *list;

	begin(&p);
	for (unsigned i = 0; i < 1000; i++)
		add(&p, SERIES_TCP4, random_below(WIDTH), (uint16_t)random_below(65536), 1 + random_below(1000));
	list = marks_of(&p, &flat);
	for (unsigned i = 0; i < list->count; i++) {
		assert_true(list->mark[i].diameter == 1);
		assert_int_equal(list->mark[i].shade, PALETTE_SHADES - 1);
	}
	raster_fini(&p.raster);
}

static unsigned pixel(const struct marks_plane *plane, unsigned x, unsigned y)
{
	return plane->pixel[(size_t)y * plane->width + x];
}

static void a_rare_mark_covers_frequent_ones(void **state)
{
	struct marks_plane plane;
	struct picture p;
	unsigned y;

	begin(&p);
	for (unsigned x = 290; x < 310; x++)
		add(&p, SERIES_TCP4, x, 23, 1000);
	add(&p, SERIES_TCP6, 300, 23, 1);
	y = axis_port_row(&p.raster.ports, 23, 23);
	assert_int_equal(marks_paint(&p.raster, &style, &plane), 0);
	assert_int_equal(pixel(&plane, 300, y), (SERIES_TCP6 + 1) * PALETTE_SHADES);
	assert_int_equal((pixel(&plane, 299, y) - 1) / PALETTE_SHADES, SERIES_TCP6);
	assert_int_equal((pixel(&plane, 292, y) - 1) / PALETTE_SHADES, SERIES_TCP4);
	free(plane.pixel);
	raster_fini(&p.raster);
}

static void marks_at_the_edges_are_clipped(void **state)
{
	struct marks_plane plane;
	struct picture p;

	begin(&p);
	add(&p, SERIES_TCP4, 0, 65535, 1);
	add(&p, SERIES_TCP4, WIDTH - 1, 65535, 1);
	add(&p, SERIES_TCP4, 0, 0, 1);
	add(&p, SERIES_TCP4, WIDTH - 1, 0, 1);
	assert_int_equal(marks_paint(&p.raster, &style, &plane), 0);
	assert_int_not_equal(pixel(&plane, 0, 0), 0);
	assert_int_not_equal(pixel(&plane, WIDTH - 1, 0), 0);
	assert_int_not_equal(pixel(&plane, 0, axis_port_row(&p.raster.ports, 0, 0)), 0);
	free(plane.pixel);
	raster_fini(&p.raster);
}

static void a_bin_of_many_pixels_stays_a_dot(void **state)
{
	struct marks_plane plane;
	struct picture p;
	unsigned lit = 0;

	begin(&p);
	add(&p, SERIES_TCP4, 300, 1, 1); /* an octave of 23 pixels */
	assert_int_equal(marks_paint(&p.raster, &style, &plane), 0);
	for (unsigned y = 0; y < HEIGHT; y++)
		lit += pixel(&plane, 300, y) != 0;
	assert_in_range(lit, 2, 5);
	free(plane.pixel);
	raster_fini(&p.raster);
}

static void a_range_of_ports_told_apart_elsewhere_is_a_bar_that_many_packets_light_up(void **state)
{
	static const struct axis_view few = { .ports = { 1, { { 3000, 3100 } } } };
	const struct mark *one, *many;
	const struct list *list;
	struct picture p;

	begin_view(&p, &few);
	p.raster.tells_apart = true;
	add(&p, SERIES_TCP4, 100, 3050, 1);
	add(&p, SERIES_TCP4, 400, 3050, 10000);
	assert_true(raster_has_ranges(&p.raster));
	list = marks_of(&p, &style);
	assert_int_equal(list->count, 2);
	one = &list->mark[0];
	many = &list->mark[1];
	for (unsigned i = 0; i < 2; i++) {
		const struct mark *m = &list->mark[i];
		unsigned from, to;

		axis_lane_rows(&p.raster.ports, &p.raster.ports.lane[0], 3040, 3071, &from, &to);
		assert_true(m->is_bar && m->y - m->above == from && m->y + m->below + 1 == to);
	}
	assert_true(one->width == 1 && many->x <= 400 && many->x + many->width > 400);
	assert_true(one->shade >= 10 && one->shade < many->shade);

	raster_join_ranges(&p.raster);
	assert_false(raster_has_ranges(&p.raster));
	list = marks_of(&p, &style);
	assert_true(!list->mark[0].is_bar && list->mark[0].above == 0);
	raster_fini(&p.raster);
}

static void a_wide_row_is_a_dash_over_its_time(void **state)
{
	double count = 1;
	struct matrix m = { .start_s = START_S + 6000, .row_s = 3000, .rows = 1, .columns = 1, .cells = &count };
	struct marks_plane plane;
	struct picture p;
	unsigned y;

	begin(&p);
	assert_int_equal(raster_add(&p.raster, SERIES_TCP4, 80, &m), 0);
	y = axis_port_row(&p.raster.ports, 80, 80);
	assert_int_equal(marks_paint(&p.raster, &style, &plane), 0);
	assert_int_equal(pixel(&plane, 99, y), 0);
	for (unsigned x = 100; x < 149; x++)
		assert_int_not_equal(pixel(&plane, x, y), 0);
	assert_int_equal(pixel(&plane, 150, y), 0);
	free(plane.pixel);
	raster_fini(&p.raster);
}

static void a_crowd_fills_the_rows_of_its_ports_and_a_lone_mark_does_not(void **state)
{
	static const struct axis_view high = { { 1, { { 16384, 65535 } } }, true };
	struct marks_plane plane;
	const struct list *list;
	struct picture p;
	unsigned tall = 0, crowd = 0;

	begin_view(&p, &high);
	for (unsigned x = 100; x < 300; x++)
		for (unsigned port = 32768; port < 65536; port += 512) /* 4 pixels */
			add(&p, SERIES_TCP4, x, (uint16_t)port, 1);
	add(&p, SERIES_TCP4, 500, 50000, 1);
	list = marks_of(&p, &style);
	for (unsigned i = 0; i < list->count; i++) {
		const struct mark *m = &list->mark[i];

		if (m->x == 500)
			assert_true(m->above == 0 && m->below == 0 && m->diameter > 3);
		if (m->x < 150 || m->x > 250 || m->y < 50 || m->y > 150)
			continue;
		crowd++;
		tall += m->above + m->below >= 3u;
		assert_true(m->above + m->below + 1 <= LARGEST + 1);
	}
	assert_true(crowd > 1000 && tall == crowd);
	assert_int_equal(marks_paint(&p.raster, &style, &plane), 0);
	for (unsigned y = 50; y < 150; y++)
		assert_int_not_equal(pixel(&plane, 200, y), 0);
	free(plane.pixel);
	raster_fini(&p.raster);
}

static void ports_higher_than_a_dot_keep_dots_in_a_crowd_too(void **state)
{
	static const struct axis_view narrow = { { 1, { { 100, 139 } } }, true };
	const struct list *list;
	struct picture p;

	begin_view(&p, &narrow); /* 10 pixels a port */
	for (unsigned x = 0; x < WIDTH; x++)
		for (unsigned port = 100; port < 140; port++)
			add(&p, SERIES_TCP4, x, (uint16_t)port, 1);
	list = marks_of(&p, &style);
	for (unsigned i = 0; i < list->count; i++)
		assert_true(list->mark[i].above == 0 && list->mark[i].below == 0);
	raster_fini(&p.raster);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lone_packet_is_large_and_bright),
		cmocka_unit_test(a_lone_packet_below_a_busy_port_stays_bright),
		cmocka_unit_test(equal_traffic_is_equally_bright_whatever_rows_a_pixel_holds),
		cmocka_unit_test(a_flood_beyond_all_counts_stays_within_the_scale),
		cmocka_unit_test(a_crowd_is_drawn_in_single_pixels),
		cmocka_unit_test(a_diagonal_stands_out_of_dense_noise),
		cmocka_unit_test(a_denser_place_is_brighter_as_a_whole),
		cmocka_unit_test(flat_marks_are_all_alike),
		cmocka_unit_test(a_rare_mark_covers_frequent_ones),
		cmocka_unit_test(marks_at_the_edges_are_clipped),
		cmocka_unit_test(a_bin_of_many_pixels_stays_a_dot),
		cmocka_unit_test(a_range_of_ports_told_apart_elsewhere_is_a_bar_that_many_packets_light_up),
		cmocka_unit_test(a_wide_row_is_a_dash_over_its_time),
		cmocka_unit_test(a_crowd_fills_the_rows_of_its_ports_and_a_lone_mark_does_not),
		cmocka_unit_test(ports_higher_than_a_dot_keep_dots_in_a_crowd_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
