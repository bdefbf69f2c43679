/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a listener has seen since it started. Written by its thread only, read by others as it is. */
#ifndef DAEMON_STATS_H
#define DAEMON_STATS_H

#include <stdint.h>

#include "binning/slot.h"

struct stats {
	uint64_t datagrams;
	uint64_t messages;
	uint64_t packets[SERIES_COUNT][CLASS_COUNT];
	uint64_t reasons[SLOT_REASONS];
	uint64_t broken_datagrams; /* netlink framing that could not be read */
	uint64_t enobufs;          /* times the kernel said it had dropped something; how much is in reasons[SLOT_LOST] */
	uint64_t no_slot;          /* packets for which the ring had no free slot; they are lost too */
};

void stats_add(struct stats *into, const struct stats *from);

/* Logs every counter, each line headed by name; a line a series, but for series without a packet. */
void stats_log(const char *name, const struct stats *stats);

#endif
