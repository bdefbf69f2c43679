/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sample.h"

static enum packet_class class_of_type(unsigned version, uint8_t type)
{
	struct sample s;
	struct packet p;

	sample_ip(&s, version, version == 4 ? 1 : 58);
	sample_icmp(&s, type, 3);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, version == 4 ? SERIES_ICMP4 : SERIES_ICMP6);
	assert_int_equal(p.icmp_type, type);
	assert_int_equal(p.icmp_code, 3);
	assert_false(p.has_ports);
	return (enum packet_class)p.class;
}

static void assert_class(unsigned version, const uint8_t *types, size_t count, enum packet_class class)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(class_of_type(version, types[i]), class);
}

static void requests_are_probes(void **state)
{
	static const uint8_t v4[] = { 8, 10, 13, 15, 17, 33, 35, 37, 42 };
	static const uint8_t v6[] = { 128, 130, 133, 135, 139, 141, 144, 146, 148, 152, 157, 160 };

	assert_class(4, v4, sizeof(v4), CLASS_PROBE);
	assert_class(6, v6, sizeof(v6), CLASS_PROBE);
}

static void replies_are_backscatter(void **state)
{
	static const uint8_t v4[] = { 0, 9, 14, 16, 18, 34, 36, 38, 43 };
	static const uint8_t v6[] = { 129, 131, 132, 134, 136, 140, 142, 143, 145, 147, 149, 151, 153, 158, 161 };

	assert_class(4, v4, sizeof(v4), CLASS_BACKSCATTER);
	assert_class(6, v6, sizeof(v6), CLASS_BACKSCATTER);
}

static void errors_and_redirects_are_backscatter(void **state)
{
	static const uint8_t v4[] = { 3, 4, 5, 11, 12, 30, 31, 32, 40 };
	static const uint8_t v6[] = { 1, 2, 3, 4, 137 };

	assert_class(4, v4, sizeof(v4), CLASS_BACKSCATTER);
	assert_class(6, v6, sizeof(v6), CLASS_BACKSCATTER);
}

static void unassigned_and_experimental_types_are_probes(void **state)
{
	static const uint8_t v4[] = { 1, 2, 7, 19, 29, 41, 44, 100, 128, 252, 253, 255 };
	static const uint8_t v6[] = { 0, 5, 8, 99, 100, 127, 162, 199, 200, 201, 255 };

	assert_class(4, v4, sizeof(v4), CLASS_PROBE);
	assert_class(6, v6, sizeof(v6), CLASS_PROBE);
}

static void each_family_has_only_its_own_icmp(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 58, 0);
	sample_icmp(&s, 128, 0);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_OTHER4);
	assert_int_equal(p.protocol, 58);
	assert_int_equal(p.icmp_type, 0);

	sample_ipv6(&s, 1);
	sample_icmp(&s, 8, 0);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_OTHER6);
	assert_int_equal(p.protocol, 1);
	assert_int_equal(p.icmp_type, 0);
}

static void a_copy_with_type_and_code_is_enough(void **state)
{
	struct sample s;

	sample_ipv4(&s, 1, 0);
	sample_icmp(&s, 8, 0);
	assert_int_equal(sample_needed(&s), 22);
	sample_ipv6(&s, 58);
	sample_icmp(&s, 128, 0);
	assert_int_equal(sample_needed(&s), 42);
}

static void a_packet_that_ends_within_the_header_is_malformed(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 1, 0);
	sample_icmp(&s, 8, 0);
	for (uint8_t total = 20; total < 28; total++) {
		s.bytes[3] = total;
		assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
	}
	sample_ipv6(&s, 58);
	sample_icmp(&s, 155, 0);
	for (uint8_t payload = 0; payload < 4; payload++) {
		s.bytes[5] = payload;
		assert_int_equal(sample_decode(&s, &p), PACKET_MALFORMED);
	}
	s.bytes[5] = 4;
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
}

static void a_first_fragment_has_a_type(void **state)
{
	struct sample s;
	struct packet p;

	sample_ipv4(&s, 1, 0x2000);
	SAMPLE_PUT(&s, 8, 0);
	sample_set_length(&s);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_ICMP4);
	assert_int_equal(p.icmp_type, 8);
	assert_true(p.is_fragment);
}

/* "Port unreachable" quotes the packet that found nobody: its ports are not those of the error. */
static void the_packet_quoted_in_an_error_is_not_counted(void **state)
{
	struct sample s, quoted;
	struct packet p;

	sample_ipv4(&quoted, 17, 0);
	sample_udp(&quoted);
	sample_ipv4(&s, 1, 0);
	sample_icmp(&s, 3, 3);
	sample_put(&s, quoted.bytes, quoted.len);
	sample_set_length(&s);
	assert_int_equal(sample_decode(&s, &p), PACKET_OK);
	assert_int_equal(p.series, SERIES_ICMP4);
	assert_false(p.has_ports);
	assert_int_equal(p.destination_port, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_probes),
		cmocka_unit_test(replies_are_backscatter),
		cmocka_unit_test(errors_and_redirects_are_backscatter),
		cmocka_unit_test(unassigned_and_experimental_types_are_probes),
		cmocka_unit_test(each_family_has_only_its_own_icmp),
		cmocka_unit_test(a_copy_with_type_and_code_is_enough),
		cmocka_unit_test(a_packet_that_ends_within_the_header_is_malformed),
		cmocka_unit_test(a_first_fragment_has_a_type),
		cmocka_unit_test(the_packet_quoted_in_an_error_is_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
