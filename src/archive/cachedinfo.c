/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/cachedinfo.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/rrd_header.h"

#define ROWS_MAX 100000000u

/* A line in its parts. Keys: step, last_update, ds[NAME].WHAT, rra[LEVEL].WHAT, rra[LEVEL].cdp_prep[DS].WHAT */
struct line {
	char key[64];
	const char *value;
};

static bool split(const char *text, struct line *line)
{
	size_t len = strcspn(text, " ");

	if (len >= sizeof(line->key) || text[len] != ' ')
		return false;
	memcpy(line->key, text, len);
	line->key[len] = '\0';
	text += len + 1;
	text += strcspn(text, " "); /* over the type, which each key has but one of */
	if (*text != ' ')
		return false;
	line->value = text + 1;
	return true;
}

static bool read_whole(const char *text, uint64_t max, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return end != text && *end == '\0' && errno == 0 && text[0] != '-' && *number <= max;
}

static bool read_value(const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	return end != text && *end == '\0';
}

void cachedinfo_init(struct cachedinfo *info)
{
	memset(info, 0, sizeof(*info)); /* what lies between the members too: it is compared as bytes */
}

static int senseless(const char *text, struct failure *why)
{
	return fail(why, EILSEQ, "damaged, or no RRD file of fireplot's: \"%.100s\"", text);
}

/* ---- a DS ---- */

static bool is_name(const char *text, size_t len)
{
	return len > 0 && len < SCHEMA_DS_NAME &&
	       strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") >= len;
}

/* The DS that a key is about: the last one, or a new one. NULL if there is no such. */
static struct rrdfile_ds *find_ds(struct cachedinfo *info, const char *name, size_t len)
{
	struct rrdfile_shape *shape = &info->shape;
	struct rrdfile_ds *last = shape->ds_count ? &shape->ds[shape->ds_count - 1] : NULL;

	if (last && strlen(last->name) == len && memcmp(last->name, name, len) == 0)
		return last;
	if (shape->ds_count == SCHEMA_DS || !is_name(name, len))
		return NULL;
	last = &shape->ds[shape->ds_count++];
	memcpy(last->name, name, len);
	return last;
}

static bool add_ds(struct cachedinfo *info, const char *name, const char *value)
{
	const char *end = strstr(name, "].");
	struct rrdfile_ds *ds = end ? find_ds(info, name, (size_t)(end - name)) : NULL;
	const char *what = ds ? end + 2 : "";
	uint64_t number;
	unsigned i;

	if (!ds)
		return false;
	i = (unsigned)(ds - info->shape.ds);
	if (strcmp(what, "index") == 0)
		return read_whole(value, SCHEMA_DS, &number) && number == i;
	if (strcmp(what, "type") == 0) {
		ds->is_count = strcmp(value, "ABSOLUTE") == 0;
		return ds->is_count || strcmp(value, "GAUGE") == 0;
	}
	if (strcmp(what, "minimal_heartbeat") == 0) {
		bool good = read_whole(value, UINT32_MAX, &number) && number > 0;

		ds->heartbeat_s = good ? (uint32_t)number : 0;
		return good;
	}
	if (strcmp(what, "last_ds") == 0)
		info->is_updated |= strcmp(value, "U") != 0;
	else if (strcmp(what, "value") == 0)
		return read_value(value, &info->pdp_value[i]);
	else if (strcmp(what, "unknown_sec") == 0)
		return read_whole(value, UINT32_MAX, &info->pdp_unknown_s[i]);
	return true;
}

/* ---- an RRA ---- */

static bool add_cdp(struct cachedinfo *info, unsigned level, const char *at, const char *value)
{
	unsigned ds;
	int used = 0;

	if (sscanf(at, "%2u].%n", &ds, &used) != 1 || used == 0 || ds >= SCHEMA_DS)
		return false;
	return strcmp(at + used, "value") != 0 || read_value(value, &info->cdp_value[level][ds]);
}

static bool add_rra(struct cachedinfo *info, const char *at, const char *value)
{
	struct schema_level *level;
	uint64_t number;
	unsigned i;
	int used = 0;

	if (sscanf(at, "%1u].%n", &i, &used) != 1 || used == 0 || i >= SCHEMA_LEVELS || i > info->shape.levels)
		return false;
	if (i == info->shape.levels)
		info->shape.levels++;
	level = &info->shape.level[i];
	at += used;
	if (strcmp(at, "cf") == 0)
		return strcmp(value, "AVERAGE") == 0;
	if (strcmp(at, "rows") == 0) {
		bool good = read_whole(value, ROWS_MAX, &number) && number > 0;

		level->rows = good ? (uint32_t)number : 0;
		return good;
	}
	if (strcmp(at, "pdp_per_row") == 0) {
		bool good = info->shape.step_s > 0 && read_whole(value, UINT32_MAX / info->shape.step_s, &number) && number > 0;

		level->row_s = good ? (uint32_t)number * info->shape.step_s : 0;
		return good;
	}
	if (strcmp(at, "cur_row") == 0)
		return read_whole(value, ROWS_MAX, &info->cur_row[i]);
	return strncmp(at, "cdp_prep[", 9) != 0 || add_cdp(info, i, at + 9, value);
}

/* ---- the whole ---- */

static bool add(struct cachedinfo *info, const char *key, const char *value)
{
	uint64_t number;

	if (strncmp(key, "ds[", 3) == 0)
		return add_ds(info, key + 3, value);
	if (strncmp(key, "rra[", 4) == 0)
		return add_rra(info, key + 4, value);
	if (strcmp(key, "step") == 0) {
		bool good = read_whole(value, 86400, &number) && number > 0;

		info->shape.step_s = good ? (uint32_t)number : 0;
		return good;
	}
	if (strcmp(key, "last_update") == 0) {
		bool good = read_whole(value, SCHEMA_LATEST_S, &number);

		info->last_s = good ? (int64_t)number : 0;
		return good;
	}
	return true;
}

int cachedinfo_add(struct cachedinfo *info, const char *text, struct failure *why)
{
	struct line line;

	if (!split(text, &line) || !add(info, line.key, line.value))
		return senseless(text, why);
	return 0;
}

int cachedinfo_check(const struct cachedinfo *info, struct failure *why)
{
	const struct rrdfile_shape *shape = &info->shape;

	if (shape->step_s == 0 || shape->ds_count == 0 || shape->levels == 0)
		return senseless("no step, no DS or no RRA", why);
	for (unsigned i = 0; i < shape->ds_count; i++)
		if (shape->ds[i].heartbeat_s == 0)
			return senseless("a DS has no heartbeat", why);
	for (unsigned i = 0; i < shape->levels; i++)
		if (shape->level[i].row_s == 0 || shape->level[i].rows == 0)
			return senseless("an RRA has no rows", why);
	return 0;
}

bool cachedinfo_equal(const struct cachedinfo *a, const struct cachedinfo *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

int64_t cachedinfo_running(const struct cachedinfo *info, unsigned level, double sum[SCHEMA_DS])
{
	const struct rrdfile_shape *shape = &info->shape;

	for (unsigned i = 0; i < shape->ds_count; i++)
		sum[i] = rrd_unfinished_sum(info->last_s, shape->step_s, shape->level[level].row_s, info->cdp_value[level][i],
		                            info->pdp_value[i], info->pdp_unknown_s[i]);
	return info->last_s - info->last_s % shape->level[level].row_s;
}
