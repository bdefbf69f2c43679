/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The eight series that everything is counted in, and the three classes. */
#ifndef PACKET_SERIES_H
#define PACKET_SERIES_H

#include <stdbool.h>

/* The first SERIES_WITH_PORTS are counted by destination port, ICMP by type, the rest as one number. */
enum series {
	SERIES_TCP4,
	SERIES_UDP4,
	SERIES_TCP6,
	SERIES_UDP6,
	SERIES_ICMP4,
	SERIES_ICMP6,
	SERIES_OTHER4, /* other protocols, and later fragments, which have no ports */
	SERIES_OTHER6,
};
#define SERIES_COUNT 8
#define SERIES_WITH_PORTS 4

enum packet_class {
	CLASS_PROBE,       /* TCP with neither ACK nor RST, any UDP, ICMP requests, all other protocols */
	CLASS_BACKSCATTER, /* SYN+ACK, RST, ICMP replies and errors: answers to packets with our address as forged source */
	CLASS_LATE,        /* other TCP with ACK: the tail of a connection the firewall has forgotten */
};
#define CLASS_COUNT 3

/* "tcp4" ... "other6"; static. */
const char *series_name(enum series series);
bool series_by_name(const char *name, enum series *series);

/* The version of its addresses: 4 or 6. */
static inline unsigned series_version(enum series series)
{
	const unsigned v4 = 1u << SERIES_TCP4 | 1u << SERIES_UDP4 | 1u << SERIES_ICMP4 | 1u << SERIES_OTHER4;

	return v4 >> series & 1 ? 4 : 6;
}

/* "probe" "backscatter" "late"; static. */
const char *class_name(enum packet_class class);
bool class_by_name(const char *name, enum packet_class *class);

/* Whether packets of this series can be of this class at all (UDP is never late). */
bool series_has_class(enum series series, enum packet_class class);

#endif
