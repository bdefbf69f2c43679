/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sample.h"

/* A SYN to port 22 as a host sends it, with options: 10.0.0.1:54321 -> 10.0.0.2:22, 60 bytes. */
static const uint8_t syn_to_ssh[] = {
	0x45, 0x00, 0x00, 0x3c, 0x1c, 0x46, 0x40, 0x00, 0x40, 0x06, 0x0a, 0x74, /* version ... checksum */
	0x0a, 0x00, 0x00, 0x01, 0x0a, 0x00, 0x00, 0x02,				/* addresses */
	0xd4, 0x31, 0x00, 0x16, 0x5f, 0x3c, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, /* ports, sequence, acknowledgement */
	0xa0, 0x02, 0xfa, 0xf0, 0x00, 0x00, 0x00, 0x00,				/* data offset 10, SYN, window */
	0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x08, 0x0a, 0x00, 0x00, 0x00, 0x01, /* MSS, SACK permitted, timestamps */
	0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,				/* no-op, window scale */
};

static void a_syn_is_decoded_in_full(void **state)
{
	struct sample s = { .len = 0 };
	struct packet p;

	sample_put(&s, syn_to_ssh, sizeof(syn_to_ssh));
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.version, 4);
	assert_int_equal(p.protocol, 6);
	assert_int_equal(p.series, SERIES_TCP4);
	assert_int_equal(p.class, CLASS_PROBE);
	assert_true(p.has_ports);
	assert_int_equal(p.source_port, 54321);
	assert_int_equal(p.destination_port, 22);
	assert_int_equal(p.tcp_flags, PACKET_SYN);
	assert_false(p.is_fragment);
	assert_memory_equal(p.source, ((const uint8_t[16]){ 10, 0, 0, 1 }), 16);
	assert_memory_equal(p.destination, ((const uint8_t[16]){ 10, 0, 0, 2 }), 16);
}

static void a_copy_up_to_the_tcp_flags_is_enough(void **state)
{
	struct sample s = { .len = 0 };

	sample_put(&s, syn_to_ssh, sizeof(syn_to_ssh));
	assert_int_equal(sample_needed(&s), 34);
}

static void options_are_passed_over(void **state)
{
	struct sample s, plain;
	struct packet p;

	sample_ipv4(&plain, 17, 0);
	sample_udp(&plain);
	for (unsigned ihl = 6; ihl <= 15; ihl++) {
		s.len = 0;
		sample_put(&s, plain.bytes, 20);
		sample_fill(&s, (ihl - 5) * 4);
		sample_put(&s, plain.bytes + 20, 8);
		s.bytes[0] = (uint8_t)(0x40 | ihl);
		sample_set_length(&s);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
		assert_int_equal(p.destination_port, 53);
		assert_int_equal(sample_needed(&s), ihl * 4 + 6);
	}
}

static void a_header_length_below_five_is_malformed(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 6, 0);
	sample_tcp(&s, PACKET_SYN);
	for (unsigned ihl = 0; ihl < 5; ihl++) {
		s.bytes[0] = (uint8_t)(0x40 | ihl);
		assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
	}
}

static void a_total_length_below_the_header_is_malformed(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 6, 0);
	sample_fill(&s, 4);
	s.bytes[0] = 0x46;
	sample_tcp(&s, PACKET_SYN);
	s.bytes[2] = 0;
	for (unsigned total = 1; total < 24; total++) {
		s.bytes[3] = (uint8_t)total;
		assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
	}
}

static void the_header_length_and_the_total_length_are_judged_as_soon_as_they_are_there(void **state)
{
	struct sample s;

	sample_ipv4(&s, 6, 0);
	s.bytes[0] = 0x44;
	assert_int_equal(sample_needed(&s), 1);
	s.bytes[0] = 0x45;
	s.bytes[3] = 19;
	assert_int_equal(sample_needed(&s), 4);
}

static void nothing_behind_the_header_is_fine_where_no_header_must_follow(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 47, 0);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_OTHER4);
}

static void a_total_length_that_cuts_the_transport_header_is_malformed(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 6, 0);
	sample_tcp(&s, PACKET_SYN);
	for (unsigned total = 20; total < 40; total++) {
		s.bytes[3] = (uint8_t)total;
		assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
	}
	s.bytes[3] = 40;
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
}

static void the_padding_of_a_short_frame_is_no_part_of_the_packet(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 17, 0);
	sample_fill(&s, 4); /* half a UDP header, then what Ethernet filled up */
	sample_set_length(&s);
	sample_fill(&s, 22);
	assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
}

static void a_copy_shorter_than_the_packet_is_fine_if_it_holds_the_headers(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 6, 0);
	sample_tcp(&s, PACKET_SYN);
	s.bytes[2] = 0x05; /* 1500 bytes */
	s.bytes[3] = 0xdc;
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
}

static void a_total_length_of_zero_is_unknown_not_empty(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 6, 0);
	sample_tcp(&s, PACKET_ACK | PACKET_PSH);
	s.bytes[2] = s.bytes[3] = 0;
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.class, CLASS_LATE);

	sample_ipv4(&s, 17, 0);
	sample_udp(&s);
	s.bytes[2] = s.bytes[3] = s.bytes[25] = 0; /* nor does UDP's length fit */
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_UDP4);
}

static void a_later_fragment_has_no_ports(void **state)
{
	struct sample s;
	struct packet p;

	for (unsigned offset = 1; offset <= 0x1fff; offset += 0x3ff) {
		for (unsigned more = 0; more < 2; more++) {
			sample_ipv4(&s, 17, offset | more << 13);
			sample_udp(&s); /* data that looks like ports */
			assert_int_equal(sample_decode(&s, &p), PACKET_OK);
			assert_false(p.has_ports);
			assert_int_equal(p.destination_port, 0);
			assert_int_equal(p.series, SERIES_OTHER4);
			assert_int_equal(p.class, CLASS_PROBE);
			assert_int_equal(p.protocol, 17);
			assert_true(p.is_fragment);
		}
	}
}

static void a_later_fragment_needs_no_more_than_its_header(void **state)
{
	struct sample s;

	sample_ipv4(&s, 6, 100);
	sample_fill(&s, 8);
	sample_set_length(&s);
	assert_int_equal(sample_needed(&s), 20);
}

static void a_first_fragment_has_ports(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 6, 0x2000);
	sample_tcp(&s, PACKET_SYN);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_true(p.is_fragment);
	assert_true(p.has_ports);
	assert_int_equal(p.series, SERIES_TCP4);
	assert_int_equal(p.destination_port, 443);
	assert_int_equal(p.tcp_flags, PACKET_SYN);
}

static void dont_fragment_and_the_reserved_bit_make_no_fragment(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 6, 0xc000);
	sample_tcp(&s, PACKET_SYN);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_false(p.is_fragment);
}

static void ipv6_extension_numbers_are_plain_protocols_here(void **state)
{
	static const uint8_t numbers[] = { 0, 2, 41, 43, 44, 47, 50, 51, 59, 60, 112, 135, 139, 140, 253, 255 };
	struct sample s;
	struct packet p;

	for (size_t i = 0; i < sizeof(numbers); i++) {
		sample_ipv4(&s, numbers[i], 0);
		sample_fill(&s, 8);
		sample_set_length(&s);
		assert_int_equal(sample_decode(&s, &p), PACKET_OK);
		assert_int_equal(p.series, SERIES_OTHER4);
		assert_int_equal(p.protocol, numbers[i]);
		assert_false(p.has_ports);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_is_decoded_in_full),
		cmocka_unit_test(a_copy_up_to_the_tcp_flags_is_enough),
		cmocka_unit_test(options_are_passed_over),
		cmocka_unit_test(a_header_length_below_five_is_malformed),
		cmocka_unit_test(a_total_length_below_the_header_is_malformed),
		cmocka_unit_test(the_header_length_and_the_total_length_are_judged_as_soon_as_they_are_there),
		cmocka_unit_test(nothing_behind_the_header_is_fine_where_no_header_must_follow),
		cmocka_unit_test(a_total_length_that_cuts_the_transport_header_is_malformed),
		cmocka_unit_test(the_padding_of_a_short_frame_is_no_part_of_the_packet),
		cmocka_unit_test(a_copy_shorter_than_the_packet_is_fine_if_it_holds_the_headers),
		cmocka_unit_test(a_total_length_of_zero_is_unknown_not_empty),
		cmocka_unit_test(a_later_fragment_has_no_ports),
		cmocka_unit_test(a_later_fragment_needs_no_more_than_its_header),
		cmocka_unit_test(a_first_fragment_has_ports),
		cmocka_unit_test(dont_fragment_and_the_reserved_bit_make_no_fragment),
		cmocka_unit_test(ipv6_extension_numbers_are_plain_protocols_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
