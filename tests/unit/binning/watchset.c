/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/watchset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct packet to_port(uint8_t series, uint8_t protocol, uint16_t port)
{
	return (struct packet){ .series = series, .protocol = protocol, .destination_port = port, .has_ports = true };
}

static void both_families_count_as_one(void **state)
{
	struct watchset set = { 0 };
	struct slot slot = { 0 };
	struct packet four = to_port(SERIES_TCP4, 6, 3389), six = to_port(SERIES_TCP6, 6, 3389);

	assert_true(watchset_add(&set, 6, 3389, 5));
	watchset_count(&set, &slot, &four);
	watchset_count(&set, &slot, &six);
	assert_int_equal(slot.watch[5], 2);
}

static void the_other_protocol_at_the_same_port_is_not_counted(void **state)
{
	struct watchset set = { 0 };
	struct slot slot = { 0 };
	struct packet udp = to_port(SERIES_UDP4, 17, 53), sctp = to_port(SERIES_OTHER4, 132, 53);

	assert_true(watchset_add(&set, 6, 53, 0));
	watchset_count(&set, &slot, &udp);
	watchset_count(&set, &slot, &sctp);
	assert_int_equal(slot.watch[0], 0);
	assert_true(watchset_add(&set, 17, 53, 1));
	watchset_count(&set, &slot, &udp);
	assert_int_equal(slot.watch[1], 1);
	assert_int_equal(set.mask, 3);
}

static void a_port_is_taken_once_and_a_full_set_takes_none(void **state)
{
	struct watchset set = { 0 };

	for (unsigned i = 0; i < SLOT_WATCHED; i++)
		assert_true(watchset_add(&set, 6, (uint16_t)(65535 - i), i));
	assert_false(watchset_add(&set, 17, 1, 0));
	set.count--;
	assert_false(watchset_add(&set, 6, 65535, 63));
	assert_false(watchset_add(&set, 17, 1, SLOT_WATCHED));
	assert_true(watchset_has(&set, 6, 65535));
	assert_false(watchset_has(&set, 17, 65535));
}

static void names_are_those_of_data_sources(void **state)
{
	char name[20];

	watchset_name(17, 5060, name);
	assert_string_equal(name, "udp5060");
	watchset_name(6, 65535, name);
	assert_string_equal(name, "tcp65535");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_families_count_as_one),
		cmocka_unit_test(the_other_protocol_at_the_same_port_is_not_counted),
		cmocka_unit_test(a_port_is_taken_once_and_a_full_set_takes_none),
		cmocka_unit_test(names_are_those_of_data_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
