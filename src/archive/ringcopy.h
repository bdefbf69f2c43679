/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reader's copy of the ring: the sum over the lanes for each span of time. */
#ifndef ARCHIVE_RINGCOPY_H
#define ARCHIVE_RINGCOPY_H

#include <stdint.h>

#include "archive/schema.h"
#include "binning/slotring.h"
#include "common/fail.h"

struct ringcopy_span {
	int64_t start_s;
	int64_t end_s;
	const struct slot *sum; /* in the snapshot where one lane alone has it, else owned */
	struct slot *owned;
};

struct ringcopy {
	struct slotring *ring; /* the snapshot */
	struct ringcopy_span *spans; /* oldest first */
	unsigned count;
};

/* Copies the ring at path. Without one the copy is empty. -EEXIST if the ring is of an archive with another layout, or what
 * slotring_snapshot says; the copy is empty then too. */
int ringcopy_init(struct ringcopy *copy, const char *path, const struct schema *schema, struct failure *why);
void ringcopy_fini(struct ringcopy *copy);

#endif
