/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "line_sample.h"

#include "import/mikrotik.h"

#define FRONT "2024-03-17T06:25:01+00:00 router firewall,info "
#define NEW "in:ether1 out:(unknown 0), connection-state:new src-mac 02:00:00:00:00:01, proto "
#define ENDS "192.0.2.1:1234->198.51.100.2:22, len 60"

static const struct sample *read_line(const char *line)
{
	static struct sample s;

	s = (struct sample){ 0 };
	assert_int_equal(sample_read(mikrotik_parse, line, &s), READING_PACKET);
	return &s;
}

static void tcp_and_udp_with_ports(void **state)
{
	const struct sample *s = read_line(FRONT "input: " NEW "TCP (SYN), " ENDS);

	assert_series(s, SERIES_TCP4, CLASS_PROBE);
	assert_ports(s, 1234, 22);
	assert_int_equal(s->reading.packet.tcp_flags, PACKET_SYN);
	assert_int_equal(s->reading.stamp.kind, STAMP_ABSOLUTE);
	s = read_line(FRONT "input: " NEW "TCP (SYN,ACK), " ENDS);
	assert_series(s, SERIES_TCP4, CLASS_BACKSCATTER);
	s = read_line(FRONT "input: " NEW "TCP (ACK,FIN,PSH), " ENDS);
	assert_series(s, SERIES_TCP4, CLASS_LATE);
	s = read_line(FRONT "input: " NEW "UDP, " ENDS);
	assert_series(s, SERIES_UDP4, CLASS_PROBE);
}

static void the_rule_is_the_prefix_or_else_the_chain(void **state)
{
	const struct sample *s = read_line(FRONT "input: " NEW "TCP (SYN), " ENDS);

	assert_rule(s, "input");
	s = read_line(FRONT "BAN INPUT 80 input: " NEW "TCP (SYN), " ENDS);
	assert_rule(s, "BAN INPUT 80");
	s = read_line(FRONT "drop-wan: drop-wan forward: " NEW "TCP (SYN), " ENDS);
	assert_rule(s, "drop-wan");
	s = read_line("Mar 17 06:25:01 router input: " NEW "TCP (SYN), " ENDS);
	assert_rule(s, "input");
	assert_int_equal(s->reading.stamp.kind, STAMP_YEARLESS);
}

static void icmp_has_a_type(void **state)
{
	const struct sample *s = read_line(FRONT "input: in:ether1 out:(unknown 0), connection-state:new proto ICMP (type 8, code 0), "
					  "192.0.2.1->198.51.100.2, len 56");

	assert_series(s, SERIES_ICMP4, CLASS_PROBE);
	assert_type(s, 8, 0);
	s = read_line(FRONT "input: " NEW "ICMP (type 3, code 13), 192.0.2.1->198.51.100.2, len 56");
	assert_series(s, SERIES_ICMP4, CLASS_BACKSCATTER);
	assert_type(s, 3, 13);
}

static void ipv6_with_brackets_and_without(void **state)
{
	const struct sample *s = read_line(FRONT "input: " NEW "TCP (SYN), [2001:db8::1]:1234->[2001:db8::2]:22, len 80");

	assert_series(s, SERIES_TCP6, CLASS_PROBE);
	assert_ports(s, 1234, 22);
	s = read_line(FRONT "input: " NEW "ICMP (type 135, code 0), 2001:db8::1->2001:db8::2, len 72");
	assert_series(s, SERIES_ICMP6, CLASS_PROBE);
	assert_int_equal(s->reading.packet.protocol, 58);
	s = read_line(FRONT "input: " NEW "ICMPv6 (type 134, code 0), [2001:db8::1]->[2001:db8::2], len 72");
	assert_series(s, SERIES_ICMP6, CLASS_BACKSCATTER);
	s = read_line(FRONT "input: " NEW "UDP, [2001:db8::1]:1234->[2001:db8::2]:53, len 72");
	assert_series(s, SERIES_UDP6, CLASS_PROBE);
}

static void other_protocols_and_later_fragments(void **state)
{
	const struct sample *s = read_line(FRONT "input: " NEW "47, 192.0.2.1->198.51.100.2, len 56");

	assert_series(s, SERIES_OTHER4, CLASS_PROBE);
	assert_int_equal(s->reading.packet.protocol, 47);
	s = read_line(FRONT "input: " NEW "UDP, 192.0.2.1->198.51.100.2, len 1500");
	assert_series(s, SERIES_OTHER4, CLASS_PROBE);
	assert_true(s->reading.packet.is_fragment);
	s = read_line(FRONT "input: " NEW "ICMP, 192.0.2.1->198.51.100.2, len 1500");
	assert_series(s, SERIES_OTHER4, CLASS_PROBE);
}

static void what_stands_before_the_protocol_is_passed_over(void **state)
{
	static const char *const lines[] = {
		FRONT "input: in:ether1 out:(unknown 0), proto TCP (SYN), " ENDS,
		(FRONT "input: in:ether1 out:(unknown 0), connection-mark:m connection-state:new,dnat src-mac 02:00:00:00:00:01, "
		       "proto TCP (SYN), " ENDS),
		FRONT "forward: in:a b out:c d, packet-mark:x connection-state:established,fasttrack proto TCP (SYN), " ENDS,
		FRONT "forward: in:<pppoe-x, proto UDP, 8.8.8.8:1->8.8.8.8:2> out:ether1, proto TCP (SYN), " ENDS,
		"2024-03-17T06:25:01+00:00 router in:br-wan out:(unknown 0), connection-state:new, proto TCP (SYN), " ENDS,
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const struct sample *s = read_line(lines[i]);

		assert_series(s, SERIES_TCP4, CLASS_PROBE);
		assert_ports(s, 1234, 22);
	}
}

static void addresses_are_those_before_nat(void **state)
{
	const struct sample *s = read_line(FRONT "forward: " NEW "TCP (SYN), 192.0.2.1:1234->198.51.100.2:22, "
					  "NAT (192.0.2.1:1234->203.0.113.9:1)->198.51.100.2:22, prio 0->1, len 60");

	assert_series(s, SERIES_TCP4, CLASS_PROBE);
	assert_ports(s, 1234, 22);
	s = read_line(FRONT "forward: " NEW "UDP, 192.0.2.1:1234->198.51.100.2:22, "
			    "NAT 192.0.2.1:1234->(203.0.113.9:1->198.51.100.2:22), len 60");
	assert_ports(s, 1234, 22);
}

static void lines_of_nat_chains_are_no_rejections(void **state)
{
	SAMPLE_OTHER(mikrotik_parse, FRONT "srcnat: " NEW "TCP (SYN), " ENDS);
	SAMPLE_OTHER(mikrotik_parse, FRONT "a prefix dstnat: " NEW "TCP (SYN), " ENDS);
}

static void dates_of_log_print(void **state)
{
	const struct sample *s = read_line("mar/17/2024 06:25:01 firewall,info attack input: " NEW "TCP (SYN), " ENDS);

	assert_int_equal(s->reading.stamp.kind, STAMP_LOCAL);
	assert_int_equal(s->reading.stamp.us, 1710656701000000);
	assert_rule(s, "attack");
	s = read_line("Mar/17 06:25:01 firewall,info attack input: " NEW "TCP (SYN), " ENDS);
	assert_int_equal(s->reading.stamp.kind, STAMP_YEARLESS);
	SAMPLE_BAD(mikrotik_parse, "06:25:01 firewall,info input: " NEW "TCP (SYN), " ENDS, READING_NO_TIME);
}

static void what_is_wrong_is_told(void **state)
{
	SAMPLE_BAD(mikrotik_parse, FRONT "input: in:ether1 out:(unknown 0)", READING_CUT);
	SAMPLE_BAD(mikrotik_parse, FRONT "input: " NEW "TCP (SYN), 192.0.2.1:1234->198.51.100.2:2", READING_CUT);
	SAMPLE_BAD(mikrotik_parse, FRONT "input: " NEW "WHAT, " ENDS, READING_NO_PROTOCOL);
	SAMPLE_BAD(mikrotik_parse, FRONT "input: " NEW "UDP, 192.0.2.1:99999->198.51.100.2:22, len 60", READING_NO_ADDRESS);
	SAMPLE_BAD(mikrotik_parse, FRONT "input: " NEW "UDP, 192.0.2.1:1->[2001:db8::2]:22, len 60", READING_NO_ADDRESS);
	SAMPLE_BAD(mikrotik_parse, FRONT "input: " NEW "UDP, [2001:db8::1->[2001:db8::2]:22, len 60", READING_NO_ADDRESS);
	SAMPLE_BAD(mikrotik_parse, FRONT "input: " NEW "UDP, a, len 60", READING_NO_ADDRESS);
}

static void other_lines_are_other(void **state)
{
	SAMPLE_OTHER(mikrotik_parse, "");
	SAMPLE_OTHER(mikrotik_parse, "2024-03-17T06:25:01+00:00 host sshd[1]: Invalid user in:a out:b");
	SAMPLE_OTHER(mikrotik_parse, "2024-03-17T06:25:01+00:00 router system,info,account user admin logged in from 192.0.2.1 via winbox");
	SAMPLE_OTHER(mikrotik_parse, "2024-03-17T06:25:01+00:00 host kernel: IN=eth0 OUT= SRC=192.0.2.1 DST=198.51.100.2 PROTO=UDP");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_and_udp_with_ports),
		cmocka_unit_test(the_rule_is_the_prefix_or_else_the_chain),
		cmocka_unit_test(icmp_has_a_type),
		cmocka_unit_test(ipv6_with_brackets_and_without),
		cmocka_unit_test(other_protocols_and_later_fragments),
		cmocka_unit_test(what_stands_before_the_protocol_is_passed_over),
		cmocka_unit_test(addresses_are_those_before_nat),
		cmocka_unit_test(lines_of_nat_chains_are_no_rejections),
		cmocka_unit_test(dates_of_log_print),
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(other_lines_are_other),
	};

	return cmocka_run_group_tests_name("import/mikrotik", tests, NULL, NULL);
}
