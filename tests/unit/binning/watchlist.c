/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/watchlist.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static void ports_are_listed_as_they_are_named(void **state)
{
	struct watchlist list = { 0 };
	struct failure why;

	assert_int_equal(watchlist_add(&list, 0, " tcp/3389\tudp/0 ", &why), 0);
	assert_int_equal(watchlist_add(&list, 0, "udp/3389", &why), 0);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.port[0].protocol, 6);
	assert_int_equal(list.port[0].port, 3389);
	assert_int_equal(list.port[1].protocol, 17);
	assert_int_equal(list.port[1].port, 0);
	assert_int_equal(list.port[2].protocol, 17);
	assert_int_equal(list.port[2].port, 3389);
}

static void what_is_no_port_says_what_was_expected(void **state)
{
	static const char *const bad[] = { "22", "tcp", "tcp/", "tcp/65536", "tcp/-1", "sctp/1", "TCP/1", "tcp/ssh", "tcp/22,tcp/23",
		                           "udp/1x" };
	struct failure why;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct watchlist list = { 0 };
		char wanted[100];

		snprintf(wanted, sizeof(wanted), "expected ports as tcp/3389 or udp/5060, not \"%s\"", bad[i]);
		assert_int_equal(watchlist_add(&list, 0, bad[i], &why), -EINVAL);
		assert_string_equal(why.text, wanted);
		assert_int_equal(list.count, 0);
	}
}

static void no_port_at_all_is_an_error(void **state)
{
	struct watchlist list = { 0 };
	struct failure why;

	assert_int_equal(watchlist_add(&list, 0, "", &why), -EINVAL);
	assert_int_equal(watchlist_add(&list, 0, " \t", &why), -EINVAL);
	assert_string_equal(why.text, "expected ports as tcp/3389 or udp/5060");
}

static void a_port_is_named_once_but_for_those_known_before(void **state)
{
	struct watchlist list = { 0 };
	struct failure why;

	assert_int_equal(watchlist_add(&list, 0, "tcp/1 tcp/2", &why), 0);
	assert_int_equal(watchlist_add(&list, 1, "tcp/1 tcp/3", &why), 0);
	assert_int_equal(list.count, 3);
	assert_int_equal(watchlist_add(&list, 1, "tcp/2", &why), -EINVAL);
	assert_string_equal(why.text, "tcp/2 is there already, expected each port once");
}

static void a_slot_has_no_room_for_more_than_64(void **state)
{
	struct watchlist list = { 0 };
	struct failure why;
	char port[16];

	for (unsigned i = 0; i < SLOT_WATCHED; i++) {
		snprintf(port, sizeof(port), "udp/%u", i);
		assert_int_equal(watchlist_add(&list, 0, port, &why), 0);
	}
	assert_int_equal(watchlist_add(&list, 0, "tcp/1", &why), -EINVAL);
	assert_string_equal(why.text, "expected at most 64 ports");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_listed_as_they_are_named),
		cmocka_unit_test(what_is_no_port_says_what_was_expected),
		cmocka_unit_test(no_port_at_all_is_an_error),
		cmocka_unit_test(a_port_is_named_once_but_for_those_known_before),
		cmocka_unit_test(a_slot_has_no_room_for_more_than_64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
