/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a picture shows: ports with ICMP types in a strip below, or one of the two, of one window or of several days. */
#ifndef TOOL_SCENE_H
#define TOOL_SCENE_H

#include "plot/figure.h"
#include "tool/areas.h"
#include "tool/icmpcounts.h"

#define SCENE_PORTS ((1u << SERIES_WITH_PORTS) - 1)
#define SCENE_ICMP (1u << SERIES_ICMP4 | 1u << SERIES_ICMP6)

#define SCENE_FILES 1024 /* more than an archive has */

struct scene {
	unsigned series;        /* bits of enum series: drawn */
	bool is_zoomed;         /* not all ports are in view */
	struct icmpcounts icmp;
	struct typestrip types; /* its rows */
	struct areas areas;     /* of ports, or of types alone */
	struct areas strips;    /* of types below ports; none if there are no types */
	bool skips_unreadable;
	unsigned unreadable;    /* files that were left out */
	struct failure why;     /* of the first of them */
	uint64_t is_unreadable[SCENE_FILES / 64];
	struct hover *hover;    /* gets what the areas get; NULL for none; borrowed */
};

/* Chooses the series, and reads what came of ICMP, for that decides whether it is there and in how many rows. 0 or -errno with
 * *why; scene_fini() either way. */
int scene_init(struct scene *scene, struct reader *reader, const struct picture_order *order, const struct reader_piece *piece,
               unsigned pieces, struct failure *why);

/* Arranges the areas for the size that the order has now, in place of those before; they are empty then. packets are those of each
 * series, all classes. 0 or -ENOMEM. */
int scene_arrange(struct scene *scene, const struct picture_order *order, const struct portbin *portbin,
                  const double packets[SERIES_COUNT]);

/* What days are together. */
struct scene_sums {
	struct raster ports;
	struct raster icmp;
};

/* What of a figure the scene knows. The figure borrows from the scene and *sums, which is filled. */
void scene_show(const struct scene *scene, const struct picture_order *order, struct figure *figure, struct scene_sums *sums);

void scene_fini(struct scene *scene);

static inline bool scene_has_ports(const struct scene *scene)
{
	return scene->series & SCENE_PORTS;
}

/* Whether a file counts ports that are drawn. */
bool scene_shows(const struct scene *scene, const struct schema_file *file);

/* A file can't be read: notes it and returns 0 where such are left out, or else err. */
int scene_leave_out(struct scene *scene, unsigned file, int err, const struct failure *why);

/* Adds the ICMP types, all at once. 0 or -ENOMEM. */
int scene_add_icmp(struct scene *scene);

#endif
