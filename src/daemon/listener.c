/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/listener.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "binning/lane.h"
#include "common/clock.h"
#include "common/log.h"
#include "nfnl/nfmsg.h"
#include "packet/packet.h"

#define TURN_MS 1000      /* wakes at least this often */
#define GRACE_EXTRA_MS 50 /* on top of the kernel's batch timeout */

struct listener {
	struct nfsock *sock;
	struct lane lane;
	struct stats stats;
	struct counting *const *shared; /* the rules in force, changed by another thread */
	const struct counting *counting; /* what this turn counts by */
	uint8_t *buffer;
	size_t buffer_bytes;
	uint32_t batch_ms; /* how long the kernel may hold a packet back */
	uint32_t next_seq;
	enum lane_event said; /* the last event that was logged */
	int wake_fd;
	bool stop;
	bool started;
	pthread_t thread;
	int64_t last_turn_ms;
};

/* ---- counting ---- */

/* The kernel numbers the messages of a group from 0 on; whatever is missing was lost. */
static uint32_t missing_before(struct listener *l, const struct nfmsg *msg)
{
	uint32_t missing;

	if (!msg->has_seq)
		return 0;
	missing = msg->seq - l->next_seq;
	l->next_seq = msg->seq + 1;
	/* Backwards: the group was bound anew, nothing can be said. */
	return missing < UINT32_C(1) << 31 ? missing : 0;
}

static void count_reason(struct listener *l, struct slot *slot, enum slot_reason reason, uint32_t n)
{
	l->stats.reasons[reason] += n;
	slot_add_reason(slot, reason, n);
}

static void count_homeless(struct listener *l, uint32_t n)
{
	l->stats.reasons[SLOT_LOST] += n;
	l->stats.no_slot += n;
	l->lane.homeless += n;
}

static void count_payload(struct listener *l, struct slot *slot, const struct nfmsg *msg)
{
	const struct counting *c = l->counting;
	struct packet packet;

	switch (packet_decode(msg->payload, msg->payload_len, &packet)) {
	case PACKET_OK:
		if (c->ignore) {
			packet.link_broadcast = nfmsg_is_link_broadcast(msg);
			if (ignore_matches(c->ignore, &packet)) {
				count_reason(l, slot, SLOT_IGNORED, 1);
				return;
			}
		}
		l->stats.packets[packet.series][packet.class]++;
		/* As a sighting first, so that a death in between loses no sighting that was counted. */
		lane_see(&l->lane, slot, &packet, msg->prefix, msg->prefix_len);
		slot_add_packet(slot, &c->rules, &packet);
		return;
	case PACKET_SHORT:
		count_reason(l, slot, SLOT_SHORT, 1);
		return;
	case PACKET_MALFORMED:
		count_reason(l, slot, SLOT_MALFORMED, 1);
		return;
	case PACKET_NOT_IP:
		count_reason(l, slot, SLOT_NOT_IP, 1);
		return;
	}
}

static void count_message(struct listener *l, const struct nfmsg *msg, int64_t now_s)
{
	struct slot *slot = lane_slot(&l->lane, msg->has_time ? (int64_t)msg->time_s : now_s);
	uint32_t missing = missing_before(l, msg);

	l->stats.messages++;
	if (!slot) {
		count_homeless(l, missing + 1);
		return;
	}
	if (missing)
		count_reason(l, slot, SLOT_LOST, missing);
	/* A rule may log with a copy range of 0. */
	if (msg->payload)
		count_payload(l, slot, msg);
	else
		count_reason(l, slot, SLOT_SHORT, 1);
}

static void count_datagram(struct listener *l, size_t len, int64_t now_s)
{
	struct nfmsg_walk walk;
	struct nfmsg msg;
	enum nfmsg_status status;

	l->stats.datagrams++;
	nfmsg_walk_init(&walk, l->buffer, len);
	while ((status = nfmsg_next(&walk, &msg)) == NFMSG_PACKET)
		count_message(l, &msg, now_s);
	if (status != NFMSG_END)
		l->stats.broken_datagrams++;
}

/* ---- the thread ---- */

static void say_event(struct listener *l, enum lane_event event)
{
	if (event == l->said)
		return;
	l->said = event;
	switch (event) {
	case LANE_FINE:
		break;
	case LANE_GAP:
		log_warning("group %u: the clock jumped ahead; the steps between are unknown", nfsock_group(l->sock));
		break;
	case LANE_BACK:
		log_warning("group %u: the clock was set back; counting into the step from %lld on until it gets there",
		            nfsock_group(l->sock), (long long)l->lane.start_s);
		break;
	case LANE_NO_SLOT:
		log_error("group %u: the ring has no free slot, since the archive cannot be written; packets of this step are lost",
		          nfsock_group(l->sock));
		break;
	}
}

static void tick(struct listener *l, bool drained, int64_t *wall_ms)
{
	int64_t steady_ms = clock_steady_ms();

	*wall_ms = clock_wall_ms();
	__atomic_store_n(&l->last_turn_ms, steady_ms, __ATOMIC_RELAXED);
	say_event(l, lane_tick(&l->lane, *wall_ms, steady_ms, drained));
}

static void take_rules(struct listener *l)
{
	const struct counting *now = __atomic_load_n(l->shared, __ATOMIC_ACQUIRE);

	if (now == l->counting)
		return;
	lane_set_watch_mask(&l->lane, now->watch.mask);
	__atomic_store_n(&l->counting, now, __ATOMIC_RELEASE);
}

/* Until the step ends, or the step before can be closed, or something comes. */
static void wait_for_more(struct listener *l, int64_t wall_ms)
{
	struct pollfd fds[2] = { { .fd = nfsock_fd(l->sock), .events = POLLIN }, { .fd = l->wake_fd, .events = POLLIN } };
	int64_t wake_ms = l->lane.end_s * 1000;

	if (l->lane.previous && l->lane.start_s * 1000 + l->lane.grace_ms < wake_ms)
		wake_ms = l->lane.start_s * 1000 + l->lane.grace_ms;
	wake_ms -= wall_ms;
	if (wake_ms < 1)
		wake_ms = 1;
	poll(fds, 2, wake_ms > TURN_MS ? TURN_MS : (int)wake_ms);
}

/* One turn: a datagram, or the news that there is none. Returns whether the socket is empty. */
static bool turn(struct listener *l, int64_t *wall_ms)
{
	long n = nfsock_receive(l->sock, l->buffer, l->buffer_bytes);

	take_rules(l);
	tick(l, n == -EAGAIN, wall_ms);
	if (n >= 0)
		count_datagram(l, (size_t)n, *wall_ms / 1000);
	else if (n == -ENOBUFS)
		l->stats.enobufs++;
	else if (n != -EAGAIN && n != -EINTR)
		l->stats.broken_datagrams++;
	return n == -EAGAIN || (n < 0 && n != -ENOBUFS && n != -EINTR && n != -EMSGSIZE);
}

static void *run(void *arg)
{
	struct listener *l = arg;
	int64_t wall_ms, until_ms;

	while (!__atomic_load_n(&l->stop, __ATOMIC_ACQUIRE))
		if (turn(l, &wall_ms))
			wait_for_more(l, wall_ms);
	/* What the kernel batches now belongs to us still; but a flood must not keep us from ending. */
	until_ms = clock_steady_ms() + l->batch_ms + GRACE_EXTRA_MS;
	while (clock_steady_ms() < until_ms)
		if (turn(l, &wall_ms))
			poll(&(struct pollfd){ .fd = nfsock_fd(l->sock), .events = POLLIN }, 1, 10);
	return NULL;
}

/* ---- life ---- */

struct listener *listener_new(struct nfsock *sock, const struct nfsock_settings *settings, struct slotring *ring, unsigned index,
                              const struct listener_since *since, struct counting *const *counting, struct failure *why)
{
	struct listener *l = calloc(1, sizeof(*l));

	if (!l) {
		nfsock_close(sock);
		fail(why, ENOMEM, "no memory for a listener");
		return NULL;
	}
	l->sock = sock;
	l->shared = counting;
	l->counting = *counting;
	l->batch_ms = settings->timeout_ms;
	l->buffer_bytes = nfsock_buffer_size(settings);
	l->buffer = malloc(l->buffer_bytes);
	l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!l->buffer || l->wake_fd < 0) {
		fail_errno(why, errno, "cannot set up the listener of group %u", nfsock_group(sock));
		listener_free(l);
		return NULL;
	}
	if (lane_init(&l->lane, ring, index, since->wall_ms, since->steady_ms, l->batch_ms + GRACE_EXTRA_MS)) {
		fail(why, ENOMEM, "no memory for the listener of group %u", nfsock_group(sock));
		listener_free(l);
		return NULL;
	}
	lane_set_watch_mask(&l->lane, l->counting->watch.mask);
	l->last_turn_ms = clock_steady_ms();
	return l;
}

int listener_start(struct listener *l)
{
	int err = pthread_create(&l->thread, NULL, run, l);

	l->started = err == 0;
	return -err;
}

void listener_stop(struct listener *l)
{
	uint64_t one = 1;

	__atomic_store_n(&l->stop, true, __ATOMIC_RELEASE);
	if (write(l->wake_fd, &one, sizeof(one)) < 0)
		return; /* it is set already; the thread wakes within a second anyway */
}

void listener_join(struct listener *l)
{
	if (l->started)
		pthread_join(l->thread, NULL);
	l->started = false;
}

void listener_finish(struct listener *l, int64_t cut_s)
{
	lane_finish(&l->lane, cut_s);
}

const struct counting *listener_seen(const struct listener *l)
{
	return __atomic_load_n(&l->counting, __ATOMIC_ACQUIRE);
}

int64_t listener_last_turn_ms(const struct listener *l)
{
	return __atomic_load_n(&l->last_turn_ms, __ATOMIC_RELAXED);
}

const struct stats *listener_stats(const struct listener *l)
{
	return &l->stats;
}

uint16_t listener_group(const struct listener *l)
{
	return nfsock_group(l->sock);
}

void listener_free(struct listener *l)
{
	if (!l)
		return;
	nfsock_close(l->sock);
	lane_fini(&l->lane);
	if (l->wake_fd >= 0)
		close(l->wake_fd);
	free(l->buffer);
	free(l);
}
