/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/timetext.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

static const char *format(int64_t at_s, bool with_zone, char buf[TIMETEXT])
{
	time_t at = at_s;
	struct tm tm;
	size_t len = 0;

	if (at_s != 0 && localtime_r(&at, &tm))
		len = with_zone ? strftime(buf, TIMETEXT, "%Y-%m-%d %H:%M:%S %z", &tm) : strftime(buf, TIMETEXT, "%Y-%m-%d %H:%M:%S", &tm);
	if (len == 0)
		snprintf(buf, TIMETEXT, "never");
	return buf;
}

const char *timetext_moment(int64_t at_s, char buf[TIMETEXT])
{
	return format(at_s, true, buf);
}

const char *timetext_local(int64_t at_s, char buf[TIMETEXT])
{
	return format(at_s, false, buf);
}

const char *timetext_age(int64_t seconds, char buf[TIMETEXT])
{
	static const struct {
		int64_t seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	unsigned i = 0;
	int64_t rest;

	while (i < 3 && seconds < units[i].seconds)
		i++;
	rest = i < 3 ? seconds % units[i].seconds / units[i + 1].seconds : 0;
	if (rest)
		snprintf(buf, TIMETEXT, "%" PRId64 "%c %" PRId64 "%c", seconds / units[i].seconds, units[i].unit, rest,
		         units[i + 1].unit);
	else
		snprintf(buf, TIMETEXT, "%" PRId64 "%c", seconds / units[i].seconds, units[i].unit);
	return buf;
}
