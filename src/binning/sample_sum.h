/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sightings of a span of time, out of the samples of all lanes. */
#ifndef BINNING_SAMPLE_SUM_H
#define BINNING_SAMPLE_SUM_H

#include "binning/slotring.h"

struct sample_sum {
	struct sighting_step step; /* points into what follows; by rising hash */
	struct sighting *sighting;
	char (*rule)[SIGHTING_RULE];
};

/* 0 or -ENOMEM; sample_sum_fini in both cases. A ring without sightings has none, and all packets are left out. One that the counting
 * is just writing is left out too. */
int sample_sum(const struct slotring *ring, const struct slotring_span *span, struct sample_sum *sum);

/* The same out of one sample, of a span with so many packets, kept or not. 0 or -ENOMEM; sample_sum_fini in both cases. */
int sample_sum_one(const struct sample *sample, uint64_t key, int64_t start_s, int64_t end_s, uint64_t packets, struct sample_sum *sum);
void sample_sum_fini(struct sample_sum *sum);

#endif
