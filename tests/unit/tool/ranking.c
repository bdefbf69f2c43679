/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sightings added up by a ranking, and beside it by lists that are searched from the front. */
#include "tool/ranking.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../archive/scratch.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define BASE_S 1700000000
#define ROWS 4000

static const char *const rules[] = { "", "input", "forward", "a rule with a name of exactly sixty-four letters, which is the most.." };

/* Few of each part, so that all of them meet. */
static struct sightings_row random_row(void)
{
	struct sightings_row row = { .start_s = BASE_S + 10 * (int64_t)scratch_random(1000), .rule = rules[scratch_random(4)] };
	struct sighting *sighting = &row.sighting;

	row.end_s = row.start_s + 10;
	sighting->series = (uint8_t)scratch_random(SERIES_COUNT);
	sighting->number = (uint16_t)scratch_random(5);
	sighting->packets = scratch_random(4) ? 1 : scratch_random(UINT32_MAX);
	for (unsigned i = 0; i < (series_version((enum series)sighting->series) == 4 ? 4 : 16); i++) {
		sighting->source[i] = (uint8_t)(i == 2 || i == 3 || i == 7 || i == 15 ? scratch_random(3) : 10);
		sighting->destination[i] = (uint8_t)(i == 3 ? scratch_random(3) : 20);
	}
	return row;
}

static struct ranking *ranking_of(enum ranking_by by, const struct sightings_row *rows, unsigned count, unsigned most)
{
	struct failure why = { "" };
	struct ranking *ranking = ranking_new(by, BASE_S, most, 1, &why);
	struct ranking_feed *feed;

	assert_non_null(ranking);
	feed = ranking_feed(ranking, 0);
	do {
		for (unsigned i = 0; i < count; i++)
			assert_int_equal(ranking_add(feed, &rows[i]), 0);
		assert_int_equal(ranking_flush(feed), 0);
		assert_int_equal(ranking_reduce(feed), 0);
	} while (ranking_again(ranking));
	return ranking;
}

/* ---- the other way to count ---- */

static unsigned prefix_bytes(enum ranking_by by, unsigned version)
{
	if (by == RANKING_NET24)
		return version == 4 ? 3 : 8;
	return by == RANKING_NET64 && version == 6 ? 8 : version == 4 ? 4 : 16;
}

static bool same_group(enum ranking_by by, const struct sightings_row *a, const struct sightings_row *b)
{
	const struct sighting *x = &a->sighting, *y = &b->sighting;
	unsigned version = series_version((enum series)x->series);

	switch (by) {
	case RANKING_SOURCE:
	case RANKING_NET24:
	case RANKING_NET64:
		return version == series_version((enum series)y->series) && !memcmp(x->source, y->source, prefix_bytes(by, version));
	case RANKING_DESTINATION:
		return version == series_version((enum series)y->series) && !memcmp(x->destination, y->destination, 16);
	case RANKING_PORT:
		return target_of(x) == target_of(y);
	case RANKING_RULE:
		return !strcmp(a->rule, b->rule);
	case RANKING_SERIES:
		return x->series == y->series;
	}
	return false;
}

/* How many of the group's rows have no row before them in the same group that is the same by another measure too. */
static uint32_t count_different(enum ranking_by by, enum ranking_by what, const struct sightings_row *rows, unsigned count,
                                const struct sightings_row *of)
{
	uint32_t different = 0;

	for (unsigned i = 0; i < count; i++) {
		unsigned before = 0;

		if (!same_group(by, &rows[i], of))
			continue;
		while (before < i && !(same_group(by, &rows[before], of) && same_group(what, &rows[before], &rows[i])))
			before++;
		different += before == i;
	}
	return different;
}

static struct ranking_group expected(enum ranking_by by, const struct sightings_row *rows, unsigned count, const struct sightings_row *of)
{
	struct ranking_group group = { .first_s = INT64_MAX };

	for (unsigned i = 0; i < count; i++)
		if (same_group(by, &rows[i], of)) {
			group.packets += rows[i].sighting.packets;
			group.first_s = rows[i].start_s < group.first_s ? rows[i].start_s : group.first_s;
			group.last_s = rows[i].end_s > group.last_s ? rows[i].end_s : group.last_s;
		}
	group.ports = count_different(by, RANKING_PORT, rows, count, of);
	group.sources = count_different(by, RANKING_SOURCE, rows, count, of);
	return group;
}

/* A row of the group that the ranking tells. */
static const struct sightings_row *row_of(enum ranking_by by, const struct ranking_group *group, const struct sightings_row *rows,
                                          unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const struct sighting *sighting = &rows[i].sighting;
		unsigned version = series_version((enum series)sighting->series);
		const uint8_t *address = by == RANKING_DESTINATION ? sighting->destination : sighting->source;
		bool is_it = false;

		if (group->version)
			is_it = group->version == version && group->prefix == 8 * prefix_bytes(by, version) &&
			        !memcmp(group->address, address, prefix_bytes(by, version));
		else if (by == RANKING_PORT)
			is_it = group->target == target_of(sighting);
		else if (by == RANKING_RULE)
			is_it = !strcmp(group->rule, rows[i].rule);
		else
			is_it = group->series == (enum series)sighting->series;
		if (is_it)
			return &rows[i];
	}
	return NULL;
}

static void check_ranking(enum ranking_by by, const struct sightings_row *rows, unsigned count)
{
	struct ranking *ranking = ranking_of(by, rows, count, UINT32_MAX);
	struct ranking_sum sum = ranking_sum(ranking);
	unsigned n;
	struct ranking_group *top = ranking_top(ranking, &n);
	uint64_t packets = 0;

	assert_int_equal(n, sum.groups);
	for (unsigned i = 0; i < n; i++) {
		const struct sightings_row *of = row_of(by, &top[i], rows, count);
		struct ranking_group want;

		assert_non_null(of);
		want = expected(by, rows, count, of);
		assert_int_equal(top[i].packets, want.packets);
		assert_int_equal(top[i].ports, want.ports);
		assert_int_equal(top[i].sources, want.sources);
		assert_int_equal(top[i].first_s, want.first_s);
		assert_int_equal(top[i].last_s, want.last_s);
		assert_true(i == 0 || top[i].packets <= top[i - 1].packets);
		packets += top[i].packets;
	}
	assert_int_equal(packets, sum.packets);
	free(top);
	ranking_free(ranking);
}

static void every_group_has_exact_counts(void **state)
{
	struct sightings_row rows[ROWS / 8];

	for (unsigned by = 0; by < RANKING_BYS; by++) {
		for (unsigned i = 0; i < ROWS / 8; i++)
			rows[i] = random_row();
		check_ranking((enum ranking_by)by, rows, ROWS / 8);
	}
}

static void assert_same(const struct ranking_group *a, const struct ranking_group *b, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(a[i].packets, b[i].packets);
		assert_int_equal(a[i].ports, b[i].ports);
		assert_int_equal(a[i].sources, b[i].sources);
		assert_int_equal(a[i].first_s, b[i].first_s);
		assert_int_equal(a[i].last_s, b[i].last_s);
		assert_memory_equal(a[i].address, b[i].address, 16);
		assert_int_equal(a[i].target, b[i].target);
	}
}

static void no_order_of_rows_makes_a_difference(void **state)
{
	struct sightings_row *rows = calloc(ROWS, sizeof(*rows));

	for (unsigned i = 0; i < ROWS; i++)
		rows[i] = random_row();
	for (unsigned by = 0; by < RANKING_BYS; by++) {
		struct ranking *one = ranking_of((enum ranking_by)by, rows, ROWS, 50), *other;
		unsigned n, m;
		struct ranking_group *first = ranking_top(one, &n), *second;

		for (unsigned i = 0; i < ROWS; i++) {
			struct sightings_row row = rows[i];
			unsigned with = scratch_random(ROWS);

			rows[i] = rows[with];
			rows[with] = row;
		}
		other = ranking_of((enum ranking_by)by, rows, ROWS, 50);
		second = ranking_top(other, &m);
		assert_int_equal(n, m);
		assert_same(first, second, n);
		free(first);
		free(second);
		ranking_free(one);
		ranking_free(other);
	}
	free(rows);
}

struct adder {
	struct ranking_feed *feed;
	const struct sightings_row *rows;
	unsigned count;
};

static void *add_all(void *arg)
{
	const struct adder *adder = arg;

	for (unsigned i = 0; i < adder->count; i++)
		ranking_add(adder->feed, &adder->rows[i]);
	ranking_flush(adder->feed);
	return NULL;
}

static void *reduce_all(void *arg)
{
	const struct adder *adder = arg;

	ranking_reduce(adder->feed);
	return NULL;
}

static void run_all(struct adder *adders, void *(*work)(void *))
{
	pthread_t threads[RANKING_FEEDS];

	for (unsigned i = 0; i < RANKING_FEEDS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, &adders[i]), 0);
	for (unsigned i = 0; i < RANKING_FEEDS; i++)
		pthread_join(threads[i], NULL);
}

static void threads_may_add_at_the_same_time(void **state)
{
	struct sightings_row *rows = calloc(ROWS, sizeof(*rows));
	struct adder adders[RANKING_FEEDS];
	struct ranking *one, *shared;
	struct ranking_group *first, *second;
	struct failure why;
	unsigned n, m;

	for (unsigned i = 0; i < ROWS; i++)
		rows[i] = random_row();
	one = ranking_of(RANKING_NET24, rows, ROWS, ROWS);
	shared = ranking_new(RANKING_NET24, BASE_S, ROWS, RANKING_FEEDS, &why);
	for (unsigned i = 0; i < RANKING_FEEDS; i++)
		adders[i] = (struct adder){ ranking_feed(shared, i), rows + ROWS / RANKING_FEEDS * i, ROWS / RANKING_FEEDS };
	do {
		run_all(adders, add_all);
		run_all(adders, reduce_all);
	} while (ranking_again(shared));
	first = ranking_top(one, &n);
	second = ranking_top(shared, &m);
	assert_int_equal(n, m);
	assert_same(first, second, n);
	free(first);
	free(second);
	ranking_free(one);
	ranking_free(shared);
	free(rows);
}

static struct sightings_row row_from(const char *source, uint32_t packets)
{
	bool is_v6 = strchr(source, ':') != NULL;
	struct sightings_row row = { .start_s = BASE_S, .end_s = BASE_S + 10, .rule = "" };

	row.sighting.series = is_v6 ? SERIES_TCP6 : SERIES_TCP4;
	row.sighting.packets = packets;
	inet_pton(is_v6 ? AF_INET6 : AF_INET, source, row.sighting.source);
	return row;
}

/* "10.0.0.2 10.0.0.10": the first n by source or network. */
static const char *names_of(enum ranking_by by, const struct sightings_row *rows, unsigned count, unsigned n)
{
	static char names[512];
	struct ranking *ranking = ranking_of(by, rows, count, n);
	struct ranking_group *top = ranking_top(ranking, &n);
	char text[NETSET_TEXT_MAX];

	names[0] = '\0';
	for (unsigned i = 0; i < n; i++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s", i ? " " : "", ranking_group_address(&top[i], text));
	free(top);
	ranking_free(ranking);
	return names;
}

static void those_with_the_same_packets_stand_by_address(void **state)
{
	const struct sightings_row rows[] = { row_from("2001:db8::2", 5), row_from("10.0.0.10", 5), row_from("10.0.0.9", 6),
		                              row_from("192.0.2.1", 5),   row_from("2001:db8::1", 5), row_from("10.0.0.2", 5) };

	assert_string_equal(names_of(RANKING_SOURCE, rows, 6, 9), "10.0.0.9 10.0.0.2 10.0.0.10 192.0.2.1 2001:db8::1 2001:db8::2");
	assert_string_equal(names_of(RANKING_SOURCE, rows, 6, 3), "10.0.0.9 10.0.0.2 10.0.0.10");
	assert_string_equal(names_of(RANKING_SOURCE, rows, 6, 1), "10.0.0.9");
}

static void networks_are_of_24_and_64_bits(void **state)
{
	const struct sightings_row rows[] = { row_from("10.0.0.1", 1), row_from("10.0.0.255", 1), row_from("10.0.1.0", 1),
		                              row_from("2001:db8:1::1", 1), row_from("2001:db8:1:0:ffff::", 1),
		                              row_from("2001:db8:1:1::", 1) };

	assert_string_equal(names_of(RANKING_NET24, rows, 6, 9), "10.0.0.0/24 2001:db8:1::/64 10.0.1.0/24 2001:db8:1:1::/64");
	assert_string_equal(names_of(RANKING_NET64, rows, 6, 9),
	                    "2001:db8:1::/64 10.0.0.1 10.0.0.255 10.0.1.0 2001:db8:1:1::/64");
}

static void an_address_of_one_version_is_none_of_the_other(void **state)
{
	const struct sightings_row rows[] = { row_from("10.0.0.1", 1), row_from("::a00:1", 1), row_from("a00:1::", 1), row_from("::", 1),
		                              row_from("0.0.0.0", 1) };

	assert_string_equal(names_of(RANKING_SOURCE, rows, 5, 9), "0.0.0.0 10.0.0.1 :: ::10.0.0.1 a00:1::");
}

static void a_port_is_the_same_over_both_versions(void **state)
{
	struct sightings_row rows[] = { row_from("10.0.0.1", 1), row_from("2001:db8::1", 2), row_from("10.0.0.1", 4) };
	struct ranking *ranking;
	struct ranking_group *top;
	unsigned n;

	rows[2].sighting.series = SERIES_UDP4;
	ranking = ranking_of(RANKING_PORT, rows, 3, 9);
	top = ranking_top(ranking, &n);
	assert_int_equal(n, 2);
	assert_int_equal(top[0].packets, 4);
	assert_int_equal(target_kind(top[0].target), TARGET_UDP);
	assert_int_equal(top[1].packets, 3);
	assert_int_equal(top[1].sources, 2);
	free(top);
	ranking_free(ranking);
}

/* i-th of many destinations, twice each */
static struct sightings_row one_of_many(uint32_t i)
{
	struct sightings_row row = row_from("10.0.0.1", 1);
	uint32_t scattered = i / 2 * 2654435761u, source = i % 2;

	memcpy(row.sighting.destination, &scattered, 4);
	memcpy(row.sighting.source, &source, 4);
	return row;
}

static void none_of_many_is_lost_or_doubled(void **state)
{
	enum { MANY = 600000 };
	struct failure why;
	struct ranking *ranking = ranking_new(RANKING_DESTINATION, BASE_S, MANY, 1, &why);
	struct ranking_feed *feed = ranking_feed(ranking, 0);
	struct ranking_group *top;
	unsigned n;

	do {
		for (uint32_t i = 0; i < 2 * MANY; i++) {
			struct sightings_row row = one_of_many(i);

			assert_int_equal(ranking_add(feed, &row), 0);
		}
		assert_int_equal(ranking_flush(feed), 0);
		assert_int_equal(ranking_reduce(feed), 0);
	} while (ranking_again(ranking));
	assert_int_equal(ranking_sum(ranking).groups, MANY);
	assert_int_equal(ranking_sum(ranking).packets, 2 * MANY);
	top = ranking_top(ranking, &n);
	assert_int_equal(n, MANY);
	for (unsigned i = 0; i < n; i++)
		if (top[i].packets != 2 || top[i].sources != 2 || top[i].ports != 1)
			fail_msg("group %u has %llu packets of %u sources to %u ports", i, (unsigned long long)top[i].packets,
			         top[i].sources, top[i].ports);
	free(top);
	ranking_free(ranking);
}

static void a_rule_outlives_the_row(void **state)
{
	struct sightings_row row = row_from("10.0.0.1", 1);
	char *rule = strdup("input");
	struct ranking *ranking;
	struct ranking_group *top;
	unsigned n;

	row.rule = rule;
	ranking = ranking_of(RANKING_RULE, &row, 1, 1);
	free(rule);
	top = ranking_top(ranking, &n);
	assert_string_equal(top[0].rule, "input");
	free(top);
	ranking_free(ranking);
}

static void nothing_makes_no_group(void **state)
{
	struct ranking *ranking = ranking_of(RANKING_SOURCE, NULL, 0, 20);
	unsigned n = 7;
	struct ranking_group *top = ranking_top(ranking, &n);

	assert_non_null(top);
	assert_int_equal(n, 0);
	free(top);
	ranking_free(ranking);
}

static void every_way_has_a_name(void **state)
{
	enum ranking_by by;

	for (unsigned i = 0; i < RANKING_BYS; i++) {
		assert_true(ranking_by_parse(ranking_by_name((enum ranking_by)i), &by));
		assert_int_equal(by, i);
	}
	assert_false(ranking_by_parse("net", &by));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_group_has_exact_counts),
		cmocka_unit_test(no_order_of_rows_makes_a_difference),
		cmocka_unit_test(threads_may_add_at_the_same_time),
		cmocka_unit_test(those_with_the_same_packets_stand_by_address),
		cmocka_unit_test(networks_are_of_24_and_64_bits),
		cmocka_unit_test(an_address_of_one_version_is_none_of_the_other),
		cmocka_unit_test(a_port_is_the_same_over_both_versions),
		cmocka_unit_test(none_of_many_is_lost_or_doubled),
		cmocka_unit_test(a_rule_outlives_the_row),
		cmocka_unit_test(nothing_makes_no_group),
		cmocka_unit_test(every_way_has_a_name),
	};

	scratch_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
