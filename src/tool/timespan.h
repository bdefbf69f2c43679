/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which time a picture is about, of all the ways to say it. */
#ifndef TOOL_TIMESPAN_H
#define TOOL_TIMESPAN_H

#include "plot/days.h"
#include "tool/window.h"

#define TIMESPAN_TITLE 128

/* What the options say, NULL or 0 where they say nothing. */
struct timespan {
	const char *start;
	const char *end;
	const char *day;
	const char *month;
	unsigned days;
};

/* The window, the days that lie below each other (without panels if there are none; days_fini() either way), and a title that
 * says it. -EINVAL with *why where options contradict each other or a value is wrong. */
int timespan_choose(const struct timespan *span, int64_t now_s, struct window *window, struct days *days, char title[TIMESPAN_TITLE],
                    struct failure *why);

#endif
