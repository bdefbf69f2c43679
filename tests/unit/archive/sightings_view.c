/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people see who open the file with sqlite3. */
#include "archive/sightings.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "packet/packet.h"
#include "scratch.h"
#include "steps.h"

/* ---- the view ---- */

static void assert_text(sqlite3 *db, const uint8_t address[16], unsigned series)
{
	char sql[160], hex[33], expected[INET6_ADDRSTRLEN];

	for (unsigned i = 0; i < (is_ipv6(series) ? 16u : 4u); i++)
		snprintf(hex + 2 * i, 3, "%02x", address[i]);
	inet_ntop(is_ipv6(series) ? AF_INET6 : AF_INET, address, expected, sizeof(expected));
	snprintf(sql, sizeof(sql), "SELECT source FROM seen WHERE source_bytes = x'%s'", hex);
	assert_string_equal(answer(db, sql), expected);
	snprintf(sql, sizeof(sql), "SELECT destination FROM seen WHERE destination_bytes = x'%s'", hex);
	assert_string_equal(answer(db, sql), expected);
}

static void the_view_writes_addresses_as_inet_ntop_does(void **state)
{
	static const char *const special[] = {
		"::", "::1", "::2:0", "1::", "::ffff:192.0.2.1", "::ffff:0.0.0.0", "::192.0.2.1", "::1:0:0",
		"2001:db8::1:0:0:1", "2001:db8:0:1:1:1:1:1", "fe80::", "ff02::1:ff00:1234", "1:0:0:2:0:0:0:3", "0:1::",
		"::ffff", "::fffe:1.2.3.4", "64:ff9b::c000:201", "a:b:c:d:e:f:0:0", "0:0:1:0:0:1:0:0", "::1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7::", "10:100:1000:f00:0:0f:0:1"
	};
	static struct sighting sighting[MANY];
	unsigned count = sizeof(special) / sizeof(special[0]);
	struct sightings *sightings = opened(state, MIB);
	sqlite3 *db;

	for (unsigned i = 0; i < 1000; i++) {
		struct sighting *s = &sighting[i];

		s->series = i < count || scratch_random(4) ? SERIES_TCP6 : SERIES_TCP4;
		random_address(s->source, s->series);
		for (unsigned group = 0; s->series == SERIES_TCP6 && group < 8; group++)
			if (scratch_random(3))
				memset(s->source + 2 * group, 0, 1 + scratch_random(2));
		if (i < count)
			inet_pton(AF_INET6, special[i], s->source);
		memcpy(s->destination, s->source, 16);
	}
	add(sightings, step_at(START_S, 1000, sighting));
	sightings_close(sightings);
	db = shell(state, "SELECT 1");
	for (unsigned i = 0; i < 1000; i++)
		assert_text(db, sighting[i].source, sighting[i].series);
	sqlite3_close(db);
}

#define WHOLE_ROW \
	"SELECT concat FROM (SELECT hex(source_bytes) AS who, ifnull(protocol, '-') || " \
	"' ' || ifnull(port, '-') || ' ' || ifnull(service, '-') || ' ' || " \
	"ifnull(icmp_type, '-') || ' ' || ifnull(icmp_code, '-') || ' ' || ifnull(tcp_flags, '-') || ' ' || class || ' ' || rule " \
	"AS concat FROM seen) "

static void the_view_names_what_a_number_means(void **state)
{
	struct sighting sighting[] = {
		{ .series = SERIES_TCP4, .number = 22, .tcp_flags = PACKET_SYN, .rule = 1 },
		{ .series = SERIES_TCP6, .number = 65535, .tcp_flags = PACKET_SYN | PACKET_ACK, .class = CLASS_BACKSCATTER },
		{ .series = SERIES_TCP4, .number = 0, .tcp_flags = 0 },
		{ .series = SERIES_UDP6, .number = 53 },
		{ .series = SERIES_ICMP4, .number = 3 << 8 | 1, .class = CLASS_BACKSCATTER },
		{ .series = SERIES_ICMP6, .number = 128 << 8 },
		{ .series = SERIES_OTHER4, .number = 47 },
		{ .series = SERIES_OTHER6, .number = 132 },
	};
	static const char *const expected[] = {
		"6 22 ssh - - SYN probe drop in: ",
		"6 65535 - - - SYN,ACK backscatter ",
		"6 0 - - - NONE probe ",
		"17 53 domain - - - probe ",
		"1 - - 3 1 - backscatter ",
		"58 - - 128 0 - probe ",
		"47 - - - - - probe ",
		"132 - - - - - probe ",
	};
	struct sightings *sightings = opened(state, MIB);
	sqlite3 *db;

	for (unsigned i = 0; i < 8; i++)
		sighting[i].source[0] = (uint8_t)i;
	add(sightings, step_at(START_S, 8, sighting));
	sightings_close(sightings);
	db = shell(state, "SELECT 1");
	for (unsigned i = 0; i < 8; i++) {
		char sql[512];

		snprintf(sql, sizeof(sql), WHOLE_ROW "WHERE who LIKE '%02X%%'", i);
		assert_string_equal(answer(db, sql), expected[i]);
	}
	assert_string_equal(answer(db, "SELECT time || ' ' || end FROM seen"), "2023-11-14T22:20:00Z 2023-11-14T22:20:10Z");
	assert_string_equal(answer(db, "PRAGMA application_id"), "1718643828");
	sqlite3_close(db);
}

#define IN_A_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_DIRECTORY(the_view_writes_addresses_as_inet_ntop_does),
		IN_A_DIRECTORY(the_view_names_what_a_number_means),
	};

	scratch_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
