/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ring of slots: one file, mapped shared, so that what was counted outlives the process. It has a lane for each listener
 * thread (no counter has two writers) and in each lane the same number of slots.
 *
 * A slot's life: EMPTY -> OPEN (the lane's thread zeroes it, sets its span, then its state) -> EMPTY (the archiver, once every
 * file holds it). Which open slots are complete is told by the lane's watermark: the thread promises not to touch slots that
 * end at or before it. After a crash every slot that has ended is complete; the one of the running step is counted on. */
#ifndef BINNING_SLOTRING_H
#define BINNING_SLOTRING_H

#include <stdbool.h>
#include <stdint.h>

#include "binning/sample.h"
#include "binning/slot.h"
#include "common/fail.h"

enum slot_state { SLOT_EMPTY = 0, SLOT_OPEN = 1 };

struct slotring;

struct slotring_shape {
	struct portbin portbin;
	uint32_t step_s;
	uint32_t lanes;
	uint32_t slots; /* in each lane */
	uint32_t sightings; /* a slot has room for; 0: none are counted */
};

/* Opens the ring at path for counting, making it if there is none. Only one process can have it open for counting
 * (-EBUSY). A ring of another number of lanes or slots is made anew and keeps what was counted; a ring of another step or
 * portbin that still holds counts is refused, as is a file that is no ring: both stay as they are. Returns 0 or -errno with
 * *why. */
int slotring_open(const char *path, const struct slotring_shape *shape, struct slotring **ring, struct failure *why);

/* A private copy of the ring as it is now, each slot whole, for a reader of the archive; the counting goes on undisturbed. It has the
 * sightings only if they are asked for: they are most of a ring. -ENOENT if there is none. */
int slotring_snapshot(const char *path, bool with_sightings, struct slotring **ring, struct failure *why);

void slotring_close(struct slotring *ring);

const struct slotring_shape *slotring_shape(const struct slotring *ring);

/* Slot i of a lane, as it lies in the ring. */
struct slot *slotring_slot(const struct slotring *ring, unsigned lane, unsigned i);

/* The sightings of a slot, NULL if the ring has none. */
struct sample *slotring_sample(const struct slotring *ring, const struct slot *slot);

/* Random, and the same as long as there is a ring: what hashes of addresses are keyed with. */
uint64_t slotring_key(const struct slotring *ring);

/* The state, with acquire and release ordering against the rest of the slot. */
enum slot_state slotring_state(const struct slot *slot);
void slotring_set_state(struct slot *slot, enum slot_state state);

/* The lane's watermark: seconds since 1970, never falling. */
int64_t slotring_watermark(const struct slotring *ring, unsigned lane);
void slotring_set_watermark(struct slotring *ring, unsigned lane, int64_t at_s);

/* The least watermark of all lanes: every span that ends at or before it is complete. */
int64_t slotring_complete_until(const struct slotring *ring);

/* The end of the last slot that was cut short at a clean end, 0 if none was: later spans must end after it. */
int64_t slotring_cut(const struct slotring *ring);
void slotring_set_cut(struct slotring *ring, int64_t at_s);

/* One span of time with counts in at least one lane. */
struct slotring_span {
	int64_t start_s; /* a multiple of the step */
	int64_t end_s;   /* start_s + step_s, or less where a clean end cut the slot */
};

/* The spans that are not EMPTY and end at or before until_s, oldest first, each once, at most max. Returns how many. */
unsigned slotring_spans(const struct slotring *ring, int64_t until_s, struct slotring_span *spans, unsigned max);

/* Adds the counts of all lanes for that span to *sum (slot_size() bytes, zeroed by the caller). */
void slotring_sum(const struct slotring *ring, const struct slotring_span *span, struct slot *sum);

/* Sets the slots of that span EMPTY in every lane. */
void slotring_release(struct slotring *ring, const struct slotring_span *span);

#endif
