/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/archiver.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
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
	struct writer *writer;
	pthread_t thread;
	pthread_mutex_t lock; /* for the four below */
	pthread_cond_t wake;
	struct settings *reload;
	bool finish;
	bool failed;
	bool started;
	int64_t written_s; /* spans up to there are in totals.rrd */
	int64_t flushed_s; /* in all files */
	int64_t said_ms;   /* when a failure was last logged, 0 if all is well */
	uint64_t flushes;
	int last_error;
};

/* ---- writing ---- */

static void say_result(struct archiver *a, int err, const struct failure *why)
{
	int64_t now_ms = clock_steady_ms();

	a->last_error = err;
	if (err && (a->said_ms == 0 || now_ms - a->said_ms >= SAY_AGAIN_MS)) {
		log_error("%s; %u of the archive's files could not be written and are tried again", why->text,
		          writer_failing(a->writer));
		a->said_ms = now_ms;
	} else if (!err && a->said_ms) {
		log_info("the archive can be written again");
		a->said_ms = 0;
	}
}

static void flush(struct archiver *a, int64_t until_s, bool all)
{
	struct failure why = { "" };
	int err = writer_flush(a->writer, a->task.ring, until_s, all, &why);

	a->flushes++;
	if (until_s < INT64_MAX)
		a->written_s = until_s;
	if (all)
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

	for (unsigned i = 0; i < settings->watch_count; i++)
		watchset_name(settings->watch[i].protocol, settings->watch[i].port, names[i]);
	if (settings->watch_count == 0)
		return 0;
	return writer_watch(a->writer, settings->watch_count, (const char(*)[SCHEMA_DS_NAME])names, ds_index, why);
}

static void put_in_force(struct archiver *a, struct settings *settings)
{
	unsigned ds_index[SLOT_WATCHED];
	struct counting *old = *a->task.counting, *new;
	struct failure why;

	if (watch_ports(a, settings, ds_index, &why)) {
		log_error("%s; the rules stay as they were", why.text);
		return;
	}
	new = counting_new(settings, a->task.schema, a->task.source_key, ds_index);
	if (!new) {
		log_error("no memory for new rules; they stay as they were");
		return;
	}
	__atomic_store_n(a->task.counting, new, __ATOMIC_RELEASE);
	free_after_use(a, old);
	log_info("ignore, watch and count rules are in force");
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
	int err = archive_create(a->task.dir, a->task.schema, archive_start(a), report_progress, NULL, why);

	if (!err)
		err = writer_open(a->task.dir, a->task.schema, a->task.undo_path, &a->writer, why);
	if (!err)
		log_info("%s: archive made in %.1f s", a->task.dir, (double)(clock_steady_ms() - began_ms) / 1000);
	return err;
}

static void give_up(struct archiver *a, const struct failure *why)
{
	log_error("%s", why->text);
	pthread_mutex_lock(&a->lock);
	a->failed = true;
	pthread_mutex_unlock(&a->lock);
	kill(getpid(), SIGTERM);
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
	bool finish;

	pthread_mutex_lock(&a->lock);
	while (!a->finish && !a->reload && pthread_cond_timedwait(&a->wake, &a->lock, &until) == 0)
		;
	*reload = a->reload;
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

static void *run(void *arg)
{
	struct archiver *a = arg;
	struct settings *reload;
	struct failure why;
	bool finish;

	if (!a->writer && make_archive(a, &why)) {
		give_up(a, &why);
		return NULL;
	}
	do {
		finish = wait_for_work(a, &reload);
		if (reload && !finish)
			put_in_force(a, reload);
		free_settings(reload);
		flush_complete(a);
	} while (!finish);
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
	log_info("archive %s: flushes %llu, steps in the ring %u of %u, %s", a->task.dir, (unsigned long long)a->flushes, waiting,
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
