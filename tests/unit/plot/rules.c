/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines and their texts: wherever they lie, no text touches another, a line that is not its own, or the end of the picture. */
#include "plot/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot/figure.h"

#include <cmocka.h>

#define EM 12
#define WIDTH 800
#define HEIGHT 400
#define DAY_S 86400
#define START_S 1795478400

struct scene {
	struct raster raster;
	struct canvas *canvas;
	struct rule rule[RULES_MAX];
	unsigned count;
	struct rules rules;
};

static int make(void **state)
{
	static const double rank_by[SERIES_WITH_PORTS];
	static const struct axis_view all_ports = { 0 };
	struct portbin portbin = PORTBIN_DEFAULT;
	struct axis_ports axis;
	struct scene *scene = calloc(1, sizeof(*scene));
	struct failure why;

	*state = scene;
	axis_ports_init(&axis, &all_ports, &portbin, HEIGHT, EM);
	return !scene || raster_init(&scene->raster, START_S, START_S + DAY_S, WIDTH, &axis, SERIES_TCP4, rank_by) ||
	       canvas_json_new(&scene->canvas, 0, &why);
}

static int unmake(void **state)
{
	struct scene *scene = *state;

	canvas_free(scene->canvas);
	raster_fini(&scene->raster);
	free(scene);
	return 0;
}

static void add(struct scene *scene, bool is_port, double at, const char *text)
{
	scene->rule[scene->count++] = (struct rule){
		.is_port = is_port, .at = is_port ? (int64_t)at : START_S + (int64_t)(at * DAY_S), .text = text,
	};
}

static void place(struct scene *scene, bool tells_all)
{
	const struct figure figure = {
		.raster = &scene->raster, .rule = scene->rule, .rules = scene->count, .look.tells_all_rules = tells_all,
	};

	rules_init(&scene->rules, &figure, scene->canvas, EM, EM * 0.5);
	rules_place_moments(&scene->rules, scene->canvas, EM, WIDTH + 30);
}

static double width_of(const struct scene *scene, unsigned i)
{
	return scene->canvas->ops->text_width(scene->canvas, EM, scene->rules.place[i].text);
}

/* Nothing of what is beside its line touches anything else. */
static void expect_order(const struct scene *scene)
{
	for (unsigned i = 0; i < scene->count; i++) {
		const struct rule_place *a = &scene->rules.place[i];

		if (a->where != RULE_BESIDE)
			continue;
		if (!scene->rule[i].is_port)
			assert_true(a->x >= 0 && a->x + width_of(scene, i) <= WIDTH + 30 && a->row < scene->rules.rows);
		for (unsigned j = 0; j < scene->count; j++) {
			const struct rule_place *b = &scene->rules.place[j];

			if (i == j || b->where != RULE_BESIDE || scene->rule[i].is_port != scene->rule[j].is_port)
				continue;
			if (scene->rule[i].is_port) {
				assert_true(abs(a->y - b->y) >= EM);
				continue;
			}
			if (a->row == b->row)
				assert_true(a->x + width_of(scene, i) < b->x || b->x + width_of(scene, j) < a->x);
			if (a->row > b->row) /* what leads up to it passes b */
				assert_true(a->at < b->x || a->at > b->x + width_of(scene, j));
		}
	}
}

static void a_line_is_where_its_moment_or_port_is(void **state)
{
	struct scene *scene = *state;

	add(scene, false, 0.25, "quarter");
	add(scene, true, 22, "ssh");
	add(scene, true, 3389, "in the middle of those it is counted with");
	place(scene, false);
	assert_int_equal(scene->rules.place[0].at, WIDTH / 4);
	assert_int_equal(scene->rules.place[1].at, axis_port_row(&scene->raster.ports, 22, 22));
	assert_int_equal(scene->rules.place[2].at, axis_port_row(&scene->raster.ports, 3360, 3391));
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(scene->rules.place[i].where, RULE_BESIDE);
	assert_int_equal(scene->rules.rows, 1);
	expect_order(scene);
}

static void what_is_not_in_the_window_has_no_line(void **state)
{
	struct scene *scene = *state;

	add(scene, false, -0.001, "before");
	add(scene, false, 1, "after");
	add(scene, false, 0, "first");
	place(scene, false);
	assert_false(scene->rules.place[0].is_in_view);
	assert_false(scene->rules.place[1].is_in_view);
	assert_true(scene->rules.place[2].is_in_view);
	assert_int_equal(scene->rules.place[0].where, RULE_NO_TEXT);
	place(scene, true);
	assert_int_equal(scene->rules.place[0].where, RULE_IN_LEGEND);
	assert_int_equal(scene->rules.place[1].where, RULE_IN_LEGEND);
	assert_int_equal(scene->rules.place[2].where, RULE_BESIDE);
}

static void a_line_without_a_text_takes_no_room(void **state)
{
	struct scene *scene = *state;

	add(scene, false, 0.5, "");
	add(scene, true, 22, "");
	place(scene, true);
	assert_int_equal(scene->rules.rows, 0);
	assert_int_equal(scene->rules.right, 0);
	assert_true(scene->rules.place[0].is_in_view);
}

static void texts_keep_apart_wherever_they_are(void **state)
{
	static const char *const texts[] = { "a", "some words", "a text of a length that is cut, as it is too long" };
	struct scene *scene = *state;
	unsigned beside = 0, told = 0, seed = 1;

	for (unsigned round = 0; round < 2000; round++) {
		scene->count = 0;
		while (scene->count < 2 + round % (RULES_MAX - 2)) {
			bool is_port;
			double at;

			seed = seed * 1664525u + 1013904223u;
			is_port = seed >> 31;
			at = (seed >> 8 & 0xffff) / 65536.0;
			add(scene, is_port, is_port ? (seed >> 8 & 0xffff) >> (seed >> 26 & 15) : round % 3 ? at : 0.9 + at / 10,
			    texts[(seed >> 24) % 3]);
		}
		place(scene, false);
		expect_order(scene);
		for (unsigned i = 0; i < scene->count; i++) {
			assert_int_not_equal(scene->rules.place[i].where, RULE_NO_TEXT);
			beside += scene->rules.place[i].where == RULE_BESIDE;
			told += scene->rules.place[i].where == RULE_IN_LEGEND;
		}
	}
	assert_true(beside > 5000 && told > 1000);
}

static void the_legend_says_where_a_line_is(void **state)
{
	struct rule moment = { .at = START_S + 3600, .text = "backup" }, port = { .is_port = true, .at = 22, .text = "ssh" };
	char text[TEXT_FIT];

	setenv("TZ", "UTC", 1);
	rules_describe(&moment, false, text);
	assert_string_equal(text, "2026-11-24 01:00: backup");
	rules_describe(&moment, true, text);
	assert_string_equal(text, "2026-11-24 01:00:00: backup");
	moment.at += 7;
	rules_describe(&moment, false, text);
	assert_string_equal(text, "2026-11-24 01:00:07: backup");
	rules_describe(&port, false, text);
	assert_string_equal(text, "22: ssh");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_is_where_its_moment_or_port_is, make, unmake),
		cmocka_unit_test_setup_teardown(what_is_not_in_the_window_has_no_line, make, unmake),
		cmocka_unit_test_setup_teardown(a_line_without_a_text_takes_no_room, make, unmake),
		cmocka_unit_test_setup_teardown(texts_keep_apart_wherever_they_are, make, unmake),
		cmocka_unit_test(the_legend_says_where_a_line_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
