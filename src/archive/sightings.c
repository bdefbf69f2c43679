/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening for writing, and adding steps. */
#include "archive/sightings.h"

#ifdef HAVE_SQLITE3

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/sightings_db.h"

#define BUSY_MS 100
#define WAL "-wal"
#define SHM "-shm"
#define WAL_PAGES 1000 /* written back when it has that many; what can't be is tried again after the next step */
#define WAL_BYTES_LEAST (8u << 20)

/* Beyond this, which only a reader that never ends its transaction leads to, nothing more is added. */
static uint64_t wal_bytes_most(const struct sightings *s)
{
	return s->max_bytes / 4 > WAL_BYTES_LEAST ? s->max_bytes / 4 : WAL_BYTES_LEAST;
}

/* SQLite calls it after each commit. */
static int count_wal_pages(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct sightings *s = arg;

	s->wal_pages = (unsigned)pages;
	return SQLITE_OK;
}

static int load(struct sightings *s, struct failure *why)
{
	int err = sightings_load_kinds(s, why);

	if (!err)
		err = sightings_get(s, SQL_LAST, 0, 0, &s->span_start_s, why);
	if (!err)
		err = sightings_get(s, SQL_LAST_END, 0, 0, &s->last_s, why);
	if (!err)
		err = sightings_get(s, SQL_LAST_LENGTH, 0, 0, &s->step_s, why);
	s->stale = err != 0;
	return err;
}

/* Secure deletion would write each page that is dropped once more. */
static int configure(struct sightings *s, struct failure *why)
{
	static const char doing[] = "cannot open";
	char sql[128];
	int persist = 1;
	int64_t page_bytes, pages_most;
	int err;

	s->wal_pages = 0;
	sqlite3_wal_hook(s->db, count_wal_pages, s);
	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
	err = sightings_ask(s, "PRAGMA page_size", doing, &page_bytes, why);
	if (err)
		return err;
	s->page_bytes = (unsigned)page_bytes;
	s->pages_most = (int64_t)(s->max_bytes / s->page_bytes);
	err = sightings_run(s, "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF", doing, why);
	snprintf(sql, sizeof(sql), "PRAGMA journal_size_limit = %u", WAL_PAGES * s->page_bytes);
	if (!err)
		err = sightings_run(s, sql, doing, why);
	if (!err)
		err = load(s, why);
	if (!err)
		err = sightings_shrink(s, why);
	snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %lld", (long long)s->pages_most);
	if (!err)
		err = sightings_ask(s, sql, doing, &pages_most, why);
	snprintf(sql, sizeof(sql), "INSERT OR REPLACE INTO settings VALUES('max_bytes', %llu)", (unsigned long long)s->max_bytes);
	return err ? err : sightings_run(s, sql, doing, why);
}

/* What a name stands for now: PATH and a suffix. */
static struct sightings_identity identify(const struct sightings *s, const char *suffix)
{
	char name[PATH_MAX];
	struct stat st;

	if (snprintf(name, sizeof(name), "%s%s", s->path, suffix) >= (int)sizeof(name) || stat(name, &st) < 0)
		return (struct sightings_identity){ 0 };
	return (struct sightings_identity){ st.st_dev, st.st_ino };
}

static bool is_same(struct sightings_identity a, struct sightings_identity b)
{
	return a.inode == b.inode && a.device == b.device;
}

static int open_file(struct sightings *s, struct failure *why)
{
	bool is_new = false;
	int err = sightings_connect(s, s->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, why);

	if (!err) {
		sqlite3_busy_timeout(s->db, BUSY_MS);
		err = sightings_check(s, &is_new, why);
	}
	if (!err && is_new)
		err = sightings_make(s, why);
	if (!err)
		err = configure(s, why);
	if (err) {
		sightings_disconnect(s);
		return err;
	}
	s->file = identify(s, "");
	s->log = identify(s, WAL);
	return 0;
}

int sightings_open(const char *path, uint64_t max_bytes, struct sightings **sightings, struct failure *why)
{
	struct sightings *s = sightings_new(path);
	int err;

	if (!s)
		return fail(why, ENOMEM, "%s: no memory", path);
	s->max_bytes = max_bytes < SIGHTINGS_BYTES_LEAST ? SIGHTINGS_BYTES_LEAST : max_bytes;
	err = open_file(s, why);
	if (err) {
		sightings_close(s);
		return err;
	}
	*sightings = s;
	return 0;
}

void sightings_close(struct sightings *s)
{
	if (!s)
		return;
	sightings_disconnect(s);
	sightings_forget_kinds(s);
	free(s->length);
	free(s->order);
	free(s->path);
	free(s);
}

int64_t sightings_last(const struct sightings *s)
{
	return s->last_s;
}

/* ---- a step ---- */

/* rule_id are the ids of the step's rules in the file, -1 until they are asked for. */
static int find_kind(struct sightings *s, const struct sighting_step *step, const struct sighting *sighting, int *rule_id, uint32_t *kind,
                     struct failure *why)
{
	int *id = &rule_id[sighting->rule];
	char prefix[SIGHTING_RULE];
	uint16_t rule = 0;
	int err = 0;

	if (*id < 0) {
		snprintf(prefix, sizeof(prefix), "%.*s", SIGHTING_RULE - 1, step->rule[sighting->rule]);
		err = sightings_rule_id(s, prefix, &rule, why);
		*id = rule;
	}
	return err ? err : sightings_kind_id(s, sighting, (uint16_t)*id, kind, why);
}

static int add_row(struct sightings *s, int64_t id, uint32_t kind, const struct sighting_step *step, const uint64_t *order, unsigned count,
                   struct failure *why)
{
	sqlite3_stmt *statement = sightings_statement(s, SQL_ADD_ROW);
	unsigned address_bytes = sightings_address_bytes(step->sighting[(uint32_t)order[0]].series);
	unsigned bytes = sightings_packed_bytes(address_bytes);
	uint8_t row[SIGHTINGS_ROW];

	if (!statement)
		return sightings_fail(s, "cannot write", why);
	for (unsigned i = 0; i < count; i++)
		sightings_pack(&step->sighting[(uint32_t)order[i]], address_bytes, row + i * bytes);
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, kind);
	sqlite3_bind_int64(statement, 3, address_bytes);
	sqlite3_bind_blob(statement, 4, row, (int)(count * bytes), SQLITE_STATIC);
	return sightings_do(s, SQL_ADD_ROW, 0, NULL, why);
}

static int add_sightings(struct sightings *s, const struct sighting_step *step, int64_t start_s, struct failure *why)
{
	unsigned count, in_row;
	const uint64_t *order = sightings_sort(s, step, &count);
	int rule_id[SIGHTING_RULES];
	int err = 0;

	if (!order)
		return fail(why, ENOMEM, "%s: no memory", s->path);
	memset(rule_id, -1, sizeof(rule_id));
	for (unsigned i = 0; !err && i < count; i += in_row) {
		uint32_t kind = 0;

		in_row = sightings_in_row(step, order + i, count - i);
		err = find_kind(s, step, &step->sighting[(uint32_t)order[i]], rule_id, &kind, why);
		if (!err)
			err = add_row(s, start_s * SIGHTINGS_PER_STEP + i, kind, step, order + i, in_row, why);
	}
	return err;
}

static int add_sample(struct sightings *s, const struct sighting_step *step, int64_t start_s, bool all, struct failure *why)
{
	uint64_t packets = step->packets_left_out, sightings = step->sightings_left_out;

	for (unsigned i = 0; all && i < step->count; i++)
		packets += step->sighting[i].packets;
	if (all)
		sightings += step->count;
	if (packets == 0 && sightings == 0)
		return 0;
	return sightings_do(s, SQL_ADD_SAMPLE, 4,
	                    (int64_t[]){ start_s, step->end_s, (int64_t)packets, (int64_t)sightings }, why);
}

/* A step that touches the newest span belongs to it. */
static int add_span(struct sightings *s, int64_t start_s, int64_t end_s, struct failure *why)
{
	bool touches = s->last_s != 0 && start_s == s->last_s;
	int err;

	if (!touches)
		s->span_start_s = start_s;
	err = sightings_do(s, touches ? SQL_EXTEND_SPAN : SQL_ADD_SPAN, 2, (int64_t[]){ s->span_start_s, end_s }, why);
	s->last_s = end_s;
	return err;
}

static int add_step(struct sightings *s, const struct sighting_step *step, bool fits, struct failure *why)
{
	int64_t start_s = step->start_s > s->last_s ? step->start_s : s->last_s;
	int64_t length_s = step->end_s - start_s;
	int err = 0;

	if (step->count == 0 && step->packets_left_out == 0) /* of an empty one nobody asks how long it was */
		return add_span(s, start_s, step->end_s, why);
	if (length_s != s->step_s)
		err = sightings_do(s, SQL_ADD_LENGTH, 2, (int64_t[]){ start_s, length_s }, why);
	s->step_s = length_s;
	if (!err && fits)
		err = add_sightings(s, step, start_s, why);
	if (!err)
		err = add_sample(s, step, start_s, !fits, why);
	if (!err)
		err = add_span(s, start_s, step->end_s, why);
	return err;
}

/* ---- a transaction ---- */

/* The log of a file that was moved away goes into it; under its name it would be taken for that of the file which is there now. */
static void leave_moved_file(struct sightings *s)
{
	char name[PATH_MAX];

	sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sightings_disconnect(s);
	if (!s->log.inode || !is_same(s->log, identify(s, WAL)))
		return;
	for (unsigned i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "%s%s", s->path, i == 0 ? WAL : SHM);
		unlink(name);
	}
}

/* A file that was removed or replaced is given up for the one that the path names. */
static int same_file(struct sightings *s, struct failure *why)
{
	if (s->db && s->file.inode && is_same(s->file, identify(s, "")))
		return 0;
	if (s->db)
		leave_moved_file(s);
	s->last_s = 0;
	return open_file(s, why);
}

/* A reader that holds its transaction open keeps the log from being started over: then it only grows. */
static int log_is_bounded(struct sightings *s, struct failure *why)
{
	if ((uint64_t)s->wal_pages * s->page_bytes <= wal_bytes_most(s))
		return 0;
	switch (sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL)) {
	case SQLITE_OK:
		s->wal_pages = 0;
		return 0;
	case SQLITE_BUSY:
		return fail(why, EBUSY, "%s: another program reads it for so long that the log beside it has %llu bytes; end it",
		            s->path, (unsigned long long)s->wal_pages * s->page_bytes);
	default:
		return sightings_fail(s, "cannot write", why);
	}
}

static int begin(struct sightings *s, struct failure *why)
{
	int64_t changed;
	int err = sightings_do(s, SQL_BEGIN, 0, NULL, why);

	if (!err)
		err = sightings_get(s, SQL_CHANGED, 0, 0, &changed, why);
	if (!err && (s->stale || changed != s->changed))
		err = load(s, why);
	if (!err)
		s->changed = changed;
	return err;
}

static int add_steps(struct sightings *s, unsigned count, const struct sighting_step *steps, struct failure *why)
{
	int64_t pages = 0, most = sightings_pages_for_all(s);
	unsigned first = count; /* the oldest that fits, with all that follow */
	int err;

	while (first > 0 && steps[first - 1].end_s > s->last_s && pages + sightings_pages(s, &steps[first - 1]) <= most)
		pages += sightings_pages(s, &steps[--first]);
	err = sightings_make_room(s, pages, why);
	for (unsigned i = 0; !err && i < count; i++)
		if (steps[i].end_s > s->last_s)
			err = add_step(s, &steps[i], i >= first && steps[i].count <= SIGHTINGS_PER_STEP, why);
	return err;
}

/* After a failure memory has what the file has not. */
static void take_back(struct sightings *s, int64_t last_s)
{
	if (!sqlite3_get_autocommit(s->db))
		sightings_do(s, SQL_ROLLBACK, 0, NULL, NULL);
	s->last_s = last_s;
	s->stale = true;
}

int sightings_add(struct sightings *s, unsigned count, const struct sighting_step *steps, struct failure *why)
{
	int64_t last_s;
	int err = same_file(s, why);

	if (!err)
		err = log_is_bounded(s, why);
	if (err || count == 0 || steps[count - 1].end_s <= s->last_s)
		return err;
	last_s = s->last_s;
	err = begin(s, why);
	if (!err)
		err = add_steps(s, count, steps, why);
	if (!err)
		err = sightings_do(s, SQL_COMMIT, 0, NULL, why);
	if (err)
		take_back(s, last_s);
	else if (s->wal_pages >= WAL_PAGES)
		sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return err;
}

#endif
