/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "binning/slot.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "binning/watchset.h"

static struct slot_rules rules(void)
{
	struct slot_rules r = { .portbin = PORTBIN_DEFAULT, .classes_by_port = 1 << CLASS_PROBE, .source_key = 0x1234567 };

	r.bins = portbin_count(&r.portbin);
	return r;
}

static struct slot *new_slot(const struct slot_rules *r)
{
	return calloc(1, slot_size(r->bins));
}

static struct packet packet_from(uint32_t source)
{
	struct packet p = { .version = 4, .protocol = 6, .series = SERIES_TCP4, .class = CLASS_PROBE, .has_ports = true,
		            .destination_port = 22 };

	memcpy(p.source, &source, sizeof(source));
	return p;
}

static uint32_t sum_of_ports(const struct slot *slot, const struct slot_rules *r)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < SERIES_WITH_PORTS * r->bins; i++)
		sum += slot->ports[i];
	return sum;
}

static void a_probe_is_in_the_total_and_in_one_bin(void **state)
{
	struct slot_rules r = rules();
	struct slot *slot = new_slot(&r);
	struct packet p = packet_from(1);

	p.series = SERIES_UDP6;
	p.destination_port = 1030;
	slot_add_packet(slot, &r, &p);
	assert_int_equal(slot->packets[SERIES_UDP6][CLASS_PROBE], 1);
	assert_int_equal(slot->ports[SERIES_UDP6 * r.bins + 1024], 1);
	assert_int_equal(sum_of_ports(slot, &r), 1);
	free(slot);
}

static void backscatter_goes_by_port_only_if_wanted(void **state)
{
	struct slot_rules r = rules();
	struct slot *slot = new_slot(&r);
	struct watchset watch = { 0 };
	struct packet p = packet_from(1);

	watchset_add(&watch, 6, 22, 0);
	r.watch = &watch;
	p.class = CLASS_BACKSCATTER;
	slot_add_packet(slot, &r, &p);
	assert_int_equal(slot->packets[SERIES_TCP4][CLASS_BACKSCATTER], 1);
	assert_int_equal(sum_of_ports(slot, &r), 0);
	assert_int_equal(slot->watch[0], 0);
	r.classes_by_port |= 1 << CLASS_BACKSCATTER;
	slot_add_packet(slot, &r, &p);
	assert_int_equal(sum_of_ports(slot, &r), 1);
	assert_int_equal(slot->watch[0], 1);
	free(slot);
}

static void icmp_goes_by_type_and_other_protocols_as_one_number(void **state)
{
	struct slot_rules r = rules();
	struct slot *slot = new_slot(&r);
	struct packet p = packet_from(1);

	p.series = SERIES_ICMP6;
	p.icmp_type = 255;
	slot_add_packet(slot, &r, &p);
	p.series = SERIES_OTHER6;
	slot_add_packet(slot, &r, &p);
	assert_int_equal(slot->icmp[1][255], 1);
	assert_int_equal(slot->packets[SERIES_OTHER6][CLASS_PROBE], 1);
	assert_int_equal(sum_of_ports(slot, &r), 0);
	free(slot);
}

static void add_sources(struct slot *slot, const struct slot_rules *r, uint32_t from, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct packet p = packet_from(from + i);

		slot_add_packet(slot, r, &p);
		slot_add_packet(slot, r, &p);
	}
}

/* The standard error is 2.3 %; five times that, with a fixed key, is a bound that only a wrong formula breaks. */
static void assert_near(double estimate, double truth)
{
	if (fabs(estimate - truth) > truth * 0.12 + 1)
		fail_msg("estimated %f sources of %f", estimate, truth);
}

static void distinct_sources_are_estimated_from_one_to_a_million(void **state)
{
	struct slot_rules r = rules();

	for (uint32_t n = 1; n <= 1000000; n *= 10) {
		struct slot *slot = new_slot(&r);

		assert_int_equal((int)slot_sources(slot), 0);
		add_sources(slot, &r, 7, n);
		assert_near(slot_sources(slot), n);
		free(slot);
	}
}

static void merging_adds_counts_and_unites_sources(void **state)
{
	struct slot_rules r = rules();
	struct slot *a = new_slot(&r), *b = new_slot(&r);

	add_sources(a, &r, 0, 1000);
	add_sources(b, &r, 500, 1000);
	slot_add_reason(b, SLOT_LOST, 3);
	b->watch_mask = 4;
	slot_merge(a, b, r.bins);
	assert_int_equal(a->packets[SERIES_TCP4][CLASS_PROBE], 4000);
	assert_int_equal(a->ports[22], 4000);
	assert_int_equal(a->reasons[SLOT_LOST], 3);
	assert_int_equal(a->watch_mask, 4);
	assert_near(slot_sources(a), 1500);
	free(a);
	free(b);
}

static void a_reason_stays_at_its_greatest_number(void **state)
{
	struct slot_rules r = rules();
	struct slot *slot = new_slot(&r);

	slot_add_reason(slot, SLOT_LOST, UINT32_MAX - 1);
	slot_add_reason(slot, SLOT_LOST, 5);
	assert_int_equal(slot->reasons[SLOT_LOST], UINT32_MAX);
	free(slot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_probe_is_in_the_total_and_in_one_bin),
		cmocka_unit_test(backscatter_goes_by_port_only_if_wanted),
		cmocka_unit_test(icmp_goes_by_type_and_other_protocols_as_one_number),
		cmocka_unit_test(distinct_sources_are_estimated_from_one_to_a_million),
		cmocka_unit_test(merging_adds_counts_and_unites_sources),
		cmocka_unit_test(a_reason_stays_at_its_greatest_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
