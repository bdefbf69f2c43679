/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/spool.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../archive/scratch.h"

#define SOURCES 7

size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* Bytes that malloc has given. */
static size_t allocated(void)
{
	if (__sanitizer_get_current_allocated_bytes)
		return __sanitizer_get_current_allocated_bytes();
	return mallinfo2().uordblks + mallinfo2().hblkhd;
}

static uint64_t added; /* records, each of which has its number in digest */

static struct spool *opened(void **state)
{
	struct spool *spool = NULL;
	struct failure why = { "" };

	added = 0;
	if (spool_open(*state, true, &spool, &why))
		fail_msg("%s", why.text);
	return spool;
}

static void add(struct spool *spool, unsigned source, enum stamp_kind kind, int64_t at)
{
	struct record record = { .at = at, .digest = added++, .number = (uint16_t)source, .rule = (uint16_t)kind };
	struct failure why = { "" };

	if (spool_add(spool, source, kind, &record, &why))
		fail_msg("%s", why.text);
}

/* What each kind of stamp is ahead of time. */
static int64_t time_of(void *arg, unsigned source, enum stamp_kind kind, int64_t order)
{
	return order + 1000 * (int64_t)kind;
}

static void rewind_it(struct spool *spool)
{
	struct failure why = { "" };

	if (spool_rewind(spool, time_of, NULL, &why))
		fail_msg("%s", why.text);
}

static int next(struct spool *spool, struct record *record, unsigned *source)
{
	struct failure why = { "" };
	int got = spool_next(spool, record, source, &why);

	if (got < 0)
		fail_msg("%s", why.text);
	return got;
}

/* All records come, each once and as it was, in the order of time. Returns how many. */
static uint64_t read_sorted(struct spool *spool, const int64_t *at)
{
	uint8_t *seen = calloc(added + 1, 1);
	struct record record;
	uint64_t count = 0;
	int64_t last = INT64_MIN;
	unsigned source;

	assert_non_null(seen);
	for (; next(spool, &record, &source); count++) {
		assert_true(record.digest < added);
		assert_int_equal(seen[record.digest]++, 0);
		assert_int_equal(record.number, source);
		assert_true(record.at >= last);
		if (at)
			assert_true(record.at == at[record.digest] + 1000 * (int64_t)record.rule);
		last = record.at;
	}
	assert_int_equal(next(spool, &record, &source), 0);
	free(seen);
	return count;
}

static void an_empty_spool_has_no_record(void **state)
{
	struct spool *spool = opened(state);
	int64_t first, last;

	rewind_it(spool);
	assert_int_equal(read_sorted(spool, NULL), 0);
	assert_false(spool_span(spool, 0, &first, &last));
	spool_close(spool);
}

static void one_record_comes_back(void **state)
{
	struct spool *spool = opened(state);
	struct record record;
	int64_t first, last;
	unsigned source;

	add(spool, 5, STAMP_LOCAL, 42);
	rewind_it(spool);
	assert_int_equal(next(spool, &record, &source), 1);
	assert_int_equal(source, 5);
	assert_int_equal(record.at, 2042);
	assert_int_equal(next(spool, &record, &source), 0);
	assert_true(spool_span(spool, 5, &first, &last));
	assert_int_equal(first, 2042);
	assert_int_equal(last, 2042);
	assert_false(spool_span(spool, 4, &first, &last));
	spool_close(spool);
}

static void a_spool_may_be_closed_at_any_time(void **state)
{
	struct spool *spool = opened(state);
	struct record record;
	unsigned source;

	spool_close(spool);
	spool_close(NULL);
	spool = opened(state);
	for (unsigned i = 0; i < 100000; i++)
		add(spool, 0, STAMP_ABSOLUTE, scratch_random(1000000));
	rewind_it(spool);
	next(spool, &record, &source);
	spool_close(spool);
}

struct span {
	int64_t first, last;
};

static void extend(struct span *span, int64_t at)
{
	span->first = at < span->first ? at : span->first;
	span->last = at > span->last ? at : span->last;
}

/* Sources of any length with stamps of all kinds, from in order to wild. */
static void random_records_come_back_sorted(void **state)
{
	struct spool *spool = opened(state);
	int64_t *at = malloc(SOURCES * 100000 * sizeof(*at));
	struct span span[SOURCES];

	assert_non_null(at);
	for (unsigned source = 0; source < SOURCES; source++) {
		unsigned count = 1 + scratch_random(100000), wild = 1 + scratch_random(3) * 500000;
		enum stamp_kind kind = STAMP_ABSOLUTE;

		span[source] = (struct span){ INT64_MAX, INT64_MIN };
		for (unsigned i = 0; i < count; i++) {
			if (scratch_random(5000) == 0)
				kind = (enum stamp_kind)(STAMP_ABSOLUTE + scratch_random(4));
			at[added] = (int64_t)i * 10 + scratch_random(wild) - 300000;
			extend(&span[source], at[added] + 1000 * (int64_t)kind);
			add(spool, source, kind, at[added]);
		}
	}
	rewind_it(spool);
	for (unsigned source = 0; source < SOURCES; source++) {
		int64_t first, last;

		assert_true(spool_span(spool, source, &first, &last));
		assert_int_equal(first, span[source].first);
		assert_int_equal(last, span[source].last);
	}
	assert_int_equal(read_sorted(spool, at), added);
	spool_close(spool);
	free(at);
}

static uint64_t bound(struct spool *spool, unsigned source, int64_t start, int64_t end)
{
	struct failure why = { "" };
	uint64_t left_out = 0;

	if (spool_bound(spool, source, start, end, &left_out, &why))
		fail_msg("%s", why.text);
	return left_out;
}

/* Source 0 is left as it is. */
static void what_lies_outside_bounds_is_left_out_and_counted(void **state)
{
	struct spool *spool = opened(state);
	int64_t *at = malloc(3 * 100000 * sizeof(*at)), first, last;
	struct span span[3] = { { INT64_MAX, INT64_MIN }, { INT64_MAX, INT64_MIN }, { INT64_MAX, INT64_MIN } };
	int64_t start = scratch_random(400000), end = start + 1 + scratch_random(400000);
	uint64_t outside[3] = { 0 };

	assert_non_null(at);
	for (unsigned source = 0; source < 3; source++) {
		unsigned wild = source == 2 ? 1 : 1 + scratch_random(100000);

		for (unsigned i = 0; i < 100000; i++) {
			enum stamp_kind kind = STAMP_ABSOLUTE + (scratch_random(100) == 0);
			int64_t time;

			at[added] = (int64_t)i * 10 + scratch_random(wild);
			time = at[added] + 1000 * (int64_t)kind;
			if (source == 0 || (time >= start && time < end))
				extend(&span[source], time);
			else
				outside[source]++;
			add(spool, source, kind, at[added]);
		}
	}
	rewind_it(spool);
	for (unsigned source = 1; source < 3; source++)
		assert_int_equal(bound(spool, source, start, end), outside[source]);
	for (unsigned source = 0; source < 3; source++) {
		assert_int_equal(spool_span(spool, source, &first, &last), span[source].first <= span[source].last);
		if (span[source].first > span[source].last)
			continue;
		assert_int_equal(first, span[source].first);
		assert_int_equal(last, span[source].last);
	}
	assert_int_equal(read_sorted(spool, at), added - outside[1] - outside[2]);
	spool_close(spool);
	free(at);
}

static void bounds_take_the_start_and_not_the_end(void **state)
{
	struct spool *spool = opened(state);

	for (int64_t at = 0; at < 10; at++)
		add(spool, 0, STAMP_ABSOLUTE, at);
	rewind_it(spool);
	assert_int_equal(bound(spool, 0, 1003, 1004), 9);
	assert_int_equal(bound(spool, 0, INT64_MIN, INT64_MAX), 0);
	assert_int_equal(bound(spool, 1, 0, 1), 0);
	assert_int_equal(read_sorted(spool, NULL), 1);
	spool_close(spool);
}

static void nothing_may_be_within_bounds(void **state)
{
	struct spool *spool = opened(state);
	int64_t first, last;

	add(spool, 0, STAMP_ABSOLUTE, 1);
	add(spool, 0, STAMP_ABSOLUTE, 9);
	rewind_it(spool);
	assert_int_equal(bound(spool, 0, 1004, 1008), 2);
	assert_false(spool_span(spool, 0, &first, &last));
	assert_int_equal(read_sorted(spool, NULL), 0);
	spool_close(spool);
}

static void equal_times_all_come(void **state)
{
	struct spool *spool = opened(state);

	for (unsigned source = 0; source < 3; source++)
		for (unsigned i = 0; i < 70000; i++)
			add(spool, source, STAMP_ABSOLUTE, 7);
	rewind_it(spool);
	assert_int_equal(read_sorted(spool, NULL), added);
	spool_close(spool);
}

/* Each chunk that was sorted has the whole span: all are open at once. */
static void runs_that_overlap_wholly_take_little_memory(void **state)
{
	struct spool *spool = opened(state);
	size_t before, most = 0;
	uint64_t count = 0;
	struct record record;
	int64_t last = INT64_MIN;
	unsigned source;

	for (unsigned i = 0; i < 3000000; i++)
		add(spool, 0, STAMP_ABSOLUTE, scratch_random(1u << 30));
	before = allocated();
	rewind_it(spool);
	for (; next(spool, &record, &source); count++) {
		assert_true(record.at >= last);
		last = record.at;
		if (count % 100000 == 0 && allocated() > most)
			most = allocated();
	}
	assert_int_equal(count, added);
	print_message("# %zu KiB more than while it was written\n", most > before ? (most - before) >> 10 : 0);
	assert_true(most < before + (8u << 20));
	spool_close(spool);
}

/* As where two programs write into one log, each with stamps of its own kind. */
static void kinds_that_alternate_make_no_run_of_each_record(void **state)
{
	struct spool *spool = opened(state);
	int64_t *at = malloc(400000 * sizeof(*at));
	size_t before = allocated();

	assert_non_null(at);
	for (unsigned i = 0; i < 400000; i++) {
		at[i] = i;
		add(spool, 0, i % 2 ? STAMP_ABSOLUTE : STAMP_YEARLESS, at[i]);
	}
	print_message("# %zu KiB\n", (allocated() - before) >> 10);
	assert_true(allocated() < before + (8u << 20));
	rewind_it(spool);
	assert_int_equal(read_sorted(spool, at), added);
	spool_close(spool);
	free(at);
}

static void a_place_that_takes_no_file_is_named(void **state)
{
	const char *path = scratch_path(state, "none");
	struct spool *spool = NULL;
	struct failure why = { "" };

	assert_true(spool_open(path, true, &spool, &why) < 0);
	assert_non_null(strstr(why.text, path));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_spool_has_no_record),
		TEST(one_record_comes_back),
		TEST(what_lies_outside_bounds_is_left_out_and_counted),
		TEST(bounds_take_the_start_and_not_the_end),
		TEST(nothing_may_be_within_bounds),
		TEST(a_spool_may_be_closed_at_any_time),
		TEST(random_records_come_back_sorted),
		TEST(equal_times_all_come),
		TEST(runs_that_overlap_wholly_take_little_memory),
		TEST(kinds_that_alternate_make_no_run_of_each_record),
		TEST(a_place_that_takes_no_file_is_named),
	};

	scratch_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
