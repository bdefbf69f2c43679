/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists with commas, as users write them: ports, series, classes, networks. */
#ifndef TOOL_LISTS_H
#define TOOL_LISTS_H

#include "binning/portlist.h"
#include "common/fail.h"
#include "common/netset.h"
#include "packet/series.h"

/* Adds "22,http,1024-2047" to the list; names are those of the system's services (getservbyname(3), TCP before UDP). -EINVAL
 * with *why saying what was expected. */
int lists_parse_ports(const char *text, struct portlist *ports, struct failure *why);

/* Adds "tcp4,udp6" to a set of bits of enum series; only those of `allowed` may be named. -EINVAL with *why. */
int lists_parse_series(const char *text, unsigned allowed, unsigned *series, struct failure *why);

/* Adds "probe,late" to a set of bits of enum packet_class. -EINVAL with *why. */
int lists_parse_classes(const char *text, unsigned *classes, struct failure *why);

/* Adds "192.0.2.0/24,2001:db8::1" to the set and seals it. -EINVAL or -ENOMEM with *why. */
int lists_parse_nets(const char *text, struct netset *nets, struct failure *why);

#endif
