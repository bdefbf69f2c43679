/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One thread for one NFLOG group: it receives, decodes and counts into its lane of the ring. It takes no lock, allocates
 * nothing and touches no file, so neither a slow disk nor another thread can hold it up. */
#ifndef DAEMON_LISTENER_H
#define DAEMON_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "binning/slotring.h"
#include "common/fail.h"
#include "daemon/counting.h"
#include "daemon/stats.h"
#include "nfnl/nfsock.h"

struct listener;

/* When the first group was bound, by the wall clock and by the steady one. */
struct listener_since {
	int64_t wall_ms;
	int64_t steady_ms;
};

/* Takes over the socket. index is the lane, which begins with the step of since: packets that the kernel has kept from then on
 * have their own step. counting is shared by all listeners and read anew for each datagram. */
struct listener *listener_new(struct nfsock *sock, const struct nfsock_settings *settings, struct slotring *ring, unsigned index,
                              const struct listener_since *since, struct counting *const *counting, struct failure *why);

/* Starts the thread. Returns 0 or -errno. */
int listener_start(struct listener *listener);

/* Asks the thread to take what the kernel still holds and to end; then waits for it. */
void listener_stop(struct listener *listener);
void listener_join(struct listener *listener);

/* Ends the lane; the thread has been joined. Returns the end of its last slot, which is cut_s or earlier. */
void listener_finish(struct listener *listener, int64_t cut_s);

/* What it last counted by: once this is the new pointer, the old one is free. */
const struct counting *listener_seen(const struct listener *listener);

/* Milliseconds of the steady clock when the thread last came by. */
int64_t listener_last_turn_ms(const struct listener *listener);

const struct stats *listener_stats(const struct listener *listener);
uint16_t listener_group(const struct listener *listener);

/* Frees it with its socket; the thread has been joined or never started. */
void listener_free(struct listener *listener);

#endif
