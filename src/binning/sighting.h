/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sighting: who sent packets to whom and where exactly, within one step. What the bins of a picture can't hold. */
#ifndef BINNING_SIGHTING_H
#define BINNING_SIGHTING_H

#include <stdint.h>

#include "packet/packet.h"

#define SIGHTING_RULE 65   /* a rule's prefix: at most 64 bytes of UTF-8 without control characters, and a NUL */
#define SIGHTING_RULES 256 /* different ones in a step, with the first and the last, which stand for none and for the rest */
#define SIGHTING_RULE_REST "(other rules)"

/* It lies in the ring (sample.h), so its layout is fixed for a version of the ring: native byte order, no padding but reserved.
 * Everything before tcp_flags tells one sighting from another; the rest is what was seen of it. */
struct sighting {
	uint8_t source[16];      /* network order; an IPv4 address in the first 4 bytes, the rest 0 */
	uint8_t destination[16]; /* likewise */
	uint16_t number; /* host order: the destination port; ICMP: type << 8 | code; else the IANA protocol number */
	uint8_t series;  /* enum series */
	uint8_t class;   /* enum packet_class */
	uint8_t rule;    /* which of the step's rules */
	uint8_t tcp_flags; /* those of all its packets */
	uint16_t reserved;
	uint32_t packets;
	uint32_t reserved2;
	uint64_t hash; /* of all that tells it apart, keyed */
};

/* What stands as its number. */
static inline uint16_t sighting_number(const struct packet *packet)
{
	if (packet->series < SERIES_WITH_PORTS)
		return packet->destination_port;
	if (packet->series <= SERIES_ICMP6)
		return (uint16_t)(packet->icmp_type << 8 | packet->icmp_code);
	return packet->protocol;
}

/* The sightings of one step, from every lane, each once. */
struct sighting_step {
	int64_t start_s; /* since 1970 */
	int64_t end_s;
	unsigned count;
	const struct sighting *sighting; /* with exact counts; a uniform sample of all that there were if some were left out */
	const char (*rule)[SIGHTING_RULE]; /* SIGHTING_RULES of them; rule[0] is "", for a rule without prefix */
	uint64_t packets_left_out;   /* packets of the step that are in none of these sightings; 0: these are all there were */
	uint64_t sightings_left_out; /* how many sightings they were, estimated */
};

#endif
