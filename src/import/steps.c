/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/steps.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int steps_init(struct steps *steps, const struct import_request *request, const struct import_report *report, uint64_t records,
               struct failure *why)
{
	*steps = (struct steps){ .request = request, .report = report, .records = records, .start_s = INT64_MIN, .sources = NAN,
		                 .slot_bytes = slot_size(portbin_count(&report->schema.portbin)) };
	steps->slot = calloc(1, steps->slot_bytes);
	return steps->slot ? 0 : fail(why, ENOMEM, "no memory");
}

void steps_fini(struct steps *steps, bool is_finished)
{
	witnesses_close(steps->witnesses, is_finished);
	bulk_close(steps->bulk);
	free(steps->slot);
}

int steps_tell(const struct steps *steps, struct failure *why)
{
	const struct import_request *request = steps->request;
	double fraction = steps->done < steps->records ? (double)steps->done / (double)steps->records : 1;

	if (!request->progress || request->progress(request->progress_arg, true, fraction, steps->records))
		return 0;
	return fail(why, ECANCELED, "stopped; no archive was made");
}

static int end_step(struct steps *steps, struct failure *why)
{
	int err;

	if (steps->start_s == INT64_MIN)
		return 0;
	err = bulk_add_with_sources(steps->bulk, steps->start_s, steps->slot, steps->sources, why);
	if (!err && steps->witnesses)
		err = witnesses_end_step(steps->witnesses, steps->start_s, why);
	memset(steps->slot, 0, steps->slot_bytes);
	steps->sources = NAN;
	steps->start_s = INT64_MIN;
	return err;
}

int steps_skip(struct steps *steps, int64_t start_s, int64_t end_s, struct failure *why)
{
	int err;

	if (start_s >= end_s)
		return 0;
	err = bulk_skip(steps->bulk, start_s, end_s, why);
	return err || !steps->witnesses ? err : witnesses_skip(steps->witnesses, start_s, end_s, why);
}

static int skip_gap(struct steps *steps, struct failure *why)
{
	const struct import_gap *gap = &steps->report->gap[steps->next_gap++];

	return steps_skip(steps, gap->start_s, gap->end_s, why);
}

int steps_advance(struct steps *steps, int64_t until_s, struct failure *why)
{
	const struct import_report *report = steps->report;
	int err = end_step(steps, why);

	while (!err && steps->next_gap < report->gap_count && report->gap[steps->next_gap].end_s <= until_s)
		err = skip_gap(steps, why);
	return err;
}

int steps_begin(struct steps *steps, int64_t start_s, struct failure *why)
{
	int err = steps_advance(steps, start_s, why);

	if (!err)
		steps->start_s = start_s;
	return err;
}
