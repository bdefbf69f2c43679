/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RANGE_WEIGHT 4      /* octaves that every range counts more than it has: a narrow one needs room for its labels too */
#define SINGLE_HEIGHT 2.2   /* em: a bin of its own beside ranges */
#define STRIP_HEIGHT 0.6    /* em: port 0 below a log scale */

/* A lane before it has its place. */
struct wish {
	uint16_t lo, hi;
	bool is_strip;  /* port 0 of a range */
	bool is_single; /* all of it is counted together */
	double share;   /* of the height, in pixels */
};

static unsigned list_lanes(const struct axis_view *view, const struct portbin *portbin, struct wish wish[AXIS_LANES])
{
	unsigned count = 0, ranges = view->ports.count ? view->ports.count : 1;

	for (unsigned i = 0; i < ranges; i++) {
		uint16_t lo = view->ports.count ? view->ports.range[i].lo : 0, hi = view->ports.count ? view->ports.range[i].hi : 65535;

		if (lo == 0 && hi > 0 && !view->is_linear)
			wish[count++] = (struct wish){ .is_strip = true, .lo = lo++ };
		wish[count++] = (struct wish){ .lo = lo, .hi = hi, .is_single = portbin_of(portbin, lo) == portbin_of(portbin, hi) };
	}
	return count;
}

static double range_weight(const struct wish *wish)
{
	return RANGE_WEIGHT + log2((wish->hi + 0.5) / (wish->lo ? wish->lo - 0.5 : 0.5));
}

/* Strips first, then single bins, and the ranges share what is left. */
static void share_height(struct wish *wish, unsigned count, double height, double strip, double em)
{
	unsigned singles = 0, ranges = 0;
	double weights = 0, single;

	for (unsigned i = 0; i < count; i++) {
		if (wish[i].is_strip) {
			wish[i].share = fmin(strip, height / count);
			height -= wish[i].share;
		} else if (wish[i].is_single) {
			singles++;
		} else {
			ranges++;
			weights += range_weight(&wish[i]);
		}
	}
	single = ranges ? fmin(em * SINGLE_HEIGHT, height / (singles + RANGE_WEIGHT * ranges)) : singles ? height / singles : 0;
	height -= single * singles;
	for (unsigned i = 0; i < count; i++)
		if (!wish[i].is_strip)
			wish[i].share = wish[i].is_single ? single : height * range_weight(&wish[i]) / weights;
}

void axis_ports_init(struct axis_ports *axis, const struct axis_view *view, const struct portbin *portbin, unsigned height,
                     double em)
{
	unsigned strip = em * STRIP_HEIGHT < 5 ? 5 : (unsigned)(em * STRIP_HEIGHT), gap = strip / 2 + 1;
	struct wish wish[AXIS_LANES];
	unsigned count = list_lanes(view, portbin, wish), between = count - 1;
	double bottom = height;

	if (height < 2 * (strip + gap))
		strip = gap = height / 8 + 1;
	if (between * gap > height / 4)
		gap = height / 4 / between;
	share_height(wish, count, height - between * gap, strip, em);
	*axis = (struct axis_ports){ .height = height, .gap = gap, .is_linear = view->is_linear, .portbin = *portbin };
	for (unsigned i = 0; i < count; i++) {
		double top = fmax(bottom - wish[i].share, 0);
		struct axis_lane *lane = &axis->lane[axis->lanes++];

		*lane = (struct axis_lane){ .lo = wish[i].lo, .hi = wish[i].hi, .top = (unsigned)(top + 0.5) };
		lane->height = (unsigned)(bottom + 0.5) - lane->top;
		if (lane->height == 0) {
			lane->height = 1;
			lane->top -= lane->top == height;
		}
		bottom = fmax(top - gap, 0);
	}
}

double axis_lane_y_at(const struct axis_ports *axis, const struct axis_lane *lane, double port)
{
	double below = lane->lo - 0.5, above = lane->hi + 0.5;

	if (axis->is_linear || lane->hi == 0)
		return lane->top + lane->height * (above - port) / (above - below);
	return lane->top + lane->height * log2(above / port) / log2(above / below);
}

double axis_lane_y(const struct axis_ports *axis, const struct axis_lane *lane, unsigned lo, unsigned hi)
{
	lo = lo > lane->lo ? lo : lane->lo;
	hi = hi < lane->hi ? hi : lane->hi;
	if (lo == hi)
		return axis_lane_y_at(axis, lane, lo);
	return axis_lane_y_at(axis, lane, axis->is_linear ? (lo + hi) / 2.0 : sqrt((lo - 0.5) * (hi + 0.5)));
}

unsigned axis_lane_row(const struct axis_ports *axis, const struct axis_lane *lane, unsigned lo, unsigned hi)
{
	double y = axis_lane_y(axis, lane, lo, hi);
	unsigned last = lane->top + lane->height - 1;

	return y < lane->top ? lane->top : y > last ? last : (unsigned)y;
}

void axis_lane_rows(const struct axis_ports *axis, const struct axis_lane *lane, unsigned lo, unsigned hi, unsigned *from,
                    unsigned *to)
{
	unsigned row = axis_lane_row(axis, lane, lo, hi), end = lane->top + lane->height;
	double top = axis_lane_y_at(axis, lane, (hi < lane->hi ? hi : lane->hi) + 0.5);
	double bottom = axis_lane_y_at(axis, lane, (lo > lane->lo ? lo : lane->lo) - 0.5);

	*from = (unsigned)(top + 0.5);
	*to = (unsigned)(bottom + 0.5);
	*from = *from < row ? *from : row;
	*to = *to > end ? end : *to > row ? *to : row + 1;
}

const struct axis_lane *axis_ports_lane(const struct axis_ports *axis, unsigned lo, unsigned hi)
{
	for (unsigned i = 0; i < axis->lanes; i++)
		if (axis_lane_meets(&axis->lane[i], lo, hi))
			return &axis->lane[i];
	return NULL;
}

double axis_port_y(const struct axis_ports *axis, unsigned lo, unsigned hi)
{
	const struct axis_lane *lane = axis_ports_lane(axis, lo, hi);

	return lane ? axis_lane_y(axis, lane, lo, hi) : -1;
}

unsigned axis_port_row(const struct axis_ports *axis, unsigned lo, unsigned hi)
{
	const struct axis_lane *lane = axis_ports_lane(axis, lo, hi);

	return lane ? axis_lane_row(axis, lane, lo, hi) : axis->height;
}

/* Adds "2101–2111" to the text. */
static void write_run(unsigned lo, unsigned hi, bool is_first, char *out, size_t size)
{
	static const char more[] = ", …";
	char text[32];
	size_t used = strlen(out);

	if (used >= sizeof(more) && strcmp(out + used - (sizeof(more) - 1), more) == 0)
		return;
	if (lo == hi)
		snprintf(text, sizeof(text), "%s%u", is_first ? "" : ", ", lo);
	else
		snprintf(text, sizeof(text), "%s%u–%u", is_first ? "" : ", ", lo, hi);
	snprintf(out + used, size - used, "%s", used + strlen(text) + sizeof(more) <= size ? text : more);
}

/* Whether the ports are only partly in view; for speed, true in some cases in which they are not. */
static bool is_cut(const struct axis_ports *axis, unsigned lo, unsigned hi)
{
	const struct axis_lane *lane = axis_ports_lane(axis, lo, hi);

	return lane && (lane->lo > lo || lane->hi < hi);
}

unsigned axis_ports_overhang(const struct axis_ports *axis, char *out, size_t size)
{
	unsigned ports = 0, from = 0, bins = portbin_count(&axis->portbin);
	bool is_run = false, is_first = true;
	uint16_t lo, hi;

	*out = '\0';
	for (unsigned bin = 0; bin < bins; bin++) {
		portbin_range(&axis->portbin, bin, &lo, &hi);
		if (lo == hi || !is_cut(axis, lo, hi))
			continue;
		for (unsigned port = lo; port <= hi + 1u; port++) {
			bool is_out = port <= hi && !axis_ports_lane(axis, port, port);

			ports += is_out;
			if (is_out && !is_run)
				from = port;
			if (is_run && !is_out) {
				write_run(from, port - 1, is_first, out, size);
				is_first = false;
			}
			is_run = is_out;
		}
	}
	return ports;
}
