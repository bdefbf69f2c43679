/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of one run, one after the other. For spool*.c alone. */
#ifndef IMPORT_SPOOL_READER_H
#define IMPORT_SPOOL_READER_H

#include <stdint.h>

#include "import/spool_runs.h"

struct spool_reader {
	const struct spool_runs *runs;
	const struct spool_run *run;
	uint8_t *bytes;
	uint32_t room;   /* bytes in memory at once */
	uint32_t at, end;
	uint64_t read;   /* bytes of the run that came into memory */
	struct record record; /* the one that was read last, with its time */
};

/* Of settled runs, which are borrowed. room is at least SPOOL_RECORD_MOST. spool_reader_fini in any case. -ENOMEM. */
int spool_reader_init(struct spool_reader *reader, const struct spool_runs *runs, const struct spool_run *run, uint32_t room,
                      struct failure *why);
void spool_reader_fini(struct spool_reader *reader);

/* The next record, whose time is not before that of the last. 1, 0 at the end, -errno. */
int spool_reader_next(struct spool_reader *reader, struct failure *why);

/* How many bytes of the run the records read so far take. */
uint64_t spool_reader_place(const struct spool_reader *reader);

#endif
