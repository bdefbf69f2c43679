/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of sightings share: steps to write, rows that were read, and the database as another program sees it. state is
 * scratch's; what can't fail in a test fails the test. */
#ifndef TESTS_UNIT_ARCHIVE_STEPS_H
#define TESTS_UNIT_ARCHIVE_STEPS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "archive/sightings.h"

#define START_S 1700000400
#define STEP_S 10
#define MIB (1u << 20)
#define MANY 4096

/* The rules of every step, of which 4 are something. */
extern const char sighting_rules[SIGHTING_RULES][SIGHTING_RULE];

bool is_ipv6(unsigned series);
void random_address(uint8_t address[16], unsigned series);
struct sighting random_sighting(void);
void fill(struct sighting *sighting, unsigned count);

/* A step of STEP_S. */
struct sighting_step step_at(int64_t start_s, unsigned count, const struct sighting *sighting);

struct sightings *opened(void **state, uint64_t max_bytes);
struct sightings *opened_to_read(void **state);
void add(struct sightings *sightings, struct sighting_step step);

struct rows {
	unsigned count;
	unsigned end_after; /* the walk ends behind so many rows; 0: never */
	struct sightings_row row[MANY];
	char rule[MANY][SIGHTING_RULE];
};

/* A visit that keeps them; 42 at the end. */
int keep_row(void *arg, const struct sightings_row *row);

/* Static, until the next call. */
struct rows *rows_of(void **state, int64_t start_s, int64_t end_s, unsigned series);

struct sightings_facts facts_of(void **state);
struct sightings_coverage coverage_of(void **state, int64_t start_s, int64_t end_s);
void assert_same(const struct sightings_row *row, const char *rule, const struct sighting *sighting);

/* The rows from that one on are those sightings, in any order. */
void assert_same_all(const struct rows *rows, unsigned from, unsigned count, const struct sighting *sighting);

/* Opens the file as sqlite3 would, and runs SQL. The caller closes it. */
sqlite3 *shell(void **state, const char *sql);

/* The first column of the last row, static. */
const char *answer(sqlite3 *db, const char *sql);

/* -1 if there is none. */
off_t size_of(void **state, const char *name);

#endif
