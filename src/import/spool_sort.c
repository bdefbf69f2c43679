/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/spool_sort.h"

#include <errno.h>
#include <stdlib.h>

#include "import/spool_record.h"

#define CHUNK 32768 /* records that are sorted in memory */

int spool_sort_init(struct spool_sort *sort, struct spool_runs *runs, struct failure *why)
{
	*sort = (struct spool_sort){ .runs = runs, .packed = malloc(CHUNK * SPOOL_RECORD_MOST) };
	return sort->packed ? 0 : fail(why, ENOMEM, "no memory for records");
}

void spool_sort_fini(struct spool_sort *sort)
{
	for (unsigned kind = 0; kind < SPOOL_KINDS; kind++)
		free(sort->chunk[kind].record);
	free(sort->packed);
	*sort = (struct spool_sort){ 0 };
}

static int by_order(const void *a, const void *b)
{
	const struct record *left = a, *right = b;

	return left->at < right->at ? -1 : left->at > right->at;
}

static int flush(struct spool_sort *sort, enum stamp_kind kind, struct failure *why)
{
	struct spool_chunk *chunk = &sort->chunk[kind];
	struct spool_run part = { .records = chunk->count, .source = sort->source, .kind = kind };
	uint8_t *end = sort->packed;

	if (chunk->count == 0)
		return 0;
	if (chunk->is_unordered)
		qsort(chunk->record, chunk->count, sizeof(*chunk->record), by_order);
	for (uint32_t i = 0; i < chunk->count; i++)
		end = spool_record_pack(&chunk->record[i], sort->runs->has_digest, end);
	part.bytes = (uint64_t)(end - sort->packed);
	part.first = chunk->record[0].at;
	part.last = chunk->record[chunk->count - 1].at;
	chunk->count = 0;
	chunk->is_unordered = false;
	return spool_runs_append(sort->runs, &part, sort->packed, why);
}

int spool_sort_flush(struct spool_sort *sort, struct failure *why)
{
	int err = 0;

	for (unsigned kind = 0; kind < SPOOL_KINDS && !err; kind++)
		err = flush(sort, (enum stamp_kind)kind, why);
	return err;
}

/* Room for one more record. */
static int make_room(struct spool_sort *sort, unsigned source, enum stamp_kind kind, struct failure *why)
{
	struct spool_chunk *chunk = &sort->chunk[kind];
	int err = 0;

	if (source != sort->source)
		err = spool_sort_flush(sort, why);
	else if (chunk->count == CHUNK)
		err = flush(sort, kind, why);
	if (err)
		return err;
	sort->source = source;
	if (!chunk->record)
		chunk->record = malloc(CHUNK * sizeof(*chunk->record));
	return chunk->record ? 0 : fail(why, ENOMEM, "no memory for records");
}

int spool_sort_add(struct spool_sort *sort, unsigned source, enum stamp_kind kind, const struct record *record, struct failure *why)
{
	struct spool_chunk *chunk = &sort->chunk[kind];

	if (!chunk->record || chunk->count == CHUNK || source != sort->source) {
		int err = make_room(sort, source, kind, why);

		if (err)
			return err;
	}
	if (chunk->count > 0 && record->at < chunk->record[chunk->count - 1].at)
		chunk->is_unordered = true;
	chunk->record[chunk->count++] = *record;
	return 0;
}
