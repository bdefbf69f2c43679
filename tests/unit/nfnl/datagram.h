/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Netlink datagrams for the tests, put together as the kernel builds them. */
#ifndef TESTS_NFNL_DATAGRAM_H
#define TESTS_NFNL_DATAGRAM_H

#include <arpa/inet.h>
#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>

#include <cmocka.h>

#define TYPE_PACKET (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET)

/* A datagram as the kernel builds it. message is where the open message begins. */
struct datagram {
	uint8_t bytes[4096];
	size_t len, message;
};

static inline void put(struct datagram *d, const void *bytes, size_t len)
{
	assert_true(d->len + len <= sizeof(d->bytes));
	memcpy(d->bytes + d->len, bytes, len);
	d->len += len;
}

static inline void pad(struct datagram *d)
{
	while (d->len % 4)
		put(d, "", 1);
}

static inline void set_message_len(struct datagram *d, uint32_t len)
{
	memcpy(d->bytes + d->message, &len, sizeof(len));
}

static inline void begin_message(struct datagram *d, uint16_t type)
{
	struct nlmsghdr header = { .nlmsg_len = sizeof(header), .nlmsg_type = type };

	pad(d);
	d->message = d->len;
	put(d, &header, sizeof(header));
}

static inline void begin_packet(struct datagram *d, uint8_t family, uint16_t group)
{
	struct nfgenmsg body = { .nfgen_family = family, .version = NFNETLINK_V0, .res_id = htons(group) };

	begin_message(d, TYPE_PACKET);
	put(d, &body, sizeof(body));
	set_message_len(d, (uint32_t)(d->len - d->message));
}

/* The attribute's padding counts to the message, as it does in the kernel. */
static inline void put_attribute(struct datagram *d, uint16_t type, const void *value, size_t len)
{
	struct nlattr header = { .nla_len = (uint16_t)(sizeof(header) + len), .nla_type = type };

	put(d, &header, sizeof(header));
	put(d, value, len);
	pad(d);
	set_message_len(d, (uint32_t)(d->len - d->message));
}

static inline void put_u32(struct datagram *d, uint16_t type, uint32_t value)
{
	uint32_t wire = htonl(value);

	put_attribute(d, type, &wire, sizeof(wire));
}

static inline void put_error(struct datagram *d, int error)
{
	struct nlmsgerr body = { .error = error };

	begin_message(d, NLMSG_ERROR);
	put(d, &body, sizeof(body));
	set_message_len(d, (uint32_t)(d->len - d->message));
}

static const uint8_t ethernet[14] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 0 };
static const uint8_t payload[6] = { 0x45, 0, 0, 40, 0, 1 };

/* All that the kernel sends with a packet logged on input: with the attributes we read, those we don't. */
static inline void put_whole_packet(struct datagram *d, uint32_t seq)
{
	struct nfulnl_msg_packet_hdr header = { .hw_protocol = htons(0x0800), .hook = 1 };
	struct nfulnl_msg_packet_timestamp time = { .sec = htobe64(1795490000), .usec = htobe64(123456) };
	struct nfulnl_msg_packet_hw hardware = { .hw_addrlen = htons(6) };
	uint16_t hwtype = htons(1), hwlen = htons(14);
	static const uint8_t vlan[16] = { 6, 0, 1, 0, 0x81, 0, 0, 0, 6, 0, 2, 0, 0, 42 };

	begin_packet(d, AF_INET, 100);
	put_attribute(d, NFULA_PACKET_HDR, &header, sizeof(header));
	put_attribute(d, NFULA_PREFIX, "in: ", 5);
	put_u32(d, NFULA_IFINDEX_INDEV, 3);
	put_u32(d, NFULA_MARK, 0x12345678);
	put_attribute(d, NFULA_HWADDR, &hardware, sizeof(hardware));
	put_attribute(d, NFULA_HWTYPE, &hwtype, sizeof(hwtype));
	put_attribute(d, NFULA_HWLEN, &hwlen, sizeof(hwlen));
	put_attribute(d, NFULA_HWHEADER, ethernet, sizeof(ethernet));
	put_attribute(d, NFULA_TIMESTAMP, &time, sizeof(time));
	put_u32(d, NFULA_UID, 1000);
	put_u32(d, NFULA_SEQ, seq);
	put_attribute(d, NLA_F_NESTED | NFULA_VLAN, vlan, sizeof(vlan));
	put_attribute(d, 999, "?", 1);
	put_attribute(d, NFULA_PAYLOAD, payload, sizeof(payload));
}

#endif
