/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/typestrip.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define EM 12.0

static const struct typestrip_kind kinds[] = {
	{ SERIES_ICMP4, 0, 5 },   { SERIES_ICMP4, 3, 0 },   { SERIES_ICMP4, 8, 100 }, { SERIES_ICMP4, 40, 7 },
	{ SERIES_ICMP4, -1, 9 },  { SERIES_ICMP6, 128, 7 }, { SERIES_ICMP6, 135, 1 }, { SERIES_ICMP6, -1, 0 },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* "8 ping, 128 ping, other" from the top down. */
static const char *rows_of(unsigned count, unsigned rows_max)
{
	static char text[256];
	struct typestrip strip;

	typestrip_init(&strip, kinds, count, rows_max);
	*text = '\0';
	for (unsigned i = strip.rows; i-- > 0;) {
		strcat(text, strip.label[i]);
		strcat(text, i ? ", " : "");
	}
	return text;
}

static void types_that_came_have_a_row_each_in_their_order(void **state)
{
	assert_string_equal(rows_of(KINDS, 8), "0 reply, 8 ping, type 40, 128 ping, 135 neigh sol, other");
	assert_string_equal(rows_of(4, 8), "0 reply, 8 ping, type 40");
}

static void the_rarest_share_a_row_where_there_is_no_room(void **state)
{
	assert_string_equal(rows_of(KINDS, 4), "8 ping, type 40, 128 ping, other");
	assert_string_equal(rows_of(4, 3), "0 reply, 8 ping, type 40");
	assert_string_equal(rows_of(4, 2), "8 ping, other");
	assert_string_equal(rows_of(KINDS, 1), "ICMP");
}

static void without_a_packet_there_is_one_row_all_the_same(void **state)
{
	struct typestrip strip;

	typestrip_init(&strip, NULL, 0, 8);
	assert_int_equal(strip.rows, 1);
	assert_string_equal(strip.label[0], "ICMP");
}

static void every_kind_has_the_row_that_names_it(void **state)
{
	struct typestrip strip;

	typestrip_init(&strip, kinds, KINDS, 4);
	assert_string_equal(strip.label[strip.row_of[2]], "8 ping");
	assert_string_equal(strip.label[strip.row_of[5]], "128 ping");
	assert_string_equal(strip.label[strip.row_of[3]], "type 40");
	for (unsigned i = 0; i < KINDS; i++)
		if (i != 2 && i != 3 && i != 5)
			assert_string_equal(strip.label[strip.row_of[i]], "other");
}

static void rows_fill_any_height_and_their_labels_keep_apart(void **state)
{
	static struct axis_port_scale scale;

	for (unsigned height = 1; height < 200; height++) {
		struct typestrip strip;
		struct axis_ports axis;
		double last = -INFINITY;

		typestrip_init(&strip, kinds, KINDS, 8);
		typestrip_axis(&strip, height, &axis);
		assert_int_equal(axis.lanes, strip.rows);
		for (unsigned i = 0; i < axis.lanes; i++)
			assert_true(axis.lane[i].height >= 1 && axis.lane[i].top + axis.lane[i].height <= height);
		assert_true(axis.lane[axis.lanes - 1].top == 0 && axis.lane[0].top + axis.lane[0].height == height);
		typestrip_ticks(&strip, &axis, EM, &scale);
		assert_int_equal(scale.ticks, strip.rows);
		for (unsigned i = 0; i < scale.ticks; i++) {
			assert_true(i == 0 || scale.tick[i].at >= scale.tick[i - 1].at);
			if (!scale.tick[i].label[0])
				continue;
			assert_true(scale.tick[i].at - last >= EM);
			assert_string_equal(scale.tick[i].label, strip.label[strip.rows - 1 - i]);
			last = scale.tick[i].at;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_that_came_have_a_row_each_in_their_order),
		cmocka_unit_test(the_rarest_share_a_row_where_there_is_no_room),
		cmocka_unit_test(without_a_packet_there_is_one_row_all_the_same),
		cmocka_unit_test(every_kind_has_the_row_that_names_it),
		cmocka_unit_test(rows_fill_any_height_and_their_labels_keep_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
