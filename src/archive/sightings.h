/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sightings.db: an SQLite file of bounded size with the exact sources, destinations and ports, oldest out first. Its schema, which
 * people open with the sqlite3 shell, is described in fireplot-archive(5). One writer, the archiver's thread, and any number of readers.
 *
 * Built without SQLite, every function that can fail says -ENOTSUP. */
#ifndef ARCHIVE_SIGHTINGS_H
#define ARCHIVE_SIGHTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "binning/sighting.h"
#include "common/fail.h"

#define SIGHTINGS_FILE "sightings.db"
#define SIGHTINGS_BYTES_LEAST (1u << 20)

struct sightings;

/* Whether it was built with SQLite. */
bool sightings_are_supported(void);

/* ---- writing ---- */

/* Opens the file at path for writing, making it if there is none, and shrinks it if it is larger than max_bytes (the main file;
 * beside it lies a write-ahead log of a few MiB). -EEXIST if it is of another version, -EILSEQ if it is damaged or something else: it
 * stays as it is, and the message says to move it away. */
int sightings_open(const char *path, uint64_t max_bytes, struct sightings **sightings, struct failure *why);
void sightings_close(struct sightings *sightings);

/* Adds steps, oldest first, in one transaction; one that ends at or before sightings_last is passed over, and one that begins before it
 * begins there. Makes room by dropping the oldest. A step that would not fit if all else were dropped, or has more than 65536, is
 * recorded as left out altogether. A file that was removed or replaced meanwhile is made anew, or taken.
 *
 * Never waits long: -EBUSY while somebody holds it locked, or reads for so long that the log reached a quarter of max_bytes (8 MiB at
 * least, and one transaction above); -ENOSPC, -EIO, -EILSEQ. Nothing was added then, and the same call may be made again. */
int sightings_add(struct sightings *sightings, unsigned count, const struct sighting_step *steps, struct failure *why);

/* The end of the newest step it has, opened either way; 0 if it has none. */
int64_t sightings_last(const struct sightings *sightings);

/* ---- reading ---- */

/* Opens the file for reading as any user who may read the archive; the counting goes on undisturbed. -ENOENT if there is none or
 * nothing was recorded yet, else as sightings_open. What is read is the file as it was at this moment, until it is closed, which should
 * be soon: the writer's log grows meanwhile. */
int sightings_open_read(const char *path, struct sightings **sightings, struct failure *why);

/* One sighting as it was recorded. */
struct sightings_row {
	int64_t start_s; /* of its step */
	int64_t end_s;
	struct sighting sighting; /* rule and hash mean nothing here */
	const char *rule; /* "" for a rule without prefix; valid until the file is closed; the same pointer for the same rule */
};

/* Returns 0 to go on; anything else ends the walk, which returns it. */
typedef int sightings_visit(void *arg, const struct sightings_row *row);

/* Visits the sightings of all steps that have time in [start_s, end_s), oldest step first, of the series in the mask (bit: enum
 * series). */
int sightings_walk(struct sightings *sightings, int64_t start_s, int64_t end_s, unsigned series, sightings_visit *visit, void *arg,
                   struct failure *why);

/* A span of time in which sightings were recorded, without a gap; and a step of which some had to be left out. */
struct sightings_span {
	int64_t start_s;
	int64_t end_s;
};
struct sightings_sample {
	int64_t start_s; /* the step's */
	int64_t end_s;
	uint64_t packets_left_out;
	uint64_t sightings_left_out; /* estimated */
};

/* What is known about [start_s, end_s), oldest first, spans cut to it. Both lists are the caller's to free. */
struct sightings_coverage {
	unsigned span_count;
	struct sightings_span *span;
	unsigned sample_count;
	struct sightings_sample *sample;
};
int sightings_coverage(struct sightings *sightings, int64_t start_s, int64_t end_s, struct sightings_coverage *coverage,
                       struct failure *why);
void sightings_coverage_fini(struct sightings_coverage *coverage);

/* For info: rows, bytes of the file, different rules, the oldest time kept. */
struct sightings_facts {
	uint64_t rows;
	uint64_t bytes;
	uint64_t bytes_most;
	unsigned rules;
	int64_t oldest_s;
	int64_t newest_s;
	uint64_t steps_sampled;
	uint64_t packets_left_out;
};
int sightings_facts(struct sightings *sightings, struct sightings_facts *facts, struct failure *why);

#endif
