/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports that are counted together, told apart by sightings where a picture shows them so large that one sees which of them a mark
 * stands at. Only where the sightings are all there were: recorded, none left out, and as many packets as the archive has. There
 * the counts of the archive give way to points; everywhere else they stay, as bars over their ranges. */
#ifndef TOOL_EXACT_H
#define TOOL_EXACT_H

#include "tool/scene.h"
#include "tool/sighted.h"

struct exact {
	bool is_open;
	bool has_points;   /* something was told apart */
	bool has_overhang; /* ports of which some are out of view were not */
	struct sighted sighted;
	struct reader_piece chunk; /* what the rest is of */
	struct sorted sorted;
	struct hover *hover; /* gets the points too; NULL for none; borrowed */
	bool *is_sampled; /* its rows of which only a sample was recorded; owned */
};

/* Looks for such ranges in the scene's areas, and reads their sightings in those pieces if there are any; else nothing is opened. 0, or
 * -errno with *why, -ENOENT if the archive has no sightings; it goes without them then. exact_fini() either way. */
int exact_open(struct exact *exact, struct reader *reader, const struct reader_piece *piece, unsigned pieces, struct scene *scene,
               struct failure *why);
void exact_fini(struct exact *exact);

/* Turns to the sightings of a chunk. 0 or -ENOMEM. */
int exact_turn(struct exact *exact, const struct reader_piece *chunk);

/* Adds to the areas [first, last) what of a file's counts over that chunk is told apart, and takes it out of the counts. 0 or
 * -ENOMEM. */
int exact_take(struct exact *exact, struct areas *areas, unsigned first, unsigned last, const struct schema_file *file,
               struct matrix *counts);

/* What of a figure it knows, after all is added. Where nothing was told apart the picture is as if there were no sightings. */
void exact_show(const struct exact *exact, struct areas *areas, struct figure *figure);

#endif
