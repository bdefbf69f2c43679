/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The value of --x-grid, as in rrdgraph(1). */
#ifndef TOOL_XGRID_H
#define TOOL_XGRID_H

#include "common/fail.h"
#include "plot/axis.h"

/* Reads "none" or GTM:GST:MTM:MST:LTM:LST:LPR:LFM: unit and count of the grid lines, of the major ones and of the labels, the
 * seconds that a label stands for, and its strftime(3) format, in which colons may stand. Pure but for the locale. 0, or -EINVAL
 * with *why naming the part and what was expected there. */
int xgrid_parse(const char *text, struct axis_grid *grid, struct failure *why);

/* Whether a strftime(3) format makes labels at all. -EINVAL with *why if not. */
int xgrid_check_format(const char *format, struct failure *why);

/* Whether a grid may stand below several days: it has steps within a day, and its labels say nothing of the date. -EINVAL with
 * *why if not. */
int xgrid_check_hours(const struct axis_grid *grid, struct failure *why);

/* Writes which of the lines and labels will be left out because they are too close at that scale; false if none is. */
bool xgrid_leaves_out(const struct axis_grid *grid, double s_per_px, unsigned width, struct failure *what);

#endif
