/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The groups of a ranking as aligned text, CSV or JSON on stdout. */
#ifndef TOOL_RANKWRITER_H
#define TOOL_RANKWRITER_H

#include "tool/cellwriter.h"
#include "tool/evidence.h"
#include "tool/ranking.h"
#include "tool/services.h"

struct rankwriter {
	enum cellwriter_format format;
	const char *archive;
	const struct window *window;
	enum ranking_by by;
	struct ranking_sum sum; /* of all groups, shown or not */
	const struct evidence *evidence;
	const struct services *services; /* for the names of ports */
};

/* Everything that there is to say. CSV has no place for what the answer rests on: that goes to stderr. */
void rankwriter_write(const struct rankwriter *writer, const struct ranking_group *groups, unsigned count);

#endif
