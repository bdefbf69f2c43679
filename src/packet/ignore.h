/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ignore rules: which decoded packets are not counted into any series. */
#ifndef PACKET_IGNORE_H
#define PACKET_IGNORE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/fail.h"
#include "packet/packet.h"

struct ignore;

/* An empty set of rules, which matches nothing; NULL without memory. */
struct ignore *ignore_new(void);
void ignore_free(struct ignore *ignore);

/* Adds one rule as written in fireplot.conf behind `ignore`:
 *   source NET | destination NET      NET: 192.0.2.0/24, 192.0.2.7, 2001:db8::/32
 *   broadcast | multicast             of the destination (255.255.255.255 and link broadcast; 224.0.0.0/4, ff00::/8)
 *   port [tcp/|udp/]PORT[-PORT]       destination port; of every protocol that has ports if none is named
 *   class probe|backscatter|late
 * Bits of a NET behind its prefix are cleared. Returns 0, or -EINVAL with *why saying what was expected, or -ENOMEM. */
int ignore_add(struct ignore *ignore, const char *rule, struct failure *why);

/* Must be called after the last ignore_add and before ignore_matches: sorts and joins the networks. */
void ignore_seal(struct ignore *ignore);

/* Whether there are no rules. */
bool ignore_empty(const struct ignore *ignore);

/* Whether any rule matches; no allocation, cost logarithmic in the number of networks. */
bool ignore_matches(const struct ignore *ignore, const struct packet *packet);

/* Rule i as text that ignore_add reads back ("source 192.0.2.0/24"), in the order they were added, or NULL past the last; borrowed. */
const char *ignore_rule(const struct ignore *ignore, size_t i);

#endif
