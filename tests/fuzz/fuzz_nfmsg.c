/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The walk over a netlink datagram: it comes to an end, what it points to lies in the datagram, and no message is read otherwise
 * than it is alone. */
#include "fuzz.h"

#include <stddef.h>
#include <string.h>

#include <linux/netlink.h>

#include "nfnl/nfmsg.h"

static void check_view(const uint8_t *view, size_t view_len, const uint8_t *data, size_t size)
{
	if (view)
		FUZZ_CHECK(view >= data && view <= data + size && view_len <= (size_t)(data + size - view));
	else
		FUZZ_CHECK(view_len == 0);
}

static void check_message(const struct nfmsg *msg, const uint8_t *data, size_t size)
{
	check_view(msg->payload, msg->payload_len, data, size);
	check_view(msg->prefix, msg->prefix_len, data, size);
	check_view(msg->hwheader, msg->hwheader_len, data, size);
	FUZZ_CHECK(msg->time_us < 1000000);
}

/* The message is the last one from there to the end of the walk so far. */
static void check_alone(const struct nfmsg *msg, const uint8_t *from, const uint8_t *end)
{
	struct nfmsg alone;
	uint32_t len;

	for (memcpy(&len, from, sizeof(len)); NLMSG_ALIGN((size_t)len) < (size_t)(end - from); memcpy(&len, from, sizeof(len)))
		from += NLMSG_ALIGN(len);
	FUZZ_CHECK(nfmsg_parse(from + NLMSG_HDRLEN, len - NLMSG_HDRLEN, &alone));
	FUZZ_CHECK(memcmp(msg, &alone, offsetof(struct nfmsg, has_time) + sizeof(alone.has_time)) == 0);
}

static void walk(const uint8_t *data, size_t size)
{
	struct nfmsg_walk at;
	struct nfmsg msg;
	enum nfmsg_status status;

	nfmsg_walk_init(&at, data, size);
	for (size_t steps = 0;; steps++) {
		const uint8_t *before = at.at;

		status = nfmsg_next(&at, &msg);
		if (status == NFMSG_END || status == NFMSG_MALFORMED)
			break;
		FUZZ_CHECK(at.at > before && steps <= size / 16);
		if (status == NFMSG_PACKET) {
			check_message(&msg, data, size);
			check_alone(&msg, before, at.at);
		}
		if (status == NFMSG_ERROR)
			FUZZ_CHECK(at.error > 0);
	}
	FUZZ_CHECK(nfmsg_next(&at, &msg) == status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nfmsg msg;

	walk(data, size);
	if (nfmsg_parse(data, size, &msg))
		check_message(&msg, data, size);
	return 0;
}
