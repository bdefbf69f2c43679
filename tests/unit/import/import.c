/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same packets go into one archive as the daemon hears them, and into another out of a capture; then both have the same rows. */
#include "import/import.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "../archive/scratch.h"
#include "archive/create.h"
#include "archive/rrd_header.h"
#include "archive/writer.h"
#include "binning/lane.h"
#include "nfnl/nfmsg.h"

#define START 1700006410
#define FRAMES 20000
#define FRAME 256
#define RING_SLOTS 64
#define GRACE_MS 1000

struct frame {
	int64_t at_s;
	size_t len;
	uint8_t bytes[FRAME];
};

static struct schema schema;
static struct frame *frames; /* of a capture, in the order of time */
static unsigned count;

/* ---- frames ---- */

static void put(struct frame *frame, const void *bytes, size_t len)
{
	assert_true(frame->len + len <= FRAME);
	memcpy(frame->bytes + frame->len, bytes, len);
	frame->len += len;
}

static void put_attribute(struct frame *frame, unsigned type, const void *value, size_t len)
{
	static const uint8_t pad[4];
	uint16_t head[2] = { (uint16_t)(4 + len), (uint16_t)type };

	put(frame, head, sizeof(head));
	put(frame, value, len);
	put(frame, pad, -len & 3);
}

static void noise(uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)scratch_random(256);
}

/* An IP packet of any protocol and flags, now and then with a head that lies. */
static size_t random_packet(uint8_t *ip)
{
	static const uint8_t protocols[] = { 6, 6, 6, 17, 17, 1, 58, 132, 47 };
	uint8_t protocol = protocols[scratch_random(sizeof(protocols))];
	bool is_v4 = scratch_random(3) > 0;
	size_t head = is_v4 ? 20 : 40, len = head + 20 + scratch_random(20);

	noise(ip, len);
	ip[0] = is_v4 ? 0x45 : 0x60;
	if (is_v4) {
		ip[2] = 0;
		ip[3] = (uint8_t)len;
		ip[6] = ip[7] = 0;
		ip[9] = protocol;
	} else {
		ip[4] = 0;
		ip[5] = (uint8_t)(len - head);
		ip[6] = protocol;
	}
	ip[head + 12] = 0x50;
	if (scratch_random(50) == 0)
		ip[scratch_random((uint32_t)head)] = (uint8_t)scratch_random(256);
	return scratch_random(30) ? len : scratch_random((uint32_t)len);
}

static void make_frame(struct frame *frame, int64_t at_s)
{
	static const char *const prefix[] = { "drop in: ", "reject", "it's\t\xff " };
	uint8_t ip[128], time[16] = { 0 }, family[4] = { 2, 0, 0, 1 };
	size_t len = random_packet(ip);
	unsigned which = scratch_random(4);

	frame->at_s = at_s;
	frame->len = 0;
	for (unsigned i = 0; i < 8; i++)
		time[i] = (uint8_t)((uint64_t)at_s >> (56 - 8 * i));
	put(frame, family, sizeof(family));
	if (which < 3)
		put_attribute(frame, NFULA_PREFIX, prefix[which], strlen(prefix[which]) + 1);
	put_attribute(frame, NFULA_TIMESTAMP, time, sizeof(time));
	if (scratch_random(100))
		put_attribute(frame, NFULA_PAYLOAD, ip, len);
}

/* Floods, quiet hours and steps with a packet or two. */
static void make_frames(void)
{
	int64_t at_s = START + scratch_random(100);

	frames = calloc(FRAMES, sizeof(*frames));
	assert_non_null(frames);
	for (count = 0; count < FRAMES; count++) {
		make_frame(&frames[count], at_s);
		if (scratch_random(20) == 0)
			at_s += 1 + scratch_random(10);
		if (scratch_random(3000) == 0)
			at_s += scratch_random(2000);
	}
}

static int64_t step_of(int64_t at_s)
{
	return at_s - at_s % schema.step_s;
}

/* ---- as captures ---- */

/* Frames first, first + every ... */
static const char *write_capture(void **state, const char *name, unsigned first, unsigned every)
{
	static const uint32_t head[6] = { 0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 239 };
	const char *path = scratch_path(state, name);
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	fwrite(head, sizeof(head), 1, out);
	for (unsigned i = first; i < count; i += every) {
		uint32_t record[4] = { (uint32_t)frames[i].at_s, 0, (uint32_t)frames[i].len, (uint32_t)frames[i].len };

		fwrite(record, sizeof(record), 1, out);
		fwrite(frames[i].bytes, frames[i].len, 1, out);
	}
	assert_int_equal(fclose(out), 0);
	return path;
}

static struct import_request request_of(char *const *sources, unsigned source_count, const char *archive)
{
	return (struct import_request){ .sources = sources, .source_count = source_count, .format = "auto", .archive = archive,
		                        .schema = schema, .classes_by_port = 1u << CLASS_PROBE };
}

static struct import_report imported(const struct import_request *request)
{
	struct import_report report;
	struct failure why;

	if (import_run(request, &report, &why))
		fail_msg("%s", why.text);
	return report;
}

/* ---- as the daemon hears them ---- */

struct daemon {
	struct slotring *ring;
	struct writer *writer;
	struct lane lane;
	struct slot_rules rules;
};

static void start(struct daemon *daemon, void **state, const char *dir)
{
	struct slotring_shape shape = { .portbin = schema.portbin, .step_s = schema.step_s, .lanes = 1, .slots = RING_SLOTS };
	int64_t start_s = step_of(frames[0].at_s);
	struct failure why;

	if (slotring_open(scratch_path(state, "ring"), &shape, &daemon->ring, &why) ||
	    archive_create(STORE_HERE(dir), &schema, start_s - start_s % schema.level[schema.levels - 1].row_s, NULL, NULL, &why) ||
	    writer_open(STORE_HERE(dir), &schema, scratch_path(state, "undo"), &daemon->writer, &why))
		fail_msg("%s", why.text);
	daemon->rules = (struct slot_rules){ .portbin = schema.portbin, .bins = portbin_count(&schema.portbin),
		                             .classes_by_port = 1u << CLASS_PROBE, .source_key = slotring_key(daemon->ring) };
	assert_int_equal(lane_init(&daemon->lane, daemon->ring, 0, start_s * 1000, start_s * 1000, GRACE_MS), 0);
}

static void flush(struct daemon *daemon, int64_t until_s)
{
	struct failure why;

	if (writer_flush(daemon->writer, daemon->ring, until_s, true, &why))
		fail_msg("%s", why.text);
}

/* Time passes, a step at a time. */
static void wait_until(struct daemon *daemon, int64_t at_s)
{
	for (int64_t t = step_of(daemon->lane.start_s) + schema.step_s; t <= at_s; t += schema.step_s) {
		lane_tick(&daemon->lane, t * 1000 + GRACE_MS, t * 1000 + GRACE_MS, true);
		if (t / schema.step_s % 40 == 0)
			flush(daemon, t);
	}
}

static void hear(struct daemon *daemon, const struct frame *frame)
{
	struct packet packet;
	struct nfmsg msg;
	struct slot *slot;

	wait_until(daemon, frame->at_s);
	slot = lane_slot(&daemon->lane, frame->at_s);
	assert_non_null(slot);
	assert_true(nfmsg_parse(frame->bytes, frame->len, &msg));
	switch (msg.payload ? packet_decode(msg.payload, msg.payload_len, &packet) : PACKET_SHORT) {
	case PACKET_OK:
		slot_add_packet(slot, &daemon->rules, &packet);
		return;
	case PACKET_SHORT:
		slot_add_reason(slot, SLOT_SHORT, 1);
		return;
	case PACKET_MALFORMED:
		slot_add_reason(slot, SLOT_MALFORMED, 1);
		return;
	case PACKET_NOT_IP:
		slot_add_reason(slot, SLOT_NOT_IP, 1);
		return;
	}
}

static void hear_all(void **state, const char *dir)
{
	struct daemon daemon;
	int64_t end_s = step_of(frames[count - 1].at_s) + schema.step_s;

	start(&daemon, state, dir);
	for (unsigned i = 0; i < count; i++)
		hear(&daemon, &frames[i]);
	wait_until(&daemon, end_s);
	flush(&daemon, end_s);
	lane_fini(&daemon.lane);
	writer_close(daemon.writer);
	slotring_close(daemon.ring);
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
	if (fd < 0)
		fail_msg("%s", path);
	if (rrd_header_read(fd, path, NULL, &header, &why))
		fail_msg("%s", why.text);
	close(fd);
	*bytes = scratch_read(path, &size);
	return header;
}

static const double *row_of(const struct rrd_header *header, const uint8_t *bytes, unsigned level, unsigned back)
{
	unsigned rows = header->shape.level[level].rows;
	uint64_t newest, at = rrd_header_rows(header, level, &newest);

	return (const double *)(const void *)(bytes + at + rrd_rows_bytes(header->shape.ds_count, (newest + rows - back) % rows));
}

/* Sources are counted by a hash with a random key. */
static bool is_like(double a, double b)
{
	return memcmp(&a, &b, sizeof(a)) == 0 || fabs(a - b) <= 0.1 * fabs(a) + 2;
}

static unsigned compare_file(const char *dir_a, const char *dir_b, const struct schema_file *file)
{
	uint8_t *in_a, *in_b;
	struct rrd_header a = header_of(dir_a, file->name, &in_a), b = header_of(dir_b, file->name, &in_b);
	unsigned full = 0;

	for (unsigned level = 0; level < schema.levels; level++)
		for (unsigned back = 0; back < schema.level[level].rows; back++)
			for (unsigned i = 0; i < file->ds_count; i++) {
				double left = row_of(&a, in_a, level, back)[i], right = row_of(&b, in_b, level, back)[i];
				bool is_sources = file->kind == SCHEMA_TOTALS && (int)i == schema_sources_ds();

				full += left > 0;
				if (is_sources ? !is_like(left, right) : memcmp(&left, &right, sizeof(left)) != 0)
					fail_msg("%s: level %u, row %u before the newest, DS %u: %a and %a", file->name, level, back, i,
					         left, right);
			}
	rrd_header_fini(&a);
	rrd_header_fini(&b);
	free(in_a);
	free(in_b);
	return full;
}

static void assert_same_archive(const char *dir_a, const char *dir_b)
{
	unsigned full = 0;

	for (unsigned i = 0; i < schema_file_count(&schema); i++) {
		struct schema_file file;

		schema_file(&schema, i, &file);
		full += compare_file(dir_a, dir_b, &file);
	}
	assert_true(full > 1000);
}

/* ---- tests ---- */

static void a_capture_gives_the_rows_that_listening_gives(void **state)
{
	char heard[SCRATCH_PATH], read[SCRATCH_PATH], *sources[1];
	struct import_request request;
	struct import_report report;
	uint64_t packets = 0;

	snprintf(heard, sizeof(heard), "%s", scratch_path(state, "heard"));
	snprintf(read, sizeof(read), "%s", scratch_path(state, "read"));
	sources[0] = strdup(write_capture(state, "pcap", 0, 1));
	request = request_of(sources, 1, read);
	report = imported(&request);
	for (unsigned i = 0; i < SERIES_COUNT; i++)
		for (unsigned class = 0; class < CLASS_COUNT; class++)
			packets += report.packets[i][class];
	for (unsigned i = 0; i < SLOT_REASONS; i++)
		packets += report.reasons[i];
	assert_int_equal(packets, count);
	assert_int_equal(report.source[0].items, count);
	import_report_fini(&report);
	hear_all(state, heard);
	assert_same_archive(heard, read);
	free(sources[0]);
}

/* Each source has every third frame, and all are given in another order. */
static void the_order_of_sources_is_of_no_matter(void **state)
{
	char dir[2][SCRATCH_PATH], *sources[2][3];
	struct import_request request;
	struct import_report report;

	for (unsigned i = 0; i < 3; i++) {
		char name[8];

		snprintf(name, sizeof(name), "%u.pcap", i);
		sources[0][i] = sources[1][2 - i] = strdup(write_capture(state, name, i, 3));
	}
	for (unsigned i = 0; i < 2; i++) {
		snprintf(dir[i], sizeof(dir[i]), "%s", scratch_path(state, i ? "b" : "a"));
		request = request_of(sources[i], 3, dir[i]);
		report = imported(&request);
		import_report_fini(&report);
	}
	assert_same_archive(dir[0], dir[1]);
	for (unsigned i = 0; i < 3; i++)
		free(sources[0][i]);
}

/* Of sources that overlap in part, with dedup, comes what one source of all gives. */
static void overlapping_sources_count_once_if_so_wanted(void **state)
{
	char once[SCRATCH_PATH], twice[SCRATCH_PATH], *sources[3];
	struct import_request request;
	struct import_report report;
	unsigned all = count;

	snprintf(once, sizeof(once), "%s", scratch_path(state, "once"));
	snprintf(twice, sizeof(twice), "%s", scratch_path(state, "twice"));
	sources[2] = strdup(write_capture(state, "all", 0, 1));
	sources[1] = strdup(write_capture(state, "late", all / 3, 1));
	count = all / 2;
	sources[0] = strdup(write_capture(state, "early", 0, 1));
	count = all;
	request = request_of(&sources[2], 1, once);
	report = imported(&request);
	import_report_fini(&report);
	request = request_of(sources, 2, twice);
	request.dedup = true;
	report = imported(&request);
	assert_int_equal(report.source[0].dropped + report.source[1].dropped, all / 2 - all / 3);
	import_report_fini(&report);
	assert_same_archive(once, twice);
	for (unsigned i = 0; i < 3; i++)
		free(sources[i]);
}

/* ---- stopping ---- */

static unsigned asked, stop_at;

static bool stop(void *arg, bool is_counting, double fraction, uint64_t packets)
{
	assert_true(fraction <= 1);
	return ++asked < stop_at;
}

static void one_that_is_stopped_leaves_nothing(void **state)
{
	char dir[SCRATCH_PATH], *sources[1];
	struct import_request request;
	struct import_report report;
	struct failure why;

	snprintf(dir, sizeof(dir), "%s", scratch_path(state, "archive"));
	sources[0] = strdup(write_capture(state, "pcap", 0, 1));
	request = request_of(sources, 1, dir);
	request.progress = stop;
	for (stop_at = 1; stop_at < 4; stop_at++) {
		asked = 0;
		assert_int_equal(import_run(&request, &report, &why), -ECANCELED);
		import_report_fini(&report);
		assert_int_equal(access(dir, F_OK), -1);
	}
	free(sources[0]);
}

static bool stop_counting(void *arg, bool is_counting, double fraction, uint64_t packets)
{
	return !is_counting;
}

/* There are too few records for these to ask. */
static void rows_that_come_along_ask_whether_to_go_on(void **state)
{
	char known[SCRATCH_PATH], dir[SCRATCH_PATH], *sources[1];
	struct import_request request;
	struct import_report report;
	struct failure why;

	snprintf(known, sizeof(known), "%s", scratch_path(state, "known"));
	snprintf(dir, sizeof(dir), "%s", scratch_path(state, "archive"));
	sources[0] = strdup(write_capture(state, "pcap", 0, 1));
	request = request_of(sources, 1, known);
	report = imported(&request);
	import_report_fini(&report);
	request = request_of(sources, 1, dir);
	request.onto = known;
	request.progress = stop_counting;
	assert_int_equal(import_run(&request, &report, &why), -ECANCELED);
	import_report_fini(&report);
	assert_int_equal(access(dir, F_OK), -1);
	free(sources[0]);
}

static int make(void **state)
{
	schema = scratch_schema();
	make_frames();
	return scratch_make(state);
}

static int clear(void **state)
{
	free(frames);
	return scratch_remove(state);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, clear)
	const struct CMUnitTest tests[] = {
		TEST(a_capture_gives_the_rows_that_listening_gives),
		TEST(the_order_of_sources_is_of_no_matter),
		TEST(overlapping_sources_count_once_if_so_wanted),
		TEST(one_that_is_stopped_leaves_nothing),
		TEST(rows_that_come_along_ask_whether_to_go_on),
	};

#ifndef HAVE_PCAP
	printf("1..0 # SKIP built without libpcap\n");
	return 0;
#endif
	scratch_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
