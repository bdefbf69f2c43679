/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where ports lie, on any axis: its lanes, its rows of pixels, its labels. */
#include "plot/axis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EM 12.0

static const struct portbin portbin = PORTBIN_DEFAULT;
static const struct axis_view all_ports = { 0 };

static double ruler_width(void *context, const char *text)
{
	return strlen(text) * 0.6 * *(const double *)context;
}

static double em = EM;
static const struct axis_ruler ruler = { ruler_width, &em, EM };

/* What people ask for, on a log and on a linear scale. */
static const struct portlist lists[] = {
	{ 0 },
	{ 1, { { 1024, 65535 } } },
	{ 1, { { 1, 65535 } } },
	{ 1, { { 0, 65535 } } },
	{ 1, { { 22, 22 } } },
	{ 1, { { 0, 0 } } },
	{ 1, { { 65535, 65535 } } },
	{ 1, { { 0, 1023 } } },
	{ 1, { { 2000, 2100 } } },
	{ 1, { { 50000, 50100 } } },
	{ 1, { { 50000, 50001 } } },
	{ 1, { { 900, 1100 } } },
	{ 1, { { 7, 13 } } },
	{ 2, { { 22, 22 }, { 1024, 65535 } } },
	{ 2, { { 1024, 65535 }, { 0, 1023 } } },
	{ 3, { { 22, 22 }, { 80, 80 }, { 3389, 3389 } } },
	{ 3, { { 3389, 3389 }, { 3390, 3390 }, { 3000, 3389 } } },
	{ 6, { { 0, 10 }, { 0, 0 }, { 5, 5 }, { 0, 65535 }, { 22, 22 }, { 22, 22 } } },
	{ 9, { { 1, 1 }, { 2, 2 }, { 3, 3 }, { 4, 4 }, { 5, 9 }, { 6, 6 }, { 1024, 1039 }, { 8, 8 }, { 65000, 65535 } } },
};
#define LISTS (sizeof(lists) / sizeof(lists[0]))
static const unsigned heights[] = { 16, 17, 40, 100, 200, 400, 640, 1000, 2160, 16384 };
#define HEIGHTS (sizeof(heights) / sizeof(heights[0]))

typedef void check_axis(const struct axis_ports *axis);

static void for_each_axis(check_axis *check)
{
	static const struct portbin bins[] = { PORTBIN_DEFAULT, { 128, 16 }, { 64, 1 }, { 65536, 1 } };

	for (unsigned l = 0; l < LISTS; l++)
		for (unsigned h = 0; h < HEIGHTS; h++)
			for (unsigned b = 0; b < 4; b++)
				for (unsigned linear = 0; linear < 2; linear++) {
					struct axis_view view = { lists[l], linear };
					struct axis_ports axis;

					axis_ports_init(&axis, &view, &bins[b], heights[h], EM);
					check(&axis);
				}
}

static void ports_rise_and_known_ones_lie_where_the_log_puts_them(void **state)
{
	struct axis_ports axis;
	double last;

	axis_ports_init(&axis, &all_ports, &portbin, 640, EM);
	last = axis_port_y(&axis, 1, 1);
	for (unsigned port = 2; port < 65536; port++) {
		double y = axis_port_y(&axis, port, port);

		assert_true(y < last);
		last = y;
	}
	assert_true(last >= 0 && last < 0.001);
	/* 0.5 to 65535.5 are 17 octaves but a hair; port 1 is one octave up. */
	assert_true(fabs(axis_port_y(&axis, 1, 1) - axis.lane[1].height * (1 - 1 / log2(131071))) < 1e-6);
}

static void every_port_has_a_row_and_port_0_one_of_its_own(void **state)
{
	for (unsigned height = 16; height < 3000; height += 37) {
		struct axis_ports axis;

		axis_ports_init(&axis, &all_ports, &portbin, height, EM);
		assert_int_equal(axis.lanes, 2);
		assert_true(axis.lane[1].height + axis.lane[0].height < height);
		for (unsigned port = 1; port < 65536; port += port < 2000 ? 1 : 97)
			assert_true(axis_port_row(&axis, port, port) < axis.lane[1].height);
		assert_in_range(axis_port_row(&axis, 0, 0), height - axis.lane[0].height, height - 1);
	}
}

static void check_lanes(const struct axis_ports *axis)
{
	bool has_room = axis->height >= axis->lanes * (axis->gap + 1);
	unsigned bottom = axis->height;

	for (unsigned i = 0; i < axis->lanes; i++) {
		const struct axis_lane *lane = &axis->lane[i];

		assert_true(lane->lo <= lane->hi && lane->height >= 1 && lane->top + lane->height <= axis->height);
		assert_true(!has_room || lane->top + lane->height <= bottom);
		bottom = lane->top;
	}
	assert_true(!has_room || axis->lane[axis->lanes - 1].top == 0);
}

static void lanes_are_stacked_from_the_bottom_up_and_fill_the_height(void **state)
{
	for_each_axis(check_lanes);
}

static void check_rows(const struct axis_ports *axis)
{
	for (unsigned i = 0; i < axis->lanes; i++) {
		const struct axis_lane *lane = &axis->lane[i];
		unsigned last = lane->top + lane->height - 1, step = (lane->hi - lane->lo) / 300 + 1, next = lane->top + lane->height;

		for (unsigned port = lane->lo; port <= lane->hi; port += step) {
			unsigned row = axis_lane_row(axis, lane, port, port);

			assert_in_range(row, lane->top, last);
			last = row;
		}
		for (unsigned bin = portbin_of(&axis->portbin, lane->lo); bin <= portbin_of(&axis->portbin, lane->hi) && step == 1; bin++) {
			unsigned from, to;
			uint16_t lo, hi;

			portbin_range(&axis->portbin, bin, &lo, &hi);
			axis_lane_rows(axis, lane, lo, hi, &from, &to);
			assert_in_range(axis_lane_row(axis, lane, lo, hi), from, to - 1);
			assert_true(from >= lane->top && to <= lane->top + lane->height);
			assert_true(to >= next && to - next <= 1 && from <= next); /* neighbours meet, or share a row */
			next = from;
		}
	}
}

static void ports_rise_in_every_lane_and_stay_in_it(void **state)
{
	for_each_axis(check_rows);
}

static void a_range_spans_its_axis_exactly(void **state)
{
	struct axis_view view = { { 1, { { 1024, 65535 } } }, false };
	struct axis_ports axis;

	axis_ports_init(&axis, &view, &portbin, 640, EM);
	assert_int_equal(axis.lanes, 1);
	assert_int_equal(axis.lane[0].height, 640);
	assert_true(fabs(axis_lane_y_at(&axis, &axis.lane[0], 1023.5) - 640) < 1e-9);
	assert_true(fabs(axis_lane_y_at(&axis, &axis.lane[0], 65535.5)) < 1e-9);
	assert_true(fabs(axis_lane_y_at(&axis, &axis.lane[0], sqrt(1023.5 * 65535.5)) - 320) < 1e-9);
	assert_null(axis_ports_lane(&axis, 0, 1023));
	assert_true(axis_port_y(&axis, 22, 22) < 0);
	assert_int_equal(axis_port_row(&axis, 22, 22), 640);
	/* Of a range that is partly in view, the middle of that part. */
	assert_true(axis_port_y(&axis, 0, 1024) == axis_port_y(&axis, 1024, 1024));
	view.is_linear = true;
	axis_ports_init(&axis, &view, &portbin, 640, EM);
	assert_true(fabs(axis_lane_y_at(&axis, &axis.lane[0], (1023.5 + 65535.5) / 2) - 320) < 1e-9);
}

static void port_0_has_a_strip_only_in_view_and_on_a_log_scale(void **state)
{
	struct axis_view view = { { 1, { { 0, 1023 } } }, false };
	struct axis_ports axis;

	axis_ports_init(&axis, &view, &portbin, 640, EM);
	assert_int_equal(axis.lanes, 2);
	assert_true(axis.lane[0].hi == 0 && axis.lane[1].lo == 1 && axis.lane[0].height < 10);
	view.is_linear = true;
	axis_ports_init(&axis, &view, &portbin, 640, EM);
	assert_int_equal(axis.lanes, 1);
	assert_int_equal(axis_port_row(&axis, 0, 0), 639);
	view.ports.range[0].lo = 1;
	axis_ports_init(&axis, &view, &portbin, 640, EM);
	assert_int_equal(axis.lanes, 1);
}

static void single_ports_have_equal_lanes_and_ranges_more(void **state)
{
	const struct axis_view singles = { { 3, { { 22, 22 }, { 80, 80 }, { 3389, 3389 } } }, false };
	const struct axis_view mixed = { { 3, { { 22, 22 }, { 1, 1023 }, { 2000, 2100 } } }, false };
	struct axis_ports axis;

	axis_ports_init(&axis, &singles, &portbin, 640, EM);
	for (unsigned i = 1; i < 3; i++)
		assert_true(abs((int)axis.lane[i].height - (int)axis.lane[0].height) <= 1);
	axis_ports_init(&axis, &mixed, &portbin, 640, EM);
	assert_true(axis.lane[0].height >= EM && axis.lane[0].height < axis.lane[2].height && axis.lane[2].height < axis.lane[1].height);
}

static void ports_that_are_counted_together_have_the_lane_of_one(void **state)
{
	const struct axis_view view = { { 3, { { 22, 22 }, { 1026, 1027 }, { 2000, 2100 } } }, false };
	struct axis_ports axis;

	axis_ports_init(&axis, &view, &portbin, 640, EM);
	assert_true(abs((int)axis.lane[1].height - (int)axis.lane[0].height) <= 1);
	assert_true(axis.lane[1].height < axis.lane[2].height);
}

static void port_labels_never_collide_and_the_ends_stay(void **state)
{
	static struct axis_port_scale scale;

	for (unsigned height = 16; height < 3000; height++) {
		struct axis_ports axis;
		unsigned labels = 0;

		axis_ports_init(&axis, &all_ports, &portbin, height, EM);
		axis_port_ticks(&axis, &ruler, NULL, 200, &scale);
		for (unsigned i = 0; i < scale.ticks; i++)
			labels += scale.tick[i].label[0] != '\0';
		assert_string_equal(scale.tick[0].label, "0");
		assert_true(height < 60 || strcmp(scale.tick[scale.ticks - 1].label, "65535") == 0);
		assert_true(height < 640 || labels == 19);
		assert_int_equal(scale.edges, 0);
	}
}

/* A label is the port at its tick, or the range that is around it. */
static void check_label(const struct axis_ports *axis, const struct axis_tick *tick)
{
	bool is_true = false;
	unsigned lo, hi;

	if (sscanf(tick->label, "%u–%u", &lo, &hi) < 2)
		hi = lo;
	for (unsigned i = 0; i < axis->lanes; i++)
		is_true |= axis_lane_meets(&axis->lane[i], lo, lo) && fabs(axis_lane_y(axis, &axis->lane[i], lo, lo) - tick->at) < 1e-6;
	for (unsigned i = 0; i < axis->lanes && hi > lo; i++)
		is_true |= axis_lane_meets(&axis->lane[i], lo, hi) && fabs(axis_lane_y(axis, &axis->lane[i], lo, hi) - tick->at) < 1e-6;
	if (!is_true)
		fail_msg("\"%s\" at %g", tick->label, tick->at);
}

static void check_labels(const struct axis_ports *axis)
{
	static struct axis_port_scale scale;
	unsigned labels = 0;

	axis_port_ticks(axis, &ruler, NULL, 200, &scale);
	for (unsigned i = 0; i < scale.ticks; i++) {
		if (!scale.tick[i].label[0])
			continue;
		labels++;
		check_label(axis, &scale.tick[i]);
		for (unsigned j = 0; j < i; j++)
			if (scale.tick[j].label[0] && fabs(scale.tick[i].at - scale.tick[j].at) < EM)
				fail_msg("\"%s\" and \"%s\" collide", scale.tick[i].label, scale.tick[j].label);
	}
	assert_true(labels >= 1);
	for (unsigned i = 0; i < scale.edges; i++)
		assert_true(scale.edge[i] <= axis->height);
}

static void labels_of_every_axis_are_true_and_keep_apart(void **state)
{
	for_each_axis(check_labels);
}

/* "1024 1200 1433 ..." of a single range on 640 pixels. */
static const char *labels_of(unsigned lo, unsigned hi, bool is_linear, const struct axis_naming *naming, double room)
{
	struct axis_view view = { { 1, { { (uint16_t)lo, (uint16_t)hi } } }, is_linear };
	static struct axis_port_scale scale;
	static char text[8192];
	struct axis_ports axis;

	*text = '\0';
	axis_ports_init(&axis, &view, &portbin, 640, EM);
	axis_port_ticks(&axis, &ruler, naming, room, &scale);
	for (unsigned i = 0; i < scale.ticks; i++)
		if (scale.tick[i].label[0])
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", *text ? " " : "", scale.tick[i].label);
	return text;
}

static void zoomed_axes_have_round_labels_between_known_ones(void **state)
{
	assert_string_equal(labels_of(1024, 65535, false, NULL, 200), "1024 1200 1433 2000 2500 3306 4000 5000 6881 8000 10000 12000 "
	                    "15000 20000 25000 30000 40000 50000 65535");
	assert_string_equal(labels_of(20, 25, false, NULL, 200), "20 21 22 23 24 25");
	assert_string_equal(labels_of(900, 1000, true, NULL, 200), "900 905 910 915 920 925 930 935 940 945 950 955 960 965 970 975 980 "
	                    "985 990 995 1000");
	assert_string_equal(labels_of(0, 65535, true, NULL, 200), "0 1433 3306 5000 6881 10000 15000 20000 25000 30000 35000 40000 45000 "
	                    "50000 55000 60000 65535");
}

static void ranges_that_are_counted_together_are_labels_where_they_are_high(void **state)
{
	assert_string_equal(labels_of(2000, 2100, false, NULL, 200), "2000–2015 2016–2031 2032–2047 2048–2079 2080–2111");
	assert_string_equal(labels_of(50000, 50100, false, NULL, 200), "49664–50175");
	assert_string_equal(labels_of(2049, 2050, true, NULL, 200), "2048–2079");
	assert_string_equal(labels_of(900, 1100, false, NULL, 200), "900 910 920 930 940 950 960 970 980 990 1000 1010 1020 1024–1039 "
	                    "1040–1055 1056–1071 1072–1087 1088–1103");
	assert_string_equal(labels_of(3389, 3389, false, NULL, 200), "3389 (3360–3391)");
	assert_string_equal(labels_of(3389, 3389, false, NULL, 60), "3389");
}

static const char *long_name(const void *context, unsigned port)
{
	(void)context;
	return port % 2 ? NULL : "domain";
}

static void names_stand_behind_the_number_if_there_is_room(void **state)
{
	static const struct axis_naming naming = { long_name, NULL };

	assert_string_equal(labels_of(20, 23, false, &naming, 200), "20 domain 21 22 domain 23");
	assert_string_equal(labels_of(20, 23, false, &naming, 40), "20 21 22 23");
	assert_string_equal(labels_of(3388, 3388, false, &naming, 300), "3388 domain (3360–3391)");
	assert_string_equal(labels_of(3388, 3388, false, &naming, 140), "3388 (3360–3391)");
}

static const char *overhang_of(const struct portlist *ports, size_t size)
{
	struct axis_view view = { *ports, false };
	static char text[200];
	struct axis_ports axis;

	axis_ports_init(&axis, &view, &portbin, 640, EM);
	axis_ports_overhang(&axis, text, size);
	return text;
}

static void ports_that_are_counted_with_those_in_view_are_told(void **state)
{
	static const struct portlist both = { 2, { { 3389, 3389 }, { 2000, 2100 } } }, joined = { 2, { { 2048, 2060 }, { 2061, 2079 } } };

	assert_string_equal(overhang_of(&lists[0], 200), "");
	assert_string_equal(overhang_of(&(struct portlist){ 1, { { 22, 22 } } }, 200), "");
	assert_string_equal(overhang_of(&both, 200), "2101–2111, 3360–3388, 3390–3391");
	assert_string_equal(overhang_of(&joined, 200), "");
	assert_string_equal(overhang_of(&both, 24), "2101–2111, …");
	for (size_t size = 8; size < 60; size++)
		assert_true(strlen(overhang_of(&both, size)) < size);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_rise_and_known_ones_lie_where_the_log_puts_them),
		cmocka_unit_test(every_port_has_a_row_and_port_0_one_of_its_own),
		cmocka_unit_test(lanes_are_stacked_from_the_bottom_up_and_fill_the_height),
		cmocka_unit_test(ports_rise_in_every_lane_and_stay_in_it),
		cmocka_unit_test(a_range_spans_its_axis_exactly),
		cmocka_unit_test(port_0_has_a_strip_only_in_view_and_on_a_log_scale),
		cmocka_unit_test(single_ports_have_equal_lanes_and_ranges_more),
		cmocka_unit_test(ports_that_are_counted_together_have_the_lane_of_one),
		cmocka_unit_test(port_labels_never_collide_and_the_ends_stay),
		cmocka_unit_test(labels_of_every_axis_are_true_and_keep_apart),
		cmocka_unit_test(zoomed_axes_have_round_labels_between_known_ones),
		cmocka_unit_test(ranges_that_are_counted_together_are_labels_where_they_are_high),
		cmocka_unit_test(names_stand_behind_the_number_if_there_is_room),
		cmocka_unit_test(ports_that_are_counted_with_those_in_view_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
