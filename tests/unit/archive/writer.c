/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "archive/create.h"
#include "archive/rrd.h"
#include "archive/undo.h"

#define START 1700000000 /* a multiple of 100, the coarsest row */
#define STEP 10

static char dir[64];
static char ring_path[80], undo_path[80], archive[80];
static struct schema schema;

static int make_archive(void **state)
{
	struct failure why;

	snprintf(dir, sizeof(dir), "/tmp/fireplot-writer.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(ring_path, sizeof(ring_path), "%s/ring", dir);
	snprintf(undo_path, sizeof(undo_path), "%s/undo", dir);
	snprintf(archive, sizeof(archive), "%s/a", dir);
	schema = (struct schema){ .step_s = STEP, .portbin = { 64, 4 }, .levels = 2,
		                  .level = { { STEP, 500 }, { 100, 100 } } };
	if (mkdir(archive, 0700) < 0)
		return -1;
	if (archive_create(STORE_HERE(archive), &schema, START, NULL, NULL, &why)) {
		print_error("%s\n", why.text);
		return -1;
	}
	return 0;
}

static int remove_archive(void **state)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", dir, NULL);
		_exit(127);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static struct slotring *open_ring(void)
{
	struct slotring_shape shape = { .portbin = schema.portbin, .step_s = STEP, .lanes = 2, .slots = 64 };
	struct slotring *ring;
	struct failure why;

	if (slotring_open(ring_path, &shape, &ring, &why))
		fail_msg("%s", why.text);
	return ring;
}

static struct writer *open_writer(void)
{
	struct writer *writer;
	struct failure why;

	if (writer_open(STORE_HERE(archive), &schema, undo_path, &writer, &why))
		fail_msg("%s", why.text);
	return writer;
}

/* A slot that ends at end_s with n packets to TCP port `port` in one lane. */
static void count(struct slotring *ring, unsigned lane, int64_t start_s, int64_t end_s, unsigned port, uint32_t n)
{
	struct slot *slot = NULL;

	for (unsigned i = 0; !slot || slotring_state(slot) != SLOT_EMPTY; i++) {
		assert_true(i < 64);
		slot = slotring_slot(ring, lane, i);
	}
	memset(slot, 0, slot_size(portbin_count(&schema.portbin)));
	slot->start_s = start_s;
	slot->end_s = end_s;
	slot->ports[portbin_of(&schema.portbin, (uint16_t)port)] = n;
	slot->packets[SERIES_TCP4][CLASS_PROBE] = n;
	slotring_set_state(slot, SLOT_OPEN);
}

static void flush_all(struct writer *writer, struct slotring *ring)
{
	struct failure why;

	if (writer_flush(writer, ring, INT64_MAX, true, &why))
		fail_msg("%s", why.text);
}

/* Packets a row, NaN if unknown, of DS `column` of a file. */
static double packets(const char *name, unsigned column, int64_t start_s, int64_t end_s, uint32_t row_s)
{
	char path[160];
	struct matrix m;
	struct failure why;
	double sum = NAN;

	snprintf(path, sizeof(path), "%s/%s", archive, name);
	if (rrdfile_fetch(path, start_s, end_s, row_s, &m, &why))
		fail_msg("%s", why.text);
	for (unsigned r = 0; r < m.rows; r++)
		if (!isnan(matrix_cell(&m, r, column)))
			sum = (isnan(sum) ? 0 : sum) + matrix_cell(&m, r, column) * row_s;
	matrix_fini(&m);
	return isnan(sum) ? sum : round(sum);
}

#define PORTS "tcp4/0-63.rrd"

static void lanes_add_up_and_land_in_their_step(void **state)
{
	struct slotring *ring = open_ring();
	struct writer *writer = open_writer();

	count(ring, 0, START, START + 10, 22, 3);
	count(ring, 1, START, START + 10, 22, 4);
	count(ring, 1, START + 10, START + 20, 22, 5);
	flush_all(writer, ring);
	assert_float_equal(packets(PORTS, 22, START, START + 10, STEP), 7, 0);
	assert_float_equal(packets(PORTS, 22, START + 10, START + 20, STEP), 5, 0);
	assert_float_equal(packets(PORTS, 23, START, START + 20, STEP), 0, 0);
	assert_float_equal(packets("udp6/0-63.rrd", 22, START, START + 20, STEP), 0, 0);
	assert_float_equal(packets("totals.rrd", (unsigned)schema_total_ds(SERIES_TCP4, CLASS_PROBE), START, START + 20, STEP), 12, 0);
	assert_int_equal(slotring_spans(ring, INT64_MAX, &(struct slotring_span){ 0 }, 1), 0);
	writer_close(writer);
	slotring_close(ring);
}

static void a_gap_is_unknown_and_does_not_swallow_the_step_behind_it(void **state)
{
	struct slotring *ring = open_ring();
	struct writer *writer = open_writer();

	count(ring, 0, START, START + 10, 22, 3);
	flush_all(writer, ring);
	count(ring, 0, START + 60, START + 70, 22, 5);
	flush_all(writer, ring);
	assert_true(isnan(packets(PORTS, 22, START + 10, START + 60, STEP)));
	assert_float_equal(packets("totals.rrd", (unsigned)schema_known_ds(), START, START + 10, STEP), STEP, 0);
	assert_float_equal(packets("totals.rrd", (unsigned)schema_known_ds(), START + 10, START + 60, STEP), 0, 0);
	assert_float_equal(packets(PORTS, 22, START + 60, START + 70, STEP), 5, 0);
	writer_close(writer);
	slotring_close(ring);
}

static void the_two_parts_of_a_cut_step_add_up(void **state)
{
	struct slotring *ring = open_ring();
	struct writer *writer = open_writer();

	count(ring, 0, START, START + 3, 22, 3);
	flush_all(writer, ring);
	count(ring, 0, START, START + 10, 22, 4);
	flush_all(writer, ring);
	assert_float_equal(packets(PORTS, 22, START, START + 10, STEP), 7, 0);
	writer_close(writer);
	slotring_close(ring);
}

static void a_cut_step_before_a_gap_keeps_its_counts(void **state)
{
	struct slotring *ring = open_ring();
	struct writer *writer = open_writer();

	count(ring, 0, START, START + 1, 22, 3);
	flush_all(writer, ring);
	count(ring, 0, START + 40, START + 50, 22, 4);
	flush_all(writer, ring);
	assert_float_equal(packets(PORTS, 22, START, START + 10, STEP), 3, 0);
	assert_true(isnan(packets(PORTS, 22, START + 10, START + 40, STEP)));
	assert_float_equal(packets(PORTS, 22, START + 40, START + 50, STEP), 4, 0);
	writer_close(writer);
	slotring_close(ring);
}

static void port_files_wait_for_a_full_flush_and_the_ring_keeps_their_counts(void **state)
{
	struct slotring *ring = open_ring();
	struct writer *writer = open_writer();
	struct failure why;
	struct slotring_span span;

	count(ring, 0, START, START + 10, 22, 3);
	assert_int_equal(writer_flush(writer, ring, START + 10, false, &why), 0);
	assert_float_equal(packets("totals.rrd", 0, START, START + 10, STEP), 3, 0);
	assert_true(isnan(packets(PORTS, 22, START, START + 10, STEP)));
	assert_int_equal(slotring_spans(ring, INT64_MAX, &span, 1), 1);
	flush_all(writer, ring);
	assert_float_equal(packets(PORTS, 22, START, START + 10, STEP), 3, 0);
	assert_float_equal(packets("totals.rrd", 0, START, START + 10, STEP), 3, 0);
	writer_close(writer);
	slotring_close(ring);
}

static void a_damaged_file_does_not_hold_up_the_others(void **state)
{
	struct slotring *ring = open_ring();
	struct writer *writer = open_writer();
	struct failure why;
	char path[160];

	snprintf(path, sizeof(path), "%s/tcp4/0-63.rrd", archive);
	assert_int_equal(truncate(path, 100), 0);
	count(ring, 0, START, START + 10, 100, 3);
	assert_int_not_equal(writer_flush(writer, ring, INT64_MAX, true, &why), 0);
	assert_non_null(strstr(why.text, "0-63.rrd"));
	assert_int_equal(writer_failing(writer), 1);
	assert_float_equal(packets("tcp4/64-127.rrd", 2, START, START + 10, STEP), 3, 0);
	writer_close(writer);
	assert_int_equal(writer_open(STORE_HERE(archive), &schema, undo_path, &writer, &why), -EILSEQ);
	assert_non_null(strstr(why.text, "0-63.rrd"));
	slotring_close(ring);
}

/* Where none of the files can be written, letting go of some counts would help no other. */
static void an_archive_that_is_away_loses_nothing_though_the_ring_fills_up(void **state)
{
	struct slotring *ring = open_ring();
	struct writer *writer = open_writer();
	char away[90];
	struct failure why;

	snprintf(away, sizeof(away), "%s.away", archive);
	assert_int_equal(rename(archive, away), 0);
	for (unsigned i = 0; i < 60; i++) {
		count(ring, 0, START + i * STEP, START + (i + 1) * STEP, 22, 1);
		assert_int_equal(writer_flush(writer, ring, INT64_MAX, true, &why), -ENOENT);
	}
	assert_int_equal(rename(away, archive), 0);
	flush_all(writer, ring);
	assert_float_equal(packets(PORTS, 22, START, START + 60 * STEP, STEP), 60, 0);
	writer_close(writer);
	slotring_close(ring);
}

static void watched_ports_get_their_data_sources_and_keep_them(void **state)
{
	const char first[][SCHEMA_DS_NAME] = { "tcp3389", "udp5060" }, second[][SCHEMA_DS_NAME] = { "tcp23", "udp5060" };
	struct slotring *ring = open_ring();
	struct writer *writer = open_writer();
	struct slot *slot;
	struct failure why;
	unsigned index[2];

	assert_int_equal(writer_watch(writer, 2, first, index, &why), 0);
	assert_int_equal(index[1], 1);
	count(ring, 0, START, START + 10, 22, 1);
	slot = slotring_slot(ring, 0, 0);
	slot->watch_mask = 2;
	slot->watch[1] = 9;
	flush_all(writer, ring);
	assert_float_equal(packets("watch.rrd", 1, START, START + 10, STEP), 9, 0);
	assert_true(isnan(packets("watch.rrd", 0, START, START + 10, STEP)));
	assert_int_equal(writer_watch(writer, 2, second, index, &why), 0);
	assert_int_equal(index[0], 2);
	assert_int_equal(index[1], 1);
	assert_float_equal(packets("watch.rrd", 1, START, START + 10, STEP), 9, 0);
	writer_close(writer);
	writer = open_writer();
	count(ring, 0, START + 10, START + 20, 22, 1);
	slotring_slot(ring, 0, 0)->watch_mask = 4;
	slotring_slot(ring, 0, 0)->watch[2] = 5;
	flush_all(writer, ring);
	assert_float_equal(packets("watch.rrd", 2, START + 10, START + 20, STEP), 5, 0);
	writer_close(writer);
	slotring_close(ring);
}

/* Flushes in a process of its own that dies at some moment of it. Returns whether it died in the middle of an update. */
static bool flush_and_die(unsigned after_us)
{
	uint32_t armed = 0;
	int ready[2], fd;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct slotring *ring = open_ring();
		struct writer *writer = open_writer();
		struct failure why;

		if (write(ready[1], "r", 1) != 1)
			_exit(1);
		_exit(writer_flush(writer, ring, INT64_MAX, true, &why) != 0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	nanosleep(&(struct timespec){ .tv_nsec = after_us * 1000L }, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fd = open(undo_path, O_RDONLY);
	assert_int_equal(pread(fd, &armed, sizeof(armed), 16), sizeof(armed));
	close(fd);
	return armed != 0;
}

/* The bytes before the rows are what librrd changes in place: half of an update in them must be taken back. */
static void what_an_unfinished_update_left_is_taken_back(void **state)
{
	struct slotring *ring = open_ring();
	struct writer *writer = open_writer();
	uint32_t header_bytes;
	struct undo *undo;
	struct failure why;
	uint8_t rubbish[64];
	char path[160];
	int fd;

	count(ring, 0, START, START + 10, 22, 3);
	flush_all(writer, ring);
	writer_close(writer);
	snprintf(path, sizeof(path), "%s/%s", archive, PORTS);
	assert_int_equal(rrdfile_inspect(path, NULL, NULL, &header_bytes, &why), 0);
	assert_int_equal(undo_open(undo_path, &undo, NULL, 0, &why), 0);
	assert_int_equal(undo_arm(undo, path, header_bytes, &why), 0);
	undo_close(undo);
	memset(rubbish, 0x5a, sizeof(rubbish));
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, rubbish, sizeof(rubbish), header_bytes - sizeof(rubbish)), sizeof(rubbish));
	close(fd);
	writer = open_writer();
	count(ring, 0, START + 10, START + 20, 22, 4);
	flush_all(writer, ring);
	assert_float_equal(packets(PORTS, 22, START, START + 10, STEP), 3, 0);
	assert_float_equal(packets(PORTS, 22, START + 10, START + 20, STEP), 4, 0);
	writer_close(writer);
	slotring_close(ring);
}

/* Who lets an rrdcached write from now on starts with whole files, too; that nothing answers here comes after that. */
static void what_was_left_before_there_was_an_rrdcached_is_taken_back(void **state)
{
	uint32_t header_bytes;
	struct undo *undo;
	struct writer *writer;
	struct failure why;
	struct store store = { .dir = archive };
	uint8_t rubbish[64];
	char path[160], address[160];
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/%s", archive, PORTS);
	snprintf(address, sizeof(address), "unix:%s/missing.sock", dir);
	store.cached = rrdcached_new(address, &why);
	assert_non_null(store.cached);
	assert_int_equal(rrdfile_inspect(path, NULL, NULL, &header_bytes, &why), 0);
	assert_true(writer_open(&store, &schema, undo_path, &writer, &why) < 0);
	assert_int_equal(access(undo_path, F_OK), -1); /* where none is left none is made */
	assert_int_equal(undo_open(undo_path, &undo, NULL, 0, &why), 0);
	assert_int_equal(undo_arm(undo, path, header_bytes, &why), 0);
	undo_close(undo);
	memset(rubbish, 0x5a, sizeof(rubbish));
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, rubbish, sizeof(rubbish), header_bytes - sizeof(rubbish)), sizeof(rubbish));
	close(fd);
	assert_int_equal(rrdfile_inspect(path, NULL, NULL, NULL, NULL), -EILSEQ);
	assert_true(writer_open(&store, &schema, undo_path, &writer, &why) < 0);
	assert_int_equal(rrdfile_inspect(path, NULL, NULL, NULL, NULL), 0);
	rrdcached_free(store.cached);
}

/* Another file in the place of the one that was being updated is left alone. */
static void an_undo_of_a_file_that_was_replaced_does_nothing(void **state)
{
	char path[160], copy[160], command[400];
	uint32_t header_bytes;
	struct undo *undo;
	struct failure why;
	char restored[200];

	snprintf(path, sizeof(path), "%s/%s", archive, PORTS);
	snprintf(copy, sizeof(copy), "%s/copy", dir);
	snprintf(command, sizeof(command), "cp %s %s", path, copy);
	assert_int_equal(system(command), 0);
	assert_int_equal(rrdfile_inspect(path, NULL, NULL, &header_bytes, &why), 0);
	assert_int_equal(undo_open(undo_path, &undo, NULL, 0, &why), 0);
	assert_int_equal(undo_arm(undo, path, header_bytes, &why), 0);
	undo_close(undo);
	assert_int_equal(rename(copy, path), 0);
	assert_int_equal(undo_open(undo_path, &undo, restored, sizeof(restored), &why), 0);
	assert_string_equal(restored, "");
	undo_close(undo);
}

/* What an interrupted update leaves would double rows or shift them; every step must be there once, with its own number. */
static void a_process_killed_while_it_writes_loses_and_doubles_nothing(void **state)
{
	unsigned seed = (unsigned)time(NULL), in_update = 0;
	int64_t at_s = START;

	print_message("# seed %u\n", seed);
	srandom(seed);
	for (unsigned turn = 0; turn < 80; turn++) {
		struct slotring *ring = open_ring();

		for (unsigned i = 0; i < 5; i++, at_s += STEP)
			count(ring, i % 2, at_s, at_s + STEP, 22, (uint32_t)((at_s - START) / STEP + 1));
		slotring_close(ring);
		in_update += flush_and_die((unsigned)random() % 4000);
		if (turn % 3 == 2) {
			struct writer *writer = open_writer();

			ring = open_ring();
			flush_all(writer, ring);
			writer_close(writer);
			slotring_close(ring);
		}
	}
	print_message("# %u of 80 died in the middle of an update\n", in_update);
	for (int64_t s = START; s < at_s; s += STEP) {
		assert_float_equal(packets(PORTS, 22, s, s + STEP, STEP), (double)((s - START) / STEP + 1), 0);
		assert_float_equal(packets("totals.rrd", 0, s, s + STEP, STEP), (double)((s - START) / STEP + 1), 0);
		assert_float_equal(packets("udp6/32768-65535.rrd", 0, s, s + STEP, STEP), 0, 0);
	}
	for (int64_t s = START; s < at_s; s += 100) {
		double n = (double)((s - START) / STEP);

		assert_float_equal(packets(PORTS, 22, s, s + 100, 100), 10 * n + 55, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_ARCHIVE(test) cmocka_unit_test_setup_teardown(test, make_archive, remove_archive)
		IN_ARCHIVE(lanes_add_up_and_land_in_their_step),
		IN_ARCHIVE(a_gap_is_unknown_and_does_not_swallow_the_step_behind_it),
		IN_ARCHIVE(the_two_parts_of_a_cut_step_add_up),
		IN_ARCHIVE(a_cut_step_before_a_gap_keeps_its_counts),
		IN_ARCHIVE(port_files_wait_for_a_full_flush_and_the_ring_keeps_their_counts),
		IN_ARCHIVE(a_damaged_file_does_not_hold_up_the_others),
		IN_ARCHIVE(an_archive_that_is_away_loses_nothing_though_the_ring_fills_up),
		IN_ARCHIVE(watched_ports_get_their_data_sources_and_keep_them),
		IN_ARCHIVE(what_an_unfinished_update_left_is_taken_back),
		IN_ARCHIVE(what_was_left_before_there_was_an_rrdcached_is_taken_back),
		IN_ARCHIVE(an_undo_of_a_file_that_was_replaced_does_nothing),
		IN_ARCHIVE(a_process_killed_while_it_writes_loses_and_doubles_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
