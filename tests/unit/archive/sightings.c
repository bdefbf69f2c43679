/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/sightings.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "packet/packet.h"
#include "scratch.h"

#define START_S 1700000400
#define STEP_S 10
#define MIB (1u << 20)
#define MANY 4096

/* ---- steps to write ---- */

static const char rules[SIGHTING_RULES][SIGHTING_RULE] = { "", "drop in: ", "drop \xc3\xa9t\xc3\xa9", "'; DROP TABLE sightings; --" };

static bool is_ipv6(unsigned series)
{
	return series == SERIES_TCP6 || series == SERIES_UDP6 || series == SERIES_ICMP6 || series == SERIES_OTHER6;
}

static void random_address(uint8_t address[16], unsigned series)
{
	for (unsigned i = 0; i < (is_ipv6(series) ? 16u : 4u); i++)
		address[i] = (uint8_t)scratch_random(256);
}

static struct sighting random_sighting(void)
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

static void fill(struct sighting *sighting, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		sighting[i] = random_sighting();
}

static struct sighting_step step_at(int64_t start_s, unsigned count, const struct sighting *sighting)
{
	return (struct sighting_step){ .start_s = start_s, .end_s = start_s + STEP_S, .count = count, .sighting = sighting, .rule = rules };
}

static struct sightings *opened(void **state, uint64_t max_bytes)
{
	struct sightings *sightings = NULL;
	struct failure why = { "" };
	int err = sightings_open(scratch_path(state, SIGHTINGS_FILE), max_bytes, &sightings, &why);

	if (err)
		fail_msg("%s", why.text);
	return sightings;
}

static void add(struct sightings *sightings, struct sighting_step step)
{
	struct failure why = { "" };

	if (sightings_add(sightings, 1, &step, &why))
		fail_msg("%s", why.text);
}

/* ---- what was read ---- */

struct rows {
	unsigned count;
	unsigned end_after; /* the walk ends behind so many rows; 0: never */
	struct sightings_row row[MANY];
	char rule[MANY][SIGHTING_RULE];
};

static int keep_row(void *arg, const struct sightings_row *row)
{
	struct rows *rows = arg;

	assert_true(rows->count < MANY);
	rows->row[rows->count] = *row;
	snprintf(rows->rule[rows->count], SIGHTING_RULE, "%s", row->rule);
	rows->count++;
	return rows->count == rows->end_after ? 42 : 0;
}

static struct sightings *opened_to_read(void **state)
{
	struct sightings *sightings = NULL;
	struct failure why = { "" };

	if (sightings_open_read(scratch_path(state, SIGHTINGS_FILE), &sightings, &why))
		fail_msg("%s", why.text);
	return sightings;
}

static struct rows *rows_of(void **state, int64_t start_s, int64_t end_s, unsigned series)
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

static struct sightings_facts facts_of(void **state)
{
	struct sightings *sightings = opened_to_read(state);
	struct sightings_facts facts;
	struct failure why = { "" };

	assert_int_equal(sightings_facts(sightings, &facts, &why), 0);
	sightings_close(sightings);
	return facts;
}

static struct sightings_coverage coverage_of(void **state, int64_t start_s, int64_t end_s)
{
	struct sightings *sightings = opened_to_read(state);
	struct sightings_coverage coverage;
	struct failure why = { "" };

	assert_int_equal(sightings_coverage(sightings, start_s, end_s, &coverage, &why), 0);
	sightings_close(sightings);
	return coverage;
}

static void assert_same(const struct sightings_row *row, const char *rule, const struct sighting *sighting)
{
	assert_memory_equal(row->sighting.source, sighting->source, 16);
	assert_memory_equal(row->sighting.destination, sighting->destination, 16);
	assert_int_equal(row->sighting.number, sighting->number);
	assert_int_equal(row->sighting.series, sighting->series);
	assert_int_equal(row->sighting.class, sighting->class);
	assert_int_equal(row->sighting.tcp_flags, sighting->tcp_flags);
	assert_int_equal(row->sighting.packets, sighting->packets);
	assert_string_equal(rule, rules[sighting->rule]);
}

/* ---- another program ---- */

static sqlite3 *shell(void **state, const char *sql)
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

/* The first column of the last row. */
static const char *answer(sqlite3 *db, const char *sql)
{
	static char text[64];
	char *message = NULL;

	text[0] = 0;
	if (sqlite3_exec(db, sql, keep_text, text, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	return text;
}

static off_t size_of(void **state, const char *name)
{
	struct stat st;

	return stat(scratch_path(state, name), &st) < 0 ? -1 : st.st_size;
}

/* ---- writing and reading ---- */

static void what_is_written_is_read(void **state)
{
	static struct sighting sighting[3][500];
	struct sightings *sightings = opened(state, 4 * MIB);
	struct rows *rows;

	for (unsigned i = 0; i < 3; i++) {
		fill(sighting[i], 500);
		add(sightings, step_at(START_S + i * STEP_S, 500, sighting[i]));
	}
	assert_int_equal(sightings_last(sightings), START_S + 3 * STEP_S);
	rows = rows_of(state, 0, INT64_MAX, 0xff);
	assert_int_equal(rows->count, 1500);
	for (unsigned i = 0; i < rows->count; i++) {
		assert_same(&rows->row[i], rows->rule[i], &sighting[i / 500][i % 500]);
		assert_int_equal(rows->row[i].start_s, START_S + i / 500 * STEP_S);
		assert_int_equal(rows->row[i].end_s, START_S + (i / 500 + 1) * STEP_S);
	}
	sightings_close(sightings);
}

static void it_goes_on_where_it_was_closed(void **state)
{
	struct sighting sighting[2] = { random_sighting(), random_sighting() };
	struct sightings *sightings = opened(state, MIB);

	assert_int_equal(sightings_last(sightings), 0);
	add(sightings, step_at(START_S, 1, &sighting[0]));
	sightings_close(sightings);
	sightings = opened(state, MIB);
	assert_int_equal(sightings_last(sightings), START_S + STEP_S);
	add(sightings, step_at(START_S + STEP_S, 1, &sighting[1]));
	sightings_close(sightings);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, 2);
	assert_int_equal(facts_of(state).oldest_s, START_S);
	assert_int_equal(facts_of(state).newest_s, START_S + 2 * STEP_S);
}

static void a_step_that_is_there_is_passed_over(void **state)
{
	struct sighting sighting = random_sighting();
	struct sighting_step steps[3];
	struct sightings *sightings = opened(state, MIB);
	struct failure why;

	for (unsigned i = 0; i < 3; i++)
		steps[i] = step_at(START_S + i * STEP_S, 1, &sighting);
	assert_int_equal(sightings_add(sightings, 2, steps, &why), 0);
	assert_int_equal(sightings_add(sightings, 2, steps, &why), 0);
	assert_int_equal(sightings_add(sightings, 3, steps, &why), 0);
	sightings_close(sightings);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, 3);
}

static void a_time_asks_for_the_steps_that_have_some_of_it(void **state)
{
	struct sighting sighting = random_sighting();
	struct sightings *sightings = opened(state, MIB);
	struct sighting_step cut = step_at(START_S + STEP_S, 1, &sighting);

	cut.end_s = cut.start_s + 3;
	add(sightings, step_at(START_S, 1, &sighting));
	add(sightings, cut);
	add(sightings, step_at(START_S + 2 * STEP_S, 1, &sighting));
	sightings_close(sightings);
	assert_int_equal(rows_of(state, START_S + 9, START_S + 10, 0xff)->count, 1);
	assert_int_equal(rows_of(state, START_S + 9, START_S + 11, 0xff)->count, 2);
	assert_int_equal(rows_of(state, START_S + 12, START_S + 20, 0xff)->row[0].end_s, START_S + 13);
	assert_int_equal(rows_of(state, START_S + 13, START_S + 20, 0xff)->count, 0);
	assert_int_equal(rows_of(state, START_S + 29, INT64_MAX, 0xff)->row[0].end_s, START_S + 30);
	assert_int_equal(rows_of(state, START_S + 30, INT64_MAX, 0xff)->count, 0);
	assert_int_equal(rows_of(state, 0, START_S, 0xff)->count, 0);
	assert_int_equal(rows_of(state, 0, START_S + 1, 0xff)->count, 1);
}

static void series_that_are_not_asked_for_are_left_out(void **state)
{
	struct sighting sighting[SERIES_COUNT];
	struct sightings *sightings = opened(state, MIB);

	fill(sighting, SERIES_COUNT);
	for (unsigned i = 0; i < SERIES_COUNT; i++) {
		sighting[i].series = (uint8_t)i;
		memset(sighting[i].source + 4, 0, 12);
		memset(sighting[i].destination + 4, 0, 12);
	}
	add(sightings, step_at(START_S, SERIES_COUNT, sighting));
	sightings_close(sightings);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, SERIES_COUNT);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0)->count, 0);
	for (unsigned i = 0; i < SERIES_COUNT; i++) {
		struct rows *rows = rows_of(state, 0, INT64_MAX, 1u << i);

		assert_int_equal(rows->count, 1);
		assert_same(&rows->row[0], rows->rule[0], &sighting[i]);
	}
}

static void who_visits_can_end_the_walk(void **state)
{
	static struct rows rows;
	struct sighting sighting[10];
	struct sightings *sightings = opened(state, MIB);
	struct failure why;

	fill(sighting, 10);
	add(sightings, step_at(START_S, 10, sighting));
	sightings_close(sightings);
	sightings = opened_to_read(state);
	rows.end_after = 4;
	assert_int_equal(sightings_walk(sightings, 0, INT64_MAX, 0xff, keep_row, &rows, &why), 42);
	assert_int_equal(rows.count, 4);
	sightings_close(sightings);
}

static void a_reader_sees_what_was_there_when_it_opened(void **state)
{
	static struct rows rows;
	struct sighting sighting = random_sighting();
	struct sightings *writer = opened(state, MIB), *reader;
	struct failure why;

	add(writer, step_at(START_S, 1, &sighting));
	reader = opened_to_read(state);
	add(writer, step_at(START_S + STEP_S, 1, &sighting));
	assert_int_equal(sightings_walk(reader, 0, INT64_MAX, 0xff, keep_row, &rows, &why), 0);
	assert_int_equal(rows.count, 1);
	sightings_close(reader);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, 2);
	sightings_close(writer);
}

static void rules_beyond_the_most_become_one(void **state)
{
	static char names[SIGHTING_RULES][SIGHTING_RULE];
	struct sighting sighting[200] = { 0 };
	struct sightings *sightings = opened(state, MIB); /* which may have 64 */
	struct sighting_step step = step_at(START_S, 200, sighting);
	struct rows *rows;

	for (unsigned i = 0; i < 200; i++) {
		snprintf(names[i], SIGHTING_RULE, "rule %u", i);
		sighting[i].rule = (uint8_t)i;
		sighting[i].packets = 1;
	}
	step.rule = (const char (*)[SIGHTING_RULE])names;
	add(sightings, step);
	sightings_close(sightings);
	rows = rows_of(state, 0, INT64_MAX, 0xff);
	assert_int_equal(rows->count, 200);
	assert_int_equal(facts_of(state).rules, 64);
	assert_string_equal(rows->rule[62], "rule 62");
	for (unsigned i = 63; i < 200; i++)
		assert_string_equal(rows->rule[i], SIGHTING_RULE_REST);
}

/* ---- what is known ---- */

static void steps_that_touch_are_one_span(void **state)
{
	struct sightings *sightings = opened(state, MIB);
	struct sightings_coverage coverage;

	add(sightings, step_at(START_S, 0, NULL));
	add(sightings, step_at(START_S + 10, 0, NULL));
	add(sightings, step_at(START_S + 30, 0, NULL));
	sightings_close(sightings);
	sightings = opened(state, MIB);
	add(sightings, step_at(START_S + 40, 0, NULL));
	sightings_close(sightings);
	coverage = coverage_of(state, START_S + 5, START_S + 45);
	assert_int_equal(coverage.span_count, 2);
	assert_int_equal(coverage.span[0].start_s, START_S + 5);
	assert_int_equal(coverage.span[0].end_s, START_S + 20);
	assert_int_equal(coverage.span[1].start_s, START_S + 30);
	assert_int_equal(coverage.span[1].end_s, START_S + 45);
	assert_int_equal(coverage.sample_count, 0);
	sightings_coverage_fini(&coverage);
	coverage = coverage_of(state, START_S + 20, START_S + 30);
	assert_int_equal(coverage.span_count, 0);
	sightings_coverage_fini(&coverage);
}

static void what_was_left_out_of_a_step_is_known(void **state)
{
	struct sighting sighting = random_sighting();
	struct sighting_step step = step_at(START_S + STEP_S, 1, &sighting);
	struct sightings *sightings = opened(state, MIB);
	struct sightings_coverage coverage;

	step.packets_left_out = 5000000000;
	step.sightings_left_out = 1234567;
	add(sightings, step_at(START_S, 1, &sighting));
	add(sightings, step);
	sightings_close(sightings);
	coverage = coverage_of(state, START_S, START_S + 60);
	assert_int_equal(coverage.sample_count, 1);
	assert_int_equal(coverage.sample[0].start_s, step.start_s);
	assert_int_equal(coverage.sample[0].end_s, step.end_s);
	assert_int_equal(coverage.sample[0].packets_left_out, 5000000000);
	assert_int_equal(coverage.sample[0].sightings_left_out, 1234567);
	sightings_coverage_fini(&coverage);
	assert_int_equal(facts_of(state).steps_sampled, 1);
	assert_int_equal(facts_of(state).packets_left_out, 5000000000);
}

/* ---- the bound ---- */

static void the_file_never_exceeds_its_bound_and_has_the_newest(void **state)
{
	static struct sighting sighting[1024];
	struct sightings *sightings = opened(state, 2 * MIB);
	uint64_t added = 0, rows;
	int64_t end_s = START_S;

	fill(sighting, 1024);
	while (added < 3 * 2 * MIB / 24) {
		unsigned count = scratch_random(1025);

		add(sightings, step_at(end_s, count, sighting));
		end_s += STEP_S;
		added += count;
		assert_true(size_of(state, SIGHTINGS_FILE) <= 2 * (off_t)MIB);
		assert_int_equal(sightings_last(sightings), end_s);
	}
	sightings_close(sightings);
	rows = facts_of(state).rows;
	assert_true(rows < added);
	/* IPv4 and IPv6 in equal parts take less than 48 bytes; some 30 pages are kept free, and the next step's */
	assert_true(rows > (2 * MIB - 200 * 1024) / 48);
	assert_int_equal(facts_of(state).bytes_most, 2 * MIB);
	assert_int_equal(facts_of(state).newest_s, end_s);
	assert_true(rows_of(state, end_s - 3 * STEP_S, end_s, 0xff)->count > 0);
}

static void the_oldest_go_with_all_that_is_known_of_them(void **state)
{
	static struct sighting sighting[1024];
	struct sightings *sightings = opened(state, MIB);
	struct sightings_coverage coverage;
	struct rows *rows;
	sqlite3 *db;

	fill(sighting, 1024);
	for (unsigned i = 0; i < 60; i++) {
		struct sighting_step step = step_at(START_S + i * 20, 1024, sighting);

		step.packets_left_out = i;
		add(sightings, step);
	}
	sightings_close(sightings);
	coverage = coverage_of(state, 0, INT64_MAX);
	rows = rows_of(state, coverage.span[0].start_s, coverage.span[0].end_s, 0xff);
	assert_true(coverage.span_count > 1 && coverage.span_count < 60);
	assert_int_equal(rows->count, 1024);
	assert_int_equal(coverage.sample_count, coverage.span_count);
	assert_int_equal(coverage.sample[0].start_s, coverage.span[0].start_s);
	sightings_coverage_fini(&coverage);
	db = shell(state, "SELECT 1");
	assert_string_equal(answer(db, "SELECT count(*) FROM sightings WHERE id / 65536 NOT IN (SELECT start FROM spans)"), "0");
	assert_string_equal(answer(db, "SELECT count(*) FROM lengths"), "1");
	sqlite3_close(db);
}

static void a_smaller_bound_makes_it_smaller(void **state)
{
	static struct sighting sighting[1024];
	struct sightings *sightings = opened(state, 4 * MIB);

	fill(sighting, 1024);
	for (unsigned i = 0; i < 90; i++)
		add(sightings, step_at(START_S + i * STEP_S, 1024, sighting));
	sightings_close(sightings);
	assert_true(size_of(state, SIGHTINGS_FILE) > 3 * (off_t)MIB);
	sightings = opened(state, MIB);
	assert_true(size_of(state, SIGHTINGS_FILE) <= (off_t)MIB);
	add(sightings, step_at(START_S + 90 * STEP_S, 1024, sighting));
	assert_true(size_of(state, SIGHTINGS_FILE) <= (off_t)MIB);
	sightings_close(sightings);
	assert_true(facts_of(state).rows > 10000);
	assert_int_equal(rows_of(state, START_S + 90 * STEP_S, INT64_MAX, 0xff)->count, 1024);
}

static void more_than_the_file_can_hold_leaves_out_the_oldest(void **state)
{
	static struct sighting sighting[1024];
	static struct sighting_step step[100];
	struct sightings *sightings = opened(state, MIB);
	struct sightings_coverage coverage;
	struct failure why = { "" };

	fill(sighting, 1024);
	for (unsigned i = 0; i < 100; i++)
		step[i] = step_at(START_S + i * STEP_S, 1024, sighting);
	assert_int_equal(sightings_add(sightings, 100, step, &why), 0);
	assert_int_equal(sightings_last(sightings), START_S + 100 * STEP_S);
	assert_true(size_of(state, SIGHTINGS_FILE) <= (off_t)MIB);
	sightings_close(sightings);
	assert_int_equal(rows_of(state, START_S + 99 * STEP_S, INT64_MAX, 0xff)->count, 1024);
	coverage = coverage_of(state, 0, INT64_MAX);
	assert_true(coverage.sample_count > 0);
	assert_true(coverage.sample[0].sightings_left_out == 1024);
	sightings_coverage_fini(&coverage);
}

/* ---- what can be wrong with it ---- */

static void assert_refused(void **state, int expected, const char *part)
{
	struct sightings *sightings = NULL;
	struct failure why = { "" };
	size_t size_before, size_after;
	uint8_t *before = scratch_read(scratch_path(state, SIGHTINGS_FILE), &size_before), *after;

	assert_int_equal(sightings_open(scratch_path(state, SIGHTINGS_FILE), MIB, &sightings, &why), -expected);
	assert_non_null(strstr(why.text, SIGHTINGS_FILE));
	assert_non_null(strstr(why.text, part));
	assert_int_equal(sightings_open_read(scratch_path(state, SIGHTINGS_FILE), &sightings, &why), -expected);
	assert_non_null(strstr(why.text, part));
	after = scratch_read(scratch_path(state, SIGHTINGS_FILE), &size_after);
	assert_int_equal(size_before, size_after);
	assert_memory_equal(before, after, size_before);
	free(before);
	free(after);
}

static void a_newer_version_is_refused(void **state)
{
	sightings_close(opened(state, MIB));
	sqlite3_close(shell(state, "PRAGMA user_version = 2"));
	assert_refused(state, EEXIST, "version 2, made by a newer fireplot; this one knows version 1");
}

static void a_file_of_something_else_is_refused_and_left(void **state)
{
	static const uint8_t text[] = "This is no database, whatever its name says, and it is longer than a header of one would be. "
	                              "Somebody may need it, so it stays.";

	sqlite3_close(shell(state, "CREATE TABLE bookmarks(url)"));
	assert_refused(state, EILSEQ, "move it away");
	scratch_write(scratch_path(state, SIGHTINGS_FILE), text, sizeof(text));
	assert_refused(state, EILSEQ, "move it away");
}

static void an_empty_file_is_a_new_one(void **state)
{
	struct sighting sighting = random_sighting();
	struct sightings *sightings;
	struct failure why;

	scratch_write(scratch_path(state, SIGHTINGS_FILE), (const uint8_t *)"", 0);
	assert_int_equal(sightings_open_read(scratch_path(state, SIGHTINGS_FILE), &sightings, &why), -ENOENT);
	sightings = opened(state, MIB);
	add(sightings, step_at(START_S, 1, &sighting));
	sightings_close(sightings);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, 1);
}

static void a_file_that_is_not_there_is_told(void **state)
{
	struct sightings *sightings;
	struct failure why;

	assert_int_equal(sightings_open_read(scratch_path(state, SIGHTINGS_FILE), &sightings, &why), -ENOENT);
	assert_int_equal(size_of(state, SIGHTINGS_FILE), -1);
	assert_int_equal(sightings_open(scratch_path(state, "none/" SIGHTINGS_FILE), MIB, &sightings, &why), -ENOENT);
	assert_non_null(strstr(why.text, "none/" SIGHTINGS_FILE));
}

/* Damage of any kind is an error or goes unnoticed; it never reads beyond anything. */
static void damage_is_told(void **state)
{
	static struct sighting sighting[1024];
	struct sightings *sightings = opened(state, MIB);
	struct failure why;
	unsigned told = 0;
	size_t size;
	uint8_t *sound;

	fill(sighting, 1024);
	for (unsigned i = 0; i < 8; i++)
		add(sightings, step_at(START_S + i * STEP_S, 512, sighting));
	sightings_close(sightings);
	sound = scratch_read(scratch_path(state, SIGHTINGS_FILE), &size);
	for (unsigned round = 0; round < 60; round++) {
		static struct rows rows;
		uint8_t *bytes = malloc(size);
		struct sighting_step step = step_at(START_S + 900, 1024, sighting);
		size_t page = round % 2 ? 0 : scratch_random((uint32_t)(size / 4096)) * 4096u;
		int err;

		memcpy(bytes, sound, size);
		for (unsigned i = 0; i < 40; i++)
			bytes[page + scratch_random(round % 2 ? (uint32_t)size : 4096)] = (uint8_t)scratch_random(256);
		scratch_write(scratch_path(state, SIGHTINGS_FILE), bytes, size);
		free(bytes);
		rows.count = 0;
		rows.end_after = MANY - 1;
		err = sightings_open_read(scratch_path(state, SIGHTINGS_FILE), &sightings, &why);
		if (!err) {
			err = sightings_walk(sightings, 0, INT64_MAX, 0xff, keep_row, &rows, &why);
			sightings_close(sightings);
		}
		told += err == -EILSEQ;
		err = sightings_open(scratch_path(state, SIGHTINGS_FILE), MIB, &sightings, &why);
		if (!err) {
			sightings_add(sightings, 1, &step, &why);
			sightings_close(sightings);
		}
	}
	assert_true(told > 5);
	free(sound);
}

static void while_another_program_has_it_locked_nothing_is_added(void **state)
{
	struct sighting sighting = random_sighting();
	struct sighting_step step = step_at(START_S + STEP_S, 1, &sighting);
	struct sightings *sightings = opened(state, MIB);
	struct failure why = { "" };
	sqlite3 *db;

	add(sightings, step_at(START_S, 1, &sighting));
	db = shell(state, "BEGIN EXCLUSIVE");
	assert_int_equal(sightings_add(sightings, 1, &step, &why), -EBUSY);
	assert_non_null(strstr(why.text, "locked by another program"));
	assert_int_equal(sightings_last(sightings), START_S + STEP_S);
	assert_string_equal(answer(db, "ROLLBACK"), "");
	add(sightings, step);
	sqlite3_close(db);
	sightings_close(sightings);
	assert_int_equal(rows_of(state, 0, INT64_MAX, 0xff)->count, 2);
}

static void what_another_program_changed_is_taken_up(void **state)
{
	struct sighting sighting[2] = { random_sighting(), random_sighting() };
	struct sightings *sightings = opened(state, MIB);
	struct rows *rows;

	sighting[0].rule = 1;
	sighting[1].rule = 2;
	add(sightings, step_at(START_S, 2, sighting));
	sqlite3_close(shell(state, "DELETE FROM sightings; DELETE FROM kinds; DELETE FROM rules; DELETE FROM spans; DELETE FROM lengths"));
	add(sightings, step_at(START_S + STEP_S, 2, sighting));
	sightings_close(sightings);
	rows = rows_of(state, 0, INT64_MAX, 0xff);
	assert_int_equal(rows->count, 2);
	assert_same(&rows->row[1], rows->rule[1], &sighting[1]);
	assert_int_equal(rows->row[1].end_s, START_S + 2 * STEP_S);
}

static void a_reader_that_never_ends_stops_the_log_at_its_bound(void **state)
{
	static struct sighting sighting[8192];
	struct sightings *sightings = opened(state, MIB);
	struct failure why = { "" };
	sqlite3 *db;
	int err = 0;
	unsigned i;

	fill(sighting, 8192);
	add(sightings, step_at(START_S, 1, sighting));
	db = shell(state, "BEGIN; SELECT count(*) FROM sightings");
	for (i = 1; !err && i < 200; i++) {
		struct sighting_step step = step_at(START_S + i * STEP_S, 8192, sighting);

		err = sightings_add(sightings, 1, &step, &why);
	}
	assert_int_equal(err, -EBUSY);
	assert_non_null(strstr(why.text, "reading for so long"));
	assert_true(size_of(state, SIGHTINGS_FILE "-wal") < 10 * (off_t)MIB);
	assert_string_equal(answer(db, "ROLLBACK"), "");
	add(sightings, step_at(START_S + i * STEP_S, 8192, sighting));
	sqlite3_close(db);
	sightings_close(sightings);
	assert_true(size_of(state, SIGHTINGS_FILE) <= (off_t)MIB);
}

static void a_file_that_was_removed_is_made_anew(void **state)
{
	struct sighting sighting[2] = { random_sighting(), random_sighting() };
	struct sightings *sightings = opened(state, MIB);
	struct rows *rows;

	add(sightings, step_at(START_S, 1, &sighting[0]));
	assert_int_equal(unlink(scratch_path(state, SIGHTINGS_FILE)), 0);
	add(sightings, step_at(START_S + STEP_S, 1, &sighting[1]));
	rows = rows_of(state, 0, INT64_MAX, 0xff);
	assert_int_equal(rows->count, 1);
	assert_same(&rows->row[0], rows->rule[0], &sighting[1]);
	assert_int_equal(rename(scratch_path(state, SIGHTINGS_FILE), scratch_path(state, "kept.db")), 0);
	add(sightings, step_at(START_S + 2 * STEP_S, 1, &sighting[0]));
	rows = rows_of(state, 0, INT64_MAX, 0xff);
	assert_int_equal(rows->count, 1);
	assert_same(&rows->row[0], rows->rule[0], &sighting[0]);
	sightings_close(sightings);
}

/* In a namespace of its own, a file system of 2 MiB in memory, filled by another file. */
static void on_a_full_disk(const char *dir)
{
	static struct sighting sighting[1024];
	struct sightings *sightings;
	struct failure why = { "" };
	char path[SCRATCH_PATH], filler[SCRATCH_PATH];
	static uint8_t block[65536];
	int err = 0, fd;

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount("none", dir, "tmpfs", 0, "size=2m"))
		_exit(77);
	snprintf(path, sizeof(path), "%s/" SIGHTINGS_FILE, dir);
	snprintf(filler, sizeof(filler), "%s/filler", dir);
	fill(sighting, 1024);
	assert_int_equal(sightings_open(path, MIB, &sightings, &why), 0);
	add(sightings, step_at(START_S, 1024, sighting));
	fd = open(filler, O_CREAT | O_WRONLY, 0600);
	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
	for (unsigned i = 1; !err && i < 100; i++) {
		struct sighting_step step = step_at(sightings_last(sightings), 1024, sighting);
		int64_t last_s = sightings_last(sightings);

		err = sightings_add(sightings, 1, &step, &why);
		assert_int_equal(sightings_last(sightings), err ? last_s : last_s + STEP_S);
	}
	assert_int_equal(err, -ENOSPC);
	assert_non_null(strstr(why.text, "No space left on device"));
	unlink(filler);
	for (unsigned i = 0; i < 20; i++)
		add(sightings, step_at(sightings_last(sightings), 1024, sighting));
	sightings_close(sightings);
	_exit(0);
}

static void while_the_disk_is_full_nothing_is_added(void **state)
{
	int status;
	pid_t pid;

	if (getuid() != 0)
		skip();
	pid = fork();
	if (pid == 0)
		on_a_full_disk(*state);
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- processes ---- */

static void a_writer_that_is_killed_leaves_whole_steps(void **state)
{
	static struct sighting sighting[300];

	fill(sighting, 300);
	for (unsigned round = 0; round < 8; round++) {
		struct rows *rows;
		int status, pipes[2];
		int64_t told_s = 0, last_s;
		pid_t pid;

		assert_int_equal(pipe(pipes), 0);
		pid = fork();
		if (pid == 0) {
			struct sightings *sightings = opened(state, MIB);
			int64_t start_s = sightings_last(sightings) ? sightings_last(sightings) : START_S;

			for (;; start_s += STEP_S) {
				add(sightings, step_at(start_s, 300, sighting));
				if (write(pipes[1], &start_s, sizeof(start_s)) < 0)
					_exit(1);
			}
		}
		close(pipes[1]);
		for (unsigned i = 0; i < 20 + scratch_random(80); i++)
			assert_int_equal(read(pipes[0], &told_s, sizeof(told_s)), sizeof(told_s));
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		while (read(pipes[0], &last_s, sizeof(last_s)) == sizeof(last_s))
			told_s = last_s;
		close(pipes[0]);
		rows = rows_of(state, told_s, INT64_MAX, 0xff);
		assert_true(rows->count == 300 || rows->count == 600);
		for (unsigned i = 0; i < rows->count; i++)
			assert_same(&rows->row[i], rows->rule[i], &sighting[i % 300]);
	}
}

/* As nobody, in a directory and with files that only root may write. */
static unsigned rows_for_nobody(void **state)
{
	int status, pipes[2];
	unsigned count = 0;
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
			_exit(1);
		count = rows_of(state, 0, INT64_MAX, 0xff)->count;
		_exit(write(pipes[1], &count, sizeof(count)) != sizeof(count));
	}
	close(pipes[1]);
	if (read(pipes[0], &count, sizeof(count)) != sizeof(count))
		count = UINT32_MAX;
	close(pipes[0]);
	waitpid(pid, &status, 0);
	return count;
}

static void who_may_only_read_can_always_read(void **state)
{
	struct sighting sighting = random_sighting();
	struct sightings *sightings;
	pid_t pid;
	int status;

	if (getuid() != 0)
		skip();
	assert_int_equal(chmod(*state, 0755), 0);
	sightings = opened(state, MIB);
	add(sightings, step_at(START_S, 1, &sighting));
	assert_int_equal(rows_for_nobody(state), 1);
	sightings_close(sightings);
	assert_int_equal(rows_for_nobody(state), 1);

	pid = fork();
	if (pid == 0) {
		sightings = opened(state, MIB);
		add(sightings, step_at(START_S + STEP_S, 1, &sighting));
		raise(SIGKILL);
	}
	waitpid(pid, &status, 0);
	assert_true(size_of(state, SIGHTINGS_FILE "-wal") > 0);
	assert_int_equal(rows_for_nobody(state), 2);

	/* a root's shell takes the log away when it ends */
	sqlite3_close(shell(state, "SELECT count(*) FROM sightings"));
	assert_int_equal(size_of(state, SIGHTINGS_FILE "-wal"), -1);
	assert_int_equal(rows_for_nobody(state), 2);
	assert_int_equal(size_of(state, SIGHTINGS_FILE "-wal"), -1);
}

/* ---- the view ---- */

static void assert_text(sqlite3 *db, int64_t id, const uint8_t address[16], unsigned series)
{
	char sql[128], expected[INET6_ADDRSTRLEN];

	inet_ntop(is_ipv6(series) ? AF_INET6 : AF_INET, address, expected, sizeof(expected));
	snprintf(sql, sizeof(sql), "SELECT source FROM seen WHERE id = %lld", (long long)id);
	assert_string_equal(answer(db, sql), expected);
	snprintf(sql, sizeof(sql), "SELECT destination FROM seen WHERE id = %lld", (long long)id);
	assert_string_equal(answer(db, sql), expected);
}

static void the_view_writes_addresses_as_inet_ntop_does(void **state)
{
	static const char *const special[] = { "::", "::1", "::2:0", "1::", "::ffff:192.0.2.1", "::ffff:0.0.0.0", "::192.0.2.1", "::1:0:0",
		                               "2001:db8::1:0:0:1", "2001:db8:0:1:1:1:1:1", "fe80::", "ff02::1:ff00:1234",
		                               "1:0:0:2:0:0:0:3", "0:1::", "::ffff", "::fffe:1.2.3.4", "64:ff9b::c000:201", "a:b:c:d:e:f:0:0",
		                               "0:0:1:0:0:1:0:0", "::1:2:3:4:5:6:7", "1:2:3:4:5:6:7::", "10:100:1000:f00:0:0f:0:1" };
	static struct sighting sighting[MANY];
	unsigned count = sizeof(special) / sizeof(special[0]);
	struct sightings *sightings = opened(state, MIB);
	sqlite3 *db;

	for (unsigned i = 0; i < 1000; i++) {
		struct sighting *s = &sighting[i];

		s->series = i < count || scratch_random(4) ? SERIES_TCP6 : SERIES_TCP4;
		random_address(s->source, s->series);
		for (unsigned group = 0; s->series == SERIES_TCP6 && group < 8; group++)
			if (scratch_random(3))
				memset(s->source + 2 * group, 0, 1 + scratch_random(2));
		if (i < count)
			inet_pton(AF_INET6, special[i], s->source);
		memcpy(s->destination, s->source, 16);
	}
	add(sightings, step_at(START_S, 1000, sighting));
	sightings_close(sightings);
	db = shell(state, "SELECT 1");
	for (unsigned i = 0; i < 1000; i++)
		assert_text(db, (int64_t)START_S * 65536 + i, sighting[i].source, sighting[i].series);
	sqlite3_close(db);
}

#define WHOLE_ROW                                                                                                                         \
	"SELECT concat FROM (SELECT id, ifnull(protocol, '-') || ' ' || ifnull(port, '-') || ' ' || ifnull(service, '-') || ' ' || "      \
	"ifnull(icmp_type, '-') || ' ' || ifnull(icmp_code, '-') || ' ' || ifnull(tcp_flags, '-') || ' ' || class || ' ' || rule AS concat FROM seen) "

static void the_view_names_what_a_number_means(void **state)
{
	struct sighting sighting[] = {
		{ .series = SERIES_TCP4, .number = 22, .tcp_flags = PACKET_SYN, .rule = 1 },
		{ .series = SERIES_TCP6, .number = 65535, .tcp_flags = PACKET_SYN | PACKET_ACK, .class = CLASS_BACKSCATTER },
		{ .series = SERIES_TCP4, .number = 0, .tcp_flags = 0 },
		{ .series = SERIES_UDP6, .number = 53 },
		{ .series = SERIES_ICMP4, .number = 3 << 8 | 1, .class = CLASS_BACKSCATTER },
		{ .series = SERIES_ICMP6, .number = 128 << 8 },
		{ .series = SERIES_OTHER4, .number = 47 },
		{ .series = SERIES_OTHER6, .number = 132 },
	};
	static const char *const expected[] = { "6 22 ssh - - SYN probe drop in: ", "6 65535 - - - SYN,ACK backscatter ", "6 0 - - - NONE probe ",
		                                "17 53 domain - - - probe ", "1 - - 3 1 - backscatter ", "58 - - 128 0 - probe ",
		                                "47 - - - - - probe ", "132 - - - - - probe " };
	struct sightings *sightings = opened(state, MIB);
	sqlite3 *db;

	add(sightings, step_at(START_S, 8, sighting));
	sightings_close(sightings);
	db = shell(state, "SELECT 1");
	for (unsigned i = 0; i < 8; i++) {
		char sql[512];

		snprintf(sql, sizeof(sql), WHOLE_ROW "WHERE id = %lld", (long long)START_S * 65536 + i);
		assert_string_equal(answer(db, sql), expected[i]);
	}
	assert_string_equal(answer(db, "SELECT time || ' ' || end FROM seen"), "2023-11-14T22:20:00Z 2023-11-14T22:20:10Z");
	assert_string_equal(answer(db, "PRAGMA application_id"), "1718643828");
	sqlite3_close(db);
}

#define IN_A_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_DIRECTORY(what_is_written_is_read),
		IN_A_DIRECTORY(it_goes_on_where_it_was_closed),
		IN_A_DIRECTORY(a_step_that_is_there_is_passed_over),
		IN_A_DIRECTORY(a_time_asks_for_the_steps_that_have_some_of_it),
		IN_A_DIRECTORY(series_that_are_not_asked_for_are_left_out),
		IN_A_DIRECTORY(who_visits_can_end_the_walk),
		IN_A_DIRECTORY(a_reader_sees_what_was_there_when_it_opened),
		IN_A_DIRECTORY(rules_beyond_the_most_become_one),
		IN_A_DIRECTORY(steps_that_touch_are_one_span),
		IN_A_DIRECTORY(what_was_left_out_of_a_step_is_known),
		IN_A_DIRECTORY(the_file_never_exceeds_its_bound_and_has_the_newest),
		IN_A_DIRECTORY(the_oldest_go_with_all_that_is_known_of_them),
		IN_A_DIRECTORY(a_smaller_bound_makes_it_smaller),
		IN_A_DIRECTORY(more_than_the_file_can_hold_leaves_out_the_oldest),
		IN_A_DIRECTORY(a_newer_version_is_refused),
		IN_A_DIRECTORY(a_file_of_something_else_is_refused_and_left),
		IN_A_DIRECTORY(an_empty_file_is_a_new_one),
		IN_A_DIRECTORY(a_file_that_is_not_there_is_told),
		IN_A_DIRECTORY(damage_is_told),
		IN_A_DIRECTORY(while_another_program_has_it_locked_nothing_is_added),
		IN_A_DIRECTORY(what_another_program_changed_is_taken_up),
		IN_A_DIRECTORY(a_reader_that_never_ends_stops_the_log_at_its_bound),
		IN_A_DIRECTORY(a_file_that_was_removed_is_made_anew),
		IN_A_DIRECTORY(while_the_disk_is_full_nothing_is_added),
		IN_A_DIRECTORY(a_writer_that_is_killed_leaves_whole_steps),
		IN_A_DIRECTORY(who_may_only_read_can_always_read),
		IN_A_DIRECTORY(the_view_writes_addresses_as_inet_ntop_does),
		IN_A_DIRECTORY(the_view_names_what_a_number_means),
	};

	scratch_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
