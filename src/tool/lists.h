/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists with commas, as users write them: ports and series. */
#ifndef TOOL_LISTS_H
#define TOOL_LISTS_H

#include "binning/portlist.h"
#include "common/fail.h"
#include "packet/series.h"

/* Adds "22,http,1024-2047" to the list; names are those of the system's services (getservbyname(3), TCP before UDP). -EINVAL
 * with *why saying what was expected. */
int lists_parse_ports(const char *text, struct portlist *ports, struct failure *why);

/* Adds "tcp4,udp6" to a set of bits of enum series; only those of `allowed` may be named. -EINVAL with *why. */
int lists_parse_series(const char *text, unsigned allowed, unsigned *series, struct failure *why);

#endif
