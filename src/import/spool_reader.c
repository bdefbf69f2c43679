/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/spool_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import/spool_record.h"

int spool_reader_init(struct spool_reader *reader, const struct spool_runs *runs, const struct spool_run *run, uint32_t room,
                      struct failure *why)
{
	*reader = (struct spool_reader){
		.runs = runs,
		.run = run,
		.bytes = malloc(room),
		.room = room,
		.record.at = run->first,
	};
	return reader->bytes ? 0 : fail(why, ENOMEM, "no memory for records");
}

void spool_reader_fini(struct spool_reader *reader)
{
	free(reader->bytes);
}

/* Has a whole record in memory, if there is one more. */
static int refill(struct spool_reader *reader, struct failure *why)
{
	uint64_t left = reader->run->bytes - reader->read;
	uint32_t kept = reader->end - reader->at, n = reader->room - kept;
	int err;

	if (kept >= SPOOL_RECORD_MOST || left == 0)
		return 0;
	if (n > left)
		n = (uint32_t)left;
	memmove(reader->bytes, reader->bytes + reader->at, kept);
	err = spool_runs_read(reader->runs, reader->bytes + kept, n, reader->run->at + (off_t)reader->read, why);
	reader->read += n;
	reader->at = 0;
	reader->end = kept + n;
	return err;
}

int spool_reader_next(struct spool_reader *reader, struct failure *why)
{
	const struct spool_runs *runs = reader->runs;
	int64_t now = reader->record.at, time;
	const uint8_t *behind;
	int err = refill(reader, why);

	if (err || reader->at == reader->end)
		return err;
	behind = spool_record_unpack(reader->bytes + reader->at, runs->has_digest, &reader->record);
	reader->at = (uint32_t)(behind - reader->bytes);
	time = runs->time(runs->arg, reader->run->source, reader->run->kind, reader->record.at);
	reader->record.at = time > now ? time : now;
	return 1;
}

uint64_t spool_reader_place(const struct spool_reader *reader)
{
	return reader->read - (reader->end - reader->at);
}
