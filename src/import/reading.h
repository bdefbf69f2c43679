/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a parser of recorded sources makes of one line or one captured frame. */
#ifndef IMPORT_READING_H
#define IMPORT_READING_H

#include <stddef.h>
#include <stdint.h>

#include "import/stamp.h"
#include "packet/packet.h"

enum reading_status {
	READING_PACKET, /* a packet */
	READING_OTHER,  /* whole, and no packet of a firewall: another program's line, an ARP frame, a passed packet */
	READING_BAD,    /* should be a packet, and cannot be read: reading.reason says why */
};

/* Why a line or frame cannot be read. */
enum reading_reason {
	READING_NO_TIME,     /* no time stamp, or none that is known */
	READING_NO_CLOCK,    /* a time on the first day of 1970: the clock was not set */
	READING_NO_ADDRESS,  /* source or destination is missing, or is no address */
	READING_NO_PROTOCOL, /* missing, or neither a number nor a known name */
	READING_NO_PORT,     /* TCP, UDP ... without a destination port from 0 to 65535, and no later fragment; ICMP without type */
	READING_CUT,         /* ends in the middle */
	READING_SYNTAX,      /* not what the format prescribes: quotes, columns, braces */
	READING_MALFORMED,   /* a captured packet whose lengths lie (PACKET_MALFORMED) */
	READING_SHORT,       /* a captured packet of which too little was kept (PACKET_SHORT) */
	READING_NOT_IP,      /* a packet that NFLOG should have given from layer 3 on, and is no IP (PACKET_NOT_IP) */
	READING_TOO_LONG,    /* a line of more bytes than any format has */
};
#define READING_REASONS 11

struct reading {
	struct stamp stamp;   /* on PACKET; and on BAD as far as it could be read, else kind STAMP_NONE */
	struct packet packet; /* on PACKET: complete, as packet_decode would fill it from the packet itself */
	const uint8_t *rule;  /* the rule's prefix as the source has it, any bytes, not NUL-terminated; borrowed from what was parsed */
	size_t rule_len;      /* 0 if there is none */
	enum reading_reason reason; /* on BAD */
};

/* For people: "no time stamp", "no source or destination address" ...; static. */
const char *reading_reason_text(enum reading_reason reason);

#endif
