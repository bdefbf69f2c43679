/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exact ports a user asked to follow, one DS of watch.rrd each; both address families count as one. */
#ifndef BINNING_WATCHSET_H
#define BINNING_WATCHSET_H

#include <stdbool.h>
#include <stdint.h>

#include "binning/slot.h"

/* Looked up for each packet, so a bitmap that stays in the cache stands before the list. */
struct watchset {
	unsigned count;
	struct {
		uint8_t protocol; /* IANA: 6 TCP, 17 UDP */
		uint8_t index;    /* slot.watch[index] */
		uint16_t port;
	} port[SLOT_WATCHED];
	uint64_t mask; /* the slot's watch_mask while this set is in force */
	uint64_t bitmap[65536 / 64]; /* by port, either protocol */
};

/* Adds a port; false if the set is full or has it. protocol is 6 or 17, index < SLOT_WATCHED. */
bool watchset_add(struct watchset *set, uint8_t protocol, uint16_t port, unsigned index);

bool watchset_has(const struct watchset *set, uint8_t protocol, uint16_t port);

/* "tcp3389", "udp5060": the name of its DS. */
void watchset_name(uint8_t protocol, uint16_t port, char name[20]);

/* Counts the packet in slot->watch if its destination port is watched. */
static inline void watchset_count(const struct watchset *set, struct slot *slot, const struct packet *packet)
{
	uint16_t port = packet->destination_port;

	if (packet->series >= SERIES_WITH_PORTS || !(set->bitmap[port >> 6] >> (port & 63) & 1))
		return;
	for (unsigned i = 0; i < set->count; i++)
		if (set->port[i].port == port && set->port[i].protocol == packet->protocol)
			slot->watch[set->port[i].index]++;
}

#endif
