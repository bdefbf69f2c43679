/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of an archive that comes along, put between the steps of the files: time that it knows is its own, and what neither it nor a
 * file knows is unknown. For build.c alone. */
#ifndef IMPORT_TAKEOVER_H
#define IMPORT_TAKEOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "import/former.h"
#include "import/steps.h"

struct takeover {
	struct steps *steps;
	struct former *former;
	uint64_t watched; /* bit i: packets of the files are counted in DS i of watch.rrd, whose first are the former's */
	uint64_t rows; /* put so far */
	bool has_row;
	struct former_row row; /* the next one, if there is one */
	int64_t known_until_s; /* time before that is not in the steps yet is known to the former archive */
	int64_t hole_s; /* from there up to the next row nobody is known to have listened; INT64_MAX behind the last */
};

/* All is borrowed. former: before its first row; NULL for none, then there is nothing to put anywhere. */
int takeover_init(struct takeover *takeover, struct former *former, struct steps *steps, uint64_t watched, struct failure *why);

/* Puts all rows that begin before that time. */
int takeover_rows_before(struct takeover *takeover, int64_t until_s, struct failure *why);

/* Whether a step, up to which rows were put, is the former archive's. */
bool takeover_knows(const struct takeover *takeover, int64_t start_s);

/* A step of a source comes, which is not the former's: what lies between that and the source's first packet is unknown. */
int takeover_close_hole(struct takeover *takeover, unsigned source, int64_t start_s, struct failure *why);

#endif
