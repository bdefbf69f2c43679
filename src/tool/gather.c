/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/gather.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The window is cut into slices of time, which the threads take one after the other: traffic is never even. */
#define SLICES 64

struct gathering {
	const struct witness_filter *filter;
	int64_t slice_s;
	unsigned next; /* slice, taken atomically */
	const struct gatherer *owner[SLICES]; /* who took it first takes it again, and sees the same of it */
};

struct gatherer {
	struct gathering *all;
	struct witness *witness;
	struct ranking_feed *feed;
	int64_t from_s; /* of the slice: a step belongs to the one that it starts in */
	pthread_t thread;
	int err;
	struct failure why;
};

static int take(void *arg, const struct sightings_row *row)
{
	struct gatherer *gatherer = arg;

	return row->start_s < gatherer->from_s ? 0 : ranking_add(gatherer->feed, row);
}

/* A step that lies over the start of the window belongs to the first slice. */
static int take_slice(struct gatherer *gatherer, unsigned slice)
{
	const struct gathering *all = gatherer->all;
	struct witness_filter filter = *all->filter;

	filter.start_s = all->filter->start_s + slice * all->slice_s;
	if (filter.end_s - filter.start_s > all->slice_s)
		filter.end_s = filter.start_s + all->slice_s;
	if (filter.start_s >= filter.end_s)
		return 0;
	gatherer->from_s = slice == 0 ? INT64_MIN : filter.start_s;
	return witness_walk(gatherer->witness, &filter, take, gatherer, &gatherer->why);
}

static void end(struct gatherer *gatherer, int err)
{
	gatherer->err = err;
	if (err && !gatherer->why.text[0])
		fail_errno(&gatherer->why, -err, "adding up the sightings");
}

static void *take_slices(void *arg)
{
	struct gatherer *gatherer = arg;
	struct gathering *all = gatherer->all;
	unsigned slice;
	int err = 0;

	for (slice = 0; slice < SLICES && err == 0; slice++)
		if (all->owner[slice] == gatherer)
			err = take_slice(gatherer, slice);
	while (err == 0 && (slice = __atomic_fetch_add(&all->next, 1, __ATOMIC_RELAXED)) < SLICES) {
		all->owner[slice] = gatherer;
		err = take_slice(gatherer, slice);
	}
	if (err == 0)
		err = ranking_flush(gatherer->feed);
	end(gatherer, err);
	return NULL;
}

static void *reduce(void *arg)
{
	struct gatherer *gatherer = arg;

	end(gatherer, ranking_reduce(gatherer->feed));
	return NULL;
}

static unsigned threads_wanted(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return cpus < 1 ? 1 : cpus > RANKING_FEEDS ? RANKING_FEEDS : (unsigned)cpus;
}

/* The first of them is this thread, which does what others could not be started for. */
static int run(struct gatherer *gatherers, unsigned count, void *(*work)(void *))
{
	unsigned started = 1;
	int err = 0;

	while (started < count && pthread_create(&gatherers[started].thread, NULL, work, &gatherers[started]) == 0)
		started++;
	work(&gatherers[0]);
	for (unsigned i = 1; i < count; i++)
		if (i < started)
			pthread_join(gatherers[i].thread, NULL);
		else
			work(&gatherers[i]);
	for (unsigned i = 0; i < count && err == 0; i++)
		err = gatherers[i].err;
	return err;
}

static int take_turns(struct gatherer *gatherers, unsigned count, struct ranking *ranking)
{
	int err;

	do {
		err = run(gatherers, count, take_slices);
		if (err == 0)
			err = run(gatherers, count, reduce);
		if (err == 0)
			err = ranking_again(ranking);
	} while (err > 0);
	return err;
}

static void say_why(const struct gatherer *gatherers, unsigned count, int err, struct failure *why)
{
	for (unsigned i = 0; i < count; i++)
		if (gatherers[i].err) {
			*why = gatherers[i].why;
			return;
		}
	fail_errno(why, -err, "adding up the sightings");
}

int gather(struct reader *reader, const struct witness_filter *filter, enum ranking_by by, unsigned most, struct ranking **out,
           struct failure *why)
{
	struct gathering all = { .filter = filter, .slice_s = (filter->end_s - filter->start_s) / SLICES + 1 };
	struct gatherer gatherers[RANKING_FEEDS] = { 0 };
	unsigned count = threads_wanted(), ready = 0;
	/* A step that lies over the start of the window began before it, but not by a day. */
	struct ranking *ranking = ranking_new(by, filter->start_s - 86400, most, count, why);
	int err = 0;

	if (!ranking)
		return -ENOMEM;
	for (; ready < count && err == 0; ready++) {
		gatherers[ready].all = &all;
		gatherers[ready].feed = ranking_feed(ranking, ready);
		err = gatherers[ready].err = witness_open(reader, &gatherers[ready].witness, &gatherers[ready].why);
	}
	if (err == 0)
		err = take_turns(gatherers, count, ranking);
	if (err)
		say_why(gatherers, ready, err, why);
	for (unsigned i = 0; i < ready; i++)
		witness_close(gatherers[i].witness);
	if (err)
		ranking_free(ranking);
	else
		*out = ranking;
	return err;
}
