/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which packets a picture is of: from whom, to whom, by which rule. They are drawn from sightings, each at its own port. */
#ifndef TOOL_SELECTION_H
#define TOOL_SELECTION_H

#include <stdbool.h>

#include "tool/scene.h"
#include "tool/sighted.h"

#define SELECTION_NETS 160
#define SELECTION_TEXT 512

struct selection_nets {
	struct netset set;
	char text[SELECTION_NETS]; /* as they were given, as far as there is room */
};

/* All zero selects everything; selection_fini() frees it. */
struct selection {
	struct selection_nets source;
	struct selection_nets destination;
	bool has_rule;
	char rule[SIGHTING_RULE]; /* as it is recorded */
	char text[SELECTION_TEXT]; /* of all that, once it is sealed */
};

/* Adds networks, as "203.0.113.0/24,2001:db8::1". 0, or -errno with *why. */
int selection_add_nets(struct selection_nets *nets, const char *value, struct failure *why);

/* Sets the rule's prefix. */
void selection_set_rule(struct selection *selection, const char *prefix);

/* Makes it ready to be asked. Whether it selects anything in particular. */
bool selection_seal(struct selection *selection);
void selection_fini(struct selection *selection);

/* What it asks of a witness, at any time; borrows from it. */
struct witness_filter selection_filter(const struct selection *selection);

/* Reads the packets that it selects, of all series. As sighted_read(). */
int selection_read(const struct selection *selection, struct reader *reader, const struct window *window, struct sighted *sighted,
                   struct failure *why);

/* Adds what was read to a scene: packets, time in which sightings were recorded, steps of which only a sample was. Returns the
 * seconds of the window that were recorded, or -ENOMEM. */
double selection_fill(const struct sighted *sighted, uint32_t step_s, struct scene *scene);

/* What of a figure is known of them; not_yet_s is that of the archive. */
void selection_show(const struct sighted *sighted, struct figure *figure);

#endif
