/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/series.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_series_is_found_by_its_name(void **state)
{
	enum series found;

	for (unsigned i = 0; i < SERIES_COUNT; i++) {
		assert_true(series_by_name(series_name((enum series)i), &found));
		assert_int_equal(found, i);
	}
	assert_string_equal(series_name(SERIES_TCP4), "tcp4");
	assert_string_equal(series_name(SERIES_UDP6), "udp6");
	assert_string_equal(series_name(SERIES_OTHER6), "other6");
}

static void every_class_is_found_by_its_name(void **state)
{
	enum packet_class found;

	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		assert_true(class_by_name(class_name((enum packet_class)i), &found));
		assert_int_equal(found, i);
	}
	assert_string_equal(class_name(CLASS_BACKSCATTER), "backscatter");
}

static void an_unknown_name_leaves_the_result_alone(void **state)
{
	enum series series = SERIES_UDP4;
	enum packet_class class = CLASS_LATE;
	static const char *const wrong[] = { "", "tcp", "tcp44", "TCP4", " tcp4", "probes" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_false(series_by_name(wrong[i], &series));
		assert_false(class_by_name(wrong[i], &class));
	}
	assert_int_equal(series, SERIES_UDP4);
	assert_int_equal(class, CLASS_LATE);
}

static void the_series_with_ports_come_first(void **state)
{
	static const char *const with_ports[] = { "tcp4", "udp4", "tcp6", "udp6" };

	for (unsigned i = 0; i < SERIES_COUNT; i++) {
		bool listed = i < 4 && !strcmp(series_name((enum series)i), with_ports[i]);

		assert_int_equal(listed, i < SERIES_WITH_PORTS);
	}
}

static void only_tcp_is_ever_late_and_udp_is_always_a_probe(void **state)
{
	for (unsigned i = 0; i < SERIES_COUNT; i++) {
		enum series series = (enum series)i;
		bool tcp = series == SERIES_TCP4 || series == SERIES_TCP6;
		bool icmp = series == SERIES_ICMP4 || series == SERIES_ICMP6;

		assert_true(series_has_class(series, CLASS_PROBE));
		assert_int_equal(series_has_class(series, CLASS_BACKSCATTER), tcp || icmp);
		assert_int_equal(series_has_class(series, CLASS_LATE), tcp);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_series_is_found_by_its_name),
		cmocka_unit_test(every_class_is_found_by_its_name),
		cmocka_unit_test(an_unknown_name_leaves_the_result_alone),
		cmocka_unit_test(the_series_with_ports_come_first),
		cmocka_unit_test(only_tcp_is_ever_late_and_udp_is_always_a_probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
