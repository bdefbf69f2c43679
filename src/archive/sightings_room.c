/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps the file below its bound: what is new takes the pages of what is oldest. */
#include "archive/sightings_db.h"

#ifdef HAVE_SQLITE3

#include <errno.h>
#include <stddef.h>

/* Of a row, beside its sightings: its place in the page, the length, the id, 5 types, kind, bytes of an address. */
#define ROW_BYTES (2 + 2 + 7 + 6 + 3 + 1)
#define PAGE_HEADER 12
#define PAGES_ASIDE 24 /* for the tables beside, new rules and kinds, and pages that are not quite full */
#define DROP_LEAST 16 /* rows at a time */
#define DROP_MOST 100000

int64_t sightings_pages(struct sightings *s, const struct sighting_step *step)
{
	/* a row that does not fit leaves the rest of a page empty */
	unsigned page = s->page_bytes - PAGE_HEADER - ROW_BYTES - SIGHTINGS_ROW, count, in_row;
	const uint64_t *order = sightings_sort(s, step, &count);
	uint64_t bytes = 0;

	if (!order)
		return INT64_MAX / 2;
	for (unsigned i = 0; i < count; i += in_row) {
		unsigned series = step->sighting[(uint32_t)order[i]].series;

		in_row = sightings_in_row(step, order + i, count - i);
		bytes += ROW_BYTES + in_row * sightings_packed_bytes(sightings_address_bytes(series));
	}
	return (int64_t)((bytes + page - 1) / page);
}

/* Of the rows that fill so many pages as few as there can be. */
static int64_t rows_in_pages(const struct sightings *s, int64_t pages)
{
	return pages * (s->page_bytes / (ROW_BYTES + SIGHTINGS_ROW));
}

int64_t sightings_pages_for_all(const struct sightings *s)
{
	return s->pages_most - s->pages_most / 8 - 2 * PAGES_ASIDE;
}

/* What the file has of spans, samples and lengths from before its oldest sighting. */
static int drop_beside(struct sightings *s, int64_t oldest_s, struct failure *why)
{
	static const enum sightings_statement drops[] = { SQL_DROP_SPANS, SQL_CUT_SPAN, SQL_DROP_SAMPLES, SQL_DROP_LENGTHS };
	int err = 0;

	for (unsigned i = 0; !err && i < sizeof(drops) / sizeof(drops[0]); i++)
		err = sightings_do(s, drops[i], 1, &oldest_s, why);
	if (s->span_start_s < oldest_s)
		s->span_start_s = oldest_s < s->last_s ? oldest_s : s->last_s;
	return err;
}

/* Drops whole steps, the oldest, with about so many rows. */
static int drop_oldest(struct sightings *s, int64_t rows, struct failure *why)
{
	int64_t oldest, upto;
	int err;

	rows = rows < DROP_LEAST ? DROP_LEAST : rows > DROP_MOST ? DROP_MOST : rows;
	err = sightings_get(s, SQL_OLDEST, 0, INT64_MAX, &oldest, why);
	if (!err && oldest == INT64_MAX)
		return drop_beside(s, s->last_s, why);
	if (!err)
		err = sightings_get(s, SQL_NTH, rows, INT64_MAX, &upto, why);
	if (err)
		return err;
	if (upto != INT64_MAX) {
		upto -= upto % SIGHTINGS_PER_STEP;
		if (upto <= oldest)
			upto = oldest - oldest % SIGHTINGS_PER_STEP + SIGHTINGS_PER_STEP;
	}
	err = sightings_do(s, SQL_DROP_SIGHTINGS, 1, &upto, why);
	if (!err)
		err = sightings_get(s, SQL_OLDEST, 0, INT64_MAX, &oldest, why);
	if (err)
		return err;
	return drop_beside(s, oldest == INT64_MAX ? s->last_s : oldest / SIGHTINGS_PER_STEP, why);
}

static int pages_free(struct sightings *s, int64_t *free_pages, struct failure *why)
{
	int64_t pages, unused;
	int err = sightings_get(s, SQL_PAGES, 0, 0, &pages, why);

	if (!err)
		err = sightings_get(s, SQL_PAGES_FREE, 0, 0, &unused, why);
	if (!err)
		*free_pages = s->pages_most - pages + unused;
	return err;
}

int sightings_make_room(struct sightings *s, int64_t pages, struct failure *why)
{
	int64_t free_pages = 0, before = -1;
	int err;

	pages += PAGES_ASIDE;
	for (;;) {
		int64_t oldest;

		err = pages_free(s, &free_pages, why);
		if (err || free_pages >= pages)
			return err;
		err = sightings_get(s, SQL_OLDEST, 0, INT64_MAX, &oldest, why);
		if (err)
			return err;
		if (oldest == INT64_MAX && free_pages == before)
			return fail(why, ENOSPC, "%s: what is not sightings fills all of the %llu bytes it may have", s->path,
			            (unsigned long long)s->max_bytes);
		before = free_pages;
		err = drop_oldest(s, rows_in_pages(s, pages - free_pages), why);
		if (err)
			return err;
	}
}

int sightings_shrink(struct sightings *s, struct failure *why)
{
	static const char doing[] = "cannot make it smaller";
	int64_t pages, unused = 0, goal = s->pages_most - s->pages_most / 16;
	int err = sightings_get(s, SQL_PAGES, 0, 0, &pages, why);

	if (err || pages <= s->pages_most)
		return err;
	for (int64_t left = pages; !err && left > goal; left = pages - unused) {
		int64_t was = unused;

		err = sightings_do(s, SQL_BEGIN, 0, NULL, why);
		if (!err)
			err = drop_oldest(s, rows_in_pages(s, left - goal), why);
		if (!err)
			err = sightings_do(s, SQL_COMMIT, 0, NULL, why);
		if (!err)
			err = sightings_get(s, SQL_PAGES_FREE, 0, 0, &unused, why);
		if (unused == was)
			break;
	}
	if (!sqlite3_get_autocommit(s->db))
		sightings_do(s, SQL_ROLLBACK, 0, NULL, NULL);
	if (!err)
		err = sightings_run(s, "VACUUM", doing, why);
	if (!err)
		err = sightings_run(s, "PRAGMA wal_checkpoint(TRUNCATE)", doing, why);
	return err;
}

#endif
