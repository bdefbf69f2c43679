/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/kernlog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../golden/reading_text.h"
#include "import/format.h"

#define FRONT "drop: IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 "
#define ENDS4 "SRC=192.0.2.1 DST=198.51.100.2 "
#define ENDS6 "SRC=2001:0db8:0000:0000:0000:0000:0000:0001 DST=2001:0db8:0000:0000:0000:0000:0000:0002 "
#define IP4 FRONT ENDS4 "LEN=60 TOS=0x00 PREC=0x00 TTL=50 ID=4660 "
#define IP6 FRONT ENDS6 "LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=0 "
#define SAYS4 "192.0.2.1 > 198.51.100.2"
#define SAYS6 "2001:db8::1 > 2001:db8::2"

/* The first len bytes in an allocation of exactly that size, as text. */
static const char *read_cut(const char *line, size_t len, struct reading_text *text)
{
	char *copy = malloc(len ? len : 1);
	struct reading reading;
	enum reading_status status;

	assert_non_null(copy);
	memcpy(copy, line, len);
	status = kernlog_parse_message(copy, len, &reading);
	reading_describe(text, status, &reading, false);
	free(copy);
	return text->text;
}

static bool ends_with(const char *line, size_t len, const char *end)
{
	size_t end_len = strlen(end);

	return len >= end_len && !memcmp(line + len - end_len, end, end_len);
}

/* What a line says that is cut within what must be there. */
static void assert_cut_short(const char *line, size_t len)
{
	const char *input = strstr(line, "IN=");
	struct reading_text text;

	read_cut(line, len, &text);
	if (input && len < (size_t)(input - line) + 3)
		assert_string_equal(text.text, "other");
	else if (ends_with(line, len, "FLOWLBL=0 "))
		assert_non_null(strstr(text.text, "packet other6 probe " SAYS6 " protocol 50"));
	else
		assert_string_equal(text.text, "bad: ends in the middle");
}

/* Reads a line and every shorter copy: those that still hold needed say the same, the others that they are cut. */
static void assert_line(const char *line, const char *needed, const char *expected)
{
	const char *whole = strstr(line, needed);
	struct reading_text text;
	size_t cut;

	assert_non_null(whole);
	cut = (size_t)(whole - line) + strlen(needed);
	for (size_t len = 0; len < cut; len++)
		assert_cut_short(line, len);
	for (size_t len = cut; len <= strlen(line); len++)
		assert_string_equal(read_cut(line, len, &text), expected);
}

static void assert_reading(const char *line, const char *expected)
{
	struct reading_text text;

	for (size_t len = 0; len < strlen(line); len++)
		read_cut(line, len, &text);
	assert_string_equal(read_cut(line, strlen(line), &text), expected);
}

static void tcp_needs_its_flags_up_to_urgp(void **state)
{
	assert_line(IP4 "DF PROTO=TCP SPT=40000 DPT=22 WINDOW=29200 RES=0x00 SYN URGP=0 ", "URGP=",
		    "packet tcp4 probe 192.0.2.1:40000 > 198.51.100.2:22 tcp 0x02 \"drop: \"");
	assert_line(IP4 "PROTO=TCP SPT=80 DPT=40000 SEQ=1 ACK=2 WINDOW=0 RES=0x03 CWR ECE ACK SYN URGP=0 OPT (020405B4) MARK=0x1 ", "URGP=",
		    "packet tcp4 backscatter 192.0.2.1:80 > 198.51.100.2:40000 tcp 0xd2 \"drop: \"");
	assert_line(IP4 "PROTO=TCP SPT=1 DPT=2 WINDOW=1024 RES=0x00 URGP=0", "URGP=",
		    "packet tcp4 probe 192.0.2.1:1 > 198.51.100.2:2 tcp 0x00 \"drop: \"");
	assert_line(IP4 "PROTO=TCP SPT=1 DPT=2 WINDOW=1024 RES=0x00 URG PSH FIN URGP=0 ", "URGP=",
		    "packet tcp4 probe 192.0.2.1:1 > 198.51.100.2:2 tcp 0x29 \"drop: \"");
	assert_line(IP6 "PROTO=TCP SPT=1 DPT=2 WINDOW=1024 RES=0x00 ACK RST URGP=0 ", "URGP=",
		    "packet tcp6 backscatter [2001:db8::1]:1 > [2001:db8::2]:2 tcp 0x14 \"drop: \"");
}

static void udp_needs_a_whole_port(void **state)
{
	assert_line(IP4 "PROTO=UDP SPT=53 DPT=40000 LEN=40 ", "DPT=40000 ",
		    "packet udp4 probe 192.0.2.1:53 > 198.51.100.2:40000 protocol 17 \"drop: \"");
	assert_line(IP6 "PROTO=UDP SPT=53 DPT=5 LEN=40 ", "DPT=5 ",
		    "packet udp6 probe [2001:db8::1]:53 > [2001:db8::2]:5 protocol 17 \"drop: \"");
	assert_line(IP4 "PROTO=UDPLITE SPT=5 DPT=7 LEN=10 ", "DPT=7 ",
		    "packet other4 probe 192.0.2.1:5 > 198.51.100.2:7 protocol 136 \"drop: \"");
}

static void icmp_needs_type_and_code(void **state)
{
	assert_line(IP4 "PROTO=ICMP TYPE=8 CODE=0 ID=7 SEQ=1 ", "CODE=0", "packet icmp4 probe " SAYS4 " type 8 code 0 \"drop: \"");
	assert_line(IP6 "PROTO=ICMPv6 TYPE=143 CODE=0 MARK=0xd4", "CODE=0",
		    "packet icmp6 backscatter " SAYS6 " type 143 code 0 \"drop: \"");
	assert_line(IP4 "PROTO=ICMP TYPE=13 CODE=0 INCOMPLETE [16 bytes] ", "CODE=0",
		    "packet icmp4 probe " SAYS4 " type 13 code 0 \"drop: \"");
}

static void the_packet_quoted_in_an_error_is_not_counted(void **state)
{
	assert_line(IP4 "PROTO=ICMP TYPE=3 CODE=3 [SRC=203.0.113.1 DST=203.0.113.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=0 MF FRAG:9 "
			"PROTO=UDP SPT=5 DPT=6 LEN=40 ] MARK=0x1 ",
		    "CODE=3", "packet icmp4 backscatter " SAYS4 " type 3 code 3 \"drop: \"");
	assert_line(IP4 "PROTO=ICMP TYPE=5 CODE=1 GATEWAY=192.0.2.9 [SRC=203.0.113.1 DST=203.0.113.2 LEN=60 PROTO=ICMP TYPE=8 CODE=0 "
			"INCOMPLETE [8 bytes] ] ",
		    "CODE=1", "packet icmp4 backscatter " SAYS4 " type 5 code 1 \"drop: \"");
	assert_line(IP6 "PROTO=ICMPv6 TYPE=2 CODE=0 [" ENDS6 "LEN=9 TC=0 HOPLIMIT=1 FLOWLBL=0 PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 ACK "
			"URGP=0 ] MTU=1280 ",
		    "CODE=0", "packet icmp6 backscatter " SAYS6 " type 2 code 0 \"drop: \"");
}

static void a_first_fragment_has_ports_and_a_later_one_has_none(void **state)
{
	assert_line(IP4 "MF PROTO=UDP SPT=53 DPT=40000 LEN=3000 ", "DPT=40000 ",
		    "packet udp4 probe 192.0.2.1:53 > 198.51.100.2:40000 protocol 17 fragment \"drop: \"");
	assert_line(IP4 "MF FRAG:185 PROTO=UDP ", "PROTO=UDP", "packet other4 probe " SAYS4 " protocol 17 fragment \"drop: \"");
	assert_line(IP4 "FRAG:185 PROTO=TCP ", "PROTO=TCP", "packet other4 probe " SAYS4 " protocol 6 fragment \"drop: \"");
	assert_line(IP6 "OPT ( FRAG:0 INCOMPLETE ID:0000002a ) PROTO=UDP SPT=1 DPT=2 LEN=9 ", "DPT=2 ",
		    "packet udp6 probe [2001:db8::1]:1 > [2001:db8::2]:2 protocol 17 fragment \"drop: \"");
	assert_line(IP6 "FRAG:1448 INCOMPLETE ID:0000002a PROTO=TCP ", "PROTO=TCP",
		    "packet other6 probe " SAYS6 " protocol 6 fragment \"drop: \"");
	assert_line(IP6 "FRAG:0 ID:0000002a PROTO=UDP SPT=1 DPT=2 LEN=9 ", "DPT=2 ",
		    "packet udp6 probe [2001:db8::1]:1 > [2001:db8::2]:2 protocol 17 \"drop: \"");
}

static void other_protocols_need_no_more_than_their_number(void **state)
{
	assert_line(IP4 "OPT (94040000) PROTO=2 ", "PROTO=2", "packet other4 probe " SAYS4 " protocol 2 \"drop: \"");
	assert_line(IP4 "PROTO=ESP SPI=0x1 ", "PROTO=ESP", "packet other4 probe " SAYS4 " protocol 50 \"drop: \"");
	assert_line(IP4 "PROTO=AH INCOMPLETE [1 bytes] ", "PROTO=AH", "packet other4 probe " SAYS4 " protocol 51 \"drop: \"");
	assert_reading(IP4 "PROTO=132 ", "packet other4 probe " SAYS4 " protocol 132 \"drop: \"");
	assert_reading(IP4 "PROTO=13", "packet other4 probe " SAYS4 " protocol 13 \"drop: \"");
	assert_reading(IP4 "PROTO=1", "bad: ends in the middle");
}

static void esp_in_ipv6_has_no_protocol(void **state)
{
	assert_reading(IP6, "packet other6 probe " SAYS6 " protocol 50 \"drop: \"");
	assert_reading(IP6 "OPT ( AH SPI=0x5 ) OPT ( ESP SPI=0x1 )", "packet other6 probe " SAYS6 " protocol 50 \"drop: \"");
	assert_reading(FRONT ENDS6 "LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=0", "bad: ends in the middle");
	assert_reading(IP6 "OPT ( AH SPI=0x5 ) ", "bad: ends in the middle");
}

static void a_packet_that_is_cut_short_is_malformed(void **state)
{
	assert_reading(IP4 "PROTO=TCP INCOMPLETE [8 bytes] ", "bad: malformed packet");
	assert_reading(IP4 "PROTO=UDP INCOMPLETE [0 bytes] MARK=0x1 ", "bad: malformed packet");
	assert_reading(IP4 "PROTO=UDPLITE INCOMPLETE [0 bytes] ", "bad: malformed packet");
	assert_reading(IP4 "PROTO=ICMP INCOMPLETE [2 bytes] ", "bad: malformed packet");
	assert_reading(IP4 "TRUNCATED ", "bad: malformed packet");
	assert_reading(IP6 "FRAG:TRUNCATED ", "bad: malformed packet");
}

static void a_value_that_cannot_be_read_says_which(void **state)
{
	assert_reading(FRONT "SRC=192.0.2.1DST=198.51.100.2 LEN=40 PROTO=2 ", "bad: no source or destination address");
	assert_reading(FRONT "SRC=192.0.2.1 DST=2001:db8::2 LEN=40 PROTO=2 ", "bad: no source or destination address");
	assert_reading(FRONT "SRC=192.0.2.1 LEN=40 PROTO=2 ", "bad: no source or destination address");
	assert_reading(IP4 "PROTO=QUIC SPT=1 DPT=2 ", "bad: no protocol");
	assert_reading(IP4 "PROTO=UDP SPT=1 DPT=65536 LEN=9 ", "bad: no destination port or ICMP type");
	assert_reading(IP4 "PROTO=UDP SPT=1 LEN=9 ", "bad: no destination port or ICMP type");
	assert_reading(IP4 "PROTO=UDP SPT=x DPT=1 LEN=9 ", "bad: not as its format prescribes");
	assert_reading(IP4 "PROTO=ICMP TYPE=256 CODE=0 ", "bad: no destination port or ICMP type");
	assert_reading(IP4 "PROTO=ICMP ID=1 SEQ=1 ", "bad: no destination port or ICMP type");
	assert_reading(IP4 "FRAG:x PROTO=2 ", "bad: not as its format prescribes");
}

static void a_prefix_is_free_text(void **state)
{
#define REST ENDS4 "LEN=9 PROTO=UDP SPT=1 DPT=2 LEN=9 "
#define SAYS "packet udp4 probe 192.0.2.1:1 > 198.51.100.2:2 protocol 17 "
	assert_reading("IN=eth0 OUT= MAC= " REST, SAYS "\"\"");
	assert_reading("[UFW BLOCK] IN=eth0 OUT=eth1 MAC= " REST, SAYS "\"[UFW BLOCK] \"");
	assert_reading("tryIN=eth0 PHYSIN=a OUT=b PHYSOUT=c " REST, SAYS "\"try\"");
	assert_reading("SRC= DST= IN=x OUT= IN=eth0 OUT= " REST, SAYS "\"SRC= DST= IN=x OUT= \"");
	assert_reading("[SRC= IN=eth0 OUT= " REST, SAYS "\"[SRC= \"");
	assert_reading("IN=lo OUT= SRC=203.0.113.1 DST=203.0.113.2 LEN=9 PROTO=47 IN=eth0 OUT= " REST,
		       SAYS "\"IN=lo OUT= SRC=203.0.113.1 DST=203.0.113.2 LEN=9 PROTO=47 \"");
	assert_reading("\xff\t\"IN=eth0 OUT= " REST, SAYS "\"\\xff\\x09\\x22\"");
	assert_reading("drop OUT=eth0 " REST, SAYS "\"drop \"");
	assert_reading(REST, SAYS "\"\"");
}

static void names_of_interfaces_are_free_text_without_blanks(void **state)
{
	assert_reading("a IN=SRC=203.0.113.1 OUT=DST=203.0.113.2 PHYSIN=IN=x PHYSOUT=[SRC= MAC= " REST, SAYS "\"a \"");
	assert_reading("a IN=MAC=ff:ff:ff:ff:ff:ff OUT=OUT= " REST, SAYS "\"a \"");
	assert_reading("a IN=eth0.1811@x OUT=%s MAC= " REST, SAYS "\"a \"");
}

static void a_lie_in_a_prefix_is_no_packet_when_the_rest_is_cut(void **state)
{
	assert_reading("IN=lo OUT= SRC=203.0.113.1 DST=203.0.113.2 LEN=9 PROTO=47 IN=eth0 OUT= MAC=02:00", "bad: ends in the middle");
	assert_reading("IN=lo OUT= SRC=203.0.113.1 DST=203.0.113.2 LEN=9 PROTO=47 IN=eth0", "bad: ends in the middle");
	assert_reading("SRC=203.0.113.1 DST=203.0.113.2 LEN=9 PROTO=1 [SRC= IN=eth0 OUT= MAC=02:00", "bad: ends in the middle");
}

static void a_broadcast_on_the_link_is_told(void **state)
{
	assert_reading("a IN=eth0 OUT= MAC=ff:ff:ff:ff:ff:ff:02:00:00:00:00:02:08:00 " REST, SAYS "broadcast \"a \"");
	assert_reading("a IN=eth0 OUT= MACSRC=02:00:00:00:00:02 MACDST=ff:ff:ff:ff:ff:ff MACPROTO=0800 " REST, SAYS "broadcast \"a \"");
	assert_reading("a IN=eth0 OUT= MACSRC=ff:ff:ff:ff:ff:ff MACDST=02:00:00:00:00:01 MACPROTO=0800 " REST, SAYS "\"a \"");
	assert_reading("MAC=ff:ff:ff:ff:ff:ff IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 " REST,
		       SAYS "\"MAC=ff:ff:ff:ff:ff:ff \"");
}

static void what_is_no_packet_of_ip_is_other(void **state)
{
	assert_reading("", "other");
	assert_reading("device eth0 entered promiscuous mode", "other");
	assert_reading("PATH_IN=eth0 LOGIN=yes DST=here", "other");
	assert_reading("a IN=eth0 OUT= MACSRC=02:00:00:00:00:02 MACDST=ff:ff:ff:ff:ff:ff MACPROTO=0806 ARP HTYPE=1 PTYPE=0x0800 OPCODE=1 "
		       "MACSRC=02:00:00:00:00:02 IPSRC=192.0.2.1 MACDST=00:00:00:00:00:00 IPDST=192.0.2.2 ",
		       "other");
	assert_reading("a IN=eth0 OUT= MACSRC=02:00:00:00:00:02 MACDST=01:80:c2:00:00:0e MACPROTO=88cc ", "other");
	assert_reading("a IN=eth0 OUT= MACSRC=02:00:00:00:00:02 MACDST=01:80:c2:00:00:0e MACPROTO=0800 ", "bad: ends in the middle");
}

static void a_line_without_its_front_has_no_address(void **state)
{
	assert_reading("TTL=126 ID=15317 DF PROTO=TCP SPT=59344 DPT=443 WINDOW=8212 RES=0x00 ACK PSH URGP=0",
		       "bad: no source or destination address");
	assert_reading("ID=15317 PROTO=ICMP TYPE=8 CODE=0 ", "bad: no source or destination address");
}

static void other_writers_leave_out_this_and_that(void **state)
{
	const char *front = "a IN=eth0 OUT= " ENDS4 "LEN=60 ";
	char line[256];

	snprintf(line, sizeof(line), "%s%s", front, "PROTO=TCP SPT=1 DPT=2 SEQ=1 ACK=0 WINDOW=3 SYN ");
	assert_reading(line, "packet tcp4 probe 192.0.2.1:1 > 198.51.100.2:2 tcp 0x02 \"a \"");
	snprintf(line, sizeof(line), "%s%s", front, "PROTO=TCP SPT=1 DPT=2 SEQ=1 ACK=0 WINDOW=3 ACK SYN");
	assert_reading(line, "packet tcp4 backscatter 192.0.2.1:1 > 198.51.100.2:2 tcp 0x12 \"a \"");
	snprintf(line, sizeof(line), "%s%s", front, "PROTO=TCP SPT=1 DPT=2 SEQ=1 ACK=0 WINDOW=3 ACK SY");
	assert_reading(line, "bad: ends in the middle");
	snprintf(line, sizeof(line), "%s%s", front, "PROTO=TCP SPT=1 DPT=2 SEQ=1 ACK=0 WINDOW=3 SYN URG");
	assert_reading(line, "bad: ends in the middle");
	snprintf(line, sizeof(line), "%s%s", front, "PROTO=TCP SPT=1 DPT=2 LEN=40 ");
	assert_reading(line, "packet tcp4 probe 192.0.2.1:1 > 198.51.100.2:2 tcp 0x02 \"a \"");
	snprintf(line, sizeof(line), "%s%s", front, "PROTO=SCTP SPT=1 DPT=2 MARK=0x0 ");
	assert_reading(line, "packet other4 probe 192.0.2.1:1 > 198.51.100.2:2 protocol 132 \"a \"");
	snprintf(line, sizeof(line), "%s%s", front, "FRAG:6 PROTO=UDP SPT=1 DPT=2 LEN=9 MARK=0x0 ");
	assert_reading(line, "packet other4 probe " SAYS4 " protocol 17 fragment \"a \"");
}

static void ulogd_writes_fragments_of_ipv6_in_two_words(void **state)
{
	assert_reading(IP6 "FRAG: 0 ID: 2a PROTO=UDP SPT=1 DPT=2 LEN=9 ",
		       "packet udp6 probe [2001:db8::1]:1 > [2001:db8::2]:2 protocol 17 fragment \"drop: \"");
	assert_reading(IP6 "FRAG: 1448 ID: 2a PROTO=UDP INCOMPLETEMARK=0x0 ",
		       "packet other6 probe " SAYS6 " protocol 17 fragment \"drop: \"");
	assert_reading(IP6 "FRAG: x ID: 2a PROTO=UDP SPT=1 DPT=2 LEN=9 ", "bad: not as its format prescribes");
	assert_reading(IP6 "PROTO=0 MARK=0x0 ", "bad: no protocol");
}

static const char *read_line(const char *line, struct reading_text *text)
{
	struct format_state state = { .csv = { .known = false } };
	struct reading reading;
	size_t len = strlen(line);
	char *copy;
	enum reading_status status;

	for (size_t cut = 0; cut <= len; cut++) {
		copy = malloc(cut ? cut : 1);
		assert_non_null(copy);
		memcpy(copy, line, cut);
		status = kernlog_parse(copy, cut, &state, &reading);
		reading_describe(text, status, &reading, true);
		free(copy);
	}
	return text->text;
}

static void a_line_has_a_time(void **state)
{
	struct reading_text text;

	assert_string_equal(read_line("[1.000002] a IN=eth0 OUT= " REST, &text),
			    "packet uptime 1000002 udp4 probe 192.0.2.1:1 > 198.51.100.2:2 protocol 17 \"a \"");
	assert_string_equal(read_line("a IN=eth0 OUT= " REST, &text), "bad: no time stamp");
}

static void a_process_may_print_what_strangers_say(void **state)
{
	struct reading_text text;

	assert_string_equal(read_line("Jan  1 00:00:00 gate sshd[77]: Invalid user IN=eth0 OUT= " REST, &text), "other");
	assert_string_equal(read_line("Jan  1 00:00:00 gate ulogd[77]: a IN=eth0 OUT= " REST, &text),
			    "packet yearless 946684800000000 udp4 probe 192.0.2.1:1 > 198.51.100.2:2 protocol 17 \"a \"");
	assert_string_equal(read_line("Jan  1 00:00:00 gate drop: it IN=eth0 OUT= " REST, &text),
			    "packet yearless 946684800000000 udp4 probe 192.0.2.1:1 > 198.51.100.2:2 protocol 17 \"drop: it \"");
}

static void the_table_knows_the_format_by_name(void **state)
{
	unsigned count = 0;

	assert_ptr_equal(format_by_name("kernlog")->parse, kernlog_parse);
	assert_null(format_by_name("auto"));
	while (format_at(count)) {
		assert_ptr_equal(format_by_name(format_at(count)->name), format_at(count));
		count++;
	}
	assert_in_range(count, 1, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_needs_its_flags_up_to_urgp),
		cmocka_unit_test(udp_needs_a_whole_port),
		cmocka_unit_test(icmp_needs_type_and_code),
		cmocka_unit_test(the_packet_quoted_in_an_error_is_not_counted),
		cmocka_unit_test(a_first_fragment_has_ports_and_a_later_one_has_none),
		cmocka_unit_test(other_protocols_need_no_more_than_their_number),
		cmocka_unit_test(esp_in_ipv6_has_no_protocol),
		cmocka_unit_test(a_packet_that_is_cut_short_is_malformed),
		cmocka_unit_test(a_value_that_cannot_be_read_says_which),
		cmocka_unit_test(a_prefix_is_free_text),
		cmocka_unit_test(names_of_interfaces_are_free_text_without_blanks),
		cmocka_unit_test(a_lie_in_a_prefix_is_no_packet_when_the_rest_is_cut),
		cmocka_unit_test(a_broadcast_on_the_link_is_told),
		cmocka_unit_test(what_is_no_packet_of_ip_is_other),
		cmocka_unit_test(a_line_without_its_front_has_no_address),
		cmocka_unit_test(other_writers_leave_out_this_and_that),
		cmocka_unit_test(ulogd_writes_fragments_of_ipv6_in_two_words),
		cmocka_unit_test(a_line_has_a_time),
		cmocka_unit_test(a_process_may_print_what_strangers_say),
		cmocka_unit_test(the_table_knows_the_format_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
