/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening for reading, and what is asked then. */
#include "archive/sightings.h"

#ifdef HAVE_SQLITE3

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/sightings_db.h"

#define READ_BUSY_MS 2000
#define TIME_MOST_S ((int64_t)1 << 46) /* whose id fits into 63 bits */

static int64_t latest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t earliest(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* ---- opening ---- */

/* Whether a span of time can be in the file; all sums of such times are numbers. */
static bool is_span(int64_t start_s, int64_t end_s)
{
	return start_s >= 0 && start_s <= end_s && end_s <= TIME_MOST_S;
}

static int read_length(struct sightings *s, sqlite3_stmt *row, void *arg, struct failure *why)
{
	struct sightings_length *grown = realloc(s->length, (s->length_count + 1) * sizeof(*grown));

	if (!grown)
		return fail(why, ENOMEM, "%s: no memory", s->path);
	s->length = grown;
	s->length[s->length_count].start_s = sqlite3_column_int64(row, 0);
	s->length[s->length_count].step_s = sqlite3_column_int64(row, 1);
	if (!is_span(0, s->length[s->length_count].step_s))
		return sightings_bad_row(s, "lengths", why);
	s->length_count++;
	return 0;
}

/* A read pins what the transaction sees. The file is not mapped: that is no faster, and who cuts it short would end the reader. */
static int begin_reading(struct sightings *s, struct failure *why)
{
	bool is_new = false;
	int err = sightings_run(s, "PRAGMA mmap_size = 0; BEGIN", "cannot read", why);

	if (!err)
		err = sightings_check(s, &is_new, why);
	if (!err && is_new)
		err = fail(why, ENOENT, "%s: nothing was recorded yet", s->path);
	if (!err)
		err = sightings_get(s, SQL_LAST_END, 0, 0, &s->last_s, why);
	if (!err)
		err = sightings_load_kinds(s, why);
	if (!err)
		err = sightings_rows(s, "SELECT start, step FROM lengths ORDER BY start", 0, 0, read_length, NULL, why);
	return err;
}

static int open_as(struct sightings *s, const char *name, struct failure *why)
{
	int err = sightings_connect(s, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, why);

	if (!err) {
		sqlite3_busy_timeout(s->db, READ_BUSY_MS);
		err = begin_reading(s, why);
	}
	return err;
}

/* A file whose log was taken away when its last writer ended, in a directory where this user can make none. Nobody writes it. */
static bool has_no_log(const struct sightings *s)
{
	char name[4096];
	struct stat st;

	return snprintf(name, sizeof(name), "%s-wal", s->path) < (int)sizeof(name) && stat(name, &st) < 0 && errno == ENOENT;
}

/* "file:PATH?QUERY", with what means something in a URI escaped. */
static char *uri(const char *path, const char *query)
{
	char *text = malloc(5 + 3 * strlen(path) + strlen(query) + 1), *end = text;

	if (!text)
		return NULL;
	end += sprintf(end, "file:");
	for (; *path; path++)
		end += sprintf(end, strchr("?#%", *path) ? "%%%02x" : "%c", (unsigned char)*path);
	sprintf(end, "%s", query);
	return text;
}

static int open_read(struct sightings *s, struct failure *why)
{
	char *plain = uri(s->path, ""), *immutable = uri(s->path, "?immutable=1");
	int result, err;

	if (!plain || !immutable) {
		err = fail(why, ENOMEM, "%s: no memory", s->path);
		goto free_names;
	}
	err = open_as(s, plain, why);
	result = sqlite3_errcode(s->db) & 0xff;
	if (err && (result == SQLITE_CANTOPEN || result == SQLITE_READONLY) && has_no_log(s)) {
		sightings_disconnect(s);
		err = open_as(s, immutable, why);
	}
free_names:
	free(plain);
	free(immutable);
	return err;
}

int sightings_open_read(const char *path, struct sightings **sightings, struct failure *why)
{
	struct sightings *s;
	struct stat st;
	int err;

	if (stat(path, &st) < 0)
		return fail_errno(why, errno, "%s: cannot open", path);
	s = sightings_new(path);
	if (!s)
		return fail(why, ENOMEM, "%s: no memory", path);
	err = open_read(s, why);
	if (err) {
		sightings_close(s);
		return err;
	}
	*sightings = s;
	return 0;
}

/* ---- walking ---- */

struct walk {
	struct sightings *sightings;
	int64_t start_s;
	int64_t end_s;
	unsigned series;
	sightings_visit *visit;
	void *arg;
	unsigned length; /* the one of the row's step */
	struct sightings_row row;
	int result; /* visit's, or -errno */
};

/* The step of the row changes: steps come in order, so lengths do too. */
static void set_step(struct walk *walk, int64_t start_s)
{
	const struct sightings *s = walk->sightings;

	while (walk->length + 1 < s->length_count && s->length[walk->length + 1].start_s <= start_s)
		walk->length++;
	walk->row.start_s = start_s;
	walk->row.end_s = start_s + (s->length_count ? s->length[walk->length].step_s : 1);
}

/* False if the row is none of fireplot's. */
static bool visit_row(struct walk *walk, sqlite3_stmt *scan)
{
	const struct sightings *s = walk->sightings;
	struct sighting *sighting = &walk->row.sighting;
	int64_t id = sqlite3_column_int64(scan, 1);
	const struct sightings_kind *kind = id >= 0 && id < s->kind_count ? &s->kind[id] : NULL;
	const uint8_t *at = sqlite3_column_blob(scan, 2);
	unsigned left = (unsigned)sqlite3_column_bytes(scan, 2), address_bytes, bytes;

	if (!kind || !kind->known)
		return false;
	address_bytes = sightings_address_bytes(kind->series);
	bytes = sightings_packed_bytes(address_bytes);
	if (!(walk->series >> kind->series & 1))
		return true;
	*sighting = (struct sighting){ .series = kind->series, .class = kind->class };
	walk->row.rule = s->rule[kind->rule];
	for (; left >= bytes && !walk->result; left -= bytes, at += bytes) {
		sightings_unpack(sighting, address_bytes, at);
		walk->result = walk->visit(walk->arg, &walk->row);
	}
	return walk->result || left == 0;
}

static bool visit_rows(struct walk *walk, sqlite3_stmt *scan, int *result)
{
	bool good = true;

	while (good && !walk->result && (*result = sqlite3_step(scan)) == SQLITE_ROW) {
		int64_t start_s = sqlite3_column_int64(scan, 0) / SIGHTINGS_PER_STEP;

		if (start_s != walk->row.start_s)
			set_step(walk, start_s);
		if (walk->row.end_s > walk->start_s)
			good = visit_row(walk, scan);
	}
	return good;
}

static int64_t longest_step(const struct sightings *s)
{
	int64_t longest_s = 1;

	for (unsigned i = 0; i < s->length_count; i++)
		if (s->length[i].step_s > longest_s)
			longest_s = s->length[i].step_s;
	return longest_s;
}

int sightings_walk(struct sightings *s, int64_t start_s, int64_t end_s, unsigned series, sightings_visit *visit, void *arg,
                   struct failure *why)
{
	struct walk walk = { .sightings = s, .start_s = start_s, .series = series, .visit = visit, .arg = arg, .row.start_s = -1 };
	int64_t longest_s = longest_step(s), first_s = start_s > longest_s ? start_s - longest_s : 0;
	sqlite3_stmt *scan = NULL;
	int result, err = 0;

	result = sqlite3_prepare_v2(s->db, "SELECT id, kind, sightings FROM packed WHERE id >= ?1 AND id < ?2 ORDER BY id", -1, &scan,
	                            NULL);
	if (result == SQLITE_OK) {
		sqlite3_bind_int64(scan, 1, earliest(first_s, TIME_MOST_S) * SIGHTINGS_PER_STEP);
		sqlite3_bind_int64(scan, 2, earliest(end_s, TIME_MOST_S) * SIGHTINGS_PER_STEP);
		if (!visit_rows(&walk, scan, &result))
			err = sightings_bad_row(s, "packed", why);
	}
	if (!err && result != SQLITE_OK && result != SQLITE_ROW && result != SQLITE_DONE)
		err = sightings_fail(s, "cannot read", why);
	sqlite3_finalize(scan);
	return err ? err : walk.result;
}

/* ---- what is known ---- */

struct asked {
	int64_t start_s;
	int64_t end_s;
	struct sightings_coverage *coverage;
};

/* Room for one more behind count. */
static void *grow(void *list, unsigned count, size_t size)
{
	return count & (count - 1) ? list : realloc(list, (count ? 2 * count : 1) * size);
}

static int read_span(struct sightings *s, sqlite3_stmt *row, void *arg, struct failure *why)
{
	const struct asked *asked = arg;
	struct sightings_coverage *coverage = asked->coverage;
	struct sightings_span *span = grow(coverage->span, coverage->span_count, sizeof(*span));

	if (!span)
		return fail(why, ENOMEM, "%s: no memory", s->path);
	coverage->span = span;
	span += coverage->span_count++;
	span->start_s = latest(sqlite3_column_int64(row, 0), asked->start_s);
	span->end_s = earliest(sqlite3_column_int64(row, 1), asked->end_s);
	return 0;
}

static int read_sample(struct sightings *s, sqlite3_stmt *row, void *arg, struct failure *why)
{
	const struct asked *asked = arg;
	struct sightings_coverage *coverage = asked->coverage;
	struct sightings_sample *sample = grow(coverage->sample, coverage->sample_count, sizeof(*sample));

	if (!sample)
		return fail(why, ENOMEM, "%s: no memory", s->path);
	coverage->sample = sample;
	sample += coverage->sample_count++;
	sample->start_s = sqlite3_column_int64(row, 0);
	sample->end_s = sqlite3_column_int64(row, 1);
	sample->packets_left_out = (uint64_t)sqlite3_column_int64(row, 2);
	sample->sightings_left_out = (uint64_t)sqlite3_column_int64(row, 3);
	return is_span(sample->start_s, sample->end_s) ? 0 : sightings_bad_row(s, "samples", why);
}

int sightings_coverage(struct sightings *s, int64_t start_s, int64_t end_s, struct sightings_coverage *coverage, struct failure *why)
{
	struct asked asked = { start_s, end_s, coverage };
	int err;

	memset(coverage, 0, sizeof(*coverage));
	err = sightings_rows(s, "SELECT start, end FROM spans WHERE end > ?1 AND start < ?2 ORDER BY start", start_s, end_s, read_span,
	                     &asked, why);
	if (!err)
		err = sightings_rows(s,
		                     "SELECT start, end, packets_left_out, sightings_left_out FROM samples"
		                     " WHERE end > ?1 AND start < ?2 ORDER BY start",
		                     start_s, end_s, read_sample, &asked, why);
	if (err)
		sightings_coverage_fini(coverage);
	return err;
}

void sightings_coverage_fini(struct sightings_coverage *coverage)
{
	free(coverage->span);
	free(coverage->sample);
	memset(coverage, 0, sizeof(*coverage));
}

static int read_facts(struct sightings *s, sqlite3_stmt *row, void *arg, struct failure *why)
{
	struct sightings_facts *facts = arg;

	facts->rows = (uint64_t)sqlite3_column_int64(row, 0);
	facts->bytes_most = (uint64_t)sqlite3_column_int64(row, 1);
	facts->rules = (unsigned)sqlite3_column_int64(row, 2);
	facts->oldest_s = sqlite3_column_int64(row, 3);
	facts->newest_s = sqlite3_column_int64(row, 4);
	facts->steps_sampled = (uint64_t)sqlite3_column_int64(row, 5);
	facts->packets_left_out = (uint64_t)sqlite3_column_int64(row, 6);
	return is_span(facts->oldest_s, facts->newest_s) ? 0 : sightings_bad_row(s, "spans", why);
}

int sightings_facts(struct sightings *s, struct sightings_facts *facts, struct failure *why)
{
	int64_t pages, page_bytes;
	int err;

	memset(facts, 0, sizeof(*facts));
	err = sightings_rows(s,
	                     "SELECT (SELECT sum(length(sightings) / (2 * bytes + 7)) FROM packed),"
	                     " (SELECT value FROM settings WHERE name = 'max_bytes'), (SELECT count(*) FROM rules),"
	                     " (SELECT min(start) FROM spans), (SELECT max(end) FROM spans),"
	                     " (SELECT count(*) FROM samples), (SELECT sum(packets_left_out) FROM samples)",
	                     0, 0, read_facts, facts, why);
	if (!err)
		err = sightings_ask(s, "PRAGMA page_size", "cannot read", &page_bytes, why);
	if (!err)
		err = sightings_ask(s, "PRAGMA page_count", "cannot read", &pages, why);
	if (!err)
		facts->bytes = (uint64_t)(pages * page_bytes);
	return err;
}

#endif
