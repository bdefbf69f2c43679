/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sightings of an import: sampled step by step as fireplotd does, and written into a new sightings.db. For build.c alone. */
#ifndef IMPORT_WITNESSES_H
#define IMPORT_WITNESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/reader.h"
#include "common/fail.h"
#include "packet/packet.h"

struct witnesses;

/* A new file in the archive's directory; room: sightings of a step at most. What is recorded begins at start_s. former:
 * of an archive whose sightings are to be copied; borrowed; NULL for none. */
int witnesses_open(const char *archive, uint32_t room, uint64_t max_bytes, uint32_t step_s, int64_t start_s, struct reader *former,
                   struct witnesses **witnesses, struct failure *why);

/* A packet of the step in progress. */
void witnesses_see(struct witnesses *witnesses, const struct packet *packet, const char *rule);

/* The step in progress started at start_s and is over. */
int witnesses_end_step(struct witnesses *witnesses, int64_t start_s, struct failure *why);

/* Copies what the former archive has of [start_s, end_s); what that has not is not recorded. */
int witnesses_copy(struct witnesses *witnesses, int64_t start_s, int64_t end_s, struct failure *why);

/* Nothing is recorded of [start_s, end_s). */
int witnesses_skip(struct witnesses *witnesses, int64_t start_s, int64_t end_s, struct failure *why);

/* Completes the file up to end_s, and tells the oldest time that is in it; 0 if none is. */
int witnesses_finish(struct witnesses *witnesses, int64_t end_s, int64_t *oldest_s, struct failure *why);

/* The file stays if it is to be kept, and was finished; else it is removed. */
void witnesses_close(struct witnesses *witnesses, bool keep);

#endif
