/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/xgrid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/escape.h"
#include "common/units.h"
#include "plot/axis_walk.h"

#define FIELD 16
#define DAY_S 86400
#define COUNT_MAX 10000

static const struct unit {
	const char *name;
	enum axis_unit unit;
	unsigned seconds; /* a count of one is so many of the axis's own unit; only seconds have more than one */
	unsigned longest_s;
} units[] = {
	{ "SECOND", AXIS_SECOND, 1, 1 },        { "MINUTE", AXIS_SECOND, 60, 60 },         { "HOUR", AXIS_SECOND, 3600, 3600 },
	{ "DAY", AXIS_DAY, 1, DAY_S },          { "WEEK", AXIS_WEEK, 1, 7 * DAY_S },       { "MONTH", AXIS_MONTH, 1, 31 * DAY_S },
	{ "YEAR", AXIS_YEAR, 1, 366 * DAY_S },
};
#define UNITS (sizeof(units) / sizeof(units[0]))

/* The next field of text, up to a colon, which is skipped. A field that is too long is cut: then it is no unit and no number. */
static int take_field(const char **text, const char *part, char field[FIELD], struct failure *why)
{
	size_t length = strcspn(*text, ":");

	if (!(*text)[length])
		return fail(why, EINVAL, "%s: expected a colon and the rest behind it; the whole is "
		            "GTM:GST:MTM:MST:LTM:LST:LPR:LFM or none", part);
	snprintf(field, FIELD, "%.*s", (int)length, *text);
	*text += length + 1;
	return 0;
}

static const struct unit *find_unit(const char *name)
{
	for (unsigned i = 0; i < UNITS; i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

/* Takes unit and count; unit_part and count_part are their names in the manual. */
static int take_step(const char **text, const char *unit_part, const char *count_part, struct axis_step *step, uint32_t *longest_s,
                     struct failure *why)
{
	char field[FIELD], quoted[ESCAPE_QUOTED];
	const struct unit *unit;
	uint32_t count, max;
	uint64_t longest;
	int err = take_field(text, unit_part, field, why);

	if (err)
		return err;
	unit = find_unit(field);
	if (!unit)
		return fail(why, EINVAL, "%s: expected SECOND, MINUTE, HOUR, DAY, WEEK, MONTH or YEAR, not %s", unit_part,
		            escape_quote(field, quoted));
	err = take_field(text, count_part, field, why);
	if (err)
		return err;
	max = unit->unit == AXIS_SECOND ? DAY_S / unit->seconds : COUNT_MAX;
	if (!units_parse_number(field, 1, max, &count))
		return fail(why, EINVAL, "%s: expected a number of %sS from 1 to %u, not %s", count_part, unit->name, max,
		            escape_quote(field, quoted));
	*step = (struct axis_step){ .unit = unit->unit, .count = count * unit->seconds };
	longest = (uint64_t)count * unit->longest_s;
	*longest_s = longest < INT32_MAX ? (uint32_t)longest : INT32_MAX;
	return 0;
}

int xgrid_check_format(const char *format, struct failure *why)
{
	static const struct axis_clock epoch = { 0 };
	char label[AXIS_LABEL];

	if (!format[0])
		return fail(why, EINVAL, "expected a format of labels, as in strftime(3)");
	axis_label(&epoch, 0, format, label);
	if (strlen(format) >= AXIS_LABEL || !label[0])
		return fail(why, EINVAL, "expected a format of at most %d bytes that makes as many at most, as in strftime(3)",
		            AXIS_LABEL - 1);
	return 0;
}

int xgrid_parse(const char *text, struct axis_grid *grid, struct failure *why)
{
	char field[FIELD], quoted[ESCAPE_QUOTED];
	struct failure format;
	uint32_t longest_s;
	int err;

	*grid = (struct axis_grid){ .is_none = strcmp(text, "none") == 0 };
	if (grid->is_none)
		return 0;
	err = take_step(&text, "GTM", "GST", &grid->line, &longest_s, why);
	if (!err)
		err = take_step(&text, "MTM", "MST", &grid->major, &longest_s, why);
	if (!err)
		err = take_step(&text, "LTM", "LST", &grid->label, &longest_s, why);
	if (!err)
		err = take_field(&text, "LPR", field, why);
	if (err)
		return err;
	if (!units_parse_number(field, 0, longest_s, &grid->label_s))
		return fail(why, EINVAL, "LPR: expected the seconds that a label stands for, 0 or up to the next one, %u, not %s",
		            longest_s, escape_quote(field, quoted));
	if (xgrid_check_format(text, &format))
		return fail(why, EINVAL, "LFM: %.400s", format.text);
	snprintf(grid->format, sizeof(grid->format), "%s", text);
	return 0;
}

int xgrid_check_hours(const struct axis_grid *grid, struct failure *why)
{
	const struct axis_step *steps[] = { &grid->line, &grid->major, &grid->label };
	char quoted[ESCAPE_QUOTED];

	for (unsigned i = 0; i < 3; i++)
		if (steps[i]->unit != AXIS_SECOND)
			return fail(why, EINVAL, "option --x-grid: expected parts of a day for the axis below --days: "
			            "no DAY, WEEK, MONTH or YEAR");
	for (const char *p = strchr(grid->format, '%'); p && p[1]; p = strchr(p + 2, '%')) {
		const char *conversion = p + 1 + strspn(p + 1, "-_0^#EO123456789");

		if (!strchr("HIklMSpPrRTXnt%", *conversion))
			return fail(why, EINVAL, "option --x-grid: LFM: expected a time of day and no date below --days, not %s",
			            escape_quote(grid->format, quoted));
	}
	return 0;
}

bool xgrid_leaves_out(const struct axis_grid *grid, double s_per_px, unsigned width, struct failure *what)
{
	bool has_lines = axis_step_is_drawn(&grid->line, s_per_px, width);
	bool has_major = axis_step_is_drawn(&grid->major, s_per_px, width);
	bool has_labels = axis_step_is_drawn(&grid->label, s_per_px, width);

	if (grid->is_none || (has_lines && has_major && has_labels))
		return false;
	fail(what, 0, "option --x-grid: too close to be told apart at this width and left out:%s%s%s", has_lines ? "" : " GTM:GST",
	     has_major ? "" : " MTM:MST", has_labels ? "" : " LTM:LST");
	return true;
}
