/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An archive of the past, made in one go: every step from start_s to end_s is known beforehand to be over, so rows are put together in
 * memory and written once each, instead of updating files step by step. What comes out is, to the byte, what a fireplotd that had
 * listened from start_s to end_s would have left, and librrd goes on from there. But where in the ring of an RRA the rows begin librrd
 * chooses at random, and of a gap longer than a level but the finest keeps it dates one row wrongly.
 * Files are made with room for all their rows; those of empty time cost no writing. */
#ifndef ARCHIVE_BULK_H
#define ARCHIVE_BULK_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/schema.h"
#include "binning/slot.h"
#include "common/fail.h"

struct bulk;

/* Begins the files of an archive in dir, which must exist and hold none of them (-EEXIST). start_s and end_s are multiples of step_s,
 * 0 < start_s < end_s. watch_names: the DS of watch.rrd ("tcp3389"), DS i from slot.watch[i], watched all the time whatever watch_mask
 * says, unless bulk_watch tells otherwise; no watch.rrd if watch_count is 0. All files are kept open: the limit of this process is raised
 * for that if it can be. -ENOSPC, -EACCES ... with *why naming the file; what was made is removed again. */
int bulk_open(const char *dir, const struct schema *schema, int64_t start_s, int64_t end_s, unsigned watch_count,
              const char watch_names[][SCHEMA_DS_NAME], struct bulk **bulk, struct failure *why);

/* The counts of the step that starts at start_s, later than any step added or skipped before (-EINVAL); its own start_s and end_s are
 * not looked at. Steps between that are not added had no packet. After another failure only bulk_close is left to call. */
int bulk_add(struct bulk *bulk, int64_t start_s, const struct slot *counts, struct failure *why);

/* The same with a number of distinct sources that was known before, where bulk_add takes that of the counts. */
int bulk_add_with_sources(struct bulk *bulk, int64_t start_s, const struct slot *counts, double sources, struct failure *why);

/* Nobody listened in [start_s, end_s), both multiples of the step, behind what was added so far (-EINVAL): unknown in every file. What
 * follows right behind another one is the same gap. */
int bulk_skip(struct bulk *bulk, int64_t start_s, int64_t end_s, struct failure *why);

/* From from_s on, a multiple of the step and not before what was added or skipped so far (-EINVAL), DS i of watch.rrd is watched if bit i
 * of the mask is set, and else unknown. While some are not, each step costs time in that file. */
int bulk_watch(struct bulk *bulk, int64_t from_s, uint64_t mask, struct failure *why);

/* Completes the files up to end_s and closes them. On failure they are removed. */
int bulk_finish(struct bulk *bulk, struct failure *why);

/* Gives up, and removes the files, unless bulk_finish was called; frees it in any case. */
void bulk_close(struct bulk *bulk);

#endif
