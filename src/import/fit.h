/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A retention that fits a span of time: all of it in rows as fine as a file of usual size can hold. Pure. */
#ifndef IMPORT_FIT_H
#define IMPORT_FIT_H

#include <stdint.h>

#include "archive/schema.h"

#define FIT_YEARS 100 /* that a span may be long; a row of an RRD holds no more than 136 years */

/* The step for packets from first_s to last_s: the shortest of 1s, 2s and 5s of which the span takes fewer than 10,000, else 10s. */
uint32_t fit_step(int64_t first_s, int64_t last_s);

/* Sets level and levels of a schema, whose step_s is given, for [start_s, end_s). The finest rows are of a step; where these would be too
 * many the last 360 of them are kept, and the whole span in rows of 1m, 10m, 1h, 6h or 1d, whichever are the finest of which it takes
 * at most 10,000; and in coarser ones besides where these are many, for pictures of all of it. */
void fit_retention(struct schema *schema, int64_t start_s, int64_t end_s);

#endif
