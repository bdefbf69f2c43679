/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/counters.h"

#include <errno.h>
#include <math.h>

/* The totals are written when a step is complete. Who copies the ring after that finds the whole step in the copy, should another
 * file not have it yet. */
int counters_find_complete(const char *dir, const char *daemon, int64_t *complete_s, struct failure *why)
{
	struct reader *reader;
	int err = reader_open(dir, daemon, &reader, why);

	if (err)
		return err;
	reader_file_last(reader, 0, complete_s, NULL); /* 0 if it can't be read */
	if (*complete_s > reader_newest(reader))
		*complete_s = reader_newest(reader); /* without a ring the totals are ahead of what is known */
	*complete_s -= *complete_s % reader_schema(reader)->step_s; /* a clean end cuts a step, which is then counted on */
	reader_close(reader);
	return 0;
}

static void add(double *sum, double count)
{
	if (count > 0)
		*sum += count;
}

static void add_totals(struct counters *counters, const struct matrix *totals, unsigned row)
{
	double known = matrix_cell(totals, row, (unsigned)schema_known_ds());
	double listened_s = known > 0 ? known * totals->row_s : 0;

	for (unsigned series = 0; series < SERIES_COUNT; series++)
		for (unsigned class = 0; class < CLASS_COUNT; class++) {
			int ds = schema_total_ds((enum series)series, (enum packet_class)class);

			if (ds >= 0)
				add(&counters->packets[series][class], matrix_cell(totals, row, (unsigned)ds));
		}
	for (unsigned reason = 0; reason < SLOT_REASONS; reason++)
		add(&counters->reasons[reason], matrix_cell(totals, row, (unsigned)schema_reason_ds((enum slot_reason)reason)));
	counters->listened_s += listened_s;
	counters->unknown_s += totals->row_s - listened_s;
}

static int add_piece(struct counters *counters, struct reader *reader, const struct reader_piece *piece, struct failure *why)
{
	const struct matrix *totals = reader_totals(reader, piece, why);
	struct matrix watched;
	int err = totals ? reader_read_watch(reader, piece, &watched, why) : -EIO;

	if (err)
		return err;
	for (unsigned row = 0; row < totals->rows; row++) {
		if (totals->start_s + (int64_t)row * totals->row_s < counters->until_s)
			continue;
		add_totals(counters, totals, row);
		for (unsigned i = 0; i < watched.columns && i < SCHEMA_DS; i++)
			add(&counters->watched[i], matrix_cell(&watched, row, i));
	}
	matrix_fini(&watched);
	return 0;
}

int counters_go_on(struct counters *counters, struct reader *reader, int64_t complete_s, struct failure *why)
{
	struct reader_piece pieces[READER_PIECES];
	struct counters next = *counters;
	unsigned count = 0;

	if (counters->until_s > 0 && counters->until_s < complete_s)
		count = reader_plan(reader, counters->until_s, complete_s, reader_schema(reader)->step_s, pieces);
	for (unsigned i = 0; i < count; i++) {
		int err = add_piece(&next, reader, &pieces[i], why);

		if (err)
			return err;
	}
	if (next.until_s < complete_s)
		next.until_s = complete_s;
	*counters = next;
	return 0;
}

double counters_sources(struct reader *reader, int64_t complete_s)
{
	uint32_t step_s = reader_schema(reader)->step_s;
	struct reader_piece piece = { .start_s = complete_s - step_s, .end_s = complete_s, .row_s = step_s };
	const struct matrix *totals = complete_s > step_s ? reader_totals(reader, &piece, NULL) : NULL;

	return totals ? matrix_cell(totals, 0, (unsigned)schema_sources_ds()) : NAN;
}
