/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/watchset.h"

#include <stdio.h>

bool watchset_has(const struct watchset *set, uint8_t protocol, uint16_t port)
{
	for (unsigned i = 0; i < set->count; i++)
		if (set->port[i].protocol == protocol && set->port[i].port == port)
			return true;
	return false;
}

bool watchset_add(struct watchset *set, uint8_t protocol, uint16_t port, unsigned index)
{
	if (set->count == SLOT_WATCHED || index >= SLOT_WATCHED || watchset_has(set, protocol, port))
		return false;
	set->port[set->count].protocol = protocol;
	set->port[set->count].port = port;
	set->port[set->count].index = (uint8_t)index;
	set->count++;
	set->mask |= UINT64_C(1) << index;
	set->bitmap[port >> 6] |= UINT64_C(1) << (port & 63);
	return true;
}

void watchset_name(uint8_t protocol, uint16_t port, char name[20])
{
	snprintf(name, 20, "%s%u", protocol == 17 ? "udp" : "tcp", port);
}
