/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What it costs to make an archive of the past in bulk, and beside it what the daemon's way costs: an archive whose files are made
 * whole, and then updated through the ring. Files go below DIR and are removed.
 *
 *     bulk DIR        prints a line for each: CPU-s in all, of making, adding and finishing, and us a step
 *
 * sparse: 65 days of which every third step has one packet or two. dense: 10,000 packets in every step. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/bulk.h"
#include "archive/create.h"
#include "archive/writer.h"

#define START 1700006400
#define STEP 10
#define DAY 86400
#define RING_SLOTS 64
#define FLUSH_STEPS 30
#define CROWDED 16
#define CROWD 10000 /* packets */

static struct schema schema;
static struct slot_rules rules;
static struct slot *slot; /* of the step that is being made */
static struct slot *crowded[CROWDED]; /* dense steps are made beforehand: making them costs far more than what is measured */
static uint64_t random_state = 1;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((random_state >> 33) % n);
}

/* Half to a few ports, half to all of them, seven in ten over TCP and IPv4. */
static void add_packet(void)
{
	struct packet packet = { .series = SERIES_TCP4, .class = CLASS_PROBE };
	uint32_t source = random_below(20000), kind = random_below(100);

	memcpy(packet.source, &source, sizeof(source));
	if (kind >= 70)
		packet.series = kind < 90 ? SERIES_UDP4 : kind < 95 ? SERIES_TCP6 : kind < 97 ? SERIES_UDP6 : SERIES_ICMP4;
	packet.icmp_type = 8;
	packet.destination_port = (uint16_t)(random_below(2) ? random_below(65536) : random_below(200));
	slot_add_packet(slot, &rules, &packet);
}

static void fill_slot(unsigned packets)
{
	memset(slot, 0, slot_size(rules.bins));
	while (packets--)
		add_packet();
}

static struct slot *new_slot(void)
{
	slot = calloc(1, slot_size(rules.bins));
	if (!slot)
		exit(1);
	return slot;
}

/* The counts of step i, which are none if it is NULL. */
static const struct slot *step(unsigned i, bool dense)
{
	if (dense)
		return crowded[i % CROWDED];
	if (random_below(3) != 0)
		return NULL;
	fill_slot(1 + random_below(2));
	return slot;
}

static double cpu_s(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void check(int err, const struct failure *why)
{
	if (!err)
		return;
	fprintf(stderr, "bulk: %s\n", why->text);
	exit(1);
}

static void make_directory(const char *dir)
{
	if (mkdir(dir, 0700) == 0)
		return;
	perror(dir);
	exit(1);
}

static void remove_archive(const char *dir)
{
	char path[4096];
	struct schema_file file;

	for (unsigned i = 0; i < schema_file_count(&schema); i++) {
		schema_file(&schema, i, &file);
		snprintf(path, sizeof(path), "%s/%s", dir, file.name);
		unlink(path);
	}
	for (unsigned i = 0; i < SERIES_WITH_PORTS; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, series_name((enum series)i));
		rmdir(path);
	}
	rmdir(dir);
}

static void print_cost(const char *name, double began, double made, double added, double ended, double feeding, unsigned steps)
{
	added -= feeding;
	ended -= feeding;
	printf("%-28s cpu_s %6.3f  making %6.3f  adding %6.3f  finishing %6.3f  us_a_step %7.2f  of %u\n", name, ended - began,
	       made - began, added - made, ended - added, (added - made) / steps * 1e6, steps);
	fflush(stdout);
}

/* What the steps hold costs something too, and is the same for both ways: measured alone. */
static double cost_of_filling(unsigned steps, bool dense)
{
	uint64_t before = random_state;
	double began = cpu_s();

	for (unsigned i = 0; i < steps; i++)
		step(i, dense);
	random_state = before;
	return cpu_s() - began;
}

static void in_bulk(const char *name, const char *dir, unsigned steps, bool dense)
{
	double filling = cost_of_filling(steps, dense), began = cpu_s(), made, added;
	struct failure why;
	struct bulk *bulk;

	make_directory(dir);
	check(bulk_open(dir, &schema, START, START + (int64_t)steps * STEP, 0, NULL, &bulk, &why), &why);
	made = cpu_s();
	for (unsigned i = 0; i < steps; i++) {
		const struct slot *counts = step(i, dense);

		if (counts)
			check(bulk_add(bulk, START + (int64_t)i * STEP, counts, &why), &why);
	}
	added = cpu_s();
	check(bulk_finish(bulk, &why), &why);
	bulk_close(bulk);
	print_cost(name, began, made, added, cpu_s(), filling, steps);
	remove_archive(dir);
}

static struct slotring *open_ring(const char *path)
{
	struct slotring_shape shape = { .portbin = schema.portbin, .step_s = STEP, .lanes = 1, .slots = RING_SLOTS };
	struct slotring *ring;
	struct failure why;

	check(slotring_open(path, &shape, &ring, &why), &why);
	return ring;
}

static void step_by_step(const char *name, const char *dir, unsigned steps, bool dense)
{
	double filling = cost_of_filling(steps, dense), began = cpu_s(), made, added;
	char ring_path[3200], undo_path[4096];
	struct slotring *ring;
	struct writer *writer;
	struct failure why;

	snprintf(ring_path, sizeof(ring_path), "%s.ring", dir);
	snprintf(undo_path, sizeof(undo_path), "%s.undo", ring_path);
	check(archive_create(STORE_HERE(dir), &schema, START, NULL, NULL, &why), &why);
	made = cpu_s();
	ring = open_ring(ring_path);
	check(writer_open(STORE_HERE(dir), &schema, undo_path, &writer, &why), &why);
	for (unsigned i = 0; i < steps; i++) {
		struct slot *in_ring = slotring_slot(ring, 0, i % FLUSH_STEPS);
		const struct slot *counts = step(i, dense);

		memset(in_ring, 0, slot_size(rules.bins));
		if (counts)
			memcpy(in_ring, counts, slot_size(rules.bins));
		in_ring->start_s = START + (int64_t)i * STEP;
		in_ring->end_s = in_ring->start_s + STEP;
		slotring_set_state(in_ring, SLOT_OPEN);
		if ((i + 1) % FLUSH_STEPS == 0)
			check(writer_flush(writer, ring, INT64_MAX, true, &why), &why);
	}
	added = cpu_s();
	writer_close(writer);
	slotring_close(ring);
	print_cost(name, began, made, added, cpu_s(), filling, steps);
	unlink(ring_path);
	unlink(undo_path);
	remove_archive(dir);
}

int main(int argc, char **argv)
{
	char dir[3072];
	struct rusage usage;
	struct failure why;

	if (argc != 2) {
		fputs("usage: bulk DIR\n", stderr);
		return 2;
	}
	snprintf(dir, sizeof(dir), "%s/archive", argv[1]);
	schema_by_profile("default", &schema);
	check(schema_parse_retention("10s:1h 10m:65d 1h:66d", &schema, &why), &why);
	rules = (struct slot_rules){ .portbin = schema.portbin, .bins = portbin_count(&schema.portbin), .classes_by_port = 1 };
	for (unsigned i = 0; i < CROWDED; i++) {
		crowded[i] = new_slot();
		fill_slot(CROWD);
	}
	new_slot();
	in_bulk("sparse, in bulk", dir, 65 * DAY / STEP, false);
	in_bulk("dense, in bulk", dir, 6000, true);
	getrusage(RUSAGE_SELF, &usage);
	printf("rss_kib %ld\n", usage.ru_maxrss);
	step_by_step("sparse, as the daemon does", dir, 6000, false);
	step_by_step("dense, as the daemon does", dir, 3000, true);
	for (unsigned i = 0; i < CROWDED; i++)
		free(crowded[i]);
	free(slot);
	return 0;
}
