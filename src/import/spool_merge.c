/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/spool_merge.h"

#include <errno.h>
#include <stdlib.h>

#define AHEAD (4u << 20) /* bytes in memory, of all runs together, */
#define AHEAD_LEAST 4096 /* but of each at least so many */
#define AHEAD_MOST (256u << 10)

int spool_merge_init(struct spool_merge *merge, const struct spool_runs *runs, struct failure *why)
{
	size_t most_open;
	int err = spool_runs_overlapping(runs, &most_open, why);

	if (err)
		return err;
	*merge = (struct spool_merge){ .runs = runs, .heap = calloc(runs->count + 1, sizeof(*merge->heap)) };
	if (!merge->heap)
		return fail(why, ENOMEM, "no memory for records");
	merge->ahead = (uint32_t)(AHEAD / most_open);
	if (merge->ahead < AHEAD_LEAST)
		merge->ahead = AHEAD_LEAST;
	if (merge->ahead > AHEAD_MOST)
		merge->ahead = AHEAD_MOST;
	return 0;
}

static void free_reader(struct spool_reader *reader)
{
	spool_reader_fini(reader);
	free(reader);
}

void spool_merge_fini(struct spool_merge *merge)
{
	while (merge->open > 0)
		free_reader(merge->heap[--merge->open]);
	free(merge->heap);
}

static void sift_down(struct spool_merge *merge)
{
	struct spool_reader **heap = merge->heap, *moving = heap[0];
	size_t at = 0;

	for (size_t child = 1; child < merge->open; child = 2 * at + 1) {
		if (child + 1 < merge->open && heap[child + 1]->record.at < heap[child]->record.at)
			child++;
		if (heap[child]->record.at >= moving->record.at)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moving;
}

static void sift_up(struct spool_merge *merge, size_t at)
{
	struct spool_reader **heap = merge->heap, *moving = heap[at];

	for (size_t parent; at > 0 && heap[parent = (at - 1) / 2]->record.at > moving->record.at; at = parent)
		heap[at] = heap[parent];
	heap[at] = moving;
}

/* Opens the next run, which has a record. */
static int open_run(struct spool_merge *merge, struct failure *why)
{
	const struct spool_run *run = &merge->runs->run[merge->next_run++];
	struct spool_reader *reader = malloc(sizeof(*reader));
	int got;

	if (!reader)
		return fail(why, ENOMEM, "no memory for records");
	got = spool_reader_init(reader, merge->runs, run, merge->ahead, why);
	if (!got)
		got = spool_reader_next(reader, why);
	if (got < 0) {
		free_reader(reader);
		return got;
	}
	merge->heap[merge->open++] = reader;
	sift_up(merge, merge->open - 1);
	return 0;
}

static void close_first(struct spool_merge *merge)
{
	free_reader(merge->heap[0]);
	merge->heap[0] = merge->heap[--merge->open];
	if (merge->open > 0)
		sift_down(merge);
}

/* Opens all runs that may have the earliest record. */
static int open_runs(struct spool_merge *merge, struct failure *why)
{
	const struct spool_runs *runs = merge->runs;
	int err = 0;

	while (!err && merge->next_run < runs->count &&
	       (merge->open == 0 || runs->run[merge->next_run].first <= merge->heap[0]->record.at))
		err = open_run(merge, why);
	return err;
}

int spool_merge_next(struct spool_merge *merge, struct record *record, unsigned *source, struct failure *why)
{
	struct spool_reader *first;
	int got = open_runs(merge, why);

	if (got < 0 || merge->open == 0)
		return got;
	first = merge->heap[0];
	*record = first->record;
	*source = first->run->source;
	got = spool_reader_next(first, why);
	if (got < 0)
		return got;
	if (got == 0)
		close_first(merge);
	else if (merge->open > 1)
		sift_down(merge);
	return 1;
}
