/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packet's own text in a kernel LOG line, from its source address on; kernlog.c reads what stands before it. */
#ifndef IMPORT_KERNLOG_PACKET_H
#define IMPORT_KERNLOG_PACKET_H

#include <stddef.h>

#include "import/packet_text.h"

enum kernlog_seen {
	KERNLOG_DESTINATION = 1 << 0,
	KERNLOG_PROTOCOL = 1 << 1,
	KERNLOG_ESP = 1 << 2,        /* of IPv6, where it is no protocol */
	KERNLOG_FAULT = 1 << 3,      /* a value that cannot be read */
	KERNLOG_TRUNCATED = 1 << 4,  /* the packet is shorter than its headers say */
	KERNLOG_TCP = 1 << 5,        /* SEQ, WINDOW ... */
	KERNLOG_WINDOW = 1 << 6,
	KERNLOG_RES = 1 << 7,
	KERNLOG_FLAG = 1 << 8,
	KERNLOG_URGP = 1 << 9,
	KERNLOG_BEHIND = 1 << 10,    /* a word that stands behind those of TCP */
	KERNLOG_TORN = 1 << 11,      /* the line ends with a word that is none */
	KERNLOG_NESTED = 1 << 12,    /* now within [SRC= .. ] */
	KERNLOG_FRAGMENT = 1 << 13,  /* now behind a FRAG: whose offset is the next word */
};

struct kernlog_packet {
	const char *source; /* where its SRC= begins, in text; NULL if text ends in the front of another message */
	struct packet_fields fields;
	unsigned seen;             /* enum kernlog_seen */
	enum reading_reason fault; /* of the first value that cannot be read */
};

/* Reads "SRC=... DST=... PROTO=...". text begins with a SRC= that may be a lie: of several in a row that no bracket opens, the last
 * counts. */
void kernlog_packet_read(const char *text, size_t len, struct kernlog_packet *out);

/* What was read, as a packet; a broadcast if the caller has set that in read->fields. READING_PACKET or READING_BAD. */
enum reading_status kernlog_packet_finish(struct kernlog_packet *read, struct packet *packet, enum reading_reason *reason);

#endif
