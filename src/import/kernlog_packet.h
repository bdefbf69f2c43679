/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packet's own text in a kernel LOG line, from its source address on; kernlog.c reads what stands before it. */
#ifndef IMPORT_KERNLOG_PACKET_H
#define IMPORT_KERNLOG_PACKET_H

#include <stddef.h>

#include "import/packet_text.h"

struct kernlog_packet {
	const char *source; /* where its SRC= begins, in text; NULL if text ends in the front of another message */
	struct packet_fields fields;
	unsigned seen;
	enum reading_reason fault; /* of the first value that cannot be read, if one was seen */
};

/* Reads "SRC=... DST=... PROTO=...". text begins with a SRC= that may be a lie: of several in a row that no bracket opens, the last
 * counts. */
void kernlog_packet_read(const char *text, size_t len, struct kernlog_packet *out);

/* What it is, all but link_broadcast, which the caller knows. READING_PACKET or READING_BAD. */
enum reading_status kernlog_packet_finish(struct kernlog_packet *read, struct packet *packet, enum reading_reason *reason);

#endif
