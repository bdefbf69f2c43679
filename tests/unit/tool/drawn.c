/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawn.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Last, for its macro fail(). */
#include <cmocka.h>

void add_place(struct places *places, struct place place)
{
	assert_true(places->count < PLACES);
	places->place[places->count++] = place;
}

void place_in_time(const struct view *view, unsigned step, struct place *place)
{
	double s_per_px = (view->to_step - view->from_step) * (double)STEP_S / view->width;
	int64_t row = (START_S + (int64_t)step * STEP_S) / view->row_s * view->row_s - START_S - (int64_t)view->from_step * STEP_S;
	double from = (double)row / s_per_px, to = (double)(row + view->row_s) / s_per_px;

	if (view->row_s <= s_per_px) {
		from = floor((from + to) / 2);
		to = from + 1;
	} else {
		from = floor(from + 0.5);
		to = floor(to + 0.5);
	}
	place->x = (unsigned)fmin(fmax(from, 0), view->width - 1);
	place->width = (unsigned)(to > view->width ? view->width : to) - place->x;
}

static double y_of(const struct axis_ports *axis, const struct axis_lane *lane, double port)
{
	double below = lane->lo - 0.5, above = lane->hi + 0.5;

	if (axis->is_linear || lane->hi == 0)
		return lane->top + lane->height * (above - port) / (above - below);
	return lane->top + lane->height * log(above / port) / log(above / below);
}

static unsigned row_at(const struct axis_lane *lane, double y)
{
	return (unsigned)fmin(fmax(y, lane->top), lane->top + lane->height - 1);
}

static double middle_of(const struct axis_ports *axis, double lo, double hi)
{
	return lo == hi ? lo : axis->is_linear ? (lo + hi) / 2 : sqrt((lo - 0.5) * (hi + 0.5));
}

bool is_in_view(const struct view *view, const struct event *e)
{
	unsigned rows = view->row_s / STEP_S, step = e->step / rows * rows;

	return step + rows > view->from_step && step < view->to_step;
}

void expect_port(struct places *places, const struct view *view, const struct axis_ports *axis, const struct event *e)
{
	struct place place = { .series = e->series };

	place_in_time(view, e->step, &place);
	for (unsigned i = 0; i < axis->lanes; i++)
		if (axis->lane[i].lo <= e->number && axis->lane[i].hi >= e->number) {
			place.row = row_at(&axis->lane[i], y_of(axis, &axis->lane[i], e->number));
			add_place(places, place);
		}
}

bool expect_range(struct places *places, const struct view *view, const struct axis_ports *axis, const struct event *e)
{
	bool has_bar = false;
	uint16_t lo, hi;

	portbin_range(&axis->portbin, portbin_of(&axis->portbin, (uint16_t)e->number), &lo, &hi);
	for (unsigned i = 0; i < axis->lanes; i++) {
		const struct axis_lane *lane = &axis->lane[i];
		struct place place = { .series = e->series };
		unsigned from = lo > lane->lo ? lo : lane->lo, to = hi < lane->hi ? hi : lane->hi;
		double top = y_of(axis, lane, to + 0.5), bottom = y_of(axis, lane, from - 0.5);

		if (lane->lo > hi || lane->hi < lo)
			continue;
		place_in_time(view, e->step, &place);
		place.row = row_at(lane, y_of(axis, lane, middle_of(axis, from, to)));
		if (lo != hi && bottom - top >= 3) {
			place.above = place.row - (unsigned)(top + 0.5);
			place.below = (unsigned)(bottom + 0.5) - 1 - place.row;
			has_bar = true;
		}
		if (places)
			add_place(places, place);
	}
	return has_bar;
}

void read_marks(const char *text, struct places *marks)
{
	unsigned rasters = 0;

	marks->count = 0;
	for (const char *line = text; line; line = strchr(line + 1, '\n')) {
		struct place place = { .is_icmp = rasters == 2 };
		const char *series, *above, *end = strchr(line + 1, '\n');
		char name[16];

		rasters += strstr(line, "{\"call\": \"marks\"") == line + 1;
		if (sscanf(line, "\n{\"call\": \"mark\", \"x\": %u, \"y\": %u, \"width\": %u", &place.x, &place.row, &place.width) != 3)
			continue;
		series = strstr(line, "\"series\": \"");
		assert_true(series && sscanf(series, "\"series\": \"%15[a-z0-9]", name) == 1 && series_by_name(name, &place.series));
		above = strstr(line, "\"above\"");
		if (above && above < end)
			assert_int_equal(sscanf(above, "\"above\": %u, \"below\": %u", &place.above, &place.below), 2);
		add_place(marks, place);
	}
}

bool is_bar(const struct place *place)
{
	return place->above + place->below + 1 > 6;
}

static int by_place(const void *a, const void *b)
{
	const struct place *l = a, *r = b;
	int order[] = { l->is_icmp - r->is_icmp, is_bar(l) - is_bar(r), (l->row > r->row) - (l->row < r->row),
		        (l->x > r->x) - (l->x < r->x), (l->width > r->width) - (l->width < r->width) };

	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (order[i])
			return order[i];
	return 0;
}

unsigned compare(const struct view *view, struct places *expected, struct places *marks)
{
	unsigned m = 0, bars = 0;

	qsort(expected->place, expected->count, sizeof(struct place), by_place);
	qsort(marks->place, marks->count, sizeof(struct place), by_place);
	for (unsigned c = 0, end; c < expected->count; c = end, m++) {
		const struct place *mark = &marks->place[m], *want = &expected->place[c];
		bool has_series = false;

		if (m == marks->count || by_place(mark, want))
			fail_msg("%s: no mark of %s at %u+%u in row %u+%u%s", view->name, series_name(want->series), want->x, want->width,
			         want->row, want->below, want->is_icmp ? " of ICMP" : "");
		for (end = c; end < expected->count && by_place(&expected->place[end], want) == 0; end++)
			has_series |= expected->place[end].series == mark->series;
		assert_true(has_series);
		if (is_bar(want))
			assert_true(mark->above == want->above && mark->below == want->below);
		bars += is_bar(want);
	}
	if (m < marks->count)
		fail_msg("%s: %u marks too many, the first at %u in row %u", view->name, marks->count - m, marks->place[m].x,
		         marks->place[m].row);
	return bars;
}

struct picture_order order_of(const struct view *view)
{
	return (struct picture_order){
		.window = { START_S + view->from_step * STEP_S, START_S + view->to_step * STEP_S }, .now_s = END_S, .width = view->width,
		.height = view->height, .title = "", .palette = palette_dark, .format = PICTURE_JSON, .view = view->axis,
	};
}

void expect_text(const char *text, const char *fmt, ...)
{
	char part[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(part, sizeof(part), fmt, ap);
	va_end(ap);
	if (!strstr(text, part))
		fail_msg("no \"%s\" in the picture", part);
}
