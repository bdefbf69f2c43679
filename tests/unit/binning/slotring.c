/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/slotring.h"

#include <errno.h>
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

static char dir[] = "/tmp/fireplot-slotring.XXXXXX";
static char path[64];

static const struct slotring_shape small = { .portbin = { 64, 1 }, .step_s = 10, .lanes = 1, .slots = 4 };

static int make_dir(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/ring", dir);
	return 0;
}

static int remove_dir(void **state)
{
	return rmdir(dir);
}

static int remove_ring(void **state)
{
	unlink(path);
	return 0;
}

static struct slotring *opened(const struct slotring_shape *shape)
{
	struct slotring *ring = NULL;
	struct failure why;

	if (slotring_open(path, shape, &ring, &why))
		fail_msg("%s", why.text);
	return ring;
}

static struct slot *fill(struct slotring *ring, unsigned lane, unsigned i, int64_t start_s, int64_t end_s, uint32_t n)
{
	struct slot *slot = slotring_slot(ring, lane, i);

	memset(slot, 0, slot_size(portbin_count(&slotring_shape(ring)->portbin)));
	slot->start_s = start_s;
	slot->end_s = end_s;
	slot->ports[0] = n;
	slotring_set_state(slot, SLOT_OPEN);
	return slot;
}

static uint32_t count_of(const struct slotring *ring, int64_t start_s, int64_t end_s)
{
	struct slotring_span span = { start_s, end_s };
	struct slot *sum = calloc(1, slot_size(portbin_count(&slotring_shape(ring)->portbin)));
	uint32_t n;

	slotring_sum(ring, &span, sum);
	n = sum->ports[0];
	free(sum);
	return n;
}

static void counts_outlive_the_process_that_made_them(void **state)
{
	struct slotring *ring = opened(&small);

	fill(ring, 0, 2, 100, 110, 7);
	slotring_set_cut(ring, 55);
	slotring_close(ring);
	ring = opened(&small);
	assert_int_equal(count_of(ring, 100, 110), 7);
	assert_int_equal(slotring_cut(ring), 55);
	slotring_close(ring);
}

static void a_second_process_is_refused(void **state)
{
	struct slotring *ring = opened(&small), *second;
	struct failure why;

	assert_int_equal(slotring_open(path, &small, &second, &why), -EBUSY);
	assert_non_null(strstr(why.text, "another fireplotd"));
	slotring_close(ring);
}

static void spans_come_oldest_first_and_each_once(void **state)
{
	struct slotring_shape two = small;
	struct slotring_span spans[8];
	struct slotring *ring;

	two.lanes = 2;
	ring = opened(&two);
	fill(ring, 0, 0, 120, 130, 1);
	fill(ring, 0, 1, 100, 104, 2);
	fill(ring, 1, 3, 100, 110, 4);
	fill(ring, 1, 2, 120, 130, 8);
	assert_int_equal(slotring_spans(ring, INT64_MAX, spans, 8), 3);
	assert_int_equal(spans[0].end_s, 104);
	assert_int_equal(spans[1].end_s, 110);
	assert_int_equal(spans[2].end_s, 130);
	assert_int_equal(slotring_spans(ring, 129, spans, 8), 2);
	assert_int_equal(slotring_spans(ring, INT64_MAX, spans, 2), 2);
	assert_int_equal(spans[1].end_s, 110);
	assert_int_equal(count_of(ring, 120, 130), 9);
	slotring_release(ring, &spans[0]);
	assert_int_equal(slotring_spans(ring, INT64_MAX, spans, 8), 2);
	slotring_close(ring);
}

static void more_lanes_or_slots_keep_what_was_counted(void **state)
{
	struct slotring_shape wider = small;
	struct slotring *ring = opened(&small);

	fill(ring, 0, 3, 100, 110, 7);
	fill(ring, 0, 0, 110, 120, 9);
	slotring_close(ring);
	wider.lanes = 3;
	wider.slots = 9;
	ring = opened(&wider);
	assert_int_equal(slotring_shape(ring)->lanes, 3);
	assert_int_equal(count_of(ring, 100, 110), 7);
	assert_int_equal(count_of(ring, 110, 120), 9);
	slotring_close(ring);
}

static void fewer_slots_than_spans_still_keep_them_all(void **state)
{
	struct slotring_shape narrow = small;
	struct slotring *ring = opened(&small);

	for (unsigned i = 0; i < 4; i++)
		fill(ring, 0, i, 100 + 10 * i, 110 + 10 * i, i + 1);
	slotring_close(ring);
	narrow.slots = 2;
	ring = opened(&narrow);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(count_of(ring, 100 + 10 * i, 110 + 10 * i), i + 1);
	slotring_close(ring);
}

static void a_ring_of_another_step_is_refused_while_it_holds_counts(void **state)
{
	struct slotring_shape other = small;
	struct slotring *ring = opened(&small), *second = NULL;
	struct failure why;

	fill(ring, 0, 0, 100, 110, 7);
	slotring_close(ring);
	other.step_s = 60;
	assert_int_equal(slotring_open(path, &other, &second, &why), -EEXIST);
	assert_non_null(strstr(why.text, path));
	ring = opened(&small);
	assert_int_equal(count_of(ring, 100, 110), 7);
	slotring_release(ring, &(struct slotring_span){ 100, 110 });
	slotring_close(ring);
	ring = opened(&other);
	assert_int_equal(slotring_shape(ring)->step_s, 60);
	slotring_close(ring);
}

static void write_file(const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

static void what_is_no_ring_is_refused_and_stays_as_it_is(void **state)
{
	struct slotring *ring = NULL;
	struct failure why;
	struct stat st;

	write_file("my diary\n", 9);
	assert_int_equal(slotring_open(path, &small, &ring, &why), -EILSEQ);
	assert_non_null(strstr(why.text, "expected a slot ring"));
	assert_int_equal(slotring_snapshot(path, true, &ring, &why), -EILSEQ);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 9);
}

static void a_ring_cut_short_is_refused(void **state)
{
	struct slotring *ring = opened(&small), *again = NULL;
	struct failure why;
	struct stat st;

	slotring_close(ring);
	assert_int_equal(stat(path, &st), 0);
	for (off_t size = 0; size < st.st_size; size += size < 200 ? 1 : 997) {
		assert_int_equal(truncate(path, size), 0);
		assert_int_equal(slotring_open(path, &small, &again, &why), -EILSEQ);
		assert_int_equal(slotring_snapshot(path, true, &again, &why), -EILSEQ);
		assert_null(again);
	}
}

static void a_slot_with_an_impossible_span_is_damage(void **state)
{
	const int64_t wrong[][2] = { { 100, 100 }, { 100, 90 }, { 100, 111 }, { 101, 110 }, { -10, 0 }, { INT64_MAX - 7, INT64_MIN } };

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct slotring *ring = opened(&small), *again = NULL;
		struct failure why;

		fill(ring, 0, 1, wrong[i][0], wrong[i][1], 7);
		slotring_close(ring);
		assert_int_equal(slotring_open(path, &small, &again, &why), -EILSEQ);
		assert_int_equal(slotring_snapshot(path, true, &again, &why), -EILSEQ);
		unlink(path);
	}
}

static void a_snapshot_is_a_copy_that_stays(void **state)
{
	struct slotring *ring = opened(&small), *copy;
	struct failure why;

	fill(ring, 0, 1, 100, 110, 7);
	assert_int_equal(slotring_snapshot(path, true, &copy, &why), 0);
	fill(ring, 0, 1, 140, 150, 9);
	assert_int_equal(count_of(copy, 100, 110), 7);
	assert_int_equal(count_of(copy, 140, 150), 0);
	slotring_close(copy);
	slotring_close(ring);
	unlink(path);
	assert_int_equal(slotring_snapshot(path, true, &copy, &why), -ENOENT);
}

static void the_slowest_lane_says_what_is_complete(void **state)
{
	struct slotring_shape two = small;
	struct slotring *ring;

	two.lanes = 2;
	ring = opened(&two);
	slotring_set_watermark(ring, 0, 200);
	assert_int_equal(slotring_complete_until(ring), 0);
	slotring_set_watermark(ring, 1, 150);
	assert_int_equal(slotring_complete_until(ring), 150);
	slotring_set_watermark(ring, 1, 100);
	assert_int_equal(slotring_complete_until(ring), 150);
	slotring_close(ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(counts_outlive_the_process_that_made_them, remove_ring),
		cmocka_unit_test_teardown(a_second_process_is_refused, remove_ring),
		cmocka_unit_test_teardown(spans_come_oldest_first_and_each_once, remove_ring),
		cmocka_unit_test_teardown(more_lanes_or_slots_keep_what_was_counted, remove_ring),
		cmocka_unit_test_teardown(fewer_slots_than_spans_still_keep_them_all, remove_ring),
		cmocka_unit_test_teardown(a_ring_of_another_step_is_refused_while_it_holds_counts, remove_ring),
		cmocka_unit_test_teardown(what_is_no_ring_is_refused_and_stays_as_it_is, remove_ring),
		cmocka_unit_test_teardown(a_ring_cut_short_is_refused, remove_ring),
		cmocka_unit_test_teardown(a_slot_with_an_impossible_span_is_damage, remove_ring),
		cmocka_unit_test_teardown(a_snapshot_is_a_copy_that_stays, remove_ring),
		cmocka_unit_test_teardown(the_slowest_lane_says_what_is_complete, remove_ring),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
