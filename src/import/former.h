/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An archive that is there as a source of another one: its rows in the order of time, each of the finest level that still has it,. It is
 * read as by any reader, while a fireplotd goes on writing it, and never changed. */
#ifndef IMPORT_FORMER_H
#define IMPORT_FORMER_H

#include <stdint.h>

#include "archive/reader.h"
#include "archive/schema.h"
#include "binning/slot.h"
#include "common/fail.h"

struct former;

/* Opens the archive in dir as it is now. What is written later is not seen. */
int former_open(const char *dir, struct former **former, struct failure *why);
void former_close(struct former *former);

const struct schema *former_schema(const struct former *former);

/* The ports of its watch.rrd, DS i counted in slot.watch[i]; 0 if there is none. */
unsigned former_watch_count(const struct former *former);
const char *former_watch_name(const struct former *former, unsigned i);

/* The start of the oldest step and the end of the newest that it knows; both 0 for an archive without any. */
void former_span(const struct former *former, int64_t *start_s, int64_t *end_s);

/* The part of a row in which somebody listened. A row tells how long that was and not when: it is taken to be the end of the row where
 * nobody listened before it, else its front. */
struct former_row {
	int64_t start_s, end_s; /* multiples of the step, start_s < end_s */
	double sources;     /* distinct ones a step, on average */
	unsigned parts;     /* its counts are in so many parts, each of which a slot can hold; 0 if there are none */
	uint64_t watched;   /* bit i: DS i of watch.rrd was */
};

/* The next row that is known. 1, 0 behind the newest, -errno with *why. */
int former_next(struct former *former, struct former_row *row, struct failure *why);

/* Adds a part of the counts of the row that was given last to a slot. */
void former_add_counts(const struct former *former, unsigned part, struct slot *slot);

/* For its sightings; borrowed. */
struct reader *former_reader(const struct former *former);

#endif
