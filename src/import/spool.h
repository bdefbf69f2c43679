/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packets of all sources on disk between reading and counting, in a file without a name. Times are known, and the span that an
 * archive must cover, only when all has been read; and an archive takes no time twice, so what stood out of order is sorted here: runs of
 * records that are in order each, merged when they are read. Memory is the same for any number of records. */
#ifndef IMPORT_SPOOL_H
#define IMPORT_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/fail.h"
#include "import/stamp.h"
#include "packet/series.h"

/* Kinds of a record: a packet, or one that was not decoded, as enum slot_reason says. */
#define RECORD_PACKET 0
#define RECORD_REASON(reason) (1 + (reason))

struct record {
	int64_t at; /* timeline_order of its stamp; when read from the spool, microseconds since 1970 */
	uint8_t source[16]; /* as in struct packet */
	uint8_t destination[16];
	uint16_t number; /* as in struct sighting */
	uint16_t rule;   /* its place among the rules (rules.h) */
	uint8_t kind;
	uint8_t series;
	uint8_t class;
	uint8_t tcp_flags;
	uint64_t digest; /* of its line or frame, where duplicates are to be found; else 0 */
};

struct spool;

/* In the directory. Without has_digest that of a record is not kept. -ENOSPC, -EACCES ... with *why. */
int spool_open(const char *dir, bool has_digest, struct spool **spool, struct failure *why);
void spool_close(struct spool *spool);

/* Adds a record of a source, of which all are added before the next one's. */
int spool_add(struct spool *spool, unsigned source, enum stamp_kind kind, const struct record *record, struct failure *why);

/* Makes a time of an order, which it must keep: microseconds since 1970. */
typedef int64_t spool_time(void *arg, unsigned source, enum stamp_kind kind, int64_t order);

/* Nothing is added any more; reading begins with the oldest. */
int spool_rewind(struct spool *spool, spool_time *time, void *arg, struct failure *why);

/* After that and before the first is read: leaves out the records of a source that are not in [start_us, end_us), and adds their number. */
int spool_bound(struct spool *spool, unsigned source, int64_t start_us, int64_t end_us, uint64_t *left_out, struct failure *why);

/* The next record in the order of time, and which source it is of. 1, 0 at the end, -errno. */
int spool_next(struct spool *spool, struct record *record, unsigned *source, struct failure *why);

/* Times of the first and the last record of a source, after spool_rewind; false if it has none. */
bool spool_span(const struct spool *spool, unsigned source, int64_t *first_us, int64_t *last_us);

#endif
