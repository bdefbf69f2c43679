/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NFLOG datagrams: a pure parser from the bytes that recv(2) gave to views of each logged packet.
 * Wire format: linux/netlink.h, linux/netfilter/nfnetlink.h, linux/netfilter/nfnetlink_log.h. Netlink headers and attribute
 * headers are in host order and aligned to 4; the values of NFULA_* are in network order. */
#ifndef NFNL_NFMSG_H
#define NFNL_NFMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* One logged packet. The pointers borrow from the datagram and end with it. All numbers are in host order. */
struct nfmsg {
	const uint8_t *payload;  /* NFULA_PAYLOAD, from layer 3 on; NULL if the message has none */
	const uint8_t *prefix;   /* NFULA_PREFIX without the NUL; not NUL-terminated, any bytes; NULL if none */
	const uint8_t *hwheader; /* NFULA_HWHEADER, the link-layer header; NULL if none */
	uint32_t payload_len;
	uint16_t prefix_len;
	uint16_t hwheader_len;
	uint64_t time_s; /* NFULA_TIMESTAMP, seconds since 1970, if has_time */
	uint32_t time_us;
	uint32_t seq; /* NFULA_SEQ, counts the messages of the group, if has_seq */
	uint32_t mark;
	uint32_t indev;  /* interface index, 0 if none */
	uint32_t outdev; /* interface index, 0 if none */
	uint16_t group;       /* nfgenmsg.res_id */
	uint16_t hw_protocol; /* ethertype, 0 if none */
	uint16_t hwtype;      /* ARPHRD_*, 0 if none */
	uint8_t family;       /* AF_INET, AF_INET6, AF_BRIDGE, ... (nfgenmsg.nfgen_family) */
	uint8_t hook;
	bool has_seq;
	bool has_time;
};

/* Whether the packet came to the link layer's broadcast address, as far as the message tells. */
static inline bool nfmsg_is_link_broadcast(const struct nfmsg *msg)
{
	static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	return msg->hwheader && msg->hwheader_len >= sizeof(broadcast) && memcmp(msg->hwheader, broadcast, sizeof(broadcast)) == 0;
}

/* Reads the body of one message: a struct nfgenmsg and attributes, which is also what a LINKTYPE_NFLOG capture holds for each
 * packet. A capture may have kept only its first len bytes, so an attribute that runs on behind them is left out, and of a payload
 * that does, the rest is given. False if a length lies in another way, or a known attribute is too short. Lengths and types of
 * attributes are in host order here too: libpcap turns those of a capture from elsewhere. */
bool nfmsg_parse(const void *buf, size_t len, struct nfmsg *out);

enum nfmsg_status {
	NFMSG_PACKET,  /* *out holds the next logged packet */
	NFMSG_END,     /* the datagram holds no more */
	NFMSG_ERROR,   /* NLMSG_ERROR with an error; nfmsg_walk.error holds the errno */
	NFMSG_OVERRUN, /* NLMSG_OVERRUN */
	NFMSG_MALFORMED, /* a length that lies; the rest of the datagram can't be read */
};

#define NFMSG_KNOWN 17 /* attributes */
#define NFMSG_HEADS 16 /* of a message, more are never compared */

/* Where the attributes of a message lie in its body. */
struct nfmsg_layout {
	unsigned heads; /* before the payload, if that comes last and this can be compared with another message; else 0 */
	struct {
		uint32_t at;
		uint32_t bytes;
	} head[NFMSG_HEADS];
	uint32_t value[NFMSG_KNOWN]; /* by type; 0 if it has none */
};

/* The place in one datagram. */
struct nfmsg_walk {
	const uint8_t *at;
	const uint8_t *end;
	int error;
	struct nfmsg_layout layout; /* of the message before */
};

/* buf holds len bytes from one recv(2); no alignment is needed. */
void nfmsg_walk_init(struct nfmsg_walk *walk, const void *buf, size_t len);

/* Steps to the next logged packet. Messages of other kinds and unknown attributes are passed over; an attribute that is known
 * and shorter than its type is MALFORMED. An acknowledgement (NLMSG_ERROR with 0) and NLMSG_DONE are passed over too. After END or
 * MALFORMED every further call says the same; *out is complete only on PACKET. */
enum nfmsg_status nfmsg_next(struct nfmsg_walk *walk, struct nfmsg *out);

#endif
