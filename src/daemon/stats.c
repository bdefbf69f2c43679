/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/stats.h"

#include <inttypes.h>

#include "common/log.h"

void stats_add(struct stats *into, const struct stats *from)
{
	uint64_t *a = (uint64_t *)into;
	const uint64_t *b = (const uint64_t *)from;

	_Static_assert(sizeof(struct stats) % sizeof(uint64_t) == 0, "stats are counters and nothing else");
	for (unsigned i = 0; i < sizeof(*into) / sizeof(*a); i++)
		a[i] += b[i];
}

void stats_log(const char *name, const struct stats *s)
{
	log_info("%s: datagrams %" PRIu64 ", messages %" PRIu64 ", lost %" PRIu64 ", malformed %" PRIu64 ", short %" PRIu64
	         ", not_ip %" PRIu64 ", ignored %" PRIu64 ", broken_datagrams %" PRIu64 ", enobufs %" PRIu64 ", no_slot %" PRIu64,
	         name, s->datagrams, s->messages, s->reasons[SLOT_LOST], s->reasons[SLOT_MALFORMED], s->reasons[SLOT_SHORT],
	         s->reasons[SLOT_NOT_IP], s->reasons[SLOT_IGNORED], s->broken_datagrams, s->enobufs, s->no_slot);
	for (unsigned i = 0; i < SERIES_COUNT; i++) {
		const uint64_t *p = s->packets[i];

		if (p[CLASS_PROBE] + p[CLASS_BACKSCATTER] + p[CLASS_LATE] == 0)
			continue;
		log_info("%s: %s: probe %" PRIu64 ", backscatter %" PRIu64 ", late %" PRIu64, name, series_name(i), p[CLASS_PROBE],
		         p[CLASS_BACKSCATTER], p[CLASS_LATE]);
	}
}
