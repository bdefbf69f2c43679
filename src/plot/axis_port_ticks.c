/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/axis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define APART 1.05        /* em from a label to the next */
#define APART_ROUND 1.8   /* and to one that only fills the space */
#define RANGE_HEIGHT 1.2  /* em from which on ranges that are counted together have a label each */
#define EDGES_HEIGHT 0.5  /* and from which on one sees where they meet */
#define EDGES_PX 6

/* Ports that people know, and which of them stay when there is little room: the lowest rank first. */
static const struct {
	uint16_t port;
	uint8_t rank;
} known_ports[] = {
	{ 0, 0 },     { 1, 0 },     { 7, 4 },     { 22, 1 },    { 53, 3 },     { 80, 2 },     { 123, 5 },
	{ 161, 6 },   { 443, 1 },   { 587, 6 },   { 1024, 2 },  { 1433, 5 },   { 3306, 3 },   { 5000, 4 },
	{ 6881, 6 },  { 10000, 1 }, { 20000, 4 }, { 50000, 5 }, { 65535, 0 },
};
#define KNOWN_PORTS (sizeof(known_ports) / sizeof(known_ports[0]))

/* What multiples of are round, the roundest first. */
static const unsigned round_steps[] = { 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1 };
#define ROUND_STEPS (sizeof(round_steps) / sizeof(round_steps[0]))

/* Ends and ranges are 0, and known ports come before round ones, but not on a linear scale: their crowd at its foot says little. */
#define RANK_ROUND 8
#define RANK_KNOWN_LINEAR (RANK_ROUND + ROUND_STEPS)
#define RANKS (RANK_KNOWN_LINEAR + RANK_ROUND)

struct candidate {
	const struct axis_lane *lane;
	unsigned lo, hi; /* the port, twice, or the range that is its label */
	unsigned rank;
	bool is_range;
	bool is_kept;    /* as a tick, where there is no room for a label */
	bool is_placed;
	double at;
	double apart;    /* pixels to labels that are there already */
};

struct draft {
	const struct axis_ports *axis;
	const struct axis_ruler *ruler;
	const struct axis_naming *naming;
	double room;
	unsigned count;
	struct candidate candidate[AXIS_TICKS];
};

static void add(struct draft *draft, const struct axis_lane *lane, struct candidate candidate)
{
	if (draft->count == AXIS_TICKS)
		return;
	candidate.lane = lane;
	candidate.at = axis_lane_y(draft->axis, lane, candidate.lo, candidate.hi);
	draft->candidate[draft->count++] = candidate;
}

/* The ports that are counted together with a port. */
static bool is_counted_alone(const struct axis_ports *axis, unsigned port, uint16_t *lo, uint16_t *hi)
{
	portbin_range(&axis->portbin, portbin_of(&axis->portbin, (uint16_t)port), lo, hi);
	return *lo == *hi;
}

/* ---- ranges ---- */

/* The first and the last bin of a lane that may hold several ports; false if there is none. */
static bool find_bins(const struct axis_ports *axis, const struct axis_lane *lane, unsigned *first, unsigned *last)
{
	*first = portbin_of(&axis->portbin, lane->lo);
	*last = portbin_of(&axis->portbin, lane->hi);
	if (*first < axis->portbin.exact_ports)
		*first = axis->portbin.exact_ports;
	return *first <= *last;
}

/* Pixels of the part of a bin that is in the lane. */
static double bin_height(const struct axis_ports *axis, const struct axis_lane *lane, unsigned bin, bool *is_whole)
{
	uint16_t lo, hi;
	double below, above;

	portbin_range(&axis->portbin, bin, &lo, &hi);
	*is_whole = lo >= lane->lo && hi <= lane->hi;
	below = (lo > lane->lo ? lo : lane->lo) - 0.5;
	above = (hi < lane->hi ? hi : lane->hi) + 0.5;
	return axis_lane_y_at(axis, lane, below) - axis_lane_y_at(axis, lane, above);
}

/* The smallest of the bins that are wholly in the lane, or else of the parts of the others; 0 if each port is counted alone. */
static double smallest_bin(const struct axis_ports *axis, const struct axis_lane *lane)
{
	double smallest_whole = INFINITY, smallest_part = INFINITY;
	unsigned first, last;

	if (!find_bins(axis, lane, &first, &last))
		return 0;
	for (unsigned bin = first; bin <= last; bin++) {
		bool is_whole;
		double height = bin_height(axis, lane, bin, &is_whole);

		if (is_whole)
			smallest_whole = fmin(smallest_whole, height);
		else
			smallest_part = fmin(smallest_part, height);
	}
	return isinf(smallest_whole) ? smallest_part : smallest_whole;
}

static void add_edges(const struct axis_ports *axis, const struct axis_lane *lane, double em, struct axis_port_scale *scale)
{
	unsigned first, last;

	if (smallest_bin(axis, lane) < fmax(em * EDGES_HEIGHT, EDGES_PX) || !find_bins(axis, lane, &first, &last))
		return;
	for (unsigned bin = first; bin <= last && scale->edges < AXIS_EDGES; bin++) {
		uint16_t lo, hi;

		portbin_range(&axis->portbin, bin, &lo, &hi);
		if (lo > lane->lo)
			scale->edge[scale->edges++] = (unsigned)axis_lane_y_at(axis, lane, lo - 0.5);
	}
}

static void add_ranges(struct draft *draft, const struct axis_lane *lane)
{
	unsigned first, last;

	if (!find_bins(draft->axis, lane, &first, &last))
		return;
	for (unsigned bin = first; bin <= last; bin++) {
		double apart = draft->ruler->em * APART;
		bool is_whole;
		uint16_t lo, hi;

		portbin_range(&draft->axis->portbin, bin, &lo, &hi);
		if (bin_height(draft->axis, lane, bin, &is_whole) >= apart)
			add(draft, lane, (struct candidate){ .lo = lo, .hi = hi, .is_range = true, .rank = !is_whole, .apart = apart });
	}
}

/* ---- single ports ---- */

static void add_known(struct draft *draft, const struct axis_lane *lane)
{
	bool is_linear = draft->axis->is_linear;

	for (unsigned i = 0; i < KNOWN_PORTS; i++) {
		unsigned port = known_ports[i].port, rank = known_ports[i].rank;

		if (axis_lane_meets(lane, port, port))
			add(draft, lane, (struct candidate){ .lo = port, .hi = port, .rank = is_linear ? RANK_KNOWN_LINEAR + rank : rank,
			                                     .is_kept = !is_linear, .apart = draft->ruler->em * APART });
	}
}

static bool is_rounder(unsigned port, unsigned step)
{
	for (unsigned i = 0; round_steps[i] != step; i++)
		if (port % round_steps[i] == 0)
			return true;
	return false;
}

/* Multiples of a step, up to where they come too close to each other. */
static void add_round(struct draft *draft, const struct axis_lane *lane, unsigned i)
{
	unsigned step = round_steps[i], first = (lane->lo + step - 1) / step * step;
	double apart = draft->ruler->em * APART_ROUND;

	for (unsigned port = first ? first : step; port <= lane->hi; port += step) {
		if (axis_lane_y_at(draft->axis, lane, port) - axis_lane_y_at(draft->axis, lane, port + step) < apart)
			return;
		if (!is_rounder(port, step))
			add(draft, lane, (struct candidate){ .lo = port, .hi = port, .rank = RANK_ROUND + i, .apart = apart });
	}
}

/* All of a lane's, from `first` on in the draft, in the order of their ports and each only once. */
static int by_port(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return left->lo != right->lo ? (left->lo > right->lo) - (left->lo < right->lo) :
	                               (left->rank > right->rank) - (left->rank < right->rank);
}

static void sort_lane(struct draft *draft, unsigned first)
{
	struct candidate *c = draft->candidate;
	unsigned kept = first;

	qsort(c + first, draft->count - first, sizeof(*c), by_port);
	for (unsigned i = first; i < draft->count; i++) {
		if (kept > first && c[kept - 1].lo == c[i].lo)
			c[kept - 1].is_kept |= c[i].is_kept;
		else
			c[kept++] = c[i];
	}
	draft->count = kept;
}

/* Where ranges have labels of their own, single ports have one only if they are counted alone. */
static void leave_out_ranged(struct draft *draft, unsigned first)
{
	unsigned kept = first;
	uint16_t lo, hi;

	for (unsigned i = first; i < draft->count; i++)
		if (draft->candidate[i].is_range || is_counted_alone(draft->axis, draft->candidate[i].lo, &lo, &hi))
			draft->candidate[kept++] = draft->candidate[i];
	draft->count = kept;
}

static void add_lane(struct draft *draft, const struct axis_lane *lane, struct axis_port_scale *scale)
{
	bool is_all = axis_lane_is_all(draft->axis, lane);
	double em = draft->ruler->em, smallest = smallest_bin(draft->axis, lane);
	struct candidate end = { .is_kept = true, .apart = em * APART };
	unsigned first = draft->count;

	end.lo = end.hi = lane->lo;
	add(draft, lane, end);
	if (lane->lo == lane->hi)
		return;
	end.lo = end.hi = lane->hi;
	add(draft, lane, end);
	add_known(draft, lane);
	for (unsigned i = 0; i < ROUND_STEPS && !is_all; i++)
		add_round(draft, lane, i);
	if (smallest >= em * RANGE_HEIGHT) {
		leave_out_ranged(draft, first);
		add_ranges(draft, lane);
	}
	sort_lane(draft, first);
	add_edges(draft->axis, lane, em, scale);
}

/* ---- labels ---- */

static bool fits(const struct draft *draft, const char *text)
{
	return draft->ruler->width(draft->ruler->context, text) <= draft->room;
}

/* A lane of one port says with which others it is counted: no other label would. */
static void write_port(const struct draft *draft, const struct candidate *candidate, char label[AXIS_LABEL])
{
	const char *name = draft->naming ? draft->naming->name(draft->naming->context, candidate->lo) : NULL;
	char range[32] = "";
	uint16_t lo, hi;

	if (candidate->lane->lo == candidate->lane->hi && !is_counted_alone(draft->axis, candidate->lo, &lo, &hi))
		snprintf(range, sizeof(range), " (%u–%u)", lo, hi);
	if (name) {
		snprintf(label, AXIS_LABEL, "%u %.24s%s", candidate->lo, name, range);
		if (fits(draft, label))
			return;
	}
	snprintf(label, AXIS_LABEL, "%u%s", candidate->lo, range);
	if (!fits(draft, label))
		snprintf(label, AXIS_LABEL, "%u", candidate->lo);
}

static void write_label(const struct draft *draft, const struct candidate *candidate, char label[AXIS_LABEL])
{
	if (!candidate->is_range) {
		write_port(draft, candidate, label);
		return;
	}
	snprintf(label, AXIS_LABEL, "%u–%u", candidate->lo, candidate->hi);
	if (!fits(draft, label))
		*label = '\0';
}

static void place(struct draft *draft)
{
	for (unsigned rank = 0; rank < RANKS; rank++)
		for (unsigned i = 0; i < draft->count; i++) {
			struct candidate *c = &draft->candidate[i];
			bool has_room = c->rank == rank;

			for (unsigned j = 0; has_room && j < draft->count; j++)
				has_room = !draft->candidate[j].is_placed || fabs(draft->candidate[j].at - c->at) >= c->apart;
			c->is_placed |= has_room;
		}
}

void axis_port_ticks(const struct axis_ports *axis, const struct axis_ruler *ruler, const struct axis_naming *naming, double room,
                     struct axis_port_scale *scale)
{
	struct draft draft = { .axis = axis, .ruler = ruler, .naming = naming, .room = room };

	scale->ticks = scale->edges = 0;
	for (unsigned i = 0; i < axis->lanes; i++) {
		add_lane(&draft, &axis->lane[i], scale);
		if (axis->gap == 0 && i > 0 && scale->edges < AXIS_EDGES)
			scale->edge[scale->edges++] = axis->lane[i - 1].top;
	}
	place(&draft);
	for (unsigned i = 0; i < draft.count; i++) {
		const struct candidate *c = &draft.candidate[i];
		struct axis_tick *tick = &scale->tick[scale->ticks];

		if (!c->is_placed && !c->is_kept)
			continue;
		*tick = (struct axis_tick){ .at = c->at, .is_major = c->hi > 0 && !c->is_range };
		if (c->is_placed)
			write_label(&draft, c, tick->label);
		scale->ticks++;
	}
}

void axis_port_edges(const struct axis_ports *axis, double em, struct axis_port_scale *scale)
{
	for (unsigned i = 0; i < axis->lanes; i++)
		if (axis->lane[i].lo != axis->lane[i].hi)
			add_edges(axis, &axis->lane[i], em, scale);
}
