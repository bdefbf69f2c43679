/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counts of one step. A slot lies in a mapped file (see slotring.h), so its layout is fixed for a version of the ring:
 * no pointers, native byte order, counters written by one thread and read by others. */
#ifndef BINNING_SLOT_H
#define BINNING_SLOT_H

#include <stdint.h>

#include "binning/portbin.h"
#include "packet/packet.h"

#define SLOT_WATCHED 64        /* exact ports a slot can count, one for each DS of watch.rrd */
#define SLOT_SOURCE_REGS 2048  /* HyperLogLog registers, a byte each: 2.3 % standard error */

/* Packets that were not counted into a series, and why. */
enum slot_reason {
	SLOT_LOST,      /* the kernel had no room: gaps in NFULA_SEQ; or no slot was free */
	SLOT_MALFORMED,
	SLOT_SHORT,
	SLOT_NOT_IP,
	SLOT_IGNORED,   /* an ignore rule matched */
};
#define SLOT_REASONS 5

struct slot {
	uint32_t state; /* slotring.h */
	uint32_t reserved;
	int64_t start_s; /* since 1970; counts lie in [start_s, end_s) */
	int64_t end_s;
	uint64_t watch_mask; /* bit i: watch[i] was counted in this slot */
	uint32_t packets[SERIES_COUNT][CLASS_COUNT];
	uint32_t reasons[SLOT_REASONS]; /* enum slot_reason */
	uint32_t reserved2;
	uint32_t watch[SLOT_WATCHED];
	uint32_t icmp[2][256]; /* ICMP, ICMPv6; by type, every class */
	uint8_t sources[SLOT_SOURCE_REGS];
	uint32_t ports[]; /* SERIES_WITH_PORTS * portbin_count(): series-major */
};

struct watchset;

/* What decides how a packet is counted. */
struct slot_rules {
	struct portbin portbin;
	unsigned bins;            /* portbin_count(&portbin) */
	uint8_t classes_by_port;  /* bit c: packets of class c go into the port bins */
	uint64_t source_key;      /* random, so that nobody can choose addresses that collide */
	const struct watchset *watch; /* borrowed; NULL if no port is watched */
};

/* Bytes of a slot with that many port bins, a multiple of 64. */
uint32_t slot_size(unsigned bins);

/* Counts one decoded packet: into packets[][] always, into icmp or ports if its series has them and (ports) its class is
 * wanted, and its source into the distinct count. */
void slot_add_packet(struct slot *slot, const struct slot_rules *rules, const struct packet *packet);

/* Adds n to a counter that has no packet. */
void slot_add_reason(struct slot *slot, enum slot_reason reason, uint32_t n);

/* Adds the counts of from to those of into (register-wise maximum for sources; watch_mask or-ed). Spans and states are left
 * alone. Both have that many bins. */
void slot_merge(struct slot *into, const struct slot *from, unsigned bins);

/* The estimated number of distinct sources, 0 for none. */
double slot_sources(const struct slot *slot);

#endif
