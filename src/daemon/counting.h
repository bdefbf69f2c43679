/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules in force: what decides how a packet is counted, as one immutable thing that listeners pick up by its pointer. */
#ifndef DAEMON_COUNTING_H
#define DAEMON_COUNTING_H

#include "binning/slot.h"
#include "binning/watchset.h"
#include "daemon/settings.h"

struct counting {
	struct slot_rules rules; /* rules.watch points to watch below, or is NULL */
	struct watchset watch;
	struct ignore *ignore; /* owned; NULL if there is no rule */
};

/* Takes settings->ignore over (and leaves NULL there). ds_index[i] is the DS of watch.rrd that counts settings->watch.port[i];
 * NULL to watch nothing. Returns NULL without memory. */
struct counting *counting_new(struct settings *settings, const struct schema *schema, uint64_t source_key, const unsigned *ds_index);
void counting_free(struct counting *counting);

#endif
