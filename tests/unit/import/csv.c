/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "line_sample.h"

#include "import/csv.h"

#define HEADER "time,source,destination,protocol,source_port,port,type,code,flags,rule"
#define AT "2024-03-17 06:25:01"

static struct sample with_header(const char *header)
{
	struct sample s = { 0 };

	assert_int_equal(sample_read(csv_parse, header, &s), READING_OTHER);
	assert_true(s.state.csv.known);
	return s;
}

static void columns_are_found_by_name_in_any_order(void **state)
{
	struct sample s = with_header("dpt;ignored;PROTO;Src; datetime ;dst");

	assert_int_equal(s.state.csv.separator, ';');
	sample_read(csv_parse, "22;;tcp;192.0.2.1;" AT ";198.51.100.2", &s);
	assert_series(&s, SERIES_TCP4, CLASS_PROBE);
	assert_ports(&s, 0, 22);
	assert_int_equal(s.reading.stamp.kind, STAMP_LOCAL);
	assert_int_equal(s.reading.stamp.us, 1710656701000000);
}

static void all_columns_are_read(void **state)
{
	struct sample s = with_header(HEADER);

	sample_read(csv_parse, AT ",192.0.2.1,198.51.100.2,TCP,1234,22,,,SYN ACK,drop", &s);
	assert_series(&s, SERIES_TCP4, CLASS_BACKSCATTER);
	assert_ports(&s, 1234, 22);
	assert_int_equal(s.reading.packet.tcp_flags, PACKET_SYN | PACKET_ACK);
	assert_rule(&s, "drop");
	sample_read(csv_parse, AT ",2001:db8::1,2001:db8::2,icmpv6,,,1,4,,", &s);
	assert_series(&s, SERIES_ICMP6, CLASS_BACKSCATTER);
	assert_type(&s, 1, 4);
	assert_int_equal(s.reading.rule_len, 0);
}

static void fields_may_be_quoted(void **state)
{
	struct sample s = with_header("\"time\",\"source\",destination,protocol,port,rule");

	sample_read(csv_parse, "\"" AT "\",\"192.0.2.1\",198.51.100.2,\"17\",\"53\",\"a, \"\"b\"\"\"", &s);
	assert_series(&s, SERIES_UDP4, CLASS_PROBE);
	assert_rule(&s, "a, \"b\"");
	sample_read(csv_parse, AT ",192.0.2.1,198.51.100.2,17,53,\"a, b\"", &s);
	assert_rule(&s, "a, b");
}

static void a_quote_that_does_not_end_is_no_csv(void **state)
{
	struct sample s = with_header("time,source,protocol,port");

	assert_int_equal(sample_read(csv_parse, AT ",\"192.0.2.1,tcp,22", &s), READING_BAD);
	assert_int_equal(s.reading.reason, READING_SYNTAX);
	assert_int_equal(sample_read(csv_parse, AT ",\"192.0.2.1\"x,tcp,22", &s), READING_BAD);
	assert_int_equal(s.reading.reason, READING_SYNTAX);
}

static void an_address_may_be_a_number(void **state)
{
	struct sample s = with_header("time,source,protocol,port");

	assert_int_equal(sample_read(csv_parse, AT ",3221225985,tcp,22", &s), READING_PACKET);
	assert_memory_equal(s.reading.packet.source, ((uint8_t[16]){ 192, 0, 2, 1 }), 16);
	assert_memory_equal(s.reading.packet.destination, ((uint8_t[16]){ 0 }), 16);
	assert_int_equal(sample_read(csv_parse, AT ",4294967296,tcp,22", &s), READING_BAD);
	assert_int_equal(s.reading.reason, READING_NO_ADDRESS);
}

static void what_is_missing_is_told(void **state)
{
	static const struct {
		const char *line;
		enum reading_reason reason;
	} lines[] = {
		{ "yesterday,192.0.2.1,198.51.100.2,tcp,1,22", READING_NO_TIME },
		{ ",192.0.2.1,198.51.100.2,tcp,1,22", READING_NO_TIME },
		{ AT ",a.example,198.51.100.2,tcp,1,22", READING_NO_ADDRESS },
		{ AT ",192.0.2.1,2001:db8::2,tcp,1,22", READING_NO_ADDRESS },
		{ AT ",192.0.2.1,198.51.100.2,nothing,1,22", READING_NO_PROTOCOL },
		{ AT ",192.0.2.1,198.51.100.2,tcp,1,65536", READING_NO_PORT },
		{ AT ",192.0.2.1,198.51.100.2,icmp,1,22,256", READING_NO_PORT },
		{ AT ",192.0.2.1,198.51.100.2,tcp", READING_NO_PORT },
	};
	struct sample s = with_header(HEADER);

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		assert_int_equal(sample_read(csv_parse, lines[i].line, &s), READING_BAD);
		assert_int_equal(s.reading.reason, lines[i].reason);
	}
}

static void names_of_columns_are_written_in_many_ways(void **state)
{
	struct sample s = with_header("Timestamp,Source IP,Destination-Address,Protocol,srcport,dstport");

	assert_int_equal(sample_read(csv_parse, AT ",192.0.2.1,198.51.100.2,tcp,1,22", &s), READING_PACKET);
	assert_ports(&s, 1, 22);
	s = with_header("time,srcaddr,protocol,Destination Port");
	assert_int_equal(sample_read(csv_parse, AT ",192.0.2.1,udp,53", &s), READING_PACKET);
	assert_ports(&s, 0, 53);
	s = with_header("time,source,protocol,destination.port");
	assert_int_equal(s.state.csv.place[CSV_PORT], 0);
}

static void without_a_header_no_line_is_a_packet(void **state)
{
	SAMPLE_OTHER(csv_parse, AT ",192.0.2.1,tcp,22");
	SAMPLE_OTHER(csv_parse, "time,source,port");
	SAMPLE_OTHER(csv_parse, "");
	SAMPLE_OTHER(csv_parse, "\"time,source,protocol");
}

static void a_header_again_is_a_header(void **state)
{
	struct sample s = with_header("\xef\xbb\xbftime,source,protocol,port");

	assert_int_equal(sample_read(csv_parse, "port,protocol,source,time", &s), READING_OTHER);
	assert_int_equal(sample_read(csv_parse, "22,tcp,192.0.2.1," AT, &s), READING_PACKET);
	assert_ports(&s, 0, 22);
	assert_int_equal(sample_read(csv_parse, "  ", &s), READING_OTHER);
}

static void a_line_in_the_midst_of_a_log_names_no_columns(void **state)
{
	struct sample s = { 0 };

	assert_int_equal(sample_read(csv_parse, "Mar 17 06:25:01 host sshd[1]: hello", &s), READING_OTHER);
	assert_int_equal(sample_read(csv_parse, "Mar 17 06:25:02 host sshd[1]: user x,time,source,protocol", &s), READING_OTHER);
	assert_false(s.state.csv.known);
}

static void columns_past_the_last_place_are_not_seen(void **state)
{
	char header[1024] = "time,source,protocol";
	struct sample s;

	for (int i = 4; i <= CSV_PLACES; i++)
		strcat(header, ",x");
	strcat(header, ",port");
	s = with_header(header);
	assert_int_equal(s.state.csv.place[CSV_PORT], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_found_by_name_in_any_order),
		cmocka_unit_test(all_columns_are_read),
		cmocka_unit_test(fields_may_be_quoted),
		cmocka_unit_test(a_quote_that_does_not_end_is_no_csv),
		cmocka_unit_test(an_address_may_be_a_number),
		cmocka_unit_test(what_is_missing_is_told),
		cmocka_unit_test(names_of_columns_are_written_in_many_ways),
		cmocka_unit_test(without_a_header_no_line_is_a_packet),
		cmocka_unit_test(a_header_again_is_a_header),
		cmocka_unit_test(a_line_in_the_midst_of_a_log_names_no_columns),
		cmocka_unit_test(columns_past_the_last_place_are_not_seen),
	};

	return cmocka_run_group_tests_name("import/csv", tests, NULL, NULL);
}
