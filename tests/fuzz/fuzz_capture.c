/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A captured frame: the first byte chooses the link type, the rest is the frame. What is given lies in the frame, and a shorter copy of
 * a frame that holds a packet gives the same packet, or is short; but not of NFLOG, where the last of two equal attributes counts. */
#include "fuzz.h"

#include <string.h>

#include "import/capture.h"

#define NFLOG 239
#define CUTS 192 /* shorter copies are tried up to this length */

static const int linktypes[] = { 0, 1, 12, 14, 101, 108, 113, 228, 229, 239, 276, 105 /* not known */ };

static void check_reading(enum reading_status status, const struct reading *r, const uint8_t *frame, size_t len)
{
	FUZZ_CHECK(status == READING_PACKET || status == READING_OTHER || status == READING_BAD);
	FUZZ_CHECK(r->stamp.kind == STAMP_NONE || (r->stamp.kind == STAMP_ABSOLUTE && r->stamp.us >= 0));
	if (r->rule_len)
		FUZZ_CHECK(r->rule >= frame && r->rule_len <= (size_t)(frame + len - r->rule));
	if (status == READING_PACKET)
		FUZZ_CHECK(r->packet.series < SERIES_COUNT && r->packet.class < CLASS_COUNT);
	if (status == READING_BAD)
		FUZZ_CHECK(r->reason == READING_SHORT || r->reason == READING_MALFORMED || r->reason == READING_NOT_IP);
}

static void check_cut(int linktype, const uint8_t *frame, size_t len, const struct reading *whole)
{
	struct reading cut;

	memset(&cut, 0, sizeof(cut)); /* padding too, for memcmp */
	if (capture_parse(linktype, frame, len, &cut) == READING_PACKET)
		FUZZ_CHECK(!memcmp(&cut.packet, &whole->packet, sizeof(cut.packet)));
	else
		FUZZ_CHECK(cut.reason == READING_SHORT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading whole;
	enum reading_status status;
	int linktype;

	if (!size)
		return 0;
	linktype = linktypes[data[0] % (sizeof(linktypes) / sizeof(*linktypes))];
	memset(&whole, 0, sizeof(whole));
	status = capture_parse(linktype, data + 1, size - 1, &whole);
	check_reading(status, &whole, data + 1, size - 1);
	FUZZ_CHECK(capture_knows(linktype) || status == READING_OTHER);
	if (status == READING_PACKET && linktype != NFLOG)
		for (size_t len = 0; len < size - 1 && len < CUTS; len++)
			check_cut(linktype, data + 1, len, &whole);
	return 0;
}
