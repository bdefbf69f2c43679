/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recorded sources made into an archive. All are read first (collect.h), which is when their span and what their stamps lack become known;
 * then their packets are counted in the order of time, as fireplotd counts them, into an archive that is made for them (build.h). */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/schema.h"
#include "binning/watchlist.h"
#include "common/fail.h"
#include "import/reading.h"
#include "packet/ignore.h"

#define IMPORT_STRAYS 4
#define IMPORT_SHOWN 5 /* lines and frames that cannot be read are shown up to here */

/* What is to be done. All is borrowed. */
struct import_request {
	unsigned source_count;
	char *const *sources; /* names of files, "-" for standard input */
	const char *format;   /* as source_open */
	const char *archive;  /* a directory without an archive, made if it is not there */
	struct schema schema; /* of the archive; its levels are not looked at if fit */
	bool fit;             /* choose a retention that fits the span, */
	bool fit_step;        /* and a step besides, which is then not looked at in the schema either */
	bool strict;          /* stop at the first line or frame that cannot be read */
	bool dedup;
	int year;             /* of the first stamp without one, in every source; 0: find out */
	int64_t boot_s;       /* of stamps that count from the boot; 0: find out */
	int64_t start_s, end_s; /* packets of the sources that are not in between are left out; 0: from the first, up to the last */
	uint8_t classes_by_port; /* as in struct slot_rules */
	struct ignore *ignore;   /* sealed; NULL for none */
	struct watchlist watch;  /* exact ports to follow */
	const char *onto;        /* an archive that comes along, of which the layout is taken; NULL for none */
	const char *retention;   /* with onto: as schema_parse_retention; NULL: that of onto */
	uint32_t sightings;      /* of a step at most; 0: none are recorded */
	uint64_t sightings_bytes;
	/* Called now and then; may be NULL. fraction: of the phase, below 0 if not known. False stops (-ECANCELED). */
	bool (*progress)(void *arg, bool is_counting, double fraction, uint64_t packets);
	void *progress_arg;
};

/* A line or frame that cannot be read. */
struct import_bad {
	unsigned source;
	uint64_t number;
	enum reading_reason reason;
	char text[100]; /* the front of the line, for people; "" of a frame */
};

struct import_source {
	const char *name; /* for people; borrowed from the request */
	char format[16];
	bool is_text;
	uint64_t items; /* lines or frames */
	uint64_t packets; /* of them, ignored ones included */
	uint64_t bad[READING_REASONS];
	uint64_t other;   /* neither packet nor bad */
	uint64_t dropped; /* another source had them too */
	uint64_t outside; /* the time that was asked for */
	int64_t first_us, last_us; /* of those that are not; 0 if there are none */
	char failure[512]; /* why it could not be read to its end; "" if it was */
};

struct import_gap {
	int64_t start_s, end_s;
};

/* Packets that stand alone, years from all others: see strays.h. */
struct import_stray {
	unsigned source;
	uint64_t number; /* of the first one's line or record */
	uint64_t packets;
	int64_t first_s, last_s;
	int64_t others_s; /* when the nearest of the others was, before or after */
};

/* CPU time of an import, in milliseconds. */
struct import_cost {
	int64_t reading;   /* and parsing, and keeping the records */
	int64_t making;    /* of the archive's files */
	int64_t counting;  /* and putting rows together, and sightings */
	int64_t finishing; /* writing what is left */
};

/* What was done. */
struct import_report {
	unsigned source_count;
	struct import_source *source;
	unsigned shown;
	struct import_bad bad[IMPORT_SHOWN];
	struct schema schema; /* of the archive */
	int64_t start_s, end_s; /* that it covers */
	uint64_t packets[SERIES_COUNT][CLASS_COUNT]; /* counted */
	const char *onto;       /* as in the request */
	uint64_t known_already; /* packets of time that it knows, left out */
	uint64_t reasons[SLOT_REASONS]; /* in time of the archive, not counted into any series */
	unsigned gap_count;
	unsigned stray_count;
	struct import_stray stray[IMPORT_STRAYS];
	struct import_gap *gap; /* between sources, more than a day long: unknown in the archive */
	struct import_cost cost;
	int64_t sightings_from_s; /* the oldest time that sightings.db has; 0 if there is none */
};

/* Does it. 0, or -errno with *why; the report says in both cases how far it came, and is to be freed. On failure no archive is left.
 * A source that is damaged is no failure unless strict, or unless nothing was read; one that is not there is. */
int import_run(const struct import_request *request, struct import_report *report, struct failure *why);
void import_report_fini(struct import_report *report);

#endif
