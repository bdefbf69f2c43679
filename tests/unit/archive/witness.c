/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An archive whose older sightings are in the file and whose newer ones only in the ring: readers see all of them, each once. */
#include "archive/witness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/create.h"
#include "archive/recorder.h"
#include "binning/lane.h"
#include "binning/sample_sum.h"
#include "scratch.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define BEGIN_S 1699999200
#define ROOM 64

static struct packet packet_of(const char *source, enum series series, uint16_t port)
{
	struct packet packet = { .series = (uint8_t)series, .class = CLASS_PROBE, .version = (uint8_t)series_version(series),
		                 .destination_port = port, .has_ports = series < SERIES_WITH_PORTS, .tcp_flags = PACKET_SYN,
		                 .icmp_type = (uint8_t)(port >> 8), .icmp_code = (uint8_t)port };
	int family = packet.version == 4 ? AF_INET : AF_INET6;

	if (inet_pton(family, source, packet.source) != 1 ||
	    inet_pton(family, packet.version == 4 ? "192.0.2.1" : "2001:db8::1", packet.destination) != 1)
		fail_msg("%s", source);
	return packet;
}

/* ---- the archive ---- */

struct world {
	void **state;
	struct slotring *ring;
	struct lane lane;
	struct recorder *recorder;
};

static void tick(struct world *w, int64_t after_s)
{
	lane_tick(&w->lane, (BEGIN_S + after_s) * 1000, after_s * 1000 + 1000, true);
}

static void begin(struct world *w, void **state, uint32_t sightings)
{
	struct schema schema = scratch_schema();
	struct slotring_shape shape = { .step_s = 10, .lanes = 1, .slots = 20, .portbin = schema.portbin, .sightings = sightings };
	struct failure why = { "" };

	*w = (struct world){ .state = state };
	must(archive_create(STORE_HERE(*state), &schema, BEGIN_S, NULL, NULL, &why), &why);
	must(slotring_open(scratch_path(state, "slots.ring"), &shape, &w->ring, &why), &why);
	must(lane_init(&w->lane, w->ring, 0, (int64_t)BEGIN_S * 1000, 1000, 0), &why);
	w->recorder = recorder_new(scratch_path(state, SIGHTINGS_FILE), 1 << 24);
	assert_non_null(w->recorder);
	tick(w, 0);
}

static void see(struct world *w, int64_t after_s, const char *source, enum series series, uint16_t port, const char *rule)
{
	struct packet packet = packet_of(source, series, port);
	struct slot *slot;

	tick(w, after_s);
	slot = lane_slot(&w->lane, BEGIN_S + after_s);
	assert_non_null(slot);
	lane_see(&w->lane, slot, &packet, (const uint8_t *)rule, strlen(rule));
}

/* What is complete by then goes into the file. */
static void record(struct world *w, int64_t until_s)
{
	struct slotring_span spans[20];
	struct failure why = { "" };

	must(recorder_write(w->recorder, w->ring, spans, slotring_spans(w->ring, BEGIN_S + until_s, spans, 20), &why), &why);
}

static void end(struct world *w)
{
	recorder_close(w->recorder);
	lane_fini(&w->lane);
	slotring_close(w->ring);
}

/* Four steps, of which the file has two. */
static void begin_four_steps(struct world *w, void **state)
{
	begin(w, state, ROOM);
	see(w, 1, "198.51.100.7", SERIES_TCP4, 22, "input");
	see(w, 2, "198.51.100.7", SERIES_TCP4, 22, "input");
	see(w, 3, "198.51.100.9", SERIES_UDP4, 53, "");
	see(w, 11, "2001:db8:1::a", SERIES_TCP6, 22, "forward");
	tick(w, 20);
	record(w, 20);
	see(w, 21, "198.51.100.7", SERIES_TCP4, 23, "input");
	see(w, 31, "203.0.113.5", SERIES_ICMP4, 8 << 8, "");
	see(w, 31, "203.0.113.5", SERIES_TCP4, 22, "forward");
}

/* ---- what is read of it ---- */

static int print_row(void *arg, const struct sightings_row *row)
{
	const struct sighting *sighting = &row->sighting;
	char *text = arg, address[INET6_ADDRSTRLEN];

	inet_ntop(series_version((enum series)sighting->series) == 4 ? AF_INET : AF_INET6, sighting->source, address, sizeof(address));
	snprintf(text + strlen(text), 1000 - strlen(text), "%lld %s %s %u x%u %s\n", (long long)(row->start_s - BEGIN_S),
	         series_name((enum series)sighting->series), address, sighting->number, sighting->packets, row->rule);
	return 0;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Within a step they may stand in any order. */
static const char *sort_lines(char *text)
{
	static char sorted[1000];
	char *lines[32];
	unsigned count = 0;

	for (char *line = strtok(text, "\n"); line && count < 32; line = strtok(NULL, "\n"))
		lines[count++] = line;
	qsort(lines, count, sizeof(lines[0]), compare_lines);
	sorted[0] = '\0';
	for (unsigned i = 0; i < count; i++)
		snprintf(sorted + strlen(sorted), sizeof(sorted) - strlen(sorted), "%s\n", lines[i]);
	return sorted;
}

static struct reader *reader_of(void **state)
{
	struct failure why = { "" };
	struct reader *reader;

	must(reader_open(*state, NULL, &reader, &why), &why);
	return reader;
}

static const char *seen_by(void **state, const struct witness_filter *filter)
{
	struct failure why = { "" };
	struct reader *reader = reader_of(state);
	struct witness *witness;
	static char text[1000];

	must(witness_open(reader, &witness, &why), &why);
	text[0] = '\0';
	must(witness_walk(witness, filter, print_row, text, &why), &why);
	witness_close(witness);
	reader_close(reader);
	return sort_lines(text);
}

static void each_is_seen_once_in_the_file_or_in_the_ring(void **state)
{
	struct world w;

	begin_four_steps(&w, state);
	for (unsigned until_s = 20; until_s <= 30; until_s += 10) {
		record(&w, until_s);
		assert_string_equal(seen_by(state, &(struct witness_filter){ 0 }),
		                    "0 tcp4 198.51.100.7 22 x2 input\n"
		                    "0 udp4 198.51.100.9 53 x1 \n"
		                    "10 tcp6 2001:db8:1::a 22 x1 forward\n"
		                    "20 tcp4 198.51.100.7 23 x1 input\n"
		                    "30 icmp4 203.0.113.5 2048 x1 \n"
		                    "30 tcp4 203.0.113.5 22 x1 forward\n");
	}
	end(&w);
}

static void a_file_is_not_needed_as_long_as_the_ring_has_all(void **state)
{
	struct world w;

	begin(&w, state, ROOM);
	see(&w, 1, "198.51.100.7", SERIES_TCP4, 22, "input");
	assert_string_equal(seen_by(state, &(struct witness_filter){ 0 }), "0 tcp4 198.51.100.7 22 x1 input\n");
	end(&w);
}

static void a_ring_is_not_needed(void **state)
{
	struct world w;

	begin_four_steps(&w, state);
	assert_int_equal(unlink(scratch_path(state, "slots.ring")), 0);
	assert_string_equal(seen_by(state, &(struct witness_filter){ .start_s = BEGIN_S + 10 }), "10 tcp6 2001:db8:1::a 22 x1 forward\n");
	end(&w);
}

static void each_filter_lets_through_what_it_names(void **state)
{
	struct witness_filter filter = { 0 };
	struct netset_net net;
	struct world w;

	begin_four_steps(&w, state);
	assert_string_equal(seen_by(state, &(struct witness_filter){ .series = 1u << SERIES_UDP4 | 1u << SERIES_ICMP4 }),
	                    "0 udp4 198.51.100.9 53 x1 \n30 icmp4 203.0.113.5 2048 x1 \n");
	assert_string_equal(seen_by(state, &(struct witness_filter){ .classes = 1u << CLASS_LATE }), "");
	assert_string_equal(seen_by(state, &(struct witness_filter){ .rule = "forward" }),
	                    "10 tcp6 2001:db8:1::a 22 x1 forward\n30 tcp4 203.0.113.5 22 x1 forward\n");
	assert_string_equal(seen_by(state, &(struct witness_filter){ .rule = "" }),
	                    "0 udp4 198.51.100.9 53 x1 \n30 icmp4 203.0.113.5 2048 x1 \n");
	assert_string_equal(seen_by(state, &(struct witness_filter){ .ports = { .count = 2, .range = { { 53, 53 }, { 23, 2048 } } } }),
	                    "0 udp4 198.51.100.9 53 x1 \n20 tcp4 198.51.100.7 23 x1 input\n");
	assert_string_equal(seen_by(state, &(struct witness_filter){ .start_s = BEGIN_S + 9, .end_s = BEGIN_S + 21,
	                                                             .series = 1u << SERIES_TCP4 }),
	                    "0 tcp4 198.51.100.7 22 x2 input\n20 tcp4 198.51.100.7 23 x1 input\n");
	assert_int_equal(netset_parse("198.51.100.0/24", &net, NULL), 0);
	netset_add(&filter.source, &net);
	assert_int_equal(netset_parse("2001:db8:1::/48", &net, NULL), 0);
	netset_add(&filter.source, &net);
	netset_seal(&filter.source);
	filter.ports = (struct portlist){ .count = 1, .range = { { 22, 22 } } };
	assert_string_equal(seen_by(state, &filter), "0 tcp4 198.51.100.7 22 x2 input\n10 tcp6 2001:db8:1::a 22 x1 forward\n");
	filter.destination = filter.source;
	assert_string_equal(seen_by(state, &filter), "");
	netset_fini(&filter.source);
	end(&w);
}

static void file_and_ring_are_one_span(void **state)
{
	struct failure why = { "" };
	struct sightings_coverage coverage;
	struct sightings_facts facts;
	struct witness *witness;
	struct reader *reader;
	struct world w;

	begin_four_steps(&w, state);
	reader = reader_of(state);
	must(witness_open(reader, &witness, &why), &why);
	must(witness_coverage(witness, BEGIN_S + 5, BEGIN_S + 1000, &coverage, &why), &why);
	assert_int_equal(coverage.span_count, 1);
	assert_int_equal(coverage.span[0].start_s, BEGIN_S + 5);
	assert_int_equal(coverage.span[0].end_s, BEGIN_S + 40);
	assert_int_equal(coverage.sample_count, 0);
	sightings_coverage_fini(&coverage);
	must(witness_facts(witness, &facts, &why), &why);
	assert_int_equal(facts.rows, 6);
	assert_int_equal(facts.oldest_s, BEGIN_S);
	assert_int_equal(facts.newest_s, BEGIN_S + 40);
	witness_close(witness);
	reader_close(reader);
	end(&w);
}

static void what_the_ring_left_out_is_told(void **state)
{
	struct failure why = { "" };
	struct sightings_coverage coverage;
	struct sightings_facts facts;
	struct witness *witness;
	struct reader *reader;
	struct world w;
	char source[INET6_ADDRSTRLEN];
	struct slot_rules rules;

	begin(&w, state, ROOM);
	rules = (struct slot_rules){ .portbin = slotring_shape(w.ring)->portbin, .bins = portbin_count(&slotring_shape(w.ring)->portbin) };
	for (unsigned i = 0; i < 4 * ROOM; i++) {
		struct packet packet;

		snprintf(source, sizeof(source), "10.0.%u.%u", i / 256, i % 256);
		packet = packet_of(source, SERIES_TCP4, 22);
		slot_add_packet(w.lane.current, &rules, &packet);
		lane_see(&w.lane, w.lane.current, &packet, (const uint8_t *)"", 0);
	}
	reader = reader_of(state);
	must(witness_open(reader, &witness, &why), &why);
	must(witness_coverage(witness, BEGIN_S, BEGIN_S + 10, &coverage, &why), &why);
	assert_int_equal(coverage.sample_count, 1);
	assert_int_equal(coverage.sample[0].packets_left_out, 3 * ROOM);
	sightings_coverage_fini(&coverage);
	must(witness_facts(witness, &facts, &why), &why);
	assert_int_equal(facts.steps_sampled, 1);
	assert_int_equal(facts.packets_left_out, 3 * ROOM);
	assert_int_equal(facts.rows, ROOM);
	witness_close(witness);
	reader_close(reader);
	end(&w);
}

static void an_archive_without_sightings_says_so(void **state)
{
	struct failure why = { "" };
	struct witness *witness;
	struct reader *reader;
	struct world w;

	begin(&w, state, 0);
	reader = reader_of(state);
	assert_int_equal(witness_open(reader, &witness, &why), -ENOENT);
	assert_non_null(strstr(why.text, *state));
	assert_non_null(strstr(why.text, "no sightings here"));
	reader_close(reader);
	end(&w);
}

static int stop(void *arg, const struct sightings_row *row)
{
	++*(unsigned *)arg;
	return -ECANCELED;
}

static void a_visit_can_end_the_walk(void **state)
{
	struct failure why = { "" };
	struct witness *witness;
	struct reader *reader;
	unsigned visits = 0;
	struct world w;

	begin_four_steps(&w, state);
	reader = reader_of(state);
	must(witness_open(reader, &witness, &why), &why);
	assert_int_equal(witness_walk(witness, &(struct witness_filter){ 0 }, stop, &visits, &why), -ECANCELED);
	assert_int_equal(witness_walk(witness, &(struct witness_filter){ .start_s = BEGIN_S + 20 }, stop, &visits, &why), -ECANCELED);
	assert_int_equal(visits, 2);
	witness_close(witness);
	reader_close(reader);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_is_seen_once_in_the_file_or_in_the_ring, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_file_is_not_needed_as_long_as_the_ring_has_all, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_ring_is_not_needed, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(each_filter_lets_through_what_it_names, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(file_and_ring_are_one_span, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(what_the_ring_left_out_is_told, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(an_archive_without_sightings_says_so, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(a_visit_can_end_the_walk, scratch_make, scratch_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
