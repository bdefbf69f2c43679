/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nfnl/nfmsg.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "datagram.h"

/* Walks a copy of the first len bytes, which ends where its memory ends, to the end. Returns how the walk ended and, where they
 * are wanted, the number of packets and the last one; its pointers are made to point into the datagram. */
static enum nfmsg_status walk(const struct datagram *d, size_t len, unsigned *packets, struct nfmsg *last)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct nfmsg_walk at;
	struct nfmsg msg;
	enum nfmsg_status status;
	unsigned n = 0;

	assert_non_null(copy);
	memcpy(copy, d->bytes, len);
	nfmsg_walk_init(&at, copy, len);
	for (;;) {
		memset(&msg, 0xee, sizeof(msg));
		status = nfmsg_next(&at, &msg);
		if (status != NFMSG_PACKET)
			break;
		n++;
		if (msg.payload)
			msg.payload = d->bytes + (msg.payload - copy);
		if (msg.prefix)
			msg.prefix = d->bytes + (msg.prefix - copy);
		if (msg.hwheader)
			msg.hwheader = d->bytes + (msg.hwheader - copy);
		if (last)
			*last = msg;
	}
	if (status == NFMSG_END || status == NFMSG_MALFORMED) /* and says the same from now on */
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(nfmsg_next(&at, &msg), status);
	free(copy);
	if (packets)
		*packets = n;
	return status;
}

static void a_packet_has_all_that_the_kernel_said(void **state)
{
	struct datagram d = { .len = 0 };
	struct nfmsg msg;
	unsigned packets;

	put_whole_packet(&d, 7);
	assert_int_equal(walk(&d, d.len, &packets, &msg), NFMSG_END);
	assert_int_equal(packets, 1);
	assert_int_equal(msg.family, AF_INET);
	assert_int_equal(msg.group, 100);
	assert_int_equal(msg.hw_protocol, 0x0800);
	assert_int_equal(msg.hook, 1);
	assert_int_equal(msg.prefix_len, 4);
	assert_memory_equal(msg.prefix, "in: ", 4);
	assert_int_equal(msg.indev, 3);
	assert_int_equal(msg.outdev, 0);
	assert_int_equal(msg.mark, 0x12345678);
	assert_int_equal(msg.hwtype, 1);
	assert_int_equal(msg.hwheader_len, 14);
	assert_memory_equal(msg.hwheader, ethernet, 14);
	assert_true(msg.has_time);
	assert_int_equal(msg.time_s, 1795490000);
	assert_int_equal(msg.time_us, 123456);
	assert_true(msg.has_seq);
	assert_int_equal(msg.seq, 7);
	assert_int_equal(msg.payload_len, sizeof(payload));
	assert_memory_equal(msg.payload, payload, sizeof(payload));
}

static void a_packet_without_attributes_has_nothing(void **state)
{
	struct datagram d = { .len = 0 };
	struct nfmsg msg;
	unsigned packets;

	begin_packet(&d, AF_INET6, 65535);
	assert_int_equal(walk(&d, d.len, &packets, &msg), NFMSG_END);
	assert_int_equal(packets, 1);
	assert_int_equal(msg.family, AF_INET6);
	assert_int_equal(msg.group, 65535);
	assert_null(msg.payload);
	assert_null(msg.prefix);
	assert_null(msg.hwheader);
	assert_false(msg.has_time);
	assert_false(msg.has_seq);
	assert_int_equal(msg.mark | msg.indev | msg.outdev | msg.hw_protocol | msg.hwtype, 0);
}

static void a_packet_inherits_nothing_from_the_one_before(void **state)
{
	struct datagram d = { .len = 0 };
	struct nfmsg msg;
	unsigned packets;

	put_whole_packet(&d, 7);
	begin_packet(&d, AF_INET6, 1);
	put_u32(&d, NFULA_IFINDEX_OUTDEV, 9);
	assert_int_equal(walk(&d, d.len, &packets, &msg), NFMSG_END);
	assert_int_equal(packets, 2);
	assert_null(msg.payload);
	assert_false(msg.has_seq);
	assert_int_equal(msg.indev, 0);
	assert_int_equal(msg.outdev, 9);
}

static void a_batch_gives_every_packet_once(void **state)
{
	struct datagram d = { .len = 0 };
	struct nfmsg_walk at;
	struct nfmsg msg;
	struct nfgenmsg done = { 0 };

	for (uint32_t seq = 0; seq < 10; seq++)
		put_whole_packet(&d, seq);
	begin_message(&d, NLMSG_DONE);
	put(&d, &done, sizeof(done));
	set_message_len(&d, NLMSG_HDRLEN + sizeof(done));

	nfmsg_walk_init(&at, d.bytes, d.len);
	for (uint32_t seq = 0; seq < 10; seq++) {
		assert_int_equal(nfmsg_next(&at, &msg), NFMSG_PACKET);
		assert_int_equal(msg.seq, seq);
	}
	assert_int_equal(nfmsg_next(&at, &msg), NFMSG_END);
}

static void what_follows_a_done_message_is_read(void **state)
{
	struct datagram d = { .len = 0 };
	unsigned packets;

	begin_message(&d, NLMSG_DONE);
	begin_message(&d, NLMSG_NOOP);
	put_whole_packet(&d, 1);
	assert_int_equal(walk(&d, d.len, &packets, NULL), NFMSG_END);
	assert_int_equal(packets, 1);
}

static void a_message_without_a_body_may_be_the_last(void **state)
{
	struct datagram d = { .len = 0 };
	unsigned packets;

	put_whole_packet(&d, 1);
	begin_message(&d, NLMSG_DONE);
	assert_int_equal(walk(&d, d.len, &packets, NULL), NFMSG_END);
	assert_int_equal(packets, 1);
}

static void messages_of_other_subsystems_are_passed_over(void **state)
{
	struct datagram d = { .len = 0 };
	unsigned packets;

	begin_message(&d, NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG);
	begin_message(&d, NFNL_SUBSYS_QUEUE << 8);
	begin_message(&d, 0xffff);
	put_whole_packet(&d, 1);
	assert_int_equal(walk(&d, d.len, &packets, NULL), NFMSG_END);
	assert_int_equal(packets, 1);
}

static void a_batch_cut_anywhere_never_gives_a_packet_that_is_not_whole(void **state)
{
	struct datagram d = { .len = 0 };
	size_t ends[4] = { 0 };
	unsigned packets;

	for (uint32_t seq = 0; seq < 3; seq++) {
		put_whole_packet(&d, seq);
		ends[seq + 1] = d.len;
	}
	for (size_t len = 0; len <= d.len; len++) {
		enum nfmsg_status status = walk(&d, len, &packets, NULL);
		unsigned whole = (len >= ends[1]) + (len >= ends[2]) + (len >= ends[3]);

		assert_int_equal(packets, whole);
		assert_int_equal(status, len == ends[whole] ? NFMSG_END : NFMSG_MALFORMED);
	}
}

static void an_empty_datagram_ends_at_once(void **state)
{
	struct nfmsg_walk at;
	struct nfmsg msg;

	nfmsg_walk_init(&at, NULL, 0);
	assert_int_equal(nfmsg_next(&at, &msg), NFMSG_END);
	assert_int_equal(nfmsg_next(&at, &msg), NFMSG_END);
}

static void a_message_length_that_lies_is_malformed(void **state)
{
	static const uint32_t lies[] = { 0, 1, 15, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff };
	struct datagram d = { .len = 0 };
	unsigned packets;

	put_whole_packet(&d, 1);
	put_whole_packet(&d, 2);
	for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++) {
		set_message_len(&d, lies[i]);
		assert_int_equal(walk(&d, d.len, &packets, NULL), NFMSG_MALFORMED);
		assert_int_equal(packets, 1);
	}
	set_message_len(&d, (uint32_t)(d.len - d.message + 1));
	assert_int_equal(walk(&d, d.len, &packets, NULL), NFMSG_MALFORMED);
}

static void a_packet_message_without_its_header_is_malformed(void **state)
{
	struct datagram d = { .len = 0 };

	begin_message(&d, TYPE_PACKET);
	for (uint32_t extra = 0; extra < 4; extra++) {
		set_message_len(&d, NLMSG_HDRLEN + extra);
		d.len = NLMSG_HDRLEN + extra;
		assert_int_equal(walk(&d, d.len, NULL, NULL), NFMSG_MALFORMED);
	}
}

static void an_attribute_length_that_lies_is_malformed(void **state)
{
	static const uint16_t lies[] = { 0, 1, 3, 9, 0x7fff, 0xffff };
	struct datagram d = { .len = 0 };

	begin_packet(&d, AF_INET, 1);
	put_u32(&d, NFULA_SEQ, 1);
	for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++) {
		memcpy(d.bytes + 20, &lies[i], sizeof(lies[i]));
		assert_int_equal(walk(&d, d.len, NULL, NULL), NFMSG_MALFORMED);
	}
}

static void less_than_an_attribute_header_at_the_end_is_malformed(void **state)
{
	for (size_t extra = 1; extra < 4; extra++) {
		struct datagram d = { .len = 0 };

		begin_packet(&d, AF_INET, 1);
		put(&d, "\0\0\0", extra);
		set_message_len(&d, (uint32_t)d.len);
		assert_int_equal(walk(&d, d.len, NULL, NULL), NFMSG_MALFORMED);
	}
}

static void a_known_attribute_shorter_than_its_type_is_malformed(void **state)
{
	static const struct {
		uint16_t type;
		size_t size;
	} known[] = {
		{ NFULA_PACKET_HDR, 4 },    { NFULA_MARK, 4 }, { NFULA_TIMESTAMP, 16 }, { NFULA_IFINDEX_INDEV, 4 },
		{ NFULA_IFINDEX_OUTDEV, 4 }, { NFULA_SEQ, 4 },	{ NFULA_HWTYPE, 2 },
	};
	static const uint8_t zeros[20];

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		for (size_t len = 0; len <= known[i].size + 4; len++) {
			struct datagram d = { .len = 0 };

			begin_packet(&d, AF_INET, 1);
			put_attribute(&d, known[i].type, zeros, len);
			assert_int_equal(walk(&d, d.len, NULL, NULL), len < known[i].size ? NFMSG_MALFORMED : NFMSG_END);
		}
}

static void the_last_attribute_may_lack_its_padding(void **state)
{
	struct datagram d = { .len = 0 };
	struct nfmsg msg;
	unsigned packets;

	begin_packet(&d, AF_INET, 1);
	put_attribute(&d, NFULA_PAYLOAD, "abcde", 5);
	d.len -= 3;
	set_message_len(&d, (uint32_t)d.len);
	assert_int_equal(walk(&d, d.len, &packets, &msg), NFMSG_END);
	assert_int_equal(packets, 1);
	assert_int_equal(msg.payload_len, 5);
}

static void the_last_message_may_lack_its_padding(void **state)
{
	struct datagram d = { .len = 0 };
	unsigned packets;

	put_whole_packet(&d, 1);
	begin_packet(&d, AF_INET, 1);
	put_attribute(&d, NFULA_PAYLOAD, "abcde", 5);
	d.len -= 3;
	set_message_len(&d, (uint32_t)(d.len - d.message));
	assert_int_equal(walk(&d, d.len, &packets, NULL), NFMSG_END);
	assert_int_equal(packets, 2);
	put_whole_packet(&d, 2); /* pads first: the next one begins at a multiple of 4 */
	assert_int_equal(walk(&d, d.len, &packets, NULL), NFMSG_END);
	assert_int_equal(packets, 3);
}

static void flags_in_the_type_of_an_attribute_are_no_part_of_it(void **state)
{
	struct datagram d = { .len = 0 };
	struct nfmsg msg;

	begin_packet(&d, AF_INET, 1);
	put_u32(&d, NLA_F_NET_BYTEORDER | NFULA_SEQ, 5);
	put_u32(&d, NLA_F_NESTED | NFULA_MARK, 6);
	assert_int_equal(walk(&d, d.len, NULL, &msg), NFMSG_END);
	assert_int_equal(msg.seq, 5);
	assert_int_equal(msg.mark, 6);
}

static void a_prefix_is_given_without_its_nul(void **state)
{
	static const struct {
		const char *bytes;
		size_t len, expected;
	} prefixes[] = { { "", 1, 0 }, { "", 0, 0 }, { "drop", 5, 4 }, { "drop", 4, 4 }, { "a\0b\n\xff", 6, 5 } };
	struct nfmsg msg;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		struct datagram d = { .len = 0 };

		begin_packet(&d, AF_INET, 1);
		put_attribute(&d, NFULA_PREFIX, prefixes[i].bytes, prefixes[i].len);
		assert_int_equal(walk(&d, d.len, NULL, &msg), NFMSG_END);
		assert_non_null(msg.prefix);
		assert_int_equal(msg.prefix_len, prefixes[i].expected);
		assert_memory_equal(msg.prefix, prefixes[i].bytes, prefixes[i].expected);
	}
}

static void microseconds_never_reach_a_second(void **state)
{
	struct nfulnl_msg_packet_timestamp time = { .sec = htobe64(UINT64_MAX), .usec = htobe64(UINT64_MAX) };
	struct datagram d = { .len = 0 };
	struct nfmsg msg;

	begin_packet(&d, AF_INET, 1);
	put_attribute(&d, NFULA_TIMESTAMP, &time, sizeof(time));
	assert_int_equal(walk(&d, d.len, NULL, &msg), NFMSG_END);
	assert_true(msg.time_s == UINT64_MAX);
	assert_int_equal(msg.time_us, 999999);
}

static void an_error_is_told_and_the_walk_goes_on(void **state)
{
	struct datagram d = { .len = 0 };
	struct nfmsg_walk at;
	struct nfmsg msg;

	put_error(&d, -EPERM);
	put_error(&d, 0);
	put_error(&d, INT_MIN);
	put_error(&d, 5);
	begin_message(&d, NLMSG_OVERRUN);
	put_whole_packet(&d, 3);
	nfmsg_walk_init(&at, d.bytes, d.len);
	assert_int_equal(nfmsg_next(&at, &msg), NFMSG_ERROR);
	assert_int_equal(at.error, EPERM);
	assert_int_equal(nfmsg_next(&at, &msg), NFMSG_ERROR); /* the acknowledgement before it was passed over */
	assert_int_equal(at.error, EPROTO);
	assert_int_equal(nfmsg_next(&at, &msg), NFMSG_ERROR);
	assert_int_equal(at.error, EPROTO);
	assert_int_equal(nfmsg_next(&at, &msg), NFMSG_OVERRUN);
	assert_int_equal(nfmsg_next(&at, &msg), NFMSG_PACKET);
	assert_int_equal(msg.seq, 3);
	assert_int_equal(nfmsg_next(&at, &msg), NFMSG_END);
}

static void an_error_message_cut_short_is_malformed(void **state)
{
	struct datagram d = { .len = 0 };

	put_error(&d, -EPERM);
	for (uint32_t len = NLMSG_HDRLEN; len < d.len; len++) {
		set_message_len(&d, len);
		assert_int_equal(walk(&d, d.len, NULL, NULL), NFMSG_MALFORMED);
	}
}

static void alignment_of_the_buffer_does_not_matter(void **state)
{
	struct datagram d = { .len = 0 };
	struct nfmsg_walk at;
	struct nfmsg msg;

	put_whole_packet(&d, 7);
	for (size_t shift = 1; shift < 8; shift++) {
		uint8_t *copy = malloc(d.len + shift);

		assert_non_null(copy);
		memcpy(copy + shift, d.bytes, d.len);
		nfmsg_walk_init(&at, copy + shift, d.len);
		assert_int_equal(nfmsg_next(&at, &msg), NFMSG_PACKET);
		assert_int_equal(msg.seq, 7);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_has_all_that_the_kernel_said),
		cmocka_unit_test(a_packet_without_attributes_has_nothing),
		cmocka_unit_test(a_packet_inherits_nothing_from_the_one_before),
		cmocka_unit_test(a_batch_gives_every_packet_once),
		cmocka_unit_test(what_follows_a_done_message_is_read),
		cmocka_unit_test(a_message_without_a_body_may_be_the_last),
		cmocka_unit_test(messages_of_other_subsystems_are_passed_over),
		cmocka_unit_test(a_batch_cut_anywhere_never_gives_a_packet_that_is_not_whole),
		cmocka_unit_test(an_empty_datagram_ends_at_once),
		cmocka_unit_test(a_message_length_that_lies_is_malformed),
		cmocka_unit_test(a_packet_message_without_its_header_is_malformed),
		cmocka_unit_test(an_attribute_length_that_lies_is_malformed),
		cmocka_unit_test(less_than_an_attribute_header_at_the_end_is_malformed),
		cmocka_unit_test(a_known_attribute_shorter_than_its_type_is_malformed),
		cmocka_unit_test(the_last_attribute_may_lack_its_padding),
		cmocka_unit_test(the_last_message_may_lack_its_padding),
		cmocka_unit_test(flags_in_the_type_of_an_attribute_are_no_part_of_it),
		cmocka_unit_test(a_prefix_is_given_without_its_nul),
		cmocka_unit_test(microseconds_never_reach_a_second),
		cmocka_unit_test(an_error_is_told_and_the_walk_goes_on),
		cmocka_unit_test(an_error_message_cut_short_is_malformed),
		cmocka_unit_test(alignment_of_the_buffer_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
