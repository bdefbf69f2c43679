/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets that stand alone in time, years from all others: those of a clock that was wrong, as one has that begins in 1970. They make an
 * archive long and its rows coarse, so people want to know which they are. While a source is read, only a few stretches of time are kept of
 * it, in which its packets lie near each other. */
#ifndef IMPORT_STRAYS_H
#define IMPORT_STRAYS_H

#include <stdint.h>

#include "import/import.h"
#include "import/stamp.h"
#include "import/timeline.h"

#define STRAYS_STRETCHES 16
#define STRAYS_NEAR_US (30 * UINT64_C(86400000000)) /* orders of the same stretch; those of local stamps grow twice as fast as time */

struct stretch {
	enum stamp_kind kind;
	int64_t first, last; /* orders, as of a timeline */
	uint64_t packets;
	uint64_t number; /* line or record of the first */
};

/* Of one source. All zero at its start. */
struct stretches {
	unsigned count;
	unsigned recent; /* the one that got the last packet */
	struct stretch stretch[STRAYS_STRETCHES];
};

/* For strays_note: one that does not just go on. */
void strays_note_other(struct stretches *stretches, enum stamp_kind kind, int64_t order, uint64_t number);

/* A packet in line or record `number`. */
static inline void strays_note(struct stretches *stretches, enum stamp_kind kind, int64_t order, uint64_t number)
{
	struct stretch *recent = &stretches->stretch[stretches->recent];

	if (recent->kind != kind || order < recent->last || (uint64_t)order - (uint64_t)recent->last > STRAYS_NEAR_US) {
		strays_note_other(stretches, kind, order, number);
		return;
	}
	recent->last = order;
	recent->packets++;
}

/* Fills in the report's strays, when all sources were read and their timelines settled: before or behind all others, more than a year from
 * them, and either a single packet or not one of a hundred. Time outside [start_us, end_us) is not looked at; [known_s, known_until_s) is
 * that of an archive that comes along, where packets do not stand alone; none if it is empty. 0 or -ENOMEM with *why. */
int strays_find(const struct stretches *stretches, struct timeline *const *timelines, int64_t start_us, int64_t end_us, int64_t known_s,
                int64_t known_until_s, struct import_report *report, struct failure *why);

#endif
