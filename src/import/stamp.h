/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When something happened, as far as a recorded source tells. What is missing (a zone, a year, the moment of the boot) is found
 * out later, from the whole source: see timeline.h. */
#ifndef IMPORT_STAMP_H
#define IMPORT_STAMP_H

#include <stdint.h>

enum stamp_kind {
	STAMP_NONE,
	STAMP_ABSOLUTE, /* microseconds since 1970 (UTC) */
	STAMP_LOCAL,    /* of an unknown zone: microseconds since 1970 as if its date and time were UTC */
	STAMP_YEARLESS, /* likewise without a year, counted in 2000, so that 29 February has a place */
	STAMP_UPTIME,   /* microseconds since the boot of the machine that wrote it */
};

#define STAMP_MOST_US INT64_C(253402300799999999) /* the end of the year 9999: sums of a few of them do not overflow */

struct stamp {
	enum stamp_kind kind;
	int64_t us;
};

/* STAMP_ABSOLUTE from seconds since 1970 and microseconds below a million; STAMP_NONE if it is later than STAMP_MOST_US. */
static inline struct stamp stamp_of(uint64_t s, uint32_t us)
{
	if (s > (uint64_t)STAMP_MOST_US / 1000000)
		return (struct stamp){ .kind = STAMP_NONE };
	return (struct stamp){ .kind = STAMP_ABSOLUTE, .us = (int64_t)s * 1000000 + us };
}

#endif
