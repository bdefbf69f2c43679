/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds up numbers by what they belong to, for many millions of different ones, on several threads that share nothing, in bounded memory.
 *
 * What is added is first thrown by its hash onto one of a thousand heaps, and each heap is added up by itself, in a table that the
 * caches of a CPU hold. If the heaps get too large, those with the higher hashes are given up for now: then all has to be added once
 * more. What came a moment ago is not thrown again but added to at once. */
#ifndef TOOL_TALLY_H
#define TOOL_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TALLY_FEEDS 4 /* at most */

struct tally_item {
	uint64_t high, low;
	uint64_t mark : 8; /* not 0; with high and low it tells one from another */
	uint64_t sum : 56;
};

/* A bit of mark. Items with the same mark that fit into 32 + 32 bits take a third of the memory: low and high of those with this bit, of
 * which the sum is 0, low and sum of others. */
#define TALLY_PAIR 128

static inline bool tally_is_same(const struct tally_item *a, const struct tally_item *b)
{
	return a->low == b->low && a->high == b->high && a->mark == b->mark;
}

struct tally;

/* One with so many feeds, for a thread each, which take about so many bytes together. Hashes are keyed by a random number, so who
 * chooses his address cannot make them slow. NULL with errno set. tally_free() takes NULL. */
struct tally *tally_new(unsigned feeds, size_t bytes);
void tally_free(struct tally *tally);

uint64_t tally_hash(const struct tally *tally, const struct tally_item *item);

/* Adds through a feed, and what it still holds back when all was added. -ENOMEM. */
int tally_add(struct tally *tally, unsigned feed, const struct tally_item *item);
int tally_flush(struct tally *tally, unsigned feed);

/* When all feeds are flushed: visits each different item once, with its sum. All feeds may do it at the same time; who is visited by one
 * of them isn't by another. visit returns 0 or -errno, which ends it. */
typedef int tally_visit(void *arg, const struct tally_item *item);
int tally_reduce(struct tally *tally, unsigned feed, tally_visit *visit, void *arg);

/* When all have done that: forgets it, and tells whether there is more, so that all must be added again to visit others. */
bool tally_again(struct tally *tally);

#endif
