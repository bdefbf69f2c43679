/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sightings of a window as points of a picture, with what is known about how complete they are. */
#ifndef TOOL_SIGHTED_H
#define TOOL_SIGHTED_H

#include <stddef.h>

#include "archive/witness.h"
#include "plot/raster.h"

#define SIGHTED_ALL_CLASSES ((1u << CLASS_COUNT) - 1)

struct sighted {
	unsigned port_classes;
	size_t count, room;
	struct raster_point *point; /* of series with ports and of ICMP, whose number is the type; in the order of time; owned */
	double packets[SERIES_COUNT][CLASS_COUNT]; /* of all series */
	struct sightings_coverage coverage; /* of the window; owned */
};

/* Reads what the filter asks for from an archive that is open. Series with ports have points of port_classes (bits of enum
 * packet_class) only, ICMP of all. 0, or -errno with *why: -ENOENT if it has no sightings at all.
 * sighted_fini() either way. */
int sighted_read(struct sighted *sighted, struct reader *reader, const struct witness_filter *filter, unsigned port_classes,
                 struct failure *why);
void sighted_fini(struct sighted *sighted);

/* Some of the points, those of a series together and in it those of a number. All zero there are none. */
struct sorted {
	struct raster_point *point; /* owned */
	size_t *first; /* of each series and number, and behind the last; owned */
};

/* Those of [start_s, end_s). 0 or -ENOMEM; sorted_fini() either way. */
int sighted_sort(const struct sighted *sighted, int64_t start_s, int64_t end_s, struct sorted *sorted);
void sorted_fini(struct sorted *sorted);

/* Those of a series with numbers from lo to hi; borrowed. */
const struct raster_point *sorted_find(const struct sorted *sorted, enum series series, unsigned lo, unsigned hi, size_t *count);

#endif
