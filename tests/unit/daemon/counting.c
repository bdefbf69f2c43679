/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/counting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/stats.h"

static struct settings settings_of(const char *text)
{
	struct settings settings;
	struct failure why;

	if (settings_init(&settings) || settings_read_text(&settings, "test", text, strlen(text), &why) ||
	    settings_check(&settings, &why))
		fail_msg("%s", why.text);
	return settings;
}

static struct counting *counting_of(struct settings *settings, const unsigned *ds_index)
{
	struct schema schema;
	struct counting *counting;

	assert_true(schema_by_profile("small", &schema));
	counting = counting_new(settings, &schema, 7, ds_index);
	assert_non_null(counting);
	return counting;
}

static void the_archive_decides_the_bins_and_the_settings_the_classes(void **state)
{
	struct settings settings = settings_of("count probe backscatter\n");
	struct counting *counting = counting_of(&settings, NULL);

	assert_int_equal(counting->rules.portbin.exact_ports, 128);
	assert_int_equal(counting->rules.bins, portbin_count(&counting->rules.portbin));
	assert_int_equal(counting->rules.classes_by_port, 1 << CLASS_PROBE | 1 << CLASS_BACKSCATTER);
	assert_null(counting->ignore);
	assert_null(counting->rules.watch);
	counting_free(counting);
	settings_fini(&settings);
}

static void ignore_rules_change_hands(void **state)
{
	struct settings settings = settings_of("ignore source 192.0.2.0/24\n");
	struct counting *counting = counting_of(&settings, NULL);

	assert_null(settings.ignore);
	assert_string_equal(ignore_rule(counting->ignore, 0), "source 192.0.2.0/24");
	counting_free(counting);
	settings_fini(&settings);
}

static void a_watched_port_counts_into_its_data_source(void **state)
{
	const unsigned ds_index[] = { 9, 4 };
	struct settings settings = settings_of("watch tcp/3389 udp/5060\n");
	struct counting *counting = counting_of(&settings, ds_index);
	struct packet packet = { .series = SERIES_UDP6, .protocol = 17, .destination_port = 5060 };
	struct slot slot = { 0 };

	assert_non_null(counting->rules.watch);
	watchset_count(counting->rules.watch, &slot, &packet);
	assert_int_equal(slot.watch[4], 1);
	assert_int_equal(counting->watch.mask, 1 << 9 | 1 << 4);
	counting_free(counting);
	settings_fini(&settings);
}

static void statistics_of_all_listeners_add_up(void **state)
{
	struct stats a = { .datagrams = 1, .no_slot = 2 }, b = { .datagrams = 10, .no_slot = 20 };

	a.packets[SERIES_OTHER6][CLASS_PROBE] = 3;
	b.packets[SERIES_OTHER6][CLASS_PROBE] = 30;
	b.reasons[SLOT_IGNORED] = 5;
	stats_add(&a, &b);
	assert_int_equal(a.datagrams, 11);
	assert_int_equal(a.no_slot, 22);
	assert_int_equal(a.packets[SERIES_OTHER6][CLASS_PROBE], 33);
	assert_int_equal(a.reasons[SLOT_IGNORED], 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_archive_decides_the_bins_and_the_settings_the_classes),
		cmocka_unit_test(ignore_rules_change_hands),
		cmocka_unit_test(a_watched_port_counts_into_its_data_source),
		cmocka_unit_test(statistics_of_all_listeners_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
