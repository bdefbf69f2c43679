/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The front of a log line, which is the same whatever the message is: priority, time, host, program. Pure; no NUL is needed.
 *
 *     <6>Mar 17 06:25:01 host kernel: [12345.678901] message   BSD syslog (RFC 3164), also without priority, host, program, uptime
 *     2024-03-17T06:25:01.123456+01:00 host kernel: message    ISO 8601, RFC 3339; also "2024-03-17 06:25:01"; with a zone or none
 *     <134>1 2024-03-17T06:25:01.123Z host app 123 - - message RFC 5424
 *     [12345.678901] message                                   dmesg
 *     [12345.678901 <    0.000123>] [   T12] message           dmesg -d, of a kernel that tells who called printk
 *     kern  :warn  : [12345.678901] message                    dmesg -x
 *     6,1234,12345678901,-;message                             /dev/kmsg
 *     [Sun Mar 17 06:25:01 2024] message                       dmesg -T
 *     Sun 2024-03-17 06:25:01 CET host kernel: message         journalctl -o short-full
 *     1710653101.123456 host kernel: message                   journalctl -o short-unix
 *     [   12.345678] host kernel: message                      journalctl -o short-monotonic
 *     0 3 PVEFW-HOST-IN 20/Jun/2022:13:09:14 +0200 message     Proxmox: VM, level, chain
 *     Sun Mar 17 06:25:01 2024 kern.warn kernel: [5.678901] message   OpenWrt's logread
 *     kern.log.1:Mar 17 06:25:01 host kernel: message          any of them behind the name that grep put there
 *
 * Dates may also be "Mar 17 2024", "2024 Mar 17" and "17/Mar/2024:"; a fraction of a second stands behind a point or a comma. A zone is Z,
 * +01:00, +0100, -05, UTC or GMT; other names tell nothing. Days a month has not, or 25:61:61, are no time; second 60 is.
 */
#ifndef IMPORT_ENVELOPE_H
#define IMPORT_ENVELOPE_H

#include <stddef.h>

#include "import/stamp.h"

struct envelope {
	struct stamp stamp;  /* kind STAMP_NONE if no time was found */
	const char *program; /* "kernel", "filterlog", "ulogd"; without [pid] and colon; borrowed; NULL if none */
	size_t program_len;
	const char *message; /* what stands behind it, blanks at its front and the kernel's own [uptime] left out; borrowed */
	size_t message_len;
	const char *front; /* what stands between the time and the message: host, program ..., for formats that know better; borrowed */
	size_t front_len;
};

/* Splits a line. Whatever it does not know is message, so that a line cut at its front may still hold a packet. The first word behind
 * the time is the host if it looks like one, save where the kernel itself wrote the line; "word:" behind the host is the program, but
 * not right in front of IN= or OUT=, where it is a rule. */
void envelope_parse(const char *line, size_t len, struct envelope *out);

/* A date and time that stands at the front of text, in any form of the above without its brackets; a bare number of 10 digits (with
 * a fraction or not), 13, 16 or 19 is seconds, ms, us or ns since 1970. Returns the bytes it took, 0 if there is none: *stamp is of kind
 * STAMP_NONE then. A letter, a digit or one of + - . / behind it makes it none. */
size_t envelope_time(const char *text, size_t len, struct stamp *stamp);

#endif
