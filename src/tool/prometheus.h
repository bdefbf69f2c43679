/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prometheus' text format, https://prometheus.io/docs/instrumenting/exposition_formats/: written, and what was written before
 * read back, so that the counters go on. */
#ifndef TOOL_PROMETHEUS_H
#define TOOL_PROMETHEUS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "archive/reader.h"
#include "tool/counters.h"

/* What is exported of one archive. */
struct prometheus {
	const char *archive; /* its absolute path: a label of every sample */
	const struct reader *reader; /* for the names of the watched ports */
	struct counters counters;
	bool has_counters; /* or else only what is a state is written */
	int64_t complete_s; /* the end of the newest step; 0: none yet */
	double sources;     /* in that step, or NaN */
};

/* Errors show in ferror(out). */
void prometheus_write(const struct prometheus *export, FILE *out);

/* Sets the counters to what the NUL-terminated text of an earlier export says; those it doesn't have begin at 0. -EINVAL with
 * *why if it is no export of this archive. */
int prometheus_read(struct prometheus *export, const char *text, struct failure *why);

#endif
