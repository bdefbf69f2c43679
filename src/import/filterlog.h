/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the filterlog of OPNsense and pfSense: a syslog front (program filterlog), then comma-separated fields:
 *
 *     rule number,sub rule,anchor,tracker or label,interface,reason,action,direction,
 *       4,tos,ecn,ttl,id,offset,flags,protocol number,protocol name,length,source,destination,
 *       6,class,flow label,hop limit,protocol name,protocol number,length,source,destination,
 *         source port,destination port,data length,flags,...              TCP, without the flags UDP; pfSense also SCTP
 *         request,id,sequence  reply,...  unreachport,...                  ICMP of pfSense: words
 *         datalength=N,type,code,id,sequence,mtu                           ICMP and ICMPv6 of newer OPNsense: keywords of pf.conf(5)
 *         datalength=N                                                     all else; older OPNsense ICMP too
 *         advertise,ttl,vhid,version,skew,base                             CARP
 *
 * Offset is in bytes; "+" among the flags means that more fragments follow. A packet that is longer than its copy has one more field
 * behind the version. The other order of protocol name and number is read in both versions.
 *
 * action: block (and reject) are packets; pass, match, scrub, nat, rdr and the rest are OTHER. The rule is the tracker (pfSense: the
 * number under which a rule is shown and edited, which stays when rules are moved) or label (OPNsense: its rule id, which the live view
 * links to), else the rule number. Where a line does not tell an ICMP type, or the ports of a protocol other than TCP and UDP, the packet
 * counts as other4 or other6. So does, from pfSense, what follows an IPv6 extension header.
 *
 * https://docs.netgate.com/pfsense/en/latest/monitoring/raw-filter-log-format.html
 * https://github.com/opnsense/ports/blob/master/opnsense/filterlog/files/description.txt */
#ifndef IMPORT_FILTERLOG_H
#define IMPORT_FILTERLOG_H

#include <stddef.h>

#include "import/format.h"

/* As struct format's parse. */
enum reading_status filterlog_parse(const char *line, size_t len, struct format_state *state, struct reading *out);

#endif
