/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/dedup.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define GROUP 65536 /* records of the same time that are compared with each other; of more, each so many by themselves */

struct entry {
	struct record record;
	unsigned source;
};

struct dedup {
	struct spool *spool;
	struct entry *group; /* of the same time */
	uint32_t at, count;
	struct entry ahead; /* the first of the next group */
	bool has_ahead;
	uint64_t dropped[];
};

struct dedup *dedup_new(struct spool *spool, unsigned sources)
{
	struct dedup *dedup = calloc(1, sizeof(*dedup) + sources * sizeof(dedup->dropped[0]));

	if (dedup) {
		dedup->spool = spool;
		dedup->group = malloc(GROUP * sizeof(*dedup->group));
	}
	if (dedup && !dedup->group) {
		free(dedup);
		dedup = NULL;
	}
	return dedup;
}

void dedup_free(struct dedup *dedup)
{
	if (!dedup)
		return;
	free(dedup->group);
	free(dedup);
}

static int by_digest(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	if (left->record.digest != right->record.digest)
		return left->record.digest < right->record.digest ? -1 : 1;
	return left->source < right->source ? -1 : left->source > right->source;
}

/* Of one digest, sorted by source: keeps the longest row of one source. Returns how many. */
static uint32_t keep_most(struct dedup *dedup, uint32_t from, uint32_t to, uint32_t kept)
{
	const struct entry *all = dedup->group;
	uint32_t best = from, best_count = 0;

	for (uint32_t i = from, next; i < to; i = next) {
		for (next = i; next < to && all[next].source == all[i].source; next++)
			;
		if (next - i > best_count) {
			best = i;
			best_count = next - i;
		}
	}
	for (uint32_t i = from; i < to; i++)
		dedup->dropped[all[i].source] += i < best || i >= best + best_count;
	memmove(&dedup->group[kept], &all[best], best_count * sizeof(*all));
	return best_count;
}

static void drop_copies(struct dedup *dedup)
{
	uint32_t kept = 0;

	qsort(dedup->group, dedup->count, sizeof(*dedup->group), by_digest);
	for (uint32_t from = 0, to; from < dedup->count; from = to) {
		for (to = from; to < dedup->count && dedup->group[to].record.digest == dedup->group[from].record.digest; to++)
			;
		kept += keep_most(dedup, from, to, kept);
	}
	dedup->count = kept;
}

static int next_entry(struct dedup *dedup, struct entry *entry, struct failure *why)
{
	if (dedup->has_ahead) {
		*entry = dedup->ahead;
		dedup->has_ahead = false;
		return 1;
	}
	return spool_next(dedup->spool, &entry->record, &entry->source, why);
}

/* All that have the time of the next one. */
static int fill_group(struct dedup *dedup, struct failure *why)
{
	struct entry entry;
	bool are_mixed = false;
	int got;

	dedup->at = dedup->count = 0;
	while ((got = next_entry(dedup, &entry, why)) > 0) {
		if (dedup->count == GROUP || (dedup->count > 0 && entry.record.at != dedup->group[0].record.at)) {
			dedup->ahead = entry;
			dedup->has_ahead = true;
			break;
		}
		are_mixed |= dedup->count > 0 && entry.source != dedup->group[0].source;
		dedup->group[dedup->count++] = entry;
	}
	if (are_mixed)
		drop_copies(dedup);
	return got;
}

int dedup_next(struct dedup *dedup, struct record *record, unsigned *source, struct failure *why)
{
	if (dedup->at == dedup->count) {
		int got = fill_group(dedup, why);

		if (got < 0 || dedup->count == 0)
			return got;
	}
	*record = dedup->group[dedup->at].record;
	*source = dedup->group[dedup->at++].source;
	return 1;
}

uint64_t dedup_dropped(const struct dedup *dedup, unsigned source)
{
	return dedup->dropped[source];
}
