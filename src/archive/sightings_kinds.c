/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds and rules of a file, kept in memory. */
#include "archive/sightings_db.h"

#ifdef HAVE_SQLITE3

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "packet/series.h"

#define KEYS (SERIES_COUNT * 4)
#define GROW 64

static unsigned kind_key(unsigned series, unsigned class)
{
	return series * 4 + class;
}

void sightings_forget_kinds(struct sightings *s)
{
	for (unsigned i = 0; i < s->rule_count; i++) {
		free(s->rule[i]);
		free(s->kind_of[i]);
	}
	free(s->rule);
	free(s->kind_of);
	free(s->kind);
	s->rule = NULL;
	s->kind_of = NULL;
	s->kind = NULL;
	s->rule_count = s->kind_count = 0;
}

/* Puts a rule at its place; those between are unknown. */
static int put_rule(struct sightings *s, unsigned id, const char *prefix, struct failure *why)
{
	if (!s->rule) {
		s->rule = calloc(SIGHTINGS_RULES_MOST, sizeof(*s->rule));
		s->kind_of = calloc(SIGHTINGS_RULES_MOST, sizeof(*s->kind_of));
	}
	if (!s->rule || !s->kind_of)
		return fail(why, ENOMEM, "%s: no memory", s->path);
	if (s->rule[id])
		return 0;
	s->rule[id] = strdup(prefix);
	if (!s->rule[id])
		return fail(why, ENOMEM, "%s: no memory", s->path);
	if (id >= s->rule_count)
		s->rule_count = id + 1;
	return 0;
}

static int put_kind(struct sightings *s, unsigned id, const struct sightings_kind *kind, struct failure *why)
{
	uint32_t **keys = &s->kind_of[kind->rule];

	if (id >= s->kind_count) {
		unsigned room = (id / GROW + 1) * GROW;
		struct sightings_kind *grown = realloc(s->kind, room * sizeof(*grown));

		if (!grown)
			return fail(why, ENOMEM, "%s: no memory", s->path);
		memset(grown + s->kind_count, 0, (room - s->kind_count) * sizeof(*grown));
		s->kind = grown;
		s->kind_count = id + 1;
	}
	if (!*keys)
		*keys = calloc(KEYS, sizeof(**keys));
	if (!*keys)
		return fail(why, ENOMEM, "%s: no memory", s->path);
	s->kind[id] = *kind;
	(*keys)[kind_key(kind->series, kind->class)] = id + 1;
	return 0;
}

int sightings_bad_row(const struct sightings *s, const char *table, struct failure *why)
{
	return fail(why, EILSEQ, "%s: table %s has what fireplot never wrote; move it away to start with a new one", s->path,
	            table);
}

static int read_rule(struct sightings *s, sqlite3_stmt *row, void *arg, struct failure *why)
{
	int64_t id = sqlite3_column_int64(row, 0);
	const char *prefix = (const char *)sqlite3_column_text(row, 1);

	if (id < 0 || id >= SIGHTINGS_RULES_MOST || !prefix || strlen(prefix) >= SIGHTING_RULE)
		return sightings_bad_row(s, "rules", why);
	return put_rule(s, (unsigned)id, prefix, why);
}

static int read_kind(struct sightings *s, sqlite3_stmt *row, void *arg, struct failure *why)
{
	int64_t id = sqlite3_column_int64(row, 0);
	const char *series = (const char *)sqlite3_column_text(row, 1);
	const char *class = (const char *)sqlite3_column_text(row, 2);
	int64_t rule = sqlite3_column_int64(row, 3);
	struct sightings_kind kind = { .known = true };
	enum series the_series;
	enum packet_class the_class;

	if (id < 0 || id >= SIGHTINGS_KINDS_MOST || !series || !class || !series_by_name(series, &the_series) ||
	    !class_by_name(class, &the_class) || rule < 0 || rule >= s->rule_count ||
	    !s->rule[rule])
		return sightings_bad_row(s, "kinds", why);
	kind.series = (uint8_t)the_series;
	kind.class = (uint8_t)the_class;
	kind.rule = (uint16_t)rule;
	return put_kind(s, (unsigned)id, &kind, why);
}

int sightings_load_kinds(struct sightings *s, struct failure *why)
{
	int err;

	sightings_forget_kinds(s);
	err = sightings_rows(s, "SELECT id, prefix FROM rules ORDER BY id DESC", 0, 0, read_rule, NULL, why);
	if (!err)
		err = sightings_rows(s, "SELECT id, series, class, rule FROM kinds ORDER BY id DESC", 0, 0, read_kind, NULL,
		                     why);
	return err;
}

static int find_rule(const struct sightings *s, const char *prefix)
{
	for (unsigned i = 0; i < s->rule_count; i++)
		if (s->rule[i] && !strcmp(s->rule[i], prefix))
			return (int)i;
	return -1;
}

/* So many that they stay a small part of the file: a rule takes some 80 bytes, and each kind of packet that it sees some 20. */
static unsigned rules_most(const struct sightings *s)
{
	uint64_t most = s->max_bytes >> 14;

	return most < SIGHTINGS_RULES_MOST ? (unsigned)most : SIGHTINGS_RULES_MOST;
}

int sightings_rule_id(struct sightings *s, const char *prefix, uint16_t *id, struct failure *why)
{
	int found = find_rule(s, prefix);
	sqlite3_stmt *statement;
	int64_t new_id = s->rule_count;
	int err;

	if (found < 0 && s->rule_count >= rules_most(s) - 1 && strcmp(prefix, SIGHTING_RULE_REST) != 0)
		return sightings_rule_id(s, SIGHTING_RULE_REST, id, why);
	*id = (uint16_t)(found < 0 ? new_id : found);
	if (found >= 0)
		return 0;
	statement = sightings_statement(s, SQL_ADD_RULE);
	if (!statement || sqlite3_bind_text(statement, 2, prefix, -1, SQLITE_TRANSIENT) != SQLITE_OK)
		return sightings_fail(s, "cannot write", why);
	err = sightings_do(s, SQL_ADD_RULE, 1, &new_id, why);
	return err ? err : put_rule(s, *id, prefix, why);
}

int sightings_kind_id(struct sightings *s, const struct sighting *sighting, uint16_t rule, uint32_t *id, struct failure *why)
{
	const uint32_t *keys = s->kind_of[rule];
	struct sightings_kind kind = { true, sighting->series, sighting->class, rule };
	sqlite3_stmt *statement;
	int err;

	*id = keys ? keys[kind_key(kind.series, kind.class)] : 0;
	if (*id) {
		(*id)--;
		return 0;
	}
	*id = s->kind_count;
	statement = sightings_statement(s, SQL_ADD_KIND);
	if (!statement)
		return sightings_fail(s, "cannot write", why);
	sqlite3_bind_int64(statement, 1, *id);
	sqlite3_bind_text(statement, 2, series_name(kind.series), -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, class_name(kind.class), -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 4, rule);
	err = sightings_do(s, SQL_ADD_KIND, 0, NULL, why);
	return err ? err : put_kind(s, *id, &kind, why);
}

#endif
