/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/ranking.h"

#include <endian.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tool/tally.h"

#define TALLY_BYTES ((size_t)176 << 20)

/* What a group has in common: the mark of its item in the tally, and one for what is not a group. */
enum {
	BY_NUMBER = 1, /* low */
	BY_TEXT = 2, /* low is the address of the text, of which there is only one */
	BY_IPV4 = 4, /* low */
	BY_IPV6 = 6, /* high and low */
	BY_PAIR = TALLY_PAIR, /* of one of the first groups, and what is different there */
};

/* So many of the first groups have a bit for each target; the tally tells apart those of others. */
#define GROUPS_WITH_BITS 64
#define TARGET_WORDS (5 * 65536 / 64)

/* What one feed saw of one of the first groups. */
struct detail {
	uint32_t first, last; /* seconds after the oldest sighting */
	uint32_t ports, sources;
	uint64_t *port; /* TARGET_WORDS; NULL: none, or the tally has them */
};

struct ranking_feed {
	struct ranking *ranking;
	unsigned number;
	uint64_t groups, packets;
	struct tally_item *first; /* the first groups of those that this feed was told of; when full, a heap with the last on top */
	unsigned count, room;
	struct detail *detail; /* by the number of the group */
	const char *rule; /* of the sighting before, and the ranking's text for it */
	const char *rule_text;
};

struct ranking {
	enum ranking_by by;
	int64_t base_s; /* no sighting is older */
	unsigned most;
	struct tally *tally;
	unsigned feeds;
	struct ranking_feed feed[RANKING_FEEDS];
	pthread_mutex_t lock; /* of the rules */
	unsigned rules;
	char **rule;
	/* once the groups are known: the first of them, in order, and where each is */
	bool is_known;
	struct tally_item *first;
	unsigned count;
	uint32_t *index; /* number of the group, from 1, at its hash or the next free place behind */
	uint32_t places; /* a power of two */
};

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

/* ---- making ---- */

struct ranking *ranking_new(enum ranking_by by, int64_t base_s, unsigned most, unsigned feeds, struct failure *why)
{
	struct ranking *ranking = calloc(1, sizeof(*ranking));

	if (!ranking) {
		fail_errno(why, ENOMEM, "groups of sightings");
		return NULL;
	}
	pthread_mutex_init(&ranking->lock, NULL);
	ranking->by = by;
	ranking->base_s = base_s;
	ranking->most = most;
	ranking->feeds = feeds;
	for (unsigned i = 0; i < feeds; i++)
		ranking->feed[i] = (struct ranking_feed){ .ranking = ranking, .number = i };
	ranking->tally = tally_new(feeds, TALLY_BYTES);
	if (!ranking->tally) {
		fail_errno(why, errno, "groups of sightings");
		ranking_free(ranking);
		return NULL;
	}
	return ranking;
}

void ranking_free(struct ranking *ranking)
{
	if (!ranking)
		return;
	for (unsigned i = 0; i < ranking->feeds; i++) {
		struct ranking_feed *feed = &ranking->feed[i];

		for (unsigned j = 0; feed->detail && j < ranking->count; j++)
			free(feed->detail[j].port);
		free(feed->detail);
		free(feed->first);
	}
	for (unsigned i = 0; i < ranking->rules; i++)
		free(ranking->rule[i]);
	free(ranking->rule);
	free(ranking->first);
	free(ranking->index);
	tally_free(ranking->tally);
	pthread_mutex_destroy(&ranking->lock);
	free(ranking);
}

struct ranking_feed *ranking_feed(struct ranking *ranking, unsigned number)
{
	return &ranking->feed[number];
}

/* ---- the group of a sighting ---- */

/* The one text that is the same; NULL without memory. */
static const char *keep_rule(struct ranking *ranking, const char *text)
{
	const char *kept = NULL;
	char **grown;

	pthread_mutex_lock(&ranking->lock);
	for (unsigned i = 0; i < ranking->rules && !kept; i++)
		if (strcmp(ranking->rule[i], text) == 0)
			kept = ranking->rule[i];
	grown = kept ? NULL : reallocarray(ranking->rule, ranking->rules + 1, sizeof(*grown));
	if (grown) {
		ranking->rule = grown;
		kept = grown[ranking->rules] = strdup(text);
		ranking->rules += kept != NULL;
	}
	pthread_mutex_unlock(&ranking->lock);
	return kept;
}

/* Rules come many times in a row. */
static int find_rule(struct ranking_feed *feed, const char *rule)
{
	if (rule != feed->rule) {
		feed->rule_text = keep_rule(feed->ranking, rule);
		feed->rule = feed->rule_text ? rule : NULL;
	}
	return feed->rule ? 0 : -ENOMEM;
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

static inline void set_address(struct tally_item *item, const uint8_t *address, unsigned version)
{
	item->mark = version == 4 ? BY_IPV4 : BY_IPV6;
	item->high = version == 4 ? 0 : load(address);
	item->low = version == 4 ? load(address) >> 32 : load(address + 8);
}

static int set_group(struct ranking_feed *feed, struct tally_item *item, const struct sightings_row *row)
{
	const struct sighting *sighting = &row->sighting;
	unsigned version = version_of(sighting);

	*item = (struct tally_item){ .mark = BY_NUMBER, .sum = sighting->packets };
	switch (feed->ranking->by) {
	case RANKING_SOURCE:
		set_address(item, sighting->source, version);
		return 0;
	case RANKING_NET24:
		set_address(item, sighting->source, version);
		item->low = version == 4 ? item->low & ~0xffull : 0;
		return 0;
	case RANKING_NET64:
		set_address(item, sighting->source, version);
		item->low = version == 4 ? item->low : 0;
		return 0;
	case RANKING_DESTINATION:
		set_address(item, sighting->destination, version);
		return 0;
	case RANKING_PORT:
		item->low = target_of(sighting);
		return 0;
	case RANKING_RULE:
		if (find_rule(feed, row->rule))
			return -ENOMEM;
		item->low = (uintptr_t)feed->rule_text;
		item->mark = BY_TEXT;
		return 0;
	case RANKING_SERIES:
		item->low = sighting->series;
		return 0;
	}
	return 0;
}

/* ---- the first groups ---- */

static bool stands_before(const struct tally_item *a, const struct tally_item *b)
{
	if (a->sum != b->sum)
		return a->sum > b->sum;
	if (a->mark != b->mark)
		return a->mark < b->mark;
	if (a->mark == BY_TEXT)
		return strcmp((const char *)(uintptr_t)a->low, (const char *)(uintptr_t)b->low) < 0;
	return a->high != b->high ? a->high < b->high : a->low < b->low;
}

static int compare(const void *a, const void *b)
{
	return stands_before(a, b) ? -1 : stands_before(b, a);
}

static void sift_down(struct tally_item *heap, unsigned count, unsigned at)
{
	for (unsigned child; (child = 2 * at + 1) < count; at = child) {
		struct tally_item item = heap[at];

		if (child + 1 < count && stands_before(&heap[child], &heap[child + 1]))
			child++;
		if (!stands_before(&item, &heap[child]))
			return;
		heap[at] = heap[child];
		heap[child] = item;
	}
}

static int grow_first(struct ranking_feed *feed)
{
	unsigned most = feed->ranking->most, room = feed->room ? 2 * feed->room : 32;
	struct tally_item *grown;

	if (room > most)
		room = most;
	grown = reallocarray(feed->first, room, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	feed->first = grown;
	feed->room = room;
	return 0;
}

/* A group with all its packets. */
static int take_group(void *arg, const struct tally_item *item)
{
	struct ranking_feed *feed = arg;
	unsigned most = feed->ranking->most;

	feed->groups++;
	feed->packets += item->sum;
	if (feed->count < most) {
		if (feed->count == feed->room && grow_first(feed))
			return -ENOMEM;
		feed->first[feed->count++] = *item;
		for (unsigned i = feed->count == most ? most / 2 : 0; i-- > 0;)
			sift_down(feed->first, most, i);
	} else if (stands_before(item, &feed->first[0])) {
		feed->first[0] = *item;
		sift_down(feed->first, most, 0);
	}
	return 0;
}

/* The first of all feeds' first ones. */
static int choose(struct ranking *ranking)
{
	unsigned count = 0;

	for (unsigned i = 0; i < ranking->feeds; i++)
		count += ranking->feed[i].count;
	ranking->first = calloc(count + 1, sizeof(*ranking->first));
	if (!ranking->first)
		return -ENOMEM;
	count = 0;
	for (unsigned i = 0; i < ranking->feeds; i++) {
		struct ranking_feed *feed = &ranking->feed[i];

		for (unsigned j = 0; j < feed->count; j++)
			ranking->first[count++] = feed->first[j];
		free(feed->first);
		feed->first = NULL;
	}
	qsort(ranking->first, count, sizeof(*ranking->first), compare);
	ranking->count = count < ranking->most ? count : ranking->most;
	return 0;
}

static uint32_t *find_place(const struct ranking *ranking, const struct tally_item *item)
{
	uint32_t mask = ranking->places - 1, at = (uint32_t)tally_hash(ranking->tally, item) & mask;

	while (ranking->index[at] && !tally_is_same(&ranking->first[ranking->index[at] - 1], item))
		at = (at + 1) & mask;
	return &ranking->index[at];
}

static int make_index(struct ranking *ranking)
{
	ranking->places = 256;
	while (ranking->places / 4 < ranking->count)
		ranking->places *= 2;
	ranking->index = calloc(ranking->places, sizeof(*ranking->index));
	if (!ranking->index)
		return -ENOMEM;
	for (unsigned i = 0; i < ranking->count; i++)
		*find_place(ranking, &ranking->first[i]) = i + 1;
	return 0;
}

static int make_details(struct ranking *ranking)
{
	for (unsigned i = 0; i < ranking->feeds; i++) {
		struct detail *detail = calloc(ranking->count + 1, sizeof(*detail));

		if (!detail)
			return -ENOMEM;
		ranking->feed[i].detail = detail;
		for (unsigned j = 0; j < ranking->count; j++)
			detail[j].first = UINT32_MAX;
	}
	return 0;
}

/* ---- details of them ---- */

/* 136 years are enough. */
static uint32_t seconds_after(const struct ranking *ranking, int64_t at_s)
{
	if (at_s <= ranking->base_s)
		return 0;
	return (uint64_t)at_s - (uint64_t)ranking->base_s < UINT32_MAX ? (uint32_t)(at_s - ranking->base_s) : UINT32_MAX;
}

/* Different ports and sources of a group go through the tally: low is what is different, high the group and which of the two. */
static int add_different(struct ranking_feed *feed, uint32_t group, bool is_source, uint64_t what)
{
	struct tally_item item = { .low = what, .high = 2 * (uint64_t)group + is_source, .mark = BY_PAIR };

	return tally_add(feed->ranking->tally, feed->number, &item);
}

static int take_different(void *arg, const struct tally_item *item)
{
	struct ranking_feed *feed = arg;
	struct detail *detail = &feed->detail[item->high / 2];

	if (item->high % 2)
		detail->sources++;
	else
		detail->ports++;
	return 0;
}

static int see_port(struct ranking_feed *feed, uint32_t group, target_code port)
{
	struct detail *detail = &feed->detail[group];

	if (group >= GROUPS_WITH_BITS)
		return add_different(feed, group, false, port);
	if (!detail->port)
		detail->port = calloc(TARGET_WORDS, sizeof(*detail->port));
	if (!detail->port)
		return -ENOMEM;
	detail->port[port / 64] |= (uint64_t)1 << port % 64;
	return 0;
}

/* An IPv4 address is itself, an IPv6 address its hash. */
static int see_source(struct ranking_feed *feed, uint32_t group, const struct sighting *sighting)
{
	struct tally_item source = { 0 };

	set_address(&source, sighting->source, version_of(sighting));
	return add_different(feed, group, true,
	                     source.mark == BY_IPV4 ? source.low : tally_hash(feed->ranking->tally, &source) | (uint64_t)1 << 63);
}

static int see(struct ranking_feed *feed, const struct tally_item *item, const struct sightings_row *row)
{
	const struct ranking *ranking = feed->ranking;
	uint32_t group = *find_place(ranking, item), first, last;
	struct detail *detail;
	int err = 0;

	if (group-- == 0)
		return 0;
	detail = &feed->detail[group];
	first = seconds_after(ranking, row->start_s);
	last = seconds_after(ranking, row->end_s);
	detail->first = first < detail->first ? first : detail->first;
	detail->last = last > detail->last ? last : detail->last;
	if (ranking->by != RANKING_PORT)
		err = see_port(feed, group, target_of(&row->sighting));
	if (err == 0 && ranking->by != RANKING_SOURCE)
		err = see_source(feed, group, &row->sighting);
	return err;
}

/* ---- adding ---- */

int ranking_add(void *arg, const struct sightings_row *row)
{
	struct ranking_feed *feed = arg;
	struct tally_item item;
	int err = set_group(feed, &item, row);

	if (err)
		return err;
	return feed->ranking->is_known ? see(feed, &item, row) : tally_add(feed->ranking->tally, feed->number, &item);
}

int ranking_flush(struct ranking_feed *feed)
{
	feed->rule = NULL; /* whose text may go now */
	return tally_flush(feed->ranking->tally, feed->number);
}

int ranking_reduce(struct ranking_feed *feed)
{
	const struct ranking *ranking = feed->ranking;

	return tally_reduce(ranking->tally, feed->number, ranking->is_known ? take_different : take_group, feed);
}

int ranking_again(struct ranking *ranking)
{
	int err;

	if (tally_again(ranking->tally))
		return 1;
	if (ranking->is_known)
		return 0;
	ranking->is_known = true;
	err = choose(ranking);
	if (err == 0)
		err = make_index(ranking);
	if (err == 0)
		err = make_details(ranking);
	return err ? err : ranking->count > 0;
}

/* ---- telling ---- */

struct ranking_sum ranking_sum(const struct ranking *ranking)
{
	struct ranking_sum sum = { 0 };

	for (unsigned i = 0; i < ranking->feeds; i++) {
		sum.groups += ranking->feed[i].groups;
		sum.packets += ranking->feed[i].packets;
	}
	return sum;
}

static unsigned prefix_of(const struct ranking *ranking, unsigned version)
{
	if (version == 4)
		return ranking->by == RANKING_NET24 ? 24 : 32;
	return ranking->by == RANKING_NET24 || ranking->by == RANKING_NET64 ? 64 : 128;
}

static void put_address(const struct tally_item *item, uint8_t address[16])
{
	uint64_t high = htobe64(item->mark == BY_IPV4 ? item->low << 32 : item->high);
	uint64_t low = htobe64(item->mark == BY_IPV4 ? 0 : item->low);

	memcpy(address, &high, sizeof(high));
	memcpy(address + 8, &low, sizeof(low));
}

static uint32_t ports_of(const struct ranking *ranking, uint32_t group)
{
	uint32_t ports = 0;

	for (unsigned at = 0; group < GROUPS_WITH_BITS && at < TARGET_WORDS; at++) {
		uint64_t word = 0;

		for (unsigned i = 0; i < ranking->feeds; i++)
			word |= ranking->feed[i].detail[group].port ? ranking->feed[i].detail[group].port[at] : 0;
		ports += (uint32_t)__builtin_popcountll(word);
	}
	for (unsigned i = 0; i < ranking->feeds; i++)
		ports += ranking->feed[i].detail[group].ports;
	return ports;
}

static void tell_details(const struct ranking *ranking, uint32_t group, struct ranking_group *out)
{
	uint32_t first = UINT32_MAX, last = 0;

	out->ports = ranking->by == RANKING_PORT ? 1 : ports_of(ranking, group);
	out->sources = ranking->by == RANKING_SOURCE;
	for (unsigned i = 0; i < ranking->feeds; i++) {
		const struct detail *detail = &ranking->feed[i].detail[group];

		out->sources += detail->sources;
		first = detail->first < first ? detail->first : first;
		last = detail->last > last ? detail->last : last;
	}
	out->first_s = ranking->base_s + first;
	out->last_s = ranking->base_s + last;
}

static void tell(const struct ranking *ranking, uint32_t group, struct ranking_group *out)
{
	const struct tally_item *item = &ranking->first[group];

	*out = (struct ranking_group){ .packets = item->sum };
	tell_details(ranking, group, out);
	if (item->mark == BY_IPV4 || item->mark == BY_IPV6) {
		out->version = item->mark;
		out->prefix = prefix_of(ranking, item->mark);
		put_address(item, out->address);
	}
	out->target = ranking->by == RANKING_PORT ? (target_code)item->low : 0;
	out->rule = item->mark == BY_TEXT ? (const char *)(uintptr_t)item->low : NULL;
	out->series = ranking->by == RANKING_SERIES ? (enum series)item->low : SERIES_TCP4;
}

struct ranking_group *ranking_top(const struct ranking *ranking, unsigned *count)
{
	struct ranking_group *top = calloc(ranking->count + 1, sizeof(*top));

	*count = ranking->count;
	for (unsigned i = 0; top && i < ranking->count; i++)
		tell(ranking, i, &top[i]);
	return top;
}

const char *ranking_group_address(const struct ranking_group *group, char buf[NETSET_TEXT_MAX])
{
	struct netset_net net = { .version = (uint8_t)group->version, .prefix = (uint8_t)group->prefix };

	memcpy(net.address, group->address, sizeof(net.address));
	return netset_format(&net, buf);
}
