/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The head of an RRD file, read without librrd. librrd maps a file and believes its counters, so a truncated or overwritten
 * file kills the process; here every number is checked before librrd sees the file. And the head holds where the rows lie, and
 * what librrd's fetch does not tell: what was counted since the last complete row. */
#ifndef ARCHIVE_RRD_HEADER_H
#define ARCHIVE_RRD_HEADER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "archive/rrd.h"
#include "archive/undo.h"

/* Format version 3 on (librrd 1.2.0 and later), in the byte order and alignment of the machine that made the file:
 * one rrd_head, ds_count rrd_ds, rra_count rrd_rra, one rrd_live, ds_count rrd_pdp, for each RRA ds_count rrd_cdp,
 * rra_count row pointers (unsigned long), then for each RRA its rows of ds_count doubles. */
union rrd_unit {
	unsigned long count;
	double value;
};

struct rrd_head {
	char cookie[4];  /* "RRD" */
	char version[5]; /* "0003" */
	double float_cookie;
	unsigned long ds_count;
	unsigned long rra_count;
	unsigned long step_s;
	union rrd_unit unused[10];
};

struct rrd_ds {
	char name[20];
	char type[20];           /* "ABSOLUTE" */
	union rrd_unit param[10]; /* 0: heartbeat, count; 1, 2: least and greatest value */
};

struct rrd_rra {
	char function[20]; /* "AVERAGE" */
	unsigned long rows;
	unsigned long steps;
	union rrd_unit param[10]; /* 0: xff, value */
};

struct rrd_live {
	time_t last_s;
	long last_us;
};

/* The step in progress. */
struct rrd_pdp {
	char last_input[30];
	union rrd_unit scratch[10]; /* 0: unknown seconds, count; 1: sum of the known ones, value */
};

/* The row in progress. */
struct rrd_cdp {
	union rrd_unit scratch[10]; /* 0: sum of the known steps' rates, value */
};

/* Bytes before the first row, and of the whole file. */
uint64_t rrd_header_bytes(uint64_t ds_count, uint64_t rra_count);
uint64_t rrd_rows_bytes(uint64_t ds_count, uint64_t rows);

struct rrd_header {
	struct rrdfile_shape shape;
	int64_t last_s;
	uint32_t bytes;   /* of the header */
	uint64_t size;    /* of the file */
	uint8_t *content; /* the header as it lies in the file, or in the undo; owned */
	bool is_undone;   /* it is the one from before an update that was interrupted, */
	uint32_t overwritten[SCHEMA_LEVELS]; /* which may have come over so many of the oldest rows, else 0 */
};

/* Reads and checks the head of the open file; path is for messages. 0, or -errno with *why: -EILSEQ if it is damaged, no RRD,
 * or has more or other DS and RRAs than fireplot's. If the undo is armed for the file, the head is the one that it would put back;
 * undo may be NULL. */
int rrd_header_read(int fd, const char *path, const struct undo_reader *undo, struct rrd_header *header, struct failure *why);

/* Whether reading would give the same head again; looks only at the last update unless the undo is armed. */
bool rrd_header_is_current(int fd, const char *path, const struct undo_reader *undo, const struct rrd_header *header);
void rrd_header_fini(struct rrd_header *header);

/* When the oldest row of level i begins that no interrupted update has come over. One that went all round the ring, over a gap
 * longer than the level, is taken for a shorter one; but in a level that a gap is longer than, nobody looks for what was before. */
int64_t rrd_header_oldest(const struct rrd_header *header, unsigned level);

/* Where in the file the rows of level i begin, which are a ring, and which of them is the newest: it ends with the last multiple of
 * the row's length up to the last update. */
uint64_t rrd_header_rows(const struct rrd_header *header, unsigned level, uint64_t *newest);

/* Whether no update has reached the file: every DS has "U" for its last input since it was made. */
bool rrd_header_is_new(const struct rrd_header *header);

/* What one DS has of an unfinished row of row_s: its finished steps (the CDP's sum of rates) and the step in progress (the PDP's
 * sum and unknown seconds), each counted only where there is any. NaN if nothing is known. */
double rrd_unfinished_sum(int64_t last_s, uint32_t step_s, uint32_t row_s, double cdp_value, double pdp_value,
                          uint64_t pdp_unknown_s);

/* What level i has of its unfinished row: per DS the sum over its known part (a count, or a GAUGE's value times seconds), NaN
 * where nothing is known. Returns when that row begins. */
int64_t rrd_header_running(const struct rrd_header *header, unsigned level, double sum[SCHEMA_DS]);

#endif
