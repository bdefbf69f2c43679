/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who sent the packets of each spot, from the sightings of an archive. */
#ifndef TOOL_HOVER_SEEN_H
#define TOOL_HOVER_SEEN_H

#include "archive/witness.h"
#include "tool/hover.h"

/* Adds what the witness knows of the spots, and of each column whether it was recorded; the filter says which sightings the picture
 * is of, and its times are set here. The witness is borrowed as long as hover's lines are used. 0 or -errno with *why. */
int hover_see(struct hover *hover, struct witness *witness, struct witness_filter *filter, int64_t newest_s, struct failure *why);

/* Keeps at most that many lines, and counts the others as the rest of their spots. 0 or -ENOMEM. */
int hover_thin_seen(struct hover *hover, size_t most);

#endif
