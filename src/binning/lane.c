/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/lane.h"

#include <errno.h>
#include <string.h>

/* How far the wall clock may run ahead of the steady one between two ticks before it is a jump: slewing and leap smearing
 * stay far below, suspend and a hand on the clock far above. */
#define JUMP_MS 2000

static unsigned slots_of(const struct lane *lane)
{
	return slotring_shape(lane->ring)->slots;
}

static int64_t step_start(const struct lane *lane, int64_t at_s)
{
	return at_s - at_s % lane->step_s;
}

static void count_into(struct lane *lane, struct slot *slot)
{
	lane->current = slot;
	if (lane->sampler[0])
		sampler_attach(lane->sampler[0], slotring_sample(lane->ring, slot));
}

/* Opens the slot at lane->place for the running step, or leaves the lane without one. */
static void open_slot(struct lane *lane)
{
	struct slot *slot = slotring_slot(lane->ring, lane->index, lane->place);

	lane->current = NULL;
	if (slotring_state(slot) != SLOT_EMPTY)
		return;
	memset(slot, 0, slot_size(portbin_count(&slotring_shape(lane->ring)->portbin)));
	slot->start_s = lane->start_s;
	slot->end_s = lane->end_s;
	slot->watch_mask = lane->watch_mask;
	slot_add_reason(slot, SLOT_LOST, lane->homeless);
	lane->homeless = 0;
	if (lane->sampler[0])
		sample_clear(slotring_sample(lane->ring, slot), slotring_shape(lane->ring)->sightings);
	slotring_set_state(slot, SLOT_OPEN);
	count_into(lane, slot);
}

static void set_step(struct lane *lane, int64_t start_s)
{
	lane->start_s = start_s;
	lane->end_s = start_s + lane->step_s;
}

/* The place of the slot that ends last, or the last place of the lane if all are empty. */
static unsigned newest_place(const struct lane *lane)
{
	unsigned newest = slots_of(lane) - 1;
	int64_t end_s = INT64_MIN;

	for (unsigned i = 0; i < slots_of(lane); i++) {
		const struct slot *slot = slotring_slot(lane->ring, lane->index, i);

		if (slotring_state(slot) != SLOT_EMPTY && slot->end_s > end_s) {
			newest = i;
			end_s = slot->end_s;
		}
	}
	return newest;
}

static int make_samplers(struct lane *lane)
{
	uint32_t room = slotring_shape(lane->ring)->sightings;

	for (unsigned i = 0; i < 2 && room; i++) {
		lane->sampler[i] = sampler_new(room, slotring_key(lane->ring));
		if (!lane->sampler[i])
			return -ENOMEM;
	}
	return 0;
}

int lane_init(struct lane *lane, struct slotring *ring, unsigned index, int64_t wall_ms, int64_t steady_ms, uint32_t grace_ms)
{
	struct slot *newest;
	int64_t start_s;

	*lane = (struct lane){ .ring = ring, .index = index, .step_s = slotring_shape(ring)->step_s, .wall_ms = wall_ms,
	                       .steady_ms = steady_ms, .grace_ms = grace_ms };
	if (make_samplers(lane))
		return -ENOMEM;
	start_s = step_start(lane, wall_ms / 1000);
	/* A slot must end after what was cut, or it would look written already. */
	if (step_start(lane, slotring_cut(ring)) > start_s)
		start_s = step_start(lane, slotring_cut(ring));
	lane->place = newest_place(lane);
	newest = slotring_slot(ring, index, lane->place);
	/* After a crash and a clock that stepped back the newest slot may lie ahead. */
	if (slotring_state(newest) == SLOT_OPEN && newest->start_s > start_s)
		start_s = newest->start_s;
	set_step(lane, start_s);
	if (slotring_state(newest) == SLOT_OPEN && newest->end_s == lane->end_s) {
		count_into(lane, newest);
	} else {
		lane->place = (lane->place + 1) % slots_of(lane);
		open_slot(lane);
	}
	slotring_set_watermark(ring, index, lane->start_s);
	return 0;
}

void lane_fini(struct lane *lane)
{
	sampler_free(lane->sampler[0]);
	sampler_free(lane->sampler[1]);
	lane->sampler[0] = lane->sampler[1] = NULL;
}

static void close_previous(struct lane *lane)
{
	lane->previous = NULL;
	slotring_set_watermark(lane->ring, lane->index, lane->start_s);
}

/* On to the step that starts there; the slot before the current one is closed by that. */
static void advance(struct lane *lane, int64_t start_s)
{
	struct slot *before = lane->current;
	struct sampler *sampler = lane->sampler[0];

	close_previous(lane);
	lane->sampler[0] = lane->sampler[1];
	lane->sampler[1] = sampler;
	set_step(lane, start_s);
	if (before)
		lane->place = (lane->place + 1) % slots_of(lane);
	open_slot(lane);
	lane->previous = before;
}

void lane_reach(struct lane *lane, int64_t at_s)
{
	int64_t limit_s = lane->wall_ms / 1000;

	if (at_s > limit_s)
		at_s = limit_s;
	while (at_s >= lane->end_s)
		advance(lane, lane->end_s);
}

enum lane_event lane_tick(struct lane *lane, int64_t wall_ms, int64_t steady_ms, bool drained)
{
	int64_t now_s = wall_ms / 1000;
	bool jumped = (wall_ms - lane->wall_ms) - (steady_ms - lane->steady_ms) > JUMP_MS;

	lane->wall_ms = wall_ms;
	lane->steady_ms = steady_ms;
	if (now_s < lane->start_s)
		return LANE_BACK;
	if (now_s >= lane->end_s + lane->step_s &&
	    (jumped || now_s - lane->end_s > (int64_t)lane->step_s * slots_of(lane))) {
		advance(lane, step_start(lane, now_s));
		return LANE_GAP;
	}
	if (drained)
		lane_reach(lane, now_s);
	if (drained && lane->previous && wall_ms >= lane->start_s * 1000 + lane->grace_ms)
		close_previous(lane);
	return lane->current ? LANE_FINE : LANE_NO_SLOT;
}

void lane_finish(struct lane *lane, int64_t cut_s)
{
	if (lane->current && cut_s < lane->end_s)
		lane->current->end_s = cut_s;
	lane->current = lane->previous = NULL;
	slotring_set_watermark(lane->ring, lane->index, cut_s < lane->end_s ? cut_s : lane->end_s);
}

void lane_set_watch_mask(struct lane *lane, uint64_t mask)
{
	lane->watch_mask = mask;
	if (lane->current)
		lane->current->watch_mask |= mask;
}
