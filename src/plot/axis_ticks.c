/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plot/axis_walk.h"
#include "plot/calendar.h"

/* What the clocks show at a time of the axis. */
static void clock_local(const struct axis_clock *clock, int64_t at_s, struct tm *tm)
{
	const struct axis_run *run = clock->run;
	time_t local_s;

	if (!clock->runs) {
		calendar_local(at_s, tm);
		return;
	}
	while (run + 1 < clock->run + clock->runs && at_s >= run->to_s)
		run++;
	local_s = (time_t)(at_s + run->offset_s);
	gmtime_r(&local_s, tm);
}

void axis_label(const struct axis_clock *clock, int64_t at_s, const char *format, char label[AXIS_LABEL])
{
	struct tm tm;

	clock_local(clock, at_s, &tm);
	/* The user's own format: strftime(3) takes any, and writes no more than it is told. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (!strftime(label, AXIS_LABEL, format, &tm))
		label[0] = '\0';
#pragma GCC diagnostic pop
	for (char *p = label; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
}

struct axis_tick *axis_tick_add(struct axis_time *axis, double at)
{
	struct axis_tick *tick = &axis->tick[axis->ticks];

	if (axis->ticks == AXIS_TICKS)
		return NULL;
	axis->ticks++;
	*tick = (struct axis_tick){ .at = at };
	return tick;
}

static int compare_ticks(const void *a, const void *b)
{
	const struct axis_tick *first = a, *second = b;

	return (first->at > second->at) - (first->at < second->at);
}

static void tick_merge(struct axis_tick *tick, const struct axis_tick *other)
{
	tick->is_major |= other->is_major;
	tick->is_grid |= other->is_grid;
	tick->is_bare &= other->is_bare;
	if (!tick->label[0])
		memcpy(tick->label, other->label, sizeof(tick->label));
}

void axis_ticks_merge(struct axis_time *axis)
{
	unsigned count = 0;

	qsort(axis->tick, axis->ticks, sizeof(axis->tick[0]), compare_ticks);
	for (unsigned i = 0; i < axis->ticks; i++)
		if (count && !(axis->tick[i].at > axis->tick[count - 1].at))
			tick_merge(&axis->tick[count - 1], &axis->tick[i]);
		else
			axis->tick[count++] = axis->tick[i];
	axis->ticks = count;
}

void axis_ticks_thin(struct axis_time *axis, double low, double high, const struct axis_ruler *ruler)
{
	for (unsigned i = 0; i < axis->ticks; i++) {
		struct axis_tick *tick = &axis->tick[i];
		double half = ruler->width(ruler->context, tick->label) / 2;

		if (!tick->label[0])
			continue;
		if (tick->at - half < low || tick->at + half > high)
			tick->label[0] = '\0';
		else
			low = tick->at + half + ruler->em / 3;
	}
}
