/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list of ports and ranges of ports, as a user asks for them. */
#ifndef BINNING_PORTLIST_H
#define BINNING_PORTLIST_H

#include <stdbool.h>
#include <stdint.h>

#define PORTLIST_RANGES 64

/* Both ends are inclusive. In the order they were asked for; they may overlap. */
struct portlist {
	unsigned count; /* 0: every port */
	struct {
		uint16_t lo, hi;
	} range[PORTLIST_RANGES];
};

/* Whether any of the ports lo to hi is in the list. */
static inline bool portlist_meets(const struct portlist *list, unsigned lo, unsigned hi)
{
	for (unsigned i = 0; i < list->count; i++)
		if (list->range[i].lo <= hi && list->range[i].hi >= lo)
			return true;
	return list->count == 0;
}

#endif
