/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of many to keep where there is no room for all. Pure. */
#ifndef TOOL_THIN_H
#define TOOL_THIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thin_item {
	uint32_t column;
	uint32_t index;  /* the caller's */
	uint64_t weight;
	uint32_t tie;    /* of equal weights the smaller is kept: a hash, so that what goes is spread evenly */
};

/* What the cuts so far have come to; all zero before the first. */
struct thin {
	bool has_cut;
	size_t share; /* that each column may keep; 0: there are more columns than room */
};

/* Keeps at most that many: of each column the heaviest, up to a share that is the same for all, so that a crowd in one moment costs
 * the others nothing. (Where there are more columns than room, the heaviest of all.) What is kept comes to the front, by index.
 * Returns how many there are. Items may be cut while they still come, with the same `most`: in the end it is what one cut of them all
 * would have kept. */
size_t thin_keep(struct thin *thin, struct thin_item *item, size_t count, size_t most);

/* A hash for ties. */
static inline uint32_t thin_hash(uint32_t hash, uint32_t word)
{
	hash = (hash ^ word) * 0x9e3779b1u;
	return hash ^ hash >> 15;
}

#endif
