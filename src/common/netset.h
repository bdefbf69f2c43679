/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of IPv4 and IPv6 networks, asked once a packet: sorted, joined ranges of addresses. */
#ifndef COMMON_NETSET_H
#define COMMON_NETSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fail.h"

#define NETSET_TEXT_MAX 64 /* of one network with its NUL */

struct netset_net {
	uint8_t version; /* 4 or 6 */
	uint8_t prefix;  /* bits */
	uint8_t address[16]; /* network order, no bit set behind the prefix; IPv4 in the first 4 bytes */
};

/* Reads "192.0.2.0/24", "192.0.2.7", "2001:db8::/32". Bits behind the prefix are cleared. 0 or -EINVAL with *why saying what was
 * expected. */
int netset_parse(const char *text, struct netset_net *net, struct failure *why);

/* The network as text, the prefix left out for a single address. Returns buf. */
const char *netset_format(const struct netset_net *net, char buf[NETSET_TEXT_MAX]);

/* An address as a number, so that it compares in a step or two; IPv4 in low. */
struct netset_number {
	uint64_t high, low;
};

struct netset_range {
	struct netset_number first, last; /* both inclusive */
};

struct netset_ranges {
	struct netset_range *range;
	size_t count, room;
};

/* All zero is the empty set. */
struct netset {
	struct netset_ranges v4, v6;
};

void netset_fini(struct netset *set);

/* 0 or -ENOMEM. The set must be sealed again before it is asked. */
int netset_add(struct netset *set, const struct netset_net *net);

/* Sorts the ranges and joins those that overlap or touch. */
void netset_seal(struct netset *set);

bool netset_empty(const struct netset *set);

/* Whether the address lies in the set; it has 4 bytes for version 4, 16 for version 6. The set is sealed. */
bool netset_contains(const struct netset *set, unsigned version, const uint8_t *address);

#endif
