/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set of hashes of 64 bits, for telling how many different ones there were of millions. 11 to 22 bytes each. */
#ifndef TOOL_FINGERPRINTS_H
#define TOOL_FINGERPRINTS_H

#include <stdbool.h>
#include <stdint.h>

/* All zero is the empty set. */
struct fingerprints {
	uint64_t *place; /* 0 is free; each lies at its lowest bits, or the next free place behind that */
	uint64_t places; /* a power of two */
	uint64_t count;
};

void fingerprints_fini(struct fingerprints *set);

/* Makes room for so many more. -ENOMEM, and the set is as it was. */
int fingerprints_reserve(struct fingerprints *set, uint64_t more);

/* Has the memory fetched that fingerprints_add will ask for. Only after fingerprints_reserve, as that. */
static inline void fingerprints_prefetch(const struct fingerprints *set, uint64_t hash)
{
	__builtin_prefetch(&set->place[hash & (set->places - 1)], 1);
}

/* Whether it is new. */
bool fingerprints_add(struct fingerprints *set, uint64_t hash);

#endif
