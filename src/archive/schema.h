/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layout of an archive: which files, which DS in each, which RRAs. Pure: no file is touched here. */
#ifndef ARCHIVE_SCHEMA_H
#define ARCHIVE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "binning/portbin.h"
#include "binning/slot.h"
#include "common/fail.h"

/* Where the archive of this machine lies if nobody says otherwise. */
#define ARCHIVE_DEFAULT LOCALSTATEDIR "/lib/fireplot"

#define SCHEMA_LEVELS 8     /* RRAs of a file at most */
#define SCHEMA_DS 64        /* DS of a file at most: rrdcached's client and CREATE break far above that */
#define SCHEMA_DS_NAME 20   /* rrdtool's DS_NAM_SIZE: 19 characters and NUL */
#define SCHEMA_FILE_NAME 32 /* "tcp4/32768-65535.rrd" and NUL */
#define SCHEMA_LATEST_S INT64_C(253402300800) /* the year 10000: every row ends before it */

/* One RRA: rows of row_s seconds. */
struct schema_level {
	uint32_t row_s; /* a multiple of step_s */
	uint32_t rows;
};

struct schema {
	uint32_t step_s;
	struct portbin portbin;
	unsigned levels;
	struct schema_level level[SCHEMA_LEVELS]; /* finest first; each row_s a multiple of the one before, each span longer */
};

/* "default": 10s:6h 1m:2d 10m:30d 2h:1y, 1024 exact ports, 64 bins an octave. "small": 1m:1d 10m:7d 2h:90d, 128 and 16.
 * Returns false for any other name. */
bool schema_by_profile(const char *name, struct schema *schema);

/* Retention as "ROW:SPAN ROW:SPAN ..." (durations, units.h). The finest ROW must be step_s. Sets level and levels, or returns
 * -EINVAL with *why naming the part that is wrong and what was expected. */
int schema_parse_retention(const char *text, struct schema *schema, struct failure *why);

/* The retention as schema_parse_retention reads it. */
const char *schema_format_retention(const struct schema *schema, char *buf, size_t size);

/* 0, or -EINVAL with *why: step 1 s to 300 s (and 86,400 a multiple of it), levels ordered and whole multiples, port bins valid. */
int schema_check(const struct schema *schema, struct failure *why);

bool schema_equal(const struct schema *a, const struct schema *b);

/* Says in *why in which settings the archive in dir, which is as `is`, differs from what is wanted. Returns -EEXIST. */
int schema_tell_difference(const char *dir, const struct schema *is, const struct schema *wanted, struct failure *why);

enum schema_kind { SCHEMA_PORTS, SCHEMA_ICMP, SCHEMA_TOTALS };

/* One RRD file of the archive. watch.rrd is not among them: it has what the user asked for (see watch.h). */
struct schema_file {
	enum schema_kind kind;
	enum series series;   /* PORTS, ICMP */
	unsigned first_bin;   /* PORTS: DS i counts port bin first_bin + i */
	unsigned ds_count;
	char name[SCHEMA_FILE_NAME]; /* relative to the archive: "tcp4/0-63.rrd", "icmp4.rrd", "totals.rrd" */
};

/* How many files, and file i. Totals is the first, then the port files series by series with ports ascending, then ICMP. */
unsigned schema_file_count(const struct schema *schema);
void schema_file(const struct schema *schema, unsigned i, struct schema_file *file);

/* The i of a series' first file, and how many it has (PORTS and ICMP series). */
unsigned schema_series_file(const struct schema *schema, enum series series, unsigned *count);

/* The name of DS i of a file: p22, p1024_1039; t8, other; tcp4_probe, lost. */
void schema_ds_name(const struct schema *schema, const struct schema_file *file, unsigned i, char name[SCHEMA_DS_NAME]);

/* The DS of totals.rrd that count packets; schema_total_ds() gives the DS of a series and class, or -1 where the series
 * cannot have the class; schema_reason_ds() that of a reason. */
int schema_total_ds(enum series series, enum packet_class class);
int schema_reason_ds(enum slot_reason reason);
int schema_sources_ds(void); /* GAUGE: distinct sources in the step */
int schema_known_ds(void);   /* GAUGE: 1 for steps that were listened to, 0 for gaps; its average weighs a row */

/* The ICMP type that DS i of icmp4.rrd or icmp6.rrd counts, or -1 for `other`. */
int schema_icmp_type(enum series series, unsigned i);

/* Whether a DS is ABSOLUTE (a count of packets), or else GAUGE; and its heartbeat in seconds. */
bool schema_ds_is_count(const struct schema_file *file, unsigned i);
uint32_t schema_ds_heartbeat_s(const struct schema *schema, const struct schema_file *file, unsigned i);

/* Fills values[i] for each DS of the file from the summed counts of a step. */
void schema_values(const struct schema *schema, const struct schema_file *file, const struct slot *sum, double *values);

/* The exact size of a file that librrd will make of this, and the sum over all files. */
uint64_t schema_file_bytes(const struct schema *schema, const struct schema_file *file);
uint64_t schema_bytes(const struct schema *schema);

#endif
