/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/target.h"

#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/escape.h"
#include "plot/typestrip.h"

static const char *const protocols[] = {
	[TARGET_TCP] = "tcp", [TARGET_UDP] = "udp", [TARGET_ICMP] = "icmp", [TARGET_ICMP6] = "icmp6", [TARGET_IP] = "ip",
};

const char *target_protocol(target_code target)
{
	return protocols[target_kind(target)];
}

const char *target_format(target_code target, char buf[TARGET_TEXT])
{
	enum target_kind kind = target_kind(target);
	bool has_code = kind == TARGET_ICMP || kind == TARGET_ICMP6;
	unsigned number = target_number(target);

	if (has_code)
		snprintf(buf, TARGET_TEXT, "%s/%u/%u", protocols[kind], number >> 8 & 0xff, number & 0xff);
	else
		snprintf(buf, TARGET_TEXT, "%s/%u", protocols[kind], number & 0xffff);
	return buf;
}

static const char *protocol_name(unsigned number, char buf[TARGET_NAME])
{
	const struct protoent *protocol = getprotobynumber((int)number);

	if (!protocol)
		return "";
	escape_bytes(protocol->p_name, strlen(protocol->p_name), buf, TARGET_NAME);
	return buf;
}

const char *target_name(target_code target, const struct services *services, char buf[TARGET_NAME])
{
	unsigned number = target_number(target);
	const char *name = NULL;

	switch (target_kind(target)) {
	case TARGET_TCP:
	case TARGET_UDP:
		name = services_name(services, number);
		break;
	case TARGET_ICMP:
		name = typestrip_name(SERIES_ICMP4, (int)(number >> 8));
		break;
	case TARGET_ICMP6:
		name = typestrip_name(SERIES_ICMP6, (int)(number >> 8));
		break;
	case TARGET_IP:
		return protocol_name(number, buf);
	}
	return name ? name : "";
}
