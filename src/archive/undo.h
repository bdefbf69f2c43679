/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What makes an update of an RRD whole or not at all when the process dies in the middle. librrd changes rows, counters and
 * last update in place, so the bytes before the rows are copied into a file first; put back, the same update can be made
 * again, over the same rows. It guards against the death of the process, not of the machine: nothing is synced. */
#ifndef ARCHIVE_UNDO_H
#define ARCHIVE_UNDO_H

#include <stdint.h>

#include "common/fail.h"

struct undo;

/* Opens the undo file, making it if there is none, and finishes what a dead process left: if an update was under way, the bytes
 * are put back into that very file (same device and inode), and restored gets its path. restored may be NULL. */
int undo_open(const char *path, struct undo **undo, char *restored, unsigned restored_size, struct failure *why);
void undo_close(struct undo *undo);

/* From here on the first bytes of the file will be put back, until undo_disarm. */
int undo_arm(struct undo *undo, const char *file, uint32_t bytes, struct failure *why);
void undo_disarm(struct undo *undo);

#endif
