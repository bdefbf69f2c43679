/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records as they come, in memory until there are enough of a source to be sorted and become part of a run. For spool.c alone. */
#ifndef IMPORT_SPOOL_SORT_H
#define IMPORT_SPOOL_SORT_H

#include <stdbool.h>
#include <stdint.h>

#include "import/spool_runs.h"

#define SPOOL_KINDS (STAMP_UPTIME + 1)

struct spool_chunk {
	struct record *record; /* NULL before the first */
	uint32_t count;
	bool is_unordered;
};

struct spool_sort {
	struct spool_runs *runs;
	struct spool_chunk chunk[SPOOL_KINDS]; /* one a kind of stamp, as a source may have several by turns */
	unsigned source;
	uint8_t *packed; /* of a chunk */
};

/* The runs are borrowed, and what is added goes there. -ENOMEM. */
int spool_sort_init(struct spool_sort *sort, struct spool_runs *runs, struct failure *why);
void spool_sort_fini(struct spool_sort *sort);

/* As spool_add. */
int spool_sort_add(struct spool_sort *sort, unsigned source, enum stamp_kind kind, const struct record *record, struct failure *why);

/* Writes what is in memory. */
int spool_sort_flush(struct spool_sort *sort, struct failure *why);

#endif
