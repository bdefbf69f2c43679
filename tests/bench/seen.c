/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills the sightings.db of an archive until it has reached its bound and drops the oldest, so that reading a full one can be
 * measured without waiting for weeks.
 *
 *     seen ARCHIVE flood|mix [BYTES] [SEED]     prints start, end, sightings, and seconds that the writing took
 *
 * flood: 1,024 a step (the most by default), each from an address of its own. mix: 300 a step of 5,000 sources, few of which send
 * most, to 16 addresses, half of it to few ports and half to all; in four a hundred IPv6. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "archive/sightings.h"
#include "packet/packet.h"
#include "packet/series.h"

#define STEP_S 10
#define BATCH 32
#define FLOOD 1024
#define MIX 300
#define SOURCES 5000
#define START_S 1767225600 /* 2026-01-01 */

static uint64_t random_state;

/* xorshift64* */
static uint64_t random_bits(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 2685821657736338717u;
}

static unsigned random_below(unsigned n)
{
	return (unsigned)((random_bits() >> 32) * n >> 32);
}

static void set_address(uint8_t *address, bool is_v6, uint64_t number)
{
	if (is_v6)
		memcpy(address, "\x20\x01\x0d\xb8", 4);
	memcpy(address + (is_v6 ? 8 : 0), &number, is_v6 ? 8 : 4);
}

static void draw_flood(struct sighting *sighting)
{
	sighting->series = SERIES_TCP4;
	set_address(sighting->source, false, random_bits() >> 32);
	memcpy(sighting->destination, "\xc0\x00\x02\x01", 4);
	sighting->number = (uint16_t)random_below(65536);
	sighting->packets = 1;
}

/* The n-th of them comes about 1 / n as often as the first. */
static unsigned draw_source(void)
{
	return (unsigned)pow(SOURCES, (double)(random_bits() >> 11) / 9007199254740992.0) - 1;
}

static void draw_mix(struct sighting *sighting)
{
	static const uint16_t ports[] = { 23, 22, 445, 3389, 80, 8080, 443, 5060, 1433, 6379, 2323, 5555 };
	unsigned kind = random_below(100), source = draw_source();
	bool is_v6 = kind < 4;

	sighting->series = is_v6 ? SERIES_TCP6 : kind < 20 ? SERIES_UDP4 : kind < 25 ? SERIES_ICMP4 : SERIES_TCP4;
	set_address(sighting->source, is_v6, (source + 1) * 2654435761u);
	memcpy(sighting->destination, is_v6 ? "\x20\x01\x0d\xb8" : "\xc0\x00\x02", is_v6 ? 4 : 3);
	sighting->destination[is_v6 ? 15 : 3] = (uint8_t)random_below(16);
	sighting->number = kind % 2 ? ports[random_below(sizeof(ports) / sizeof(ports[0]))] : (uint16_t)random_below(65536);
	if (sighting->series == SERIES_ICMP4)
		sighting->number = 8 << 8;
	sighting->packets = 1 + random_below(4);
	sighting->rule = (uint8_t)(1 + random_below(3));
}

static void draw_step(struct sighting_step *step, struct sighting *sightings, bool is_flood, int64_t start_s)
{
	*step = (struct sighting_step){ .start_s = start_s, .end_s = start_s + STEP_S, .count = is_flood ? FLOOD : MIX,
		                        .sighting = sightings, .packets_left_out = is_flood ? 99000 : 0,
		                        .sightings_left_out = is_flood ? 99000 : 0 };
	memset(sightings, 0, step->count * sizeof(*sightings));
	for (unsigned i = 0; i < step->count; i++) {
		if (is_flood)
			draw_flood(&sightings[i]);
		else
			draw_mix(&sightings[i]);
		sightings[i].class = CLASS_PROBE;
		sightings[i].tcp_flags = sightings[i].series == SERIES_TCP4 || sightings[i].series == SERIES_TCP6 ? PACKET_SYN : 0;
	}
}

static int fill(const char *path, struct sightings *file, bool is_flood, uint64_t bytes, int64_t *at_s, struct failure *why)
{
	static const char rules[SIGHTING_RULES][SIGHTING_RULE] = { "", "input", "forward", "input-v6" };
	static struct sighting sightings[BATCH][FLOOD];
	struct sighting_step steps[BATCH];
	unsigned at_bound = 0;
	struct stat st;
	int err = 0;

	while (err == 0 && at_bound < 100) {
		for (unsigned i = 0; i < BATCH; i++, *at_s += STEP_S) {
			draw_step(&steps[i], sightings[i], is_flood, *at_s);
			steps[i].rule = rules;
		}
		err = sightings_add(file, BATCH, steps, why);
		at_bound += stat(path, &st) == 0 && (uint64_t)st.st_size + bytes / 64 > bytes;
	}
	return err;
}

int main(int argc, char **argv)
{
	bool is_flood = argc > 2 && strcmp(argv[2], "flood") == 0;
	uint64_t bytes = argc > 3 ? strtoull(argv[3], NULL, 0) : 256u << 20;
	struct sightings_facts facts = { 0 };
	struct sightings *file = NULL;
	struct failure why = { "" };
	int64_t at_s = START_S;
	struct timespec from, to;
	char path[4096];
	int err;

	if (argc < 3 || (!is_flood && strcmp(argv[2], "mix") != 0)) {
		fputs("usage: seen ARCHIVE flood|mix [BYTES] [SEED]\n", stderr);
		return 2;
	}
	random_state = argc > 4 ? strtoull(argv[4], NULL, 0) | 1 : 1;
	snprintf(path, sizeof(path), "%s/" SIGHTINGS_FILE, argv[1]);
	clock_gettime(CLOCK_MONOTONIC, &from);
	err = sightings_open(path, bytes, &file, &why);
	if (err == 0)
		err = fill(path, file, is_flood, bytes, &at_s, &why);
	clock_gettime(CLOCK_MONOTONIC, &to);
	sightings_close(file);
	file = NULL;
	if (err == 0)
		err = sightings_open_read(path, &file, &why);
	if (err == 0)
		err = sightings_facts(file, &facts, &why);
	sightings_close(file);
	if (err) {
		fprintf(stderr, "seen: %s\n", why.text);
		return 1;
	}
	printf("%lld %lld %llu %.2f\n", (long long)facts.oldest_s, (long long)at_s, (unsigned long long)facts.rows,
	       (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	return 0;
}
