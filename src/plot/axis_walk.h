/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a time axis is made of: the times at which ticks lie, and ticks with their labels. Pure but for TZ. */
#ifndef PLOT_AXIS_WALK_H
#define PLOT_AXIS_WALK_H

#include <stdint.h>

#include "plot/axis.h"

/* How long a step is at least, changes of the clock left out. */
int64_t axis_step_seconds(const struct axis_step *step);

/* Writes the times in [clock->start_s, clock->end_s] that are whole multiples of the step in local time, oldest first; at most
 * max of them. Seconds are counted from each midnight on, days and weeks (from Monday on) from 1970, months and years from the
 * year 0. Returns how many. */
unsigned axis_walk(const struct axis_clock *clock, const struct axis_step *step, int64_t *at_s, unsigned max);

/* What the clocks show at a time of the axis, as strftime(3) does it; "" if that has no place. Line feeds and the like become
 * blanks. */
void axis_label(const struct axis_clock *clock, int64_t at_s, const char *format, char label[AXIS_LABEL]);

/* The next tick of the axis, with nothing but its place; NULL if there are AXIS_TICKS of them. */
struct axis_tick *axis_tick_add(struct axis_time *axis, double at);

/* Brings ticks that were added in any order from left to right, those at the same place as one. */
void axis_ticks_merge(struct axis_time *axis);

/* Empties from left to right the labels that would touch the one before (as an hour that is shown twice does), or reach beyond
 * low or high. */
void axis_ticks_thin(struct axis_time *axis, double low, double high, const struct axis_ruler *ruler);

/* The ticks that somebody wants. */
void axis_grid_ticks(const struct axis_clock *clock, const struct axis_grid *grid, unsigned width, struct axis_time *axis);

#endif
