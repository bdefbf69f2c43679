/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/lists.h"

#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Last, for its macro fail(). */
#include <cmocka.h>

/* "22-22 80-90": what the list has in the end, or what is wrong with it. */
static const char *ports_of(const char *text)
{
	static char out[2048];
	struct failure why = { "" };
	struct portlist ports = { 0 };

	if (lists_parse_ports(text, &ports, &why)) {
		snprintf(out, sizeof(out), "%s", why.text);
		return out;
	}
	*out = '\0';
	for (unsigned i = 0; i < ports.count; i++)
		snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%u-%u", i ? " " : "", ports.range[i].lo, ports.range[i].hi);
	return out;
}

static void ports_and_ranges_keep_their_order(void **state)
{
	assert_string_equal(ports_of("443,22,1024-2047,0-65535"), "443-443 22-22 1024-2047 0-65535");
	assert_string_equal(ports_of("22,"), "22-22");
}

static void what_is_no_port_is_told(void **state)
{
	static const char *const wrong[] = { "22,65536", "80-22", "1-2-3", "22,,80", "-", "22-", "-22" };

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_non_null(strstr(ports_of(wrong[i]), "expected ports from 0 to 65535"));
		assert_non_null(strstr(ports_of(wrong[i]), wrong[i]));
	}
	assert_non_null(strstr(ports_of(""), "expected ports"));
	assert_non_null(strstr(ports_of("22,no-such-service"), "no such service is known here: \"no-such-service\""));
	assert_non_null(strstr(ports_of("22 "), "\"22 \""));
	assert_non_null(strstr(ports_of("x\nx"), "\"x\\x0ax\""));
}

static void more_ranges_than_there_is_room_for_are_told(void **state)
{
	char text[4 * PORTLIST_RANGES + 4] = "";

	for (unsigned i = 0; i < PORTLIST_RANGES; i++)
		strcat(text, "22,");
	assert_null(strstr(ports_of(text), "expected"));
	strcat(text, "22");
	assert_non_null(strstr(ports_of(text), "expected at most 64 ranges"));
}

static void services_have_names(void **state)
{
	if (!getservbyname("ssh", "tcp") || !getservbyname("ftp-data", "tcp") || !getservbyname("tftp", "udp"))
		skip();
	assert_string_equal(ports_of("ssh,tftp"), "22-22 69-69");
	assert_string_equal(ports_of("ftp-data,ftp-data-ssh,20-ssh"), "20-20 20-22 20-22");
	assert_non_null(strstr(ports_of("ssh-ftp-data"), "expected ports"));
}

static void series_are_a_set(void **state)
{
	struct failure why = { "" };
	unsigned series = 0;

	assert_int_equal(lists_parse_series("tcp4,icmp6,tcp4", 0xff, &series, &why), 0);
	assert_int_equal(series, 1u << SERIES_TCP4 | 1u << SERIES_ICMP6);
}

static void a_series_that_is_not_allowed_is_told_with_those_that_are(void **state)
{
	struct failure why = { "" };
	unsigned series = 0;

	assert_true(lists_parse_series("tcp4,other4", 0x3f, &series, &why) < 0);
	assert_string_equal(why.text, "expected tcp4 udp4 tcp6 udp6 icmp4 or icmp6, not \"other4\"");
	series = 0;
	assert_true(lists_parse_series("", 0x3f, &series, &why) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_and_ranges_keep_their_order),
		cmocka_unit_test(what_is_no_port_is_told),
		cmocka_unit_test(more_ranges_than_there_is_room_for_are_told),
		cmocka_unit_test(services_have_names),
		cmocka_unit_test(series_are_a_set),
		cmocka_unit_test(a_series_that_is_not_allowed_is_told_with_those_that_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
