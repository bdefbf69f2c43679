/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/sample.h"

#include <stdlib.h>
#include <string.h>

#include "binning/fold.h"
#include "common/utf8.h"

#define PREFIX_MAX 128 /* NF_LOG_PREFIXLEN, linux/netfilter/nf_log.h */
#define KNOWN_PREFIXES 64

/* The raw prefix that was seen last of those that fall here, and which rule it is. */
struct known_prefix {
	uint8_t rule;
	uint8_t len; /* 0: none */
	uint8_t prefix[PREFIX_MAX];
};

struct sampler {
	struct sample *sample;
	uint64_t key;
	uint64_t greatest; /* hash that is still let in without leaving another out */
	uint32_t room;
	uint32_t mask; /* of the buckets */
	bool is_full;
	uint16_t *bucket; /* place of a sighting + 1, or 0; linear probing from its hash on */
	uint16_t *heap;   /* places, the greatest hash on top; in order once the sample is full */
	const struct known_prefix *last; /* of known: the one that was seen last */
	struct known_prefix known[KNOWN_PREFIXES];
};

size_t sample_size(uint32_t room)
{
	size_t size = sizeof(struct sample) + (size_t)room * sizeof(struct sighting);

	return (size + 63) & ~(size_t)63;
}

void sample_clear(struct sample *sample, uint32_t room)
{
	memset(sample, 0, offsetof(struct sample, rule) + sizeof(sample->rule[0]));
	sample->room = room;
}

bool sample_is_sound(const struct sample *sample, uint32_t room)
{
	return !sample || (sample->room == room && sample->count <= room && sample->rules < SIGHTING_RULES);
}

/* ---- hashes ---- */

static inline uint64_t word_at(const void *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* A number, with the series and the class that it belongs to. */
static inline uint32_t what_of(uint16_t number, uint8_t series, uint8_t class)
{
	return number | (uint32_t)series << 16 | (uint32_t)class << 24;
}

static inline uint64_t hash_of(const uint8_t source[16], const uint8_t destination[16], uint32_t what, uint64_t rule_hash, uint64_t key)
{
	uint64_t from = fold(word_at(source) ^ key, word_at(source + 8) ^ UINT64_C(0x9e3779b97f4a7c15));
	uint64_t to = fold(word_at(destination) ^ (key * 3), word_at(destination + 8) ^ UINT64_C(0xe7037ed1a0b428db));

	return fold(fold(from ^ rule_hash, to ^ key) ^ what, UINT64_C(0xd6e8feb86659fd93) ^ key);
}

uint64_t sample_hash(const struct sighting *s, uint64_t rule_hash, uint64_t key)
{
	return hash_of(s->source, s->destination, what_of(s->number, s->series, s->class), rule_hash, key);
}

static uint64_t hash_bytes(const uint8_t *at, size_t len, uint64_t key)
{
	uint64_t hash = key ^ len;

	for (; len >= 8; at += 8, len -= 8)
		hash = fold(hash ^ word_at(at), UINT64_C(0x8ebc6af09c88c6e3));
	for (; len > 0; at++, len--)
		hash = fold(hash ^ *at, UINT64_C(0x589965cc75374cc3));
	return hash;
}

uint64_t sample_rule_hash(const char *text, uint64_t key)
{
	return hash_bytes((const uint8_t *)text, strlen(text), key);
}

void sample_fill(struct sample *sample, uint32_t room, const struct sighting_step *step, uint64_t key)
{
	sample_clear(sample, room);
	sample->count = step->count < room ? step->count : room; /* in the order of their hashes */
	sample->is_partial = step->packets_left_out > 0 || step->count > room;
	memcpy(sample->sighting, step->sighting, sample->count * sizeof(struct sighting));
	while (sample->rules + 1 < SIGHTING_RULES && step->rule[sample->rules + 1][0]) {
		struct sample_rule *rule = &sample->rule[++sample->rules];

		memcpy(rule->text, step->rule[sample->rules], SIGHTING_RULE);
		rule->hash = sample_rule_hash(rule->text, key);
	}
}

/* ---- rules ---- */

void sample_clean_rule(const uint8_t *prefix, size_t len, char text[SIGHTING_RULE])
{
	char raw[SIGHTING_RULE + 3]; /* so that a sequence that begins in time can be judged whole */
	size_t in = 0, out = 0, end = len < sizeof(raw) - 1 ? len : sizeof(raw) - 1;

	memcpy(raw, prefix, end);
	raw[end] = '\0';
	while (in < end && out < SIGHTING_RULE - 1) {
		unsigned char first = (unsigned char)raw[in];
		unsigned n = first < 0x80 ? 1 : utf8_length(raw + in);
		bool is_control = first < 0x20 || first == 0x7f || (first == 0xc2 && (unsigned char)raw[in + 1] < 0xa0);

		if (n == 0 || is_control) {
			text[out++] = '?';
			in += n ? n : 1;
		} else if (out + n < SIGHTING_RULE) {
			memcpy(text + out, raw + in, n);
			out += n;
			in += n;
		} else {
			break;
		}
	}
	while (out > 0 && text[out - 1] == ' ')
		out--;
	text[out] = '\0';
}

/* The place of the rule with that text in the sample; the last one stands for all that find no room. */
static unsigned find_rule(struct sampler *sampler, const char *text)
{
	struct sample *sample = sampler->sample;
	uint64_t hash = sample_rule_hash(text, sampler->key);
	unsigned place = sample->rules + 1;
	struct sample_rule *rule;

	if (text[0] == '\0')
		return 0;
	for (unsigned i = 1; i <= sample->rules; i++)
		if (sample->rule[i].hash == hash && strcmp(sample->rule[i].text, text) == 0)
			return i;
	if (place >= SIGHTING_RULES)
		return SIGHTING_RULES - 1;
	if (place == SIGHTING_RULES - 1) {
		text = SIGHTING_RULE_REST;
		hash = sample_rule_hash(text, sampler->key);
	}
	rule = &sample->rule[place];
	memset(rule, 0, sizeof(*rule));
	strcpy(rule->text, text);
	rule->hash = hash;
	__atomic_store_n(&sample->rules, place, __ATOMIC_RELEASE);
	return place;
}

/* By words too; the last one may overlap the one before. */
static inline bool is_prefix(const struct known_prefix *known, const uint8_t *prefix, size_t len)
{
	if (known->len != len)
		return false;
	if (len < 8)
		return memcmp(known->prefix, prefix, len) == 0;
	for (size_t at = 0; at + 8 < len; at += 8)
		if (word_at(known->prefix + at) != word_at(prefix + at))
			return false;
	return word_at(known->prefix + len - 8) == word_at(prefix + len - 8);
}

/* Looks a prefix up that is another than the one before. */
static __attribute__((noinline)) unsigned look_up_rule(struct sampler *sampler, const uint8_t *prefix, size_t len)
{
	struct known_prefix *known;
	char text[SIGHTING_RULE];

	known = &sampler->known[(prefix[0] + 5u * prefix[len / 2] + 17u * prefix[len - 1] + len) % KNOWN_PREFIXES];
	sampler->last = known;
	if (is_prefix(known, prefix, len))
		return known->rule;
	sample_clean_rule(prefix, len, text);
	known->rule = (uint8_t)find_rule(sampler, text);
	memcpy(known->prefix, prefix, len);
	known->len = (uint8_t)len;
	return known->rule;
}

static inline unsigned rule_of(struct sampler *sampler, const uint8_t *prefix, size_t len)
{
	if (len == 0)
		return 0;
	if (len > PREFIX_MAX)
		len = PREFIX_MAX;
	return is_prefix(sampler->last, prefix, len) ? sampler->last->rule : look_up_rule(sampler, prefix, len);
}

/* ---- where a sighting is ---- */

static uint64_t hash_at(const struct sampler *sampler, unsigned place)
{
	const struct sighting *s = &sampler->sample->sighting[place];

	return s->packets ? s->hash : UINT64_MAX; /* so the one that was being written goes first */
}

static void enter(struct sampler *sampler, unsigned place)
{
	uint32_t at = (uint32_t)sampler->sample->sighting[place].hash & sampler->mask;

	while (sampler->bucket[at])
		at = (at + 1) & sampler->mask;
	sampler->bucket[at] = (uint16_t)(place + 1);
}

/* Takes a place out and moves those up that had to pass it. */
static void leave(struct sampler *sampler, unsigned place)
{
	const struct sighting *sighting = sampler->sample->sighting;
	uint32_t mask = sampler->mask, hole = (uint32_t)sighting[place].hash & mask;

	while (sampler->bucket[hole] != place + 1)
		hole = (hole + 1) & mask;
	for (uint32_t at = (hole + 1) & mask; sampler->bucket[at]; at = (at + 1) & mask) {
		uint32_t home = (uint32_t)sighting[sampler->bucket[at] - 1].hash & mask;

		if (((at - home) & mask) >= ((at - hole) & mask)) {
			sampler->bucket[hole] = sampler->bucket[at];
			hole = at;
		}
	}
	sampler->bucket[hole] = 0;
}

static void sift_down(struct sampler *sampler, uint32_t at)
{
	uint16_t *heap = sampler->heap, moving = heap[at];
	uint64_t hash = hash_at(sampler, moving);

	for (uint32_t child = 2 * at + 1; child < sampler->room; child = 2 * at + 1) {
		if (child + 1 < sampler->room && hash_at(sampler, heap[child + 1]) > hash_at(sampler, heap[child]))
			child++;
		if (hash_at(sampler, heap[child]) <= hash)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moving;
}

static void become_full(struct sampler *sampler)
{
	for (uint32_t i = 0; i < sampler->room; i++)
		sampler->heap[i] = (uint16_t)i;
	for (uint32_t i = sampler->room / 2; i-- > 0;)
		sift_down(sampler, i);
	sampler->is_full = true;
	sampler->greatest = hash_at(sampler, sampler->heap[0]);
}

/* ---- counting ---- */

/* The packets come last: without them a sighting is none. */
static void write_sighting(struct sighting *to, const struct sighting *from)
{
	__atomic_store_n(&to->packets, 0, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	memcpy(to, from, offsetof(struct sighting, packets));
	to->hash = from->hash;
	__atomic_store_n(&to->packets, 1, __ATOMIC_RELEASE);
}

static void add_sighting(struct sampler *sampler, const struct sighting *new)
{
	struct sample *sample = sampler->sample;
	unsigned place = sample->count;

	if (!sampler->is_full) {
		write_sighting(&sample->sighting[place], new);
		__atomic_store_n(&sample->count, place + 1, __ATOMIC_RELEASE);
		enter(sampler, place);
		if (place + 1 == sampler->room)
			become_full(sampler);
		return;
	}
	place = sampler->heap[0];
	if (sample->sighting[place].packets) {
		sample->is_partial = 1;
		leave(sampler, place);
	}
	write_sighting(&sample->sighting[place], new);
	enter(sampler, place);
	sift_down(sampler, 0);
	sampler->greatest = hash_at(sampler, sampler->heap[0]);
}

/* Not inline, so that the packets of known sightings need no room for this one. */
static __attribute__((noinline)) void add_new(struct sampler *sampler, const struct packet *packet, unsigned rule, uint64_t hash)
{
	struct sighting new = { .number = sighting_number(packet), .series = packet->series, .class = packet->class,
	                        .rule = (uint8_t)rule, .tcp_flags = packet->tcp_flags, .hash = hash };

	memcpy(new.source, packet->source, sizeof(new.source));
	memcpy(new.destination, packet->destination, sizeof(new.destination));
	add_sighting(sampler, &new);
}

/* By words, so that no function is called: this is asked for every packet. */
static inline bool same_address(const uint8_t a[16], const uint8_t b[16])
{
	return word_at(a) == word_at(b) && word_at(a + 8) == word_at(b + 8);
}

void sampler_add(struct sampler *sampler, const struct packet *packet, const uint8_t *prefix, size_t len)
{
	struct sample *sample = sampler->sample;
	unsigned rule = rule_of(sampler, prefix, len);
	uint32_t what = what_of(sighting_number(packet), packet->series, packet->class);
	uint64_t hash = hash_of(packet->source, packet->destination, what, sample->rule[rule].hash, sampler->key);

	if (hash > sampler->greatest) {
		sample->is_partial = 1;
		return;
	}
	for (uint32_t at = (uint32_t)hash & sampler->mask; sampler->bucket[at]; at = (at + 1) & sampler->mask) {
		struct sighting *known = &sample->sighting[sampler->bucket[at] - 1];

		if (known->hash == hash && same_address(known->source, packet->source) &&
		    same_address(known->destination, packet->destination) &&
		    what_of(known->number, known->series, known->class) == what && known->rule == rule) {
			known->tcp_flags |= packet->tcp_flags;
			known->packets += known->packets < UINT32_MAX;
			return;
		}
	}
	add_new(sampler, packet, rule, hash);
}

/* ---- life ---- */

struct sampler *sampler_new(uint32_t room, uint64_t key)
{
	struct sampler *sampler = calloc(1, sizeof(*sampler));
	uint32_t buckets = 64;

	if (!sampler)
		return NULL;
	while (buckets < 4 * room)
		buckets *= 2;
	*sampler = (struct sampler){ .key = key, .room = room, .mask = buckets - 1 };
	sampler->bucket = calloc(buckets, sizeof(*sampler->bucket));
	sampler->heap = calloc(room, sizeof(*sampler->heap));
	if (sampler->bucket && sampler->heap)
		return sampler;
	sampler_free(sampler);
	return NULL;
}

void sampler_free(struct sampler *sampler)
{
	if (!sampler)
		return;
	free(sampler->bucket);
	free(sampler->heap);
	free(sampler);
}

void sampler_attach(struct sampler *sampler, struct sample *sample)
{
	sampler->sample = sample;
	sampler->is_full = false;
	sampler->greatest = UINT64_MAX;
	memset(sampler->bucket, 0, (sampler->mask + 1) * sizeof(*sampler->bucket));
	memset(sampler->known, 0, sizeof(sampler->known));
	sampler->last = sampler->known;
	for (unsigned i = 0; i < sample->count; i++)
		if (sample->sighting[i].packets)
			enter(sampler, i);
	if (sample->count == sampler->room)
		become_full(sampler);
}
