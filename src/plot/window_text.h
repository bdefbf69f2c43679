/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A window of time in words: what stands below the title of a picture. In local time; the caller has called tzset(). Times are
 * seconds since 1970. */
#ifndef PLOT_WINDOW_TEXT_H
#define PLOT_WINDOW_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "plot/text_fit.h"

/* Whether the window is of a minute or less, so that only seconds tell its times apart. */
bool window_text_is_short(int64_t start_s, int64_t end_s);

/* Whether times in the window are told with seconds: it is short, or an end is on no whole minute. */
bool window_text_has_seconds(int64_t start_s, int64_t end_s);

/* Both ends, the zone once unless it changes in between, in fewer letters the higher brevity is: 1 names the day of both once, 2 not
 * at all. False, and out as it was, where there is none so brief: beyond 2, and beyond 0 where the ends are on different days. */
bool window_text(int64_t start_s, int64_t end_s, unsigned brevity, char out[TEXT_FIT]);

#endif
