/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of one RRD file, put together from its steps as librrd does when each step is an update, to the last bit: the same
 * operations in the same order. But nothing is done for steps and rows without a packet, which are zeros in the file. For bulk.c alone. */
#ifndef ARCHIVE_BULK_ROWS_H
#define ARCHIVE_BULK_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/bulk_file.h"

/* How far all files are in a level. */
struct bulk_level {
	uint32_t row_s;
	uint32_t steps;   /* of a row */
	int64_t first_row;
	int64_t keep_row; /* older ones are not kept, and not put together */
	int64_t row;      /* the one in progress */
	uint32_t unknown; /* steps of it */
};

/* How far one file is; `row` is that of the sums, which may be older than the level's. */
struct bulk_row {
	int64_t row;
	bool has_sums;
	bool has_primary, has_secondary;
	int64_t primary_row, secondary_row; /* that they are of */
	double sum[SCHEMA_DS];
	uint32_t missing[SCHEMA_DS]; /* if may_miss: steps of the sums in which the DS was unknown */
	double primary[SCHEMA_DS];   /* CDP_primary_val: of the first row that an update has completed */
	double secondary[SCHEMA_DS]; /* CDP_secondary_val: the rate in the last step of a row; behind a gap, of the rows it spans */
};

struct bulk_rows {
	struct bulk_file file;
	int known_ds;  /* of totals.rrd: what is 1 in every step that is not unknown, 0 in those that are; or -1 */
	double unknown; /* librrd's NaN */
	bool may_miss;  /* some rates may be that; then each step is added */
	int64_t last_s; /* when the values were added that are in last[] */
	double last[SCHEMA_DS];
	int64_t next_row[SCHEMA_LEVELS]; /* with known_ds: rows before are put in */
	struct bulk_row level[SCHEMA_LEVELS];
};

/* What a step without a packet adds is nothing, unless something is unknown in it. rates: of the step that ends at end_s, in the row in
 * progress of each level; SCHEMA_DS of them, with zeros behind those there are. */
int bulk_rows_add(struct bulk_rows *rows, const struct bulk_level *levels, const double *rates, int64_t end_s, struct failure *why);

/* Completes a row that has so many unknown steps; one that is not put in is all zeros. */
int bulk_rows_complete(struct bulk_rows *rows, const struct bulk_level *levels, unsigned level, int64_t row, uint32_t unknown,
                       struct failure *why);

/* A gap of so many steps is one update: completes the row in progress, which has so many unknown steps then, and those up to before
 * until_row, which are unknown. */
int bulk_rows_skip(struct bulk_rows *rows, const struct bulk_level *levels, unsigned level, uint32_t unknown, int64_t until_row,
                   uint64_t gap_steps, struct failure *why);

/* Leaves the file as librrd does at end_s, with the row in progress of each level. gap: unknown steps up to there. */
int bulk_rows_end(struct bulk_rows *rows, const struct bulk_level *levels, int64_t end_s, bool is_gap, struct failure *why);

#endif
