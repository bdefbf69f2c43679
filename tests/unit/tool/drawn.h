/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of exact pictures share: the picture of a view, the marks in it, and the places where they have to be, which are
 * calculated here once more. state is scratch's; what can't fail in a test fails the test. */
#ifndef TESTS_UNIT_TOOL_DRAWN_H
#define TESTS_UNIT_TOOL_DRAWN_H

#include <stdbool.h>

#include "plot/figure.h"
#include "tool/picture.h"

#define START_S 1699999200 /* a multiple of 10 minutes */
#define STEP_S 10
#define STEPS 900
#define END_S (START_S + STEPS * STEP_S)
#define PLACES 200000

/* Packets of one step that are alike. */
struct event {
	unsigned step;
	enum series series;
	enum packet_class class;
	unsigned number; /* port or type */
	unsigned count;
	unsigned source;
	unsigned rule; /* which of the test's */
	bool is_left_out;
};

/* Where something is: pixels [x, x + width) in a row of the ports or of the ICMP types, and over how many rows besides. */
struct place {
	bool is_icmp;
	unsigned x, width, row, above, below;
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
	unsigned row_s; /* of the rows that are drawn */
	struct axis_view axis;
};

void add_place(struct places *places, struct place place);

/* Fills in the pixels of the row that has the step. */
void place_in_time(const struct view *view, unsigned step, struct place *place);

/* Whether the rows that are in view have the event's step. */
bool is_in_view(const struct view *view, const struct event *e);

/* A packet at its own port. */
void expect_port(struct places *places, const struct view *view, const struct axis_ports *axis, const struct event *e);

/* A packet somewhere in its range: a bar where that is 3 pixels high, else a mark in the middle; nothing is added to places if that is
 * NULL. Whether there is any lane in which it is a bar. */
bool expect_range(struct places *places, const struct view *view, const struct axis_ports *axis, const struct event *e);

/* The marks of a picture, instead of what *marks had. */
void read_marks(const char *text, struct places *marks);

/* Dots that fill their row in a crowd are dots all the same. */
bool is_bar(const struct place *place);

/* At each place that is expected one mark, of one of the series there, and no other mark; orders both. Returns how many are bars. */
unsigned compare(const struct view *view, struct places *expected, struct places *marks);

/* A picture of the view as text, without a title. */
struct picture_order order_of(const struct view *view);

/* Fails if the text does not have that part. */
void expect_text(const char *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
