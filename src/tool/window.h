/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which time a command is about. */
#ifndef TOOL_WINDOW_H
#define TOOL_WINDOW_H

#include <stdint.h>

#include "common/fail.h"

/* [start_s, end_s), seconds since 1970. */
struct window {
	int64_t start_s;
	int64_t end_s;
};

/* Times as in rrdtool, each of which may refer to the other. -EINVAL with *why; also if the start is not before the end. */
int window_of_times(const char *start, const char *end, struct window *window, struct failure *why);

/* One day of local time, of 23 or 25 hours where the clocks change: "2026-11-24", "today" or "yesterday". -EINVAL with *why. */
int window_of_day(const char *day, int64_t now_s, struct window *window, struct failure *why);

/* One month of local time: "2026-11", "this" or "last". -EINVAL with *why. */
int window_of_month(const char *month, int64_t now_s, struct window *window, struct failure *why);

#endif
