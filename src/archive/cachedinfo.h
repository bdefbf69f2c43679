/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rrdcached's INFO tells of a file, a line at a time: "KEY TYPE VALUE". It is all that an update reads and changes but the
 * rows, so two that are equal say that nothing happened between. Pure. */
#ifndef ARCHIVE_CACHEDINFO_H
#define ARCHIVE_CACHEDINFO_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/rrd.h"

struct cachedinfo {
	struct rrdfile_shape shape;
	int64_t last_s;
	bool is_updated; /* some DS has had a value since the file was made */
	/* Numbers with 11 digits: counts up to 10^10 are exact. */
	double pdp_value[SCHEMA_DS];
	uint64_t pdp_unknown_s[SCHEMA_DS];
	double cdp_value[SCHEMA_LEVELS][SCHEMA_DS];
	uint64_t cur_row[SCHEMA_LEVELS];
};

/* Before the first line. */
void cachedinfo_init(struct cachedinfo *info);

/* Takes a line; keys it does not know say nothing. -EILSEQ with *why (which does not name the file) if the file is none of
 * fireplot's or the line makes no sense. */
int cachedinfo_add(struct cachedinfo *info, const char *line, struct failure *why);

/* After the last line: whether nothing is missing. 0 or -EILSEQ with *why. */
int cachedinfo_check(const struct cachedinfo *info, struct failure *why);

bool cachedinfo_equal(const struct cachedinfo *a, const struct cachedinfo *b);

/* As rrd_header_running. */
int64_t cachedinfo_running(const struct cachedinfo *info, unsigned level, double sum[SCHEMA_DS]);

#endif
