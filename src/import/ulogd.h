/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of ulogd2's JSON output (output/ulogd_output_JSON.c), one object each, its keys those of the plugins before it in the stack, in
 * the spelling of common information models where they have one:
 *
 *     {"timestamp": "2024-03-17T06:25:01.123456+0100", "oob.prefix": "drop ", "oob.time.sec": 1710653101, "oob.time.usec": 123456,
 *      "oob.family": 2, "ip.protocol": 6, "ip.fragoff": 16384, "src_ip": "192.0.2.1", "dest_ip": "198.51.100.2", "src_port": 1234,
 *      "dest_port": 22, "tcp.syn": 1, "tcp.ack": 0, ...}
 *
 * also ip.saddr.str and ip.daddr.str (ip.saddr, ip.daddr), tcp.sport, udp.dport and so on, as other stacks name the same.
 *
 * ip.fragoff is the IPv4 header's whole word in host order: three flags (0x2000: more fragments), then the offset in units of 8 bytes.
 * ip6.fragoff is in bytes and has no flags; it stands in every fragment, so a first one cannot be told from an atomic one (RFC 6946) and
 * is taken for a fragment. ulogd2 writes "ports" of later IPv4 fragments, out of their payload: they are passed over. Of later IPv6
 * fragments it leaves ip.protocol out, which ip6.nexthdr tells. A chain of extension headers that it could not follow has neither: BAD.
 *
 * A record that a stack has labelled ("action": "allowed") is OTHER, as are those of connections. */
#ifndef IMPORT_ULOGD_H
#define IMPORT_ULOGD_H

#include <stddef.h>

#include "import/format.h"

/* As struct format's parse. Only with jansson. */
enum reading_status ulogd_parse(const char *line, size_t len, struct format_state *state, struct reading *out);

#endif
