/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/raster.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define START_S 1764547200 /* a multiple of two hours */
#define WIDTH 100
#define HEIGHT 300

static const struct portbin portbin = PORTBIN_DEFAULT;
static const struct axis_view all_ports = { 0 };
static const double udp6_is_rarest[SERIES_WITH_PORTS] = { 1000, 100, 10, 1 };

static struct raster new_raster(int64_t span_s, const double rank_by[SERIES_WITH_PORTS])
{
	struct raster raster;
	struct axis_ports axis;

	axis_ports_init(&axis, &all_ports, &portbin, HEIGHT, 12);
	assert_int_equal(raster_init(&raster, START_S, START_S + span_s, WIDTH, &axis, SERIES_TCP4, rank_by), 0);
	return raster;
}

static struct matrix new_matrix(int64_t start_s, uint32_t row_s, unsigned rows, unsigned columns)
{
	struct matrix m = { .start_s = start_s, .row_s = row_s, .rows = rows, .columns = columns };

	m.cells = calloc((size_t)rows * columns, sizeof(double));
	assert_non_null(m.cells);
	return m;
}

/* One count at a time; the file is the one that holds the port. */
static void add(struct raster *raster, int64_t start_s, uint32_t row_s, unsigned rows, unsigned row, enum series series,
                uint16_t port, double count)
{
	unsigned bin = portbin_of(&portbin, port), first = bin / 64 * 64;
	struct matrix m = new_matrix(start_s, row_s, rows, 64);

	m.cells[row * 64 + bin - first] = count;
	assert_int_equal(raster_add(raster, series, first, &m), 0);
	matrix_fini(&m);
}

static uint16_t cell_at(const struct raster *raster, unsigned grid, unsigned column, uint16_t port)
{
	unsigned row = axis_port_row(&raster->ports, port, port);

	return raster->grid[grid].cell[(size_t)row * raster->grid[grid].columns + column];
}

static void levels_keep_small_counts_exact_and_order_all(void **state)
{
	unsigned last = 0;

	for (unsigned count = 1; count < 1024; count++)
		assert_true(raster_count(raster_level_of(count)) == count);
	for (double count = 1; count < 1e11; count *= 1.01) {
		unsigned level = raster_level_of(count);

		assert_in_range(level, last, RASTER_LEVELS - 1);
		assert_true(count > 4e9 || (raster_count(level) <= count && raster_count(level) > count * 0.998));
		last = level;
	}
	assert_int_equal(raster_level_of(1), 1);
	assert_true(raster_count(0) == 0);
}

static void points_of_ports_that_are_counted_together_have_places_of_their_own(void **state)
{
	static const struct axis_view few = { .ports = { 1, { { 3000, 3100 } } } };
	const struct raster_point point[] = {
		{ .at_s = START_S - 1, .number = 3000, .packets = 1 },    { .at_s = START_S, .number = 3000, .packets = 3 },
		{ .at_s = START_S + 59, .number = 3000, .packets = 4 },   { .at_s = START_S + 60, .number = 3000, .packets = 1025 },
		{ .at_s = START_S + 60, .number = 3000, .packets = 1 },   { .at_s = START_S, .number = 3001, .packets = 5 },
		{ .at_s = START_S + 60, .number = 3101, .packets = 500 },
	};
	const struct matrix rows = { .start_s = START_S, .row_s = 60, .rows = WIDTH };
	struct axis_ports axis;
	struct raster raster;

	axis_ports_init(&axis, &few, &portbin, HEIGHT, 12);
	assert_int_equal(raster_init(&raster, START_S, START_S + WIDTH * 60, WIDTH, &axis, SERIES_TCP4, udp6_is_rarest), 0);
	assert_int_equal(raster_add_points(&raster, SERIES_TCP4, NULL, &rows, point, sizeof(point) / sizeof(point[0])), 0);
	assert_true(raster_count(raster_level(cell_at(&raster, 0, 0, 3000))) == 7);
	assert_true(raster_count(raster_level(cell_at(&raster, 0, 1, 3000))) == 1026); /* one by one they would be lost in rounding */
	assert_true(raster_count(raster_level(cell_at(&raster, 0, 0, 3001))) == 5);
	assert_true(raster.packets[SERIES_TCP4] == 7 + 1026 + 5 && raster.grid[0].lit == 3);
	raster_fini(&raster);
}

static void counts_in_one_pixel_add_up(void **state)
{
	struct raster raster = new_raster(WIDTH * 120, udp6_is_rarest);

	add(&raster, START_S, 60, 200, 20, SERIES_TCP4, 22, 3);
	add(&raster, START_S, 60, 200, 21, SERIES_TCP4, 22, 4);
	add(&raster, START_S, 60, 200, 22, SERIES_TCP4, 22, 5);
	assert_true(raster_count(raster_level(cell_at(&raster, 0, 10, 22))) == 7);
	assert_true(raster_count(raster_level(cell_at(&raster, 0, 11, 22))) == 5);
	assert_true(raster.packets[SERIES_TCP4] == 12);
	assert_int_equal(raster.grid[0].lit, 2);
	raster_fini(&raster);
}

static void bins_of_two_files_meet_in_a_pixel(void **state)
{
	unsigned met = 0;

	for (uint16_t port = 64; port < 1024; port += 64) {
		struct raster raster = new_raster(WIDTH * 60, udp6_is_rarest);

		add(&raster, START_S, 60, 100, 50, SERIES_TCP4, port - 1, 3);
		add(&raster, START_S, 60, 100, 50, SERIES_TCP4, port, 4);
		if (axis_port_row(&raster.ports, port - 1u, port - 1u) == axis_port_row(&raster.ports, port, port)) {
			assert_true(raster_count(raster_level(cell_at(&raster, 0, 50, port))) == 7);
			met++;
		}
		raster_fini(&raster);
	}
	assert_true(met > 5);
}

static void the_rarer_series_is_seen_whichever_comes_first(void **state)
{
	for (unsigned order = 0; order < 2; order++) {
		struct raster raster = new_raster(WIDTH * 60, udp6_is_rarest);

		for (unsigned i = 0; i < 2; i++)
			add(&raster, START_S, 60, 100, 50, i == order ? SERIES_TCP4 : SERIES_UDP6, 443, i == order ? 1000 : 1);
		assert_int_equal(raster_series(cell_at(&raster, 0, 50, 443)), SERIES_UDP6);
		assert_int_equal(raster_level(cell_at(&raster, 0, 50, 443)), 1);
		assert_int_equal(raster.grid[0].lit, 1);
		assert_true(raster.packets[SERIES_TCP4] == 1000);
		raster_fini(&raster);
	}
}

static void series_that_are_equally_rare_have_an_order_too(void **state)
{
	static const double none[SERIES_WITH_PORTS] = { 0 };
	struct raster raster = new_raster(WIDTH * 60, none);
	unsigned seen = 0;

	for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
		seen |= 1u << raster.rank[s];
	assert_int_equal(seen, 15);
	raster_fini(&raster);
}

static void rows_wider_than_a_pixel_have_a_grid_of_their_own(void **state)
{
	struct raster raster = new_raster(WIDTH * 60, udp6_is_rarest);
	unsigned from, to;

	add(&raster, START_S, 600, 10, 3, SERIES_TCP4, 80, 5);
	add(&raster, START_S, 600, 10, 3, SERIES_TCP4, 81, 5);
	assert_int_equal(raster.grids, 2);
	assert_int_equal(raster.grid[0].lit, 0);
	assert_int_equal(raster.grid[1].columns, 10);
	raster_column(&raster.grid[1], 3, &from, &to);
	assert_int_equal(from, 30);
	assert_int_equal(to, 40);
	raster_fini(&raster);
}

static void columns_of_rows_cover_every_pixel_once(void **state)
{
	/* 23 hours in minutes, as on a day of spring, from a start that is no multiple of the row. */
	struct raster raster = new_raster(23 * 3600, udp6_is_rarest);
	unsigned next = 0;

	add(&raster, START_S - 600, 3600, 24, 3, SERIES_TCP4, 80, 5);
	for (unsigned c = 0; c < raster.grid[1].columns; c++) {
		unsigned from, to;

		raster_column(&raster.grid[1], c, &from, &to);
		assert_int_equal(from, next);
		assert_true(to > from);
		next = to;
	}
	assert_int_equal(next, WIDTH);
	raster_fini(&raster);
}

static void what_lies_outside_of_the_window_is_left_out(void **state)
{
	struct raster raster = new_raster(WIDTH * 60, udp6_is_rarest);

	add(&raster, START_S - 6000, 60, 100, 99, SERIES_TCP4, 80, 5);
	add(&raster, START_S + WIDTH * 60, 60, 100, 0, SERIES_TCP4, 80, 5);
	add(&raster, START_S - 600, 60, 200, 9, SERIES_TCP4, 80, 5);
	add(&raster, START_S - 600, 60, 200, 110, SERIES_TCP4, 80, 5);
	assert_true(raster.packets[SERIES_TCP4] == 0);
	assert_int_equal(raster.grid[0].lit, 0);
	add(&raster, START_S - 600, 60, 200, 10, SERIES_TCP4, 80, 5);
	add(&raster, START_S - 600, 60, 200, 109, SERIES_TCP4, 80, 5);
	assert_int_equal(raster_level(cell_at(&raster, 0, 0, 80)), raster_level_of(5));
	assert_int_equal(raster_level(cell_at(&raster, 0, 99, 80)), raster_level_of(5));
	raster_fini(&raster);
}

static void unknown_and_bins_that_are_none_count_nothing(void **state)
{
	struct raster raster = new_raster(WIDTH * 60, udp6_is_rarest);
	struct matrix m = new_matrix(START_S, 60, 100, 64);

	for (unsigned i = 0; i < 6400; i++)
		m.cells[i] = NAN;
	assert_int_equal(raster_add(&raster, SERIES_TCP4, 0, &m), 0);
	m.cells[0] = 1;
	assert_int_equal(raster_add(&raster, SERIES_TCP4, 1408, &m), 0);
	assert_int_equal(raster_add(&raster, SERIES_TCP4, 1400, &m), 0);
	assert_int_equal(raster.grid[0].lit, 0);
	matrix_fini(&m);
	raster_fini(&raster);
}

static void known_seconds_are_spread_over_the_columns(void **state)
{
	struct raster raster = new_raster(WIDTH * 60, udp6_is_rarest);
	struct matrix m = new_matrix(START_S, 600, 10, 2);

	for (unsigned r = 0; r < 10; r++)
		m.cells[2 * r] = r == 3 ? 0 : r == 4 ? NAN : r == 5 ? 0.5 : 1;
	m.cells[2 * 7 + 1] = 11;
	assert_true(fabs(raster_add_known(&raster, &m, 0, 1, INT64_MAX) - 7.5 * 600) < 1e-6);
	assert_true(fabs(raster.known_s[29] - 60) < 1e-6);
	assert_true(raster.known_s[30] == 0 && raster.known_s[49] == 0);
	assert_true(raster.known_s[54] == 0);
	assert_true(fabs(raster.known_s[55] - 60) < 1e-6);
	assert_true(raster.lost[75] == 11);
	matrix_fini(&m);
	raster_fini(&raster);
}

/* Seconds of the columns, a minute each, that two rows of ten minutes have when the rows around them are as given. */
static void assert_known(double before, double first, double second, double after, const char *wanted)
{
	struct raster raster = new_raster(WIDTH * 60, udp6_is_rarest);
	struct matrix m = new_matrix(START_S, 600, 4, 2);
	const double known[] = { before, first, second, after };
	char got[21] = "";

	for (unsigned r = 0; r < 4; r++)
		m.cells[2 * r] = known[r];
	raster_add_known(&raster, &m, 0, 1, INT64_MAX);
	for (unsigned x = 0; x < 20; x++)
		got[x] = raster.known_s[10 + x] > 59.999 ? 'k' : raster.known_s[10 + x] > 0 ? 'p' : '-';
	assert_string_equal(got, wanted);
	matrix_fini(&m);
	raster_fini(&raster);
}

static void what_was_not_listened_to_borders_on_its_like(void **state)
{
	(void)state;
	assert_known(NAN, 0.3, 1, 1, "-------kkkkkkkkkkkkk");
	assert_known(1, 1, 0.3, 0, "kkkkkkkkkkkkk-------");
	assert_known(1, 0.5, 0.2, 1, "kkkkk-------------kk");
	assert_known(1, 0.5, 0.5, 1, "kkkkk----------kkkkk");
	assert_known(1, 0.5, 1, 1, "ppppppppppkkkkkkkkkk");
	assert_known(NAN, 0.5, NAN, 1, "pppppppppp----------");
}

/* A picture that begins with the archive, within its first row. */
static void time_before_the_archive_is_no_gap_in_it(void **state)
{
	struct raster raster = new_raster(WIDTH * 60, udp6_is_rarest);
	struct matrix m = new_matrix(START_S - 300, 600, 3, 2);

	(void)state;
	m.cells[0] = 0.5;
	m.cells[2] = m.cells[4] = 1;
	assert_true(fabs(raster_add_known(&raster, &m, 0, 1, INT64_MAX) - 1500) < 1e-6);
	assert_true(fabs(raster.known_s[0] - 60) < 1e-6);
	matrix_fini(&m);
	raster_fini(&raster);
}

static void the_row_in_progress_is_known_up_to_where_counting_is(void **state)
{
	struct raster raster = new_raster(WIDTH * 60, udp6_is_rarest);
	struct matrix m = new_matrix(START_S, 6000, 1, 2);

	m.cells[0] = 1;
	assert_true(fabs(raster_add_known(&raster, &m, 0, 1, START_S + 3030) - 3030) < 1e-6);
	assert_true(fabs(raster.known_s[49] - 60) < 1e-6);
	assert_true(fabs(raster.known_s[50] - 30) < 1e-6);
	assert_true(raster.known_s[51] == 0);
	matrix_fini(&m);
	raster_fini(&raster);
}

static struct raster new_view(const struct axis_view *view)
{
	struct raster raster;
	struct axis_ports axis;

	axis_ports_init(&axis, view, &portbin, HEIGHT, 12);
	assert_int_equal(raster_init(&raster, START_S, START_S + WIDTH * 60, WIDTH, &axis, SERIES_TCP4, udp6_is_rarest), 0);
	return raster;
}

static unsigned lit_in_lane(const struct raster *raster, unsigned lane, unsigned column)
{
	unsigned lit = 0;

	for (unsigned y = raster->ports.lane[lane].top; y < raster->ports.lane[lane].top + raster->ports.lane[lane].height; y++)
		lit += raster->grid[0].cell[(size_t)y * WIDTH + column] != 0;
	return lit;
}

static void ports_out_of_view_are_neither_drawn_nor_counted(void **state)
{
	const struct axis_view view = { { 2, { { 22, 22 }, { 1024, 2000 } } }, false };
	struct raster raster = new_view(&view);

	add(&raster, START_S, 60, 100, 50, SERIES_TCP4, 21, 3);
	add(&raster, START_S, 60, 100, 50, SERIES_TCP4, 23, 3);
	add(&raster, START_S, 60, 100, 50, SERIES_TCP4, 2016, 3);
	assert_true(raster.packets[SERIES_TCP4] == 0 && raster.grid[0].lit == 0);
	add(&raster, START_S, 60, 100, 50, SERIES_TCP4, 22, 3);
	add(&raster, START_S, 60, 100, 50, SERIES_TCP4, 2015, 4); /* counted together with 2000 */
	assert_true(raster.packets[SERIES_TCP4] == 7 && raster.grid[0].lit == 2);
	assert_int_equal(lit_in_lane(&raster, 0, 50), 1);
	assert_int_equal(lit_in_lane(&raster, 1, 50), 1);
	raster_fini(&raster);
}

static void a_port_in_several_lanes_is_drawn_in_each_and_counted_once(void **state)
{
	const struct axis_view view = { { 4, { { 3389, 3389 }, { 3000, 3389 }, { 3390, 4000 }, { 22, 22 } } }, false };
	struct raster raster = new_view(&view);

	add(&raster, START_S, 60, 100, 50, SERIES_TCP4, 3389, 5);
	assert_true(raster.packets[SERIES_TCP4] == 5);
	for (unsigned lane = 0; lane < 4; lane++)
		assert_int_equal(lit_in_lane(&raster, lane, 50), lane < 3);
	raster_fini(&raster);
}

static void on_a_linear_scale_bins_meet_where_they_are_low(void **state)
{
	const struct axis_view view = { { 0 }, true };
	struct raster raster = new_view(&view);

	for (unsigned port = 0; port < 200; port += 10)
		add(&raster, START_S, 60, 100, 50, SERIES_TCP4, (uint16_t)port, 1);
	assert_int_equal(raster.grid[0].lit, 1); /* 218 ports a pixel */
	assert_true(raster_count(raster_level(raster.grid[0].cell[(size_t)(HEIGHT - 1) * WIDTH + 50])) == 20);
	assert_true(raster.packets[SERIES_TCP4] == 20);
	raster_fini(&raster);
}

static void icmp_types_go_to_their_lanes_and_meet_in_the_rest(void **state)
{
	static const double icmp6_is_rarer[SERIES_WITH_PORTS] = { 10, 1 };
	static const uint8_t lane_of[4] = { 2, 0, 1, 0 };
	struct axis_ports axis = { .height = 30, .portbin = portbin, .lanes = 3 };
	double cells[4] = { 1, 2, 3, 4 };
	struct matrix m = { .start_s = START_S, .row_s = 60, .rows = 1, .columns = 4, .cells = cells };
	struct raster raster;

	for (unsigned i = 0; i < 3; i++)
		axis.lane[i] = (struct axis_lane){ .top = 20 - 10 * i, .height = 10 };
	assert_int_equal(raster_init(&raster, START_S, START_S + WIDTH * 60, WIDTH, &axis, SERIES_ICMP4, icmp6_is_rarer), 0);
	assert_int_equal(raster_add_types(&raster, SERIES_ICMP4, lane_of, &m), 0);
	assert_true(raster.packets[0] == 10 && raster.grid[0].lit == 3);
	assert_true(raster_count(raster_level(raster.grid[0].cell[25 * WIDTH])) == 6);
	assert_true(raster_count(raster_level(raster.grid[0].cell[15 * WIDTH])) == 3);
	assert_true(raster_count(raster_level(raster.grid[0].cell[5 * WIDTH])) == 1);
	assert_int_equal(raster_add_types(&raster, SERIES_ICMP6, lane_of, &m), 0);
	assert_true(raster.packets[1] == 10 && raster.grid[0].lit == 3);
	assert_true(raster_is_of(raster.grid[0].cell[5 * WIDTH], 1));
	raster_fini(&raster);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_keep_small_counts_exact_and_order_all),
		cmocka_unit_test(counts_in_one_pixel_add_up),
		cmocka_unit_test(points_of_ports_that_are_counted_together_have_places_of_their_own),
		cmocka_unit_test(bins_of_two_files_meet_in_a_pixel),
		cmocka_unit_test(the_rarer_series_is_seen_whichever_comes_first),
		cmocka_unit_test(series_that_are_equally_rare_have_an_order_too),
		cmocka_unit_test(rows_wider_than_a_pixel_have_a_grid_of_their_own),
		cmocka_unit_test(columns_of_rows_cover_every_pixel_once),
		cmocka_unit_test(what_lies_outside_of_the_window_is_left_out),
		cmocka_unit_test(unknown_and_bins_that_are_none_count_nothing),
		cmocka_unit_test(known_seconds_are_spread_over_the_columns),
		cmocka_unit_test(what_was_not_listened_to_borders_on_its_like),
		cmocka_unit_test(time_before_the_archive_is_no_gap_in_it),
		cmocka_unit_test(ports_out_of_view_are_neither_drawn_nor_counted),
		cmocka_unit_test(a_port_in_several_lanes_is_drawn_in_each_and_counted_once),
		cmocka_unit_test(on_a_linear_scale_bins_meet_where_they_are_low),
		cmocka_unit_test(icmp_types_go_to_their_lanes_and_meet_in_the_rest),
		cmocka_unit_test(the_row_in_progress_is_known_up_to_where_counting_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
