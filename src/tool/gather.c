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

static void *take_slices(void *arg)
{
	struct gatherer *gatherer = arg;
	unsigned slice;

	while (gatherer->err == 0 && (slice = __atomic_fetch_add(&gatherer->all->next, 1, __ATOMIC_RELAXED)) < SLICES)
		gatherer->err = take_slice(gatherer, slice);
	if (gatherer->err == 0)
		gatherer->err = ranking_feed_flush(gatherer->feed);
	if (gatherer->err && !gatherer->why.text[0])
		fail_errno(&gatherer->why, -gatherer->err, "adding up the sightings");
	return NULL;
}

static int begin(struct gatherer *gatherer, struct gathering *all, struct reader *reader, struct ranking *ranking)
{
	int err = witness_open(reader, &gatherer->witness, &gatherer->why);

	gatherer->all = all;
	gatherer->feed = ranking_feed_new(ranking);
	if (err == 0 && !gatherer->feed)
		err = fail_errno(&gatherer->why, ENOMEM, "adding up the sightings");
	gatherer->err = err;
	return err;
}

static unsigned threads_wanted(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return cpus < 1 ? 1 : cpus > GATHER_THREADS ? GATHER_THREADS : (unsigned)cpus;
}

/* The first of them is this thread. */
static void run(struct gatherer *gatherers, unsigned count)
{
	unsigned started = 1;

	while (started < count && pthread_create(&gatherers[started].thread, NULL, take_slices, &gatherers[started]) == 0)
		started++;
	take_slices(&gatherers[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(gatherers[i].thread, NULL);
}

int gather(struct reader *reader, const struct witness_filter *filter, struct ranking *ranking, struct failure *why)
{
	struct gathering all = { .filter = filter, .slice_s = (filter->end_s - filter->start_s) / SLICES + 1 };
	struct gatherer gatherers[GATHER_THREADS] = { 0 };
	unsigned count = threads_wanted(), ready = 0;
	int err = 0;

	while (ready < count && err == 0)
		err = begin(&gatherers[ready++], &all, reader, ranking);
	if (err == 0)
		run(gatherers, count);
	err = 0;
	for (unsigned i = 0; i < ready; i++) {
		if (gatherers[i].err && err == 0) {
			err = gatherers[i].err;
			*why = gatherers[i].why;
		}
		ranking_feed_free(gatherers[i].feed);
		witness_close(gatherers[i].witness);
	}
	return err;
}
