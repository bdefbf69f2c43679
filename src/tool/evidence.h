/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an answer from sightings rests on: how much of the time was recorded, and what of it could not be kept. */
#ifndef TOOL_EVIDENCE_H
#define TOOL_EVIDENCE_H

#include "archive/sightings.h"
#include "common/jsonout.h"
#include "tool/window.h"

struct evidence {
	int64_t asked_s; /* of the window, what has passed */
	int64_t not_recorded_s; /* of that */
	uint64_t steps_sampled; /* of which not all sightings could be kept */
	uint64_t packets_left_out; /* in them, of any kind */
	uint64_t sightings_left_out; /* estimated */
};

void evidence_gather(struct evidence *evidence, const struct sightings_coverage *coverage, const struct window *window, int64_t now_s);

/* Says what has to be said, a sentence at a time; nothing if all is there. */
void evidence_tell(const struct evidence *evidence, void (*say)(const char *sentence));

/* As members of an object, all of them at any time. */
void evidence_write(const struct evidence *evidence, struct jsonout *json);

#endif
