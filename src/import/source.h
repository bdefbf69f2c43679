/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recorded source, a capture or lines of text, as a row of readings: opened, unpacked, its format found by its content. */
#ifndef IMPORT_SOURCE_H
#define IMPORT_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/fail.h"
#include "import/reading.h"

struct source;

/* format: a name of format.h, "pcap" (which pcapng is too), or "auto". -EINVAL for another name. */
int source_open(const char *name, const char *format, struct source **source, struct failure *why);
void source_close(struct source *source);

/* As input_ask. */
void source_ask(struct source *source, bool (*go_on)(void *arg), void *arg);

/* Whether there is a format of that name; -EINVAL with *why naming those there are. */
int source_check_format(const char *format, struct failure *why);

/* One line or frame. */
struct source_item {
	enum reading_status status;
	struct reading reading;
	const uint8_t *bytes; /* of the line or frame, valid until the next; NULL of a line that is too long */
	size_t len;
	uint64_t number; /* of the line or record, from 1 on */
};

/* 1, 0 at the end, or -errno with *why where the source can't be read on; what was read before counts. */
int source_next(struct source *source, struct source_item *item, struct failure *why);

const char *source_name(const struct source *source);   /* of the file, for people */
const char *source_format(const struct source *source); /* what it was found to be; "" if nothing was found yet */
bool source_is_text(const struct source *source);
int64_t source_written_s(const struct source *source);
double source_progress(const struct source *source); /* 0 to 1; below 0 if not known */

#endif
