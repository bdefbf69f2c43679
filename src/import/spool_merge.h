/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of all runs in the order of time. For spool.c alone. */
#ifndef IMPORT_SPOOL_MERGE_H
#define IMPORT_SPOOL_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "import/spool_reader.h"

struct spool_merge {
	const struct spool_runs *runs;
	size_t next_run; /* the earliest that was not opened */
	struct spool_reader **heap; /* open ones, the earliest on top */
	size_t open;
	uint32_t ahead; /* bytes of each in memory */
};

/* Of settled runs, which are borrowed; there may be fewer of them until the first record is taken. -ENOMEM. */
int spool_merge_init(struct spool_merge *merge, const struct spool_runs *runs, struct failure *why);
void spool_merge_fini(struct spool_merge *merge);

/* As spool_next. */
int spool_merge_next(struct spool_merge *merge, struct record *record, unsigned *source, struct failure *why);

#endif
