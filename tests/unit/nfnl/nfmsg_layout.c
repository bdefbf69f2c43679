/* SPDX-License-Identifier: GPL-2.0-or-later */
/* That the walk looks first where the message before had its attributes never shows. */
#include "nfnl/nfmsg.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "datagram.h"

/* Walks over two messages, of which the second must read as it does alone. */
static void check_second(const uint8_t *datagram, size_t first_len, size_t len)
{
	uint8_t *copy = malloc(len);
	struct nfmsg_walk at;
	struct nfmsg msg, alone;
	enum nfmsg_status status;

	assert_non_null(copy);
	memcpy(copy, datagram, len);
	nfmsg_walk_init(&at, copy + first_len, len - first_len);
	status = nfmsg_next(&at, &alone);
	nfmsg_walk_init(&at, copy, len);
	assert_int_equal(nfmsg_next(&at, &msg), NFMSG_PACKET);
	memset(&msg, 0xee, sizeof(msg));
	assert_int_equal(nfmsg_next(&at, &msg), status);
	if (status == NFMSG_PACKET)
		assert_memory_equal(&msg, &alone, offsetof(struct nfmsg, has_time) + sizeof(msg.has_time));
	free(copy);
}

/* All that can be different in one byte or the length, by which other attributes come to lie elsewhere or nowhere. */
static void check_variants(const struct datagram *d, size_t first_len)
{
	struct datagram other = *d;

	check_second(d->bytes, first_len, d->len);
	for (size_t i = first_len + NLMSG_HDRLEN; i < d->len; i++)
		for (unsigned value = 0; value < 256; value++) {
			other.bytes[i] = (uint8_t)value;
			check_second(other.bytes, first_len, d->len);
			other.bytes[i] = d->bytes[i];
		}
	for (uint32_t len = NLMSG_HDRLEN; first_len + len < d->len; len++) {
		memcpy(other.bytes + first_len, &len, sizeof(len));
		check_second(other.bytes, first_len, first_len + len);
	}
}

static void a_packet_reads_the_same_after_one_that_is_almost_like_it(void **state)
{
	for (unsigned more = 0; more < 5; more++) {
		struct datagram d = { .len = 0 };
		size_t first_len = 0;

		for (uint32_t seq = 0; seq < 2; seq++) {
			put_whole_packet(&d, seq);
			if (more == 1)
				put_attribute(&d, NFULA_PAYLOAD, ethernet, seq ? 14 : 9);
			if (more == 2)
				put_u32(&d, NFULA_MARK, 7);
			if (more == 3)
				put_attribute(&d, NFULA_PAYLOAD, "", 0);
			for (unsigned i = 0; more == 4 && i < 8; i++)
				put_attribute(&d, NFULA_PAYLOAD, ethernet, i);
			first_len = first_len ? first_len : d.len;
		}
		check_variants(&d, first_len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_reads_the_same_after_one_that_is_almost_like_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
