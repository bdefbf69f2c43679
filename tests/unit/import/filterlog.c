/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "line_sample.h"

#include "import/filterlog.h"

#define FRONT "2024-03-17T06:25:01+00:00 fw filterlog[123]: "
#define BLOCK FRONT "5,,,1000000103,igb0,match,block,in,"
#define IP4(offset, flags, protocol) BLOCK "4,0x0,,64,54321," offset "," flags "," protocol ",60,192.0.2.1,198.51.100.2,"
#define IP6(protocol) BLOCK "6,0x00,0x12345,64," protocol ",40,2001:db8::1,2001:db8::2,"

static const struct sample *read_line(const char *line)
{
	static struct sample s;

	s = (struct sample){ 0 };
	assert_int_equal(sample_read(filterlog_parse, line, &s), READING_PACKET);
	return &s;
}

static void tcp_and_udp_of_both_versions(void **state)
{
	const struct sample *s = read_line(IP4("0", "DF", "6,tcp") "1234,22,0,S,1621336252,,64240,,mss;sackOK;TS;nop;wscale");

	assert_series(s, SERIES_TCP4, CLASS_PROBE);
	assert_ports(s, 1234, 22);
	assert_int_equal(s->reading.packet.tcp_flags, PACKET_SYN);
	assert_false(s->reading.packet.is_fragment);
	assert_int_equal(s->reading.stamp.kind, STAMP_ABSOLUTE);
	s = read_line(IP4("0", "none", "17,udp") "5353,53,40");
	assert_series(s, SERIES_UDP4, CLASS_PROBE);
	assert_ports(s, 5353, 53);
	s = read_line(IP6("tcp,6") "443,51000,0,SA,1,2,64240,,");
	assert_series(s, SERIES_TCP6, CLASS_BACKSCATTER);
	s = read_line(IP6("UDP,17") "546,547,40");
	assert_series(s, SERIES_UDP6, CLASS_PROBE);
}

static void protocol_name_and_number_in_either_order(void **state)
{
	const struct sample *s = read_line(IP6("17,udp") "546,547,40");

	assert_series(s, SERIES_UDP6, CLASS_PROBE);
	s = read_line(IP4("0", "none", "udp,17") "546,547,40");
	assert_series(s, SERIES_UDP4, CLASS_PROBE);
	s = read_line(IP4("0", "none", "udp,udp") "546,547,40");
	assert_series(s, SERIES_UDP4, CLASS_PROBE);
}

static void the_rule_is_the_tracker_or_label_else_the_number(void **state)
{
	static const char ip[] = "4,0x0,,64,1,0,none,17,udp,60,192.0.2.1,198.51.100.2,1,2,3";
	char line[512];
	const struct sample *s;

	s = read_line(strcat(strcpy(line, BLOCK), ip));
	assert_rule(s, "1000000103");
	s = read_line(strcat(strcpy(line, FRONT "155,,,c0dbc3f4f934c1cb95f41a1f3d23a189,vtnet0,match,block,in,"), ip));
	assert_rule(s, "c0dbc3f4f934c1cb95f41a1f3d23a189");
	s = read_line(strcat(strcpy(line, FRONT "16,115,openvpn,0,vtnet2,match,block,out,"), ip));
	assert_rule(s, "16");
	s = read_line(strcat(strcpy(line, FRONT ",,,0,vtnet2,match,block,in/out,"), ip));
	assert_int_equal(s->reading.rule_len, 0);
}

static void only_blocked_packets_count(void **state)
{
	static const char *const actions[] = { "pass", "match", "nat", "rdr", "binat", "scrub", "synproxy-drop", "unkn(12)", "" };
	const struct sample *s = read_line(FRONT "5,,,0,igb0,match,reject,in,4,0x0,,64,1,0,none,17,udp,60,192.0.2.1,198.51.100.2,1,2,3");
	char line[512];

	assert_series(s, SERIES_UDP4, CLASS_PROBE);
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		snprintf(line, sizeof(line), FRONT "5,,,0,igb0,match,%s,in,4,0x0,,64,1,0,none,17,udp,60,192.0.2.1,198.51.100.2,1,2,3",
			 actions[i]);
		SAMPLE_OTHER(filterlog_parse, line);
	}
}

static void icmp_words_of_pfsense(void **state)
{
	const struct sample *s = read_line(IP4("0", "DF", "1,icmp") "request,3226,76464");

	assert_series(s, SERIES_ICMP4, CLASS_PROBE);
	assert_type(s, 8, 0);
	s = read_line(IP4("0", "none", "1,icmp") "unreachport,198.51.100.2,UDP,53");
	assert_series(s, SERIES_ICMP4, CLASS_BACKSCATTER);
	assert_type(s, 3, 3);
	s = read_line(IP4("0", "none", "1,icmp") "timexceed,time exceeded in-transit36");
	assert_type(s, 11, 0);
	s = read_line(IP4("0", "none", "1,icmp") "tstampreply, 1,2,00:00:00.000,");
	assert_type(s, 14, 0);
	s = read_line(IP4("0", "none", "1,icmp") "source quench36");
	assert_type(s, 4, 0);
}

static void icmp_keywords_of_opnsense(void **state)
{
	const struct sample *s = read_line(IP4("0", "none", "1,icmp") "datalength=64,echoreq,0,7,1,");

	assert_series(s, SERIES_ICMP4, CLASS_PROBE);
	assert_type(s, 8, 0);
	s = read_line(IP4("0", "none", "1,icmp") "datalength=64,unreach,filter-prohib,,,");
	assert_type(s, 3, 13);
	s = read_line(IP4("0", "none", "1,icmp") "datalength=64,unknown(253),7,,,");
	assert_type(s, 253, 7);
	s = read_line(IP6("ipv6-icmp,58") "datalength=32,neighbrsol,0,,,");
	assert_series(s, SERIES_ICMP6, CLASS_PROBE);
	assert_type(s, 135, 0);
	s = read_line(IP6("ipv6-icmp,58") "datalength=32,unreach,port-unr,,,");
	assert_type(s, 1, 4);
}

static void a_type_that_is_not_told_counts_as_other(void **state)
{
	const struct sample *s = read_line(IP4("0", "none", "1,icmp") "datalength=64");

	assert_series(s, SERIES_OTHER4, CLASS_PROBE);
	assert_int_equal(s->reading.packet.protocol, 1);
	assert_false(s->reading.packet.is_fragment);
	s = read_line(IP6("ICMPv6,58"));
	assert_series(s, SERIES_OTHER6, CLASS_PROBE);
	s = read_line(IP4("0", "none", "132,sctp") "datalength=64");
	assert_series(s, SERIES_OTHER4, CLASS_PROBE);
	s = read_line(IP4("0", "none", "132,sctp") "1234,2905,52");
	assert_series(s, SERIES_OTHER4, CLASS_PROBE);
	assert_ports(s, 1234, 2905);
}

static void carp_and_igmp_are_others(void **state)
{
	const struct sample *s = read_line(IP4("0", "DF", "112,carp") "advertise,255,1,2,0,1");

	assert_series(s, SERIES_OTHER4, CLASS_PROBE);
	assert_int_equal(s->reading.packet.protocol, 112);
	s = read_line(IP4("0", "none", "2,igmp") "datalength=12 ");
	assert_series(s, SERIES_OTHER4, CLASS_PROBE);
	s = read_line(IP6("VRRP,112"));
	assert_series(s, SERIES_OTHER6, CLASS_PROBE);
}

static void later_fragments_have_no_ports(void **state)
{
	const struct sample *s = read_line(IP4("1480", "+", "17,udp"));

	assert_series(s, SERIES_OTHER4, CLASS_PROBE);
	assert_true(s->reading.packet.is_fragment);
	s = read_line(IP4("0", "+", "17,udp") "5353,53,2000");
	assert_series(s, SERIES_UDP4, CLASS_PROBE);
	assert_true(s->reading.packet.is_fragment);
}

static void extension_headers_of_pfsense_hide_what_follows(void **state)
{
	const struct sample *s = read_line(IP6("Options,0") "HBH,RTALERT,0x0000,PADN,");

	assert_series(s, SERIES_OTHER6, CLASS_PROBE);
	s = read_line(IP6("Fragment,44") "FRAG6, 0x12345678:1448|1232,");
	assert_series(s, SERIES_OTHER6, CLASS_PROBE);
	assert_true(s->reading.packet.is_fragment);
}

static void a_packet_longer_than_its_copy_has_one_more_field(void **state)
{
	const struct sample *s = read_line(BLOCK "4,error='truncated-ip 4 bytes missing!',0x0,,64,1,0,none,17,udp,60,"
					"192.0.2.1,198.51.100.2,1,2,3");

	assert_series(s, SERIES_UDP4, CLASS_PROBE);
	s = read_line(BLOCK "6,truncated-ip6=1500,0x00,0x00000,64,udp,17,40,2001:db8::1,2001:db8::2,1,2,3");
	assert_series(s, SERIES_UDP6, CLASS_PROBE);
}

static void what_is_wrong_is_told(void **state)
{
	SAMPLE_BAD(filterlog_parse, FRONT "5,,,1000000103,igb0,match,block,in", READING_CUT);
	SAMPLE_BAD(filterlog_parse, FRONT "5,,,1000000103,igb0,match,block,in,7,", READING_SYNTAX);
	SAMPLE_BAD(filterlog_parse, BLOCK "4,0x0,,64,54321,0,none,17", READING_CUT);
	SAMPLE_BAD(filterlog_parse, BLOCK "4,bad-hlen=8,", READING_MALFORMED);
	SAMPLE_BAD(filterlog_parse, BLOCK "4,0x0,,64,54321,x,none,17,udp,60,192.0.2.1,198.51.100.2,1,2,3", READING_SYNTAX);
	SAMPLE_BAD(filterlog_parse, BLOCK "4,0x0,,64,54321,0,none,x,y,60,192.0.2.1,198.51.100.2,1,2,3", READING_NO_PROTOCOL);
	SAMPLE_BAD(filterlog_parse, BLOCK "4,0x0,,64,54321,0,none,17,udp,60,2001:db8::1,198.51.100.2,1,2,3", READING_NO_ADDRESS);
	SAMPLE_BAD(filterlog_parse, IP4("0", "none", "17,udp") "1,65536,3", READING_NO_PORT);
	SAMPLE_BAD(filterlog_parse, IP4("0", "none", "6,tcp") "1234,22", READING_CUT);
	SAMPLE_BAD(filterlog_parse, IP4("0", "none", "6,tcp") "errormsg='tcp 4 [bad hdr length 8 - too short < 20]',", READING_MALFORMED);
	SAMPLE_BAD(filterlog_parse,
		   IP4("0", "none", "6,tcp") "1,22,4,S,errormsg='[bad hdr length 60 - too long, > 40]',", READING_MALFORMED);
	SAMPLE_BAD(filterlog_parse, "5,,,0,igb0,match,block,in,4,0x0,,64,1,0,none,17,udp,60,192.0.2.1,198.51.100.2,1,2,3", READING_NO_TIME);
}

static void other_lines_are_other(void **state)
{
	SAMPLE_OTHER(filterlog_parse, "");
	SAMPLE_OTHER(filterlog_parse, "2024-03-17T06:25:01+00:00 fw sshd[1]: a,b,c,d,e,f,block,in,4,");
	SAMPLE_OTHER(filterlog_parse, "2024-03-17T06:25:01+00:00 fw filterlog[1]: started");
	SAMPLE_OTHER(filterlog_parse, "2024-03-17T06:25:01+00:00 fw kernel: IN=eth0 OUT= SRC=192.0.2.1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_and_udp_of_both_versions),
		cmocka_unit_test(protocol_name_and_number_in_either_order),
		cmocka_unit_test(the_rule_is_the_tracker_or_label_else_the_number),
		cmocka_unit_test(only_blocked_packets_count),
		cmocka_unit_test(icmp_words_of_pfsense),
		cmocka_unit_test(icmp_keywords_of_opnsense),
		cmocka_unit_test(a_type_that_is_not_told_counts_as_other),
		cmocka_unit_test(carp_and_igmp_are_others),
		cmocka_unit_test(later_fragments_have_no_ports),
		cmocka_unit_test(extension_headers_of_pfsense_hide_what_follows),
		cmocka_unit_test(a_packet_longer_than_its_copy_has_one_more_field),
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(other_lines_are_other),
	};

	return cmocka_run_group_tests_name("import/filterlog", tests, NULL, NULL);
}
