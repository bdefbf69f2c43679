/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/ignore.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A sealed set of the rules given, which end with NULL. */
static struct ignore *rules(const char *first, ...)
{
	struct ignore *ignore = ignore_new();
	struct failure why = { "" };
	va_list ap;

	assert_non_null(ignore);
	va_start(ap, first);
	for (const char *rule = first; rule; rule = va_arg(ap, const char *))
		if (ignore_add(ignore, rule, &why) < 0)
			fail_msg("%s: %s", rule, why.text);
	va_end(ap);
	ignore_seal(ignore);
	return ignore;
}

/* A SYN between two addresses of one family. */
static struct packet syn(const char *source, const char *destination)
{
	struct packet p = { .has_ports = true, .protocol = 6, .source_port = 40000, .destination_port = 80 };
	int family = strchr(source, ':') ? AF_INET6 : AF_INET;

	p.version = family == AF_INET ? 4 : 6;
	p.series = family == AF_INET ? SERIES_TCP4 : SERIES_TCP6;
	assert_int_equal(inet_pton(family, source, p.source), 1);
	assert_int_equal(inet_pton(family, destination, p.destination), 1);
	return p;
}

static bool matches(const struct ignore *ignore, const char *source, const char *destination)
{
	struct packet p = syn(source, destination);

	return ignore_matches(ignore, &p);
}

static bool matches_port(const struct ignore *ignore, uint8_t protocol, uint16_t port)
{
	struct packet p = syn("192.0.2.1", "198.51.100.1");

	p.protocol = protocol;
	p.destination_port = port;
	return ignore_matches(ignore, &p);
}

static void no_rules_match_nothing(void **state)
{
	struct ignore *ignore = rules(NULL);

	assert_true(ignore_empty(ignore));
	assert_false(matches(ignore, "0.0.0.0", "255.255.255.255"));
	assert_false(matches(ignore, "::", "ff02::1"));
	assert_null(ignore_rule(ignore, 0));
	ignore_free(ignore);
	ignore_free(NULL);
}

static void a_source_network_matches_the_source_only(void **state)
{
	struct ignore *ignore = rules("source 192.0.2.0/24", "source 2001:db8:1::/48", NULL);

	assert_false(ignore_empty(ignore));
	assert_true(matches(ignore, "192.0.2.0", "198.51.100.1"));
	assert_true(matches(ignore, "192.0.2.255", "198.51.100.1"));
	assert_false(matches(ignore, "192.0.1.255", "198.51.100.1"));
	assert_false(matches(ignore, "192.0.3.0", "198.51.100.1"));
	assert_false(matches(ignore, "198.51.100.1", "192.0.2.1"));
	assert_true(matches(ignore, "2001:db8:1:ffff::1", "2001:db8::1"));
	assert_false(matches(ignore, "2001:db8:2::", "2001:db8:1::1"));
	ignore_free(ignore);
}

static void a_destination_network_matches_the_destination_only(void **state)
{
	struct ignore *ignore = rules("destination 192.0.2.7", "destination 2001:db8::7", NULL);

	assert_true(matches(ignore, "198.51.100.1", "192.0.2.7"));
	assert_false(matches(ignore, "198.51.100.1", "192.0.2.8"));
	assert_false(matches(ignore, "192.0.2.7", "198.51.100.1"));
	assert_true(matches(ignore, "2001:db8::1", "2001:db8::7"));
	assert_false(matches(ignore, "2001:db8::7", "2001:db8::1"));
	ignore_free(ignore);
}

static void families_are_kept_apart(void **state)
{
	struct ignore *v4 = rules("source 0.0.0.0/0", NULL), *v6 = rules("source ::/0", NULL);

	assert_true(matches(v4, "203.0.113.1", "192.0.2.1"));
	assert_false(matches(v4, "2001:db8::1", "2001:db8::2"));
	assert_false(matches(v6, "203.0.113.1", "192.0.2.1"));
	assert_true(matches(v6, "2001:db8::1", "2001:db8::2"));
	ignore_free(v4);
	ignore_free(v6);
}

static void broadcast_is_of_the_destination_or_the_link(void **state)
{
	struct ignore *ignore = rules("broadcast", NULL);
	struct packet p = syn("192.0.2.1", "192.0.2.255");

	assert_true(matches(ignore, "192.0.2.1", "255.255.255.255"));
	assert_false(matches(ignore, "255.255.255.255", "192.0.2.1"));
	assert_false(matches(ignore, "2001:db8::1", "ffff:ffff::1"));
	assert_false(ignore_matches(ignore, &p));
	p.link_broadcast = true;
	assert_true(ignore_matches(ignore, &p));
	ignore_free(ignore);
}

static void multicast_is_of_the_destination(void **state)
{
	struct ignore *ignore = rules("multicast", NULL);

	assert_true(matches(ignore, "192.0.2.1", "224.0.0.1"));
	assert_true(matches(ignore, "192.0.2.1", "239.255.255.255"));
	assert_false(matches(ignore, "192.0.2.1", "223.255.255.255"));
	assert_false(matches(ignore, "192.0.2.1", "240.0.0.0"));
	assert_false(matches(ignore, "224.0.0.1", "192.0.2.1"));
	assert_true(matches(ignore, "2001:db8::1", "ff02::fb"));
	assert_false(matches(ignore, "2001:db8::1", "fe80::1"));
	ignore_free(ignore);
}

static void a_port_without_protocol_is_of_all_that_have_ports(void **state)
{
	struct ignore *ignore = rules("port 53", NULL);

	assert_true(matches_port(ignore, 6, 53));
	assert_true(matches_port(ignore, 17, 53));
	assert_true(matches_port(ignore, 132, 53));
	assert_false(matches_port(ignore, 6, 52));
	assert_false(matches_port(ignore, 17, 54));
	ignore_free(ignore);
}

static void a_port_of_one_protocol_leaves_the_others(void **state)
{
	struct ignore *ignore = rules("port tcp/0", "port udp/137-139", NULL);

	assert_true(matches_port(ignore, 6, 0));
	assert_false(matches_port(ignore, 17, 0));
	for (uint16_t port = 136; port <= 140; port++) {
		assert_int_equal(matches_port(ignore, 17, port), port > 136 && port < 140);
		assert_false(matches_port(ignore, 6, port));
		assert_false(matches_port(ignore, 33, port));
	}
	ignore_free(ignore);
}

static void all_ports_at_once_match_each_one(void **state)
{
	struct ignore *ignore = rules("port 0-65535", NULL);

	for (unsigned port = 0; port < 65536; port++)
		assert_true(matches_port(ignore, 17, (uint16_t)port));
	ignore_free(ignore);
}

static void a_packet_without_ports_has_no_port_zero(void **state)
{
	struct ignore *ignore = rules("port 0", NULL);
	struct packet p = syn("192.0.2.1", "198.51.100.1");

	p.has_ports = false;
	p.destination_port = 0;
	assert_false(ignore_matches(ignore, &p));
	p.has_ports = true;
	assert_true(ignore_matches(ignore, &p));
	ignore_free(ignore);
}

static void a_class_matches_its_packets(void **state)
{
	struct ignore *ignore = rules("class backscatter", "class late", NULL);
	struct packet p = syn("192.0.2.1", "198.51.100.1");

	assert_false(ignore_matches(ignore, &p));
	p.class = CLASS_BACKSCATTER;
	assert_true(ignore_matches(ignore, &p));
	p.class = CLASS_LATE;
	assert_true(ignore_matches(ignore, &p));
	ignore_free(ignore);
}

static void rules_are_shown_as_they_are_understood(void **state)
{
	struct ignore *ignore = rules("source 192.0.2.99/24", "  destination\t2001:DB8:0::1 ", "broadcast", "port tcp/80-80",
				      "port 1-2", "class probe", "source 10.0.0.0/32", NULL);
	static const char *const shown[] = { "source 192.0.2.0/24", "destination 2001:db8::1", "broadcast", "port tcp/80",
					     "port 1-2", "class probe", "source 10.0.0.0" };
	size_t count = sizeof(shown) / sizeof(*shown);
	struct ignore *again = ignore_new();
	struct failure why;

	for (size_t i = 0; i < count; i++) {
		assert_string_equal(ignore_rule(ignore, i), shown[i]);
		assert_int_equal(ignore_add(again, ignore_rule(ignore, i), &why), 0);
		assert_string_equal(ignore_rule(again, i), shown[i]);
	}
	assert_null(ignore_rule(ignore, count));
	ignore_free(again);
	ignore_free(ignore);
}

static void a_wrong_rule_is_refused_and_says_what_was_expected(void **state)
{
	static const struct {
		const char *rule, *why;
	} wrong[] = {
		{ "", "ignore \"\": expected source, destination, broadcast, multicast, port or class" },
		{ "sauce 1.2.3.4", "ignore \"sauce\": expected source, destination, broadcast, multicast, port or class" },
		{ "source", "ignore source: expected an address or network after it" },
		{ "source 1.2.3", "ignore source: \"1.2.3\" is no address; expected an address or network like 192.0.2.0/24 or "
				  "2001:db8::/32" },
		{ "source 1.2.3.4/33", "ignore source: \"1.2.3.4/33\": after the / expected a number of bits from 0 to 32" },
		{ "destination ::/129", "ignore destination: \"::/129\": after the / expected a number of bits from 0 to 128" },
		{ "destination ::/", "ignore destination: \"::/\": after the / expected a number of bits from 0 to 128" },
		{ "broadcast yes", "ignore broadcast: expected nothing after it, found \"yes\"" },
		{ "port", "ignore port: expected [tcp/|udp/]PORT[-PORT] after it" },
		{ "port http", "ignore port: \"http\": expected [tcp/|udp/]PORT[-PORT] with ports from 0 to 65535, the lower one "
			       "first" },
		{ "class odd", "ignore class: \"odd\": expected probe, backscatter or late" },
		{ "class probe late", "ignore class: expected nothing after \"probe\", found \"late\"" },
	};
	struct ignore *ignore = ignore_new();
	struct failure why;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(ignore_add(ignore, wrong[i].rule, &why), -EINVAL);
		assert_string_equal(why.text, wrong[i].why);
	}
	assert_true(ignore_empty(ignore));
	ignore_free(ignore);
}

static void wrong_ports_are_refused(void **state)
{
	static const char *const wrong[] = { "65536", "-1",	 "1-",	"-",   "5-4",	  "1-2-3",	"tcp/", "sctp/1",
					     "tcp/a", "00000000001-2", "+1", "1,2", "udp/1-65536", "tcp/udp/1" };
	struct ignore *ignore = ignore_new();
	struct failure why;
	char rule[64];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		snprintf(rule, sizeof(rule), "port %s", wrong[i]);
		assert_int_equal(ignore_add(ignore, rule, &why), -EINVAL);
	}
	assert_false(matches_port(ignore, 6, 1));
	ignore_free(ignore);
}

static void an_endless_rule_is_refused(void **state)
{
	struct ignore *ignore = ignore_new();
	struct failure why;
	char rule[4096];

	memset(rule, 'x', sizeof(rule) - 1);
	rule[sizeof(rule) - 1] = '\0';
	assert_int_equal(ignore_add(ignore, rule, &why), -EINVAL);
	assert_non_null(strstr(why.text, "expected at most"));
	memcpy(rule, "source ", 7);
	rule[100] = '\0';
	assert_int_equal(ignore_add(ignore, rule, &why), -EINVAL);
	assert_non_null(strstr(why.text, "is no address"));
	ignore_free(ignore);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_rules_match_nothing),
		cmocka_unit_test(a_source_network_matches_the_source_only),
		cmocka_unit_test(a_destination_network_matches_the_destination_only),
		cmocka_unit_test(families_are_kept_apart),
		cmocka_unit_test(broadcast_is_of_the_destination_or_the_link),
		cmocka_unit_test(multicast_is_of_the_destination),
		cmocka_unit_test(a_port_without_protocol_is_of_all_that_have_ports),
		cmocka_unit_test(a_port_of_one_protocol_leaves_the_others),
		cmocka_unit_test(all_ports_at_once_match_each_one),
		cmocka_unit_test(a_packet_without_ports_has_no_port_zero),
		cmocka_unit_test(a_class_matches_its_packets),
		cmocka_unit_test(rules_are_shown_as_they_are_understood),
		cmocka_unit_test(a_wrong_rule_is_refused_and_says_what_was_expected),
		cmocka_unit_test(wrong_ports_are_refused),
		cmocka_unit_test(an_endless_rule_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
