/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One rejected packet, decoded: the currency between every source of packets and the counting. */
#ifndef PACKET_PACKET_H
#define PACKET_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/series.h"

/* TCP flags as in the header's byte 13 (RFC 9293). */
#define PACKET_FIN 0x01
#define PACKET_SYN 0x02
#define PACKET_RST 0x04
#define PACKET_PSH 0x08
#define PACKET_ACK 0x10
#define PACKET_URG 0x20

struct packet {
	uint8_t source[16];      /* network order; an IPv4 address in the first 4 bytes, the rest 0 */
	uint8_t destination[16]; /* likewise */
	uint16_t source_port;      /* host order, if has_ports */
	uint16_t destination_port; /* host order, if has_ports */
	uint8_t series;   /* enum series */
	uint8_t class;    /* enum packet_class */
	uint8_t version;  /* 4 or 6 */
	uint8_t protocol; /* IANA number, behind all extension headers; 59 (no next header) if there is none; of a later
			   * IPv6 fragment that of the first header that was fragmented */
	uint8_t tcp_flags; /* 0 if not TCP, or cut off by a fragment */
	uint8_t icmp_type; /* if series is SERIES_ICMP4 or SERIES_ICMP6 */
	uint8_t icmp_code;
	bool has_ports;      /* TCP UDP UDP-Lite SCTP DCCP, first or only fragment */
	bool is_fragment;    /* any fragment, the first one too; not an atomic one (RFC 6946), which is whole */
	bool link_broadcast; /* the link-layer destination was ff:ff:ff:ff:ff:ff; the caller knows, the decoder sets false */
};

enum packet_status {
	PACKET_OK,
	PACKET_SHORT,     /* well formed as far as it goes: the copy ends before what must be read */
	PACKET_MALFORMED, /* no copy could make it right: a length field lies, a header is cut off by the packet's own length */
	PACKET_NOT_IP,    /* the version is neither 4 nor 6 */
};

/* Decodes layer 3 on from buf, which may hold only the first len bytes of the packet. Pure; *out is complete on OK, undefined
 * otherwise. A shorter copy of the same packet gives the same answer or SHORT. Where the kernel's own aggregation leaves the
 * length out (an IPv4 total length or, before TCP and UDP, an IPv6 payload length of 0) it is taken for unknown. */
enum packet_status packet_decode(const uint8_t *buf, size_t len, struct packet *out);

/* The sentence-free name of a status for counters: "ok" "short" "malformed" "not_ip". */
const char *packet_status_name(enum packet_status status);

#endif
