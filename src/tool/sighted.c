/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/sighted.h"

#include <errno.h>

#define NUMBERS 65536
#define KEYS ((SERIES_ICMP6 + 1) * NUMBERS)
#define ROOM_FIRST 4096

static int grow(struct sighted *sighted)
{
	size_t room = sighted->room ? sighted->room * 2 : ROOM_FIRST;
	struct raster_point *grown = realloc(sighted->point, room * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	sighted->point = grown;
	sighted->room = room;
	return 0;
}

static int take_row(void *arg, const struct sightings_row *row)
{
	struct sighted *sighted = arg;
	const struct sighting *s = &row->sighting;

	if (s->series >= SERIES_COUNT || s->class >= CLASS_COUNT)
		return 0;
	sighted->packets[s->series][s->class] += s->packets;
	if (s->series > SERIES_ICMP6 || (s->series < SERIES_WITH_PORTS && !(sighted->port_classes >> s->class & 1)))
		return 0;
	if (sighted->count == sighted->room && grow(sighted))
		return -ENOMEM;
	sighted->point[sighted->count++] = (struct raster_point){
		.at_s = row->start_s, .packets = s->packets, .series = s->series, .class = s->class,
		.number = s->series < SERIES_WITH_PORTS ? s->number : s->number >> 8,
	};
	return 0;
}

int sighted_read(struct sighted *sighted, struct reader *reader, const struct witness_filter *filter, unsigned port_classes,
                 struct failure *why)
{
	struct witness *witness;
	int err;

	*sighted = (struct sighted){ .port_classes = port_classes };
	err = witness_open(reader, &witness, why);
	if (err)
		return err;
	err = witness_coverage(witness, filter->start_s, filter->end_s, &sighted->coverage, why);
	if (!err) {
		fail(why, ENOMEM, "no memory for the sightings of the picture"); /* take_row() can't tell */
		err = witness_walk(witness, filter, take_row, sighted, why);
	}
	witness_close(witness);
	return err;
}

void sighted_fini(struct sighted *sighted)
{
	free(sighted->point);
	sightings_coverage_fini(&sighted->coverage);
	*sighted = (struct sighted){ 0 };
}

/* The first point that is not before that time. */
static size_t find_time(const struct sighted *sighted, int64_t at_s)
{
	size_t low = 0, high = sighted->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sighted->point[middle].at_s < at_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t key_of(const struct raster_point *point)
{
	return (size_t)point->series * NUMBERS + point->number;
}

/* By counting: there are more points than keys where it matters. */
int sighted_sort(const struct sighted *sighted, int64_t start_s, int64_t end_s, struct sorted *sorted)
{
	size_t from = find_time(sighted, start_s), to = find_time(sighted, end_s), sum = 0;
	size_t *first = calloc(KEYS + 1, sizeof(*first));

	*sorted = (struct sorted){ .first = first, .point = malloc((to - from + 1) * sizeof(*sorted->point)) };
	if (!first || !sorted->point)
		return -ENOMEM;
	for (size_t i = from; i < to; i++)
		first[key_of(&sighted->point[i])]++;
	for (size_t key = 0; key <= KEYS; key++) {
		size_t count = first[key];

		first[key] = sum;
		sum += count;
	}
	for (size_t i = from; i < to; i++)
		sorted->point[first[key_of(&sighted->point[i])]++] = sighted->point[i];
	/* Now each is where the next one was. */
	for (size_t key = KEYS; key > 0; key--)
		first[key] = first[key - 1];
	first[0] = 0;
	return 0;
}

void sorted_fini(struct sorted *sorted)
{
	free(sorted->point);
	free(sorted->first);
	*sorted = (struct sorted){ 0 };
}

const struct raster_point *sorted_find(const struct sorted *sorted, enum series series, unsigned lo, unsigned hi, size_t *count)
{
	const size_t *first = sorted->first + (size_t)series * NUMBERS;

	*count = first[hi + 1] - first[lo];
	return sorted->point + first[lo];
}
