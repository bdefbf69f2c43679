/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The thread that does all the disk work, or waits for an rrdcached that does it: opens the archive, which is made if there is none,
 * brings complete slots into the files, and puts new rules in force (watched ports are DS of a file). While an rrdcached can't be
 * reached it tries again every step, and the counts stay in the ring. */
#ifndef DAEMON_ARCHIVER_H
#define DAEMON_ARCHIVER_H

#include <stdbool.h>

#include "archive/schema.h"
#include "archive/writer.h"
#include "binning/slotring.h"
#include "common/fail.h"
#include "daemon/counting.h"
#include "daemon/listener.h"
#include "daemon/settings.h"

struct archiver;

/* What the archiver works on; all borrowed until archiver_free. */
struct archiver_task {
	const struct store *store;
	const char *undo_path;
	const struct schema *schema; /* of the ring, and of an archive that is to be made */
	struct slotring *ring;
	struct writer *writer; /* taken over; NULL if the archive is still to be opened or made */
	uint32_t flush_s;
	uint32_t grace_ms; /* how long after its end a slot may be completed */
	uint64_t source_key;
	uint64_t sightings_bytes; /* of their file at most; 0: none are recorded */
	struct counting **counting; /* the rules in force; only the archiver changes them */
	struct listener *const *listeners;
	unsigned listener_count;
};

struct archiver *archiver_new(const struct archiver_task *task, struct failure *why);

/* Starts the thread. Returns 0 or -errno. */
int archiver_start(struct archiver *archiver);

/* Hands over new settings, whose ignore, watch and count rules are put in force soon. Takes the settings over, as settings_init
 * made them on the heap. */
void archiver_reload(struct archiver *archiver, struct settings *settings);

/* Asks for a last flush of everything in the ring (listeners have ended), then waits for the thread. Returns 0, or -errno if
 * the archive could not be made or written whole. */
int archiver_finish(struct archiver *archiver);

/* Whether it may be worth trying again what failed with err: the rrdcached behind which the store is could not be reached, or can't
 * write just now. */
bool archiver_may_pass(const struct store *store, int err);

/* Whether the thread gave up: the archive could not be made or opened. It has logged why. */
bool archiver_failed(const struct archiver *archiver);

/* Logs what is waiting to be written. */
void archiver_log_stats(const struct archiver *archiver);

void archiver_free(struct archiver *archiver);

#endif
