/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that say what a new archive is like, for the commands that make one. */
#ifndef TOOL_LAYOUT_H
#define TOOL_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/schema.h"
#include "common/fail.h"
#include "tool/option_table.h"

/* Their codes and rows, for a command's table. */
enum { LAYOUT_PROFILE = OPTION_LONG + 64, LAYOUT_STEP, LAYOUT_RETENTION, LAYOUT_EXACT_PORTS, LAYOUT_BINS_PER_OCTAVE };
#define LAYOUT_ROWS \
	{ LAYOUT_PROFILE, "profile", "NAME", "default, or small for routers", "default small" }, \
	{ LAYOUT_STEP, "step", "TIME", "the shortest time told apart, 1s to 5m" }, \
	{ LAYOUT_RETENTION, "retention", "ROW:SPAN ...", "how long rows of which length are kept, as \"10s:6h 1m:2d\"" }, \
	{ LAYOUT_EXACT_PORTS, "exact-ports", "N", "ports from 0 that are told apart, a power of two from 64" }, \
	{ LAYOUT_BINS_PER_OCTAVE, "bins-per-octave", "N", "bins for each doubling of the port above them, 1 to 64" }

struct layout {
	const char *profile; /* NULL: default */
	const char *step;
	const char *retention;
	uint32_t exact_ports; /* 0: as in the profile */
	uint32_t bins_per_octave;
};

/* Takes one of them; *is_taken is false if the code is another's. */
int layout_take(struct layout *layout, int code, const char *value, bool *is_taken, struct failure *why);

/* The profile, and what was asked for in place of parts of it. Without a retention the profile's first level is as the step. */
int layout_schema(const struct layout *layout, struct schema *schema, struct failure *why);

#endif
