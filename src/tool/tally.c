/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/tally.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "common/bigtable.h"

#define HEAP_BITS 10
#define HEAPS (1u << HEAP_BITS)
#define CACHE (1u << 14)
#define GIVE_UP 16 /* one of so many heaps, when there are too many items */
#define BLOCK 84 /* items: 2 KiB */
#define BLOCK_SMALL (3 * BLOCK)
#define SLAB_BYTES ((size_t)2 << 20) /* a huge page */
#define SLAB (SLAB_BYTES / sizeof(struct block))
#define PLACES_LEAST 64

struct small_item {
	uint32_t low;
	uint32_t high_or_sum;
};

struct block {
	struct block *before;
	uint32_t count;
	uint32_t mark; /* of all its small items; 0: those of item */
	union {
		struct tally_item item[BLOCK];
		struct small_item small[BLOCK_SMALL];
	};
};

struct feed {
	struct tally_item *cache; /* by hash; mark 0: free */
	struct block *heap[2 * HEAPS]; /* the newest block of each, beside that of its small items */
	struct block *unused;
	unsigned slabs, slabs_most, blocks; /* blocks: of the slabs, taken */
	struct block **slab; /* SLAB blocks each */
	unsigned upto; /* it has no heap from this one on */
	struct tally_item *table; /* of the heap that is added up; all free between heaps */
	size_t places;
};

struct tally {
	uint64_t key[3];
	unsigned from, upto; /* the heaps of this round; upto atomically */
	unsigned next; /* to be added up, atomically */
	unsigned feeds;
	struct feed feed[TALLY_FEEDS];
};

static inline uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_of(const struct tally *tally, const struct tally_item *item)
{
	return mix(mix(item->high ^ tally->key[0], item->low ^ tally->key[1]) ^ item->mark, tally->key[2]);
}

uint64_t tally_hash(const struct tally *tally, const struct tally_item *item)
{
	return hash_of(tally, item);
}

/* ---- making ---- */

struct tally *tally_new(unsigned feeds, size_t bytes)
{
	struct tally *tally = calloc(1, sizeof(*tally));

	if (!tally)
		return NULL;
	tally->upto = HEAPS;
	if (getrandom(tally->key, sizeof(tally->key), 0) != sizeof(tally->key))
		goto free_tally;
	for (unsigned i = 0; i < 3; i++)
		tally->key[i] |= 1; /* a factor of 0 would make all the same */
	for (; tally->feeds < feeds; tally->feeds++) {
		struct feed *feed = &tally->feed[tally->feeds];

		feed->upto = HEAPS;
		feed->slabs_most = (unsigned)(bytes / feeds / SLAB_BYTES) + 1;
		feed->cache = calloc(CACHE, sizeof(*feed->cache));
		if (!feed->cache)
			goto free_tally;
	}
	return tally;
free_tally:
	tally_free(tally);
	return NULL;
}

void tally_free(struct tally *tally)
{
	if (!tally)
		return;
	for (unsigned i = 0; i < tally->feeds; i++) {
		struct feed *feed = &tally->feed[i];

		for (unsigned j = 0; j < feed->slabs; j++)
			bigtable_free(feed->slab[j], SLAB_BYTES);
		free(feed->slab);
		free(feed->cache);
		free(feed->table);
	}
	free(tally);
}

/* ---- heaps ---- */

/* Gives up the heaps that this round has no more. */
static void give_up(struct feed *feed, unsigned upto)
{
	for (unsigned i = 2 * upto; i < 2 * feed->upto; i++)
		while (feed->heap[i]) {
			struct block *block = feed->heap[i];

			feed->heap[i] = block->before;
			block->before = feed->unused;
			feed->unused = block;
		}
	feed->upto = upto;
}

/* Leaves the upper heaps of this round to later ones, unless another thread just did that. */
static void give_way(struct tally *tally, struct feed *feed)
{
	unsigned upto = __atomic_load_n(&tally->upto, __ATOMIC_RELAXED);

	if (upto == feed->upto && upto - tally->from > 1) {
		unsigned fewer = upto - (upto - tally->from + GIVE_UP - 1) / GIVE_UP;

		if (__atomic_compare_exchange_n(&tally->upto, &upto, fewer, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			upto = fewer;
	}
	give_up(feed, upto);
}

static int add_slab(struct feed *feed)
{
	struct block **grown = reallocarray(feed->slab, feed->slabs + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	feed->slab = grown;
	grown[feed->slabs] = bigtable_new(SLAB_BYTES);
	if (!grown[feed->slabs])
		return -ENOMEM;
	feed->slabs++;
	return 0;
}

static struct block *take_block(struct tally *tally, struct feed *feed)
{
	struct block *block;

	if (!feed->unused && feed->blocks == feed->slabs * SLAB) {
		if (feed->slabs >= feed->slabs_most)
			give_way(tally, feed);
		if (!feed->unused && add_slab(feed))
			return NULL;
	}
	block = feed->unused;
	if (block) {
		feed->unused = block->before;
		return block;
	}
	block = &feed->slab[feed->blocks / SLAB][feed->blocks % SLAB];
	feed->blocks++;
	return block;
}

static int add_block(struct tally *tally, struct feed *feed, struct block **heap, unsigned mark)
{
	struct block *block = take_block(tally, feed);

	if (!block)
		return -ENOMEM;
	block->before = *heap;
	block->count = 0;
	block->mark = mark;
	*heap = block;
	return 0;
}

static int throw(struct tally *tally, struct feed *feed, const struct tally_item *item)
{
	unsigned at = (unsigned)(hash_of(tally, item) >> (64 - HEAP_BITS));
	struct block **heap = &feed->heap[2 * at + 1];
	bool is_pair = item->mark & TALLY_PAIR, is_small = !((item->low | item->high | item->sum) >> 32) && (is_pair || !item->high);

	if (at >= feed->upto)
		return 0;
	if (!is_small || (*heap && (*heap)->mark != item->mark)) {
		is_small = false;
		heap--;
	}
	if ((!*heap || (*heap)->count == (is_small ? BLOCK_SMALL : BLOCK)) && add_block(tally, feed, heap, is_small ? item->mark : 0))
		return -ENOMEM;
	if (is_small)
		(*heap)->small[(*heap)->count++] =
			(struct small_item){ (uint32_t)item->low, (uint32_t)(is_pair ? item->high : item->sum) };
	else
		(*heap)->item[(*heap)->count++] = *item;
	return 0;
}

int tally_add(struct tally *tally, unsigned number, const struct tally_item *item)
{
	struct feed *feed = &tally->feed[number];
	uint64_t hash = hash_of(tally, item);
	struct tally_item *cached = &feed->cache[hash & (CACHE - 1)];
	unsigned heap = (unsigned)(hash >> (64 - HEAP_BITS));
	int err = 0;

	if (heap < tally->from || heap >= feed->upto)
		return 0;
	if (tally_is_same(cached, item)) {
		cached->sum += item->sum;
		return 0;
	}
	if (cached->mark)
		err = throw(tally, feed, cached);
	*cached = *item;
	return err;
}

int tally_flush(struct tally *tally, unsigned number)
{
	struct feed *feed = &tally->feed[number];
	int err = 0;

	for (unsigned i = 0; i < CACHE && err == 0; i++) {
		if (feed->cache[i].mark)
			err = throw(tally, feed, &feed->cache[i]);
		feed->cache[i].mark = 0;
	}
	return err;
}

/* ---- adding up ---- */

static int make_places(struct feed *feed, size_t items, size_t *places)
{
	*places = PLACES_LEAST;
	while (items > *places / 4 * 3)
		*places *= 2;
	if (*places <= feed->places)
		return 0;
	free(feed->table);
	feed->table = calloc(*places, sizeof(*feed->table));
	feed->places = feed->table ? *places : 0;
	return feed->table ? 0 : -ENOMEM;
}

static void add_up(const struct tally *tally, struct feed *feed, size_t places, const struct tally_item *item)
{
	uint64_t at = hash_of(tally, item) & (places - 1);

	while (feed->table[at].mark && !tally_is_same(&feed->table[at], item))
		at = (at + 1) & (places - 1);
	if (feed->table[at].mark)
		feed->table[at].sum += item->sum;
	else
		feed->table[at] = *item;
}

static void add_up_block(const struct tally *tally, struct feed *feed, size_t places, const struct block *block)
{
	struct tally_item item = { .mark = block->mark };

	for (unsigned i = 0; i < block->count; i++) {
		if (!block->mark) {
			add_up(tally, feed, places, &block->item[i]);
			continue;
		}
		item.low = block->small[i].low;
		if (block->mark & TALLY_PAIR)
			item.high = block->small[i].high_or_sum;
		else
			item.sum = block->small[i].high_or_sum;
		add_up(tally, feed, places, &item);
	}
}

/* How many items a heap has; adds them up if there is room for them. */
static size_t for_heap(struct tally *tally, struct feed *feed, unsigned heap, size_t places)
{
	size_t items = 0;

	for (unsigned i = 0; i < 2 * tally->feeds; i++)
		for (const struct block *block = tally->feed[i / 2].heap[2 * heap + i % 2]; block; block = block->before) {
			items += block->count;
			if (places)
				add_up_block(tally, feed, places, block);
		}
	return items;
}

static int reduce_heap(struct tally *tally, struct feed *feed, unsigned heap, tally_visit *visit, void *arg)
{
	size_t items = for_heap(tally, feed, heap, 0), places;
	int err;

	if (items == 0)
		return 0;
	err = make_places(feed, items, &places);
	if (err)
		return err;
	for_heap(tally, feed, heap, places);
	for (size_t at = 0; at < places; at++) {
		if (feed->table[at].mark && err == 0)
			err = visit(arg, &feed->table[at]);
		feed->table[at].mark = 0;
	}
	return err;
}

int tally_reduce(struct tally *tally, unsigned number, tally_visit *visit, void *arg)
{
	unsigned heap;
	int err = 0;

	while (err == 0 && (heap = __atomic_fetch_add(&tally->next, 1, __ATOMIC_RELAXED)) < tally->upto)
		err = reduce_heap(tally, &tally->feed[number], heap, visit, arg);
	return err;
}

bool tally_again(struct tally *tally)
{
	bool more = tally->upto < HEAPS;

	tally->from = tally->next = more ? tally->upto : 0;
	tally->upto = HEAPS;
	for (unsigned i = 0; i < tally->feeds; i++) {
		tally->feed[i].upto = HEAPS; /* what was given up while it was thrown lies there still */
		give_up(&tally->feed[i], 0);
		tally->feed[i].upto = HEAPS;
	}
	return more;
}
