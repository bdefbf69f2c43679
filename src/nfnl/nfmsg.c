/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram is a row of messages, each a header and a body; the body of a logged packet is a row of attributes. Every length
 * counts its own header, and the next one starts at the next multiple of 4:
 *
 *     struct nlmsghdr   len:32 type:16 flags:16 seq:32 pid:32
 *     struct nfgenmsg   family:8 version:8 res_id:16 (the group, network order)
 *     struct nlattr     len:16 type:16, value ...
 *
 * One inline walk with one switch: the cost of a packet is mostly here, and generic parsers, which fill a table of attributes
 * through a callback and look them up after, take several times as long. */
#include "nfnl/nfmsg.h"

#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include <linux/netlink.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>

#define TYPE_PACKET (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET)
#define USEC_MAX 999999u

/* Copies, because nothing but the kernel's good manners aligns what is read. */

static inline uint16_t host16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t host32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint16_t net16(const uint8_t *p)
{
	return be16toh(host16(p));
}

static inline uint32_t net32(const uint8_t *p)
{
	return be32toh(host32(p));
}

static inline uint64_t net64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

static inline void read_time(const uint8_t *value, struct nfmsg *out)
{
	uint64_t usec = net64(value + 8);

	out->time_s = net64(value);
	out->time_us = usec > USEC_MAX ? USEC_MAX : (uint32_t)usec;
	out->has_time = true;
}

/* False if the attribute is known and too short. */
static inline bool read_attribute(unsigned type, const uint8_t *value, size_t len, struct nfmsg *out)
{
	switch (type) {
	case NFULA_PACKET_HDR:
		if (len < sizeof(struct nfulnl_msg_packet_hdr))
			return false;
		out->hw_protocol = net16(value);
		out->hook = value[2];
		return true;
	case NFULA_MARK:
		if (len < 4)
			return false;
		out->mark = net32(value);
		return true;
	case NFULA_TIMESTAMP:
		if (len < sizeof(struct nfulnl_msg_packet_timestamp))
			return false;
		read_time(value, out);
		return true;
	case NFULA_IFINDEX_INDEV:
		if (len < 4)
			return false;
		out->indev = net32(value);
		return true;
	case NFULA_IFINDEX_OUTDEV:
		if (len < 4)
			return false;
		out->outdev = net32(value);
		return true;
	case NFULA_PAYLOAD:
		out->payload = value;
		out->payload_len = (uint32_t)len;
		return true;
	case NFULA_PREFIX:
		out->prefix = value;
		out->prefix_len = (uint16_t)(len && !value[len - 1] ? len - 1 : len);
		return true;
	case NFULA_SEQ:
		if (len < 4)
			return false;
		out->seq = net32(value);
		out->has_seq = true;
		return true;
	case NFULA_HWTYPE:
		if (len < 2)
			return false;
		out->hwtype = net16(value);
		return true;
	case NFULA_HWHEADER:
		out->hwheader = value;
		out->hwheader_len = (uint16_t)len;
		return true;
	default:
		return true;
	}
}

/* The attribute runs on behind what was kept: of a payload the rest is good. */
static void keep_payload(const uint8_t *attribute, size_t left, struct nfmsg *out)
{
	if ((host16(attribute + 2) & NLA_TYPE_MASK) == NFULA_PAYLOAD)
		read_attribute(NFULA_PAYLOAD, attribute + NLA_HDRLEN, left - NLA_HDRLEN, out);
}

/* Inline in both callers: a call a packet would be a tenth of its cost. may_be_cut is a constant in each. */
static inline __attribute__((always_inline)) bool read_body(const uint8_t *body, size_t left, bool may_be_cut, struct nfmsg *out)
{
	const uint8_t *at = body;

	*out = (struct nfmsg){ 0 };
	if (left < sizeof(struct nfgenmsg))
		return false;
	out->family = at[0];
	out->group = net16(at + 2);
	at += sizeof(struct nfgenmsg);
	left -= sizeof(struct nfgenmsg);

	while (left) {
		size_t len, step;

		if (left < NLA_HDRLEN)
			return may_be_cut;
		len = host16(at);
		if (len < NLA_HDRLEN)
			return false;
		if (len > left) {
			if (may_be_cut)
				keep_payload(at, left, out);
			return may_be_cut;
		}
		if (!read_attribute(host16(at + 2) & NLA_TYPE_MASK, at + NLA_HDRLEN, len - NLA_HDRLEN, out))
			return false;
		step = NLA_ALIGN(len);
		if (step > left) /* the last one may leave out its padding */
			break;
		at += step;
		left -= step;
	}
	return true;
}

bool nfmsg_parse(const void *buf, size_t len, struct nfmsg *out)
{
	return read_body(buf, len, true, out);
}

void nfmsg_walk_init(struct nfmsg_walk *walk, const void *buf, size_t len)
{
	static const uint8_t nothing;

	walk->at = buf ? buf : &nothing;
	walk->end = walk->at + (buf ? len : 0);
	walk->error = 0;
}

/* No end is what tells every later call. */
static enum nfmsg_status give_up(struct nfmsg_walk *walk)
{
	walk->end = NULL;
	return NFMSG_MALFORMED;
}

/* True if the message is an error; an acknowledgement is one with errno 0. Negative errnos are what the kernel sends. */
static bool read_error(struct nfmsg_walk *walk, const uint8_t *body)
{
	int error = (int)host32(body);

	walk->error = error > -INT_MAX && error < 0 ? -error : error ? EPROTO : 0;
	return walk->error != 0;
}

enum nfmsg_status nfmsg_next(struct nfmsg_walk *walk, struct nfmsg *out)
{
	while (walk->end && walk->at < walk->end) {
		const uint8_t *message = walk->at;
		size_t left = (size_t)(walk->end - message), len, step;

		if (left < NLMSG_HDRLEN)
			return give_up(walk);
		len = host32(message);
		if (len < NLMSG_HDRLEN || len > left)
			return give_up(walk);
		step = NLMSG_ALIGN(len);
		walk->at = step < left ? message + step : walk->end;

		switch (host16(message + 4)) {
		case TYPE_PACKET:
			if (!read_body(message + NLMSG_HDRLEN, len - NLMSG_HDRLEN, false, out))
				return give_up(walk);
			return NFMSG_PACKET;
		case NLMSG_ERROR:
			if (len < NLMSG_HDRLEN + sizeof(struct nlmsgerr))
				return give_up(walk);
			if (read_error(walk, message + NLMSG_HDRLEN))
				return NFMSG_ERROR;
			break;
		case NLMSG_OVERRUN:
			return NFMSG_OVERRUN;
		default: /* NLMSG_DONE closes a batch of several; what follows it, if anything, is still ours */
			break;
		}
	}
	return walk->end ? NFMSG_END : NFMSG_MALFORMED;
}
