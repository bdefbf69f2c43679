/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One captured frame of a pcap or pcapng file, from its link layer on. Pure. Link types: https://www.tcpdump.org/linktypes.html */
#ifndef IMPORT_CAPTURE_H
#define IMPORT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "import/reading.h"

/* Whether frames of a LINKTYPE_ value can be read: NFLOG (239), Ethernet (1) and Linux cooked v1 (113) and v2 (276), all with VLAN tags,
 * raw IP (101, 12, 14, 228, 229), BSD loopback (0, 108). */
bool capture_knows(int linktype);

/* Reads a frame of which len bytes were kept. What NFLOG has in host order must be in that of this machine: libpcap turns it; the family
 * of the loopback is understood in either order. With NFLOG the prefix becomes the rule and its own time stamp, if there is one, the
 * stamp; else the stamp is left at STAMP_NONE for the caller, who knows the record's. OTHER for frames that are no IP by their own type
 * (ARP, IEEE 802.3 ...) and for link types that are not known; BAD with MALFORMED, SHORT or NOT_IP as packet_decode says, so that what
 * NFLOG captured is counted as the daemon would have, and SHORT where too little was kept to know. */
enum reading_status capture_parse(int linktype, const uint8_t *frame, size_t len, struct reading *out);

#endif
