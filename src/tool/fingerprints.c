/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/fingerprints.h"

#include <errno.h>

#include "common/bigtable.h"

void fingerprints_fini(struct fingerprints *set)
{
	bigtable_free(set->place, set->places * sizeof(*set->place));
	*set = (struct fingerprints){ 0 };
}

/* The place where it is, or the free one where it belongs. */
static uint64_t *find(const struct fingerprints *set, uint64_t hash)
{
	uint64_t mask = set->places - 1, at = hash & mask;

	while (set->place[at] && set->place[at] != hash)
		at = (at + 1) & mask;
	return &set->place[at];
}

int fingerprints_reserve(struct fingerprints *set, uint64_t more)
{
	struct fingerprints larger = { .places = set->places ? set->places : 1024, .count = set->count };

	while (set->count + more > larger.places / 4 * 3)
		larger.places *= 2;
	if (larger.places == set->places)
		return 0;
	larger.place = bigtable_new(larger.places * sizeof(*larger.place));
	if (!larger.place)
		return -ENOMEM;
	for (uint64_t i = 0; i < set->places; i++)
		if (set->place[i])
			*find(&larger, set->place[i]) = set->place[i];
	fingerprints_fini(set);
	*set = larger;
	return 0;
}

bool fingerprints_add(struct fingerprints *set, uint64_t hash)
{
	uint64_t *place;

	if (hash == 0) /* which stands for a free place */
		hash = 1;
	place = find(set, hash);
	if (*place)
		return false;
	*place = hash;
	set->count++;
	return true;
}
