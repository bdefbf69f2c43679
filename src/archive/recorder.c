/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/recorder.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/sightings.h"
#include "binning/sample_sum.h"

#define BATCH 32 /* steps written in one go: bounds the memory for them */

struct recorder {
	char *path;
	uint64_t max_bytes;
	struct sightings *file; /* NULL while it can't be opened */
	int64_t last_s; /* the end of the newest step that is in the file */
	int error; /* of the last write */
};

struct recorder *recorder_new(const char *path, uint64_t max_bytes)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));

	if (recorder) {
		recorder->path = strdup(path);
		recorder->max_bytes = max_bytes;
	}
	if (recorder && !recorder->path) {
		free(recorder);
		recorder = NULL;
	}
	return recorder;
}

void recorder_close(struct recorder *recorder)
{
	if (!recorder)
		return;
	sightings_close(recorder->file);
	free(recorder->path);
	free(recorder);
}

/* ---- what is damaged ---- */

/* Moves the file or one of those that SQLite keeps beside it. */
static int move_one(const char *path, const char *suffix)
{
	char from[PATH_MAX], to[PATH_MAX];

	if (snprintf(from, sizeof(from), "%s%s", path, suffix) >= (int)sizeof(from) ||
	    snprintf(to, sizeof(to), "%s.damaged%s", path, suffix) >= (int)sizeof(to))
		return -ENAMETOOLONG;
	return rename(from, to) == 0 || errno == ENOENT ? 0 : -errno;
}

/* What is there is kept, and only one such file, so that a disk that damages files isn't filled with them. */
static void move_away(struct recorder *recorder, struct failure *why)
{
	char to[PATH_MAX], told[sizeof(why->text)];
	int err;

	snprintf(told, sizeof(told), "%s", why->text);
	if (snprintf(to, sizeof(to), "%s.damaged", recorder->path) >= (int)sizeof(to) || access(to, F_OK) == 0)
		return;
	err = move_one(recorder->path, "-wal");
	if (!err)
		err = move_one(recorder->path, "-shm");
	if (!err)
		err = move_one(recorder->path, "");
	if (!err)
		fail(why, EAGAIN, "%s; moved to %s.damaged, and a new one is begun", told, recorder->path);
}

/* ---- writing ---- */

static int open_file(struct recorder *recorder, struct failure *why)
{
	int err = recorder->file ? 0 : sightings_open(recorder->path, recorder->max_bytes, &recorder->file, why);

	if (err)
		recorder->file = NULL;
	else
		recorder->last_s = sightings_last(recorder->file);
	return err;
}

static int write_batch(struct recorder *recorder, const struct slotring *ring, const struct slotring_span *spans, unsigned count,
                       struct failure *why)
{
	struct sighting_step steps[BATCH] = { 0 };
	struct sample_sum sums[BATCH];
	unsigned n = 0;
	int err = 0;

	while (n < count && !err) {
		if (sample_sum(ring, &spans[n], &sums[n]))
			err = fail(why, ENOMEM, "%s: no memory", recorder->path);
		steps[n] = sums[n].step;
		n++;
	}
	if (!err)
		err = sightings_add(recorder->file, count, steps, why);
	if (!err)
		recorder->last_s = spans[count - 1].end_s;
	while (n > 0)
		sample_sum_fini(&sums[--n]);
	return err;
}

static int write_spans(struct recorder *recorder, const struct slotring *ring, const struct slotring_span *spans, unsigned count,
                       struct failure *why)
{
	int err = open_file(recorder, why);

	while (!err && count > 0 && recorder_has(recorder, spans))
		spans++, count--;
	while (!err && count > 0) {
		unsigned n = count < BATCH ? count : BATCH;

		err = write_batch(recorder, ring, spans, n, why);
		spans += n;
		count -= n;
	}
	return err;
}

int recorder_write(struct recorder *recorder, const struct slotring *ring, const struct slotring_span *spans, unsigned count,
                   struct failure *why)
{
	recorder->error = write_spans(recorder, ring, spans, count, why);
	if (recorder->error) { /* whatever it was: the next time begins anew */
		sightings_close(recorder->file);
		recorder->file = NULL;
	}
	if (recorder->error == -EILSEQ)
		move_away(recorder, why);
	return recorder->error;
}

bool recorder_is_failing(const struct recorder *recorder)
{
	return recorder->error != 0;
}

bool recorder_may_recover(const struct recorder *recorder)
{
	return recorder->error != -EEXIST && recorder->error != -ENOTSUP;
}

bool recorder_has(const struct recorder *recorder, const struct slotring_span *span)
{
	return span->end_s <= recorder->last_s;
}
