/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The writing side of an archive: brings slots from the ring into its files, keeps it whole over a crash.
 * Used by one thread at a time, the archiver's; every call may wait for the disk, or for an rrdcached.
 *
 * Files in a directory here are updated by librrd, under the guard of an undo file. Those behind an rrdcached are updated by it,
 * and count as written only where it has written them, so that it may die at any moment: what it was given and lost is still in
 * the ring. */
#ifndef ARCHIVE_WRITER_H
#define ARCHIVE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/create.h"
#include "archive/schema.h"
#include "binning/slotring.h"
#include "common/fail.h"

struct writer;

/* Opens a complete archive for writing: takes back an update that a dead process left unfinished (undo_path, see undo.h; none is
 * made behind an rrdcached), checks that every file has the layout of the schema. What the store points at is borrowed. -EROFS or
 * -EACCES if it can't be written, -EEXIST if a file has another layout, -EILSEQ if one is damaged. */
int writer_open(const struct store *store, const struct schema *schema, const char *undo_path, struct writer **writer,
                struct failure *why);
void writer_close(struct writer *writer);

/* From the next flush on the archive's sightings are recorded, in a file of at most so many bytes (recorder.h); not behind an
 * rrdcached. 0 or -ENOMEM with *why. */
int writer_record(struct writer *writer, uint64_t max_bytes, struct failure *why);

/* The watched ports: DS i of watch.rrd counts slot.watch[i]. Makes or extends watch.rrd so that it has a DS for each of the
 * names ("tcp3389", "udp5060") and writes the index of each into ds_index. -ENOSPC if it would have more than 64, -ENOTSUP if it
 * is behind an rrdcached, which can make a file and not extend one. */
int writer_watch(struct writer *writer, unsigned count, const char names[][SCHEMA_DS_NAME], unsigned *ds_index, struct failure *why);

/* Writes the spans of the ring that end at or before until_s and are newer than a file's last update: totals, watch and sightings
 * always, the other files only if all. Releases each span that every file has. A file that fails is told in *why (the first one) and
 * tried again the next time; the other files go on, and once the ring is three quarters full they no longer wait for it. Returns
 * 0 or the first -errno. */
int writer_flush(struct writer *writer, struct slotring *ring, int64_t until_s, bool all, struct failure *why);

/* The last update of totals.rrd, which is the newest there is. */
int64_t writer_last(const struct writer *writer);

/* Files that could not be written the last time they were tried. */
unsigned writer_failing(const struct writer *writer);

/* Whether the rrdcached could not be reached, so that all that failed is worth another try as soon as it can. */
bool writer_is_cut_off(const struct writer *writer);

#endif
