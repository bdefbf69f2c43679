/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The archive of an import while it is made, one step behind the other: what was counted of a step goes into the files and the sightings
 * when the next one begins. For build.c and takeover.c alone. */
#ifndef IMPORT_STEPS_H
#define IMPORT_STEPS_H

#include "archive/bulk.h"
#include "binning/slot.h"
#include "import/import.h"
#include "import/witnesses.h"

struct steps {
	const struct import_request *request; /* whom to tell how far it is */
	const struct import_report *report;   /* its step, and gaps between sources, which are passed by themselves */
	struct bulk *bulk;
	struct witnesses *witnesses; /* NULL if no sightings are recorded */
	struct slot *slot; /* counts of the step in progress, zeros in between */
	uint32_t slot_bytes;
	int64_t start_s; /* of that step; INT64_MIN if there is none */
	double sources;  /* of that step, if they are known from elsewhere; else NAN */
	unsigned next_gap;
	uint64_t done, records; /* so many of all records were counted */
};

/* Without files yet. records: how many there are. 0 or -ENOMEM with *why; steps_fini in any case. */
int steps_init(struct steps *steps, const struct import_request *request, const struct import_report *report, uint64_t records,
               struct failure *why);

/* Tells how far it is. -ECANCELED with *why if it is not to go on. */
int steps_tell(const struct steps *steps, struct failure *why);

/* Files that were not finished are removed. */
void steps_fini(struct steps *steps, bool is_finished);

/* The step that starts at start_s begins, behind all before. */
int steps_begin(struct steps *steps, int64_t start_s, struct failure *why);

/* No step is in progress any more, and all gaps up to there are passed. */
int steps_advance(struct steps *steps, int64_t until_s, struct failure *why);

/* Between steps: [start_s, end_s) is unknown. Nothing if start_s is not before end_s. */
int steps_skip(struct steps *steps, int64_t start_s, int64_t end_s, struct failure *why);

#endif
