/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP flags as text sources write them. Pure. */
#ifndef IMPORT_TCP_FLAGS_H
#define IMPORT_TCP_FLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names in any case with blanks, commas, bars or plus signs between them ("SYN,ACK", "fin psh"), letters (F S R P A U E C W: "SA"; a
 * dot is an ACK, as in tcpdump), or the header's byte as a number ("18", "0x12"). Empty text is a packet without flags. False if it is
 * none of them. */
bool text_tcp_flags(const char *text, size_t len, uint8_t *flags);

#endif
