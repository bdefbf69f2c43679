/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of a spool without those that several sources have, as a log and its rotated copy that overlap. What one source has twice
 * was sent twice: of equal records of the same time, as many are kept as the source with the most of them has. */
#ifndef IMPORT_DEDUP_H
#define IMPORT_DEDUP_H

#include <stdint.h>

#include "import/spool.h"

struct dedup;

/* NULL without memory. The spool is borrowed. */
struct dedup *dedup_new(struct spool *spool, unsigned sources);
void dedup_free(struct dedup *dedup);

/* As spool_next. Records are equal if they have the same time and digest. */
int dedup_next(struct dedup *dedup, struct record *record, unsigned *source, struct failure *why);

/* How many records of a source were left out so far. */
uint64_t dedup_dropped(const struct dedup *dedup, unsigned source);

#endif
