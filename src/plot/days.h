/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Days of local time that lie below each other, the same hour of each at the same place. Pure but for TZ.
 *
 * Their axis has every time of day that the clocks show in one of them. Where they are put back, an hour is there twice, and the
 * days without that change have a hole there; where they are put forward, that day has one. So nothing lies at a wrong hour,
 * and a second is as wide in all days. A day that a zone left out altogether is not there. */
#ifndef PLOT_DAYS_H
#define PLOT_DAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "plot/axis.h"

#define DAYS_MAX 366
#define DAYS_RUNS 32

struct days_day {
	int64_t start_s; /* its first second */
	int64_t end_s;   /* that of the next */
};

/* A part of a day that lies on the axis without a hole, for all of which it has one scale. */
struct days_panel {
	unsigned day;
	int64_t start_s;
	int64_t end_s;
	int64_t from_s; /* on the axis */
	int64_t to_s;
};

struct days {
	unsigned count;
	unsigned panels;
	unsigned runs;
	struct days_day day[DAYS_MAX];     /* oldest first */
	struct axis_run run[DAYS_RUNS];    /* of the axis, which begins with 0 */
	struct days_panel *panel;          /* in the order of time, without a gap between; owned */
};

/* The last count days up to the one that last_s lies in. 0, -ENOMEM, or -ERANGE where the clocks change more often than has
 * room in an axis; days_fini() either way. */
int days_init(struct days *days, int64_t last_s, unsigned count);
void days_fini(struct days *days);

/* The axis of hours; it borrows the runs. */
struct axis_clock days_clock(const struct days *days);

/* The pixels [*x, *x + *width) of a panel on an axis of that many; at least one. */
void days_panel_pixels(const struct days *days, const struct days_panel *panel, unsigned pixels, unsigned *x, unsigned *width);

#endif
