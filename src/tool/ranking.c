/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/ranking.h"

#include <endian.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/bigtable.h"
#include "tool/fingerprints.h"

/* What is looked up at once: memory is slow to answer, but answers many at a time. */
#define BATCH 128

/* Groups lie in chunks, so that they stay where they are when there is need for more: of so many that each array of them is made of
 * whole huge pages. */
#define CHUNK_BITS 19
#define CHUNK (1u << CHUNK_BITS)
#define CHUNKS 1024

struct group {
	uint64_t high, low; /* what its sightings have in common; of a rule the hash of its text */
	uint64_t packets;
	uint32_t first, last; /* seconds after the oldest sighting */
	uint32_t ports;
	uint32_t version : 8;
	uint32_t first_port : 24; /* target_code; the others are in the fingerprints */
};

struct group_sources {
	uint64_t first; /* the hash of the one; the others are in the fingerprints */
	uint32_t count;
};

/* A place of the index: 0 is free. A group's own place is that of its tag, or the next free one behind it. */
struct place {
	uint32_t tag;
	uint32_t number; /* of the group, from 1 */
};

/* A sighting on its way. */
struct waiting {
	uint64_t high, low;
	uint64_t hash; /* of these two */
	uint64_t source;
	const char *rule;
	uint32_t packets;
	uint32_t first, last;
	uint32_t port;
	uint32_t version;
	uint32_t group; /* once it is found */
};

struct ranking {
	enum ranking_by by;
	uint64_t key[4];
	int64_t base_s; /* no sighting is older */
	pthread_mutex_t lock; /* of what follows */
	uint64_t packets;
	uint32_t count; /* of groups */
	unsigned chunks;
	struct group *group[CHUNKS];
	struct group_sources *sources[CHUNKS]; /* of each group; NULL by source */
	char **rule[CHUNKS];                   /* of each group, owned; NULL but by rule */
	bool no_memory; /* for the text of a rule */
	struct place *index;
	uint32_t places; /* a power of two */
	struct fingerprints pairs; /* of group and port, group and source, but for the first of each */
};

struct ranking_feed {
	struct ranking *ranking;
	unsigned count;
	struct waiting waiting[BATCH];
	const char *rule; /* of the sighting before, and its hash */
	uint64_t rule_hash;
};

static inline struct group *group_at(const struct ranking *ranking, uint32_t number)
{
	return &ranking->group[number >> CHUNK_BITS][number & (CHUNK - 1)];
}

static inline struct group_sources *sources_at(const struct ranking *ranking, uint32_t number)
{
	return &ranking->sources[number >> CHUNK_BITS][number & (CHUNK - 1)];
}

static inline char **rule_at(const struct ranking *ranking, uint32_t number)
{
	return &ranking->rule[number >> CHUNK_BITS][number & (CHUNK - 1)];
}

static const char *const by_names[RANKING_BYS] = {
	[RANKING_SOURCE] = "source", [RANKING_PORT] = "port",
	[RANKING_NET24] = "net24",   [RANKING_NET64] = "net64",
	[RANKING_RULE] = "rule",     [RANKING_DESTINATION] = "destination",
	[RANKING_SERIES] = "series",
};

const char *ranking_by_name(enum ranking_by by)
{
	return by_names[by];
}

bool ranking_by_parse(const char *name, enum ranking_by *by)
{
	for (unsigned i = 0; i < RANKING_BYS; i++)
		if (strcmp(by_names[i], name) == 0) {
			*by = (enum ranking_by)i;
			return true;
		}
	return false;
}

/* ---- hashes ---- */

static inline uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_of(const struct ranking *ranking, uint64_t high, uint64_t low, unsigned version)
{
	return mix(mix(high ^ ranking->key[0], low ^ ranking->key[1]) ^ version, ranking->key[2]);
}

static inline uint64_t load(const uint8_t *at)
{
	uint64_t number;

	memcpy(&number, at, sizeof(number));
	return be64toh(number);
}

static inline unsigned version_of(const struct sighting *sighting)
{
	return series_version((enum series)sighting->series);
}

static uint64_t hash_text(const struct ranking *ranking, const char *text)
{
	uint64_t hash = ranking->key[3];
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i += 8) {
		uint64_t word = 0;

		memcpy(&word, text + i, len - i < 8 ? len - i : 8);
		hash = mix(hash ^ word, ranking->key[2]);
	}
	return mix(hash ^ len, ranking->key[1]);
}

/* Rules come many times in a row. */
static uint64_t hash_rule(struct ranking_feed *feed, const char *rule)
{
	if (rule != feed->rule) {
		feed->rule = rule;
		feed->rule_hash = hash_text(feed->ranking, rule);
	}
	return feed->rule_hash;
}

/* ---- making ---- */

struct ranking *ranking_new(enum ranking_by by, int64_t base_s, struct failure *why)
{
	struct ranking *ranking = calloc(1, sizeof(*ranking));

	if (!ranking) {
		fail_errno(why, ENOMEM, "groups of sightings");
		return NULL;
	}
	ranking->by = by;
	ranking->base_s = base_s;
	pthread_mutex_init(&ranking->lock, NULL);
	if (getrandom(ranking->key, sizeof(ranking->key), 0) != sizeof(ranking->key)) {
		fail_errno(why, errno, "no random number for the hashes of addresses");
		ranking_free(ranking);
		return NULL;
	}
	for (unsigned i = 0; i < 4; i++)
		ranking->key[i] |= 1; /* a factor of 0 would make all the same */
	return ranking;
}

void ranking_free(struct ranking *ranking)
{
	if (!ranking)
		return;
	for (uint32_t i = 0; i < ranking->count && ranking->by == RANKING_RULE; i++)
		free(*rule_at(ranking, i));
	for (unsigned i = 0; i < CHUNKS; i++) {
		bigtable_free(ranking->group[i], CHUNK * sizeof(**ranking->group));
		bigtable_free(ranking->sources[i], CHUNK * sizeof(**ranking->sources));
		bigtable_free(ranking->rule[i], CHUNK * sizeof(**ranking->rule));
	}
	bigtable_free(ranking->index, ranking->places * sizeof(*ranking->index));
	fingerprints_fini(&ranking->pairs);
	pthread_mutex_destroy(&ranking->lock);
	free(ranking);
}

struct ranking_feed *ranking_feed_new(struct ranking *ranking)
{
	struct ranking_feed *feed = calloc(1, sizeof(*feed));

	if (feed)
		feed->ranking = ranking;
	return feed;
}

void ranking_feed_free(struct ranking_feed *feed)
{
	free(feed);
}

/* ---- room ---- */

static void put(struct place *index, uint32_t mask, struct place place)
{
	uint32_t at = place.tag & mask;

	while (index[at].number)
		at = (at + 1) & mask;
	index[at] = place;
}

static int grow_index(struct ranking *ranking)
{
	uint32_t places = ranking->places ? 2 * ranking->places : 1024;
	struct place *index = bigtable_new(places * sizeof(*index));

	if (!index)
		return -ENOMEM;
	for (uint32_t i = 0; i < ranking->places; i++)
		if (ranking->index[i].number)
			put(index, places - 1, ranking->index[i]);
	bigtable_free(ranking->index, ranking->places * sizeof(*ranking->index));
	ranking->index = index;
	ranking->places = places;
	return 0;
}

static int add_chunk(struct ranking *ranking)
{
	unsigned i = ranking->chunks;

	if (i == CHUNKS)
		return -ENOMEM;
	ranking->group[i] = bigtable_new(CHUNK * sizeof(**ranking->group));
	if (ranking->by != RANKING_SOURCE)
		ranking->sources[i] = bigtable_new(CHUNK * sizeof(**ranking->sources));
	if (ranking->by == RANKING_RULE)
		ranking->rule[i] = bigtable_new(CHUNK * sizeof(**ranking->rule));
	if (!ranking->group[i] || (ranking->by != RANKING_SOURCE && !ranking->sources[i]) ||
	    (ranking->by == RANKING_RULE && !ranking->rule[i]))
		return -ENOMEM;
	ranking->chunks++;
	return 0;
}

/* For one more batch. The index is at most three quarters full. */
static int make_room(struct ranking *ranking)
{
	int err = 0;

	if (ranking->count + BATCH > (uint64_t)ranking->chunks * CHUNK)
		err = add_chunk(ranking);
	if (err == 0 && ranking->count + BATCH > ranking->places / 4 * 3)
		err = grow_index(ranking);
	return err ? err : fingerprints_reserve(&ranking->pairs, 2 * BATCH);
}

/* ---- adding ---- */

static bool is_group(const struct group *group, const struct waiting *waiting)
{
	return group->low == waiting->low && group->high == waiting->high && group->version == waiting->version;
}

static uint32_t add_group(struct ranking *ranking, const struct waiting *waiting)
{
	uint32_t number = ranking->count++;

	*group_at(ranking, number) = (struct group){ .high = waiting->high, .low = waiting->low, .first = waiting->first, .ports = 1,
		                                 .version = waiting->version & 0xff, .first_port = waiting->port & 0xffffff };
	if (ranking->by != RANKING_SOURCE)
		*sources_at(ranking, number) = (struct group_sources){ .first = waiting->source, .count = 1 };
	if (ranking->by == RANKING_RULE) {
		*rule_at(ranking, number) = strdup(waiting->rule);
		ranking->no_memory |= *rule_at(ranking, number) == NULL;
	}
	return number;
}

static uint32_t find_group(struct ranking *ranking, const struct waiting *waiting)
{
	uint32_t mask = ranking->places - 1, tag = (uint32_t)waiting->hash, at = tag & mask, number;

	for (; ranking->index[at].number; at = (at + 1) & mask)
		if (ranking->index[at].tag == tag && is_group(group_at(ranking, ranking->index[at].number - 1), waiting))
			return ranking->index[at].number - 1;
	number = add_group(ranking, waiting);
	ranking->index[at] = (struct place){ tag, number + 1 };
	return number;
}

/* The group that it is likely to be, so that it is on its way from memory when it is asked for. */
static void prefetch_group(const struct ranking *ranking, const struct waiting *waiting)
{
	struct place place = ranking->index[(uint32_t)waiting->hash & (ranking->places - 1)];

	if (place.number && place.tag == (uint32_t)waiting->hash)
		__builtin_prefetch(group_at(ranking, place.number - 1), 1);
}

static uint64_t port_pair(const struct ranking *ranking, const struct waiting *waiting)
{
	return mix(waiting->hash ^ ranking->key[3], waiting->port ^ ranking->key[1]);
}

static uint64_t source_pair(const struct ranking *ranking, const struct waiting *waiting)
{
	return mix(waiting->hash ^ ranking->key[2], waiting->source ^ ranking->key[0]);
}

static void count_in_group(struct ranking *ranking, struct waiting *waiting)
{
	struct group *group;

	waiting->group = find_group(ranking, waiting);
	group = group_at(ranking, waiting->group);
	group->packets += waiting->packets;
	ranking->packets += waiting->packets;
	group->first = waiting->first < group->first ? waiting->first : group->first;
	group->last = waiting->last > group->last ? waiting->last : group->last;
	if (group->first_port != waiting->port)
		fingerprints_prefetch(&ranking->pairs, port_pair(ranking, waiting));
	if (ranking->by != RANKING_SOURCE && sources_at(ranking, waiting->group)->first != waiting->source)
		fingerprints_prefetch(&ranking->pairs, source_pair(ranking, waiting));
}

static void count_different(struct ranking *ranking, const struct waiting *waiting)
{
	struct group *group = group_at(ranking, waiting->group);

	if (group->first_port != waiting->port)
		group->ports += fingerprints_add(&ranking->pairs, port_pair(ranking, waiting));
	if (ranking->by != RANKING_SOURCE && sources_at(ranking, waiting->group)->first != waiting->source)
		sources_at(ranking, waiting->group)->count += fingerprints_add(&ranking->pairs, source_pair(ranking, waiting));
}

static int count_batch(struct ranking *ranking, struct waiting *waiting, unsigned count)
{
	int err = make_room(ranking);

	if (err)
		return err;
	for (unsigned i = 0; i < count; i++)
		__builtin_prefetch(&ranking->index[(uint32_t)waiting[i].hash & (ranking->places - 1)], 1);
	for (unsigned i = 0; i < count; i++)
		prefetch_group(ranking, &waiting[i]);
	for (unsigned i = 0; i < count; i++)
		count_in_group(ranking, &waiting[i]);
	for (unsigned i = 0; i < count; i++)
		count_different(ranking, &waiting[i]);
	return ranking->no_memory ? -ENOMEM : 0;
}

int ranking_feed_flush(struct ranking_feed *feed)
{
	int err;

	pthread_mutex_lock(&feed->ranking->lock);
	err = count_batch(feed->ranking, feed->waiting, feed->count);
	pthread_mutex_unlock(&feed->ranking->lock);
	feed->count = 0;
	return err;
}

static void set_address(struct waiting *waiting, const uint8_t *address, unsigned version)
{
	waiting->version = version;
	waiting->high = version == 4 ? 0 : load(address);
	waiting->low = version == 4 ? load(address) >> 32 : load(address + 8);
}

static void set_key(struct ranking_feed *feed, struct waiting *waiting, const struct sightings_row *row)
{
	const struct sighting *sighting = &row->sighting;
	unsigned version = version_of(sighting);

	waiting->high = 0;
	waiting->version = 0;
	switch (feed->ranking->by) {
	case RANKING_SOURCE:
		set_address(waiting, sighting->source, version);
		return;
	case RANKING_NET24:
		set_address(waiting, sighting->source, version);
		waiting->low = version == 4 ? waiting->low & ~0xffull : 0;
		return;
	case RANKING_NET64:
		set_address(waiting, sighting->source, version);
		waiting->low = version == 4 ? waiting->low : 0;
		return;
	case RANKING_DESTINATION:
		set_address(waiting, sighting->destination, version);
		return;
	case RANKING_PORT:
		waiting->low = waiting->port;
		return;
	case RANKING_RULE:
		waiting->low = hash_rule(feed, row->rule);
		waiting->rule = row->rule;
		return;
	case RANKING_SERIES:
		waiting->low = sighting->series;
		return;
	}
}

/* 136 years are enough. */
static uint32_t seconds_after(const struct ranking *ranking, int64_t at_s)
{
	if (at_s <= ranking->base_s)
		return 0;
	return (uint64_t)at_s - (uint64_t)ranking->base_s < UINT32_MAX ? (uint32_t)(at_s - ranking->base_s) : UINT32_MAX;
}

int ranking_add(void *arg, const struct sightings_row *row)
{
	struct ranking_feed *feed = arg;
	const struct ranking *ranking = feed->ranking;
	struct waiting *waiting = &feed->waiting[feed->count++];
	const struct sighting *sighting = &row->sighting;

	waiting->port = target_of(sighting);
	set_key(feed, waiting, row);
	waiting->hash = hash_of(ranking, waiting->high, waiting->low, waiting->version);
	if (ranking->by != RANKING_SOURCE)
		waiting->source = hash_of(ranking, load(sighting->source), load(sighting->source + 8), version_of(sighting));
	waiting->packets = sighting->packets;
	waiting->first = seconds_after(ranking, row->start_s);
	waiting->last = seconds_after(ranking, row->end_s);
	return feed->count == BATCH ? ranking_feed_flush(feed) : 0;
}

struct ranking_sum ranking_sum(const struct ranking *ranking)
{
	return (struct ranking_sum){ .groups = ranking->count, .packets = ranking->packets };
}

/* ---- the first of them ---- */

/* Whether group a stands before b. */
static bool stands_before(const struct ranking *ranking, uint32_t a, uint32_t b)
{
	const struct group *x = group_at(ranking, a), *y = group_at(ranking, b);

	if (x->packets != y->packets)
		return x->packets > y->packets;
	if (ranking->by == RANKING_RULE)
		return strcmp(*rule_at(ranking, a), *rule_at(ranking, b)) < 0;
	if (x->version != y->version)
		return x->version < y->version;
	return x->high != y->high ? x->high < y->high : x->low < y->low;
}

/* The heap has the last of those that are kept on top. */
static void sift_down(const struct ranking *ranking, uint32_t *heap, unsigned count, unsigned at)
{
	for (unsigned child; (child = 2 * at + 1) < count; at = child) {
		uint32_t group = heap[at];

		if (child + 1 < count && stands_before(ranking, heap[child], heap[child + 1]))
			child++;
		if (!stands_before(ranking, group, heap[child]))
			return;
		heap[at] = heap[child];
		heap[child] = group;
	}
}

static void choose(const struct ranking *ranking, uint32_t *heap, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		heap[i] = i;
	for (unsigned i = n / 2; i-- > 0;)
		sift_down(ranking, heap, n, i);
	for (uint32_t i = n; i < ranking->count; i++)
		if (stands_before(ranking, i, heap[0])) {
			heap[0] = i;
			sift_down(ranking, heap, n, 0);
		}
	for (unsigned left = n; left > 1; left--) {
		uint32_t last = heap[0];

		heap[0] = heap[left - 1];
		heap[left - 1] = last;
		sift_down(ranking, heap, left - 1, 0);
	}
}

static unsigned prefix_of(const struct ranking *ranking, unsigned version)
{
	if (version == 4)
		return ranking->by == RANKING_NET24 ? 24 : 32;
	return ranking->by == RANKING_NET24 || ranking->by == RANKING_NET64 ? 64 : 128;
}

static void put_address(const struct group *group, uint8_t address[16])
{
	uint64_t high = htobe64(group->version == 4 ? group->low << 32 : group->high);
	uint64_t low = htobe64(group->version == 4 ? 0 : group->low);

	memcpy(address, &high, sizeof(high));
	memcpy(address + 8, &low, sizeof(low));
}

static void tell(const struct ranking *ranking, uint32_t number, struct ranking_group *out)
{
	const struct group *group = group_at(ranking, number);

	*out = (struct ranking_group){ .packets = group->packets, .ports = group->ports,
		                       .sources = ranking->by == RANKING_SOURCE ? 1 : sources_at(ranking, number)->count,
		                       .first_s = ranking->base_s + group->first, .last_s = ranking->base_s + group->last };
	if (group->version) {
		out->version = group->version;
		out->prefix = prefix_of(ranking, group->version);
		put_address(group, out->address);
	}
	out->target = ranking->by == RANKING_PORT ? (target_code)group->low : 0;
	out->rule = ranking->by == RANKING_RULE ? *rule_at(ranking, number) : NULL;
	out->series = ranking->by == RANKING_SERIES ? (enum series)group->low : SERIES_TCP4;
}

struct ranking_group *ranking_top(const struct ranking *ranking, unsigned n, unsigned *count)
{
	uint32_t *heap;
	struct ranking_group *top;

	if (n > ranking->count)
		n = ranking->count;
	heap = calloc(n + 1, sizeof(*heap));
	top = calloc(n + 1, sizeof(*top));
	if (heap && top) {
		choose(ranking, heap, n);
		for (unsigned i = 0; i < n; i++)
			tell(ranking, heap[i], &top[i]);
	} else {
		free(top);
		top = NULL;
	}
	free(heap);
	*count = n;
	return top;
}

const char *ranking_group_address(const struct ranking_group *group, char buf[NETSET_TEXT_MAX])
{
	struct netset_net net = { .version = (uint8_t)group->version, .prefix = (uint8_t)group->prefix };

	memcpy(net.address, group->address, sizeof(net.address));
	return netset_format(&net, buf);
}
