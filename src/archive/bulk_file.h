/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One RRD file that is laid out as a whole: librrd makes its head, room for all rows is reserved, where nothing is written they are
 * zeros, and rows are put in where they belong. It has another name until it is complete. For bulk.c alone. */
#ifndef ARCHIVE_BULK_FILE_H
#define ARCHIVE_BULK_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/rrd.h"
#include "archive/rrd_header.h"
#include "common/fail.h"

/* The rows of a level, a ring that begins with the first row of the file: row r covers [r * row_s, (r + 1) * row_s). */
struct bulk_ring {
	uint64_t at;       /* where it begins in the file */
	uint32_t rows;
	int64_t first_row; /* of the file, also if it is not kept */
	int64_t keep_row;  /* the oldest one that is kept in the end */
	int64_t end_row;   /* one behind the newest that is complete in the end */
	double *window;    /* rows put in and not written yet: */
	uint32_t from, to; /* those of the ring from `from` on up to before `to` */
};

struct bulk_file {
	char *path;
	char *fresh; /* its name until it is complete */
	int fd;
	bool is_published;
	struct rrdfile_shape shape;
	struct rrd_header head; /* as librrd made it; what is set here is written by bulk_file_complete */
	struct bulk_ring ring[SCHEMA_LEVELS];
	uint32_t window_rows;
	double *windows; /* of all levels */
};

/* Begins a file whose rows begin at origin_s, a multiple of every row_s, and that ends at end_s; all time before is unknown. windows:
 * bytes for rows that are not written yet. -ENOSPC if there is no room. bulk_file_fini in any case. */
int bulk_file_make(const char *path, const struct rrdfile_shape *shape, int64_t origin_s, int64_t end_s, size_t windows,
                   struct bulk_file *file, struct failure *why);

/* Puts in a row of a level, each at most once, the older first; one that is not kept is passed over. */
int bulk_file_put(struct bulk_file *file, unsigned level, int64_t row, const double *values, struct failure *why);

/* What the head says of a step, and of a row, in progress. */
void bulk_file_set_pdp(struct bulk_file *file, unsigned ds, const char *last_input, double value);
void bulk_file_get_cdp(const struct bulk_file *file, unsigned level, unsigned ds, struct rrd_cdp *cdp);
void bulk_file_set_cdp(struct bulk_file *file, unsigned level, unsigned ds, const struct rrd_cdp *cdp);

/* Writes all that was put in and the head, and closes the file. */
int bulk_file_complete(struct bulk_file *file, struct failure *why);

/* Gives a complete file its name. -EEXIST. */
int bulk_file_publish(struct bulk_file *file, struct failure *why);

/* Removes the file, published or not. */
void bulk_file_remove(struct bulk_file *file);
void bulk_file_fini(struct bulk_file *file);

#endif
