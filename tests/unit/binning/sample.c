/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/lane.h"
#include "binning/sample_sum.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define KEY UINT64_C(0x0123456789abcdef)
#define ROOM 64
#define STEP 10
#define START 1000000

static char dir[] = "/tmp/fireplot-sample.XXXXXX";
static char path[64];

static struct packet packet_from(uint32_t source, uint16_t port)
{
	struct packet packet = { .destination = { 192, 0, 2, 1 }, .destination_port = port, .series = SERIES_TCP4, .class = CLASS_PROBE,
	                         .version = 4, .protocol = 6, .has_ports = true, .tcp_flags = PACKET_SYN };

	memcpy(packet.source, &source, sizeof(source));
	return packet;
}

static void add(struct sampler *sampler, const struct packet *packet, const char *prefix)
{
	sampler_add(sampler, packet, (const uint8_t *)prefix, strlen(prefix));
}

static struct sample *sample_new(uint32_t room)
{
	struct sample *sample = aligned_alloc(64, sample_size(room));

	assert_non_null(sample);
	memset(sample, 0xa5, sample_size(room)); /* what a slot had before */
	sample_clear(sample, room);
	return sample;
}

static const struct sighting *find(const struct sample *sample, const struct packet *packet)
{
	for (unsigned i = 0; i < sample->count; i++)
		if (sample->sighting[i].packets && memcmp(sample->sighting[i].source, packet->source, 16) == 0 &&
		    sample->sighting[i].number == packet->destination_port)
			return &sample->sighting[i];
	return NULL;
}

static void each_part_tells_one_sighting_from_another(void **state)
{
	struct sample *sample = sample_new(ROOM);
	struct sampler *sampler = sampler_new(ROOM, KEY);
	struct packet base = packet_from(1, 22), other[] = { base, base, base, base, base, base };

	other[0].source[15] = 1;
	other[1].destination[3] = 2;
	other[2].destination_port = 23;
	other[3].series = SERIES_UDP4;
	other[4].class = CLASS_BACKSCATTER;
	sampler_attach(sampler, sample);
	for (unsigned round = 0; round < 3; round++) {
		add(sampler, &base, "drop");
		for (unsigned i = 0; i < 5; i++)
			add(sampler, &other[i], "drop");
		add(sampler, &other[5], "another rule");
	}
	assert_int_equal(sample->count, 7);
	assert_int_equal(sample->is_partial, 0);
	for (unsigned i = 0; i < 7; i++)
		assert_int_equal(sample->sighting[i].packets, 3);
	sampler_free(sampler);
	free(sample);
}

static void the_number_is_the_port_or_type_and_code_or_the_protocol(void **state)
{
	struct sample *sample = sample_new(ROOM);
	struct sampler *sampler = sampler_new(ROOM, KEY);
	struct packet packet = packet_from(1, 3389);

	sampler_attach(sampler, sample);
	add(sampler, &packet, "");
	packet.tcp_flags = PACKET_FIN | PACKET_URG;
	add(sampler, &packet, "");
	packet.series = SERIES_ICMP4;
	packet.icmp_type = 8;
	packet.icmp_code = 3;
	add(sampler, &packet, "");
	packet.series = SERIES_OTHER4;
	packet.protocol = 47;
	add(sampler, &packet, "");
	assert_int_equal(sample->sighting[0].number, 3389);
	assert_int_equal(sample->sighting[0].tcp_flags, PACKET_SYN | PACKET_FIN | PACKET_URG);
	assert_int_equal(sample->sighting[1].number, 8 << 8 | 3);
	assert_int_equal(sample->sighting[2].number, 47);
	assert_int_equal(sample->sighting[0].rule, 0);
	sampler_free(sampler);
	free(sample);
}

static int by_number(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Sends each of n sources source % 5 + 1 packets, spread over five rounds. */
static void flood(struct sampler *sampler, uint32_t n, unsigned from_round, unsigned to_round)
{
	for (unsigned round = from_round; round < to_round; round++)
		for (uint32_t source = 0; source < n; source++) {
			struct packet packet = packet_from(source, 80);

			if (round <= source % 5)
				add(sampler, &packet, "flood");
		}
}

static uint64_t hash_of(uint32_t source)
{
	struct packet packet = packet_from(source, 80);
	struct sighting sighting = { .number = 80, .series = SERIES_TCP4, .class = CLASS_PROBE };

	memcpy(sighting.source, packet.source, 16);
	memcpy(sighting.destination, packet.destination, 16);
	return sample_hash(&sighting, sample_rule_hash("flood", KEY), KEY);
}

/* The ROOM smallest hashes of n sources, each with all of its packets. */
static void check_flood(const struct sample *sample, uint32_t n)
{
	uint64_t *hashes = calloc(n, sizeof(*hashes));

	for (uint32_t source = 0; source < n; source++)
		hashes[source] = hash_of(source);
	qsort(hashes, n, sizeof(*hashes), by_number);
	assert_int_equal(sample->count, ROOM);
	assert_int_equal(sample->is_partial, n > ROOM);
	for (uint32_t source = 0; source < n; source++) {
		struct packet packet = packet_from(source, 80);
		const struct sighting *found = find(sample, &packet);

		assert_int_equal(found != NULL, hash_of(source) <= hashes[ROOM - 1]);
		assert_true(!found || found->packets == source % 5 + 1);
	}
	free(hashes);
}

static void of_a_flood_the_smallest_hashes_are_kept_with_all_their_packets(void **state)
{
	static const uint32_t sizes[] = { ROOM, ROOM + 1, 200, 20000 };

	for (unsigned i = 0; i < 4; i++) {
		struct sample *sample = sample_new(ROOM);
		struct sampler *sampler = sampler_new(ROOM, KEY);

		sampler_attach(sampler, sample);
		flood(sampler, sizes[i], 0, 5);
		check_flood(sample, sizes[i]);
		sampler_free(sampler);
		free(sample);
	}
}

static void another_process_goes_on_where_the_last_one_died(void **state)
{
	for (unsigned died = 1; died < 5; died++) {
		struct sample *sample = sample_new(ROOM);
		struct sampler *sampler = sampler_new(ROOM, KEY);

		sampler_attach(sampler, sample);
		flood(sampler, 3000, 0, died);
		sampler_free(sampler);
		sampler = sampler_new(ROOM, KEY);
		sampler_attach(sampler, sample);
		flood(sampler, 3000, died, 5);
		check_flood(sample, 3000);
		sampler_free(sampler);
		free(sample);
	}
}

static void a_sighting_that_was_being_written_is_none_and_its_place_is_used(void **state)
{
	struct sample *sample = sample_new(ROOM);
	struct sampler *sampler = sampler_new(ROOM, KEY);
	struct packet packet = packet_from(7, 7);
	const struct sighting *found;

	sampler_attach(sampler, sample);
	for (uint32_t source = 0; source < ROOM; source++) {
		struct packet filling = packet_from(source, 1);

		add(sampler, &filling, "");
	}
	memset(&sample->sighting[5], 0xff, 24); /* half of another */
	sample->sighting[5].packets = 0;
	sampler_attach(sampler, sample);
	add(sampler, &packet, "");
	assert_int_equal(sample->count, ROOM);
	assert_int_equal(sample->is_partial, 0);
	found = find(sample, &packet);
	assert_true(found && found->packets == 1);
	sampler_free(sampler);
	free(sample);
}

static void a_prefix_becomes_text(void **state)
{
	static const struct { const char *prefix, *text; } cases[] = {
		{ "", "" },
		{ "[UFW BLOCK] ", "[UFW BLOCK]" },
		{ "a\x1b[31mb\n", "a?[31mb?" },
		{ "\xff\xfe<script>", "?\?<script>" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "cut \xe2\x82", "cut ?\?" },
		{ "c1 \xc2\x9b!", "c1 ?!" },
		{ "0123456789012345678901234567890123456789012345678901234567890123456789",
		  "0123456789012345678901234567890123456789012345678901234567890123" },
		{ "012345678901234567890123456789012345678901234567890123456789012\xc3\xa9",
		  "012345678901234567890123456789012345678901234567890123456789012" },
	};
	char text[SIGHTING_RULE];

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sample_clean_rule((const uint8_t *)cases[i].prefix, strlen(cases[i].prefix), text);
		assert_string_equal(text, cases[i].text);
	}
	sample_clean_rule((const uint8_t *)"a\0b", 3, text);
	assert_string_equal(text, "a?b");
}

static void prefixes_that_differ_in_one_byte_are_different_rules(void **state)
{
	struct packet packet = packet_from(1, 1);

	for (unsigned len = 1; len < SIGHTING_RULE; len++) {
		struct sample *sample = sample_new(2 * SIGHTING_RULE);
		struct sampler *sampler = sampler_new(2 * SIGHTING_RULE, KEY);
		char prefix[SIGHTING_RULE];

		memset(prefix, 'a', len);
		sampler_attach(sampler, sample);
		for (unsigned i = 0; i < 2 * len; i++) {
			sampler_add(sampler, &packet, (const uint8_t *)prefix, len);
			prefix[i % len] = 'b';
			sampler_add(sampler, &packet, (const uint8_t *)prefix, len);
			prefix[i % len] = 'a';
		}
		assert_int_equal(sample->rules, len + 1);
		assert_int_equal(sample->count, len + 1);
		assert_int_equal(sample->sighting[0].packets, 2 * len);
		for (unsigned i = 1; i <= len; i++)
			assert_int_equal(sample->sighting[i].packets, 2);
		sampler_free(sampler);
		free(sample);
	}
}

static void rules_beyond_those_that_a_step_can_hold_are_one(void **state)
{
	struct sample *sample = sample_new(1024);
	struct sampler *sampler = sampler_new(1024, KEY);
	unsigned rest = 0;

	sampler_attach(sampler, sample);
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < 300; i++) {
			struct packet packet = packet_from(i, 1);
			char prefix[16];

			snprintf(prefix, sizeof(prefix), "rule %u", i);
			add(sampler, &packet, prefix);
		}
	assert_int_equal(sample->rules, SIGHTING_RULES - 1);
	assert_string_equal(sample->rule[1].text, "rule 0");
	assert_string_equal(sample->rule[SIGHTING_RULES - 1].text, SIGHTING_RULE_REST);
	for (unsigned i = 0; i < sample->count; i++)
		rest += sample->sighting[i].rule == SIGHTING_RULES - 1;
	assert_int_equal(sample->count, 300);
	assert_int_equal(rest, 300 - (SIGHTING_RULES - 2));
	sampler_free(sampler);
	free(sample);
}

/* ---- in a ring ---- */

static const struct slotring_shape shape = { .portbin = { 64, 1 }, .step_s = STEP, .lanes = 2, .slots = 5, .sightings = ROOM };

static struct slotring *ring_open(const struct slotring_shape *wanted)
{
	struct slotring *ring;
	struct failure why;

	if (slotring_open(path, wanted, &ring, &why))
		fail_msg("%s", why.text);
	return ring;
}

/* Counts a packet for the lane of that number, as a listener does. */
static void see(struct lane *lane, const struct packet *packet, const char *prefix)
{
	struct slot_rules rules = { .portbin = shape.portbin, .bins = portbin_count(&shape.portbin), .classes_by_port = 1 };
	struct slot *slot = lane_slot(lane, lane->start_s);

	lane_see(lane, slot, packet, (const uint8_t *)prefix, strlen(prefix));
	slot_add_packet(slot, &rules, packet);
}

static void fill_ring(struct slotring *ring, unsigned sources)
{
	for (unsigned i = 0; i < slotring_shape(ring)->lanes; i++) {
		struct lane lane;

		assert_int_equal(lane_init(&lane, ring, i, START * 1000LL, 0, 100), 0);
		/* Rules in another order in each lane, and a source that both have. */
		for (unsigned source = 0; source < sources; source++) {
			struct packet packet = packet_from(i * sources + source, 22);

			see(&lane, &packet, i ? "second" : "first");
		}
		for (unsigned n = 0; n < 3; n++) {
			struct packet packet = packet_from(UINT32_MAX, 22);

			see(&lane, &packet, "both");
		}
		lane_fini(&lane);
	}
}

static struct sample_sum sum_of(const struct slotring *ring)
{
	struct slotring_span span = { START, START + STEP };
	struct sample_sum sum;

	assert_int_equal(sample_sum(ring, &span, &sum), 0);
	return sum;
}

static unsigned packets_by(const struct sample_sum *sum, const char *rule)
{
	unsigned packets = 0;

	for (unsigned i = 0; i < sum->step.count; i++)
		if (strcmp(sum->step.rule[sum->step.sighting[i].rule], rule) == 0)
			packets += sum->step.sighting[i].packets;
	return packets;
}

static void check_ten_and_ten(const struct sample_sum *sum)
{
	assert_int_equal(sum->step.count, 21);
	assert_int_equal(packets_by(sum, "first"), 10);
	assert_int_equal(packets_by(sum, "second"), 10);
	assert_int_equal(packets_by(sum, "both"), 6);
	assert_int_equal(sum->step.packets_left_out, 0);
	assert_int_equal(sum->step.sightings_left_out, 0);
}

static void lanes_are_summed_by_what_they_saw(void **state)
{
	struct slotring *ring = ring_open(&shape);
	struct sample_sum sum;

	fill_ring(ring, 10);
	sum = sum_of(ring);
	check_ten_and_ten(&sum);
	sample_sum_fini(&sum);
	slotring_close(ring);
}

static void a_ring_made_anew_keeps_its_sightings(void **state)
{
	struct slotring_shape wider = shape, smaller = shape;
	struct slotring *ring = ring_open(&shape);
	struct sample_sum sum;

	fill_ring(ring, 10);
	slotring_close(ring);
	wider.lanes = 3;
	wider.sightings = 2 * ROOM;
	ring = ring_open(&wider);
	sum = sum_of(ring);
	check_ten_and_ten(&sum);
	sample_sum_fini(&sum);
	slotring_close(ring);
	smaller.sightings = 8;
	ring = ring_open(&smaller);
	sum = sum_of(ring);
	assert_int_equal(sum.step.count, 8);
	assert_in_range(sum.step.packets_left_out, 13, 18);
	sample_sum_fini(&sum);
	slotring_close(ring);
}

static void what_a_lane_left_out_is_no_ones_sighting(void **state)
{
	struct slotring *ring = ring_open(&shape);
	struct sample_sum sum;
	unsigned packets = 0;

	fill_ring(ring, 5000);
	sum = sum_of(ring);
	assert_in_range(sum.step.count, ROOM / 2, ROOM);
	for (unsigned i = 0; i < sum.step.count; i++)
		packets += sum.step.sighting[i].packets;
	assert_int_equal(sum.step.packets_left_out + packets, 2 * (5000 + 3));
	assert_in_range(sum.step.sightings_left_out, 5000, 20000); /* 10001 were there */
	sample_sum_fini(&sum);
	slotring_close(ring);
}

static void a_copy_has_them_only_if_asked(void **state)
{
	struct slotring *ring = ring_open(&shape), *copy;
	struct sample_sum sum;
	struct failure why;

	fill_ring(ring, 10);
	assert_int_equal(slotring_snapshot(path, true, &copy, &why), 0);
	sum = sum_of(copy);
	check_ten_and_ten(&sum);
	sample_sum_fini(&sum);
	slotring_close(copy);
	assert_int_equal(slotring_snapshot(path, false, &copy, &why), 0);
	sum = sum_of(copy);
	assert_int_equal(sum.step.count, 0);
	assert_int_equal(sum.step.packets_left_out, 26);
	sample_sum_fini(&sum);
	slotring_close(copy);
	slotring_close(ring);
}

static void what_was_changed_while_it_was_read_is_left_out(void **state)
{
	struct slotring *ring = ring_open(&shape);
	struct slot *slot;
	struct sample_sum sum;

	fill_ring(ring, 10);
	slot = slotring_slot(ring, 0, 0);
	assert_int_equal(slotring_state(slot), SLOT_OPEN);
	slotring_sample(ring, slot)->sighting[3].source[7] ^= 1;
	sum = sum_of(ring);
	assert_int_equal(sum.step.count, 20);
	sample_sum_fini(&sum);
	slotring_close(ring);
}

static void more_than_there_is_room_for_is_damage(void **state)
{
	struct slotring *ring = ring_open(&shape), *copy;
	struct failure why;

	fill_ring(ring, 10);
	slotring_sample(ring, slotring_slot(ring, 0, 0))->count = ROOM + 1;
	assert_int_equal(slotring_snapshot(path, true, &copy, &why), -EILSEQ);
	assert_non_null(strstr(why.text, "more sightings than it can"));
	slotring_close(ring);
	assert_int_equal(slotring_open(path, &shape, &ring, &why), -EILSEQ);
}

static void the_step_before_is_counted_on_in_its_own_sample(void **state)
{
	struct slotring *ring = ring_open(&shape);
	struct packet old = packet_from(1, 1), new = packet_from(2, 2);
	struct lane lane;
	struct sample_sum sum;

	assert_int_equal(lane_init(&lane, ring, 0, START * 1000LL, 0, 100), 0);
	see(&lane, &old, "");
	lane_tick(&lane, (START + STEP) * 1000LL, STEP * 1000LL, true);
	see(&lane, &new, "");
	assert_ptr_equal(lane_slot(&lane, START + 9), lane.previous);
	lane_see(&lane, lane.previous, &old, NULL, 0);
	sum = sum_of(ring);
	assert_int_equal(sum.step.count, 1);
	assert_int_equal(sum.step.sighting[0].packets, 2);
	assert_int_equal(sum.step.sighting[0].number, 1);
	sample_sum_fini(&sum);
	lane_fini(&lane);
	slotring_close(ring);
}

static int make_dir(void **state)
{
	return mkdtemp(dir) ? snprintf(path, sizeof(path), "%s/ring", dir) < 0 : -1;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_part_tells_one_sighting_from_another),
		cmocka_unit_test(the_number_is_the_port_or_type_and_code_or_the_protocol),
		cmocka_unit_test(of_a_flood_the_smallest_hashes_are_kept_with_all_their_packets),
		cmocka_unit_test(another_process_goes_on_where_the_last_one_died),
		cmocka_unit_test(a_sighting_that_was_being_written_is_none_and_its_place_is_used),
		cmocka_unit_test(a_prefix_becomes_text),
		cmocka_unit_test(prefixes_that_differ_in_one_byte_are_different_rules),
		cmocka_unit_test(rules_beyond_those_that_a_step_can_hold_are_one),
		cmocka_unit_test_teardown(lanes_are_summed_by_what_they_saw, remove_ring),
		cmocka_unit_test_teardown(a_ring_made_anew_keeps_its_sightings, remove_ring),
		cmocka_unit_test_teardown(what_a_lane_left_out_is_no_ones_sighting, remove_ring),
		cmocka_unit_test_teardown(a_copy_has_them_only_if_asked, remove_ring),
		cmocka_unit_test_teardown(what_was_changed_while_it_was_read_is_left_out, remove_ring),
		cmocka_unit_test_teardown(more_than_there_is_room_for_is_damage, remove_ring),
		cmocka_unit_test_teardown(the_step_before_is_counted_on_in_its_own_sample, remove_ring),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
