/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sightings of one slot: the `room` with the smallest keyed hashes (a bottom-k sample). Who was let in at his first packet stays,
 * or goes for good, so all counts are exact, and what is kept of a flood is a uniform sample of its sightings.
 *
 * A sample lies in the ring behind the slot's counts and outlives the process; its sampler, which finds a sighting in it, is the
 * counting thread's own and made anew from it. At any moment at which the process dies, the sample is whole. */
#ifndef BINNING_SAMPLE_H
#define BINNING_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "binning/sighting.h"
#include "packet/packet.h"

#define SAMPLE_ROOM_MAX 32768

struct sample_rule {
	uint64_t hash; /* of the text, keyed */
	char text[SIGHTING_RULE];
	char reserved[7];
};

struct sample {
	uint32_t room;
	uint32_t count; /* in use; one without packets was being written when the process died */
	uint32_t rules; /* in use, after rule[0] */
	uint32_t is_partial; /* some sightings were left out, all of a greater hash than any that is here */
	struct sample_rule rule[SIGHTING_RULES];
	struct sighting sighting[];
};

/* Bytes of a sample, a multiple of 64. */
size_t sample_size(uint32_t room);

/* Makes it empty. */
void sample_clear(struct sample *sample, uint32_t room);

/* Whether a sample (or NULL) that was found in a file has no more in it than there is room for. */
bool sample_is_sound(const struct sample *sample, uint32_t room);

/* Puts the sightings of a step, as many as there is room for, into an empty sample. */
void sample_fill(struct sample *sample, uint32_t room, const struct sighting_step *step, uint64_t key);

/* The hash by which a sighting of this rule is kept or left out. */
uint64_t sample_hash(const struct sighting *sighting, uint64_t rule_hash, uint64_t key);
uint64_t sample_rule_hash(const char *text, uint64_t key);

/* Makes text of a rule's prefix, which may be any bytes: what is no UTF-8 and control characters become "?", blanks at the end are left
 * out, and so is what is longer than 64 bytes. */
void sample_clean_rule(const uint8_t *prefix, size_t len, char text[SIGHTING_RULE]);

struct sampler;

/* NULL without memory. */
struct sampler *sampler_new(uint32_t room, uint64_t key);
void sampler_free(struct sampler *sampler);

/* Counts into this sample from now on, going on with what is in it. */
void sampler_attach(struct sampler *sampler, struct sample *sample);

/* Counts a packet that a rule with this prefix logged (len 0: none). */
void sampler_add(struct sampler *sampler, const struct packet *packet, const uint8_t *prefix, size_t len);

#endif
