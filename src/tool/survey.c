/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/survey.h"

#include <errno.h>
#include <math.h>

static void survey_files(struct reader *reader, struct survey *survey)
{
	survey->files = schema_file_count(survey->schema);
	survey->bytes = schema_bytes(survey->schema);
	survey->ports_last_s = INT64_MAX;
	for (unsigned i = 0; i < survey->files; i++) {
		struct failure why;
		int64_t last_s;

		if (reader_file_last(reader, i, &last_s, &why)) {
			if (survey->damaged++ == 0)
				survey->damage = why;
		} else if (i == 0) {
			survey->totals_last_s = last_s;
		} else if (last_s < survey->ports_last_s) {
			survey->ports_last_s = last_s;
		}
	}
}

static void survey_ring(struct reader *reader, struct survey *survey)
{
	for (unsigned i = 0; i < reader_span_count(reader); i++) {
		struct slotring_span span = reader_span(reader, i);

		if (span.end_s <= survey->ports_last_s)
			continue;
		if (survey->spans++ == 0)
			survey->spans_from_s = span.start_s;
		survey->spans_to_s = span.end_s;
	}
}

/* ---- over the totals ---- */

typedef void row_take(void *arg, const struct matrix *totals, unsigned row);

static int each_row(struct reader *reader, const struct reader_piece *piece, row_take *take, void *arg, struct failure *why)
{
	const struct matrix *totals = reader_totals(reader, piece, why);

	for (unsigned row = 0; totals && row < totals->rows; row++)
		take(arg, totals, row);
	return totals ? 0 : -EIO;
}

static int each_row_since_first(struct reader *reader, const struct survey *survey, uint32_t resolution_s, row_take *take, void *arg,
                                struct failure *why)
{
	struct reader_piece pieces[READER_PIECES];
	unsigned count = reader_plan(reader, survey->first_s, survey->newest_s, resolution_s, pieces);
	int err = 0;

	for (unsigned i = 0; i < count && err == 0; i++)
		err = each_row(reader, &pieces[i], take, arg, why);
	return err;
}

/* The part of a row that has passed, without what lies before the archive's first known time, and how much of it is known. */
struct part {
	int64_t from_s, to_s;
	double known_s;
};

static struct part part_of(const struct survey *survey, const struct matrix *totals, unsigned row)
{
	int64_t start_s = totals->start_s + (int64_t)row * totals->row_s, end_s = start_s + totals->row_s;
	double known = matrix_cell(totals, row, (unsigned)schema_known_ds());
	struct part part;

	part.to_s = end_s > survey->newest_s ? survey->newest_s : end_s;
	part.from_s = start_s > survey->first_s ? start_s : survey->first_s;
	if (part.to_s < part.from_s)
		part.to_s = part.from_s;
	part.known_s = known > 0 && part.to_s > part.from_s ? known * (double)(part.to_s - start_s) : 0;
	if (part.known_s > (double)(part.to_s - part.from_s))
		part.known_s = (double)(part.to_s - part.from_s);
	return part;
}

struct coverage {
	const struct survey *survey;
	int64_t passed_s;
	double known_s;
};

static void add_coverage(void *arg, const struct matrix *totals, unsigned row)
{
	struct coverage *coverage = arg;
	struct part part = part_of(coverage->survey, totals, row);

	coverage->passed_s += part.to_s - part.from_s;
	coverage->known_s += part.known_s;
}

static int survey_level(struct reader *reader, struct survey *survey, unsigned i, struct failure *why)
{
	uint32_t row_s = survey->schema->level[i].row_s;
	struct reader_piece piece = { .end_s = survey->newest_s + row_s - 1, .row_s = row_s, .level = i };
	struct coverage coverage = { .survey = survey };
	int err;

	piece.end_s -= piece.end_s % row_s;
	piece.start_s = survey->newest_s - survey->newest_s % row_s - (int64_t)row_s * survey->schema->level[i].rows;
	if (piece.start_s < survey->first_s)
		piece.start_s = survey->first_s - survey->first_s % row_s;
	err = each_row(reader, &piece, add_coverage, &coverage, why);
	survey->level[i].from_s = piece.start_s;
	survey->level[i].known = coverage.passed_s ? coverage.known_s / (double)coverage.passed_s : NAN;
	return err;
}

struct gaps {
	struct survey *survey;
	struct survey_gap open;
};

/* The list is a ring while it grows: the newest are wanted. */
static void close_gap(struct gaps *gaps)
{
	if (gaps->open.unknown_s > 0)
		gaps->survey->gap[gaps->survey->gap_count++ % SURVEY_GAPS] = gaps->open;
	gaps->open.unknown_s = 0;
}

static void add_gap(void *arg, const struct matrix *totals, unsigned row)
{
	struct gaps *gaps = arg;
	struct part part = part_of(gaps->survey, totals, row);
	int64_t unknown_s = llround((double)(part.to_s - part.from_s) - part.known_s);

	if (unknown_s <= 0) {
		close_gap(gaps);
		return;
	}
	if (gaps->open.unknown_s == 0)
		gaps->open.from_s = part.from_s;
	gaps->open.to_s = part.to_s;
	gaps->open.unknown_s += unknown_s;
}

static void newest_first(struct survey *survey)
{
	struct survey_gap sorted[SURVEY_GAPS];
	unsigned kept = survey->gap_count < SURVEY_GAPS ? survey->gap_count : SURVEY_GAPS;

	for (unsigned i = 0; i < kept; i++)
		sorted[i] = survey->gap[(survey->gap_count - 1 - i) % SURVEY_GAPS];
	for (unsigned i = 0; i < kept; i++)
		survey->gap[i] = sorted[i];
}

static void add_counts(void *arg, const struct matrix *totals, unsigned row)
{
	struct survey *survey = arg;

	for (unsigned series = 0; series < SERIES_COUNT; series++)
		for (unsigned class = 0; class < CLASS_COUNT; class++) {
			int ds = schema_total_ds((enum series)series, (enum packet_class)class);
			double count = ds < 0 ? 0 : matrix_cell(totals, row, (unsigned)ds);

			survey->packets[series][class] += count > 0 ? count : 0;
		}
	for (unsigned reason = 0; reason < SLOT_REASONS; reason++) {
		double count = matrix_cell(totals, row, (unsigned)schema_reason_ds((enum slot_reason)reason));

		survey->reasons[reason] += count > 0 ? count : 0;
	}
}

int survey_make(struct reader *reader, struct survey *survey, struct failure *why)
{
	struct gaps gaps = { .survey = survey };
	int err = 0;

	*survey = (struct survey){ .schema = reader_schema(reader) };
	survey->newest_s = reader_newest(reader);
	survey->first_s = reader_oldest(reader);
	survey_files(reader, survey);
	survey_ring(reader, survey);
	for (unsigned i = 0; i < survey->schema->levels; i++)
		survey->level[i].known = NAN;
	if (survey->first_s == 0)
		return 0;
	for (unsigned i = 0; i < survey->schema->levels && err == 0; i++)
		err = survey_level(reader, survey, i, why);
	if (err == 0)
		err = each_row_since_first(reader, survey, survey->schema->step_s, add_gap, &gaps, why);
	close_gap(&gaps);
	newest_first(survey);
	if (err == 0)
		err = each_row_since_first(reader, survey, UINT32_MAX, add_counts, survey, why);
	return err;
}
