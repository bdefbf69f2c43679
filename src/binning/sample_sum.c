/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/sample_sum.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the lanes have together. */
struct merge {
	struct sample_sum *sum;
	unsigned room; /* for sightings */
	uint64_t limit; /* above it some lane has left out what others may have counted */
	uint64_t packets; /* of the span, kept or not */
};

static bool is_of(const struct slot *slot, const struct slotring_span *span)
{
	return slotring_state(slot) == SLOT_OPEN && slot->end_s == span->end_s;
}

static uint64_t packets_of(const struct slot *slot)
{
	uint64_t packets = 0;

	for (unsigned series = 0; series < SERIES_COUNT; series++)
		for (unsigned class = 0; class < CLASS_COUNT; class++)
			packets += slot->packets[series][class];
	return packets;
}

/* The place of a text among the rules of all lanes; the last one takes the rest. */
static uint8_t join_rule(struct sample_sum *sum, const struct sample_rule *from)
{
	unsigned i = 1;
	char text[SIGHTING_RULE];

	memcpy(text, from->text, sizeof(text));
	text[sizeof(text) - 1] = '\0'; /* whatever the file says */
	if (!text[0])
		return 0;
	while (i < SIGHTING_RULES - 1 && sum->rule[i][0] && strcmp(sum->rule[i], text) != 0)
		i++;
	if (!sum->rule[i][0])
		strcpy(sum->rule[i], i < SIGHTING_RULES - 1 ? text : SIGHTING_RULE_REST);
	return (uint8_t)i;
}

static void join(struct merge *merge, const struct sample *sample, uint64_t key)
{
	struct sample_sum *sum = merge->sum;
	uint8_t rule[SIGHTING_RULES] = { 0 };
	uint64_t greatest = 0;

	for (unsigned i = 1; i <= sample->rules; i++)
		rule[i] = join_rule(sum, &sample->rule[i]);
	for (unsigned i = 0; i < sample->count && sum->step.count < merge->room; i++) {
		struct sighting *to = &sum->sighting[sum->step.count];

		*to = sample->sighting[i];
		if (!to->packets || to->rule > sample->rules || to->series >= SERIES_COUNT || to->class >= CLASS_COUNT ||
		    to->hash != sample_hash(to, sample->rule[to->rule].hash, key))
			continue;
		to->rule = rule[to->rule];
		if (to->hash > greatest)
			greatest = to->hash;
		sum->step.count++;
	}
	if (sample->is_partial && greatest < merge->limit)
		merge->limit = greatest;
}

static int by_hash(const void *a, const void *b)
{
	const struct sighting *left = a, *right = b;

	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	return memcmp(left, right, offsetof(struct sighting, tcp_flags));
}

/* Sightings that several lanes have become one. */
static void unite(struct sample_sum *sum)
{
	struct sighting *all = sum->sighting;
	unsigned count = 0;

	for (unsigned i = 0; i < sum->step.count; i++) {
		struct sighting *last = &all[count ? count - 1 : 0];

		if (count && by_hash(last, &all[i]) == 0) {
			last->packets = last->packets > UINT32_MAX - all[i].packets ? UINT32_MAX : last->packets + all[i].packets;
			last->tcp_flags |= all[i].tcp_flags;
		} else {
			all[count++] = all[i];
		}
	}
	sum->step.count = count;
}

/* Keeps what is complete, and no more than a slot has room for; what is left out is told. */
static void cut(struct merge *merge, unsigned room)
{
	struct sighting_step *step = &merge->sum->step;
	uint64_t kept = 0;

	while (step->count > 0 && (step->count > room || step->sighting[step->count - 1].hash > merge->limit))
		step->count--;
	for (unsigned i = 0; i < step->count; i++)
		kept += step->sighting[i].packets;
	step->packets_left_out = merge->packets > kept ? merge->packets - kept : 0;
	/* Of hashes that are spread evenly, count - 1 lie below the greatest that was kept. */
	if (step->packets_left_out && step->count > 1) {
		double all = (step->count - 1) / ldexp((double)step->sighting[step->count - 1].hash, -64);
		double left_out = all - step->count;

		step->sightings_left_out = left_out > 1 ? (uint64_t)llround(left_out) : 1;
	}
}

static int begin(struct sample_sum *sum, int64_t start_s, int64_t end_s, unsigned room)
{
	*sum = (struct sample_sum){ .step = { .start_s = start_s, .end_s = end_s } };
	sum->sighting = calloc(room ? room : 1, sizeof(*sum->sighting));
	sum->rule = calloc(SIGHTING_RULES, sizeof(*sum->rule));
	sum->step.sighting = sum->sighting;
	sum->step.rule = (const char(*)[SIGHTING_RULE])sum->rule;
	return sum->sighting && sum->rule ? 0 : -ENOMEM;
}

static void finish(struct merge *merge, unsigned room)
{
	struct sample_sum *sum = merge->sum;

	qsort(sum->sighting, sum->step.count, sizeof(*sum->sighting), by_hash);
	unite(sum);
	cut(merge, room);
}

int sample_sum(const struct slotring *ring, const struct slotring_span *span, struct sample_sum *sum)
{
	const struct slotring_shape *shape = slotring_shape(ring);
	struct merge merge = { .sum = sum, .room = shape->lanes * shape->sightings, .limit = UINT64_MAX };

	if (begin(sum, span->start_s, span->end_s, merge.room))
		return -ENOMEM;
	for (unsigned lane = 0; lane < shape->lanes; lane++)
		for (unsigned i = 0; i < shape->slots; i++) {
			const struct slot *slot = slotring_slot(ring, lane, i);

			if (!is_of(slot, span))
				continue;
			merge.packets += packets_of(slot);
			if (shape->sightings)
				join(&merge, slotring_sample(ring, slot), slotring_key(ring));
		}
	finish(&merge, shape->sightings);
	return 0;
}

int sample_sum_one(const struct sample *sample, uint64_t key, int64_t start_s, int64_t end_s, uint64_t packets, struct sample_sum *sum)
{
	struct merge merge = { .sum = sum, .room = sample->count, .limit = UINT64_MAX, .packets = packets };

	if (begin(sum, start_s, end_s, merge.room))
		return -ENOMEM;
	join(&merge, sample, key);
	finish(&merge, sample->room);
	return 0;
}

void sample_sum_fini(struct sample_sum *sum)
{
	free(sum->sighting);
	free(sum->rule);
	*sum = (struct sample_sum){ .sighting = NULL };
}
