/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All sightings of an archive, as readers want them: those of sightings.db and, newer than those, the ring's. One thread at a time. */
#ifndef ARCHIVE_WITNESS_H
#define ARCHIVE_WITNESS_H

#include "archive/reader.h"
#include "archive/sightings.h"
#include "binning/portlist.h"
#include "common/netset.h"

struct witness;

/* Opens what an open reader's archive has of sightings: its file, and the samples of the reader's copy of the ring. The reader is
 * borrowed. -ENOENT with a sentence for the user if there are none: never recorded, switched off, or an archive behind an rrdcached of
 * another machine. */
int witness_open(struct reader *reader, struct witness **witness, struct failure *why);
void witness_close(struct witness *witness);

/* Which sightings are asked for; everything that is all zero asks for all. */
struct witness_filter {
	int64_t start_s, end_s; /* steps that have time in [start_s, end_s) */
	unsigned series;  /* masks, bit: enum series, enum packet_class; 0 is all */
	unsigned classes;
	struct portlist ports; /* only series with ports have any */
	struct netset source; /* sealed; empty: any */
	struct netset destination;
	const char *rule; /* exactly this prefix; NULL: any. "" asks for rules without prefix */
};

/* Visits them, oldest step first. */
int witness_walk(struct witness *witness, const struct witness_filter *filter, sightings_visit *visit, void *arg, struct failure *why);

/* As sightings_coverage, with the ring. */
int witness_coverage(struct witness *witness, int64_t start_s, int64_t end_s, struct sightings_coverage *coverage, struct failure *why);

int witness_facts(struct witness *witness, struct sightings_facts *facts, struct failure *why);

#endif
