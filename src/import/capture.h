/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One captured frame of a pcap or pcapng file, from its link layer on. Pure. Link types: https://www.tcpdump.org/linktypes.html */
#ifndef IMPORT_CAPTURE_H
#define IMPORT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "import/reading.h"

/* Whether frames of a LINKTYPE_ value can be read: NFLOG (239), Ethernet (1) with VLAN tags, Linux cooked v1 (113) and v2 (276), raw IP
 * (101, 12, 14, 228, 229), BSD loopback (0, 108). */
bool capture_knows(int linktype);

/* Reads a frame of which len bytes were kept. swapped: the file was written by a machine of the other byte order, which matters for what is
 * in host order: NFLOG's attributes and the loopback's family. With NFLOG the prefix becomes the rule and its own time stamp, if there is
 * one, the stamp; else the stamp is left at STAMP_NONE for the caller, who knows the record's. OTHER for frames that are no IP by their
 * own type (ARP ...); BAD with MALFORMED, SHORT or NOT_IP as packet_decode says, so that the daemon would have counted it. */
enum reading_status capture_parse(int linktype, bool swapped, const uint8_t *frame, size_t len, struct reading *out);

#endif
