/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every text format needs to make a struct packet of its fields: addresses, protocol names, and from them series and class by
 * the same rules as the decoder of stage packet. Pure; buffers need no NUL. */
#ifndef IMPORT_PACKET_TEXT_H
#define IMPORT_PACKET_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "import/reading.h"
#include "packet/packet.h"

/* An address as text, IPv4 or IPv6 in any spelling of RFC 4291 (the kernel prints all 8 groups), without zone or brackets. Fills 16
 * bytes as in struct packet and returns 4 or 6, or 0 if it is none. */
unsigned text_address(const char *text, size_t len, uint8_t address[16]);

/* A decimal number of at most max, all of the text; false if it is none. */
bool text_number(const char *text, size_t len, uint32_t max, uint32_t *number);

/* The same of a port, host byte order. */
bool text_port(const char *text, size_t len, uint16_t *port);

/* A protocol as its IANA number or name in any case: "TCP" "UDP" "UDPLITE" "SCTP" "DCCP" "ICMP" "ICMPv6" "IPv6-ICMP" "AH" "ESP" "GRE"
 * "IGMP" ... -1 if unknown. */
int text_protocol(const char *text, size_t len);

/* What a text source tells of a packet. */
struct packet_fields {
	unsigned version; /* of both addresses: 4 or 6 */
	uint8_t source[16];
	uint8_t destination[16];
	uint8_t protocol; /* IANA number */
	bool has_ports;   /* it told a destination port */
	uint16_t source_port; /* 0 if it did not tell */
	uint16_t destination_port;
	bool has_flags;   /* it tells TCP flags; without them TCP is taken for a SYN */
	uint8_t tcp_flags;
	bool has_icmp;    /* it told an ICMP type */
	uint8_t icmp_type;
	uint8_t icmp_code;
	bool is_fragment;       /* any fragment */
	bool is_later_fragment; /* with an offset above 0: no ports, no type */
	bool link_broadcast;
};

/* Makes the packet that packet_decode would make of it. READING_PACKET, or READING_BAD with *reason NO_PORT where TCP or UDP have no
 * port, or ICMP no type, and it is no later fragment. Other protocols with ports are counted without them too: the kernel's log never
 * tells those of SCTP and DCCP. What a protocol does not have (ports of GRE, flags of UDP) is passed over. */
enum reading_status packet_of_fields(const struct packet_fields *fields, struct packet *packet, enum reading_reason *reason);

#endif
