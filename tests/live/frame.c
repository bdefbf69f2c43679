/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame.h"

#include <netinet/in.h>
#include <string.h>

#define ETHERNET_BYTES 14
#define UDPLITE 136
#define DCCP 33

/* What grows while a frame is written, from layer 3 on. */
struct buffer {
	uint8_t *at;
	uint8_t *start;
};

static void put8(struct buffer *b, unsigned value)
{
	*b->at++ = (uint8_t)value;
}

static void put16(struct buffer *b, unsigned value)
{
	put8(b, value >> 8);
	put8(b, value);
}

static void put32(struct buffer *b, uint32_t value)
{
	put16(b, value >> 16);
	put16(b, value & 0xffff);
}

static void put_zeros(struct buffer *b, size_t n)
{
	memset(b->at, 0, n);
	b->at += n;
}

static void set16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* RFC 1071, unfolded; data of odd length only at the end. */
static uint32_t sum_bytes(uint32_t sum, const uint8_t *data, size_t len)
{
	for (; len > 1; data += 2, len -= 2)
		sum += (uint32_t)data[0] << 8 | data[1];
	return len ? sum + ((uint32_t)data[0] << 8) : sum;
}

static unsigned sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* RFC 3309: the bits reflected, the result little-endian. */
static uint32_t crc32c(const uint8_t *data, size_t len)
{
	uint32_t crc = 0xffffffffu;

	for (; len; data++, len--) {
		crc ^= *data;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
	}
	return ~crc;
}

static unsigned protocol_of(const struct plan_run *run)
{
	switch (run->kind) {
	case PLAN_TCP:
		return IPPROTO_TCP;
	case PLAN_UDP:
		return IPPROTO_UDP;
	case PLAN_UDPLITE:
		return UDPLITE;
	case PLAN_SCTP:
		return IPPROTO_SCTP;
	case PLAN_DCCP:
		return DCCP;
	case PLAN_ICMP:
		return run->version == 6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	case PLAN_IP:
	case PLAN_RAW:
		break;
	}
	return run->type;
}

static uint32_t sum_pseudo_header(const struct plan_packet *packet, size_t len)
{
	unsigned bytes = packet->run->version == 6 ? 16 : 4;
	uint32_t sum = (uint32_t)len + protocol_of(packet->run);

	sum = sum_bytes(sum, packet->source, bytes);
	return sum_bytes(sum, packet->destination, bytes);
}

static void put_tcp(struct buffer *b, const struct plan_packet *packet)
{
	put32(b, 0x66697265); /* sequence number */
	put32(b, packet->run->tcp_flags & 0x10 ? 1 : 0);
	put8(b, 5 << 4);
	put8(b, packet->run->tcp_flags);
	put16(b, 1024); /* window */
	put32(b, 0);
}

/* The header of the transport protocol with its payload of zeros. */
static void put_transport(struct buffer *b, const struct plan_packet *packet)
{
	const struct plan_run *run = packet->run;
	uint8_t *start = b->at;
	int checksum_at = 6;
	uint32_t crc;

	if (run->kind == PLAN_ICMP) {
		put8(b, run->type);
		put8(b, run->code);
		put_zeros(b, 6);
		checksum_at = 2;
	} else if (run->kind != PLAN_IP) {
		put16(b, packet->source_port);
		put16(b, packet->destination_port);
	}
	if (run->kind == PLAN_TCP) {
		put_tcp(b, packet);
		checksum_at = 16;
	} else if (run->kind == PLAN_UDP || run->kind == PLAN_UDPLITE) {
		put16(b, run->kind == PLAN_UDP ? 8 + run->payload_bytes : 0); /* 0: the checksum covers all */
		put16(b, 0);
	} else if (run->kind == PLAN_SCTP) {
		put_zeros(b, 8);
	} else if (run->kind == PLAN_DCCP) {
		put8(b, 4);          /* data offset, in words */
		put_zeros(b, 3);
		put8(b, 1);          /* a request, with long sequence numbers (RFC 4340) */
		put_zeros(b, 7);
	}
	put_zeros(b, run->payload_bytes);
	if (run->kind == PLAN_SCTP) {
		crc = crc32c(start, (size_t)(b->at - start));
		memcpy(start + 8, (uint8_t[]){ (uint8_t)crc, (uint8_t)(crc >> 8), (uint8_t)(crc >> 16), (uint8_t)(crc >> 24) }, 4);
	} else if (run->kind != PLAN_IP) {
		uint32_t sum = run->kind == PLAN_ICMP && run->version == 4 ? 0 : sum_pseudo_header(packet, (size_t)(b->at - start));

		set16(start + checksum_at, sum_fold(sum_bytes(sum, start, (size_t)(b->at - start))));
		if (run->kind == PLAN_UDP && start[6] == 0 && start[7] == 0)
			set16(start + 6, 0xffff);
	}
}

static void put_ipv4(struct buffer *b, const struct plan_packet *packet)
{
	const struct plan_run *run = packet->run;
	unsigned header = 20 + 4 * run->ip_option_words;
	uint8_t *start = b->at;

	put8(b, 4 << 4 | (run->ihl >= 0 ? (unsigned)run->ihl : header / 4));
	put8(b, 0);
	put16(b, 0);
	put16(b, 0x4650);
	put16(b, run->fragment_offset);
	put8(b, 61);
	put8(b, protocol_of(run));
	put16(b, 0);
	memcpy(b->at, packet->source, 4);
	memcpy(b->at + 4, packet->destination, 4);
	b->at += 8;
	memset(b->at, 1, header - 20); /* no-operation options */
	b->at += header - 20;
	put_transport(b, packet);
	set16(start + 2, run->total_length >= 0 ? (unsigned)run->total_length : (unsigned)(b->at - start));
	set16(start + 10, sum_fold(sum_bytes(0, start, header)));
}

/* One extension header (RFC 8200, 4302, 6275, 7401, 5533), as short as it can be. */
static void put_extension(struct buffer *b, const struct plan_run *run, uint8_t number, unsigned next)
{
	static const uint8_t padding[] = { 0, 1, 4, 0, 0, 0, 0 }; /* length 8, then PadN */

	put8(b, next);
	switch (number) {
	case 44:
		put8(b, 0);
		put16(b, run->fragment_offset << 3);
		put32(b, 0x66697265);
		break;
	case 51:
		put8(b, 4); /* in words less 2 */
		put_zeros(b, 22);
		break;
	case 43:
		put8(b, 0);
		put8(b, 4);
		put_zeros(b, 5); /* no segments left */
		break;
	case 135:
	case 139:
	case 140:
		put_zeros(b, 7);
		break;
	default:
		memcpy(b->at, padding, sizeof(padding));
		b->at += sizeof(padding);
	}
}

static void put_ipv6(struct buffer *b, const struct plan_packet *packet)
{
	const struct plan_run *run = packet->run;
	uint8_t *start = b->at;
	bool chain_ends = false;

	put32(b, 6u << 28);
	put16(b, 0);
	put8(b, run->extension_count ? run->extension[0] : protocol_of(run));
	put8(b, 61);
	memcpy(b->at, packet->source, 16);
	memcpy(b->at + 16, packet->destination, 16);
	b->at += 32;
	for (unsigned i = 0; i < run->extension_count && !chain_ends; i++) {
		chain_ends = run->extension[i] == 50 || run->extension[i] == 59;
		if (chain_ends)
			put_zeros(b, 16);
		else
			put_extension(b, run, run->extension[i],
			              i + 1 < run->extension_count ? run->extension[i + 1] : protocol_of(run));
	}
	if (!chain_ends)
		put_transport(b, packet);
	set16(start + 4, run->total_length >= 0 ? (unsigned)run->total_length : (unsigned)(b->at - start) - 40);
}

size_t frame_build(const struct frame_macs *macs, const struct plan_packet *packet, uint8_t out[FRAME_BYTES])
{
	const struct plan_run *run = packet->run;
	struct buffer b = { .at = out + ETHERNET_BYTES, .start = out + ETHERNET_BYTES };
	size_t len;

	if (run->broadcast)
		memset(out, 0xff, 6);
	else
		memcpy(out, macs->destination, 6);
	memcpy(out + 6, macs->source, 6);
	set16(out + 12, run->version == 6 ? 0x86dd : 0x0800);
	if (run->kind == PLAN_RAW) {
		memcpy(b.at, run->raw, run->raw_len);
		b.at += run->raw_len;
	} else if (run->version == 6) {
		put_ipv6(&b, packet);
	} else {
		put_ipv4(&b, packet);
	}
	len = (size_t)(b.at - b.start);
	if (run->cut_bytes >= 0 && (size_t)run->cut_bytes < len)
		len = (size_t)run->cut_bytes;
	return ETHERNET_BYTES + len;
}
