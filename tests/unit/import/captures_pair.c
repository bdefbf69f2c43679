/* SPDX-License-Identifier: GPL-2.0-or-later */
/* captures_pair NFLOG.pcap RAW.pcap: the same packets in the same order, captured once with a copy range and once whole; one by one both
 * must give the same packet. Where the copy range ends before what must be read, the first is short. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/capture.h"
#include "import/pcapfile.h"

struct side {
	struct pcapfile *pcapfile;
	struct failure why;
	struct reading reading;
	struct stamp stamp;
	enum reading_status status;
};

static int open_side(const char *path, struct side *side)
{
	FILE *file = fopen(path, "r");
	int err = file ? pcapfile_open(file, path, &side->pcapfile, &side->why) : fail_errno(&side->why, errno, "%s", path);

	if (err)
		fprintf(stderr, "captures_pair: %s\n", side->why.text);
	return err;
}

static int next(struct side *side)
{
	const uint8_t *frame;
	size_t len;
	int got = pcapfile_next(side->pcapfile, &frame, &len, &side->stamp, &side->why);

	memset(&side->reading, 0, sizeof(side->reading)); /* padding too, for memcmp */
	if (got == 1)
		side->status = capture_parse(pcapfile_linktype(side->pcapfile), frame, len, &side->reading);
	return got;
}

static bool is_short(const struct side *side)
{
	return side->status == READING_BAD && side->reading.reason == READING_SHORT;
}

static bool are_same(struct side *a, struct side *b)
{
	int64_t apart = (a->reading.stamp.kind ? a->reading.stamp.us : a->stamp.us) - b->stamp.us;

	if (a->status != b->status || apart > 10000 || apart < -10000) /* two rules, a moment apart */
		return false;
	a->reading.packet.link_broadcast = false; /* raw IP can't tell */
	return a->status != READING_PACKET || !memcmp(&a->reading.packet, &b->reading.packet, sizeof(struct packet));
}

int main(int argc, char **argv)
{
	struct side a = { .status = 0 }, b = { .status = 0 };
	unsigned records = 0, same = 0, copied_short = 0;
	int got_a, got_b;

	if (argc != 3 || open_side(argv[1], &a) || open_side(argv[2], &b))
		return 2;
	while ((got_a = next(&a)) + (got_b = next(&b)) == 2) {
		records++;
		if (are_same(&a, &b))
			same++;
		else if (is_short(&a) && b.status == READING_PACKET)
			copied_short++;
		else
			printf("# record %u differs: %d %d\n", records, a.status, b.status);
	}
	pcapfile_close(a.pcapfile);
	pcapfile_close(b.pcapfile);
	printf("%u records, %u the same, %u short of the copy range, %s\n", records, same, copied_short,
	       got_a || got_b ? "one ends before the other" : "both end");
	return 0;
}
