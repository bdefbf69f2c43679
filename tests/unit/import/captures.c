/* SPDX-License-Identifier: GPL-2.0-or-later */
/* captures < LIST: reads every capture in the list (one path a line): each is read, or refused with a failure that names it, and no frame,
 * whole or cut, whatever its link type, leads out of its bytes.
 * captures FILE ...: prints for each "records packets other bad", and how it ended if not well. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../fuzz/fuzz.h"
#include "import/capture.h"
#include "import/pcapfile.h"

#define CUTS 160

static const int linktypes[] = { 0, 1, 12, 14, 101, 108, 113, 228, 229, 239, 276 };

struct counts {
	unsigned long records, status[READING_BAD + 1];
};

static struct {
	unsigned read, cut_off, broken, refused, without_message;
	struct counts all;
} totals;

/* The first len bytes, in memory of exactly that size. */
static enum reading_status parse_cut(int linktype, const uint8_t *frame, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	enum reading_status status;
	struct reading r;

	FUZZ_CHECK(copy);
	memcpy(copy, frame, len);
	status = capture_parse(linktype, copy, len, &r);
	FUZZ_CHECK(status == READING_PACKET || status == READING_OTHER || status == READING_BAD);
	if (status == READING_BAD)
		FUZZ_CHECK(r.reason == READING_SHORT || r.reason == READING_MALFORMED || r.reason == READING_NOT_IP);
	if (r.rule_len)
		FUZZ_CHECK(linktype == 239 && r.rule >= copy && r.rule + r.rule_len <= copy + len);
	free(copy);
	return status;
}

static void try_all(int linktype, const uint8_t *frame, size_t len)
{
	for (size_t cut = 0; cut < len && cut < CUTS; cut++)
		parse_cut(linktype, frame, cut);
	for (size_t i = 0; i < sizeof(linktypes) / sizeof(*linktypes); i++)
		parse_cut(linktypes[i], frame, len);
}

static int open_capture(const char *path, struct pcapfile **p, struct failure *why)
{
	FILE *file = fopen(path, "r");

	return file ? pcapfile_open(file, path, p, why) : fail_errno(why, errno, "%s", path);
}

/* Returns how it ended. */
static int read_capture(const char *path, bool try_cuts, struct counts *counts, struct failure *why)
{
	struct pcapfile *p;
	const uint8_t *frame;
	struct stamp stamp;
	size_t len;
	int got = open_capture(path, &p, why);

	if (got)
		return got;
	while ((got = pcapfile_next(p, &frame, &len, &stamp, why)) == 1) {
		counts->records++;
		counts->status[parse_cut(pcapfile_linktype(p), frame, len)]++;
		if (try_cuts)
			try_all(pcapfile_linktype(p), frame, len);
	}
	pcapfile_close(p);
	return got;
}

static void sweep_capture(const char *path)
{
	struct failure why = { .text = "" };
	struct counts counts = { .records = 0 };
	int got = read_capture(path, true, &counts, &why);

	totals.all.records += counts.records;
	for (unsigned i = 0; i <= READING_BAD; i++)
		totals.all.status[i] += counts.status[i];
	totals.read += got == 0;
	totals.refused += got && !counts.records;
	totals.cut_off += got == -ENODATA && counts.records;
	totals.broken += got && got != -ENODATA && counts.records;
	totals.without_message += got && strncmp(why.text, path, strlen(path)) != 0;
}

static int sweep(void)
{
	char path[4096];

	while (fgets(path, sizeof(path), stdin)) {
		path[strcspn(path, "\n")] = '\0';
		sweep_capture(path);
	}
	printf("# %u captures read, %u cut off, %u broken at some point, %u refused\n", totals.read, totals.cut_off, totals.broken,
	       totals.refused);
	printf("# %lu records: %lu packets, %lu other, %lu bad\n", totals.all.records, totals.all.status[READING_PACKET],
	       totals.all.status[READING_OTHER], totals.all.status[READING_BAD]);
	printf("%sok 1 - every frame is read within its bytes\n", totals.all.records ? "" : "not ");
	printf("%sok 2 - what cannot be read is told by the name of its file\n", totals.without_message ? "not " : "");
	printf("1..2\n");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return sweep();
	for (int i = 1; i < argc; i++) {
		struct failure why = { .text = "" };
		struct counts counts = { .records = 0 };

		read_capture(argv[i], false, &counts, &why);
		printf("%lu %lu %lu %lu%s%s\n", counts.records, counts.status[READING_PACKET], counts.status[READING_OTHER],
		       counts.status[READING_BAD], *why.text ? " " : "", why.text);
	}
	return 0;
}
