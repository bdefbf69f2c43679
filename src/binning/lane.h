/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One listener's way through the ring: which slot a moment belongs to. Used by one thread; the caller owns the clock.
 *
 * The current slot holds the running step; the one before stays open until whatever the kernel batched in it has arrived. */
#ifndef BINNING_LANE_H
#define BINNING_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "binning/slotring.h"

struct lane {
	struct slotring *ring;
	unsigned index;
	unsigned place; /* of the current slot in the lane */
	uint32_t step_s;
	struct slot *current;  /* NULL if no slot was free for the running step */
	struct slot *previous; /* NULL once it is closed */
	struct sampler *sampler[2]; /* of current and previous; NULL if the ring has no sightings */
	int64_t start_s; /* of the running step */
	int64_t end_s;
	int64_t wall_ms; /* at the last tick */
	int64_t steady_ms;
	uint32_t grace_ms; /* how long after a step its packets may still be on their way */
	uint32_t homeless;  /* packets that found no slot, told as lost in the next one */
	uint64_t watch_mask; /* of the rules in force, for slots to come */
};

/* What a tick found, for a log line. */
enum lane_event {
	LANE_FINE,
	LANE_GAP,     /* the wall clock ran ahead of the steady one: the steps between stay unknown */
	LANE_BACK,    /* the wall clock stands before the open slot: counting goes on in that slot */
	LANE_NO_SLOT, /* no free slot for this step: its packets will count as lost */
};

/* Takes its place in the ring: goes on in the slot of the running step if a former process left one, else opens it. 0 or -ENOMEM;
 * lane_fini in both cases. */
int lane_init(struct lane *lane, struct slotring *ring, unsigned index, int64_t wall_ms, int64_t steady_ms, uint32_t grace_ms);

void lane_fini(struct lane *lane);

/* Tells the lane the time (milliseconds of the wall clock and of a steady one). With `drained`, nothing is waiting in the
 * socket: every step up to now gets its slot, also those without a packet. Otherwise the packets' own times lead, so that a
 * backlog still finds its steps. */
enum lane_event lane_tick(struct lane *lane, int64_t wall_ms, int64_t steady_ms, bool drained);

/* Opens slots up to the step of that second, but never past the last tick's. */
void lane_reach(struct lane *lane, int64_t at_s);

/* Ends the lane at a time within the running step: nothing is open any more, and the last slot ends at cut_s. */
void lane_finish(struct lane *lane, int64_t cut_s);

/* Sets which watched ports are counted, from now on. */
void lane_set_watch_mask(struct lane *lane, uint64_t mask);

/* The slot for a packet of that second, or NULL if there is none. Packets from before the open steps count in the oldest. */
static inline struct slot *lane_slot(struct lane *lane, int64_t at_s)
{
	if (at_s >= lane->end_s)
		lane_reach(lane, at_s);
	return at_s < lane->start_s && lane->previous ? lane->previous : lane->current;
}

/* Counts a packet as a sighting in the sample of that slot, one that lane_slot gave; the prefix is the rule's. */
static inline void lane_see(struct lane *lane, const struct slot *slot, const struct packet *packet, const uint8_t *prefix, size_t len)
{
	if (lane->sampler[0])
		sampler_add(lane->sampler[slot != lane->current], packet, prefix, len);
}

#endif
