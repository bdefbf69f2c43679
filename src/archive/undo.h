/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What makes an update of an RRD whole or not at all when the process dies in the middle. librrd changes rows, counters and
 * last update in place, so the bytes before the rows are copied into a file first; put back, the same update can be made
 * again, over the same rows. It guards against the death of the process, not of the machine: nothing is synced. */
#ifndef ARCHIVE_UNDO_H
#define ARCHIVE_UNDO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "common/fail.h"

/* RING.undo: the undo file of an archive lies beside its ring. -ENAMETOOLONG with *why. */
int undo_path_of_ring(const char *ring, char *path, size_t size, struct failure *why);

/* ---- writing ---- */

struct undo;

/* Opens the undo file, making it if there is none, and finishes what a dead process left: if an update was under way, the bytes
 * are put back into that very file (same device and inode), and restored gets its path. restored may be NULL. Whoever may read
 * the ring may read this file too. */
int undo_open(const char *path, struct undo **undo, char *restored, unsigned restored_size, struct failure *why);
void undo_close(struct undo *undo);

/* From here on the first bytes of the file will be put back, until undo_disarm. */
int undo_arm(struct undo *undo, const char *file, uint32_t bytes, struct failure *why);
void undo_disarm(struct undo *undo);

/* ---- reading ---- */

/* What would be put back, for those who read a file between the death of a process and its next start. Needs no right but to read,
 * changes nothing, and may look while the undo is armed and disarmed. */
struct undo_reader;

/* NULL if there is none, or it can't be read. All that follows takes NULL for an undo that is not armed. */
struct undo_reader *undo_reader_open(const char *path);
void undo_reader_close(struct undo_reader *undo);

/* Whether an update of that file (same device and inode) is under way, or was interrupted. */
bool undo_reader_is_armed(const struct undo_reader *undo, const struct stat *file);

/* Copies the bytes that would be put back into that file, all of one moment. False if it is not armed for that file, has another
 * number of bytes, or is damaged. */
bool undo_reader_copy(const struct undo_reader *undo, const struct stat *file, void *to, uint32_t bytes);

#endif
