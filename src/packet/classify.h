/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which series and class a packet belongs to, for the decoders and for whoever has its fields from elsewhere. */
#ifndef PACKET_CLASSIFY_H
#define PACKET_CLASSIFY_H

#include "packet/packet.h"

enum ip_protocol { /* IANA, "Assigned Internet Protocol Numbers" */
	IP_HOPOPTS = 0,
	IP_ICMP = 1,
	IP_TCP = 6,
	IP_UDP = 17,
	IP_DCCP = 33,
	IP_ROUTING = 43,
	IP_FRAGMENT = 44,
	IP_AH = 51,
	IP_ICMPV6 = 58,
	IP_DSTOPTS = 60,
	IP_SCTP = 132,
	IP_MOBILITY = 135,
	IP_UDPLITE = 136,
	IP_HIP = 139,
	IP_SHIM6 = 140,
};

/* Sets series and class by version, protocol, tcp_flags and icmp_type. Not for later fragments. */
void packet_classify(struct packet *packet);

/* Likewise for what is counted by neither port nor type: a later fragment, or a protocol that is not known. */
void packet_classify_other(struct packet *packet);

#endif
