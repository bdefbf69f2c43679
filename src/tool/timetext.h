/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times and spans of them for people. */
#ifndef TOOL_TIMETEXT_H
#define TOOL_TIMETEXT_H

#include <stdint.h>

#define TIMETEXT 40

/* "2026-11-24 13:59:50 +0100" in local time, "never" for 0. Returns buf. */
const char *timetext_moment(int64_t at_s, char buf[TIMETEXT]);

/* The same without the zone, for columns of them. */
const char *timetext_local(int64_t at_s, char buf[TIMETEXT]);

/* "3d 4h", two units at most. Returns buf. */
const char *timetext_age(int64_t seconds, char buf[TIMETEXT]);

#endif
