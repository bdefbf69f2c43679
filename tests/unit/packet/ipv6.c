/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sample.h"

static const uint8_t eights[] = { 0, 43, 60, 135, 139, 140 }; /* headers that count their length in words of 8 */

/* An unrelated neighbour's echo request as captured: fe80::1 -> ff02::1, 48 bytes. */
static const uint8_t echo_to_all_nodes[] = {
	0x60, 0x0b, 0xa1, 0x01, 0x00, 0x08, 0x3a, 0x01,						    /* header */
	0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0x80, 0x00, 0x7b, 0x0f, 0x12, 0x34, 0x00, 0x01,						    /* echo request */
};

static void an_echo_request_is_decoded_in_full(void **state)
{
	struct sample s = { .len = 0 };
	struct packet p;

	sample_put(&s, echo_to_all_nodes, sizeof(echo_to_all_nodes));
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.version, 6);
	assert_int_equal(p.protocol, 58);
	assert_int_equal(p.series, SERIES_ICMP6);
	assert_int_equal(p.class, CLASS_PROBE);
	assert_int_equal(p.icmp_type, 128);
	assert_false(p.has_ports);
	assert_memory_equal(p.source, echo_to_all_nodes + 8, 16);
	assert_memory_equal(p.destination, echo_to_all_nodes + 24, 16);
}

static void each_extension_header_is_passed_over(void **state)
{
	struct sample s;
	struct packet p;

	for (size_t i = 0; i < sizeof(eights); i++) {
		for (size_t len = 8; len <= 64; len += 8) {
			sample_ipv6(&s, eights[i]);
			sample_extension(&s, 6, len);
			sample_tcp(&s, PACKET_SYN);
			assert_int_equal(sample_decode(&s, &p), PACKET_OK);
			assert_int_equal(p.protocol, 6);
			assert_int_equal(p.series, SERIES_TCP6);
			assert_int_equal(p.destination_port, 443);
			assert_int_equal(sample_needed(&s), 40 + len + 14);
		}
	}
}

static void an_extension_header_of_the_largest_length_is_passed_over(void **state)
{
	struct sample s;
	struct packet p;

	for (size_t i = 0; i < sizeof(eights); i++) {
		if (!eights[i])
			continue;
		sample_ipv6(&s, eights[i]);
		SAMPLE_PUT(&s, 6, 255);
		sample_fill(&s, 1950);
		sample_set_length(&s);
		assert_int_equal(sample_decode_cut(&s, s.len, &p), PACKET_MALFORMED); /* needs 2048 */
		s.bytes[41] = 242;						       /* 1944 bytes, 8 are left */
		assert_int_equal(sample_decode_cut(&s, s.len, &p), PACKET_MALFORMED);
		s.bytes[40] = 17;
		memcpy(s.bytes + 40 + 1944, (const uint8_t[]){ 0, 9, 0, 7, 0, 8, 0, 0 }, 8);
		assert_int_equal(sample_decode_cut(&s, s.len, &p), PACKET_OK);
		assert_int_equal(p.destination_port, 7);
	}
}

static void the_authentication_header_counts_in_words_of_four(void **state)
{
	struct sample s;
	struct packet p;

	for (unsigned words = 1; words <= 8; words++) { /* 1: no integrity check value at all, but 12 bytes there are */
		sample_ipv6(&s, 51);
		SAMPLE_PUT(&s, 17, (uint8_t)words, 0, 0, 0, 0, 0, 1);
		sample_fill(&s, (words + 2) * 4 - 8);
		sample_udp(&s);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
		assert_int_equal(p.series, SERIES_UDP6);
		assert_int_equal(p.destination_port, 53);
	}
}

static void all_extension_headers_in_a_row_are_passed_over(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 0);
	sample_extension(&s, 60, 16);
	sample_extension(&s, 43, 8);
	sample_extension(&s, 51, 24);
	SAMPLE_PUT(&s, 44, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0); /* AH, 16 bytes */
	sample_fragment(&s, 135, 0, 0);
	sample_extension(&s, 139, 8);
	sample_extension(&s, 140, 8);
	sample_extension(&s, 17, 8);
	sample_udp(&s);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.protocol, 17);
	assert_int_equal(p.destination_port, 53);
}

static void a_chain_as_long_as_the_packet_comes_to_its_end(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 60);
	while (s.len + 8 <= sizeof(s.bytes))
		sample_extension(&s, 60, 8);
	assert_int_equal(sample_decode_cut(&s, s.len, &p), PACKET_MALFORMED);
	s.bytes[s.len - 8] = 59;
	assert_int_equal(sample_decode_cut(&s, s.len, &p), PACKET_OK);
	assert_int_equal(p.protocol, 59);
}

static void a_header_beyond_the_payload_length_is_malformed(void **state)
{
	struct sample s;
	struct packet p;

	for (size_t i = 0; i < sizeof(eights); i++) {
		sample_ipv6(&s, eights[i]);
		sample_extension(&s, 17, 16);
		sample_udp(&s);
		for (uint8_t payload = eights[i] ? 0 : 1; payload < 24; payload++) {
			s.bytes[5] = payload;
			assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
		}
		s.bytes[5] = 24;
		s.bytes[41] = 3; /* 32 bytes */
		assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
	}
}

static void esp_and_no_next_header_end_the_chain(void **state)
{
	static const uint8_t ends[] = { 50, 59 };
	struct sample s;
	struct packet p;

	for (size_t i = 0; i < sizeof(ends); i++) {
		sample_ipv6(&s, 60);
		sample_extension(&s, ends[i], 8);
		sample_tcp(&s, PACKET_SYN);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
		assert_int_equal(p.series, SERIES_OTHER6);
		assert_int_equal(p.protocol, ends[i]);
		assert_false(p.has_ports);
		assert_int_equal(sample_needed(&s), 48);
	}
}

static void nothing_behind_the_header_is_no_next_header(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 59);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.protocol, 59);
	assert_int_equal(p.series, SERIES_OTHER6);
}

static void a_later_fragment_has_no_ports(void **state)
{
	struct sample s;
	struct packet p;

	for (unsigned more = 0; more < 2; more++) {
		sample_ipv6(&s, 60);
		sample_extension(&s, 44, 8);
		sample_fragment(&s, 17, 181, more);
		sample_udp(&s);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
		assert_false(p.has_ports);
		assert_true(p.is_fragment);
		assert_int_equal(p.series, SERIES_OTHER6);
		assert_int_equal(p.protocol, 17);
		assert_int_equal(sample_needed(&s), 56);
	}
}

static void a_later_fragment_ends_the_chain(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 44);
	sample_fragment(&s, 60, 1, 0);
	SAMPLE_PUT(&s, 6, 255, 1, 2); /* data, not a header that lies */
	sample_set_length(&s);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.protocol, 60);
	assert_int_equal(p.series, SERIES_OTHER6);
}

static void a_first_fragment_has_ports(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 44);
	sample_fragment(&s, 60, 0, 1);
	sample_extension(&s, 6, 8);
	sample_tcp(&s, PACKET_SYN);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_true(p.is_fragment);
	assert_true(p.has_ports);
	assert_int_equal(p.series, SERIES_TCP6);
}

/* RFC 6946: offset 0 and nothing follows, so it is a whole packet with one header more. */
static void an_atomic_fragment_is_no_fragment(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 44);
	sample_fragment(&s, 6, 0, 0);
	sample_tcp(&s, PACKET_SYN);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_false(p.is_fragment);
	assert_true(p.has_ports);
}

static void the_reserved_bits_of_a_fragment_header_are_no_offset(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 44);
	sample_fragment(&s, 6, 0, 6);
	sample_tcp(&s, PACKET_SYN);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_false(p.is_fragment);
	assert_true(p.has_ports);
}

static void put_jumbo(struct sample *s, uint8_t next_header, uint32_t length)
{
	sample_ipv6(s, 0);
	SAMPLE_PUT(s, next_header, 0, 0xc2, 4, (uint8_t)(length >> 24), (uint8_t)(length >> 16), (uint8_t)(length >> 8),
		   (uint8_t)length);
}

static void a_jumbogram_takes_its_length_from_the_option(void **state)
{
	struct sample s;
	struct packet p;

	put_jumbo(&s, 6, 65536);
	sample_tcp(&s, PACKET_ACK);
	s.bytes[4] = s.bytes[5] = 0;
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_TCP6);
	assert_int_equal(p.class, CLASS_LATE);
}

static void the_jumbo_option_is_found_behind_padding(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 0);
	SAMPLE_PUT(&s, 17, 1, 0, 0, 1, 2, 0, 0, 0xc2, 4, 0, 2, 0, 0, 0, 0); /* Pad1 twice, PadN of 2, jumbo, Pad1 twice */
	sample_udp(&s);
	s.bytes[4] = s.bytes[5] = 0;
	s.bytes[s.len - 3] = 0; /* a jumbogram's UDP length is 0 (RFC 2675) */
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_UDP6);
	assert_int_equal(p.destination_port, 53);

	s.bytes[40 + 11] = 1; /* 65536 less the 16 of this header would have fitted into UDP's length */
	assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);

	sample_ipv6(&s, 0);
	SAMPLE_PUT(&s, 17, 1, 0, 0xc2, 4, 0, 1, 0, 0, 1, 5, 0, 0, 0, 0, 0); /* Pad1, jumbo, PadN of 5 */
	sample_udp(&s);
	s.bytes[4] = s.bytes[5] = 0;
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_UDP6);
}

/* As the kernel aggregates them (BIG TCP), alone or in a tunnel over UDP. */
static void a_payload_length_of_zero_is_unknown_not_empty(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 6);
	sample_tcp(&s, PACKET_ACK);
	s.bytes[4] = s.bytes[5] = 0;
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_TCP6);
	assert_int_equal(p.class, CLASS_LATE);

	sample_ipv6(&s, 17);
	sample_udp(&s);
	s.bytes[4] = s.bytes[5] = s.bytes[45] = 0;
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_UDP6);
	s.bytes[45] = 7;
	assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
}

static void a_payload_length_of_zero_is_empty_where_nothing_is_aggregated(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 58);
	sample_icmp(&s, 128, 0);
	s.bytes[4] = s.bytes[5] = 0;
	assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);

	sample_ipv6(&s, 89);
	sample_fill(&s, 8);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_OTHER6);
}

static void the_packet_is_a_fragment_if_any_of_its_fragment_headers_says_so(void **state)
{
	struct sample s;
	struct packet p;

	for (unsigned more = 0; more < 4; more++) {
		sample_ipv6(&s, 44);
		sample_fragment(&s, 44, 0, more & 1);
		sample_fragment(&s, 6, 0, more >> 1);
		sample_tcp(&s, PACKET_SYN);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
		assert_int_equal(p.is_fragment, more != 0);
	}
}

static void a_jumbo_option_behind_the_options_is_none(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 0);
	SAMPLE_PUT(&s, 60, 0, 1, 4, 0, 0, 0, 0, 0xc2, 4, 0, 1, 0, 0, 0, 0);
	sample_udp(&s);
	s.bytes[4] = s.bytes[5] = 0;
	assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
}

static void a_jumbo_length_that_needed_no_jumbogram_is_malformed(void **state)
{
	struct sample s;
	struct packet p;

	put_jumbo(&s, 6, 65535);
	sample_tcp(&s, PACKET_SYN);
	s.bytes[4] = s.bytes[5] = 0;
	assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
}

static void hop_by_hop_options_without_the_length_that_is_missing_are_malformed(void **state)
{
	static const uint8_t options[][6] = {
		{ 1, 4, 0, 0, 0, 0 },	      /* PadN */
		{ 0xc2, 3, 0, 1, 0, 0 },      /* jumbo of the wrong length, then Pad1 */
		{ 0, 0, 0xc2, 4, 0, 1 },      /* jumbo that runs over the end of the header */
		{ 1, 255, 0xc2, 4, 0, 1 },    /* padding that does */
		{ 0, 0, 0, 0, 0, 0xc2 },      /* a type without its length */
	};
	struct sample s;
	struct packet p;

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		sample_ipv6(&s, 0);
		SAMPLE_PUT(&s, 6, 0);
		sample_put(&s, options[i], 6);
		sample_tcp(&s, PACKET_SYN);
		s.bytes[4] = s.bytes[5] = 0;
		assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
	}
}

static void the_padding_of_a_short_frame_is_no_part_of_the_packet(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv6(&s, 6);
	sample_tcp(&s, PACKET_SYN);
	s.bytes[5] = 12;
	assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
}

static void ipv6_in_ipv6_and_unknown_protocols_are_other(void **state)
{
	static const uint8_t numbers[] = { 2, 4, 41, 47, 89, 103, 253, 254, 255 };
	struct sample s;
	struct packet p;

	for (size_t i = 0; i < sizeof(numbers); i++) {
		sample_ipv6(&s, numbers[i]);
		sample_fill(&s, 8);
		sample_set_length(&s);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
		assert_int_equal(p.series, SERIES_OTHER6);
		assert_int_equal(p.protocol, numbers[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_echo_request_is_decoded_in_full),
		cmocka_unit_test(each_extension_header_is_passed_over),
		cmocka_unit_test(an_extension_header_of_the_largest_length_is_passed_over),
		cmocka_unit_test(the_authentication_header_counts_in_words_of_four),
		cmocka_unit_test(all_extension_headers_in_a_row_are_passed_over),
		cmocka_unit_test(a_chain_as_long_as_the_packet_comes_to_its_end),
		cmocka_unit_test(a_header_beyond_the_payload_length_is_malformed),
		cmocka_unit_test(esp_and_no_next_header_end_the_chain),
		cmocka_unit_test(nothing_behind_the_header_is_no_next_header),
		cmocka_unit_test(a_later_fragment_has_no_ports),
		cmocka_unit_test(a_later_fragment_ends_the_chain),
		cmocka_unit_test(a_first_fragment_has_ports),
		cmocka_unit_test(an_atomic_fragment_is_no_fragment),
		cmocka_unit_test(the_reserved_bits_of_a_fragment_header_are_no_offset),
		cmocka_unit_test(a_jumbogram_takes_its_length_from_the_option),
		cmocka_unit_test(the_jumbo_option_is_found_behind_padding),
		cmocka_unit_test(a_payload_length_of_zero_is_unknown_not_empty),
		cmocka_unit_test(a_payload_length_of_zero_is_empty_where_nothing_is_aggregated),
		cmocka_unit_test(the_packet_is_a_fragment_if_any_of_its_fragment_headers_says_so),
		cmocka_unit_test(a_jumbo_option_behind_the_options_is_none),
		cmocka_unit_test(a_jumbo_length_that_needed_no_jumbogram_is_malformed),
		cmocka_unit_test(hop_by_hop_options_without_the_length_that_is_missing_are_malformed),
		cmocka_unit_test(the_padding_of_a_short_frame_is_no_part_of_the_packet),
		cmocka_unit_test(ipv6_in_ipv6_and_unknown_protocols_are_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
