/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a sighting went within its host: a port of TCP or UDP, a type and code of ICMP, or a protocol alone. The same port over IPv4
 * and IPv6 is one target. */
#ifndef TOOL_TARGET_H
#define TOOL_TARGET_H

#include <stdint.h>

#include "binning/sighting.h"
#include "packet/series.h"
#include "tool/services.h"

enum target_kind { TARGET_TCP, TARGET_UDP, TARGET_ICMP, TARGET_ICMP6, TARGET_IP };

/* Kind << 16 | number; their order is that of the kinds, then of the numbers. */
typedef uint32_t target_code;

static inline target_code target_of(const struct sighting *sighting)
{
	static const uint8_t kinds[SERIES_COUNT] = {
		[SERIES_TCP4] = TARGET_TCP,   [SERIES_UDP4] = TARGET_UDP,     [SERIES_TCP6] = TARGET_TCP,  [SERIES_UDP6] = TARGET_UDP,
		[SERIES_ICMP4] = TARGET_ICMP, [SERIES_ICMP6] = TARGET_ICMP6, [SERIES_OTHER4] = TARGET_IP, [SERIES_OTHER6] = TARGET_IP,
	};

	return (target_code)kinds[sighting->series] << 16 | sighting->number;
}

static inline enum target_kind target_kind(target_code target)
{
	return (enum target_kind)(target >> 16);
}

static inline unsigned target_number(target_code target)
{
	return target & 0xffff;
}

/* "tcp" "udp" "icmp" "icmp6" "ip"; static. */
const char *target_protocol(target_code target);

/* "tcp/22", "icmp/3/1" (type and code), "ip/47" (protocol number). Returns buf. */
#define TARGET_TEXT 16
const char *target_format(target_code target, char buf[TARGET_TEXT]);

/* What people call it: the port's service, the type of ICMP, the protocol; "" if it has no name. Escaped where it comes from a file
 * that people edit. Returns buf, or what lives as long as services. */
#define TARGET_NAME 40
const char *target_name(target_code target, const struct services *services, char buf[TARGET_NAME]);

#endif
