/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Local time (TZ): where its days begin and where its clocks change. The caller has called tzset(). */
#ifndef PLOT_CALENDAR_H
#define PLOT_CALENDAR_H

#include <stdint.h>
#include <time.h>

/* Broken-down local time; the epoch's for times that localtime_r(3) can't express. */
void calendar_local(int64_t at_s, struct tm *tm);

/* The local day it lies in, counted from 1970-01-01. */
int64_t calendar_day_number(int64_t at_s);

/* The first second of a local day: midnight, or what the clocks show first where a change skips midnight (or the day). month
 * (1 to 12) and day may lie outside their range and are carried, as in mktime(3). */
int64_t calendar_day_start(int year, int month, int day);

/* The times in (start_s, end_s) at which the offset changes, oldest first; at most max of them. Returns how many. */
unsigned calendar_changes(int64_t start_s, int64_t end_s, int64_t *at_s, unsigned max);

#endif
