/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/packet_text.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* In an allocation of exactly that size, so that reading past it is seen. */
static char *exact(const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	return memcpy(copy, text, len);
}

static unsigned address_of(const char *text, size_t len, uint8_t address[16])
{
	char *copy = exact(text, len);
	unsigned version = text_address(copy, len, address);

	free(copy);
	return version;
}

/* inet_pton's answer, for every shorter copy too. */
static void assert_as_libc(const char *text)
{
	for (size_t len = 0; len <= strlen(text); len++) {
		uint8_t expected[16] = { 0 }, found[16];
		char cut[80];
		unsigned version = 0;

		snprintf(cut, sizeof(cut), "%.*s", (int)len, text);
		if (inet_pton(AF_INET, cut, expected) == 1)
			version = 4;
		else if (inet_pton(AF_INET6, cut, expected) == 1)
			version = 6;
		assert_int_equal(address_of(text, len, found), version);
		if (version)
			assert_memory_equal(found, expected, 16);
	}
}

static void addresses_are_those_of_the_c_library(void **state)
{
	static const char *const texts[] = {
		"0.0.0.0", "192.0.2.1", "255.255.255.255", "256.1.1.1", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1.2.3", "1.2.3.4.5",
		"1..2.3",
		".1.2.3.4", "1.2.3.4.", " 1.2.3.4", "1.2.3.4 ", "+1.2.3.4", "1.2.3.999999999999", "198.51.100.200203.0.113.7",
		"192.0.2.1DST=1", "::", "::1", "2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::g", "fe80::1%eth0",
		"[::1]",
		"::ffff:192.0.2.1", "2001:db8:0:0:0:0:0:0:1", ":", ":::", "1:2:3:4:5:6:7:8", "12345::", "2001:DB8::A",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", "0000:0000:0000:0000:0000:ffff:255.255.255.255",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_as_libc(texts[i]);
}

static void a_nul_is_no_end_of_an_address(void **state)
{
	uint8_t address[16];

	assert_int_equal(address_of("192.0.2.1\0", 10, address), 0);
	assert_int_equal(address_of("::1\0junk", 8, address), 0);
	assert_int_equal(address_of("::1", 3, address), 6);
}

static void assert_number(const char *text, uint32_t max, bool good, uint32_t expected)
{
	char *copy = exact(text, strlen(text));
	uint32_t number = 4711;

	assert_int_equal(text_number(copy, strlen(text), max, &number), good);
	assert_int_equal(number, good ? expected : 4711);
	free(copy);
}

static void numbers_are_decimal_and_bounded(void **state)
{
	assert_number("0", 65535, true, 0);
	assert_number("65535", 65535, true, 65535);
	assert_number("0022", 65535, true, 22);
	assert_number("4294967295", UINT32_MAX, true, UINT32_MAX);
	assert_number("65536", 65535, false, 0);
	assert_number("4294967296", UINT32_MAX, false, 0);
	assert_number("99999999999999999999999999", UINT32_MAX, false, 0);
	assert_number("", 65535, false, 0);
	assert_number("-1", 65535, false, 0);
	assert_number("1 ", 65535, false, 0);
	assert_number("0x16", 65535, false, 0);
}

static int protocol_of(const char *text)
{
	char *copy = exact(text, strlen(text));
	int protocol = text_protocol(copy, strlen(text));

	free(copy);
	return protocol;
}

static void ports_end_at_65535(void **state)
{
	static const char *const none[] = { "", "65536", "-1", "22x", " 22" };
	uint16_t port;

	(void)state;
	assert_true(text_port("0", 1, &port));
	assert_int_equal(port, 0);
	assert_true(text_port("65535,", 5, &port));
	assert_int_equal(port, 65535);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		char *copy = exact(none[i], strlen(none[i]));

		assert_false(text_port(copy, strlen(none[i]), &port));
		free(copy);
	}
}

static void protocols_are_numbers_or_names_in_any_case(void **state)
{
	assert_int_equal(protocol_of("TCP"), 6);
	assert_int_equal(protocol_of("udp"), 17);
	assert_int_equal(protocol_of("Icmp"), 1);
	assert_int_equal(protocol_of("ICMPv6"), 58);
	assert_int_equal(protocol_of("ipv6-icmp"), 58);
	assert_int_equal(protocol_of("UDPLITE"), 136);
	assert_int_equal(protocol_of("SCTP"), 132);
	assert_int_equal(protocol_of("gre"), 47);
	assert_int_equal(protocol_of("AH"), 51);
	assert_int_equal(protocol_of("2"), 2);
	assert_int_equal(protocol_of("0"), 0);
	assert_int_equal(protocol_of("255"), 255);
	assert_int_equal(protocol_of("256"), -1);
	assert_int_equal(protocol_of("TC"), -1);
	assert_int_equal(protocol_of("TCPX"), -1);
	assert_int_equal(protocol_of(""), -1);
}

/* An IPv4 or IPv6 packet as bytes, and the same as fields: the decoder's answer is the one to give. */
struct twin {
	uint8_t bytes[80];
	size_t len;
	struct packet_fields fields;
};

static void make_twin(struct twin *twin, unsigned version, uint8_t protocol, const uint8_t *transport, bool later_fragment)
{
	static const uint8_t v4[20] = { 0x45, 0, 0, 40, 0, 0, 0, 0, 64, 0, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2 };
	static const uint8_t v6[40] = { 0x60, 0, 0, 0, 0, 20, 0, 64, 0x20, 1, 0xd, 0xb8, [23] = 1,
				        [24] = 0x20, [25] = 1, [26] = 0xd, [27] = 0xb8, [39] = 2 };
	size_t header = version == 4 ? sizeof(v4) : sizeof(v6);
	size_t size = version == 4 ? 4 : 16;

	*twin = (struct twin){ .len = header + 20, .fields = { .version = version, .protocol = protocol } };
	memcpy(twin->bytes, version == 4 ? v4 : v6, header);
	twin->bytes[version == 4 ? 9 : 6] = protocol;
	memcpy(twin->bytes + header, transport, 20);
	memcpy(twin->fields.source, twin->bytes + (version == 4 ? 12 : 8), size);
	memcpy(twin->fields.destination, twin->bytes + (version == 4 ? 16 : 24), size);
	twin->fields.has_ports = twin->fields.has_flags = twin->fields.has_icmp = true;
	twin->fields.source_port = (uint16_t)(transport[0] << 8 | transport[1]);
	twin->fields.destination_port = (uint16_t)(transport[2] << 8 | transport[3]);
	twin->fields.icmp_type = transport[0];
	twin->fields.icmp_code = transport[1];
	twin->fields.tcp_flags = transport[13];
	if (later_fragment && version == 4) {
		twin->bytes[7] = 3;
		twin->fields.is_later_fragment = true;
	}
}

static void assert_same_packet(struct twin *twin)
{
	struct packet expected, found;
	enum reading_reason reason;

	memset(&expected, 0, sizeof(expected));
	memset(&found, 0, sizeof(found));
	assert_int_equal(packet_decode(twin->bytes, twin->len, &expected), PACKET_OK);
	assert_int_equal(packet_of_fields(&twin->fields, &found, &reason), READING_PACKET);
	assert_memory_equal(&found, &expected, sizeof(found));
}

static bool is_extension(uint8_t protocol)
{
	static const uint8_t extensions[] = { 0, 43, 44, 51, 60, 135, 139, 140 };

	return memchr(extensions, protocol, sizeof(extensions)) != NULL;
}

static void every_protocol_is_the_packet_that_the_decoder_makes(void **state)
{
	/* UDP's and UDP-Lite's length 20, DCCP's data offset 12, TCP's 20 */
	static const uint8_t plain[20] = { 0x30, 0x39, 0, 22, 0, 20, [12] = 0x50, [13] = 2 };
	static const uint8_t dccp[20] = { 0x30, 0x39, 0, 22, 3 };
	struct twin twin;

	for (unsigned protocol = 0; protocol < 256; protocol++) {
		const uint8_t *transport = protocol == 33 ? dccp : plain;

		make_twin(&twin, 4, (uint8_t)protocol, transport, false);
		assert_same_packet(&twin);
		make_twin(&twin, 4, (uint8_t)protocol, transport, true);
		assert_same_packet(&twin);
		make_twin(&twin, 6, (uint8_t)protocol, transport, false);
		if (!is_extension((uint8_t)protocol))
			assert_same_packet(&twin);
	}
}

static void every_flag_and_type_is_of_the_class_that_the_decoder_says(void **state)
{
	uint8_t transport[20] = { [3] = 80, [12] = 0x50 };
	struct twin twin;

	for (unsigned value = 0; value < 256; value++) {
		transport[0] = transport[13] = (uint8_t)value;
		for (unsigned version = 4; version <= 6; version += 2) {
			make_twin(&twin, version, 6, transport, false);
			assert_same_packet(&twin);
			make_twin(&twin, version, 1, transport, false);
			assert_same_packet(&twin);
			make_twin(&twin, version, 58, transport, false);
			assert_same_packet(&twin);
		}
	}
}

static void assert_no_port(uint8_t protocol, bool missing)
{
	struct packet_fields fields = { .version = 4, .protocol = protocol };
	enum reading_reason reason = READING_CUT;
	struct packet packet;

	assert_int_equal(packet_of_fields(&fields, &packet, &reason), missing ? READING_BAD : READING_PACKET);
	assert_int_equal(reason, missing ? READING_NO_PORT : READING_CUT);
	if (!missing)
		assert_false(packet.has_ports);
}

static void what_is_counted_by_port_or_type_must_have_one(void **state)
{
	assert_no_port(6, true);
	assert_no_port(17, true);
	assert_no_port(1, true);
	assert_no_port(58, false); /* of the other family */
	assert_no_port(132, false);
	assert_no_port(33, false);
	assert_no_port(136, false);
	assert_no_port(47, false);
}

static void tcp_without_flags_is_a_syn(void **state)
{
	struct packet_fields fields = { .version = 4, .protocol = 6, .has_ports = true, .tcp_flags = PACKET_RST };
	enum reading_reason reason;
	struct packet packet;

	assert_int_equal(packet_of_fields(&fields, &packet, &reason), READING_PACKET);
	assert_int_equal(packet.tcp_flags, PACKET_SYN);
	assert_int_equal(packet.class, CLASS_PROBE);
}

static void a_broadcast_and_a_first_fragment_are_told(void **state)
{
	struct packet_fields fields = { .version = 4, .protocol = 17, .has_ports = true, .is_fragment = true, .link_broadcast = true };
	enum reading_reason reason;
	struct packet packet;

	assert_int_equal(packet_of_fields(&fields, &packet, &reason), READING_PACKET);
	assert_true(packet.is_fragment);
	assert_true(packet.link_broadcast);
	assert_int_equal(packet.series, SERIES_UDP4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_those_of_the_c_library),
		cmocka_unit_test(a_nul_is_no_end_of_an_address),
		cmocka_unit_test(numbers_are_decimal_and_bounded),
		cmocka_unit_test(ports_end_at_65535),
		cmocka_unit_test(protocols_are_numbers_or_names_in_any_case),
		cmocka_unit_test(every_protocol_is_the_packet_that_the_decoder_makes),
		cmocka_unit_test(every_flag_and_type_is_of_the_class_that_the_decoder_says),
		cmocka_unit_test(what_is_counted_by_port_or_type_must_have_one),
		cmocka_unit_test(tcp_without_flags_is_a_syn),
		cmocka_unit_test(a_broadcast_and_a_first_fragment_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
