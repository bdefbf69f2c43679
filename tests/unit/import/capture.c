/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/capture.h"

#include "../packet/sample.h"

#include <endian.h>

#include <linux/netlink.h>
#include <linux/netfilter/nfnetlink_log.h>

enum { BSD_NULL = 0, ETHERNET = 1, RAW = 101, LOOP = 108, COOKED = 113, NFLOG = 239, COOKED2 = 276 };

static void put_sample(struct sample *s, const struct sample *more)
{
	sample_put(s, more->bytes, more->len);
}

static void put_syn(struct sample *s, unsigned version)
{
	struct sample ip = { .len = 0 };

	sample_ip(&ip, version, 6);
	sample_tcp(&ip, PACKET_SYN);
	put_sample(s, &ip);
}

/* A copy that ends where its memory ends; the rule is made to point into the sample. */
static enum reading_status parse_cut(int linktype, const struct sample *s, size_t len, struct reading *out)
{
	uint8_t *copy = malloc(len ? len : 1);
	enum reading_status status;

	assert_non_null(copy);
	memcpy(copy, s->bytes, len);
	memset(out, 0xee, sizeof(*out));
	status = capture_parse(linktype, copy, len, out);
	if (out->rule)
		out->rule = s->bytes + (out->rule - copy);
	free(copy);
	return status;
}

static void assert_same_packet(struct packet a, struct packet b)
{
	a.link_broadcast = b.link_broadcast = false; /* which sample.h does not expect */
	sample_assert_same(&a, &b);
}

/* The whole frame's answer; every shorter copy of it must give the same packet, or be short. */
static enum reading_status parse(int linktype, const struct sample *s, struct reading *out)
{
	enum reading_status status = parse_cut(linktype, s, s->len, out), cut_status;
	struct reading cut;

	assert_true(capture_knows(linktype));
	for (size_t len = 0; len < s->len; len++) {
		cut_status = parse_cut(linktype, s, len, &cut);
		if (cut_status == READING_BAD && cut.reason == READING_SHORT)
			continue;
		assert_int_equal(cut_status, status);
		if (status == READING_BAD)
			assert_int_equal(cut.reason, out->reason);
		if (status != READING_PACKET)
			continue;
		assert_int_equal(cut.packet.link_broadcast, out->packet.link_broadcast);
		assert_same_packet(cut.packet, out->packet);
	}
	return status;
}

static void assert_syn(int linktype, const struct sample *s, unsigned version, bool link_broadcast)
{
	struct reading r;

	assert_int_equal(parse(linktype, s, &r), READING_PACKET);
	assert_int_equal(r.packet.version, version);
	assert_int_equal(r.packet.destination_port, 443);
	assert_int_equal(r.packet.series, version == 4 ? SERIES_TCP4 : SERIES_TCP6);
	assert_int_equal(r.packet.link_broadcast, link_broadcast);
	if (linktype == NFLOG)
		return;
	assert_int_equal(r.stamp.kind, STAMP_NONE);
	assert_int_equal(r.rule_len, 0);
}

static void put_type(struct sample *s, unsigned type)
{
	SAMPLE_PUT(s, (uint8_t)(type >> 8), (uint8_t)type);
}

static unsigned ip_type(unsigned version)
{
	return version == 4 ? 0x0800 : 0x86dd;
}

/* ---- Ethernet ---- */

static void put_macs(struct sample *s, uint8_t destination)
{
	for (unsigned i = 0; i < 6; i++)
		SAMPLE_PUT(s, destination);
	SAMPLE_PUT(s, 2, 0, 0, 0, 0, 1);
}

static void ethernet_carries_both_versions(void **state)
{
	for (unsigned version = 4; version <= 6; version += 2) {
		struct sample s = { .len = 0 };

		put_macs(&s, 2);
		put_type(&s, ip_type(version));
		put_syn(&s, version);
		assert_syn(ETHERNET, &s, version, false);
		sample_fill(&s, 6); /* to the least size of a frame */
		assert_syn(ETHERNET, &s, version, false);
	}
}

static void a_destination_of_all_ones_is_a_link_broadcast(void **state)
{
	struct sample s = { .len = 0 };

	put_macs(&s, 0xff);
	put_type(&s, 0x0800);
	put_syn(&s, 4);
	assert_syn(ETHERNET, &s, 4, true);
	s.bytes[5] = 0xfe;
	assert_syn(ETHERNET, &s, 4, false);
}

static void vlan_tags_are_passed_over_however_many(void **state)
{
	static const unsigned tags[] = { 0x8100, 0x88a8, 0x9100, 0x8100 };

	for (unsigned n = 1; n <= 4; n++) {
		struct sample s = { .len = 0 };

		put_macs(&s, 2);
		for (unsigned i = 0; i < n; i++) {
			put_type(&s, tags[i]);
			SAMPLE_PUT(&s, 0x20, 42);
		}
		put_type(&s, 0x86dd);
		put_syn(&s, 6);
		assert_syn(ETHERNET, &s, 6, false);
	}
}

static void a_row_of_tags_without_end_is_short(void **state)
{
	struct sample s = { .len = 0 };
	struct reading r;

	put_macs(&s, 2);
	while (s.len + 4 <= sizeof(s.bytes)) {
		put_type(&s, 0x8100);
		SAMPLE_PUT(&s, 0, 1);
	}
	assert_int_equal(parse(ETHERNET, &s, &r), READING_BAD);
	assert_int_equal(r.reason, READING_SHORT);
}

static void ethernet_of_other_types_is_no_packet(void **state)
{
	static const unsigned types[] = { 0x0806, 0x0026, 0x0000, 0x05dc, 0x8864, 0x88cc, 0xffff };

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct sample s = { .len = 0 };
		struct reading r;

		put_macs(&s, 0xff);
		put_type(&s, types[i]);
		put_syn(&s, 4);
		assert_int_equal(parse(ETHERNET, &s, &r), READING_OTHER);
	}
}

static void what_the_decoder_refuses_is_bad(void **state)
{
	struct sample s = { .len = 0 };
	struct reading r;

	put_macs(&s, 2);
	put_type(&s, 0x0800);
	put_syn(&s, 4);
	s.bytes[14] = 0x44; /* a header length of 16 */
	assert_int_equal(parse(ETHERNET, &s, &r), READING_BAD);
	assert_int_equal(r.reason, READING_MALFORMED);
	s.bytes[14] = 0x55;
	assert_int_equal(parse(ETHERNET, &s, &r), READING_BAD);
	assert_int_equal(r.reason, READING_NOT_IP);
	s.len = 14;
	assert_int_equal(parse(ETHERNET, &s, &r), READING_BAD);
	assert_int_equal(r.reason, READING_SHORT);
}

/* ---- Linux cooked ---- */

static void put_cooked(struct sample *s, uint8_t packet_type, unsigned type)
{
	SAMPLE_PUT(s, 0, packet_type, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0);
	put_type(s, type);
}

static void put_cooked2(struct sample *s, uint8_t packet_type, unsigned type)
{
	put_type(s, type);
	SAMPLE_PUT(s, 0, 0, 0, 0, 0, 3, 0, 1, packet_type, 6, 2, 0, 0, 0, 0, 1, 0, 0);
}

static void cooked_frames_tell_a_broadcast_by_their_packet_type(void **state)
{
	for (uint8_t packet_type = 0; packet_type < 5; packet_type++) {
		struct sample one = { .len = 0 }, two = { .len = 0 };

		put_cooked(&one, packet_type, 0x0800);
		put_syn(&one, 4);
		assert_syn(COOKED, &one, 4, packet_type == 1);
		put_cooked2(&two, packet_type, 0x86dd);
		put_syn(&two, 6);
		assert_syn(COOKED2, &two, 6, packet_type == 1);
	}
}

static void cooked_frames_may_have_vlan_tags(void **state)
{
	struct sample one = { .len = 0 }, two = { .len = 0 };

	put_cooked(&one, 0, 0x88a8);
	SAMPLE_PUT(&one, 0, 2, 0x81, 0, 0, 3, 8, 0);
	put_syn(&one, 4);
	assert_syn(COOKED, &one, 4, false);
	put_cooked2(&two, 0, 0x8100);
	SAMPLE_PUT(&two, 0, 2, 0x86, 0xdd);
	put_syn(&two, 6);
	assert_syn(COOKED2, &two, 6, false);
}

static void cooked_frames_of_other_types_are_no_packets(void **state)
{
	struct sample one = { .len = 0 }, two = { .len = 0 };
	struct reading r;

	put_cooked(&one, 0, 0x0806);
	assert_int_equal(parse(COOKED, &one, &r), READING_OTHER);
	put_cooked2(&two, 0, 0x0004);
	assert_int_equal(parse(COOKED2, &two, &r), READING_OTHER);
}

/* ---- loopback and raw ---- */

static void the_loopback_has_its_family_in_either_order_and_by_any_system(void **state)
{
	static const uint8_t families[] = { 2, 10, 24, 28, 30 };

	for (size_t i = 0; i < sizeof(families); i++) {
		unsigned version = families[i] == 2 ? 4 : 6;
		struct sample little = { .len = 0 }, big = { .len = 0 };

		SAMPLE_PUT(&little, families[i], 0, 0, 0);
		put_syn(&little, version);
		assert_syn(BSD_NULL, &little, version, false);
		SAMPLE_PUT(&big, 0, 0, 0, families[i]);
		put_syn(&big, version);
		assert_syn(BSD_NULL, &big, version, false);
		assert_syn(LOOP, &big, version, false);
	}
}

static void other_families_of_the_loopback_are_no_packets(void **state)
{
	static const uint8_t others[][4] = {
		{ 0, 0, 0, 7 }, { 7, 0, 0, 0 }, { 0, 0, 0, 0 }, { 2, 0, 0, 2 }, { 0, 2, 0, 0 }, { 0, 0, 2, 0 },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct sample s = { .len = 0 };
		struct reading r;

		sample_put(&s, others[i], 4);
		put_syn(&s, 4);
		assert_int_equal(parse(BSD_NULL, &s, &r), READING_OTHER);
	}
}

static void raw_ip_tells_its_version_itself(void **state)
{
	static const int raw[] = { RAW, 12, 14, 228, 229 };

	for (size_t i = 0; i < sizeof(raw) / sizeof(*raw); i++)
		for (unsigned version = 4; version <= 6; version += 2) {
			struct sample s = { .len = 0 };

			put_syn(&s, version);
			assert_syn(raw[i], &s, version, false);
		}
}

/* ---- NFLOG ---- */

/* With the padding that all have but the last. */
static void put_attribute(struct sample *s, uint16_t type, const void *value, size_t len)
{
	struct nlattr header = { .nla_len = (uint16_t)(sizeof(header) + len), .nla_type = type };

	while (s->len % 4)
		SAMPLE_PUT(s, 0);
	sample_put(s, &header, sizeof(header));
	sample_put(s, value, len);
}

static void put_time(struct sample *s, uint64_t sec, uint64_t usec)
{
	struct nfulnl_msg_packet_timestamp time = { .sec = htobe64(sec), .usec = htobe64(usec) };

	put_attribute(s, NFULA_TIMESTAMP, &time, sizeof(time));
}

static void put_payload(struct sample *s)
{
	struct sample ip = { .len = 0 };

	put_syn(&ip, 4);
	put_attribute(s, NFULA_PAYLOAD, ip.bytes, ip.len);
}

static void begin_nflog(struct sample *s)
{
	s->len = 0;
	SAMPLE_PUT(s, 2, 0, 0, 100);
}

static void nflog_gives_packet_rule_and_time(void **state)
{
	static const uint8_t ethernet[14] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 0 };
	struct sample s;
	struct reading r;

	begin_nflog(&s);
	put_attribute(&s, NFULA_PREFIX, "in: ", 5);
	put_attribute(&s, NFULA_HWHEADER, ethernet, sizeof(ethernet));
	put_time(&s, 1795490000, 123456);
	put_payload(&s);
	assert_syn(NFLOG, &s, 4, true);
	assert_int_equal(parse(NFLOG, &s, &r), READING_PACKET);
	assert_int_equal(r.stamp.kind, STAMP_ABSOLUTE);
	assert_int_equal(r.stamp.us, 1795490000123456);
	assert_int_equal(r.rule_len, 4);
	assert_memory_equal(r.rule, "in: ", 4);
}

static void nflog_without_prefix_and_time_has_neither(void **state)
{
	struct sample s;
	struct reading r;

	begin_nflog(&s);
	put_payload(&s);
	assert_syn(NFLOG, &s, 4, false);
	parse(NFLOG, &s, &r);
	assert_int_equal(r.stamp.kind, STAMP_NONE);
	assert_int_equal(r.rule_len, 0);
}

static void a_time_beyond_all_calendars_is_none(void **state)
{
	struct sample s;
	struct reading r;

	begin_nflog(&s);
	put_time(&s, UINT64_MAX, UINT64_MAX);
	put_payload(&s);
	assert_int_equal(parse(NFLOG, &s, &r), READING_PACKET);
	assert_int_equal(r.stamp.kind, STAMP_NONE);
	assert_int_equal(stamp_of((uint64_t)STAMP_MOST_US / 1000000, 999999).us, STAMP_MOST_US);
	assert_int_equal(stamp_of((uint64_t)STAMP_MOST_US / 1000000 + 1, 0).kind, STAMP_NONE);
}

static void nflog_without_payload_is_short(void **state)
{
	struct sample s;
	struct reading r;

	begin_nflog(&s);
	put_attribute(&s, NFULA_PREFIX, "all", 3);
	put_time(&s, 1795490000, 0);
	assert_int_equal(parse(NFLOG, &s, &r), READING_BAD);
	assert_int_equal(r.reason, READING_SHORT);
	assert_int_equal(r.stamp.kind, STAMP_ABSOLUTE);
	assert_int_equal(r.rule_len, 3);
}

static void nflog_of_arp_is_not_ip_and_of_lies_malformed(void **state)
{
	struct sample s;
	struct reading r;

	begin_nflog(&s);
	put_attribute(&s, NFULA_PAYLOAD, "\0\1\10\0\6\4\0\1", 8);
	assert_int_equal(parse(NFLOG, &s, &r), READING_BAD);
	assert_int_equal(r.reason, READING_NOT_IP);
	begin_nflog(&s);
	SAMPLE_PUT(&s, 0, 0, 0, 0);
	assert_int_equal(parse(NFLOG, &s, &r), READING_BAD);
	assert_int_equal(r.reason, READING_MALFORMED);
}

static void other_link_types_are_not_known(void **state)
{
	static const int others[] = { -1, 2, 9, 50, 105, 127, 147, 192, 195, 228 - 1, 240, 253, 1 << 20 };
	struct sample s = { .len = 0 };
	struct reading r;

	put_syn(&s, 4);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		assert_false(capture_knows(others[i]));
		assert_int_equal(parse_cut(others[i], &s, s.len, &r), READING_OTHER);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ethernet_carries_both_versions),
		cmocka_unit_test(a_destination_of_all_ones_is_a_link_broadcast),
		cmocka_unit_test(vlan_tags_are_passed_over_however_many),
		cmocka_unit_test(a_row_of_tags_without_end_is_short),
		cmocka_unit_test(ethernet_of_other_types_is_no_packet),
		cmocka_unit_test(what_the_decoder_refuses_is_bad),
		cmocka_unit_test(cooked_frames_tell_a_broadcast_by_their_packet_type),
		cmocka_unit_test(cooked_frames_may_have_vlan_tags),
		cmocka_unit_test(cooked_frames_of_other_types_are_no_packets),
		cmocka_unit_test(the_loopback_has_its_family_in_either_order_and_by_any_system),
		cmocka_unit_test(other_families_of_the_loopback_are_no_packets),
		cmocka_unit_test(raw_ip_tells_its_version_itself),
		cmocka_unit_test(nflog_gives_packet_rule_and_time),
		cmocka_unit_test(nflog_without_prefix_and_time_has_neither),
		cmocka_unit_test(a_time_beyond_all_calendars_is_none),
		cmocka_unit_test(nflog_without_payload_is_short),
		cmocka_unit_test(nflog_of_arp_is_not_ip_and_of_lies_malformed),
		cmocka_unit_test(other_link_types_are_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
