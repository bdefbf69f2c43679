/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exact ports to follow, as people name them and in the order in which they do: "tcp/3389 udp/5060". */
#ifndef BINNING_WATCHLIST_H
#define BINNING_WATCHLIST_H

#include <stdint.h>

#include "binning/slot.h"
#include "common/fail.h"

struct watchlist_port {
	uint8_t protocol; /* 6 or 17 */
	uint16_t port;
};

struct watchlist {
	unsigned count;
	struct watchlist_port port[SLOT_WATCHED];
};

/* Adds ports, parted by blanks. The first `known` of those there are may be named again. 0, or -EINVAL with *why saying what was
 * expected; ports in front of the wrong one are then added. */
int watchlist_add(struct watchlist *list, unsigned known, const char *text, struct failure *why);

#endif
