/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the netfilter LOG target as the kernel prints them (net/netfilter/nf_log_syslog.c), which ulogd2 LOGEMU, UFW, firewalld,
 * Proxmox and Docker hosts write too:
 *
 *     Mar 17 06:25:01 host kernel: [12345.678901] [UFW BLOCK] IN=eth0 OUT= MAC=.. SRC=192.0.2.1 DST=198.51.100.2 .. PROTO=TCP SPT=1 ..
 */
#ifndef IMPORT_KERNLOG_H
#define IMPORT_KERNLOG_H

#include <stddef.h>

#include "import/format.h"

/* The message alone, from the prefix on: "[UFW BLOCK] IN=eth0 OUT= ... PROTO=TCP SPT=1 DPT=2 ...". Leaves out->stamp alone.
 * OTHER for all that is no message of a firewall, and for its ARP. BAD with CUT where the text ends before what must be known: addresses,
 * protocol, port or type, TCP's flags; with MALFORMED where the kernel says that the packet itself does. */
enum reading_status kernlog_parse_message(const char *message, size_t len, struct reading *out);

/* As struct format's parse. OTHER too for what a process has printed ("sshd[1]: ..."): only the kernel and ulogd are believed. */
enum reading_status kernlog_parse(const char *line, size_t len, struct format_state *state, struct reading *out);

#endif
