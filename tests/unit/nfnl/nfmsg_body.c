/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The body of a message alone, as a capture holds it. */
#include "nfnl/nfmsg.h"

#include "datagram.h"

static void the_body_of_a_message_can_be_read_alone(void **state)
{
	struct datagram d = { .len = 0 };
	struct nfmsg msg;

	put_whole_packet(&d, 7);
	assert_true(nfmsg_parse(d.bytes + NLMSG_HDRLEN, d.len - NLMSG_HDRLEN, &msg));
	assert_int_equal(msg.group, 100);
	assert_int_equal(msg.seq, 7);
	assert_memory_equal(msg.payload, payload, sizeof(payload));
	assert_false(nfmsg_parse(d.bytes + NLMSG_HDRLEN, 3, &msg));
}

static void of_a_body_cut_anywhere_the_rest_is_read(void **state)
{
	struct datagram d = { .len = 0 };
	size_t len, payload_at;

	put_whole_packet(&d, 7);
	len = d.len - NLMSG_HDRLEN - 2; /* without the padding */
	payload_at = len - sizeof(payload);
	for (size_t cut = 4; cut <= len; cut++) {
		uint8_t *copy = malloc(cut);
		struct nfmsg msg;

		assert_non_null(copy);
		memcpy(copy, d.bytes + NLMSG_HDRLEN, cut);
		assert_true(nfmsg_parse(copy, cut, &msg));
		assert_int_equal(msg.payload != NULL, cut >= payload_at);
		assert_int_equal(msg.payload_len, cut >= payload_at ? cut - payload_at : 0);
		if (msg.payload)
			assert_memory_equal(msg.payload, payload, msg.payload_len);
		if (msg.prefix)
			assert_int_equal(msg.prefix_len, 4);
		free(copy);
	}
}

static void a_body_whose_lengths_are_too_small_cannot_be_read_alone(void **state)
{
	struct datagram d = { .len = 0 };
	struct nfmsg msg;

	begin_packet(&d, AF_INET, 1);
	put_attribute(&d, NFULA_SEQ, "", 1);
	assert_false(nfmsg_parse(d.bytes + NLMSG_HDRLEN, d.len - NLMSG_HDRLEN, &msg));
	for (uint16_t lie = 0; lie < NLA_HDRLEN; lie++) {
		memcpy(d.bytes + 20, &lie, sizeof(lie));
		assert_false(nfmsg_parse(d.bytes + NLMSG_HDRLEN, d.len - NLMSG_HDRLEN, &msg));
	}
}

static void the_link_broadcast_is_told_by_the_hardware_header(void **state)
{
	struct datagram d = { .len = 0 };
	struct nfmsg msg;

	put_whole_packet(&d, 7);
	assert_true(nfmsg_parse(d.bytes + NLMSG_HDRLEN, d.len - NLMSG_HDRLEN, &msg));
	assert_true(nfmsg_is_link_broadcast(&msg));
	msg.hwheader_len = 5;
	assert_false(nfmsg_is_link_broadcast(&msg));
	msg.hwheader_len = 14;
	msg.hwheader = payload;
	assert_false(nfmsg_is_link_broadcast(&msg));
	msg.hwheader = NULL;
	assert_false(nfmsg_is_link_broadcast(&msg));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_body_of_a_message_can_be_read_alone),
		cmocka_unit_test(of_a_body_cut_anywhere_the_rest_is_read),
		cmocka_unit_test(a_body_whose_lengths_are_too_small_cannot_be_read_alone),
		cmocka_unit_test(the_link_broadcast_is_told_by_the_hardware_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
