/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/window_text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "plot/calendar.h"

#define SHORT_S 60
#define BRIEFEST 2

struct moment {
	char day[48];
	char time[16];
	char zone[16];
};

bool window_text_is_short(int64_t start_s, int64_t end_s)
{
	return end_s - start_s <= SHORT_S;
}

static bool is_whole_minute(int64_t at_s)
{
	struct tm tm;

	calendar_local(at_s, &tm);
	return tm.tm_sec == 0;
}

bool window_text_has_seconds(int64_t start_s, int64_t end_s)
{
	return window_text_is_short(start_s, end_s) || !is_whole_minute(start_s) || !is_whole_minute(end_s);
}

static void describe(int64_t at_s, bool has_seconds, struct moment *moment)
{
	struct tm tm;

	calendar_local(at_s, &tm);
	strftime(moment->day, sizeof(moment->day), "%a %Y-%m-%d ", &tm);
	strftime(moment->time, sizeof(moment->time), has_seconds ? "%H:%M:%S" : "%H:%M", &tm);
	strftime(moment->zone, sizeof(moment->zone), " %Z", &tm);
}

bool window_text(int64_t start_s, int64_t end_s, unsigned brevity, char out[TEXT_FIT])
{
	bool has_seconds = window_text_has_seconds(start_s, end_s);
	struct moment from, to;

	describe(start_s, has_seconds, &from);
	describe(end_s, has_seconds, &to);
	if (brevity > BRIEFEST || (brevity && strcmp(from.day, to.day)))
		return false;
	snprintf(out, TEXT_FIT, "%s%s%s – %s%s%s", brevity < 2 ? from.day : "", from.time, strcmp(from.zone, to.zone) ? from.zone : "",
	         brevity < 1 ? to.day : "", to.time, to.zone);
	return true;
}
