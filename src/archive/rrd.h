/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RRD files in a directory here, one at a time: the only code that knows librrd. What they are made of is the same behind an
 * rrdcached (cachedfile.h). Every function clears librrd's error before and puts it into
 * *why after. Safe from one thread at a time. */
#ifndef ARCHIVE_RRD_H
#define ARCHIVE_RRD_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/matrix.h"
#include "archive/schema.h"
#include "archive/undo.h"
#include "common/fail.h"

struct rrdfile_ds {
	char name[SCHEMA_DS_NAME];
	bool is_count; /* ABSOLUTE, or else GAUGE */
	uint32_t heartbeat_s;
};

/* What a file is made of. */
struct rrdfile_shape {
	uint32_t step_s;
	unsigned levels;
	struct schema_level level[SCHEMA_LEVELS];
	unsigned ds_count;
	struct rrdfile_ds ds[SCHEMA_DS];
};

/* The shape that a file of the schema must have. */
void rrdfile_shape_of(const struct schema *schema, const struct schema_file *file, struct rrdfile_shape *shape);
/* The shape of watch.rrd without a DS, and a DS of it. */
void rrdfile_watch_shape(const struct schema *schema, struct rrdfile_shape *shape);
void rrdfile_watch_ds(const struct schema *schema, const char *name, struct rrdfile_ds *ds);
bool rrdfile_shape_equal(const struct rrdfile_shape *a, const struct rrdfile_shape *b);

/* The i of the level with that row_s, or levels if there is none. */
unsigned rrdfile_level_of(const struct rrdfile_shape *shape, uint32_t row_s);

/* Cuts [*start_s, *end_s) to the rows of a level that a file with that last update keeps; false if that leaves none. */
bool rrdfile_keep(const struct rrdfile_shape *shape, unsigned level, int64_t last_s, int64_t *start_s, int64_t *end_s);

/* How a DS is defined when a file is made: "DS:p22:ABSOLUTE:20:0:U"; and a level: "RRA:AVERAGE:0.99999:6:2880". */
#define RRDFILE_DEFINITION 80
void rrdfile_define_ds(const struct rrdfile_ds *ds, char text[RRDFILE_DEFINITION]);
void rrdfile_define_level(const struct rrdfile_shape *shape, unsigned level, char text[RRDFILE_DEFINITION]);

/* Makes the file, whose first row can end step_s after start_s. Never over an existing file (-EEXIST); a file that could not
 * be made whole (-ENOSPC) is removed. */
int rrdfile_create(const char *path, const struct rrdfile_shape *shape, int64_t start_s, struct failure *why);

/* The same over whatever is there, for one who looks himself whether all of it was written. */
int rrdfile_replace(const char *path, const struct rrdfile_shape *shape, int64_t start_s, struct failure *why);

/* Reads shape, last update and the bytes before the first row (what an update rewrites besides rows). Any pointer may be
 * NULL. -EILSEQ if the file is damaged or no RRD, or has other kinds of DS or RRA than fireplot's. */
int rrdfile_inspect(const char *path, struct rrdfile_shape *shape, int64_t *last_s, uint32_t *header_bytes, struct failure *why);

struct rrdfile_state {
	int64_t last_s; /* last update, or the start if is_new */
	bool is_new;    /* never updated */
};

/* Shape and state; either may be NULL. While the undo is armed for the file, both are what it would put back; undo may be NULL. */
int rrdfile_inspect_state(const char *path, const struct undo_reader *undo, struct rrdfile_shape *shape,
                          struct rrdfile_state *state, struct failure *why);

/* An update as librrd and rrdcached read it: "1700000000:3:0:U", with each value such that reading it gives the same number. */
#define RRDFILE_UPDATE (24 + SCHEMA_DS * 32)
void rrdfile_format_update(int64_t at_s, unsigned ds_count, const double *values, char text[RRDFILE_UPDATE]);

/* One update a row, oldest first: at_s[r] and values[r * ds_count + i], NaN for unknown. One open of the file for all.
 * librrd makes a step unknown, counts and all, if more than half of it is; and the known part of a step weighs as much as a
 * whole one in coarser rows. So counts stay exact only where each step is all known or all unknown. */
int rrdfile_update(const char *path, unsigned ds_count, unsigned rows, const int64_t *at_s, const double *values,
                   struct failure *why);

/* Rows of the level with that row_s over [start_s, end_s), both multiples of row_s; cells are rates and averages, as librrd would
 * fetch them. Rows outside of what the file keeps are NaN. The caller owns *out. */
int rrdfile_fetch(const char *path, int64_t start_s, int64_t end_s, uint32_t row_s, struct matrix *out, struct failure *why);

/* The row of a level that has begun and is not complete, of which fetch knows nothing. */
struct rrdfile_running {
	int64_t last_s;  /* the file's last update: it covers [start_s, last_s) */
	int64_t start_s; /* a multiple of row_s */
	double sum[SCHEMA_DS]; /* ABSOLUTE: the count so far; GAUGE: values times seconds; NaN if nothing is known */
};

/* The same, and what the file holds beyond its complete rows, both of the same moment even while a daemon writes the file, and the
 * moment before an update that a dead one has left armed in the undo, which may be NULL: old rows that the update may have come over
 * are NaN then. */
int rrdfile_fetch_running(const char *path, const struct undo_reader *undo, int64_t start_s, int64_t end_s, uint32_t row_s,
                          struct matrix *out, struct rrdfile_running *running, struct failure *why);

/* Appends DS to a file, with unknown in all rows so far. */
int rrdfile_add_ds(const char *path, unsigned count, const struct rrdfile_ds *ds, struct failure *why);

/* A time as in rrdtool ("end-1d", "noon yesterday", "1700000000"): fills both, each may refer to the other. -EINVAL with
 * librrd's own message, or for a time beyond SCHEMA_LATEST_S. */
int rrdfile_parse_times(const char *start, const char *end, int64_t *start_s, int64_t *end_s, struct failure *why);

#endif
