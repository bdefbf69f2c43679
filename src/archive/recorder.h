/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Brings the sightings of the ring into sightings.db, and goes on by itself once it can again: the file may be locked, damaged or
 * taken away, the disk may be full. Counting and RRDs never depend on it. One thread, the archiver's. */
#ifndef ARCHIVE_RECORDER_H
#define ARCHIVE_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "binning/slotring.h"
#include "common/fail.h"

struct recorder;

/* NULL without memory. The file is opened when there is something to write. */
struct recorder *recorder_new(const char *path, uint64_t max_bytes);
void recorder_close(struct recorder *recorder);

/* Writes those of the spans, oldest first, that the file does not have. 0, or -errno with *why (sightings.h); the next call tries the
 * same again. A damaged file is moved to NAME.damaged, once, and a new one begun. */
int recorder_write(struct recorder *recorder, const struct slotring *ring, const struct slotring_span *spans, unsigned count,
                   struct failure *why);

/* Whether the last write failed; and whether trying again may help, so that the ring should keep what was not written. */
bool recorder_is_failing(const struct recorder *recorder);
bool recorder_may_recover(const struct recorder *recorder);

/* Whether the file has the span. */
bool recorder_has(const struct recorder *recorder, const struct slotring_span *span);

#endif
