/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/slot.h"

#include <math.h>
#include <string.h>

#include "binning/fold.h"
#include "binning/watchset.h"

#define SOURCE_BITS 11 /* log2 of SLOT_SOURCE_REGS */

uint32_t slot_size(unsigned bins)
{
	size_t size = sizeof(struct slot) + (size_t)SERIES_WITH_PORTS * bins * sizeof(uint32_t);

	return (uint32_t)((size + 63) & ~(size_t)63);
}

/* Full avalanche over 16 bytes in two multiplications. */
static uint64_t hash_source(const uint8_t source[16], uint64_t key)
{
	uint64_t high, low;

	memcpy(&high, source, sizeof(high));
	memcpy(&low, source + 8, sizeof(low));
	return fold(fold(high ^ key, low ^ UINT64_C(0x9e3779b97f4a7c15)) ^ key, UINT64_C(0xd6e8feb86659fd93));
}

/* HyperLogLog: the register that the low bits choose keeps the longest run of zeros among the others. */
static void count_source(struct slot *slot, uint64_t hash)
{
	uint8_t *reg = &slot->sources[hash & (SLOT_SOURCE_REGS - 1)];
	uint8_t run = (uint8_t)(__builtin_ctzll(hash >> SOURCE_BITS | UINT64_C(1) << (64 - SOURCE_BITS)) + 1);

	if (run > *reg)
		*reg = run;
}

void slot_add_packet(struct slot *slot, const struct slot_rules *rules, const struct packet *packet)
{
	slot->packets[packet->series][packet->class]++;
	count_source(slot, hash_source(packet->source, rules->source_key));
	if (packet->series < SERIES_WITH_PORTS) {
		if (rules->classes_by_port >> packet->class & 1) {
			slot->ports[packet->series * rules->bins + portbin_of(&rules->portbin, packet->destination_port)]++;
			if (rules->watch)
				watchset_count(rules->watch, slot, packet);
		}
	} else if (packet->series <= SERIES_ICMP6) {
		slot->icmp[packet->series - SERIES_ICMP4][packet->icmp_type]++;
	}
}

void slot_add_reason(struct slot *slot, enum slot_reason reason, uint32_t n)
{
	uint32_t *count = &slot->reasons[reason];

	*count = *count > UINT32_MAX - n ? UINT32_MAX : *count + n;
}

static void add_counts(uint32_t *into, const uint32_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		into[i] += from[i];
}

void slot_merge(struct slot *into, const struct slot *from, unsigned bins)
{
	into->watch_mask |= from->watch_mask;
	add_counts(&into->packets[0][0], &from->packets[0][0], SERIES_COUNT * CLASS_COUNT);
	add_counts(into->reasons, from->reasons, SLOT_REASONS);
	add_counts(into->watch, from->watch, SLOT_WATCHED);
	add_counts(&into->icmp[0][0], &from->icmp[0][0], 2 * 256);
	add_counts(into->ports, from->ports, (size_t)SERIES_WITH_PORTS * bins);
	for (unsigned i = 0; i < SLOT_SOURCE_REGS; i++)
		if (from->sources[i] > into->sources[i])
			into->sources[i] = from->sources[i];
}

/* How many registers have each value. Most of a slot that few sent to is zeros. */
static void count_registers(const struct slot *slot, unsigned count[256])
{
	uint64_t eight;

	memset(count, 0, 256 * sizeof(count[0]));
	for (unsigned i = 0; i < SLOT_SOURCE_REGS; i += sizeof(eight)) {
		memcpy(&eight, slot->sources + i, sizeof(eight));
		if (eight == 0)
			count[0] += sizeof(eight);
		else
			for (unsigned k = 0; k < sizeof(eight); k++)
				count[slot->sources[i + k]]++;
	}
}

/* Flajolet et al. 2007: the harmonic mean, and linear counting while registers are empty, where it is the better one. */
double slot_sources(const struct slot *slot)
{
	const double m = SLOT_SOURCE_REGS;
	double sum = 0, estimate;
	unsigned count[256];

	count_registers(slot, count);
	for (int i = 0; i < 256; i++)
		if (count[i])
			sum += count[i] * ldexp(1, -i);
	estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum;
	if (count[0] && estimate <= 2.5 * m)
		estimate = m * log(m / count[0]);
	return round(estimate);
}
