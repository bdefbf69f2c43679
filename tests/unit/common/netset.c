/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/netset.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void add(struct netset *set, const char *text)
{
	struct netset_net net;

	assert_int_equal(netset_parse(text, &net, NULL), 0);
	assert_int_equal(netset_add(set, &net), 0);
}

static bool contains(const struct netset *set, const char *text)
{
	struct netset_net net;

	assert_int_equal(netset_parse(text, &net, NULL), 0);
	return netset_contains(set, net.version, net.address);
}

static const char *spelled(const char *text)
{
	static char buf[NETSET_TEXT_MAX];
	struct netset_net net;

	return netset_parse(text, &net, NULL) ? NULL : netset_format(&net, buf);
}

static void networks_are_spelled_the_shortest_way(void **state)
{
	assert_string_equal(spelled("192.0.2.7"), "192.0.2.7");
	assert_string_equal(spelled("192.0.2.7/32"), "192.0.2.7");
	assert_string_equal(spelled("192.0.2.7/31"), "192.0.2.6/31");
	assert_string_equal(spelled("255.255.255.255/0"), "0.0.0.0/0");
	assert_string_equal(spelled("2001:DB8:0:0::7/128"), "2001:db8::7");
	assert_string_equal(spelled("2001:db8:ffff::/33"), "2001:db8:8000::/33");
	assert_string_equal(spelled("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/127"),
			    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127");
}

static void a_network_knows_its_family(void **state)
{
	struct netset_net net;

	assert_int_equal(netset_parse("192.0.2.0/24", &net, NULL), 0);
	assert_int_equal(net.version, 4);
	assert_int_equal(net.prefix, 24);
	assert_int_equal(netset_parse("2001:db8::", &net, NULL), 0);
	assert_int_equal(net.version, 6);
	assert_int_equal(net.prefix, 128);
}

static void what_is_no_network_is_refused(void **state)
{
	static const char *const wrong[] = { "", "/", "/8", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/-1",
					     "1.2.3.4/8/8", "1.2.3.4 ", "1.2.3.4/0x8", "::/129", ":::", "g::", "localhost",
					     "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:000",
					     "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
					     "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_null(spelled(wrong[i]));
}

static void an_empty_set_contains_nothing(void **state)
{
	struct netset set = { 0 };

	netset_seal(&set);
	assert_true(netset_empty(&set));
	assert_false(contains(&set, "0.0.0.0"));
	assert_false(contains(&set, "::"));
	netset_fini(&set);
}

static void ranges_that_overlap_or_touch_become_one(void **state)
{
	struct netset set = { 0 };

	add(&set, "10.0.1.0/24");
	add(&set, "10.0.0.0/24");
	add(&set, "10.0.0.0/16");
	add(&set, "10.1.0.0/16");
	add(&set, "10.0.7.7");
	add(&set, "10.3.0.0/16");
	add(&set, "2001:db8::/64");
	add(&set, "2001:db8:0:1::/64");
	netset_seal(&set);
	assert_int_equal(set.v4.count, 2);
	assert_int_equal(set.v6.count, 1);
	assert_true(contains(&set, "10.0.0.0"));
	assert_true(contains(&set, "10.1.255.255"));
	assert_false(contains(&set, "10.2.0.0"));
	assert_true(contains(&set, "10.3.0.0"));
	assert_true(contains(&set, "2001:db8:0:1:ffff:ffff:ffff:ffff"));
	assert_false(contains(&set, "2001:db8:0:2::"));
	assert_false(contains(&set, "2101:db8::"));
	assert_false(contains(&set, "9.255.255.255"));
	assert_false(contains(&set, "10.4.0.0"));
	netset_fini(&set);
}

static void the_last_address_of_all_has_no_next_one(void **state)
{
	struct netset set = { 0 };

	add(&set, "255.255.255.255");
	add(&set, "128.0.0.0/1");
	add(&set, "::/0");
	add(&set, "ffff::");
	netset_seal(&set);
	assert_int_equal(set.v4.count, 1);
	assert_int_equal(set.v6.count, 1);
	assert_true(contains(&set, "255.255.255.255"));
	assert_false(contains(&set, "127.255.255.255"));
	netset_fini(&set);
}

static void a_sealed_set_can_grow_and_be_sealed_again(void **state)
{
	struct netset set = { 0 };

	add(&set, "10.0.0.9");
	netset_seal(&set);
	add(&set, "10.0.0.1");
	netset_seal(&set);
	assert_true(contains(&set, "10.0.0.1"));
	assert_true(contains(&set, "10.0.0.9"));
	assert_false(contains(&set, "10.0.0.5"));
	netset_fini(&set);
}

/* Against a plain search through the networks as they were added. */
static void random_sets_agree_with_a_linear_search(void **state)
{
	enum { NETS = 60, ROUNDS = 40, ASKED = 400 };
	unsigned seed = 20261124;
	struct netset_net nets[NETS];

	print_message("# seed %u\n", seed);
	srand(seed);
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct netset set = { 0 };

		for (unsigned i = 0; i < NETS; i++) {
			uint32_t address = htonl(0x0a000000 | ((uint32_t)rand() & 0xfff));
			unsigned prefix = 22 + (unsigned)rand() % 11;
			uint32_t mask = htonl(~UINT32_C(0) << (32 - prefix));

			nets[i] = (struct netset_net){ .version = 4, .prefix = (uint8_t)prefix };
			address &= mask;
			memcpy(nets[i].address, &address, 4);
			assert_int_equal(netset_add(&set, &nets[i]), 0);
		}
		netset_seal(&set);
		for (unsigned i = 0; i < ASKED; i++) {
			uint32_t asked = htonl(0x0a000000 | ((uint32_t)rand() & 0x1fff)), low;
			bool expected = false;

			for (unsigned j = 0; j < NETS; j++) {
				memcpy(&low, nets[j].address, 4);
				expected |= (ntohl(asked) ^ ntohl(low)) >> (32 - nets[j].prefix) == 0 || asked == low;
			}
			assert_int_equal(netset_contains(&set, 4, (const uint8_t *)&asked), expected);
		}
		netset_fini(&set);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_are_spelled_the_shortest_way),
		cmocka_unit_test(a_network_knows_its_family),
		cmocka_unit_test(what_is_no_network_is_refused),
		cmocka_unit_test(an_empty_set_contains_nothing),
		cmocka_unit_test(ranges_that_overlap_or_touch_become_one),
		cmocka_unit_test(the_last_address_of_all_has_no_next_one),
		cmocka_unit_test(a_sealed_set_can_grow_and_be_sealed_again),
		cmocka_unit_test(random_sets_agree_with_a_linear_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
