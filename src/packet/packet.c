/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/packet.h"

#include "packet/decode.h"

enum packet_status packet_decode(const uint8_t *buf, size_t len, struct packet *out)
{
	struct cursor c = { .at = buf, .copied = len, .length = LENGTH_UNKNOWN };

	if (!len)
		return PACKET_SHORT;
	*out = (struct packet){ .version = buf[0] >> 4 };
	switch (out->version) {
	case 4:
		return decode_ipv4(&c, out);
	case 6:
		return decode_ipv6(&c, out);
	default:
		return PACKET_NOT_IP;
	}
}

const char *packet_status_name(enum packet_status status)
{
	switch (status) {
	case PACKET_OK:
		return "ok";
	case PACKET_SHORT:
		return "short";
	case PACKET_MALFORMED:
		return "malformed";
	case PACKET_NOT_IP:
		return "not_ip";
	}
	return "unknown";
}
