/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/sightings_db.h"

#ifdef HAVE_SQLITE3

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const statement_sql[SQL_STATEMENTS] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_CHANGED] = "PRAGMA data_version",
	[SQL_PAGES] = "PRAGMA page_count",
	[SQL_PAGES_FREE] = "PRAGMA freelist_count",
	[SQL_LAST] = "SELECT start FROM spans ORDER BY start DESC LIMIT 1",
	[SQL_LAST_END] = "SELECT end FROM spans ORDER BY start DESC LIMIT 1",
	[SQL_LAST_LENGTH] = "SELECT step FROM lengths ORDER BY start DESC LIMIT 1",
	[SQL_ADD_ROW] = "INSERT OR REPLACE INTO packed VALUES (?1, ?2, ?3, ?4)",
	[SQL_ADD_KIND] = "INSERT INTO kinds VALUES (?1, ?2, ?3, ?4)",
	[SQL_ADD_RULE] = "INSERT INTO rules VALUES (?1, ?2)",
	[SQL_ADD_SPAN] = "INSERT OR REPLACE INTO spans VALUES (?1, ?2)",
	[SQL_EXTEND_SPAN] = "UPDATE spans SET end = ?2 WHERE start = ?1",
	[SQL_ADD_SAMPLE] = "INSERT OR REPLACE INTO samples VALUES (?1, ?2, ?3, ?4)",
	[SQL_ADD_LENGTH] = "INSERT OR REPLACE INTO lengths VALUES (?1, ?2)",
	[SQL_OLDEST] = "SELECT id FROM packed ORDER BY id LIMIT 1",
	[SQL_NTH] = "SELECT id FROM packed ORDER BY id LIMIT 1 OFFSET ?1",
	[SQL_DROP_SIGHTINGS] = "DELETE FROM packed WHERE id < ?1",
	[SQL_DROP_SPANS] = "DELETE FROM spans WHERE end <= ?1",
	[SQL_CUT_SPAN] = "UPDATE spans SET start = ?1 WHERE start < ?1",
	[SQL_DROP_SAMPLES] = "DELETE FROM samples WHERE end <= ?1",
	[SQL_DROP_LENGTHS] = "DELETE FROM lengths WHERE start < (SELECT max(start) FROM lengths WHERE start <= ?1)",
};

struct sightings *sightings_new(const char *path)
{
	struct sightings *sightings = calloc(1, sizeof(*sightings));

	if (!sightings)
		return NULL;
	sightings->path = strdup(path);
	if (sightings->path)
		return sightings;
	free(sightings);
	return NULL;
}

/* The errno value for a result of SQLite, which may be an extended one. */
static int errno_of(int result, int system_errno)
{
	bool full = system_errno == ENOSPC || system_errno == EDQUOT;

	switch (result & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return EBUSY;
	case SQLITE_FULL:
		return ENOSPC;
	case SQLITE_NOMEM:
		return ENOMEM;
	case SQLITE_IOERR:
		return full ? ENOSPC : EIO;
	case SQLITE_CANTOPEN:
		return full ? ENOSPC : system_errno ? system_errno : EACCES;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return EACCES;
	case SQLITE_READONLY:
		return EROFS;
	default: /* CORRUPT, NOTADB, and what a schema that somebody changed leads to */
		return EILSEQ;
	}
}

int sightings_fail(const struct sightings *sightings, const char *doing, struct failure *why)
{
	int result = sightings->db ? sqlite3_extended_errcode(sightings->db) : SQLITE_NOMEM;
	int err = errno_of(result, sightings->db ? sqlite3_system_errno(sightings->db) : 0);

	if (err == EBUSY)
		return fail(why, err, "%s: %s: locked by another program", sightings->path, doing);
	if (err == ENOSPC)
		return fail_errno(why, err, "%s: %s", sightings->path, doing);
	if (err == EILSEQ)
		return fail(why, err, "%s: %s: %s; move it away to start with a new one", sightings->path, doing,
		            sqlite3_errmsg(sightings->db));
	return fail(why, err, "%s: %s: %s", sightings->path, doing, sqlite3_errstr(result));
}

int sightings_connect(struct sightings *sightings, const char *name, int flags, struct failure *why)
{
	int result = sqlite3_open_v2(name, &sightings->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (sightings->db)
		sqlite3_extended_result_codes(sightings->db, 1);
	return result == SQLITE_OK ? 0 : sightings_fail(sightings, "cannot open", why);
}

void sightings_disconnect(struct sightings *sightings)
{
	for (unsigned i = 0; i < SQL_STATEMENTS; i++) {
		sqlite3_finalize(sightings->statement[i]);
		sightings->statement[i] = NULL;
	}
	sqlite3_close(sightings->db);
	sightings->db = NULL;
}

int sightings_run(struct sightings *sightings, const char *sql, const char *doing, struct failure *why)
{
	return sqlite3_exec(sightings->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : sightings_fail(sightings, doing, why);
}

int sightings_ask(struct sightings *sightings, const char *sql, const char *doing, int64_t *number, struct failure *why)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(sightings->db, sql, -1, &statement, NULL);
	int err = 0;

	*number = 0;
	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*number = sqlite3_column_int64(statement, 0);
	else if (result != SQLITE_DONE)
		err = sightings_fail(sightings, doing, why);
	sqlite3_finalize(statement);
	return err;
}

int sightings_rows(struct sightings *sightings, const char *sql, int64_t first, int64_t second, sightings_read_row *read, void *arg,
                   struct failure *why)
{
	sqlite3_stmt *row = NULL;
	int result = sqlite3_prepare_v2(sightings->db, sql, -1, &row, NULL);
	int err = 0;

	if (result == SQLITE_OK && sqlite3_bind_parameter_count(row) == 2) {
		sqlite3_bind_int64(row, 1, first);
		sqlite3_bind_int64(row, 2, second);
	}
	while (!err && result != SQLITE_DONE) {
		if (result == SQLITE_OK || result == SQLITE_ROW)
			result = sqlite3_step(row);
		if (result == SQLITE_ROW)
			err = read(sightings, row, arg, why);
		else if (result != SQLITE_DONE)
			err = sightings_fail(sightings, "cannot read", why);
	}
	sqlite3_finalize(row);
	return err;
}

sqlite3_stmt *sightings_statement(struct sightings *sightings, enum sightings_statement which)
{
	sqlite3_stmt **statement = &sightings->statement[which];

	if (*statement)
		sqlite3_reset(*statement);
	else
		sqlite3_prepare_v3(sightings->db, statement_sql[which], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
	return *statement;
}

int sightings_do(struct sightings *sightings, enum sightings_statement which, unsigned count, const int64_t *values,
                 struct failure *why)
{
	sqlite3_stmt *statement = sightings_statement(sightings, which);
	int result;

	if (!statement)
		return sightings_fail(sightings, "cannot write", why);
	for (unsigned i = 0; i < count; i++)
		sqlite3_bind_int64(statement, (int)i + 1, values[i]);
	result = sqlite3_step(statement);
	if (result != SQLITE_DONE && result != SQLITE_ROW) {
		result = sightings_fail(sightings, "cannot write", why);
		sqlite3_reset(statement);
		return result;
	}
	sqlite3_reset(statement);
	return 0;
}

int sightings_get(struct sightings *sightings, enum sightings_statement which, int64_t bound, int64_t none, int64_t *number,
                  struct failure *why)
{
	sqlite3_stmt *statement = sightings_statement(sightings, which);
	int result, err = 0;

	if (statement && sqlite3_bind_parameter_count(statement) > 0)
		sqlite3_bind_int64(statement, 1, bound);
	result = statement ? sqlite3_step(statement) : SQLITE_ERROR;

	*number = none;
	if (result == SQLITE_ROW)
		*number = sqlite3_column_int64(statement, 0);
	else if (result != SQLITE_DONE)
		err = sightings_fail(sightings, "cannot read", why);
	sqlite3_reset(statement);
	return err;
}

#endif
