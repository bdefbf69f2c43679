/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the firewall log of MikroTik RouterOS, behind a syslog front or as /log print shows them:
 *
 *     firewall,info PREFIX input: in:ether1 out:(unknown 0), connection-state:new src-mac 02:00:00:00:00:01, proto TCP (SYN),
 *         192.0.2.1:1234->198.51.100.2:22, len 60                                                         (one line)
 *     forward: in:ether1 out:bridge, proto ICMP (type 8, code 0), 192.0.2.1->198.51.100.2, len 84
 *     forward: in:<pppoe-user> out:ether1, connection-state:established,snat proto UDP, 192.0.2.1:1->198.51.100.2:53,
 *         NAT (192.0.2.1:1->203.0.113.9:1)->198.51.100.2:53, prio 0->1, len 60
 *     input: in:ether1 out:(unknown 0), proto TCP (SYN), [2001:db8::1]:1234->[2001:db8::2]:22, len 80     2001:db8::1->... without ports
 *     input: in:ether1 out:(unknown 0), proto 47, 192.0.2.1->198.51.100.2, len 60
 *
 * What stands between the interfaces and "proto" differs by version (marks, states, fasttrack, with or without commas) and is passed over.
 * The addresses are those before NAT. The rule is the prefix, or the chain if there is none. A line does not say whether the packet was
 * dropped: the prefix does, to whoever wrote it. Only the chains srcnat and dstnat, where nothing is dropped, are OTHER. Of fragments
 * nothing is told. Where TCP and UDP have no ports, and ICMP no type, they are later fragments.
 *
 * Times besides those of envelope.h: "mar/17/2024 06:25:01", "mar/17 06:25:01".
 * https://help.mikrotik.com/docs/spaces/ROS/pages/328094/Log */
#ifndef IMPORT_MIKROTIK_H
#define IMPORT_MIKROTIK_H

#include <stddef.h>

#include "import/format.h"

/* As struct format's parse. */
enum reading_status mikrotik_parse(const char *line, size_t len, struct format_state *state, struct reading *out);

#endif
