/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs of packed records one behind the other in a file without a name. For spool*.c alone. */
#ifndef IMPORT_SPOOL_RUNS_H
#define IMPORT_SPOOL_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "import/spool.h"

/* Records in order, of one source and one kind of stamp. */
struct spool_run {
	off_t at; /* in the file */
	uint64_t bytes;
	uint64_t records;
	int64_t first, last; /* orders; times when they are settled */
	unsigned source;
	enum stamp_kind kind;
};

struct spool_runs {
	int fd;
	bool has_digest;
	off_t end;
	struct spool_run *run; /* as they were written; the earliest first when they are settled */
	size_t count, room;
	spool_time *time; /* NULL before they are settled */
	void *arg;
};

/* Begins the file, with no run. spool_runs_fini in any case. */
int spool_runs_init(struct spool_runs *runs, const char *dir, bool has_digest, struct failure *why);
void spool_runs_fini(struct spool_runs *runs);

/* Writes part->bytes of packed records, which part describes but for where they are: on the newest run if that goes on with them. */
int spool_runs_append(struct spool_runs *runs, const struct spool_run *part, const uint8_t *packed, struct failure *why);

/* Nothing is appended any more: the first and last of each become times. */
void spool_runs_settle(struct spool_runs *runs, spool_time *time, void *arg);

/* Brings settled ones into order again after some were changed. */
void spool_runs_sort(struct spool_runs *runs);

/* How many settled ones overlap at a time at the most, at least 1. -ENOMEM. */
int spool_runs_overlapping(const struct spool_runs *runs, size_t *most, struct failure *why);

/* Fills bytes from that place in the file. */
int spool_runs_read(const struct spool_runs *runs, uint8_t *bytes, size_t len, off_t at, struct failure *why);

#endif
