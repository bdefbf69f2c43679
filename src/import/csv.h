/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comma-separated values (RFC 4180), one packet a line, with columns named in the first line:
 *
 *     time,source,protocol,port
 *     2013-03-03 21:53:59,192.0.2.7,TCP,1433
 *
 * Known columns, in any case and order, with _ or a blank or hyphen between words; others are passed over: time (also datetime, date,
 * timestamp), source (src, srcip, src_ip, source_ip, saddr, srcaddr, source_address; text or, for IPv4, the decimal number of the
 * address), destination (dst, dest, dstip, dst_ip, dest_ip, destination_ip, daddr, dstaddr, destination_address), protocol (proto), port
 * (dpt, dport, dstport, dst_port, dest_port, destination_port), source_port (spt, sport, srcport, src_port), type, code (ICMP), flags
 * (TCP, as "SYN ACK", "SA" or a number), rule (prefix). Of several that mean the same the first counts. time, source and protocol must be
 * there. A time is any that envelope_time of envelope.h reads. */
#ifndef IMPORT_CSV_H
#define IMPORT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "import/reading.h"

struct format_state;

enum csv_column {
	CSV_TIME,
	CSV_SOURCE,
	CSV_DESTINATION,
	CSV_PROTOCOL,
	CSV_PORT,
	CSV_SOURCE_PORT,
	CSV_TYPE,
	CSV_CODE,
	CSV_FLAGS,
	CSV_RULE,
};
#define CSV_COLUMNS 10
#define CSV_PLACES 64 /* columns that a line is read up to */

struct csv_columns {
	bool looked; /* the first line that is not empty went by: only that names columns, or any line of a log could */
	bool known;  /* it has named them */
	char separator; /* ',' ';' or '\t', whichever the header uses */
	uint8_t place[CSV_COLUMNS]; /* 1 for the first column; 0: not there */
};

/* Whether the line names columns, of which time, source and protocol must be there; fills them. */
bool csv_read_header(const char *line, size_t len, struct csv_columns *columns);

/* As struct format's parse. The first line, which names the columns, is OTHER, and so is every line of a source whose first one does not.
 * So are empty lines, and later ones that name columns anew: of files put one behind the other. An address of a missing destination is
 * all zero. */
enum reading_status csv_parse(const char *line, size_t len, struct format_state *state, struct reading *out);

#endif
