/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of sightings share: the open database, its statements, and the tables that are kept in memory. */
#ifndef ARCHIVE_SIGHTINGS_DB_H
#define ARCHIVE_SIGHTINGS_DB_H

#ifdef HAVE_SQLITE3

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "archive/sightings.h"

#define SIGHTINGS_VERSION 2
#define SIGHTINGS_APPLICATION 0x66706c74 /* "fplt" */

/* A row's id is the start of its step in its upper bits, so a time is a range of ids. */
#define SIGHTINGS_PER_STEP 65536

/* A row of the table packed holds sightings of one step and one kind, each as source, destination, number (2 bytes),
 * packets (4) and TCP flags (1), all in network order, in at most so many bytes: eight such rows fill a page. Reading a row costs
 * many times as much as what is in it, so there should be few. */
#define SIGHTINGS_ROW 480

#define SIGHTINGS_RULES_MOST 1024
#define SIGHTINGS_KINDS_MOST (1u << 15) /* more than there can be */

/* Everything of a sighting that few sightings differ in. */
struct sightings_kind {
	bool known;
	uint8_t series;
	uint8_t class;
	uint16_t rule;
};

/* From its start on steps are this long. */
struct sightings_length {
	int64_t start_s;
	int64_t step_s;
};

/* Which file a name stood for; all zero: none. */
struct sightings_identity {
	dev_t device;
	ino_t inode;
};

enum sightings_statement {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_CHANGED,
	SQL_PAGES,
	SQL_PAGES_FREE,
	SQL_LAST,
	SQL_LAST_END,
	SQL_LAST_LENGTH,
	SQL_ADD_ROW,
	SQL_ADD_KIND,
	SQL_ADD_RULE,
	SQL_ADD_SPAN,
	SQL_EXTEND_SPAN,
	SQL_ADD_SAMPLE,
	SQL_ADD_LENGTH,
	SQL_OLDEST,
	SQL_NTH,
	SQL_DROP_SIGHTINGS,
	SQL_DROP_SPANS,
	SQL_CUT_SPAN,
	SQL_DROP_SAMPLES,
	SQL_DROP_LENGTHS,
	SQL_STATEMENTS,
};

struct sightings {
	char *path;
	sqlite3 *db;
	sqlite3_stmt *statement[SQL_STATEMENTS]; /* prepared when first used */

	/* kinds and rules, by id */
	unsigned kind_count;
	struct sightings_kind *kind;
	unsigned rule_count;
	char **rule;

	/* writing */
	uint64_t max_bytes;
	unsigned page_bytes;
	int64_t pages_most;
	struct sightings_identity file; /* of what is open */
	struct sightings_identity log;
	uint32_t **kind_of; /* by rule, then sightings_kind_key: id + 1 */
	uint64_t *order; /* sightings_sort's */
	int64_t changed; /* SQLite's data_version: it tells when another program wrote */
	unsigned wal_pages; /* of the write-ahead log, since it was started over */
	bool stale; /* what is kept in memory must be read again */
	int64_t last_s;
	int64_t span_start_s; /* of the newest span */
	int64_t step_s; /* of the newest length */

	/* reading */
	unsigned length_count;
	struct sightings_length *length;
};

/* ---- sightings_db.c ---- */

/* Says what SQLite said of the last call, as "PATH: DOING: MESSAGE", and returns the errno value that stands for it. */
int sightings_fail(const struct sightings *sightings, const char *doing, struct failure *why);

/* A new one without a database; NULL if there is no memory. */
struct sightings *sightings_new(const char *path);

/* Opens the database with SQLite's flags. name is the path or a URI. */
int sightings_connect(struct sightings *sightings, const char *name, int flags, struct failure *why);

/* Ends statements and connection. */
void sightings_disconnect(struct sightings *sightings);

/* Runs SQL that has no result. */
int sightings_run(struct sightings *sightings, const char *sql, const char *doing, struct failure *why);

/* The first column of the first row, 0 if there is none. */
int sightings_ask(struct sightings *sightings, const char *sql, const char *doing, int64_t *number, struct failure *why);

/* Calls read for each row, until it fails. first and second are bound if the SQL has two parameters. */
typedef int sightings_read_row(struct sightings *sightings, sqlite3_stmt *row, void *arg, struct failure *why);
int sightings_rows(struct sightings *sightings, const char *sql, int64_t first, int64_t second, sightings_read_row *read, void *arg,
                   struct failure *why);

/* The prepared statement, reset, with nothing bound; NULL if it can't be prepared. */
sqlite3_stmt *sightings_statement(struct sightings *sightings, enum sightings_statement which);

/* Runs a prepared statement to its end, with integers bound to it. */
int sightings_do(struct sightings *sightings, enum sightings_statement which, unsigned count, const int64_t *values,
                 struct failure *why);

/* The first column of its first row; none if there is none. bound is its one parameter, if it has one. */
int sightings_get(struct sightings *sightings, enum sightings_statement which, int64_t bound, int64_t none, int64_t *number,
                  struct failure *why);

/* ---- sightings_schema.c ---- */

/* Tells a file of ours from a new one (no table yet), another one and a newer one. */
int sightings_check(struct sightings *sightings, bool *is_new, struct failure *why);

/* Makes the tables and views, in one transaction. */
int sightings_make(struct sightings *sightings, struct failure *why);

/* ---- sightings_kinds.c ---- */

/* Says in *why that a row of that table is none of fireplot's. Returns -EILSEQ. */
int sightings_bad_row(const struct sightings *sightings, const char *table, struct failure *why);

/* Reads kinds and rules anew. */
int sightings_load_kinds(struct sightings *sightings, struct failure *why);
void sightings_forget_kinds(struct sightings *sightings);

/* The id of a rule's prefix, and of a kind, added if they are new. */
int sightings_rule_id(struct sightings *sightings, const char *prefix, uint16_t *id, struct failure *why);
int sightings_kind_id(struct sightings *sightings, const struct sighting *sighting, uint16_t rule, uint32_t *id,
                      struct failure *why);

/* ---- sightings_pack.c ---- */

/* Bytes of an address, and of a sighting with two of them in a row. */
unsigned sightings_address_bytes(unsigned series);
unsigned sightings_packed_bytes(unsigned address_bytes);

/* A step's sightings, those of a kind beside each other: the index is the lower half, and the upper half is the same for those of the
 * same kind only. What a damaged ring made is left out. NULL without memory; valid until the next call. */
const uint64_t *sightings_sort(struct sightings *sightings, const struct sighting_step *step, unsigned *count);

/* How many of them, from the first on, belong into one row. */
unsigned sightings_in_row(const struct sighting_step *step, const uint64_t *order, unsigned count);

/* One in a row's bytes, and back: all but series, class and rule. What lies behind an IPv4 address is left as it is. */
void sightings_pack(const struct sighting *sighting, unsigned address_bytes, uint8_t *to);
void sightings_unpack(struct sighting *sighting, unsigned address_bytes, const uint8_t *from);

/* ---- sightings_room.c ---- */

/* Pages that a step takes at most; more than there can be without memory. */
int64_t sightings_pages(struct sightings *sightings, const struct sighting_step *step);

/* Pages that can be had for sightings at all. */
int64_t sightings_pages_for_all(const struct sightings *sightings);

/* Within a transaction: drops the oldest until there are that many pages to fill. */
int sightings_make_room(struct sightings *sightings, int64_t pages, struct failure *why);

/* Outside of one: makes the file as small as max_bytes asks. */
int sightings_shrink(struct sightings *sightings, struct failure *why);

#endif

#endif
