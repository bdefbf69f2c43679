/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sightings added up by who or what they have in common, and the groups with the most packets.
 *
 * Made for millions of groups in bounded memory, of sightings that are cheap to read: all are added twice, or more often if there are
 * very many groups (tally.h). First the packets of all groups are added up, then, for the first groups alone, what else there is to tell
 * of them. All is exact but for different IPv6 sources of a group, which are told apart by a hash of 64 bits: that one of ten million is
 * taken for another has a chance of one in three hundred thousand. */
#ifndef TOOL_RANKING_H
#define TOOL_RANKING_H

#include <stdbool.h>

#include "archive/sightings.h"
#include "common/netset.h"
#include "tool/target.h"

enum ranking_by {
	RANKING_SOURCE,
	RANKING_PORT, /* a target */
	RANKING_NET24,  /* the source's network: IPv4 by 24 bits, IPv6 by 64 */
	RANKING_NET64,  /* IPv6 by 64 bits; an IPv4 address by itself */
	RANKING_RULE,
	RANKING_DESTINATION,
	RANKING_SERIES,
};
#define RANKING_BYS 7

/* "source" "port" "net24" "net64" "rule" "destination" "series"; static. */
const char *ranking_by_name(enum ranking_by by);
bool ranking_by_parse(const char *name, enum ranking_by *by);

struct ranking;

#define RANKING_FEEDS 4 /* at most */

/* For the most groups that are wanted, with so many feeds, for a thread each. No sighting starts before base_s. NULL with *why;
 * ranking_free() takes NULL. */
struct ranking *ranking_new(enum ranking_by by, int64_t base_s, unsigned most, unsigned feeds, struct failure *why);
void ranking_free(struct ranking *ranking);

/* The ranking's own. */
struct ranking_feed *ranking_feed(struct ranking *ranking, unsigned number);

/* Adding is done in turns of three steps, and within a step feeds do not wait for each other:
 * 1. ranking_add each row through some feed, in any order, and ranking_flush. Both return 0 or -ENOMEM. ranking_add is a sightings_visit
 *    whose arg is the feed; a row's rule must stay until the flush.
 * 2. ranking_reduce. 0 or -ENOMEM.
 * 3. ranking_again, once: 1 if all rows must be added once more, the same in each turn; 0 if it is done; -ENOMEM. */
int ranking_add(void *arg, const struct sightings_row *row);
int ranking_flush(struct ranking_feed *feed);
int ranking_reduce(struct ranking_feed *feed);
int ranking_again(struct ranking *ranking);

struct ranking_group {
	unsigned version;    /* by address or network: 4 or 6 */
	unsigned prefix;     /* bits of the network; all for an address */
	uint8_t address[16]; /* network order; IPv4 in the first 4 bytes */
	target_code target;
	const char *rule; /* the ranking's */
	enum series series;
	uint64_t packets;
	uint32_t ports;   /* different targets; 1 by port */
	uint32_t sources; /* different ones; 1 by source */
	int64_t first_s;  /* the start of the first step that it was seen in */
	int64_t last_s;   /* the end of the last */
};

/* Its address or network as text. Returns buf. */
const char *ranking_group_address(const struct ranking_group *group, char buf[NETSET_TEXT_MAX]);

struct ranking_sum {
	uint64_t groups;
	uint64_t packets;
};

/* Of all groups. */
struct ranking_sum ranking_sum(const struct ranking *ranking);

/* The groups with the most packets, those with the same number by address, port or name. An array for the caller to free, and in *count
 * how many they are; NULL without memory. */
struct ranking_group *ranking_top(const struct ranking *ranking, unsigned *count);

#endif
