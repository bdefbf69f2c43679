/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of an archive as a whole, in a directory here or behind an rrdcached: what layout they have, and making them. */
#ifndef ARCHIVE_CREATE_H
#define ARCHIVE_CREATE_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/schema.h"
#include "archive/store.h"
#include "common/fail.h"

/* Finds the layout of the archive from its files. -ENOENT if there is none (an empty or missing directory), -EILSEQ if it is
 * damaged or no archive. Reads totals.rrd and one or two port files; archive_verify looks at the rest. */
int archive_probe(const struct store *store, struct schema *schema, struct failure *why);

/* Whether every file is there and has the layout. -ENOENT, -EEXIST (another layout) or -EILSEQ (damaged) with *why naming the
 * first file that is not as it should be. */
int archive_verify(const struct store *store, const struct schema *schema, struct failure *why);

/* Makes the files that are missing, and directories for them, in a way that leaves no half file behind; those that are there
 * must be of the same layout (-EEXIST). progress may be NULL; it is called before each file and stops the making (-ECANCELED) by
 * returning false. */
int archive_create(const struct store *store, const struct schema *schema, int64_t start_s,
                   bool (*progress)(void *arg, unsigned done, unsigned total, const char *name), void *arg, struct failure *why);

/* Makes dir, which is there, ready for one who makes all files himself: none may be there (-EEXIST), nor one of another layout;
 * there is room for them (-ENOSPC); and the directories of the series are made. */
int archive_prepare(const char *dir, const struct schema *schema, struct failure *why);

/* Whether archive_create could make files in dir, which must be there; it takes seconds, so say early what can't work. -ENOENT,
 * -EACCES, -EROFS with *why. */
int archive_check_writable(const char *dir, struct failure *why);

#endif
