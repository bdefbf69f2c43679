/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sightings of an archive that is there, as steps that can be recorded again. */
#ifndef IMPORT_FORMERSEEN_H
#define IMPORT_FORMERSEEN_H

#include <stdint.h>

#include "archive/witness.h"
#include "binning/sighting.h"
#include "common/fail.h"

struct formerseen;

/* NULL in *seen if the archive has none at all. The reader is borrowed. */
int formerseen_open(struct reader *reader, struct formerseen **seen, struct failure *why);
void formerseen_close(struct formerseen *seen);

/* Steps that start in [start_s, end_s) and have sightings, or had some left out, oldest first; and the spans of that time of which
 * sightings were recorded. Both are borrowed until the next call. */
struct formerseen_part {
	unsigned count;
	const struct sighting_step *step;
	unsigned span_count;
	const struct sightings_span *span;
};
int formerseen_read(struct formerseen *seen, int64_t start_s, int64_t end_s, struct formerseen_part *part, struct failure *why);

#endif
