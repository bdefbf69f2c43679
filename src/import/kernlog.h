/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the netfilter LOG target as the kernel prints them (net/netfilter/nf_log_syslog.c), which ulogd2 LOGEMU, UFW, firewalld, Proxmox and Docker hosts write too: */
#ifndef IMPORT_KERNLOG_H
#define IMPORT_KERNLOG_H

#include <stddef.h>

#include "import/format.h"

/* The message alone, from the prefix on: "[UFW BLOCK] IN=eth0 OUT= ... PROTO=TCP SPT=1 DPT=2 ...". Leaves out->stamp alone. */
enum reading_status kernlog_parse_message(const char *message, size_t len, struct reading *out);

/* As struct format's parse. */
enum reading_status kernlog_parse(const char *line, size_t len, struct format_state *state, struct reading *out);

#endif
