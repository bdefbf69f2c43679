/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/strays.h"

#include <errno.h>
#include <stdlib.h>

#define US INT64_C(1000000)
#define ALONE_US (366 * UINT64_C(86400000000))
#define FEW 100 /* one of so many packets is */

/* ---- while a source is read ---- */

/* How long to a later time; stamps may be of any time at all. */
static uint64_t between(int64_t earlier, int64_t later)
{
	return later > earlier ? (uint64_t)later - (uint64_t)earlier : 0;
}

/* 0 within the stretch. */
static uint64_t distance(const struct stretch *stretch, int64_t order)
{
	return between(order, stretch->first) + between(stretch->last, order);
}

/* The one that is nearest, if there is no room for one more; NULL for none. */
static struct stretch *find(struct stretches *stretches, enum stamp_kind kind, int64_t order)
{
	struct stretch *nearest = NULL;

	for (unsigned i = 0; i < stretches->count; i++) {
		struct stretch *stretch = &stretches->stretch[i];

		if (stretch->kind == kind && (!nearest || distance(stretch, order) < distance(nearest, order)))
			nearest = stretch;
	}
	if (nearest && distance(nearest, order) > STRAYS_NEAR_US && stretches->count < STRAYS_STRETCHES)
		nearest = NULL;
	return nearest;
}

static struct stretch *find_or_begin(struct stretches *stretches, enum stamp_kind kind, int64_t order, uint64_t number)
{
	struct stretch *stretch = find(stretches, kind, order);

	if (!stretch && stretches->count < STRAYS_STRETCHES) {
		stretch = &stretches->stretch[stretches->count++];
		*stretch = (struct stretch){ .kind = kind, .first = order, .last = order, .number = number };
	}
	if (stretch)
		stretches->recent = (unsigned)(stretch - stretches->stretch);
	return stretch;
}

void strays_note_other(struct stretches *stretches, enum stamp_kind kind, int64_t order, uint64_t number)
{
	struct stretch *stretch = &stretches->stretch[stretches->recent];

	if (stretch->kind != kind || distance(stretch, order) > STRAYS_NEAR_US)
		stretch = find_or_begin(stretches, kind, order, number);
	if (!stretch)
		return;
	stretch->packets++;
	if (order > stretch->last)
		stretch->last = order;
	if (order < stretch->first) {
		stretch->first = order;
		stretch->number = number;
	}
}

/* ---- when all were read ---- */

/* A stretch of all sources. */
struct group {
	int64_t first_us, last_us;
	uint64_t packets;
	bool is_known; /* to the archive that comes along */
	unsigned source;
	uint64_t number;
};

static int by_first(const void *a, const void *b)
{
	const struct group *left = a, *right = b;

	return left->first_us < right->first_us ? -1 : left->first_us > right->first_us;
}

static unsigned add_source(const struct stretches *stretches, struct timeline *timeline, unsigned source, int64_t start_us,
                           int64_t end_us, struct group *group)
{
	unsigned count = 0;

	for (unsigned i = 0; i < stretches->count; i++) {
		const struct stretch *stretch = &stretches->stretch[i];
		struct group *new = &group[count];

		*new = (struct group){ .first_us = timeline_time(timeline, stretch->kind, stretch->first),
			               .last_us = timeline_time(timeline, stretch->kind, stretch->last),
			               .packets = stretch->packets, .source = source, .number = stretch->number };
		if (new->last_us >= start_us && new->first_us < end_us)
			count++;
	}
	return count;
}

/* Makes one of those that lie near each other; they are in order. */
static unsigned join(struct group *group, unsigned count)
{
	unsigned joined = 0;

	for (unsigned i = 1; i < count; i++) {
		struct group *last = &group[joined];

		if (between(last->last_us, group[i].first_us) > ALONE_US) {
			group[++joined] = group[i];
			continue;
		}
		last->packets += group[i].packets;
		last->is_known |= group[i].is_known;
		if (group[i].last_us > last->last_us)
			last->last_us = group[i].last_us;
	}
	return count ? joined + 1 : 0;
}

static bool is_stray(const struct group *group, uint64_t packets)
{
	uint64_t others = packets - group->packets;

	return !group->is_known && others > group->packets && (group->packets == 1 || group->packets <= packets / FEW);
}

static void tell(struct import_report *report, const struct group *group, int64_t others_us)
{
	if (report->stray_count < IMPORT_STRAYS)
		report->stray[report->stray_count++] =
			(struct import_stray){ .source = group->source, .number = group->number, .packets = group->packets,
			                       .first_s = group->first_us / US, .last_s = group->last_us / US, .others_s = others_us / US };
}

/* From both ends, as long as what is left stands alone. */
static void tell_ends(struct import_report *report, const struct group *group, unsigned count)
{
	const struct group *first = group, *last = group + count - 1;
	uint64_t packets = 0;

	for (unsigned i = 0; i < count; i++)
		packets += group[i].packets;
	for (; first < last && is_stray(first, packets); first++) {
		tell(report, first, first[1].first_us);
		packets -= first->packets;
	}
	for (; first < last && is_stray(last, packets); last--) {
		tell(report, last, last[-1].last_us);
		packets -= last->packets;
	}
}

int strays_find(const struct stretches *stretches, struct timeline *const *timelines, int64_t start_us, int64_t end_us, int64_t known_s,
                int64_t known_until_s, struct import_report *report, struct failure *why)
{
	struct group *group = calloc((size_t)report->source_count * STRAYS_STRETCHES + 1, sizeof(*group));
	unsigned count = 0;

	if (!group)
		return fail(why, ENOMEM, "no memory");
	for (unsigned i = 0; i < report->source_count; i++)
		count += add_source(&stretches[i], timelines[i], i, start_us, end_us, &group[count]);
	if (known_s < known_until_s)
		group[count++] = (struct group){ .first_us = known_s * US, .last_us = known_until_s * US, .is_known = true };
	qsort(group, count, sizeof(*group), by_first);
	count = join(group, count);
	if (count > 1)
		tell_ends(report, group, count);
	free(group);
	return 0;
}
