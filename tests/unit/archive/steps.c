/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "packet/series.h"
#include "scratch.h"

/* ---- steps to write ---- */

const char sighting_rules[SIGHTING_RULES][SIGHTING_RULE] = { "", "drop in: ", "drop \xc3\xa9t\xc3\xa9", "'; DROP TABLE sightings; --" };

bool is_ipv6(unsigned series)
{
	return series == SERIES_TCP6 || series == SERIES_UDP6 || series == SERIES_ICMP6 || series == SERIES_OTHER6;
}

void random_address(uint8_t address[16], unsigned series)
{
	for (unsigned i = 0; i < (is_ipv6(series) ? 16u : 4u); i++)
		address[i] = (uint8_t)scratch_random(256);
}

struct sighting random_sighting(void)
{
	static const uint32_t counts[] = { 1, 2, 127, 128, 40000, 1u << 23, 1u << 31, UINT32_MAX };
	struct sighting s = { .series = (uint8_t)scratch_random(SERIES_COUNT), .class = (uint8_t)scratch_random(CLASS_COUNT) };

	random_address(s.source, s.series);
	random_address(s.destination, s.series);
	s.number = (uint16_t)scratch_random(65536);
	s.rule = (uint8_t)scratch_random(4);
	s.tcp_flags = s.series == SERIES_TCP4 || s.series == SERIES_TCP6 ? (uint8_t)scratch_random(256) : 0;
	s.packets = counts[scratch_random(8)];
	return s;
}

void fill(struct sighting *sighting, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		sighting[i] = random_sighting();
}

struct sighting_step step_at(int64_t start_s, unsigned count, const struct sighting *sighting)
{
	return (struct sighting_step){
		.start_s = start_s, .end_s = start_s + STEP_S, .count = count, .sighting = sighting, .rule = sighting_rules
	};
}

struct sightings *opened(void **state, uint64_t max_bytes)
{
	struct sightings *sightings = NULL;
	struct failure why = { "" };
	int err = sightings_open(scratch_path(state, SIGHTINGS_FILE), max_bytes, &sightings, &why);

	if (err)
		fail_msg("%s", why.text);
	return sightings;
}

void add(struct sightings *sightings, struct sighting_step step)
{
	struct failure why = { "" };

	if (sightings_add(sightings, 1, &step, &why))
		fail_msg("%s", why.text);
}

/* ---- what was read ---- */

int keep_row(void *arg, const struct sightings_row *row)
{
	struct rows *rows = arg;

	assert_true(rows->count < MANY);
	rows->row[rows->count] = *row;
	snprintf(rows->rule[rows->count], SIGHTING_RULE, "%s", row->rule);
	rows->count++;
	return rows->count == rows->end_after ? 42 : 0;
}

struct sightings *opened_to_read(void **state)
{
	struct sightings *sightings = NULL;
	struct failure why = { "" };

	if (sightings_open_read(scratch_path(state, SIGHTINGS_FILE), &sightings, &why))
		fail_msg("%s", why.text);
	return sightings;
}

struct rows *rows_of(void **state, int64_t start_s, int64_t end_s, unsigned series)
{
	static struct rows rows;
	struct sightings *sightings = opened_to_read(state);
	struct failure why = { "" };

	rows.count = rows.end_after = 0;
	if (sightings_walk(sightings, start_s, end_s, series, keep_row, &rows, &why))
		fail_msg("%s", why.text);
	sightings_close(sightings);
	return &rows;
}

struct sightings_facts facts_of(void **state)
{
	struct sightings *sightings = opened_to_read(state);
	struct sightings_facts facts;
	struct failure why = { "" };

	assert_int_equal(sightings_facts(sightings, &facts, &why), 0);
	sightings_close(sightings);
	return facts;
}

struct sightings_coverage coverage_of(void **state, int64_t start_s, int64_t end_s)
{
	struct sightings *sightings = opened_to_read(state);
	struct sightings_coverage coverage;
	struct failure why = { "" };

	assert_int_equal(sightings_coverage(sightings, start_s, end_s, &coverage, &why), 0);
	sightings_close(sightings);
	return coverage;
}

void assert_same(const struct sightings_row *row, const char *rule, const struct sighting *sighting)
{
	assert_memory_equal(row->sighting.source, sighting->source, 16);
	assert_memory_equal(row->sighting.destination, sighting->destination, 16);
	assert_int_equal(row->sighting.number, sighting->number);
	assert_int_equal(row->sighting.series, sighting->series);
	assert_int_equal(row->sighting.class, sighting->class);
	assert_int_equal(row->sighting.tcp_flags, sighting->tcp_flags);
	assert_int_equal(row->sighting.packets, sighting->packets);
	assert_string_equal(rule, sighting_rules[sighting->rule]);
}

void assert_same_all(const struct rows *rows, unsigned from, unsigned count, const struct sighting *sighting)
{
	assert_true(rows->count >= from + count);
	for (unsigned i = 0; i < count; i++) {
		unsigned at = from;

		while (at < from + count && (memcmp(rows->row[at].sighting.source, sighting[i].source, 16) != 0 ||
		                             memcmp(rows->row[at].sighting.destination, sighting[i].destination, 16) != 0))
			at++;
		assert_true(at < from + count);
		assert_same(&rows->row[at], rows->rule[at], &sighting[i]);
	}
}

/* ---- another program ---- */

sqlite3 *shell(void **state, const char *sql)
{
	sqlite3 *db = NULL;
	char *message = NULL;

	assert_int_equal(sqlite3_open(scratch_path(state, SIGHTINGS_FILE), &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	return db;
}

static int keep_text(void *arg, int columns, char **text, char **name)
{
	snprintf(arg, 64, "%s", text[0] ? text[0] : "NULL");
	return 0;
}

const char *answer(sqlite3 *db, const char *sql)
{
	static char text[64];
	char *message = NULL;

	text[0] = 0;
	if (sqlite3_exec(db, sql, keep_text, text, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	return text;
}

off_t size_of(void **state, const char *name)
{
	struct stat st;

	return stat(scratch_path(state, name), &st) < 0 ? -1 : st.st_size;
}
