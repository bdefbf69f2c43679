/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records added (spool_sort.c) become runs in a file (spool_runs.c), packed (spool_record.c); the runs are read (spool_reader.c) and
 * merged (spool_merge.c). */
#include "import/spool.h"

#include <errno.h>
#include <stdlib.h>

#include "import/spool_merge.h"
#include "import/spool_reader.h"
#include "import/spool_runs.h"
#include "import/spool_sort.h"

struct spool {
	struct spool_runs runs;
	struct spool_sort sort;
	struct spool_merge merge;
};

int spool_open(const char *dir, bool has_digest, struct spool **out, struct failure *why)
{
	struct spool *spool = calloc(1, sizeof(*spool));
	int err = spool ? spool_runs_init(&spool->runs, dir, has_digest, why) : fail(why, ENOMEM, "no memory for records");

	if (!err)
		err = spool_sort_init(&spool->sort, &spool->runs, why);
	if (err)
		spool_close(spool);
	else
		*out = spool;
	return err;
}

void spool_close(struct spool *spool)
{
	if (!spool)
		return;
	spool_merge_fini(&spool->merge);
	spool_sort_fini(&spool->sort);
	spool_runs_fini(&spool->runs);
	free(spool);
}

int spool_add(struct spool *spool, unsigned source, enum stamp_kind kind, const struct record *record, struct failure *why)
{
	return spool_sort_add(&spool->sort, source, kind, record, why);
}

int spool_rewind(struct spool *spool, spool_time *time, void *arg, struct failure *why)
{
	int err = spool_sort_flush(&spool->sort, why);

	if (err)
		return err;
	spool_sort_fini(&spool->sort);
	spool_runs_settle(&spool->runs, time, arg);
	return spool_merge_init(&spool->merge, &spool->runs, why);
}

/* Leaves of a run what is in [start_us, end_us), which may be nothing. */
static int cut_run(struct spool *spool, struct spool_run *run, int64_t start_us, int64_t end_us, struct failure *why)
{
	struct spool_run kept = { .at = run->at, .source = run->source, .kind = run->kind };
	struct spool_reader reader;
	uint64_t begin = 0, end = 0; /* of the record, in the run */
	int got = spool_reader_init(&reader, &spool->runs, run, spool->merge.ahead, why);

	while (got >= 0 && (got = spool_reader_next(&reader, why)) > 0 && reader.record.at < end_us) {
		begin = end;
		end = spool_reader_place(&reader);
		if (reader.record.at < start_us)
			continue;
		if (kept.records++ == 0) {
			kept.at = run->at + (off_t)begin;
			kept.first = reader.record.at;
		}
		kept.last = reader.record.at;
		kept.bytes = (uint64_t)(run->at - kept.at) + end;
	}
	spool_reader_fini(&reader);
	*run = kept;
	return got < 0 ? got : 0;
}

int spool_bound(struct spool *spool, unsigned source, int64_t start_us, int64_t end_us, uint64_t *left_out, struct failure *why)
{
	struct spool_runs *runs = &spool->runs;
	size_t kept = 0;
	int err = 0;

	for (size_t i = 0; i < runs->count; i++) {
		struct spool_run run = runs->run[i];

		if (!err && run.source == source && (run.first < start_us || run.last >= end_us)) {
			err = cut_run(spool, &run, start_us, end_us, why);
			*left_out += runs->run[i].records - run.records;
		}
		if (run.records > 0)
			runs->run[kept++] = run;
	}
	runs->count = kept;
	spool_runs_sort(runs);
	return err;
}

int spool_next(struct spool *spool, struct record *record, unsigned *source, struct failure *why)
{
	return spool_merge_next(&spool->merge, record, source, why);
}

bool spool_span(const struct spool *spool, unsigned source, int64_t *first_us, int64_t *last_us)
{
	const struct spool_runs *runs = &spool->runs;
	bool any = false;

	for (size_t i = 0; i < runs->count; i++) {
		const struct spool_run *run = &runs->run[i];

		if (run->source != source)
			continue;
		*first_us = any && *first_us < run->first ? *first_us : run->first;
		*last_us = any && *last_us > run->last ? *last_us : run->last;
		any = true;
	}
	return any;
}
