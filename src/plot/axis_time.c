/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/axis.h"

#include <stdio.h>
#include <string.h>

#include "plot/calendar.h"

#define DAY_S 86400
#define CHANGES 128

enum unit { SECONDS, DAYS, WEEKS, MONTHS, YEARS };

/* A distance between ticks: count units. Ticks lie on whole multiples of it in local time (weeks on Mondays). */
struct step {
	enum unit unit;
	unsigned count;
};

static const struct step steps[] = {
	{ SECONDS, 1 },    { SECONDS, 2 },    { SECONDS, 5 },     { SECONDS, 10 },    { SECONDS, 15 },   { SECONDS, 30 },
	{ SECONDS, 60 },   { SECONDS, 120 },  { SECONDS, 300 },   { SECONDS, 600 },   { SECONDS, 900 },  { SECONDS, 1800 },
	{ SECONDS, 3600 }, { SECONDS, 7200 }, { SECONDS, 10800 }, { SECONDS, 21600 }, { SECONDS, 43200 },
	{ DAYS, 1 },       { WEEKS, 1 },      { MONTHS, 1 },      { MONTHS, 3 },      { MONTHS, 6 },
	{ YEARS, 1 },      { YEARS, 2 },      { YEARS, 5 },       { YEARS, 10 },      { YEARS, 50 },     { YEARS, 100 },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* The shortest that a step can be, clock changes left out. */
static double step_seconds(const struct step *step)
{
	static const unsigned unit_s[] = { 1, DAY_S, 7 * DAY_S, 28 * DAY_S, 365 * DAY_S };

	return (double)step->count * unit_s[step->unit];
}

/* Whether every tick of the step is one of fine as well. */
static bool step_contains(const struct step *step, const struct step *fine)
{
	if (step->unit == fine->unit)
		return step->count % fine->count == 0;
	if (fine->unit == SECONDS)
		return DAY_S % fine->count == 0;
	return fine->unit == DAYS || (fine->unit == MONTHS && step->unit == YEARS);
}

struct times {
	unsigned count;
	int64_t at_s[AXIS_TICKS];
};

/* Local times that are multiples of step_s. Between two changes of the clock the offset is constant, so these are as well. */
static void walk_seconds(int64_t start_s, int64_t end_s, int64_t step_s, struct times *times)
{
	int64_t change_s[CHANGES + 1];
	unsigned changes = calendar_changes(start_s, end_s, change_s, CHANGES);

	change_s[changes] = end_s + 1;
	for (unsigned i = 0; i <= changes; i++) {
		int64_t from_s = i ? change_s[i - 1] : start_s;
		int64_t local_s = from_s + calendar_offset(from_s);
		int64_t late_s = (local_s % step_s + step_s) % step_s;
		int64_t at_s = from_s + (late_s ? step_s - late_s : 0);

		for (; at_s < change_s[i] && times->count < AXIS_TICKS; at_s += step_s)
			times->at_s[times->count++] = at_s;
	}
}

/* The first seconds of days, Mondays, months or years. */
static void walk_dates(int64_t start_s, int64_t end_s, const struct step *step, struct times *times)
{
	unsigned n = step->count;
	struct tm tm;

	calendar_local(start_s, &tm);
	for (int i = 0; times->count < AXIS_TICKS; i++) {
		int year = tm.tm_year + 1900, month = tm.tm_mon + 1, day = tm.tm_mday, by = i * (int)n;
		int64_t at_s = start_s;

		switch (step->unit) {
		case SECONDS:
		case DAYS:
			at_s = calendar_day_start(year, month, day + by);
			break;
		case WEEKS:
			at_s = calendar_day_start(year, month, day - (tm.tm_wday + 6) % 7 + 7 * by);
			break;
		case MONTHS:
			at_s = calendar_day_start(year, month - (month - 1) % (int)n + by, 1);
			break;
		case YEARS:
			at_s = calendar_day_start(year - year % (int)n + by, 1, 1);
			break;
		}
		if (at_s > end_s)
			break;
		/* A zone may skip a whole day; the next one then starts with the same second. */
		if (at_s >= start_s && (!times->count || times->at_s[times->count - 1] < at_s))
			times->at_s[times->count++] = at_s;
	}
}

static void walk(int64_t start_s, int64_t end_s, const struct step *step, struct times *times)
{
	times->count = 0;
	if (step->unit == SECONDS)
		walk_seconds(start_s, end_s, step->count, times);
	else
		walk_dates(start_s, end_s, step, times);
}

static void tick_label(const struct step *step, int64_t at_s, char label[AXIS_LABEL])
{
	size_t used = 0;
	struct tm tm;

	calendar_local(at_s, &tm);
	switch (step->unit) {
	case SECONDS:
		used = strftime(label, AXIS_LABEL, step->count % 60 ? "%H:%M:%S" : "%H:%M", &tm);
		break;
	case DAYS:
	case WEEKS:
		used = strftime(label, AXIS_LABEL, "%-d", &tm);
		break;
	case MONTHS:
		used = strftime(label, AXIS_LABEL, "%b", &tm);
		break;
	case YEARS:
		used = strftime(label, AXIS_LABEL, "%Y", &tm);
		break;
	}
	if (!used)
		label[0] = '\0';
}

/* The finest step whose labels have room, and the finest one within it whose ticks can be told apart. */
static const struct step *choose_step(double s_per_px, unsigned width, const struct axis_ruler *ruler, const struct step **minor)
{
	static const char *const widest[] = { "00:00", "30", "30", "May", "2000" };
	double closest = ruler->em / 2 > width / 900.0 ? ruler->em / 2 : width / 900.0;
	const struct step *major = &steps[STEPS - 1];

	for (unsigned i = 0; i < STEPS; i++) {
		const char *text = steps[i].unit == SECONDS && steps[i].count % 60 ? "00:00:00" : widest[steps[i].unit];

		if (step_seconds(&steps[i]) / s_per_px >= ruler->width(ruler->context, text) + ruler->em) {
			major = &steps[i];
			break;
		}
	}
	for (*minor = steps; *minor < major; ++*minor)
		if (step_contains(major, *minor) && step_seconds(*minor) / s_per_px >= closest)
			break;
	return major;
}

/* Labels the ticks from the left, leaving out what would touch the label before (as an hour that is shown twice does). */
static void place_labels(const struct step *major, const struct times *times, struct axis_time *axis, double low, double high,
                         const struct axis_ruler *ruler)
{
	unsigned next = 0;

	for (unsigned i = 0; i < axis->ticks; i++) {
		struct axis_tick *tick = &axis->tick[i];
		double half;

		if (!tick->is_major)
			continue;
		tick_label(major, times->at_s[next++], tick->label);
		half = ruler->width(ruler->context, tick->label) / 2;
		if (tick->at - half < low || tick->at + half > high)
			tick->label[0] = '\0';
		else
			low = tick->at + half + ruler->em / 3;
	}
}

/* The name of a day, month or year in fewer letters the higher brevity is; "" when there is no shorter one. */
static void spell(const struct step *step, const struct tm *tm, long hours, unsigned brevity, char label[AXIS_LABEL])
{
	unsigned kind = step->unit == DAYS ? brevity : step->unit == MONTHS ? 10 + brevity : 20 + brevity;
	size_t used = 0;

	switch (kind) {
	case 0:
		used = strftime(label, AXIS_LABEL, "%a %-d %b %Y", tm);
		/* A day with a change of the clock says how long it is: the axis has an hour less or more. */
		if (used && hours != 24)
			snprintf(label + used, AXIS_LABEL - used, " (%ld h)", hours);
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
static void span_label(const struct step *step, int64_t at_s, int64_t next_s, double room, const struct axis_ruler *ruler,
                       char label[AXIS_LABEL])
{
	struct tm tm;

	calendar_local(at_s, &tm);
	for (unsigned brevity = 0;; brevity++) {
		spell(step, &tm, (long)((next_s - at_s) / 3600), brevity, label);
		if (!label[0] || ruler->width(ruler->context, label) <= room)
			return;
	}
}

/* What the ticks' labels leave unsaid: the days of hours, the months of days, the years of months. */
static void place_spans(int64_t start_s, int64_t end_s, const struct step *major, double s_per_px, const struct axis_ruler *ruler,
                        struct axis_time *axis)
{
	static const struct step within[] = {
		[SECONDS] = { DAYS, 1 }, [DAYS] = { MONTHS, 1 }, [WEEKS] = { MONTHS, 1 }, [MONTHS] = { YEARS, 1 },
	};
	const struct step *step = &within[major->unit];
	struct tm tm;
	int64_t at_s;

	axis->spans = 0;
	if (major->unit == YEARS)
		return;
	calendar_local(start_s, &tm);
	at_s = calendar_day_start(tm.tm_year + 1900, step->unit == YEARS ? 1 : tm.tm_mon + 1,
	                          step->unit == DAYS ? tm.tm_mday : 1);
	while (at_s < end_s && axis->spans < AXIS_SPANS) {
		struct axis_span *span = &axis->span[axis->spans];
		int64_t next_s;

		calendar_local(at_s, &tm);
		next_s = calendar_day_start(tm.tm_year + 1900 + (step->unit == YEARS), tm.tm_mon + 1 + (step->unit == MONTHS),
		                            tm.tm_mday + (step->unit == DAYS));
		for (int more = 1; next_s <= at_s; more++)
			next_s = calendar_day_start(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday + 1 + more);
		if (next_s > start_s) {
			span->from = at_s <= start_s ? 0 : (at_s - start_s) / s_per_px;
			span->to = (next_s < end_s ? next_s - start_s : end_s - start_s) / s_per_px;
			span_label(step, at_s, next_s, span->to - span->from - ruler->em / 2, ruler, span->label);
			axis->spans++;
		}
		at_s = next_s;
	}
}

void axis_time_ticks(int64_t start_s, int64_t end_s, unsigned width, double margin, const struct axis_ruler *ruler,
                     struct axis_time *axis)
{
	double s_per_px = (double)(end_s - start_s) / width;
	const struct step *minor, *major = choose_step(s_per_px, width, ruler, &minor);
	struct times majors, minors;
	unsigned i = 0, j = 0;

	walk(start_s, end_s, major, &majors);
	walk(start_s, end_s, minor, &minors);
	axis->ticks = 0;
	while (axis->ticks < AXIS_TICKS && (i < majors.count || j < minors.count)) {
		bool is_major = i < majors.count && (j == minors.count || majors.at_s[i] <= minors.at_s[j]);
		int64_t at_s = is_major ? majors.at_s[i++] : minors.at_s[j];

		j += j < minors.count && minors.at_s[j] == at_s;
		axis->tick[axis->ticks++] = (struct axis_tick){ .at = (at_s - start_s) / s_per_px, .is_major = is_major };
	}
	place_labels(major, &majors, axis, -margin, width + margin, ruler);
	place_spans(start_s, end_s, major, s_per_px, ruler, axis);
}
