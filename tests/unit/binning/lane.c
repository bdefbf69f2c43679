/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/lane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#define STEP 10
#define GRACE_MS 150
#define START 1000000 /* seconds, on a step */

static char path[] = "/tmp/fireplot-lane.XXXXXX";
static const struct slotring_shape shape = { .portbin = { 64, 1 }, .step_s = STEP, .lanes = 1, .slots = 5 };

/* A lane with a clock that the test owns. */
struct fixture {
	struct slotring *ring;
	struct lane lane;
	int64_t wall_ms;
	int64_t steady_ms;
};

static struct fixture begin(int64_t at_s)
{
	struct fixture f = { .wall_ms = at_s * 1000, .steady_ms = 5000 };
	struct failure why;

	if (slotring_open(path, &shape, &f.ring, &why))
		fail_msg("%s", why.text);
	lane_init(&f.lane, f.ring, 0, f.wall_ms, f.steady_ms, GRACE_MS);
	return f;
}

static enum lane_event pass(struct fixture *f, int64_t ms, bool drained)
{
	f->wall_ms += ms;
	f->steady_ms += ms;
	return lane_tick(&f->lane, f->wall_ms, f->steady_ms, drained);
}

static void end(struct fixture *f)
{
	slotring_close(f->ring);
}

static int prepare(void **state)
{
	return mkdtemp(path) ? rmdir(path) : -1;
}

static int remove_ring(void **state)
{
	unlink(path);
	return 0;
}

static unsigned spans_of(const struct fixture *f, int64_t until_s, struct slotring_span spans[8])
{
	return slotring_spans(f->ring, until_s, spans, 8);
}

static void a_step_without_a_packet_gets_a_slot(void **state)
{
	struct fixture f = begin(START + 3);
	struct slotring_span spans[8];

	assert_int_equal(pass(&f, 7000, true), LANE_FINE);
	assert_int_equal(pass(&f, 10000, true), LANE_FINE);
	assert_int_equal(spans_of(&f, INT64_MAX, spans), 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(spans[i].start_s, START + STEP * i);
		assert_int_equal(spans[i].end_s, START + STEP * (i + 1));
	}
	end(&f);
}

static void a_late_packet_finds_its_step_until_the_grace_is_over(void **state)
{
	struct fixture f = begin(START);
	struct slot *first = f.lane.current;

	pass(&f, 10020, true);
	assert_ptr_equal(lane_slot(&f.lane, START + 9), first);
	assert_int_equal(slotring_complete_until(f.ring), START);
	pass(&f, GRACE_MS, false);
	assert_ptr_equal(lane_slot(&f.lane, START + 9), first);
	pass(&f, 1, true);
	assert_int_equal(slotring_complete_until(f.ring), START + STEP);
	assert_ptr_equal(lane_slot(&f.lane, START + 9), f.lane.current);
	assert_ptr_not_equal(f.lane.current, first);
	end(&f);
}

static void packets_of_a_backlog_find_their_steps(void **state)
{
	struct fixture f = begin(START);
	struct slot *slots[3];

	slots[0] = lane_slot(&f.lane, START + 5);
	assert_int_equal(pass(&f, 25000, false), LANE_FINE);
	slots[1] = lane_slot(&f.lane, START + 12);
	slots[2] = lane_slot(&f.lane, START + 22);
	assert_int_equal(slots[0]->start_s, START);
	assert_int_equal(slots[1]->start_s, START + 10);
	assert_int_equal(slots[2]->start_s, START + 20);
	assert_ptr_equal(lane_slot(&f.lane, START + 19), slots[1]);
	end(&f);
}

static void a_packet_from_the_future_opens_nothing(void **state)
{
	struct fixture f = begin(START);
	struct slotring_span spans[8];

	assert_ptr_equal(lane_slot(&f.lane, START + 1000000), f.lane.current);
	assert_int_equal(spans_of(&f, INT64_MAX, spans), 1);
	end(&f);
}

static void a_clock_that_jumps_ahead_leaves_a_gap(void **state)
{
	struct fixture f = begin(START);
	struct slotring_span spans[8];

	f.wall_ms += 3600 * 1000;
	assert_int_equal(pass(&f, 20, true), LANE_GAP);
	assert_int_equal(spans_of(&f, INT64_MAX, spans), 2);
	assert_int_equal(spans[0].start_s, START);
	assert_int_equal(spans[1].start_s, START + 3600);
	end(&f);
}

static void a_clock_that_steps_back_counts_on_in_the_open_slot(void **state)
{
	struct fixture f = begin(START);
	struct slot *slot = f.lane.current;
	struct slotring_span spans[8];

	f.wall_ms -= 3600 * 1000;
	assert_int_equal(pass(&f, 20, true), LANE_BACK);
	assert_ptr_equal(lane_slot(&f.lane, START - 3600), slot);
	assert_int_equal(spans_of(&f, INT64_MAX, spans), 1);
	end(&f);
}

static void a_full_ring_has_no_slot_and_tells_the_loss_later(void **state)
{
	struct fixture f = begin(START);
	struct slotring_span spans[8];

	for (unsigned i = 1; i < 5; i++)
		assert_int_equal(pass(&f, 10000, true), LANE_FINE);
	assert_int_equal(pass(&f, 10000, true), LANE_NO_SLOT);
	assert_null(lane_slot(&f.lane, START + 50));
	f.lane.homeless += 7;
	assert_int_equal(spans_of(&f, INT64_MAX, spans), 5);
	slotring_release(f.ring, &spans[0]);
	assert_int_equal(pass(&f, 10000, true), LANE_FINE);
	assert_int_equal(f.lane.current->start_s, START + 60);
	assert_int_equal(f.lane.current->reasons[SLOT_LOST], 7);
	assert_int_equal(f.lane.homeless, 0);
	end(&f);
}

static void a_restart_within_the_step_counts_on(void **state)
{
	struct fixture f = begin(START);
	struct slot *slot;

	pass(&f, 12000, true);
	f.lane.current->ports[3] = 9;
	end(&f);
	f = begin(START + 14);
	slot = f.lane.current;
	assert_int_equal(slot->start_s, START + 10);
	assert_int_equal(slot->ports[3], 9);
	assert_int_equal(slotring_complete_until(f.ring), START + 10);
	end(&f);
}

static void a_clean_end_cuts_the_slot_and_the_rest_of_the_step_gets_another(void **state)
{
	struct fixture f = begin(START);
	struct slotring_span spans[8];

	lane_finish(&f.lane, START + 4);
	slotring_set_cut(f.ring, START + 4);
	end(&f);
	f = begin(START + 6);
	f.lane.current->ports[0] = 1;
	assert_int_equal(spans_of(&f, INT64_MAX, spans), 2);
	assert_int_equal(spans[0].end_s, START + 4);
	assert_int_equal(spans[1].end_s, START + 10);
	end(&f);
}

static void a_slot_never_ends_before_what_was_cut(void **state)
{
	struct fixture f = begin(START + 9);

	lane_finish(&f.lane, START + 10);
	slotring_set_cut(f.ring, START + 10);
	end(&f);
	f = begin(START + 9);
	assert_int_equal(f.lane.current->start_s, START + 10);
	assert_ptr_equal(lane_slot(&f.lane, START + 9), f.lane.current);
	end(&f);
}

static void new_watched_ports_are_marked_in_the_open_slot_and_the_next(void **state)
{
	struct fixture f = begin(START);

	lane_set_watch_mask(&f.lane, 5);
	assert_int_equal(f.lane.current->watch_mask, 5);
	pass(&f, 10000, true);
	assert_int_equal(f.lane.current->watch_mask, 5);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_step_without_a_packet_gets_a_slot, remove_ring),
		cmocka_unit_test_teardown(a_late_packet_finds_its_step_until_the_grace_is_over, remove_ring),
		cmocka_unit_test_teardown(packets_of_a_backlog_find_their_steps, remove_ring),
		cmocka_unit_test_teardown(a_packet_from_the_future_opens_nothing, remove_ring),
		cmocka_unit_test_teardown(a_clock_that_jumps_ahead_leaves_a_gap, remove_ring),
		cmocka_unit_test_teardown(a_clock_that_steps_back_counts_on_in_the_open_slot, remove_ring),
		cmocka_unit_test_teardown(a_full_ring_has_no_slot_and_tells_the_loss_later, remove_ring),
		cmocka_unit_test_teardown(a_restart_within_the_step_counts_on, remove_ring),
		cmocka_unit_test_teardown(a_clean_end_cuts_the_slot_and_the_rest_of_the_step_gets_another, remove_ring),
		cmocka_unit_test_teardown(a_slot_never_ends_before_what_was_cut, remove_ring),
		cmocka_unit_test_teardown(new_watched_ports_are_marked_in_the_open_slot_and_the_next, remove_ring),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
