/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan of packets to send: one run a line, merged by time. knock.c has the grammar in its help text. */
#ifndef LIVE_PLAN_H
#define LIVE_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PLAN_RAW_BYTES 1500
#define PLAN_EXTENSIONS 8

enum plan_kind { PLAN_TCP, PLAN_UDP, PLAN_UDPLITE, PLAN_SCTP, PLAN_DCCP, PLAN_ICMP, PLAN_IP, PLAN_RAW };

/* Addresses that share a prefix; a fixed one has the full prefix length. */
struct plan_pool {
	uint8_t address[16]; /* network order; IPv4 in the first 4 bytes */
	unsigned prefix_bits;
};

struct plan_ports {
	enum { PORTS_FIXED, PORTS_EACH, PORTS_SHUFFLED, PORTS_RANDOM } how;
	uint16_t first;
	uint16_t last; /* may be below first: downwards */
	uint16_t *order; /* SHUFFLED: each port once; owned */
};

/* One line of a plan. */
struct plan_run {
	double at_us; /* of the next packet, from the start on */
	double every_us;
	uint64_t count;
	uint64_t sent;
	enum plan_kind kind;
	unsigned version; /* 4 or 6 */
	struct plan_pool source;
	struct plan_pool destination;
	struct plan_ports source_ports;
	struct plan_ports destination_ports;
	uint8_t tcp_flags;
	uint8_t type; /* ICMP type, or the protocol of PLAN_IP */
	uint8_t code;
	unsigned payload_bytes;
	unsigned extension_count; /* IPv6 */
	uint8_t extension[PLAN_EXTENSIONS]; /* next header numbers, in order */
	unsigned fragment_offset; /* in units of 8 bytes */
	unsigned ip_option_words;
	int ihl;          /* written into the header instead of the truth; -1 for the truth */
	int total_length; /* likewise */
	int cut_bytes;    /* layer 3 bytes that are sent; -1 for all */
	bool broadcast;   /* to ff:ff:ff:ff:ff:ff */
	uint16_t raw_len;
	uint8_t raw[PLAN_RAW_BYTES];
};

/* What varies from packet to packet in a run. */
struct plan_packet {
	const struct plan_run *run;
	uint8_t source[16];
	uint8_t destination[16];
	uint16_t source_port;
	uint16_t destination_port;
};

struct plan;

/* Reads a plan; NULL after a message on stderr that names the line. The seed decides every random choice. */
struct plan *plan_read(FILE *in, const char *name, uint64_t seed);
void plan_free(struct plan *plan);

/* When the next packet is due, in microseconds from the start; negative when there is none. */
double plan_next_us(const struct plan *plan);

/* Takes the next packet, which there must be; its run stays until the plan is freed. */
void plan_take(struct plan *plan, struct plan_packet *packet);

#endif
