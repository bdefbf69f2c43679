/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/days.h"

#include <errno.h>
#include <stdlib.h>

#include "common/zone_offset.h"
#include "plot/calendar.h"

#define DAY_S 86400
#define CHANGES 8 /* of the clock within a day */
#define PIECES (2 * CHANGES + 2)

/* A part of a day, or of the axis. Wall times are seconds since midnight, as the clocks show them. */
struct piece {
	int64_t start_s; /* of a day's: real time */
	int64_t axis_s;  /* of the axis's */
	int64_t from_s;  /* wall time */
	int64_t to_s;
	int64_t again_at_s; /* the latest wall time before, where it is shown again; else -1 */
};

struct pieces {
	unsigned count;
	struct piece piece[DAYS_RUNS];
};

/* Adds [from_s, to_s) of the clock, which begins at start_s; what was seen already is there again. Returns up to where it has
 * been seen then. */
static int64_t add_piece(struct pieces *pieces, int64_t start_s, int64_t from_s, int64_t to_s, int64_t seen_s)
{
	if (from_s < seen_s) {
		int64_t end_s = to_s < seen_s ? to_s : seen_s;

		pieces->piece[pieces->count++] = (struct piece){
			.start_s = start_s, .from_s = from_s, .to_s = end_s, .again_at_s = seen_s
		};
		start_s += end_s - from_s;
		from_s = end_s;
	}
	if (from_s < to_s)
		pieces->piece[pieces->count++] = (struct piece){ .start_s = start_s, .from_s = from_s, .to_s = to_s, .again_at_s = -1 };
	return to_s > seen_s ? to_s : seen_s;
}

/* The parts of a day in which the clocks run on, cut where they come to what they have shown before. */
static void cut_day(const struct days_day *day, struct pieces *pieces)
{
	int64_t midnight_s = calendar_day_number(day->start_s) * DAY_S, change_s[CHANGES + 1], at_s = day->start_s, seen_s = INT64_MIN;
	unsigned changes = calendar_changes(day->start_s, day->end_s, change_s, CHANGES);

	pieces->count = 0;
	change_s[changes] = day->end_s;
	for (unsigned i = 0; i <= changes; i++) {
		int64_t wall_s = at_s + zone_offset_at(at_s) - midnight_s;

		seen_s = add_piece(pieces, at_s, wall_s, wall_s + change_s[i] - at_s, seen_s);
		at_s = change_s[i];
	}
}

/* Joins the wall times of a part with those that the axis has; they stay in order and apart. */
static int cover(struct pieces *base, int64_t from_s, int64_t to_s)
{
	unsigned first = 0, last;

	while (first < base->count && base->piece[first].to_s < from_s)
		first++;
	for (last = first; last < base->count && base->piece[last].from_s <= to_s; last++) {
		from_s = base->piece[last].from_s < from_s ? base->piece[last].from_s : from_s;
		to_s = base->piece[last].to_s > to_s ? base->piece[last].to_s : to_s;
	}
	if (last == first && base->count == DAYS_RUNS)
		return -ERANGE;
	if (last == first) {
		for (unsigned i = base->count++; i > first; i--)
			base->piece[i] = base->piece[i - 1];
	} else {
		for (unsigned i = last; i < base->count; i++)
			base->piece[i - (last - first - 1)] = base->piece[i];
		base->count -= last - first - 1;
	}
	base->piece[first] = (struct piece){ .from_s = from_s, .to_s = to_s, .again_at_s = -1 };
	return 0;
}

static bool is_same(const struct piece *a, const struct piece *b)
{
	return a->again_at_s == b->again_at_s && a->from_s == b->from_s && a->to_s == b->to_s;
}

/* Notes a part that is shown again, once and in the order of where. */
static int note_again(struct pieces *again, const struct piece *piece)
{
	unsigned at = 0;

	for (unsigned i = 0; i < again->count; i++)
		if (is_same(&again->piece[i], piece))
			return 0;
	if (again->count == DAYS_RUNS)
		return -ERANGE;
	while (at < again->count && again->piece[at].again_at_s <= piece->again_at_s)
		at++;
	for (unsigned i = again->count++; i > at; i--)
		again->piece[i] = again->piece[i - 1];
	again->piece[at] = *piece;
	return 0;
}

static int collect(const struct days *days, struct pieces *base, struct pieces *again)
{
	int err = 0;

	base->count = again->count = 0;
	for (unsigned d = 0; d < days->count && !err; d++) {
		struct pieces pieces;

		cut_day(&days->day[d], &pieces);
		for (unsigned i = 0; i < pieces.count && !err; i++)
			err = pieces.piece[i].again_at_s < 0 ? cover(base, pieces.piece[i].from_s, pieces.piece[i].to_s) :
			                                       note_again(again, &pieces.piece[i]);
	}
	return err;
}

static int put(struct pieces *axis, const struct piece *piece, int64_t to_s)
{
	const struct piece *last = axis->count ? &axis->piece[axis->count - 1] : NULL;
	struct piece *next = &axis->piece[axis->count];

	if (axis->count == DAYS_RUNS)
		return -ERANGE;
	*next = *piece;
	next->to_s = to_s;
	next->axis_s = last ? last->axis_s + last->to_s - last->from_s : 0;
	axis->count++;
	return 0;
}

/* All wall times in order, and those that are shown again where that happens. */
static int make_axis(struct pieces *base, const struct pieces *again, struct pieces *axis)
{
	unsigned next = 0;
	int err = 0;

	axis->count = 0;
	for (unsigned i = 0; i < base->count && !err; i++) {
		struct piece *piece = &base->piece[i];

		while (!err && next < again->count && again->piece[next].again_at_s <= piece->to_s) {
			int64_t at_s = again->piece[next].again_at_s;

			if (at_s > piece->from_s)
				err = put(axis, piece, at_s);
			piece->from_s = at_s;
			for (; !err && next < again->count && again->piece[next].again_at_s == at_s; next++)
				err = put(axis, &again->piece[next], again->piece[next].to_s);
		}
		if (!err && piece->from_s < piece->to_s)
			err = put(axis, piece, piece->to_s);
	}
	return err;
}

static int add_panel(struct days *days, const struct days_panel *panel)
{
	struct days_panel *last = days->panels ? &days->panel[days->panels - 1] : NULL, *grown;

	if (last && last->day == panel->day && last->to_s == panel->from_s) {
		last->end_s = panel->end_s;
		last->to_s = panel->to_s;
		return 0;
	}
	grown = realloc(days->panel, (days->panels + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	days->panel = grown;
	days->panel[days->panels++] = *panel;
	return 0;
}

/* Puts each part of a day where the axis has it. */
static int place_day(struct days *days, unsigned d, const struct pieces *axis)
{
	struct pieces pieces;
	int err = 0;

	cut_day(&days->day[d], &pieces);
	for (unsigned i = 0; i < pieces.count; i++)
		for (unsigned j = 0; j < axis->count && !err; j++) {
			const struct piece *piece = &pieces.piece[i], *place = &axis->piece[j];
			int64_t from_s = piece->from_s > place->from_s ? piece->from_s : place->from_s;
			int64_t to_s = piece->to_s < place->to_s ? piece->to_s : place->to_s;

			if (from_s < to_s && (piece->again_at_s < 0 ? place->again_at_s < 0 : is_same(piece, place)))
				err = add_panel(days, &(struct days_panel){
					.day = d, .start_s = piece->start_s + from_s - piece->from_s,
					.end_s = piece->start_s + to_s - piece->from_s,
					.from_s = place->axis_s + from_s - place->from_s, .to_s = place->axis_s + to_s - place->from_s,
				});
		}
	return err;
}

static void make_runs(struct days *days, const struct pieces *axis)
{
	for (unsigned i = 0; i < axis->count; i++) {
		const struct piece *piece = &axis->piece[i];

		days->run[i] = (struct axis_run){
			.from_s = piece->axis_s, .to_s = piece->axis_s + piece->to_s - piece->from_s,
			.offset_s = piece->from_s - piece->axis_s,
		};
	}
	days->runs = axis->count;
}

/* From the last day back, without those that the zone left out. */
static void find_days(struct days *days, int64_t last_s, unsigned count)
{
	struct tm tm;

	calendar_local(last_s, &tm);
	days->count = count;
	for (unsigned back = 0, found = 0; found < count; back++) {
		struct days_day *day = &days->day[count - 1 - found];
		int number = tm.tm_mday - (int)back;

		day->start_s = calendar_day_start(tm.tm_year + 1900, tm.tm_mon + 1, number);
		day->end_s = calendar_day_start(tm.tm_year + 1900, tm.tm_mon + 1, number + 1);
		found += day->start_s < day->end_s;
	}
}

int days_init(struct days *days, int64_t last_s, unsigned count)
{
	struct pieces base, again, axis;
	int err;

	*days = (struct days){ 0 };
	find_days(days, last_s, count < 1 ? 1 : count < DAYS_MAX ? count : DAYS_MAX);
	err = collect(days, &base, &again);
	if (!err)
		err = make_axis(&base, &again, &axis);
	if (err)
		return err;
	make_runs(days, &axis);
	for (unsigned d = 0; d < days->count && !err; d++)
		err = place_day(days, d, &axis);
	return err;
}

void days_fini(struct days *days)
{
	free(days->panel);
	days->panel = NULL;
}

struct axis_clock days_clock(const struct days *days)
{
	return (struct axis_clock){ .end_s = days->run[days->runs - 1].to_s, .runs = days->runs, .run = days->run };
}

/* Rounded, so that panels that meet on the axis meet in the picture. */
static unsigned pixel_at(const struct days *days, int64_t at_s, unsigned pixels)
{
	int64_t all_s = days->run[days->runs - 1].to_s;

	return (unsigned)((2 * at_s * pixels + all_s) / (2 * all_s));
}

void days_panel_pixels(const struct days *days, const struct days_panel *panel, unsigned pixels, unsigned *x, unsigned *width)
{
	unsigned end = pixel_at(days, panel->to_s, pixels);

	*x = pixel_at(days, panel->from_s, pixels);
	if (*x == end && *x == pixels)
		--*x;
	*width = end > *x ? end - *x : 1;
}
