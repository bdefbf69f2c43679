/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All sightings of a window into a ranking, on several CPUs: reading rows out of the file takes most of the time, and each thread has
 * its own connection to it. */
#ifndef TOOL_GATHER_H
#define TOOL_GATHER_H

#include "archive/witness.h"
#include "tool/ranking.h"

#define GATHER_THREADS 4 /* at most; the ranking itself takes one at a time */

/* Adds what the filter lets through; nothing lies before start_s or behind end_s of the filter's window. The reader is used by this
 * thread alone. 0, or -errno with *why. */
int gather(struct reader *reader, const struct witness_filter *filter, struct ranking *ranking, struct failure *why);

#endif
