/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/witnesses.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "archive/sightings.h"
#include "binning/sample.h"
#include "binning/sample_sum.h"
#include "import/formerseen.h"

#define COPY 256  /* steps of the former archive that are read at once */
#define BATCH 256 /* steps, with the empty time between them, that are written in one go */

struct witnesses {
	char path[PATH_MAX];
	uint32_t step_s;
	uint64_t key;
	struct sampler *sampler;
	struct sample *sample;
	uint32_t room;
	uint64_t packets; /* of the step in progress */
	struct sightings *file;
	struct formerseen *former; /* NULL if nothing is copied */
	int64_t until_s; /* recorded so far, or in the batch */
	unsigned count;
	struct sighting_step step[BATCH];
	struct sample_sum sum[BATCH];
	bool is_ours; /* the file */
	bool is_finished;
};

static int make_sampler(struct witnesses *w)
{
	w->sampler = sampler_new(w->room, w->key);
	w->sample = aligned_alloc(64, sample_size(w->room));
	if (!w->sampler || !w->sample)
		return -ENOMEM;
	memset(w->sample, 0, sample_size(w->room));
	sample_clear(w->sample, w->room);
	sampler_attach(w->sampler, w->sample);
	return 0;
}

int witnesses_open(const char *archive, uint32_t room, uint64_t max_bytes, uint32_t step_s, int64_t start_s, struct reader *former,
                   struct witnesses **out, struct failure *why)
{
	struct witnesses *w = calloc(1, sizeof(*w));
	int err = w ? 0 : fail(why, ENOMEM, "no memory");

	if (err)
		return err;
	w->room = room;
	w->step_s = step_s;
	w->until_s = start_s;
	if (snprintf(w->path, sizeof(w->path), "%s/" SIGHTINGS_FILE, archive) >= (int)sizeof(w->path))
		err = fail(why, ENAMETOOLONG, "%s: the name is too long", archive);
	if (!err && access(w->path, F_OK) == 0)
		err = fail(why, EEXIST, "%s: is there already, without an archive; move it away", w->path);
	if (!err) {
		w->is_ours = true;
		if (getrandom(&w->key, sizeof(w->key), 0) != (ssize_t)sizeof(w->key) || make_sampler(w))
			err = fail(why, ENOMEM, "no memory for sightings");
		else
			err = sightings_open(w->path, max_bytes, &w->file, why);
	}
	if (!err && former)
		err = formerseen_open(former, &w->former, why);
	if (err)
		witnesses_close(w, false);
	else
		*out = w;
	return err;
}

void witnesses_see(struct witnesses *w, const struct packet *packet, const char *rule)
{
	sampler_add(w->sampler, packet, (const uint8_t *)rule, strlen(rule));
	w->packets++;
}

/* ---- writing ---- */

static int write_batch(struct witnesses *w, struct failure *why)
{
	int err = w->count ? sightings_add(w->file, w->count, w->step, why) : 0;

	while (w->count > 0)
		sample_sum_fini(&w->sum[--w->count]);
	return err;
}

/* Time without a packet counts as recorded. */
static int fill_up(struct witnesses *w, int64_t until_s, struct failure *why)
{
	static const char none[SIGHTING_RULES][SIGHTING_RULE];
	int err = w->count == BATCH ? write_batch(w, why) : 0;

	if (err || until_s <= w->until_s)
		return err;
	w->sum[w->count] = (struct sample_sum){ .sighting = NULL };
	w->step[w->count++] = (struct sighting_step){ .start_s = w->until_s, .end_s = until_s, .rule = none };
	w->until_s = until_s;
	return 0;
}

int witnesses_end_step(struct witnesses *w, int64_t start_s, struct failure *why)
{
	int err = fill_up(w, start_s, why);

	if (!err && w->count == BATCH)
		err = write_batch(w, why);
	if (err || w->packets == 0)
		return err;
	err = sample_sum_one(w->sample, w->key, start_s, start_s + w->step_s, w->packets, &w->sum[w->count]);
	w->step[w->count] = w->sum[w->count].step;
	w->count++;
	if (err)
		return fail(why, ENOMEM, "no memory for sightings");
	w->until_s = start_s + w->step_s;
	w->packets = 0;
	sample_clear(w->sample, w->room);
	sampler_attach(w->sampler, w->sample);
	return 0;
}

/* ---- copying ---- */

static int add_former_step(struct witnesses *w, const struct sighting_step *step, struct failure *why)
{
	int err = fill_up(w, step->start_s, why);

	if (!err && w->count == BATCH)
		err = write_batch(w, why);
	if (err)
		return err;
	w->sum[w->count] = (struct sample_sum){ .sighting = NULL };
	w->step[w->count++] = *step;
	w->until_s = step->end_s;
	return 0;
}

static int copy_part(struct witnesses *w, int64_t start_s, int64_t end_s, struct failure *why)
{
	struct formerseen_part part = { .count = 0 };
	unsigned at = 0;
	int err = formerseen_read(w->former, start_s, end_s, &part, why);

	for (unsigned i = 0; i < part.span_count && !err; i++) {
		if (part.span[i].start_s > w->until_s)
			w->until_s = part.span[i].start_s;
		for (; at < part.count && part.step[at].start_s < part.span[i].end_s && !err; at++)
			err = add_former_step(w, &part.step[at], why);
		if (!err)
			err = fill_up(w, part.span[i].end_s, why);
	}
	if (!err)
		err = write_batch(w, why); /* the steps are borrowed */
	w->until_s = end_s;
	return err;
}

int witnesses_copy(struct witnesses *w, int64_t start_s, int64_t end_s, struct failure *why)
{
	int64_t part_s = (int64_t)COPY * w->step_s;
	int err = fill_up(w, start_s, why);

	w->until_s = start_s;
	for (int64_t at_s = start_s; w->former && at_s < end_s && !err; at_s += part_s)
		err = copy_part(w, at_s, at_s + part_s < end_s ? at_s + part_s : end_s, why);
	w->until_s = end_s;
	return err;
}

int witnesses_skip(struct witnesses *w, int64_t start_s, int64_t end_s, struct failure *why)
{
	int err = fill_up(w, start_s, why);

	w->until_s = end_s;
	return err;
}

int witnesses_finish(struct witnesses *w, int64_t end_s, int64_t *oldest_s, struct failure *why)
{
	struct sightings_facts facts;
	int err = fill_up(w, end_s, why);

	if (!err)
		err = write_batch(w, why);
	if (!err)
		err = sightings_facts(w->file, &facts, why);
	if (err)
		return err;
	*oldest_s = facts.rows ? facts.oldest_s : 0;
	w->is_finished = true;
	return 0;
}

static void remove_file(const struct witnesses *w)
{
	static const char *const suffix[] = { "", "-wal", "-shm" };
	char name[PATH_MAX + 8];

	for (unsigned i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", w->path, suffix[i]);
		unlink(name);
	}
}

void witnesses_close(struct witnesses *w, bool keep)
{
	if (!w)
		return;
	while (w->count > 0)
		sample_sum_fini(&w->sum[--w->count]);
	sightings_close(w->file);
	formerseen_close(w->former);
	if (w->is_ours && !(w->is_finished && keep))
		remove_file(w);
	sampler_free(w->sampler);
	free(w->sample);
	free(w);
}
