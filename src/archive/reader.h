/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An archive as its readers see it: the RRD files and, newer than those, the ring. Needs no right but to read. The files are in
 * a directory here, or behind an rrdcached (store.h); the ring is on the machine that counts, and elsewhere there is none.
 *
 * A window is read in pieces. Each piece lies in one level of the archive; together they cover the window without overlap,
 * oldest first, and every packet in the window is in exactly one cell. The row in progress is one of them: it has what was
 * counted so far. One thread at a time. */
#ifndef ARCHIVE_READER_H
#define ARCHIVE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/matrix.h"
#include "archive/schema.h"
#include "binning/slotring.h"
#include "common/fail.h"

struct reader;

/* Opens the archive: copies the ring, then finds the layout. Returns 0, or -errno with *why: no such directory, no archive in it,
 * damaged totals.rrd. Without a ring (it lies on a tmpfs) the files are all there is.
 *
 * daemon is the address of an rrdcached, or NULL. Behind a unix socket a directory that can be read here is read here, after the
 * rrdcached has written what it holds for it; all else goes through the connection, and dir is a path as the rrdcached knows it.
 * Failures name the address. */
int reader_open(const char *dir, const char *daemon, struct reader **reader, struct failure *why);
void reader_close(struct reader *reader);

const struct schema *reader_schema(const struct reader *reader);
const char *reader_dir(const struct reader *reader);

/* Where the archive's ring is if it has one, and whether its files are read in a directory here, reader_dir. */
const char *reader_ring(const struct reader *reader);
bool reader_is_here(const struct reader *reader);

/* A ring that is there and cannot be used (no right to read it, damaged, of another layout), so that the newest counts are
 * missing: a sentence for the user. NULL if all is well. */
const char *reader_warning(const struct reader *reader);

/* The end of the newest step that has been counted (ring included), and the start of the oldest row that any level still
 * keeps and that was known; 0 for an archive that has never been written. Seconds since 1970. */
int64_t reader_newest(const struct reader *reader);
int64_t reader_oldest(struct reader *reader);

/* Where a file ends and the ring goes on: its last update. 0, or -errno with *why if it can't be read. */
int reader_file_last(struct reader *reader, unsigned file, int64_t *last_s, struct failure *why);

/* What the copy of the ring holds, oldest first, in files or not. */
unsigned reader_span_count(const struct reader *reader);
struct slotring_span reader_span(const struct reader *reader, unsigned i);

struct reader_piece {
	int64_t start_s; /* both multiples of row_s */
	int64_t end_s;
	uint32_t row_s;
	unsigned level; /* of the schema */
};
#define READER_PIECES SCHEMA_LEVELS

/* Cuts [start_s, end_s) into pieces with the coarsest rows that are not longer than resolution_s (the finest where even
 * those are longer), coarser where the wanted level does not reach back that far. The first piece starts and the last one ends
 * on a whole row, as in rrdtool. Time before or after anything kept is covered too and reads as unknown. Returns how many
 * pieces there are. */
unsigned reader_plan(const struct reader *reader, int64_t start_s, int64_t end_s, uint32_t resolution_s,
                     struct reader_piece pieces[READER_PIECES]);

/* Reads one file of the schema over a piece: a column for each of its DS. Counts are exact packets. A GAUGE is its average
 * over the known part of the row, but `known` the known part of what has passed of the row, 0 to 1. Returns 0 and fills *out,
 * which the caller owns (matrix_fini), or -errno with *why naming the file. */
int reader_read(struct reader *reader, const struct reader_piece *piece, unsigned file, struct matrix *out, struct failure *why);

/* totals.rrd over a piece, read once and kept; borrowed until the next call with another piece. NULL with *why. */
const struct matrix *reader_totals(struct reader *reader, const struct reader_piece *piece, struct failure *why);

/* Whether the totals have no packet of the series in the piece, so that its files need not be read: all its cells are zero, or
 * unknown where `known` is. */
bool reader_series_silent(struct reader *reader, const struct reader_piece *piece, enum series series);

/* The exact ports watched (DS names of watch.rrd) and their counts; 0 columns if there is no watch.rrd. Unknown where a port
 * was not watched; a row in which watching began or ended counts as if it had been watched at the same rate for all of it. */
unsigned reader_watch_count(const struct reader *reader);
const char *reader_watch_name(const struct reader *reader, unsigned i);
int reader_read_watch(struct reader *reader, const struct reader_piece *piece, struct matrix *out, struct failure *why);

#endif
