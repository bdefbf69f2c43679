/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/archiver.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "archive/create.h"
#include "binning/watchset.h"
#include "common/clock.h"
#include "common/log.h"

#define RETRY_MS 100       /* a slot that should be complete is not: look again soon */
#define SAY_AGAIN_MS 60000 /* a failure that lasts is logged this often */

struct archiver {
	struct archiver_task task;
	char name[STORE_NAME]; /* of the archive, for people */
	struct writer *writer;
	pthread_t thread;
	pthread_mutex_t lock; /* for the four below it */
	pthread_cond_t wake;
	struct settings *reload;
	bool finish;
	bool failed;
	bool started;
	int64_t written_s; /* spans up to there are in totals.rrd */
	int64_t flushed_s; /* in all files */
	enum { FINE, FAILING, AWAY } told; /* what was last logged, */
	int64_t told_ms;   /* and when */
	uint64_t flushes;
	int last_error;
};

/* ---- writing ---- */

/* A failure of some files is told again and again while it lasts; that an rrdcached is away, once. */
static void say_result(struct archiver *a, int err, const struct failure *why)
{
	int64_t now_ms = clock_steady_ms();
	bool is_away = err && (!a->writer || writer_is_cut_off(a->writer));

	a->last_error = err;
	if (!err && a->told != FINE) {
		log_info("%s: the archive can be written again", a->name);
		a->told = FINE;
	} else if (is_away && a->told != AWAY) {
		log_error("%s; until it can be written the ring keeps what is counted", why->text);
		a->told = AWAY;
	} else if (err && !is_away && (a->told != FAILING || now_ms - a->told_ms >= SAY_AGAIN_MS)) {
		log_error("%s; %u of the archive's files could not be written and are tried again", why->text,
		          writer_failing(a->writer));
		a->told = FAILING;
		a->told_ms = now_ms;
	}
}

static void flush(struct archiver *a, int64_t until_s, bool all)
{
	struct failure why = { "" };
	int err = writer_flush(a->writer, a->task.ring, until_s, all, &why);

	a->flushes++;
	if (until_s < INT64_MAX)
		a->written_s = until_s;
	if (all && !writer_is_cut_off(a->writer)) /* what an rrdcached missed it gets as soon as it is back */
		a->flushed_s = a->written_s;
	say_result(a, err, &why);
}

static void flush_complete(struct archiver *a)
{
	int64_t until_s = slotring_complete_until(a->task.ring);
	uint32_t every_s = a->task.flush_s;

	if (until_s > a->written_s)
		flush(a, until_s, until_s / every_s > a->flushed_s / every_s);
}

/* ---- rules ---- */

static void free_after_use(struct archiver *a, struct counting *old)
{
	for (unsigned i = 0; i < a->task.listener_count; i++)
		while (listener_seen(a->task.listeners[i]) == old)
			nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	counting_free(old);
}

static int watch_ports(struct archiver *a, const struct settings *settings, unsigned ds_index[SLOT_WATCHED], struct failure *why)
{
	char names[SLOT_WATCHED][SCHEMA_DS_NAME];

	for (unsigned i = 0; i < settings->watch.count; i++)
		watchset_name(settings->watch.port[i].protocol, settings->watch.port[i].port, names[i]);
	if (settings->watch.count == 0)
		return 0;
	return writer_watch(a->writer, settings->watch.count, (const char(*)[SCHEMA_DS_NAME])names, ds_index, why);
}

/* False if the rules have to wait until an rrdcached is back. */
static bool put_in_force(struct archiver *a, struct settings *settings)
{
	unsigned ds_index[SLOT_WATCHED];
	struct counting *old = *a->task.counting, *new;
	struct failure why;

	if (watch_ports(a, settings, ds_index, &why)) {
		bool waits = writer_is_cut_off(a->writer);

		log_error("%s; the rules stay as they were%s", why.text, waits ? " until it is back" : "");
		return !waits;
	}
	new = counting_new(settings, a->task.schema, a->task.source_key, ds_index);
	if (!new) {
		log_error("no memory for new rules; they stay as they were");
		return true;
	}
	__atomic_store_n(a->task.counting, new, __ATOMIC_RELEASE);
	free_after_use(a, old);
	log_info("ignore, watch and count rules are in force");
	return true;
}

/* ---- the thread ---- */

static bool report_progress(void *arg, unsigned done, unsigned total, const char *name)
{
	log_debug("making %s (%u of %u)", name, done + 1, total);
	return true;
}

/* The first moment that the ring or the clock knows of, on a row of every level. */
static int64_t archive_start(const struct archiver *a)
{
	const struct schema *schema = a->task.schema;
	int64_t coarsest = schema->level[schema->levels - 1].row_s;
	int64_t start = clock_wall_ms() / 1000;
	struct slotring_span oldest;

	if (slotring_spans(a->task.ring, INT64_MAX, &oldest, 1) && oldest.start_s < start)
		start = oldest.start_s;
	return start - start % coarsest;
}

static int make_archive(struct archiver *a, struct failure *why)
{
	int64_t began_ms = clock_steady_ms();
	int err = archive_create(a->task.store, a->task.schema, archive_start(a), report_progress, NULL, why);

	if (!err)
		log_info("%s: archive made in %.1f s", a->name, (double)(clock_steady_ms() - began_ms) / 1000);
	return err;
}

static int open_archive(struct archiver *a, struct failure *why)
{
	const struct store *store = a->task.store;
	struct schema schema = *a->task.schema;
	int err = store->cached ? rrdcached_connect(store->cached, why) : 0;

	if (err)
		return err;
	err = archive_probe(store, &schema, why);
	if (err == -ENOENT)
		err = make_archive(a, why);
	if (!err && (schema.step_s != a->task.schema->step_s ||
	             memcmp(&schema.portbin, &a->task.schema->portbin, sizeof(schema.portbin)) != 0))
		err = schema_tell_difference(a->name, &schema, a->task.schema, why);
	if (!err)
		err = writer_open(store, &schema, a->task.undo_path, &a->writer, why);
	if (!err && a->task.sightings_bytes)
		err = writer_record(a->writer, a->task.sightings_bytes, why);
	return err;
}

bool archiver_may_pass(const struct store *store, int err)
{
	return store->cached && (!rrdcached_is_connected(store->cached) || err == -EBUSY || err == -EAGAIN);
}

static void give_up(struct archiver *a, const struct failure *why)
{
	log_error("%s", why->text);
	pthread_mutex_lock(&a->lock);
	a->failed = true;
	pthread_mutex_unlock(&a->lock);
	kill(getpid(), SIGTERM);
}

/* Opens the archive if it is not open yet, or gives up where that can't become better. */
static void try_to_open(struct archiver *a)
{
	struct failure why = { "" };
	int err = a->writer ? 0 : open_archive(a, &why);

	if (err && !archiver_may_pass(a->task.store, err))
		give_up(a, &why);
	else if (err || a->told != FINE)
		say_result(a, err, &why);
}

/* When the next slot should be complete. */
static int64_t next_look_ms(const struct archiver *a, int64_t now_ms)
{
	int64_t next = (slotring_complete_until(a->task.ring) + a->task.schema->step_s) * 1000 + a->task.grace_ms;

	return next > now_ms ? next : now_ms + RETRY_MS;
}

/* Waits for work; true to end. */
static bool wait_for_work(struct archiver *a, struct settings **reload)
{
	int64_t until_ms = next_look_ms(a, clock_wall_ms());
	struct timespec until = { .tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000 };
	bool can_write = a->writer && !writer_is_cut_off(a->writer), finish;

	pthread_mutex_lock(&a->lock);
	while (!a->finish && !(a->reload && can_write) && pthread_cond_timedwait(&a->wake, &a->lock, &until) == 0)
		;
	*reload = can_write ? a->reload : NULL; /* watched ports are DS of a file */
	if (can_write)
		a->reload = NULL;
	finish = a->finish;
	pthread_mutex_unlock(&a->lock);
	return finish;
}

static void free_settings(struct settings *settings)
{
	if (settings)
		settings_fini(settings);
	free(settings);
}

/* Settings that are taken up later, unless newer ones have come. Returns those that are of no use. */
static struct settings *put_back(struct archiver *a, struct settings *reload)
{
	pthread_mutex_lock(&a->lock);
	if (!a->reload) {
		a->reload = reload;
		reload = NULL;
	}
	pthread_mutex_unlock(&a->lock);
	return reload;
}

static void *run(void *arg)
{
	struct archiver *a = arg;
	bool finish = false;

	try_to_open(a);
	while (!a->failed && !finish) {
		struct settings *reload;

		finish = wait_for_work(a, &reload);
		if (!a->writer)
			try_to_open(a);
		if (reload && !finish && !put_in_force(a, reload))
			reload = put_back(a, reload);
		free_settings(reload);
		if (a->writer)
			flush_complete(a);
	}
	if (a->writer)
		flush(a, INT64_MAX, true);
	return NULL;
}

/* ---- life ---- */

struct archiver *archiver_new(const struct archiver_task *task, struct failure *why)
{
	struct archiver *a = calloc(1, sizeof(*a));

	if (!a) {
		fail(why, ENOMEM, "no memory for the archiver");
		writer_close(task->writer);
		return NULL;
	}
	a->task = *task;
	a->writer = task->writer;
	store_name(task->store, a->name);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->wake, NULL);
	return a;
}

int archiver_start(struct archiver *a)
{
	int err = pthread_create(&a->thread, NULL, run, a);

	a->started = err == 0;
	return -err;
}

void archiver_reload(struct archiver *a, struct settings *settings)
{
	struct settings *unused;

	pthread_mutex_lock(&a->lock);
	unused = a->reload;
	a->reload = settings;
	pthread_cond_signal(&a->wake);
	pthread_mutex_unlock(&a->lock);
	free_settings(unused);
}

int archiver_finish(struct archiver *a)
{
	pthread_mutex_lock(&a->lock);
	a->finish = true;
	pthread_cond_signal(&a->wake);
	pthread_mutex_unlock(&a->lock);
	if (a->started)
		pthread_join(a->thread, NULL);
	a->started = false;
	return a->failed ? -EIO : a->last_error;
}

bool archiver_failed(const struct archiver *a)
{
	return __atomic_load_n(&a->failed, __ATOMIC_RELAXED);
}

void archiver_log_stats(const struct archiver *a)
{
	unsigned max = slotring_shape(a->task.ring)->lanes * slotring_shape(a->task.ring)->slots;
	struct slotring_span *spans = calloc(max, sizeof(*spans));
	unsigned waiting = spans ? slotring_spans(a->task.ring, INT64_MAX, spans, max) : 0;

	free(spans);
	log_info("archive %s: flushes %llu, steps in the ring %u of %u, %s", a->name, (unsigned long long)a->flushes, waiting,
	         slotring_shape(a->task.ring)->slots, a->last_error ? "failing" : "no failure");
}

void archiver_free(struct archiver *a)
{
	if (!a)
		return;
	free_settings(a->reload);
	writer_close(a->writer);
	pthread_cond_destroy(&a->wake);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
