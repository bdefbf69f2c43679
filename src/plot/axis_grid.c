/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ticks, lines and labels of --x-grid. */
#include <math.h>
#include <stddef.h>

#include "plot/axis_walk.h"

#define DAY_S 86400
#define APART_PX 4 /* a grid that is closer than that is a grey area */
#define LINES 1300 /* of a kind: three kinds have room in AXIS_TICKS */

/* From a line to the next on the average: those within a day begin anew with each. */
static double average_seconds(const struct axis_step *step)
{
	return step->unit == AXIS_SECOND ? DAY_S / ceil((double)DAY_S / step->count) : (double)axis_step_seconds(step);
}

bool axis_step_is_drawn(const struct axis_step *step, double s_per_px, unsigned width)
{
	return average_seconds(step) / s_per_px >= fmax(APART_PX, (double)width / LINES);
}

static void add_lines(const struct axis_clock *clock, const struct axis_step *step, double s_per_px, bool is_major,
                      struct axis_time *axis)
{
	int64_t at_s[LINES + 2];
	unsigned count = axis_walk(clock, step, at_s, LINES + 2);

	for (unsigned i = 0; i < count; i++) {
		struct axis_tick *tick = axis_tick_add(axis, (double)(at_s[i] - clock->start_s) / s_per_px);

		if (!tick)
			return;
		tick->is_major = is_major;
		tick->is_grid = !is_major;
	}
}

/* A label that stands for a time has its middle in the picture, wherever that time began. */
static void add_labels(const struct axis_clock *clock, const struct axis_grid *grid, double s_per_px, unsigned width,
                       struct axis_time *axis)
{
	struct axis_clock earlier = *clock;
	int64_t at_s[2 * LINES];
	unsigned count;

	if (!clock->runs)
		earlier.start_s -= grid->label_s;
	count = axis_walk(&earlier, &grid->label, at_s, 2 * LINES);
	for (unsigned i = 0; i < count; i++) {
		double at = ((double)(at_s[i] - clock->start_s) + grid->label_s / 2.0) / s_per_px;
		struct axis_tick *tick = at >= 0 && at <= width ? axis_tick_add(axis, at) : NULL;

		if (!tick)
			continue;
		tick->is_bare = true;
		axis_label(clock, at_s[i], grid->format, tick->label);
	}
}

void axis_grid_ticks(const struct axis_clock *clock, const struct axis_grid *grid, unsigned width, struct axis_time *axis)
{
	double s_per_px = (double)(clock->end_s - clock->start_s) / width;

	if (grid->is_none)
		return;
	if (axis_step_is_drawn(&grid->line, s_per_px, width))
		add_lines(clock, &grid->line, s_per_px, false, axis);
	if (axis_step_is_drawn(&grid->major, s_per_px, width))
		add_lines(clock, &grid->major, s_per_px, true, axis);
	if (axis_step_is_drawn(&grid->label, s_per_px, width))
		add_labels(clock, grid, s_per_px, width, axis);
}
