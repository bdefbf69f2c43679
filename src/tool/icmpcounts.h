/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counts of ICMP types in a window: all are read before any is drawn, for only those that came have a row in the picture. */
#ifndef TOOL_ICMPCOUNTS_H
#define TOOL_ICMPCOUNTS_H

#include "archive/reader.h"
#include "plot/raster.h"
#include "plot/typestrip.h"

struct icmpcounts {
	unsigned pieces;
	struct matrix counts[READER_PIECES][2]; /* of icmp4 and icmp6; no cells where there were none; owned */
	unsigned kinds;
	struct typestrip_kind kind[TYPESTRIP_KINDS];
	unsigned first_kind[2]; /* of the two: their columns follow each other */
	double packets[2];
	unsigned file[2]; /* of the schema */
	int err[2];       /* 0, or -errno where a file can't be read, with `why` */
	struct failure why[2];
};

/* Reads the pieces of those of the two that are among the bits of series; icmpcounts_fini() frees them. */
void icmpcounts_read(struct icmpcounts *icmp, struct reader *reader, const struct reader_piece *piece, unsigned pieces,
                     unsigned series);
void icmpcounts_fini(struct icmpcounts *icmp);

/* Counts packets of a type that come from elsewhere than the archive's files: icmpcounts_draw() has none of them. */
void icmpcounts_count(struct icmpcounts *icmp, enum series series, unsigned type, double packets);

/* The row of each type in the strip that was made of the kinds. */
void icmpcounts_lanes(const struct icmpcounts *icmp, const struct typestrip *strip, enum series series, uint8_t lane_of[256]);

/* Adds them to a raster whose axis is that of the strip, which was made of their kinds. 0 or -ENOMEM. */
int icmpcounts_draw(const struct icmpcounts *icmp, const struct typestrip *strip, struct raster *raster);

#endif
