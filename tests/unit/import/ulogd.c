/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "line_sample.h"

#include "import/json_line.h"
#include "import/ulogd.h"

#define TIME "\"oob.time.sec\": 1710656701, \"oob.time.usec\": 123456, "
#define FRONT "{\"timestamp\": \"2024-03-17T07:25:01.123456\", \"oob.prefix\": \"drop \", " TIME
#define IP4 FRONT "\"oob.family\": 2, \"src_ip\": \"192.0.2.1\", \"dest_ip\": \"198.51.100.2\", "
#define IP6 FRONT "\"oob.family\": 10, \"src_ip\": \"2001:db8::1\", \"dest_ip\": \"2001:db8::2\", "
#define PORTS "\"src_port\": 1234, \"dest_port\": 22"
#define FLAGS(syn, ack) "\"tcp.urg\": 0, \"tcp.ack\": " ack ", \"tcp.psh\": 0, \"tcp.rst\": 0, \"tcp.syn\": " syn ", \"tcp.fin\": 0"

static const struct sample *read_line(const char *line)
{
	static struct sample s;

	s = (struct sample){ 0 };
	assert_int_equal(sample_read(ulogd_parse, line, &s), READING_PACKET);
	return &s;
}

static void tcp_and_udp_of_both_versions(void **state)
{
	const struct sample *s = read_line(IP4 "\"ip.protocol\": 6, \"ip.fragoff\": 16384, " PORTS ", " FLAGS("1", "0") "}");

	assert_series(s, SERIES_TCP4, CLASS_PROBE);
	assert_ports(s, 1234, 22);
	assert_int_equal(s->reading.packet.tcp_flags, PACKET_SYN);
	assert_false(s->reading.packet.is_fragment);
	assert_rule(s, "drop ");
	s = read_line(IP6 "\"ip.protocol\": 6, " PORTS ", " FLAGS("1", "1") "}");
	assert_series(s, SERIES_TCP6, CLASS_BACKSCATTER);
	s = read_line(IP4 "\"ip.protocol\": 17, " PORTS "}");
	assert_series(s, SERIES_UDP4, CLASS_PROBE);
	s = read_line(IP6 "\"ip.protocol\": 17, " PORTS "}");
	assert_series(s, SERIES_UDP6, CLASS_PROBE);
}

static void icmp_has_a_type(void **state)
{
	const struct sample *s = read_line(IP4 "\"ip.protocol\": 1, \"icmp.type\": 3, \"icmp.code\": 1}");

	assert_series(s, SERIES_ICMP4, CLASS_BACKSCATTER);
	assert_type(s, 3, 1);
	s = read_line(IP6 "\"ip.protocol\": 58, \"icmpv6.type\": 128, \"icmpv6.code\": 0}");
	assert_series(s, SERIES_ICMP6, CLASS_PROBE);
	assert_type(s, 128, 0);
}

static void the_time_is_the_packets_own_or_the_timestamp(void **state)
{
	const struct sample *s = read_line(IP4 "\"ip.protocol\": 17, " PORTS "}");

	assert_int_equal(s->reading.stamp.kind, STAMP_ABSOLUTE);
	assert_int_equal(s->reading.stamp.us, 1710656701123456);
	s = read_line("{\"timestamp\": \"2024-03-17T07:25:01.123456\", \"ip.protocol\": 17, \"src_ip\": \"192.0.2.1\", "
		      "\"dest_ip\": \"198.51.100.2\", " PORTS "}");
	assert_int_equal(s->reading.stamp.kind, STAMP_LOCAL);
	s = read_line("{\"timestamp\": \"2024-03-17T07:25:01.123456+0100\", \"ip.protocol\": 17, \"src_ip\": \"192.0.2.1\", "
		      "\"dest_ip\": \"198.51.100.2\", " PORTS "}");
	assert_int_equal(s->reading.stamp.kind, STAMP_ABSOLUTE);
	assert_int_equal(s->reading.stamp.us, 1710656701123456);
}

static void ports_of_later_fragments_are_none(void **state)
{
	const struct sample *s = read_line(IP4 "\"ip.protocol\": 17, \"ip.fragoff\": 6, " PORTS "}");

	assert_series(s, SERIES_OTHER4, CLASS_PROBE);
	assert_false(s->reading.packet.has_ports);
	assert_true(s->reading.packet.is_fragment);
	s = read_line(IP4 "\"ip.protocol\": 17, \"ip.fragoff\": 8192, " PORTS "}");
	assert_series(s, SERIES_UDP4, CLASS_PROBE);
	assert_true(s->reading.packet.is_fragment);
}

static void later_fragments_of_ipv6_tell_their_protocol_as_the_next_header(void **state)
{
	const struct sample *s = read_line(IP6 "\"ip6.nexthdr\": 17, \"ip6.fragoff\": 1448, \"ip6.fragid\": 1}");

	assert_series(s, SERIES_OTHER6, CLASS_PROBE);
	assert_int_equal(s->reading.packet.protocol, 17);
	assert_true(s->reading.packet.is_fragment);
	s = read_line(IP6 "\"ip.protocol\": 17, \"ip6.nexthdr\": 17, \"ip6.fragoff\": 0, " PORTS "}");
	assert_series(s, SERIES_UDP6, CLASS_PROBE);
	assert_true(s->reading.packet.is_fragment);
}

static void what_there_is_of_a_header_tells_the_protocol(void **state)
{
	const struct sample *s = read_line(IP6 "\"icmpv6.type\": 128}");

	assert_series(s, SERIES_ICMP6, CLASS_PROBE);
	s = read_line(IP6 PORTS ", " FLAGS("1", "0") "}");
	assert_series(s, SERIES_TCP6, CLASS_PROBE);
	s = read_line(IP6 PORTS ", \"udp.len\": 20}");
	assert_series(s, SERIES_UDP6, CLASS_PROBE);
}

static void keys_of_other_stacks(void **state)
{
	const struct sample *s = read_line(FRONT "\"ip.protocol\": 17, \"ip.saddr.str\": \"192.0.2.1\", "
					  "\"ip.daddr.str\": \"198.51.100.2\", "
					  "\"udp.sport\": 1234, \"udp.dport\": 53}");

	assert_series(s, SERIES_UDP4, CLASS_PROBE);
	assert_ports(s, 1234, 53);
}

static void of_a_key_that_comes_twice_the_last_counts(void **state)
{
	const struct sample *s = read_line(IP4 "\"ip.protocol\": 17, \"dest_port\": 1, " PORTS "}");

	assert_ports(s, 1234, 22);
}

static void a_rule_is_unescaped_and_bounded(void **state)
{
	static char line[1024];
	const struct sample *s;

	s = read_line("{\"oob.prefix\": \"a \\\"b\\\" \\u00e9\", " TIME "\"src_ip\": \"192.0.2.1\", \"dest_ip\": \"198.51.100.2\", "
		      "\"ip.protocol\": 17, " PORTS "}");
	assert_rule(s, "a \"b\" \xc3\xa9");
	snprintf(line, sizeof(line), "{\"oob.prefix\": \"%0300d\", " TIME "\"src_ip\": \"192.0.2.1\", \"dest_ip\": \"198.51.100.2\", "
		 "\"ip.protocol\": 17, " PORTS "}", 0);
	s = read_line(line);
	assert_int_equal(s->reading.rule_len, FORMAT_RULE);
}

static void records_that_are_no_rejections_are_other(void **state)
{
	SAMPLE_OTHER(ulogd_parse, "");
	SAMPLE_OTHER(ulogd_parse, "no JSON");
	SAMPLE_OTHER(ulogd_parse, "{}");
	SAMPLE_OTHER(ulogd_parse, "{\"src_ip\": \"192.0.2.1\", \"event_type\": \"alert\"}");
	SAMPLE_OTHER(ulogd_parse, "{\"orig.ip.saddr.str\": \"192.0.2.1\", \"flow.start.sec\": 1710656701}");
}

/* Cut short, it would still be one whose label is not known. */
static void a_record_labelled_as_allowed_is_other(void **state)
{
	static const char line[] = IP4 "\"action\": \"allowed\", \"ip.protocol\": 17, " PORTS "}";
	struct format_state none = { 0 };

	assert_int_equal(sample_read_bytes(ulogd_parse, line, strlen(line), &none), READING_OTHER);
}

static void what_is_wrong_is_told(void **state)
{
	SAMPLE_BAD(ulogd_parse, IP4 "\"ip.protocol\": 17, " PORTS, READING_CUT);
	SAMPLE_BAD(ulogd_parse, "{\"oob.mark\"]", READING_SYNTAX);
	SAMPLE_BAD(ulogd_parse,
		   "{\"oob.family\": 2, \"src_ip\": \"192.0.2.1\", \"dest_ip\": \"198.51.100.2\", \"ip.protocol\": 17, " PORTS "}",
		   READING_NO_TIME);
	SAMPLE_BAD(ulogd_parse, FRONT "\"ip.protocol\": 17, \"src_ip\": \"192.0.2.1\", " PORTS "}", READING_NO_ADDRESS);
	SAMPLE_BAD(ulogd_parse, FRONT "\"ip.protocol\": 17, \"src_ip\": \"192.0.2.1\", \"dest_ip\": \"2001:db8::2\", " PORTS "}",
		   READING_NO_ADDRESS);
	SAMPLE_BAD(ulogd_parse, IP6 "\"ip6.payloadlen\": 1392}", READING_NO_PROTOCOL);
	SAMPLE_BAD(ulogd_parse, IP4 "\"ip.protocol\": 256}", READING_NO_PROTOCOL);
	SAMPLE_BAD(ulogd_parse, IP4 "\"ip.protocol\": 17}", READING_NO_PORT);
	SAMPLE_BAD(ulogd_parse, IP4 "\"ip.protocol\": 17, \"dest_port\": 65536}", READING_NO_PORT);
	SAMPLE_BAD(ulogd_parse, IP4 "\"ip.protocol\": 1}", READING_NO_PORT);
}

static void a_line_longer_than_any_record_is_not_taken_apart(void **state)
{
	static char line[JSON_LINE_MAX + 2];
	struct format_state none = { 0 };
	struct reading reading;

	memset(line, ' ', sizeof(line));
	memcpy(line, "{\"oob.mark\":0", 13);
	line[sizeof(line) - 1] = '}';
	assert_int_equal(ulogd_parse(line, sizeof(line), &none, &reading), READING_BAD);
	assert_int_equal(reading.reason, READING_TOO_LONG);
	line[JSON_LINE_MAX - 1] = '}';
	assert_int_equal(ulogd_parse(line, JSON_LINE_MAX, &none, &reading), READING_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_and_udp_of_both_versions),
		cmocka_unit_test(icmp_has_a_type),
		cmocka_unit_test(the_time_is_the_packets_own_or_the_timestamp),
		cmocka_unit_test(ports_of_later_fragments_are_none),
		cmocka_unit_test(later_fragments_of_ipv6_tell_their_protocol_as_the_next_header),
		cmocka_unit_test(what_there_is_of_a_header_tells_the_protocol),
		cmocka_unit_test(keys_of_other_stacks),
		cmocka_unit_test(of_a_key_that_comes_twice_the_last_counts),
		cmocka_unit_test(a_rule_is_unescaped_and_bounded),
		cmocka_unit_test(records_that_are_no_rejections_are_other),
		cmocka_unit_test(a_record_labelled_as_allowed_is_other),
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(a_line_longer_than_any_record_is_not_taken_apart),
	};

	return cmocka_run_group_tests_name("import/ulogd", tests, NULL, NULL);
}
