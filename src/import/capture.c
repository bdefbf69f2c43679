/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Link layers, and where they say what they carry:
 *
 *     Ethernet        destination:48 source:48 type:16
 *     VLAN tag        tci:16 type:16, behind each type that is a tag's
 *     Linux cooked    packet_type:16 arphrd:16 address_len:16 address:64 type:16
 *     Linux cooked 2  type:16 reserved:16 ifindex:32 arphrd:16 packet_type:8 address_len:8 address:64
 *     BSD loopback    family:32, in the order of the machine that captured; LINKTYPE_LOOP: in network order
 *     NFLOG           see nfnl/nfmsg.h */
#include "import/capture.h"

#include <string.h>

#include "common/bytes.h"
#include "nfnl/nfmsg.h"

enum linktype {
	LINKTYPE_NULL = 0,
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_RAW_BSD = 12,     /* what raw IP was before it had a number of its own */
	LINKTYPE_RAW_OPENBSD = 14, /* likewise */
	LINKTYPE_RAW = 101,
	LINKTYPE_LOOP = 108,
	LINKTYPE_LINUX_SLL = 113,
	LINKTYPE_IPV4 = 228,
	LINKTYPE_IPV6 = 229,
	LINKTYPE_NFLOG = 239,
	LINKTYPE_LINUX_SLL2 = 276,
};

#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd
#define COOKED_BROADCAST 1 /* PACKET_BROADCAST of linux/if_packet.h */

static enum reading_status bad(struct reading *out, enum reading_reason reason)
{
	out->reason = reason;
	return READING_BAD;
}

static enum reading_status read_layer3(const uint8_t *at, size_t len, bool link_broadcast, struct reading *out)
{
	switch (packet_decode(at, len, &out->packet)) {
	case PACKET_OK:
		out->packet.link_broadcast = link_broadcast;
		return READING_PACKET;
	case PACKET_SHORT:
		return bad(out, READING_SHORT);
	case PACKET_MALFORMED:
		return bad(out, READING_MALFORMED);
	case PACKET_NOT_IP:
		return bad(out, READING_NOT_IP);
	}
	return bad(out, READING_MALFORMED);
}

static bool is_vlan_tag(unsigned type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/* What stands behind a type, which may be tags. */
static enum reading_status read_typed(struct bytes *b, unsigned type, bool link_broadcast, struct reading *out)
{
	while (is_vlan_tag(type)) {
		bytes_u16(b);
		type = bytes_u16(b);
	}
	if (!b->ok)
		return bad(out, READING_SHORT);
	if (type != TYPE_IPV4 && type != TYPE_IPV6)
		return READING_OTHER;
	return read_layer3(b->at, bytes_left(b), link_broadcast, out);
}

static enum reading_status read_ethernet(struct bytes *b, struct reading *out)
{
	static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	const uint8_t *destination = bytes_take(b, 6);
	unsigned type;

	bytes_take(b, 6);
	type = bytes_u16(b);
	return read_typed(b, type, b->ok && memcmp(destination, broadcast, sizeof(broadcast)) == 0, out);
}

static enum reading_status read_cooked(struct bytes *b, struct reading *out)
{
	unsigned packet_type = bytes_u16(b), type;

	bytes_take(b, 12);
	type = bytes_u16(b);
	return read_typed(b, type, packet_type == COOKED_BROADCAST, out);
}

static enum reading_status read_cooked2(struct bytes *b, struct reading *out)
{
	unsigned type = bytes_u16(b), packet_type;

	bytes_take(b, 8);
	packet_type = bytes_u8(b);
	bytes_take(b, 9);
	return read_typed(b, type, packet_type == COOKED_BROADCAST, out);
}

/* AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS. */
static bool is_ip_family(unsigned family)
{
	return family == 2 || family == 10 || family == 24 || family == 28 || family == 30;
}

/* All families are below 256, so that one which looks like a multiple of 1 << 24 is turned round. */
static enum reading_status read_loopback(struct bytes *b, struct reading *out)
{
	uint32_t family = bytes_u32(b);

	if (!b->ok)
		return bad(out, READING_SHORT);
	if (!(family & 0xffffff))
		family >>= 24;
	return is_ip_family(family) ? read_layer3(b->at, bytes_left(b), false, out) : READING_OTHER;
}

/* As the daemon counts it: a rule may log with a copy range of 0. */
static enum reading_status read_nflog(const uint8_t *body, size_t len, struct reading *out)
{
	struct nfmsg msg;

	if (!nfmsg_parse(body, len, &msg))
		return bad(out, len < 4 ? READING_SHORT : READING_MALFORMED); /* struct nfgenmsg */
	if (msg.has_time)
		out->stamp = stamp_of(msg.time_s, msg.time_us);
	out->rule = msg.prefix;
	out->rule_len = msg.prefix_len;
	if (!msg.payload)
		return bad(out, READING_SHORT);
	return read_layer3(msg.payload, msg.payload_len, nfmsg_is_link_broadcast(&msg), out);
}

bool capture_knows(int linktype)
{
	switch (linktype) {
	case LINKTYPE_NULL:
	case LINKTYPE_ETHERNET:
	case LINKTYPE_RAW_BSD:
	case LINKTYPE_RAW_OPENBSD:
	case LINKTYPE_RAW:
	case LINKTYPE_LOOP:
	case LINKTYPE_LINUX_SLL:
	case LINKTYPE_IPV4:
	case LINKTYPE_IPV6:
	case LINKTYPE_NFLOG:
	case LINKTYPE_LINUX_SLL2:
		return true;
	default:
		return false;
	}
}

enum reading_status capture_parse(int linktype, const uint8_t *frame, size_t len, struct reading *out)
{
	struct bytes b = bytes_of(frame, len);

	out->stamp = (struct stamp){ .kind = STAMP_NONE };
	out->rule = NULL;
	out->rule_len = 0;
	switch (linktype) {
	case LINKTYPE_NFLOG:
		return read_nflog(frame, len, out);
	case LINKTYPE_ETHERNET:
		return read_ethernet(&b, out);
	case LINKTYPE_LINUX_SLL:
		return read_cooked(&b, out);
	case LINKTYPE_LINUX_SLL2:
		return read_cooked2(&b, out);
	case LINKTYPE_NULL:
	case LINKTYPE_LOOP:
		return read_loopback(&b, out);
	case LINKTYPE_RAW_BSD:
	case LINKTYPE_RAW_OPENBSD:
	case LINKTYPE_RAW:
	case LINKTYPE_IPV4:
	case LINKTYPE_IPV6:
		return read_layer3(frame, len, false, out);
	default:
		return READING_OTHER;
	}
}
