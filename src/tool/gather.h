/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All sightings of a window into a ranking, on several CPUs, each with its own connection to the file. */
#ifndef TOOL_GATHER_H
#define TOOL_GATHER_H

#include "archive/witness.h"
#include "tool/ranking.h"

/* Ranks what the filter lets through, for the most groups that are wanted; nothing lies before start_s or behind end_s of the filter's
 * window. The reader is used by this thread alone. 0 and a ranking to be freed, or -errno with *why. */
int gather(struct reader *reader, const struct witness_filter *filter, enum ranking_by by, unsigned most, struct ranking **ranking,
           struct failure *why);

#endif
