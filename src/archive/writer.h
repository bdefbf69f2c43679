/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The writing side of an archive: makes it, brings slots from the ring into its files, keeps it whole over a crash.
 * Used by one thread at a time, the archiver's; every call may wait for the disk. */
#ifndef ARCHIVE_WRITER_H
#define ARCHIVE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/schema.h"
#include "binning/slotring.h"
#include "common/fail.h"

struct writer;

/* Finds the layout of the archive in dir. -ENOENT if there is none (an empty or missing directory), -EILSEQ if it is damaged
 * or no archive. */
int archive_probe(const char *dir, struct schema *schema, struct failure *why);

/* Makes the files that are missing, in a way that leaves no half file behind; those that are there must be of the same layout
 * (-EEXIST). progress may be NULL; it is called before each file and stops the making (-ECANCELED) by returning false. */
int archive_create(const char *dir, const struct schema *schema, int64_t start_s,
                   bool (*progress)(void *arg, unsigned done, unsigned total, const char *name), void *arg, struct failure *why);

/* Opens a complete archive for writing: mends an interrupted update, checks that every file has the layout of the schema.
 * -EROFS or -EACCES if it can't be written, -EEXIST if a file has another layout, -EILSEQ if one is damaged. */
int writer_open(const char *dir, const struct schema *schema, struct writer **writer, struct failure *why);
void writer_close(struct writer *writer);

/* The watched ports: DS i of watch.rrd counts slot.watch[i]. Makes or extends watch.rrd so that it has a DS for each of the
 * names ("tcp3389", "udp5060") and writes the index of each into ds_index. -ENOSPC if it would have more than 64. */
int writer_watch(struct writer *writer, unsigned count, const char names[][SCHEMA_DS_NAME], unsigned *ds_index, struct failure *why);

/* Writes every span of the ring that ends at or before until_s and is newer than a file's last update; totals and watch
 * always, the others only if all. Releases a span once every file has it. A file that fails is told in *why (the first one) and
 * tried again the next time; the other files go on. Returns 0 or the first -errno. */
int writer_flush(struct writer *writer, struct slotring *ring, int64_t until_s, bool all, struct failure *why);

#endif
