/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far the clocks of the zone in TZ are from UTC, and when that changes. Times are seconds since 1970; the caller has called
 * tzset(). */
#ifndef COMMON_ZONE_OFFSET_H
#define COMMON_ZONE_OFFSET_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds east of UTC at that time; 0 for times that localtime_r(3) can't express. */
int64_t zone_offset_at(int64_t at_s);

/* The first second in (from_s, to_s] that has another offset than from_s has. Only the ends tell whether there is one: false, and
 * *change_s as it was, if both have the same offset. Of several changes in between it finds one. */
bool zone_offset_find_change(int64_t from_s, int64_t to_s, int64_t *change_s);

#endif
