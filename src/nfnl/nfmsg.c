/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram is a row of messages, each a header and a body; the body of a logged packet is a row of attributes. Every length
 * counts its own header, and the next one starts at the next multiple of 4:
 *
 *     struct nlmsghdr   len:32 type:16 flags:16 seq:32 pid:32
 *     struct nfgenmsg   family:8 version:8 res_id:16 (the group, network order)
 *     struct nlattr     len:16 type:16, value ...
 *
 * The cost of a packet is mostly here. The messages of a datagram mostly differ in their values alone, so where the attributes
 * of one were is where those of the next are looked for first: comparing their headers is less than half the work of the walk,
 * in which each waits for the length of the one before. */
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

/* ---- where the values are ---- */

/* Of the attributes that are known, the least that a value may hold. */
static const uint8_t least[NFMSG_KNOWN] = {
	[NFULA_PACKET_HDR] = sizeof(struct nfulnl_msg_packet_hdr),
	[NFULA_MARK] = 4,
	[NFULA_TIMESTAMP] = sizeof(struct nfulnl_msg_packet_timestamp),
	[NFULA_IFINDEX_INDEV] = 4,
	[NFULA_IFINDEX_OUTDEV] = 4,
	[NFULA_SEQ] = 4,
	[NFULA_HWTYPE] = 2,
};
_Static_assert(NFULA_HWHEADER == NFMSG_KNOWN - 1, "the last attribute that is known");

/* False if a length lies or a known attribute is too short. Of a body that may be cut, whatever is whole is found, and of the payload also
 * what there is of it. */
static bool find_values(const uint8_t *body, size_t len, bool may_be_cut, struct nfmsg_layout *layout)
{
	unsigned heads = 0, type = 0;
	size_t size;

	*layout = (struct nfmsg_layout){ .heads = 0 };
	for (size_t at = sizeof(struct nfgenmsg); at < len; at += NLA_ALIGN(size)) { /* the last one may leave out its padding */
		if (len - at < NLA_HDRLEN)
			return may_be_cut;
		size = host16(body + at);
		type = host16(body + at + 2) & NLA_TYPE_MASK;
		if (size < NLA_HDRLEN)
			return false;
		if (size > len - at && (!may_be_cut || type != NFULA_PAYLOAD))
			return may_be_cut;
		if (type < NFMSG_KNOWN) {
			if (size - NLA_HDRLEN < least[type])
				return false;
			layout->value[type] = (uint32_t)at + NLA_HDRLEN;
		}
		if (heads < NFMSG_HEADS) {
			layout->head[heads].at = (uint32_t)at;
			layout->head[heads].bytes = host32(body + at);
		}
		heads++;
	}
	/* The payload is where messages differ in length; the kernel puts it last. */
	if (type == NFULA_PAYLOAD && heads <= NFMSG_HEADS)
		layout->heads = heads - 1;
	return true;
}

/* Whether find_values would find the same. */
static inline bool is_laid_out_so(const struct nfmsg_layout *layout, const uint8_t *body, size_t len)
{
	size_t payload, size;

	if (!layout->heads || len < layout->value[NFULA_PAYLOAD])
		return false;
	for (unsigned i = 0; i < layout->heads; i++)
		if (host32(body + layout->head[i].at) != layout->head[i].bytes)
			return false;
	payload = layout->value[NFULA_PAYLOAD] - NLA_HDRLEN;
	size = host16(body + payload);
	return (host16(body + payload + 2) & NLA_TYPE_MASK) == NFULA_PAYLOAD && size >= NLA_HDRLEN && size <= len - payload &&
	       NLA_ALIGN(size) >= len - payload;
}

/* ---- values ---- */

static inline size_t value_len(const uint8_t *value)
{
	return host16(value - NLA_HDRLEN) - (size_t)NLA_HDRLEN;
}

static inline void read_views(const uint8_t *body, size_t len, const uint32_t *at, struct nfmsg *out)
{
	if (at[NFULA_PAYLOAD]) {
		size_t left = len - at[NFULA_PAYLOAD], size = value_len(body + at[NFULA_PAYLOAD]);

		out->payload = body + at[NFULA_PAYLOAD];
		out->payload_len = (uint32_t)(size < left ? size : left);
	}
	if (at[NFULA_PREFIX]) {
		size_t size = value_len(body + at[NFULA_PREFIX]);

		out->prefix = body + at[NFULA_PREFIX];
		out->prefix_len = (uint16_t)(size && !out->prefix[size - 1] ? size - 1 : size);
	}
	if (at[NFULA_HWHEADER]) {
		out->hwheader = body + at[NFULA_HWHEADER];
		out->hwheader_len = (uint16_t)value_len(out->hwheader);
	}
}

static inline void read_time(const uint8_t *value, struct nfmsg *out)
{
	uint64_t usec = net64(value + 8);

	out->time_s = net64(value);
	out->time_us = usec > USEC_MAX ? USEC_MAX : (uint32_t)usec;
	out->has_time = true;
}

static inline void read_numbers(const uint8_t *body, const uint32_t *at, struct nfmsg *out)
{
	if (at[NFULA_TIMESTAMP])
		read_time(body + at[NFULA_TIMESTAMP], out);
	if (at[NFULA_SEQ]) {
		out->seq = net32(body + at[NFULA_SEQ]);
		out->has_seq = true;
	}
	if (at[NFULA_PACKET_HDR]) {
		out->hw_protocol = net16(body + at[NFULA_PACKET_HDR]);
		out->hook = body[at[NFULA_PACKET_HDR] + 2];
	}
	if (at[NFULA_MARK])
		out->mark = net32(body + at[NFULA_MARK]);
	if (at[NFULA_IFINDEX_INDEV])
		out->indev = net32(body + at[NFULA_IFINDEX_INDEV]);
	if (at[NFULA_IFINDEX_OUTDEV])
		out->outdev = net32(body + at[NFULA_IFINDEX_OUTDEV]);
	if (at[NFULA_HWTYPE])
		out->hwtype = net16(body + at[NFULA_HWTYPE]);
}

/* may_be_cut is a constant in both callers. The layout is that of a message before, if it has one, and this one's afterwards. */
static inline __attribute__((always_inline)) bool read_body(const uint8_t *body, size_t len, bool may_be_cut,
                                                            struct nfmsg_layout *layout, struct nfmsg *out)
{
	if (len < sizeof(struct nfgenmsg))
		return false;
	if (!is_laid_out_so(layout, body, len) && !find_values(body, len, may_be_cut, layout))
		return false;
	*out = (struct nfmsg){ .family = body[0], .group = net16(body + 2) };
	read_views(body, len, layout->value, out);
	read_numbers(body, layout->value, out);
	return true;
}

bool nfmsg_parse(const void *buf, size_t len, struct nfmsg *out)
{
	struct nfmsg_layout layout = { .heads = 0 };

	return read_body(buf, len, true, &layout, out);
}

void nfmsg_walk_init(struct nfmsg_walk *walk, const void *buf, size_t len)
{
	static const uint8_t nothing;

	walk->at = buf ? buf : &nothing;
	walk->end = walk->at + (buf ? len : 0);
	walk->error = 0;
	walk->layout.heads = 0;
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
			if (!read_body(message + NLMSG_HDRLEN, len - NLMSG_HDRLEN, false, &walk->layout, out))
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
