/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/ringcopy.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool same_counting(const struct slotring_shape *shape, const struct schema *schema)
{
	struct schema ring = *schema;

	ring.step_s = shape->step_s;
	ring.portbin = shape->portbin;
	return schema_equal(&ring, schema);
}

/* The only slot of the span, or NULL if several lanes have one. */
static const struct slot *only_slot(const struct slotring *ring, const struct slotring_span *span)
{
	const struct slotring_shape *shape = slotring_shape(ring);
	const struct slot *only = NULL;

	for (unsigned lane = 0; lane < shape->lanes; lane++)
		for (unsigned i = 0; i < shape->slots; i++) {
			const struct slot *slot = slotring_slot(ring, lane, i);

			if (slotring_state(slot) != SLOT_OPEN || slot->end_s != span->end_s)
				continue;
			if (only)
				return NULL;
			only = slot;
		}
	return only;
}

static int add_span(struct ringcopy *copy, const struct slotring_span *span, struct failure *why)
{
	struct ringcopy_span *to = &copy->spans[copy->count];

	*to = (struct ringcopy_span){ .start_s = span->start_s, .end_s = span->end_s, .sum = only_slot(copy->ring, span) };
	if (!to->sum) {
		to->owned = calloc(1, slot_size(portbin_count(&slotring_shape(copy->ring)->portbin)));
		if (!to->owned)
			return fail_errno(why, ENOMEM, "the copy of the ring");
		slotring_sum(copy->ring, span, to->owned);
		to->sum = to->owned;
	}
	copy->count++;
	return 0;
}

static int add_spans(struct ringcopy *copy, struct failure *why)
{
	unsigned max = slotring_shape(copy->ring)->lanes * slotring_shape(copy->ring)->slots, count;
	struct slotring_span *spans = calloc(max, sizeof(*spans));
	int err = 0;

	copy->spans = calloc(max, sizeof(*copy->spans));
	if (!spans || !copy->spans) {
		err = fail_errno(why, ENOMEM, "the copy of the ring");
	} else {
		count = slotring_spans(copy->ring, INT64_MAX, spans, max);
		for (unsigned i = 0; i < count && err == 0; i++)
			err = add_span(copy, &spans[i], why);
	}
	free(spans);
	return err;
}

int ringcopy_init(struct ringcopy *copy, const char *path, const struct schema *schema, struct failure *why)
{
	int err;

	*copy = (struct ringcopy){ 0 };
	err = slotring_snapshot(path, false, &copy->ring, why);
	if (err == -ENOENT)
		return 0;
	if (err == 0 && !same_counting(slotring_shape(copy->ring), schema))
		err = fail(why, EEXIST, "%s: a ring of an archive with another layout", path);
	if (err == 0)
		err = add_spans(copy, why);
	if (err)
		ringcopy_fini(copy);
	return err;
}

void ringcopy_fini(struct ringcopy *copy)
{
	for (unsigned i = 0; i < copy->count; i++)
		free(copy->spans[i].owned);
	free(copy->spans);
	slotring_close(copy->ring);
	*copy = (struct ringcopy){ 0 };
}
