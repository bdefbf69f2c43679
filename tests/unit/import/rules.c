/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "binning/sighting.h"

static struct rules *rules;

static int begin(void **state)
{
	rules = rules_new();
	return rules ? 0 : -1;
}

static int end(void **state)
{
	rules_free(rules);
	return 0;
}

static uint16_t enter(const char *prefix)
{
	return rules_enter(rules, (const uint8_t *)prefix, strlen(prefix));
}

static void no_prefix_is_number_0(void **state)
{
	assert_int_equal(rules_enter(rules, NULL, 0), 0);
	assert_int_equal(enter(""), 0);
	assert_int_equal(enter("   "), 0);
	assert_string_equal(rules_text(rules, 0), "");
}

static void the_same_prefix_has_the_same_number(void **state)
{
	uint16_t drop = enter("drop"), reject = enter("reject");

	assert_int_not_equal(drop, 0);
	assert_int_not_equal(drop, reject);
	assert_int_equal(enter("drop"), drop);
	assert_int_equal(enter("drop"), drop);
	assert_int_equal(enter("reject"), reject);
	assert_string_equal(rules_text(rules, drop), "drop");
	assert_string_equal(rules_text(rules, reject), "reject");
}

static void what_is_the_same_once_cleaned_is_the_same(void **state)
{
	uint16_t drop = enter("drop");
	char much[128];

	assert_int_equal(enter("drop "), drop);
	assert_int_equal(enter("a\xff"), enter("a\x01"));
	assert_int_equal(rules_enter(rules, (const uint8_t *)"a\0b", 3), enter("a\x01" "b"));
	memset(much, 'x', sizeof(much));
	assert_int_equal(rules_enter(rules, (const uint8_t *)much, 127), rules_enter(rules, (const uint8_t *)much, 64));
	assert_int_not_equal(rules_enter(rules, (const uint8_t *)much, 63), rules_enter(rules, (const uint8_t *)much, 64));
}

static void what_finds_no_room_is_the_rest(void **state)
{
	char text[16];

	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 1; i <= 40000; i++) {
			uint16_t number;

			snprintf(text, sizeof(text), "rule %u", i);
			number = enter(text);
			assert_int_equal(number, i < RULES_MOST - 1 ? i : RULES_MOST - 1);
			assert_string_equal(rules_text(rules, number), i < RULES_MOST - 1 ? text : SIGHTING_RULE_REST);
		}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(no_prefix_is_number_0),
		TEST(the_same_prefix_has_the_same_number),
		TEST(what_is_the_same_once_cleaned_is_the_same),
		TEST(what_finds_no_room_is_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
