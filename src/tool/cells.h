/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counts of an archive as a stream of cells, ordered by time, series and port, in bounded memory. */
#ifndef TOOL_CELLS_H
#define TOOL_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/reader.h"
#include "binning/portlist.h"

struct cells_filter {
	unsigned series; /* bit of each enum series that is wanted */
	bool watch;      /* the watched ports too */
	bool zeros;      /* also cells without a packet */
	struct portlist ports;
};

struct cell {
	int64_t start_s;
	int64_t end_s;
	const char *series; /* "tcp4", or the name of a watched port; NULL: all of the time is unknown */
	int lo, hi;         /* ports, both inclusive; an ICMP type twice; -1 where there is none of either */
	bool is_type;
	double packets;     /* a whole number, or NaN for unknown */
};

typedef void cells_take(void *arg, const struct cell *cell);

/* Gives every cell of [start_s, end_s) to take, in rows not longer than resolution_s where the archive still has those. Unknown
 * time is one cell from its begin to its end. A file that can't be read is unknown in every row; the others go on, and the
 * first such failure is returned in the end, as -errno with *why. */
int cells_walk(struct reader *reader, const struct cells_filter *filter, int64_t start_s, int64_t end_s, uint32_t resolution_s,
               cells_take *take, void *arg, struct failure *why);

#endif
