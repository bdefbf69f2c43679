/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/takeover.h"

#define US 1000000
#define TELL_ROWS 64

static int next_row(struct takeover *t, struct failure *why)
{
	int got = former_next(t->former, &t->row, why);

	t->has_row = got > 0;
	return got < 0 ? got : 0;
}

int takeover_init(struct takeover *t, struct former *former, struct steps *steps, uint64_t watched, struct failure *why)
{
	int err;

	*t = (struct takeover){ .steps = steps, .former = former, .watched = watched, .hole_s = INT64_MAX };
	err = former ? next_row(t, why) : 0;
	if (t->has_row)
		t->hole_s = t->row.start_s;
	return err;
}

/* ---- time that it does not know ---- */

/* How far sources reach, one behind the other, of which one has that time; else that time. */
static int64_t covered_until(const struct takeover *t, int64_t at_s)
{
	const struct import_report *report = t->steps->report;
	int64_t step_s = report->schema.step_s, before_s;

	do {
		before_s = at_s;
		for (unsigned i = 0; i < report->source_count; i++) {
			const struct import_source *source = &report->source[i];
			int64_t first_s = source->first_us / US, last_s = source->last_us / US;

			first_s -= first_s % step_s;
			last_s += step_s - last_s % step_s;
			if (source->packets && first_s <= at_s && at_s < last_s)
				at_s = last_s;
		}
	} while (at_s > before_s);
	return at_s;
}

/* Nobody is known to have listened before that time, but where sources reach from where the hole began. */
static int end_hole(struct takeover *t, int64_t until_s, struct failure *why)
{
	return t->hole_s < until_s ? steps_skip(t->steps, covered_until(t, t->hole_s), until_s, why) : 0;
}

int takeover_close_hole(struct takeover *t, unsigned source, int64_t start_s, struct failure *why)
{
	const struct import_report *report = t->steps->report;
	int64_t first_s = report->source[source].first_us / US;
	int err = 0;

	if (start_s < t->hole_s)
		return 0;
	first_s -= first_s % report->schema.step_s;
	if (first_s > t->hole_s) {
		err = steps_advance(t->steps, first_s, why);
		if (!err)
			err = end_hole(t, first_s, why);
	}
	t->hole_s = covered_until(t, start_s);
	return err;
}

/* ---- time that it knows ---- */

bool takeover_knows(const struct takeover *t, int64_t start_s)
{
	return start_s < t->known_until_s;
}

/* Its counts lie in the first steps. */
static int put_counts(struct takeover *t, const struct former_row *row, struct failure *why)
{
	struct steps *steps = t->steps;
	int64_t step_s = steps->report->schema.step_s;
	unsigned count = (unsigned)((row->end_s - row->start_s) / step_s);
	int err = 0;

	for (unsigned i = 0; i < count && (i < row->parts || row->sources > 0) && !err; i++) {
		err = steps_begin(steps, row->start_s + i * step_s, why);
		steps->sources = row->sources;
		for (unsigned part = i; !err && part < row->parts && (part == i || i == count - 1); part++)
			former_add_counts(t->former, part, steps->slot);
	}
	return err;
}

static int put_row(struct takeover *t, struct failure *why)
{
	const struct former_row *row = &t->row;
	int err = steps_advance(t->steps, row->start_s, why);

	if (!err)
		err = end_hole(t, row->start_s, why);
	if (!err && t->steps->witnesses)
		err = witnesses_copy(t->steps->witnesses, row->start_s, row->end_s, why);
	if (!err)
		err = bulk_watch(t->steps->bulk, row->start_s, row->watched, why);
	if (!err)
		err = put_counts(t, row, why);
	if (!err)
		err = steps_advance(t->steps, row->end_s, why);
	if (!err)
		err = bulk_watch(t->steps->bulk, row->end_s, t->watched, why);
	t->known_until_s = t->hole_s = row->end_s;
	return err;
}

int takeover_rows_before(struct takeover *t, int64_t until_s, struct failure *why)
{
	int err = 0;

	while (t->has_row && t->row.start_s < until_s && !err) {
		err = put_row(t, why);
		if (!err)
			err = next_row(t, why);
		if (!err && ++t->rows % TELL_ROWS == 0)
			err = steps_tell(t->steps, why);
	}
	if (!t->has_row)
		t->hole_s = INT64_MAX;
	return err;
}
