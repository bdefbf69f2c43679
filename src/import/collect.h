/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first half of an import: sources are read, and their packets put into a spool. For import.c alone. */
#ifndef IMPORT_COLLECT_H
#define IMPORT_COLLECT_H

#include "import/former.h"
#include "import/import.h"
#include "import/rules.h"
#include "import/spool.h"
#include "import/strays.h"
#include "import/timeline.h"

struct collect {
	const struct import_request *request;
	struct import_report *report;
	struct spool *spool;
	struct rules *rules;
	struct timeline **timeline; /* one a source */
	struct stretches *stretches; /* one a source */
	struct former *former; /* NULL for none */
	uint64_t packets; /* so far */
};

/* Reads source i to its end. 0, or -errno where the import must stop. */
int collect_source(struct collect *collect, unsigned i, struct failure *why);

#endif
