/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an import tells for people: how far it is, and what came of it. */
#ifndef TOOL_IMPORTSUMMARY_H
#define TOOL_IMPORTSUMMARY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "import/import.h"

/* Lines and frames that could not be read, on stderr: the first of them one by one, then how many by reason. */
void importsummary_bad(const struct import_report *report);

/* Packets that stand alone in time, on stderr, and how to leave them out. */
void importsummary_strays(const struct import_report *report);

/* Each source in a line. */
void importsummary_sources(FILE *out, const struct import_report *report);

/* The sources, the packets by series and class, and the archive, on stdout. */
void importsummary_print(const struct import_report *report, const char *archive);

/* How far it is, on stderr if that is a terminal and it has taken a second; for import_request.progress. */
struct importsummary_progress {
	int64_t began_ms, told_ms; /* of a steady clock; all zero at the start */
	bool is_shown;
};
void importsummary_progress(struct importsummary_progress *progress, bool is_counting, double fraction, uint64_t packets);
void importsummary_clear(const struct importsummary_progress *progress);

#endif
