/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the archiver and the readers ask of a ring: which spans of time it holds, and their sums over the lanes. */
#include <string.h>

#include "binning/slotring.h"

/* Where the span (by its end) stands in the list, or would stand. */
static unsigned place_of(const struct slotring_span *spans, unsigned n, int64_t end_s)
{
	unsigned i = n;

	while (i > 0 && spans[i - 1].end_s >= end_s)
		i--;
	return i;
}

/* Keeps the list sorted by end, without doubles, and the oldest if there are too many. */
static unsigned insert_span(struct slotring_span *spans, unsigned n, unsigned max, const struct slot *slot)
{
	unsigned i = place_of(spans, n, slot->end_s);

	if (i < n && spans[i].end_s == slot->end_s)
		return n;
	if (i == max)
		return n;
	if (n == max)
		n--;
	memmove(&spans[i + 1], &spans[i], (n - i) * sizeof(*spans));
	spans[i] = (struct slotring_span){ .start_s = slot->start_s, .end_s = slot->end_s };
	return n + 1;
}

unsigned slotring_spans(const struct slotring *ring, int64_t until_s, struct slotring_span *spans, unsigned max)
{
	const struct slotring_shape *shape = slotring_shape(ring);
	unsigned n = 0;

	for (unsigned lane = 0; lane < shape->lanes; lane++)
		for (unsigned i = 0; i < shape->slots; i++) {
			const struct slot *slot = slotring_slot(ring, lane, i);

			if (slotring_state(slot) == SLOT_OPEN && slot->end_s <= until_s)
				n = insert_span(spans, n, max, slot);
		}
	return n;
}

static bool in_span(const struct slot *slot, const struct slotring_span *span)
{
	return slotring_state(slot) == SLOT_OPEN && slot->end_s == span->end_s;
}

void slotring_sum(const struct slotring *ring, const struct slotring_span *span, struct slot *sum)
{
	const struct slotring_shape *shape = slotring_shape(ring);
	unsigned bins = portbin_count(&shape->portbin);

	for (unsigned lane = 0; lane < shape->lanes; lane++)
		for (unsigned i = 0; i < shape->slots; i++) {
			const struct slot *slot = slotring_slot(ring, lane, i);

			if (in_span(slot, span))
				slot_merge(sum, slot, bins);
		}
}

void slotring_release(struct slotring *ring, const struct slotring_span *span)
{
	const struct slotring_shape *shape = slotring_shape(ring);

	for (unsigned lane = 0; lane < shape->lanes; lane++)
		for (unsigned i = 0; i < shape->slots; i++) {
			struct slot *slot = slotring_slot(ring, lane, i);

			if (in_span(slot, span))
				slotring_set_state(slot, SLOT_EMPTY);
		}
}
