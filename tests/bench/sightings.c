/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills a file of sightings with random sources until it has dropped a quarter of its bound, and measures it.
 *
 *     sightings FILE MAX_BYTES tcp4|tcp6 PER_STEP
 *
 * prints a line: CPU ms that adding a step took when the file was full, the most milliseconds one took, CPU seconds to read all, bytes
 * of the file, sightings in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "archive/sightings.h"
#include "packet/packet.h"

#define PER_STEP_MOST 65536
#define SCANS 3

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t random_word(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

/* One in ten has more than a packet; destinations are those of a /24 or a /120. */
static void fill(struct sighting *sighting, unsigned count, enum series series)
{
	size_t length = series == SERIES_TCP6 ? 16 : 4;

	memset(sighting, 0, count * sizeof(*sighting));
	for (unsigned i = 0; i < count; i++) {
		struct sighting *s = &sighting[i];

		for (unsigned at = 0; at < length; at++)
			s->source[at] = (uint8_t)(random_word() >> 32);
		memcpy(s->destination, (const uint8_t[]){ 0x20, 1, 0xd, 0xb8 }, 4);
		s->destination[length - 1] = (uint8_t)(random_word() >> 32);
		s->number = (uint16_t)(random_word() >> 32);
		s->series = (uint8_t)series;
		s->tcp_flags = PACKET_SYN;
		s->rule = (uint8_t)(random_word() >> 32) & 3;
		s->packets = random_word() >> 32 & 7 ? 1 : (uint32_t)(random_word() >> 32) % 1000 + 1;
	}
}

static void bail_out(const struct failure *why)
{
	fprintf(stderr, "sightings: %s\n", why->text);
	exit(1);
}

static void add_until_full(struct sightings *sightings, uint64_t max_bytes, unsigned per_step, enum series series)
{
	static const char rules[SIGHTING_RULES][SIGHTING_RULE] = { "", "drop in: ", "drop fwd: ", "drop out: " };
	static struct sighting sighting[PER_STEP_MOST];
	struct sighting_step step = { .start_s = 1700000000, .count = per_step, .sighting = sighting, .rule = rules };
	unsigned full = (unsigned)(max_bytes / per_step / (series == SERIES_TCP6 ? 40 : 16));
	double cpu = 0, most = 0;
	struct failure why;

	for (unsigned i = 0; i < full + full / 4; i++, step.start_s = step.end_s) {
		double began, began_cpu, took;

		fill(sighting, per_step, series);
		step.end_s = step.start_s + 10;
		began = seconds(CLOCK_MONOTONIC);
		began_cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
		if (sightings_add(sightings, 1, &step, &why))
			bail_out(&why);
		took = seconds(CLOCK_MONOTONIC) - began;
		if (i >= full) {
			cpu += seconds(CLOCK_PROCESS_CPUTIME_ID) - began_cpu;
			most = took > most ? took : most;
		}
	}
	printf("%.3f %.0f ", cpu / (full / 4) * 1e3, most * 1e3);
}

static int count_packets(void *arg, const struct sightings_row *row)
{
	*(uint64_t *)arg += row->sighting.packets;
	return 0;
}

static void read_all(const char *path)
{
	double least = 1e9;
	struct sightings *sightings;
	struct sightings_facts facts;
	struct failure why;
	uint64_t packets = 0;

	for (unsigned i = 0; i < SCANS; i++) {
		double began = seconds(CLOCK_PROCESS_CPUTIME_ID), took;

		if (sightings_open_read(path, &sightings, &why) ||
		    sightings_walk(sightings, 0, INT64_MAX, 0xff, count_packets, &packets, &why))
			bail_out(&why);
		took = seconds(CLOCK_PROCESS_CPUTIME_ID) - began;
		least = took < least ? took : least;
		if (i + 1 == SCANS && sightings_facts(sightings, &facts, &why))
			bail_out(&why);
		sightings_close(sightings);
	}
	printf("%.3f %llu %llu\n", least, (unsigned long long)facts.bytes, (unsigned long long)facts.rows);
}

int main(int argc, char **argv)
{
	struct sightings *sightings;
	struct failure why;
	enum series series;
	unsigned per_step = argc == 5 ? (unsigned)atoi(argv[4]) : 0;
	uint64_t max_bytes = argc == 5 ? strtoull(argv[2], NULL, 10) : 0;

	if (per_step == 0 || per_step > PER_STEP_MOST || !series_by_name(argv[3], &series)) {
		fprintf(stderr, "usage: sightings FILE MAX_BYTES tcp4|tcp6 PER_STEP\n");
		return 2;
	}
	if (sightings_open(argv[1], max_bytes, &sightings, &why))
		bail_out(&why);
	add_until_full(sightings, max_bytes, per_step, series);
	sightings_close(sightings);
	read_all(argv[1]);
	return 0;
}
