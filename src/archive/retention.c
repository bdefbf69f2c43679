/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The levels of a schema: profiles, their text form, and what makes a schema valid. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "archive/schema.h"
#include "common/units.h"

#define STEP_MAX_S 300
#define DAY_S 86400
#define ROWS_MAX 4000000u /* of one level: a file of 64 DS would be 2 GB */

bool schema_by_profile(const char *name, struct schema *schema)
{
	static const struct {
		const char *name;
		struct schema schema;
	} profile[] = {
		{ "default",
		  { .step_s = 10,
		    .portbin = { .exact_ports = 1024, .per_octave = 64 },
		    .levels = 4,
		    .level = { { 10, 2160 }, { 60, 2880 }, { 600, 4320 }, { 7200, 4380 } } } },
		{ "small",
		  { .step_s = 60,
		    .portbin = { .exact_ports = 128, .per_octave = 16 },
		    .levels = 3,
		    .level = { { 60, 1440 }, { 600, 1008 }, { 7200, 1080 } } } },
	};

	for (unsigned i = 0; i < sizeof(profile) / sizeof(profile[0]); i++)
		if (strcmp(profile[i].name, name) == 0) {
			*schema = profile[i].schema;
			return true;
		}
	return false;
}

/* One "ROW:SPAN", of len bytes. */
static int parse_level(const char *text, size_t len, struct schema_level *level, struct failure *why)
{
	char word[64];
	char *colon;
	uint32_t span_s;

	if (len < sizeof(word)) {
		memcpy(word, text, len);
		word[len] = '\0';
		colon = strchr(word, ':');
		if (colon) {
			*colon = '\0';
			if (units_parse_duration(word, &level->row_s) && units_parse_duration(colon + 1, &span_s)) {
				if (span_s % level->row_s != 0)
					return fail(why, EINVAL, "retention \"%.*s\": %s is not a whole number of rows of %s",
					            (int)len, text, colon + 1, word);
				level->rows = span_s / level->row_s;
				return 0;
			}
		}
	}
	return fail(why, EINVAL, "retention \"%.*s\": expected ROW:SPAN, for example 10s:6h or 2h:1y",
	            len < sizeof(word) ? (int)len : (int)sizeof(word), text);
}

int schema_parse_retention(const char *text, struct schema *schema, struct failure *why)
{
	static const char blank[] = " \t,";
	struct schema parsed = *schema;
	int err;

	parsed.levels = 0;
	for (const char *at = text + strspn(text, blank); *at; at += strspn(at, blank)) {
		size_t len = strcspn(at, blank);

		if (parsed.levels == SCHEMA_LEVELS)
			return fail(why, EINVAL, "retention \"%s\": at most %d levels", text, SCHEMA_LEVELS);
		err = parse_level(at, len, &parsed.level[parsed.levels], why);
		if (err)
			return err;
		parsed.levels++;
		at += len;
	}
	err = schema_check(&parsed, why);
	if (err == 0)
		*schema = parsed;
	return err;
}

const char *schema_format_retention(const struct schema *schema, char *buf, size_t size)
{
	size_t used = 0;
	char row[16], span[16];

	if (size > 0)
		buf[0] = '\0';
	for (unsigned i = 0; i < schema->levels && used < size; i++) {
		const struct schema_level *level = &schema->level[i];

		used += (size_t)snprintf(buf + used, size - used, "%s%s:%s", i ? " " : "",
		                         units_format_duration(level->row_s, row, sizeof(row)),
		                         units_format_duration(level->row_s * level->rows, span, sizeof(span)));
	}
	return buf;
}

static int check_level(const struct schema *schema, unsigned i, struct failure *why)
{
	const struct schema_level *level = &schema->level[i], *finer = level - 1;
	char row[16], before[16];

	units_format_duration(level->row_s, row, sizeof(row));
	if (level->rows == 0 || level->rows > ROWS_MAX || (uint64_t)level->rows * level->row_s > UINT32_MAX)
		return fail(why, EINVAL, "retention: %u rows of %s, expected 1 to %u rows and less than 136 years", level->rows, row,
		            ROWS_MAX);
	if (i == 0)
		return level->row_s == schema->step_s
		               ? 0
		               : fail(why, EINVAL, "retention: the first row is %s, expected the step, %s", row,
		                      units_format_duration(schema->step_s, before, sizeof(before)));
	units_format_duration(finer->row_s, before, sizeof(before));
	if (level->row_s <= finer->row_s || level->row_s % finer->row_s != 0)
		return fail(why, EINVAL, "retention: a row of %s after one of %s, expected a longer one, a whole multiple", row, before);
	if ((uint64_t)level->rows * level->row_s <= (uint64_t)finer->rows * finer->row_s)
		return fail(why, EINVAL, "retention: rows of %s are kept no longer than those of %s, expected longer", row, before);
	return 0;
}

int schema_check(const struct schema *schema, struct failure *why)
{
	if (schema->step_s == 0 || schema->step_s > STEP_MAX_S || DAY_S % schema->step_s != 0)
		return fail(why, EINVAL, "step of %u s, expected 1 s to %d s, a whole part of a day", schema->step_s, STEP_MAX_S);
	if (!portbin_valid(&schema->portbin))
		return fail(why, EINVAL,
		            "%u exact ports and %u bins an octave, expected powers of two, 64 to 65536 and 1 to 64",
		            schema->portbin.exact_ports, schema->portbin.per_octave);
	if (schema->levels == 0 || schema->levels > SCHEMA_LEVELS)
		return fail(why, EINVAL, "retention: expected 1 to %d of ROW:SPAN", SCHEMA_LEVELS);
	for (unsigned i = 0; i < schema->levels; i++) {
		int err = check_level(schema, i, why);

		if (err)
			return err;
	}
	return 0;
}

/* Two ways to say the same bins: without octaves their bins do not matter, and 64 bins for the ports 64 to 127 are exact. */
static struct portbin same_bins(struct portbin pb)
{
	if (pb.exact_ports == 64 && pb.per_octave == 64)
		pb.exact_ports = 128;
	if (pb.exact_ports == 65536)
		pb.per_octave = 64;
	return pb;
}

bool schema_equal(const struct schema *a, const struct schema *b)
{
	struct portbin pa = same_bins(a->portbin), pb = same_bins(b->portbin);

	if (a->step_s != b->step_s || a->levels != b->levels || pa.exact_ports != pb.exact_ports || pa.per_octave != pb.per_octave)
		return false;
	for (unsigned i = 0; i < a->levels; i++)
		if (a->level[i].row_s != b->level[i].row_s || a->level[i].rows != b->level[i].rows)
			return false;
	return true;
}

int schema_tell_difference(const char *dir, const struct schema *is, const struct schema *wanted, struct failure *why)
{
	struct portbin pi = same_bins(is->portbin), pw = same_bins(wanted->portbin);
	char has[SCHEMA_LEVELS * 32], asked[SCHEMA_LEVELS * 32];

	if (is->step_s != wanted->step_s)
		return fail(why, EEXIST, "%s: the archive has a step of %u s, not %u s", dir, is->step_s, wanted->step_s);
	if (pi.exact_ports != pw.exact_ports || pi.per_octave != pw.per_octave)
		return fail(why, EEXIST, "%s: the archive has %u exact ports and %u bins an octave, not %u and %u", dir, pi.exact_ports,
		            pi.per_octave, pw.exact_ports, pw.per_octave);
	return fail(why, EEXIST, "%s: the archive has the retention \"%s\", not \"%s\"", dir,
	            schema_format_retention(is, has, sizeof(has)), schema_format_retention(wanted, asked, sizeof(asked)));
}
