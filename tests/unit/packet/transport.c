/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sample.h"

static const unsigned versions[] = { 4, 6 };
#define FOR_VERSIONS(v) for (const unsigned *v = versions; v < versions + 2; v++)

static size_t header_len(unsigned version)
{
	return version == 4 ? 20 : 40;
}

/* The first fragment of a packet: len bytes of its transport header. */
static void put_first_fragment(struct sample *s, unsigned version, uint8_t protocol, const uint8_t *header, size_t len)
{
	if (version == 4) {
		sample_ipv4(s, protocol, 0x2000);
	} else {
		sample_ipv6(s, 44);
		sample_fragment(s, protocol, 0, 1);
	}
	sample_put(s, header, len);
	sample_set_length(s);
}

static enum packet_class class_with_flags(unsigned version, uint8_t flags)
{
	struct sample s;
	struct packet p;

	sample_ip(&s, version, 6);
	sample_tcp(&s, flags);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, version == 4 ? SERIES_TCP4 : SERIES_TCP6);
	assert_int_equal(p.tcp_flags, flags);
	return (enum packet_class)p.class;
}

static void syn_fin_null_and_xmas_are_probes(void **state)
{
	FOR_VERSIONS(v) {
		assert_int_equal(class_with_flags(*v, PACKET_SYN), CLASS_PROBE);
		assert_int_equal(class_with_flags(*v, PACKET_FIN), CLASS_PROBE);
		assert_int_equal(class_with_flags(*v, 0), CLASS_PROBE);
		assert_int_equal(class_with_flags(*v, PACKET_FIN | PACKET_PSH | PACKET_URG), CLASS_PROBE);
		assert_int_equal(class_with_flags(*v, 0xc0 | PACKET_SYN), CLASS_PROBE); /* asking for ECN */
	}
}

static void syn_ack_and_rst_are_backscatter(void **state)
{
	FOR_VERSIONS(v) {
		assert_int_equal(class_with_flags(*v, PACKET_SYN | PACKET_ACK), CLASS_BACKSCATTER);
		assert_int_equal(class_with_flags(*v, PACKET_RST), CLASS_BACKSCATTER);
		assert_int_equal(class_with_flags(*v, PACKET_RST | PACKET_ACK), CLASS_BACKSCATTER);
	}
}

static void other_packets_with_ack_are_late(void **state)
{
	FOR_VERSIONS(v) {
		assert_int_equal(class_with_flags(*v, PACKET_ACK), CLASS_LATE);
		assert_int_equal(class_with_flags(*v, PACKET_FIN | PACKET_ACK), CLASS_LATE);
		assert_int_equal(class_with_flags(*v, PACKET_PSH | PACKET_ACK), CLASS_LATE);
	}
}

static void a_tcp_data_offset_below_five_is_malformed(void **state)
{
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v) {
		for (unsigned offset = 0; offset < 5; offset++) {
			sample_ip(&s, *v, 6);
			sample_tcp(&s, PACKET_SYN);
			s.bytes[header_len(*v) + 12] = (uint8_t)(offset << 4);
			assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
		}
	}
}

static void a_tcp_data_offset_behind_the_packet_is_malformed(void **state)
{
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v) {
		sample_ip(&s, *v, 6);
		sample_tcp(&s, PACKET_SYN);
		s.bytes[header_len(*v) + 12] = 0x60;
		assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
		sample_fill(&s, 4);
		sample_set_length(&s);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	}
}

/* Else a scan in tiny fragments would not be seen. */
static void a_first_fragment_that_ends_before_the_tcp_flags_counts_by_its_port(void **state)
{
	static const uint8_t tcp[20] = { 0x9c, 0x40, 0x01, 0xbb, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, PACKET_ACK };
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v) {
		for (size_t len = 4; len < 14; len++) {
			put_first_fragment(&s, *v, 6, tcp, len);
			assert_int_equal(sample_decode(&s, &p), PACKET_OK);
			assert_true(p.has_ports);
			assert_true(p.is_fragment);
			assert_int_equal(p.destination_port, 443);
			assert_int_equal(p.tcp_flags, 0);
			assert_int_equal(p.class, CLASS_PROBE);
			assert_int_equal(p.series, *v == 4 ? SERIES_TCP4 : SERIES_TCP6);
		}
		put_first_fragment(&s, *v, 6, tcp, 14);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
		assert_int_equal(p.tcp_flags, PACKET_ACK);
		assert_int_equal(p.class, CLASS_LATE);
	}
}

static void a_first_fragment_without_room_for_ports_is_malformed(void **state)
{
	static const uint8_t protocols[] = { 6, 17, 33, 132, 136 };
	static const uint8_t ports[4] = { 0, 1, 0, 2 };
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v)
		for (size_t i = 0; i < sizeof(protocols); i++)
			for (size_t len = 0; len < 4; len++) {
				put_first_fragment(&s, *v, protocols[i], ports, len);
				assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
			}
}

static void a_first_fragment_may_end_within_the_tcp_options(void **state)
{
	static const uint8_t tcp[24] = { 0, 1, 0, 2, [12] = 0xf0, [13] = PACKET_SYN };
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v) {
		put_first_fragment(&s, *v, 6, tcp, sizeof(tcp));
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
		assert_int_equal(p.tcp_flags, PACKET_SYN);
	}
}

static void udp_is_always_a_probe(void **state)
{
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v) {
		sample_ip(&s, *v, 17);
		sample_udp(&s);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
		assert_int_equal(p.series, *v == 4 ? SERIES_UDP4 : SERIES_UDP6);
		assert_int_equal(p.class, CLASS_PROBE);
		assert_int_equal(p.source_port, 5353);
		assert_int_equal(p.destination_port, 53);
		assert_int_equal(p.tcp_flags, 0);
		assert_int_equal(sample_needed(&s), header_len(*v) + 6);
	}
}

static void a_udp_length_below_its_header_is_malformed(void **state)
{
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v) {
		for (uint8_t length = 0; length < 8; length++) { /* 0 is for jumbograms only */
			sample_ip(&s, *v, 17);
			sample_udp(&s);
			s.bytes[header_len(*v) + 5] = length;
			assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
		}
	}
}

static void a_udp_length_behind_the_packet_is_malformed(void **state)
{
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v) {
		sample_ip(&s, *v, 17);
		sample_udp(&s);
		s.bytes[header_len(*v) + 5] = 9;
		assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
	}
}

static void a_udp_length_may_leave_bytes_behind_it(void **state)
{
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v) {
		sample_ip(&s, *v, 17);
		sample_udp(&s);
		sample_fill(&s, 10); /* UDP options, RFC 9868 */
		sample_set_length(&s);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	}
}

static void a_first_fragment_speaks_of_the_whole_udp_length(void **state)
{
	static const uint8_t udp[16] = { 0x14, 0xe9, 0x00, 0x35, 0x20, 0x00 };
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v)
		for (size_t len = 4; len <= sizeof(udp); len++) {
			put_first_fragment(&s, *v, 17, udp, len);
			assert_int_equal(sample_decode(&s, &p), PACKET_OK);
			assert_true(p.has_ports);
			assert_int_equal(p.destination_port, 53);
		}
}

static void udplite_sctp_and_dccp_have_ports_and_are_other(void **state)
{
	static const struct {
		uint8_t protocol;
		uint8_t bytes[12];
		size_t len, needed;
	} headers[] = {
		{ 136, { 0, 7, 0, 9, 0, 8 }, 8, 6 },
		{ 136, { 0, 7, 0, 9, 0, 0 }, 8, 6 },
		{ 132, { 0, 7, 0, 9 }, 12, 4 },
		{ 33, { 0, 7, 0, 9, 3 }, 12, 5 },
	};
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v)
		for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
			sample_ip(&s, *v, headers[i].protocol);
			sample_put(&s, headers[i].bytes, headers[i].len);
			sample_set_length(&s);
			assert_int_equal(sample_decode(&s, &p), PACKET_OK);
			assert_true(p.has_ports);
			assert_int_equal(p.source_port, 7);
			assert_int_equal(p.destination_port, 9);
			assert_int_equal(p.series, *v == 4 ? SERIES_OTHER4 : SERIES_OTHER6);
			assert_int_equal(p.class, CLASS_PROBE);
			assert_int_equal(p.protocol, headers[i].protocol);
			assert_int_equal(sample_needed(&s), header_len(*v) + headers[i].needed);

			s.len--;
			sample_set_length(&s);
			assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
		}
}

static void a_udplite_coverage_that_ends_in_the_header_or_behind_the_packet_is_malformed(void **state)
{
	static const uint8_t wrong[] = { 1, 7, 9, 255 };
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v)
		for (size_t i = 0; i < sizeof(wrong); i++) {
			sample_ip(&s, *v, 136);
			SAMPLE_PUT(&s, 0, 1, 0, 2, 0, wrong[i], 0, 0);
			sample_set_length(&s);
			assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
		}
}

static void a_dccp_data_offset_in_the_header_or_behind_the_packet_is_malformed(void **state)
{
	static const uint8_t wrong[] = { 0, 2, 4, 255 };
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v)
		for (size_t i = 0; i < sizeof(wrong); i++) {
			sample_ip(&s, *v, 33);
			SAMPLE_PUT(&s, 0, 1, 0, 2, wrong[i], 0, 0, 0, 0, 0, 0, 0);
			sample_set_length(&s);
			assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
		}
}

static void a_port_of_zero_is_a_port(void **state)
{
	struct sample s;
	struct packet p;

	FOR_VERSIONS(v) {
		sample_ip(&s, *v, 6);
		sample_tcp(&s, PACKET_SYN);
		memset(s.bytes + header_len(*v), 0, 4);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
		assert_true(p.has_ports);
		assert_int_equal(p.destination_port, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syn_fin_null_and_xmas_are_probes),
		cmocka_unit_test(syn_ack_and_rst_are_backscatter),
		cmocka_unit_test(other_packets_with_ack_are_late),
		cmocka_unit_test(a_tcp_data_offset_below_five_is_malformed),
		cmocka_unit_test(a_tcp_data_offset_behind_the_packet_is_malformed),
		cmocka_unit_test(a_first_fragment_that_ends_before_the_tcp_flags_counts_by_its_port),
		cmocka_unit_test(a_first_fragment_without_room_for_ports_is_malformed),
		cmocka_unit_test(a_first_fragment_may_end_within_the_tcp_options),
		cmocka_unit_test(udp_is_always_a_probe),
		cmocka_unit_test(a_udp_length_below_its_header_is_malformed),
		cmocka_unit_test(a_udp_length_behind_the_packet_is_malformed),
		cmocka_unit_test(a_udp_length_may_leave_bytes_behind_it),
		cmocka_unit_test(a_first_fragment_speaks_of_the_whole_udp_length),
		cmocka_unit_test(udplite_sctp_and_dccp_have_ports_and_are_other),
		cmocka_unit_test(a_udplite_coverage_that_ends_in_the_header_or_behind_the_packet_is_malformed),
		cmocka_unit_test(a_dccp_data_offset_in_the_header_or_behind_the_packet_is_malformed),
		cmocka_unit_test(a_port_of_zero_is_a_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
