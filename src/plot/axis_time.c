/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/axis.h"

#include <stdio.h>
#include <string.h>

#include "plot/axis_walk.h"
#include "plot/calendar.h"

#define DAY_S 86400

static const struct axis_step steps[] = {
	{ AXIS_SECOND, 1 },     { AXIS_SECOND, 2 },     { AXIS_SECOND, 5 },    { AXIS_SECOND, 10 },   { AXIS_SECOND, 15 },
	{ AXIS_SECOND, 30 },    { AXIS_SECOND, 60 },    { AXIS_SECOND, 120 },  { AXIS_SECOND, 300 },  { AXIS_SECOND, 600 },
	{ AXIS_SECOND, 900 },   { AXIS_SECOND, 1800 },  { AXIS_SECOND, 3600 }, { AXIS_SECOND, 7200 }, { AXIS_SECOND, 10800 },
	{ AXIS_SECOND, 21600 }, { AXIS_SECOND, 43200 }, { AXIS_DAY, 1 },       { AXIS_WEEK, 1 },      { AXIS_MONTH, 1 },
	{ AXIS_MONTH, 3 },      { AXIS_MONTH, 6 },      { AXIS_YEAR, 1 },      { AXIS_YEAR, 2 },      { AXIS_YEAR, 5 },
	{ AXIS_YEAR, 10 },      { AXIS_YEAR, 50 },      { AXIS_YEAR, 100 },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))
#define STEPS_WITHIN_A_DAY 17

/* An axis while its automatic ticks are chosen. */
struct choice {
	const struct axis_clock *clock;
	const struct axis_style *style;
	const struct axis_ruler *ruler;
	double s_per_px;
	unsigned width;
};

/* Whether every tick of the step is one of fine as well. */
static bool step_contains(const struct axis_step *step, const struct axis_step *fine)
{
	if (step->unit == fine->unit)
		return step->count % fine->count == 0;
	if (fine->unit == AXIS_SECOND)
		return DAY_S % fine->count == 0;
	return fine->unit == AXIS_DAY || (fine->unit == AXIS_MONTH && step->unit == AXIS_YEAR);
}

static const char *label_format(const struct choice *choice, const struct axis_step *step)
{
	switch (step->unit) {
	case AXIS_SECOND:
		return step->count % 60 ? "%H:%M:%S" : "%H:%M";
	case AXIS_WEEK:
		return choice->style->week_format ? choice->style->week_format : "%-d";
	case AXIS_DAY:
		break;
	case AXIS_MONTH:
		return "%b";
	case AXIS_YEAR:
		return "%Y";
	}
	return "%-d";
}

/* About how wide the labels of a step are. */
static double label_width(const struct choice *choice, const struct axis_step *step)
{
	static const char *const widest[] = {
		[AXIS_SECOND] = "00:00", [AXIS_DAY] = "30", [AXIS_WEEK] = "30", [AXIS_MONTH] = "May", [AXIS_YEAR] = "2000",
	};
	const char *text = step->unit == AXIS_SECOND && step->count % 60 ? "00:00:00" : widest[step->unit];
	char label[AXIS_LABEL];

	if (step->unit == AXIS_WEEK && choice->style->week_format) {
		axis_label(choice->clock, choice->clock->start_s, choice->style->week_format, label);
		text = label;
	}
	return choice->ruler->width(choice->ruler->context, text);
}

/* The finest step whose labels have room, and the finest one within it whose ticks can be told apart. */
static const struct axis_step *choose_step(const struct choice *choice, const struct axis_step **minor)
{
	double em = choice->ruler->em, closest = em / 2 > choice->width / 900.0 ? em / 2 : choice->width / 900.0;
	const struct axis_step *last = &steps[(choice->clock->runs ? STEPS_WITHIN_A_DAY : STEPS) - 1], *major = steps;

	while (major < last && (double)axis_step_seconds(major) / choice->s_per_px < label_width(choice, major) + em)
		major++;
	for (*minor = steps; *minor < major; ++*minor)
		if (step_contains(major, *minor) && (double)axis_step_seconds(*minor) / choice->s_per_px >= closest)
			break;
	return major;
}

/* The name of a day, month or year in fewer letters the higher brevity is; "" when there is no shorter one. */
static void spell(const struct axis_step *step, const struct tm *tm, int64_t length_s, unsigned brevity, char label[AXIS_LABEL])
{
	unsigned kind = step->unit == AXIS_DAY ? brevity : step->unit == AXIS_MONTH ? 10 + brevity : 20 + brevity;
	size_t used = 0;

	switch (kind) {
	case 0:
		used = strftime(label, AXIS_LABEL, "%a %-d %b %Y", tm);
		/* A day with a change of the clock says how long it is: the axis has less or more of it. */
		if (used && length_s != DAY_S)
			snprintf(label + used, AXIS_LABEL - used, " (%g h)", (double)length_s / 3600);
		break;
	case 1:
		used = strftime(label, AXIS_LABEL, "%-d %b %Y", tm);
		break;
	case 2:
		used = strftime(label, AXIS_LABEL, "%-d %b", tm);
		break;
	case 3:
		used = strftime(label, AXIS_LABEL, "%-d", tm);
		break;
	case 10:
		used = strftime(label, AXIS_LABEL, "%B %Y", tm);
		break;
	case 11:
		used = strftime(label, AXIS_LABEL, "%b %Y", tm);
		break;
	case 12:
		used = strftime(label, AXIS_LABEL, "%b", tm);
		break;
	case 20:
		used = strftime(label, AXIS_LABEL, "%Y", tm);
		break;
	}
	if (!used)
		label[0] = '\0';
}

/* The longest spelling that fits, or none. */
static void span_label(const struct axis_step *step, int64_t at_s, int64_t next_s, double room, const struct axis_ruler *ruler,
                       char label[AXIS_LABEL])
{
	struct tm tm;

	calendar_local(at_s, &tm);
	for (unsigned brevity = 0;; brevity++) {
		spell(step, &tm, next_s - at_s, brevity, label);
		if (!label[0] || ruler->width(ruler->context, label) <= room)
			return;
	}
}

/* What the ticks' labels leave unsaid: the days of hours, the months of days, the years of months. */
static void place_spans(const struct choice *choice, const struct axis_step *major, struct axis_time *axis)
{
	static const struct axis_step within[] = {
		[AXIS_SECOND] = { AXIS_DAY, 1 }, [AXIS_DAY] = { AXIS_MONTH, 1 }, [AXIS_WEEK] = { AXIS_MONTH, 1 },
		[AXIS_MONTH] = { AXIS_YEAR, 1 },
	};
	const struct axis_step *step = &within[major->unit];
	int64_t start_s = choice->clock->start_s, end_s = choice->clock->end_s, at_s;
	struct tm tm;

	axis->spans = 0;
	if (major->unit == AXIS_YEAR || choice->clock->runs)
		return;
	calendar_local(start_s, &tm);
	at_s = calendar_day_start(tm.tm_year + 1900, step->unit == AXIS_YEAR ? 1 : tm.tm_mon + 1,
	                          step->unit == AXIS_DAY ? tm.tm_mday : 1);
	while (at_s < end_s && axis->spans < AXIS_SPANS) {
		struct axis_span *span = &axis->span[axis->spans];
		int64_t next_s;

		calendar_local(at_s, &tm);
		next_s = calendar_day_start(tm.tm_year + 1900 + (step->unit == AXIS_YEAR), tm.tm_mon + 1 + (step->unit == AXIS_MONTH),
		                            tm.tm_mday + (step->unit == AXIS_DAY));
		for (int more = 1; next_s <= at_s; more++)
			next_s = calendar_day_start(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday + 1 + more);
		if (next_s > start_s) {
			span->from = at_s <= start_s ? 0 : (at_s - start_s) / choice->s_per_px;
			span->to = (next_s < end_s ? next_s - start_s : end_s - start_s) / choice->s_per_px;
			span_label(step, at_s, next_s, span->to - span->from - choice->ruler->em / 2, choice->ruler, span->label);
			axis->spans++;
		}
		at_s = next_s;
	}
}

static void place_ticks(const struct choice *choice, const struct axis_step *step, bool is_major, struct axis_time *axis)
{
	int64_t at_s[AXIS_TICKS / 2];
	unsigned count = axis_walk(choice->clock, step, at_s, AXIS_TICKS / 2);

	for (unsigned i = 0; i < count; i++) {
		struct axis_tick *tick = axis_tick_add(axis, (double)(at_s[i] - choice->clock->start_s) / choice->s_per_px);

		if (!tick)
			return;
		tick->is_major = is_major;
		if (is_major)
			axis_label(choice->clock, at_s[i], label_format(choice, step), tick->label);
	}
}

void axis_time_ticks(const struct axis_clock *clock, const struct axis_style *style, unsigned width, double left, double right,
                     const struct axis_ruler *ruler, struct axis_time *axis)
{
	struct choice choice = {
		.clock = clock, .style = style, .ruler = ruler, .width = width,
		.s_per_px = (double)(clock->end_s - clock->start_s) / width,
	};
	const struct axis_step *major, *minor;

	axis->ticks = axis->spans = 0;
	if (style->grid) {
		axis_grid_ticks(clock, style->grid, width, axis);
	} else {
		major = choose_step(&choice, &minor);
		place_ticks(&choice, major, true, axis);
		place_ticks(&choice, minor, false, axis);
		place_spans(&choice, major, axis);
	}
	axis_ticks_merge(axis);
	axis_ticks_thin(axis, -left, width + right, ruler);
}
