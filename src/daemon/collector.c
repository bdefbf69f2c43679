/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/collector.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/create.h"
#include "archive/ringname.h"
#include "archive/undo.h"
#include "archive/writer.h"
#include "binning/slotring.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/privileges.h"
#include "daemon/archiver.h"
#include "daemon/counting.h"
#include "daemon/listener.h"
#include "daemon/notify.h"
#include "daemon/place.h"

#define SPARE_SLOTS 32      /* in the ring, beyond those that wait for the flush, */
#define OUTAGE_S 3600       /* and behind an rrdcached as many as last for this long, */
#define OUTAGE_SLOTS 1000   /* but never more than these, of about 25 KB each */
#define LISTENER_LATE_MS 10000 /* a listener that did not come by for so long hangs */

struct collector {
	const struct options *options;
	struct settings *settings;
	struct schema schema;
	struct rrdcached *cached; /* NULL for an archive in a directory here */
	struct store store;
	char undo_path[PATH_MAX + 8];
	struct nfsock *sockets[SETTINGS_GROUPS]; /* until a listener takes them */
	struct listener_since since;
	struct slotring *ring;
	struct writer *writer; /* until the archiver takes it; NULL if the archive is to be made */
	struct counting *counting;
	struct listener *listeners[SETTINGS_GROUPS];
	unsigned listener_count;
	struct archiver *archiver;
	struct settings *watched; /* until the archiver takes them; NULL if no port is watched */
};

/* The settings that file and command line give now; the caller owns them. */
static struct settings *read_again(const struct collector *c, struct failure *why)
{
	struct settings *fresh = calloc(1, sizeof(*fresh));

	if (!fresh) {
		fail(why, ENOMEM, "no memory");
		return NULL;
	}
	if (options_reread(c->options, fresh, why)) {
		settings_fini(fresh);
		free(fresh);
		return NULL;
	}
	return fresh;
}

/* Each watched port needs a DS, so the archiver puts them in force, like a reload. Read while the file may still be read. */
static int read_watched(struct collector *c, struct failure *why)
{
	if (c->settings->watch.count)
		c->watched = read_again(c, why);
	return c->settings->watch.count && !c->watched ? -EINVAL : 0;
}

/* ---- set-up; the lines up to privileges_drop need rights, none behind it may ---- */

static int open_sockets(struct collector *c, struct failure *why)
{
	const struct settings *s = c->settings;

	c->since = (struct listener_since){ .wall_ms = clock_wall_ms(), .steady_ms = clock_steady_ms() };
	for (unsigned i = 0; i < s->group_count; i++) {
		c->sockets[i] = nfsock_open(s->groups[i], &s->socket, why);
		if (!c->sockets[i])
			return -EIO;
	}
	return 0;
}

static int use_privileges(struct collector *c, struct failure *why)
{
	const struct settings *s = c->settings;
	char link[PATH_MAX];
	int err = open_sockets(c, why);

	if (!err && !s->daemon[0])
		err = place_make_dir(s->archive, s->user, why);
	if (!err)
		err = place_make_parent(s->ring, s->user, why);
	if (!err && s->daemon[0] && ringname_from_archive(s->archive, s->daemon, link, sizeof(link), NULL) == 0)
		place_make_parent(link, s->user, NULL);
	if (!err)
		err = privileges_drop(s->user, why);
	return err;
}

static int tell_difference(const char *dir, const struct schema *has, const struct schema *wanted, struct failure *why)
{
	char has_rows[256], wanted_rows[256];

	return fail(why, EEXIST, "%s: the archive has another layout (retention %s, %u exact ports, %u bins an octave) than the settings "
	            "(%s, %u, %u): take those words out of the settings or name another archive", dir,
	            schema_format_retention(has, has_rows, sizeof(has_rows)), has->portbin.exact_ports, has->portbin.per_octave,
	            schema_format_retention(wanted, wanted_rows, sizeof(wanted_rows)), wanted->portbin.exact_ports,
	            wanted->portbin.per_octave);
}

/* Their file is in the archive, which must be a directory here. */
static bool records_sightings(const struct collector *c)
{
	return c->settings->sightings && !c->cached;
}

/* The layout is the archive's own if there is one, else what the settings say. */
static int open_archive(struct collector *c, struct failure *why)
{
	const struct settings *s = c->settings;
	int err = archive_probe(&c->store, &c->schema, why);

	if (err == -ENOENT) {
		c->schema = s->layout;
		return c->cached ? 0 : place_check_writable(s->archive, why);
	}
	if (err)
		return err;
	if (s->layout_given && !schema_equal(&c->schema, &s->layout))
		return tell_difference(s->archive, &c->schema, &s->layout, why);
	err = settings_check_flush(s, c->schema.step_s, why);
	if (!err)
		err = writer_open(&c->store, &c->schema, c->undo_path, &c->writer, why);
	if (!err && records_sightings(c))
		err = writer_record(c->writer, s->sightings_bytes, why);
	return err;
}

/* Until an archive can be asked for its layout: that of the ring, which a former process had from it. */
static void guess_layout(struct collector *c)
{
	struct slotring *ring;

	c->schema = c->settings->layout;
	if (c->settings->layout_given || slotring_snapshot(c->settings->ring, false, &ring, NULL))
		return;
	c->schema.step_s = slotring_shape(ring)->step_s;
	c->schema.portbin = slotring_shape(ring)->portbin;
	slotring_close(ring);
	if (schema_check(&c->schema, NULL)) /* rows of the default layout may not do for that step */
		c->schema = c->settings->layout;
}

/* An archive that can't be reached just now is no reason not to count: the archiver goes on trying. */
static int find_archive(struct collector *c, struct failure *why)
{
	const struct settings *s = c->settings;
	int err = 0;

	c->store = (struct store){ .dir = s->archive };
	if (s->daemon[0]) {
		c->cached = c->store.cached = rrdcached_new(s->daemon, why);
		if (!c->cached)
			return -EINVAL;
		err = rrdcached_connect(c->cached, why);
	}
	if (!err)
		err = open_archive(c, why);
	if (err && archiver_may_pass(&c->store, err)) {
		guess_layout(c);
		err = 0;
	}
	return err;
}

/* Where readers look for the ring: in the archive if that is a directory here, else under the name it has by default. */
static int link_ring(const struct settings *s, struct failure *why)
{
	char link[PATH_MAX];
	int err;

	if (!s->daemon[0])
		return place_link_ring(s->archive, s->ring, why);
	err = ringname_from_archive(s->archive, s->daemon, link, sizeof(link), why);
	if (!err)
		err = place_link(link, s->ring, why);
	if (err)
		log_warning("%s; fireplot will show what the files hold, and not the newest counts", why->text);
	return 0;
}

static uint32_t ring_slots(const struct collector *c)
{
	uint32_t outage = OUTAGE_S / c->schema.step_s;

	if (outage > OUTAGE_SLOTS)
		outage = OUTAGE_SLOTS;
	return 2 * c->settings->flush_s / c->schema.step_s + SPARE_SLOTS + (c->cached ? outage : 0);
}

static int open_ring(struct collector *c, struct failure *why)
{
	const struct settings *s = c->settings;
	struct slotring_shape shape = {
		.portbin = c->schema.portbin,
		.step_s = c->schema.step_s,
		.lanes = s->group_count,
		.slots = ring_slots(c),
		.sightings = records_sightings(c) ? s->sightings : 0,
	};
	int err = slotring_open(s->ring, &shape, &c->ring, why);

	return err ? err : link_ring(s, why);
}

/* Slots must end after what the files hold, or they would look written already. */
static void respect_last_update(struct collector *c)
{
	int64_t last_s = c->writer ? writer_last(c->writer) : 0;
	int64_t now_s = clock_wall_ms() / 1000;

	if (last_s > slotring_cut(c->ring))
		slotring_set_cut(c->ring, last_s);
	if (last_s > now_s + (int64_t)c->schema.step_s)
		log_warning("%s: its last update lies %lld s ahead of the clock; counting into that step until the clock gets there",
		            c->settings->archive, (long long)(last_s - now_s));
}

/* Watched ports are counted once the archiver has put their DS in place; ignore rules from the first packet on. */
static int make_rules(struct collector *c, struct failure *why)
{
	struct settings first = *c->settings;

	c->counting = counting_new(&first, &c->schema, slotring_key(c->ring), NULL);
	c->settings->ignore = first.ignore;
	return c->counting ? 0 : fail(why, ENOMEM, "no memory for the rules");
}

static int make_listeners(struct collector *c, struct failure *why)
{
	const struct settings *s = c->settings;

	for (unsigned i = 0; i < s->group_count; i++) {
		c->listeners[i] = listener_new(c->sockets[i], &s->socket, c->ring, i, &c->since, &c->counting, why);
		c->sockets[i] = NULL;
		if (!c->listeners[i])
			return -ENOMEM;
		c->listener_count++;
	}
	return 0;
}

static int make_archiver(struct collector *c, struct failure *why)
{
	struct archiver_task task = {
		.store = &c->store,
		.undo_path = c->undo_path,
		.schema = &c->schema,
		.ring = c->ring,
		.writer = c->writer,
		.flush_s = c->settings->flush_s,
		.grace_ms = c->settings->socket.timeout_ms + 100,
		.source_key = slotring_key(c->ring),
		.sightings_bytes = records_sightings(c) ? c->settings->sightings_bytes : 0,
		.counting = &c->counting,
		.listeners = c->listeners,
		.listener_count = c->listener_count,
	};

	c->archiver = archiver_new(&task, why);
	c->writer = NULL;
	if (c->archiver && c->watched) {
		archiver_reload(c->archiver, c->watched);
		c->watched = NULL;
	}
	return c->archiver ? 0 : -ENOMEM;
}

static int start_threads(struct collector *c, struct failure *why)
{
	int err = 0;

	for (unsigned i = 0; i < c->listener_count && !err; i++)
		err = listener_start(c->listeners[i]);
	if (!err)
		err = archiver_start(c->archiver);
	return err ? fail_errno(why, -err, "cannot start a thread") : 0;
}

static int set_up(struct collector *c, struct failure *why)
{
	int err;

	notify_open();
	err = undo_path_of_ring(c->settings->ring, c->undo_path, sizeof(c->undo_path), why);
	if (!err)
		err = read_watched(c, why);
	if (!err)
		err = use_privileges(c, why);
	if (!err)
		err = find_archive(c, why);
	if (!err)
		err = open_ring(c, why);
	if (err)
		return err;
	respect_last_update(c);
	err = make_rules(c, why);
	if (!err)
		err = make_listeners(c, why);
	if (!err)
		err = make_archiver(c, why);
	return err;
}

/* ---- running ---- */

static void reload(struct collector *c)
{
	struct failure why;
	struct settings *fresh = read_again(c, &why);
	const char *restart_word;
	char state[64];

	snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_steady_ms() * 1000);
	notify_send(state);
	if (fresh) {
		restart_word = settings_restart_word(c->settings, fresh);
		if (restart_word)
			log_warning("%s has changed; that takes a restart", restart_word);
		archiver_reload(c->archiver, fresh);
	} else {
		log_error("%s; the rules stay as they were", why.text);
	}
	notify_send("READY=1");
}

static void log_stats(const struct collector *c)
{
	struct stats total = { 0 };
	char name[32];

	for (unsigned i = 0; i < c->listener_count; i++) {
		snprintf(name, sizeof(name), "group %u", listener_group(c->listeners[i]));
		stats_log(name, listener_stats(c->listeners[i]));
		stats_add(&total, listener_stats(c->listeners[i]));
	}
	if (c->listener_count > 1)
		stats_log("all groups", &total);
	archiver_log_stats(c->archiver);
}

static bool all_alive(const struct collector *c)
{
	int64_t now_ms = clock_steady_ms();

	for (unsigned i = 0; i < c->listener_count; i++)
		if (now_ms - listener_last_turn_ms(c->listeners[i]) > LISTENER_LATE_MS)
			return false;
	return true;
}

static void wait_for_signals(struct collector *c, const sigset_t *signals)
{
	unsigned watchdog_ms = notify_watchdog_ms();
	struct timespec wait = { .tv_sec = watchdog_ms / 1000, .tv_nsec = watchdog_ms % 1000 * 1000000L };

	for (;;) {
		int signal = sigtimedwait(signals, NULL, watchdog_ms ? &wait : NULL);

		if (watchdog_ms && all_alive(c))
			notify_send("WATCHDOG=1");
		switch (signal) {
		case SIGTERM:
		case SIGINT:
			return;
		case SIGHUP:
			reload(c);
			break;
		case SIGUSR1:
			log_stats(c);
			break;
		default:
			break;
		}
	}
}

/* ---- the end ---- */

/* Ends every lane at the same second: the one after now, so that each packet lies before it. */
static void finish_lanes(struct collector *c)
{
	int64_t cut_s = clock_wall_ms() / 1000 + 1;

	if (cut_s <= slotring_cut(c->ring))
		cut_s = slotring_cut(c->ring) + 1;
	for (unsigned i = 0; i < c->listener_count; i++)
		listener_finish(c->listeners[i], cut_s);
	slotring_set_cut(c->ring, cut_s);
}

static int shut_down(struct collector *c)
{
	notify_send("STOPPING=1");
	for (unsigned i = 0; i < c->listener_count; i++)
		listener_stop(c->listeners[i]);
	for (unsigned i = 0; i < c->listener_count; i++)
		listener_join(c->listeners[i]);
	finish_lanes(c);
	return archiver_finish(c->archiver);
}

static void free_all(struct collector *c)
{
	if (c->watched)
		settings_fini(c->watched);
	free(c->watched);
	archiver_free(c->archiver);
	for (unsigned i = 0; i < c->listener_count; i++)
		listener_free(c->listeners[i]);
	for (unsigned i = 0; i < c->settings->group_count; i++)
		nfsock_close(c->sockets[i]);
	counting_free(c->counting);
	writer_close(c->writer);
	rrdcached_free(c->cached);
	slotring_close(c->ring);
}

static void block_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGHUP);
	sigaddset(signals, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, signals, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int collector_run(const struct options *options, struct settings *settings)
{
	struct collector c = { .options = options, .settings = settings };
	struct failure why;
	char archive[STORE_NAME];
	sigset_t signals;
	int err;

	block_signals(&signals);
	err = set_up(&c, &why);
	if (!err)
		err = start_threads(&c, &why);
	if (err) {
		log_error("%s", why.text);
		if (c.archiver)
			shut_down(&c);
		free_all(&c);
		return EXIT_FAILURE;
	}
	log_info("counting %u group%s from %u on into %s", settings->group_count, settings->group_count == 1 ? "" : "s",
	         settings->groups[0], store_name(&c.store, archive));
	notify_send("READY=1");
	wait_for_signals(&c, &signals);
	err = shut_down(&c);
	log_stats(&c);
	free_all(&c);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
