/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/dedup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../archive/scratch.h"

#define SOURCES 4
#define TIMES 50
#define DIGESTS 6

static struct spool *spool;
static struct dedup *dedup;

static void begin(void **state)
{
	struct failure why = { "" };

	if (spool_open(*state, true, &spool, &why))
		fail_msg("%s", why.text);
	dedup = NULL;
}

static void add(unsigned source, int64_t at, uint64_t digest, unsigned times)
{
	struct record record = { .at = at, .digest = digest };
	struct failure why = { "" };

	while (times-- > 0)
		if (spool_add(spool, source, STAMP_ABSOLUTE, &record, &why))
			fail_msg("%s", why.text);
}

static int64_t time_of(void *arg, unsigned source, enum stamp_kind kind, int64_t order)
{
	return order;
}

static void read_on(void)
{
	struct failure why = { "" };

	if (spool_rewind(spool, time_of, NULL, &why))
		fail_msg("%s", why.text);
	dedup = dedup_new(spool, SOURCES);
	assert_non_null(dedup);
}

static int next(struct record *record)
{
	struct failure why = { "" };
	unsigned source = SOURCES;
	int got = dedup_next(dedup, record, &source, &why);

	if (got < 0)
		fail_msg("%s", why.text);
	assert_true(!got || source < SOURCES);
	return got;
}

static uint64_t count_all(void)
{
	struct record record;
	uint64_t count = 0;
	int64_t last = INT64_MIN;

	for (; next(&record); count++) {
		assert_true(record.at >= last);
		last = record.at;
	}
	assert_int_equal(next(&record), 0);
	return count;
}

static void end(void)
{
	dedup_free(dedup);
	spool_close(spool);
}

static void nothing_comes_of_nothing(void **state)
{
	begin(state);
	read_on();
	assert_int_equal(count_all(), 0);
	end();
}

static void what_one_source_has_twice_stays_twice(void **state)
{
	begin(state);
	add(0, 1, 7, 5);
	add(0, 2, 7, 1);
	read_on();
	assert_int_equal(count_all(), 6);
	assert_int_equal(dedup_dropped(dedup, 0), 0);
	end();
}

static void what_two_have_counts_as_often_as_in_the_one_with_more(void **state)
{
	begin(state);
	add(0, 1, 7, 2);
	add(1, 1, 7, 3);
	add(2, 1, 7, 3);
	add(2, 1, 8, 1);
	read_on();
	assert_int_equal(count_all(), 4);
	assert_int_equal(dedup_dropped(dedup, 0), 2);
	assert_int_equal(dedup_dropped(dedup, 1) + dedup_dropped(dedup, 2), 3);
	assert_int_equal(dedup_dropped(dedup, 3), 0);
	end();
}

static void the_same_line_at_another_time_is_another(void **state)
{
	begin(state);
	add(0, 1, 7, 1);
	add(1, 2, 7, 1);
	add(2, 3, 7, 1);
	read_on();
	assert_int_equal(count_all(), 3);
	end();
}

/* Times, digests and sources at random, against the rule in plain. */
static void of_each_the_most_that_any_source_has_are_kept(void **state)
{
	unsigned has[SOURCES][TIMES][DIGESTS] = { 0 };
	uint64_t kept[TIMES][DIGESTS] = { 0 }, total = 0, expected = 0, dropped = 0;
	struct record record;

	begin(state);
	for (unsigned source = 0; source < SOURCES; source++)
		for (unsigned i = 0; i < 1000; i++) {
			unsigned at = scratch_random(TIMES), digest = scratch_random(DIGESTS), times = 1 + scratch_random(3);

			has[source][at][digest] += times;
			total += times;
			add(source, at, digest, times);
		}
	read_on();
	while (next(&record))
		kept[record.at][record.digest]++;
	for (unsigned at = 0; at < TIMES; at++)
		for (unsigned digest = 0; digest < DIGESTS; digest++) {
			unsigned most = 0;

			for (unsigned source = 0; source < SOURCES; source++)
				most = has[source][at][digest] > most ? has[source][at][digest] : most;
			assert_int_equal(kept[at][digest], most);
			expected += most;
		}
	for (unsigned source = 0; source < SOURCES; source++)
		dropped += dedup_dropped(dedup, source);
	assert_int_equal(total - dropped, expected);
	end();
}

/* More of one time than are compared with each other. */
static void a_flood_of_one_source_loses_nothing(void **state)
{
	begin(state);
	add(0, 1, 7, 65535);
	add(0, 2, 7, 65536);
	add(0, 3, 7, 65537);
	add(0, 4, 7, 200000);
	add(0, 5, 7, 1);
	read_on();
	assert_int_equal(count_all(), 65535 + 65536 + 65537 + 200000 + 1);
	assert_int_equal(dedup_dropped(dedup, 0), 0);
	end();
}

/* All that is new is kept, however many there are of one time; copies may be missed. */
static void a_flood_of_several_never_drops_too_much(void **state)
{
	uint64_t count;

	begin(state);
	for (unsigned source = 0; source < 2; source++)
		for (unsigned i = 0; i < 100000; i++)
			add(source, 1, i, 1);
	read_on();
	count = count_all();
	assert_true(count >= 100000 && count <= 200000);
	assert_int_equal(count + dedup_dropped(dedup, 0) + dedup_dropped(dedup, 1), 200000);
	end();
}

static void a_group_that_is_exactly_full_ends_there(void **state)
{
	begin(state);
	for (unsigned i = 0; i < 32768; i++)
		add(0, 1, i, 1);
	add(0, 2, 1, 1);
	for (unsigned i = 0; i < 32768; i++)
		add(1, 1, i, 1);
	add(1, 2, 1, 1);
	read_on();
	assert_int_equal(count_all(), 32769);
	end();
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)
	const struct CMUnitTest tests[] = {
		TEST(nothing_comes_of_nothing),
		TEST(what_one_source_has_twice_stays_twice),
		TEST(what_two_have_counts_as_often_as_in_the_one_with_more),
		TEST(the_same_line_at_another_time_is_another),
		TEST(of_each_the_most_that_any_source_has_are_kept),
		TEST(a_flood_of_one_source_loses_nothing),
		TEST(a_flood_of_several_never_drops_too_much),
		TEST(a_group_that_is_exactly_full_ends_there),
	};

	scratch_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
