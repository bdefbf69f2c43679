/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same slots go into one archive as the daemon does it, and into another in bulk; then both have the same bytes. */
#include "archive/bulk.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "archive/create.h"
#include "archive/rrd_header.h"
#include "archive/writer.h"
#include "scratch.h"

#define STEP ((int64_t)schema.step_s)
#define DAY_START 1700006400 /* a multiple of every row */
#define WATCHED 3
#define WATCH_ALL ((1u << WATCHED) - 1)
#define RING_SLOTS 64

static const char watch_names[WATCHED][SCHEMA_DS_NAME] = { "tcp3389", "udp5060", "tcp22" };
static struct schema schema;
static struct slot *slot; /* of the step that is being made */
static uint64_t watched = WATCH_ALL; /* bit i: DS i of watch.rrd is */
static bool is_watched_partly; /* now and then */

/* ---- steps ---- */

static struct packet random_packet(void)
{
	struct packet packet = { .series = (uint8_t)scratch_random(SERIES_COUNT), .class = (uint8_t)scratch_random(CLASS_COUNT) };

	for (unsigned i = 0; i < 4; i++)
		packet.source[i] = (uint8_t)scratch_random(256);
	packet.icmp_type = (uint8_t)scratch_random(256);
	packet.destination_port = (uint16_t)(scratch_random(2) ? scratch_random(65536) : scratch_random(64));
	return packet;
}

/* Makes a step of so many packets, and some of what else there is. */
static void fill_slot(unsigned packets)
{
	struct slot_rules rules = { .portbin = schema.portbin, .bins = portbin_count(&schema.portbin), .classes_by_port = 0x3,
		                    .source_key = 42 };

	memset(slot, 0, slot_size(rules.bins));
	slot->watch_mask = watched;
	for (unsigned i = 0; i < packets; i++) {
		struct packet packet = random_packet();

		slot_add_packet(slot, &rules, &packet);
	}
	if (packets == 0 || scratch_random(4))
		return;
	slot->watch[scratch_random(WATCHED)] = scratch_random(1000);
	slot_add_reason(slot, (enum slot_reason)scratch_random(SLOT_REASONS), 1 + scratch_random(100000));
	slot->ports[scratch_random(SERIES_WITH_PORTS * rules.bins)] += scratch_random(2) ? UINT32_MAX / 2 : 256 + scratch_random(5000);
	for (unsigned i = 0; i < SERIES_WITH_PORTS; i++)
		slot->packets[i][CLASS_PROBE]++;
}

/* ---- the daemon's way ---- */

struct daemon {
	const char *dir;
	struct slotring *ring;
	struct writer *writer;
	unsigned waiting;
};

static void start(struct daemon *daemon, void **state, const char *dir, int64_t start_s)
{
	struct slotring_shape shape = { .portbin = schema.portbin, .step_s = schema.step_s, .lanes = 1, .slots = RING_SLOTS };
	unsigned ds_index[WATCHED];
	char name[64];
	struct failure why;

	daemon->dir = dir;
	daemon->waiting = 0;
	snprintf(name, sizeof(name), "%s.ring", strrchr(dir, '/') + 1);
	unlink(scratch_path(state, name));
	if (slotring_open(scratch_path(state, name), &shape, &daemon->ring, &why))
		fail_msg("%s", why.text);
	if (start_s && archive_create(STORE_HERE(dir), &schema, start_s - start_s % schema.level[schema.levels - 1].row_s, NULL, NULL,
	                              &why))
		fail_msg("%s", why.text);
	if (writer_open(STORE_HERE(dir), &schema, scratch_path(state, "undo"), &daemon->writer, &why) ||
	    writer_watch(daemon->writer, WATCHED, watch_names, ds_index, &why))
		fail_msg("%s", why.text);
}

static void flush(struct daemon *daemon)
{
	struct failure why;

	if (writer_flush(daemon->writer, daemon->ring, INT64_MAX, true, &why))
		fail_msg("%s", why.text);
	daemon->waiting = 0;
}

static void listen_to_slot(struct daemon *daemon, int64_t start_s)
{
	struct slot *in_ring = slotring_slot(daemon->ring, 0, daemon->waiting++);

	memcpy(in_ring, slot, slot_size(portbin_count(&schema.portbin)));
	in_ring->start_s = start_s;
	in_ring->end_s = start_s + STEP;
	slotring_set_state(in_ring, SLOT_OPEN);
	if (daemon->waiting == RING_SLOTS || scratch_random(40) == 0)
		flush(daemon);
}

static void end(struct daemon *daemon)
{
	flush(daemon);
	writer_close(daemon->writer);
	slotring_close(daemon->ring);
}

/* ---- comparing ---- */

static struct rrd_header header_of(const char *dir, const char *name, uint8_t **bytes)
{
	struct rrd_header header;
	struct failure why;
	char path[SCRATCH_PATH + 64];
	size_t size;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || rrd_header_read(fd, path, NULL, &header, &why))
		fail_msg("%s", fd < 0 ? path : why.text);
	close(fd);
	*bytes = scratch_read(path, &size);
	assert_int_equal(size, header.size);
	return header;
}

static void assert_same_row(const char *name, unsigned level, unsigned back, const double *a, const double *b, unsigned ds_count)
{
	for (unsigned i = 0; i < ds_count; i++)
		if (memcmp(&a[i], &b[i], sizeof(a[i])) != 0)
			fail_msg("%s: level %u, row %u before the newest, DS %u: %a and %a", name, level, back, i, a[i], b[i]);
}

/* The row so many before the newest. */
static const double *row_of(const struct rrd_header *header, const uint8_t *bytes, unsigned level, unsigned back)
{
	unsigned rows = header->shape.level[level].rows;
	uint64_t newest, at = rrd_header_rows(header, level, &newest);

	return (const double *)(const void *)(bytes + at + rrd_rows_bytes(header->shape.ds_count, (newest + rows - back) % rows));
}

/* Where in its ring librrd begins to write is up to it. */
static void assert_same_rows(const char *name, const struct rrd_header *a, const uint8_t *in_a, const struct rrd_header *b,
                             const uint8_t *in_b)
{
	for (unsigned level = 0; level < a->shape.levels; level++)
		for (unsigned back = 0; back < a->shape.level[level].rows; back++)
			assert_same_row(name, level, back, row_of(a, in_a, level, back), row_of(b, in_b, level, back), a->shape.ds_count);
}

static void assert_same_file(const char *dir_a, const char *dir_b, const char *name)
{
	uint8_t *in_a, *in_b;
	struct rrd_header a = header_of(dir_a, name, &in_a), b = header_of(dir_b, name, &in_b);
	size_t pointers = a.shape.levels * sizeof(unsigned long);

	assert_int_equal(a.bytes, b.bytes);
	assert_int_equal(a.size, b.size);
	assert_same_rows(name, &a, in_a, &b, in_b);
	for (size_t i = 0; i < a.bytes - pointers; i++)
		if (in_a[i] != in_b[i])
			fail_msg("%s: byte %zu of the head is %u and %u", name, i, in_a[i], in_b[i]);
	rrd_header_fini(&a);
	rrd_header_fini(&b);
	free(in_a);
	free(in_b);
}

static void assert_same_archive(const char *dir_a, const char *dir_b)
{
	for (unsigned i = 0; i < schema_file_count(&schema); i++) {
		struct schema_file file;

		schema_file(&schema, i, &file);
		assert_same_file(dir_a, dir_b, file.name);
	}
	assert_same_file(dir_a, dir_b, "watch.rrd");
}

/* ---- the same steps both ways ---- */

static void check(int err, const struct failure *why)
{
	if (err)
		fail_msg("%s", why->text);
}

/* Nobody listens from at_s on for so long; some tell it in pieces. */
static int64_t skip_some(struct bulk *bulk, int64_t at_s, int64_t until_s)
{
	struct failure why;
	int64_t middle_s = at_s + scratch_random((uint32_t)((until_s - at_s) / STEP)) * STEP;

	if (middle_s > at_s)
		check(bulk_skip(bulk, at_s, middle_s, &why), &why);
	check(bulk_skip(bulk, middle_s, until_s, &why), &why);
	return until_s;
}

/* A stretch of time in which there is much, little, nothing, or nobody listens: 0 to 3. */
static int64_t stretch(struct daemon *daemon, struct bulk *bulk, unsigned kind, int64_t at_s, int64_t until_s)
{
	struct failure why;

	if (kind == 3)
		return skip_some(bulk, at_s, until_s);
	if (is_watched_partly && scratch_random(2)) {
		watched = scratch_random(3) ? scratch_random(1u << WATCHED) : WATCH_ALL;
		check(bulk_watch(bulk, at_s, watched, &why), &why);
	}
	for (; at_s < until_s; at_s += STEP) {
		fill_slot(kind == 0 ? 300 : kind == 1 ? scratch_random(3) : 0);
		listen_to_slot(daemon, at_s);
		if (kind < 2)
			check(bulk_add(bulk, at_s, slot, &why), &why);
	}
	return at_s;
}

static int64_t some_time(uint32_t steps)
{
	return (1 + scratch_random(steps)) * STEP;
}

static void run(struct daemon *daemon, struct bulk *bulk, int64_t start_s, int64_t end_s, bool gap_at_end)
{
	static const uint32_t most[] = { 20, 150, 150, 100 };
	int64_t at_s = start_s, last_s = end_s - some_time(gap_at_end ? 30 : 5);

	while (at_s < last_s) {
		unsigned kind = scratch_random(4);
		int64_t until_s = at_s + some_time(scratch_random(3) ? most[kind] : 3);

		at_s = stretch(daemon, bulk, kind, at_s, until_s < last_s ? until_s : last_s);
	}
	stretch(daemon, bulk, gap_at_end ? 3 : scratch_random(3), at_s, end_s);
}

static void go_on(struct daemon *a, struct daemon *b, int64_t start_s, unsigned steps)
{
	for (unsigned i = 0; i < steps; i++) {
		fill_slot(scratch_random(2) ? scratch_random(30) : 0);
		listen_to_slot(a, start_s + i * STEP);
		listen_to_slot(b, start_s + i * STEP);
	}
}

static void compare_ways(void **state, int64_t start_s, int64_t end_s, bool gap_at_end)
{
	char dir_a[SCRATCH_PATH], dir_b[SCRATCH_PATH];
	struct daemon daemon, other;
	struct bulk *bulk;
	struct failure why;

	snprintf(dir_a, sizeof(dir_a), "%s", scratch_path(state, "a"));
	snprintf(dir_b, sizeof(dir_b), "%s", scratch_path(state, "b"));
	assert_int_equal(mkdir(dir_b, 0700), 0);
	watched = WATCH_ALL;
	slot = malloc(slot_size(portbin_count(&schema.portbin)));
	assert_non_null(slot);
	start(&daemon, state, dir_a, start_s);
	check(bulk_open(dir_b, &schema, start_s, end_s, WATCHED, watch_names, &bulk, &why), &why);
	run(&daemon, bulk, start_s, end_s, gap_at_end);
	check(bulk_finish(bulk, &why), &why);
	bulk_close(bulk);
	flush(&daemon);
	if (!gap_at_end) /* the daemon writes down a gap that is over */
		assert_same_archive(dir_a, dir_b);
	start(&other, state, dir_b, 0);
	go_on(&daemon, &other, end_s, 1);
	flush(&daemon);
	flush(&other);
	assert_same_archive(dir_a, dir_b);
	go_on(&daemon, &other, end_s + 200 * STEP, 150);
	end(&daemon);
	end(&other);
	assert_same_archive(dir_a, dir_b);
	free(slot);
}

static void it_is_what_the_daemon_would_have_left(void **state)
{
	int64_t start_s = DAY_START + some_time(100);

	compare_ways(state, start_s, start_s + 9000 + some_time(400), false);
}

static void so_it_is_if_nothing_is_aligned_to_anything(void **state)
{
	int64_t start_s = DAY_START + STEP + some_time(57);

	compare_ways(state, start_s, start_s + some_time(40) + 10 * STEP, false);
}

static void so_it_is_if_all_is_aligned(void **state)
{
	compare_ways(state, DAY_START, DAY_START + 7200, false);
}

static void so_it_is_if_nobody_listened_in_the_end(void **state)
{
	int64_t start_s = DAY_START + some_time(100);

	compare_ways(state, start_s, start_s + 3000 + some_time(400), true);
}

static void so_it_is_for_a_single_step(void **state)
{
	compare_ways(state, DAY_START + STEP, DAY_START + 2 * STEP, false);
}

static void so_it_is_for_ports_that_were_not_always_watched(void **state)
{
	int64_t start_s = DAY_START + some_time(100);

	is_watched_partly = true;
	compare_ways(state, start_s, start_s + 9000 + some_time(400), false);
	is_watched_partly = false;
}

static void and_if_nobody_listened_behind_that(void **state)
{
	int64_t start_s = DAY_START + some_time(50);

	is_watched_partly = true;
	compare_ways(state, start_s, start_s + 3000 + some_time(400), true);
	is_watched_partly = false;
}

static void and_if_that_is_short(void **state)
{
	int64_t start_s = DAY_START + STEP + some_time(57);

	is_watched_partly = true;
	compare_ways(state, start_s, start_s + some_time(40) + 10 * STEP, false);
	is_watched_partly = false;
}

/* Divided by 15 and multiplied by it again, as librrd does, a count is not always what it was. */
static void so_it_is_with_a_step_that_is_not_exact(void **state)
{
	int64_t start_s = DAY_START + 15 + 15 * scratch_random(50);

	schema.step_s = 15;
	schema.level[0] = (struct schema_level){ 15, 60 };
	schema.level[1] = (struct schema_level){ 45, 200 };
	schema.level[2] = (struct schema_level){ 900, 144 };
	compare_ways(state, start_s, start_s + 9000 + some_time(400), false);
}

static int make(void **state)
{
	schema = scratch_schema();
	return scratch_make(state);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, scratch_remove)
	const struct CMUnitTest tests[] = {
		TEST(it_is_what_the_daemon_would_have_left),
		TEST(so_it_is_if_nothing_is_aligned_to_anything),
		TEST(so_it_is_if_all_is_aligned),
		TEST(so_it_is_if_nobody_listened_in_the_end),
		TEST(so_it_is_for_a_single_step),
		TEST(so_it_is_with_a_step_that_is_not_exact),
		TEST(so_it_is_for_ports_that_were_not_always_watched),
		TEST(and_if_nobody_listened_behind_that),
		TEST(and_if_that_is_short),
	};

	scratch_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
