/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/schema.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scratch.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

static const struct portbin layouts[] = { { 1024, 64 }, { 128, 16 }, { 64, 1 }, { 64, 64 }, { 65536, 64 }, { 32768, 2 } };
#define LAYOUTS (sizeof(layouts) / sizeof(layouts[0]))

static struct schema profile(const char *name)
{
	struct schema schema;

	assert_true(schema_by_profile(name, &schema));
	return schema;
}

static void every_port_has_one_ds_in_each_series(void **state)
{
	(void)state;
	for (unsigned l = 0; l < LAYOUTS; l++) {
		struct schema schema = profile("default");
		unsigned next[SERIES_WITH_PORTS] = { 0 };

		schema.portbin = layouts[l];
		for (unsigned i = 0; i < schema_file_count(&schema); i++) {
			struct schema_file file;

			schema_file(&schema, i, &file);
			assert_in_range(file.ds_count, 1, SCHEMA_DS);
			if (file.kind != SCHEMA_PORTS)
				continue;
			assert_int_equal(file.first_bin, next[file.series]);
			next[file.series] += file.ds_count;
		}
		for (unsigned series = 0; series < SERIES_WITH_PORTS; series++)
			assert_int_equal(next[series], portbin_count(&schema.portbin));
	}
}

static void default_files_have_the_documented_names(void **state)
{
	struct schema schema = profile("default");
	struct schema_file file;
	unsigned count;

	(void)state;
	assert_int_equal(schema_file_count(&schema), 91);
	schema_file(&schema, 0, &file);
	assert_string_equal(file.name, "totals.rrd");
	schema_file(&schema, 1, &file);
	assert_string_equal(file.name, "tcp4/0-63.rrd");
	assert_int_equal(schema_series_file(&schema, SERIES_UDP6, &count), 1 + 3 * 22);
	assert_int_equal(count, 22);
	schema_file(&schema, 1 + 3 * 22 + 21, &file);
	assert_string_equal(file.name, "udp6/32768-65535.rrd");
	schema_file(&schema, schema_series_file(&schema, SERIES_ICMP4, &count), &file);
	assert_int_equal(count, 1);
	assert_string_equal(file.name, "icmp4.rrd");
	schema_file(&schema, schema_series_file(&schema, SERIES_ICMP6, &count), &file);
	assert_string_equal(file.name, "icmp6.rrd");
	schema_series_file(&schema, SERIES_OTHER4, &count);
	assert_int_equal(count, 0);
}

static void ds_names_are_valid_and_differ(void **state)
{
	(void)state;
	for (unsigned l = 0; l < LAYOUTS; l++) {
		struct schema schema = profile("default");

		schema.portbin = layouts[l];
		for (unsigned i = 0; i < schema_file_count(&schema); i++) {
			char name[SCHEMA_DS][SCHEMA_DS_NAME];
			struct schema_file file;

			schema_file(&schema, i, &file);
			for (unsigned d = 0; d < file.ds_count; d++) {
				memset(name[d], 'x', sizeof(name[d]));
				schema_ds_name(&schema, &file, d, name[d]);
				assert_in_range(strnlen(name[d], sizeof(name[d])), 1, SCHEMA_DS_NAME - 1);
				assert_int_equal(strspn(name[d], "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(name[d]));
				for (unsigned before = 0; before < d; before++)
					assert_string_not_equal(name[before], name[d]);
			}
		}
	}
}

static void ds_names_tell_their_ports(void **state)
{
	struct schema schema = profile("default");
	struct schema_file file;
	char name[SCHEMA_DS_NAME];

	(void)state;
	schema_file(&schema, 1, &file);
	schema_ds_name(&schema, &file, 22, name);
	assert_string_equal(name, "p22");
	schema_file(&schema, 17, &file);
	schema_ds_name(&schema, &file, 0, name);
	assert_string_equal(name, "p1024_1039");
	schema_file(&schema, 22, &file);
	schema_ds_name(&schema, &file, 63, name);
	assert_string_equal(name, "p65024_65535");
}

static void totals_have_a_ds_for_each_class_that_can_be(void **state)
{
	struct schema schema = profile("small");
	struct schema_file file;
	char name[SCHEMA_DS_NAME], expected[64];

	(void)state;
	schema_file(&schema, 0, &file);
	for (unsigned series = 0; series < SERIES_COUNT; series++)
		for (unsigned class = 0; class < CLASS_COUNT; class++) {
			int ds = schema_total_ds((enum series)series, (enum packet_class)class);

			assert_int_equal(ds >= 0, series_has_class((enum series)series, (enum packet_class)class));
			if (ds < 0)
				continue;
			schema_ds_name(&schema, &file, (unsigned)ds, name);
			snprintf(expected, sizeof(expected), "%s_%s", series_name((enum series)series),
			         class_name((enum packet_class)class));
			assert_string_equal(name, expected);
		}
	schema_ds_name(&schema, &file, (unsigned)schema_reason_ds(SLOT_IGNORED), name);
	assert_string_equal(name, "ignored");
	schema_ds_name(&schema, &file, (unsigned)schema_known_ds(), name);
	assert_string_equal(name, "known");
	assert_false(schema_ds_is_count(&file, (unsigned)schema_known_ds()));
	assert_true(schema_ds_is_count(&file, (unsigned)schema_reason_ds(SLOT_LOST)));
}

/* The sum over all columns of a file is that over all that the slot has of it, whatever bins and types there are. */
static void values_hold_every_packet_of_the_slot(void **state)
{
	(void)state;
	scratch_seed();
	for (unsigned l = 0; l < LAYOUTS; l++) {
		struct schema schema = profile("default");
		unsigned bins = portbin_count(&layouts[l]);
		struct slot *slot = calloc(1, slot_size(bins));
		double ports = 0, types = 0, read_ports = 0, read_types = 0;

		schema.portbin = layouts[l];
		for (unsigned i = 0; i < SERIES_WITH_PORTS * bins; i++)
			ports += slot->ports[i] = scratch_random(3) ? 0 : scratch_random(UINT32_MAX);
		for (unsigned i = 0; i < 512; i++)
			types += slot->icmp[i / 256][i % 256] = scratch_random(1000);
		for (unsigned i = 0; i < schema_file_count(&schema); i++) {
			double values[SCHEMA_DS];
			struct schema_file file;

			schema_file(&schema, i, &file);
			schema_values(&schema, &file, slot, values);
			for (unsigned d = 0; d < file.ds_count; d++) {
				read_ports += file.kind == SCHEMA_PORTS ? values[d] : 0;
				read_types += file.kind == SCHEMA_ICMP ? values[d] : 0;
			}
		}
		assert_true(ports == read_ports && types == read_types);
		free(slot);
	}
}

static void icmp_types_without_a_ds_are_other(void **state)
{
	struct schema schema = profile("small");
	struct slot *slot = calloc(1, slot_size(portbin_count(&schema.portbin)));
	double values[SCHEMA_DS];
	struct schema_file file;
	unsigned count;

	(void)state;
	schema_file(&schema, schema_series_file(&schema, SERIES_ICMP4, &count), &file);
	slot->icmp[0][8] = 5;
	slot->icmp[0][1] = 7;
	slot->icmp[0][255] = 1;
	schema_values(&schema, &file, slot, values);
	assert_int_equal(schema_icmp_type(SERIES_ICMP4, file.ds_count - 1), -1);
	assert_true(values[file.ds_count - 1] == 8);
	for (unsigned i = 0; i + 1 < file.ds_count; i++)
		assert_true(values[i] == (schema_icmp_type(SERIES_ICMP4, i) == 8 ? 5 : 0));
	free(slot);
}

static void retention_reads_back_as_it_is_written(void **state)
{
	struct schema schema = profile("default"), again = profile("default");
	struct failure why = { "" };
	char text[128];

	(void)state;
	assert_string_equal(schema_format_retention(&schema, text, sizeof(text)), "10s:6h 1m:2d 10m:30d 2h:1y");
	again.levels = 0;
	assert_int_equal(schema_parse_retention(text, &again, &why), 0);
	assert_true(schema_equal(&schema, &again));
	assert_int_equal(schema_parse_retention("  10s:6h\t60:2d,  10m:30d 2h:365d ", &again, &why), 0);
	assert_true(schema_equal(&schema, &again));
}

static void wrong_retention_is_named_and_changes_nothing(void **state)
{
	static const struct {
		const char *text, *named;
	} wrong[] = {
		{ "", "ROW:SPAN" },
		{ "10s", "\"10s\"" },
		{ "10s:6h 1m-2d", "\"1m-2d\"" },
		{ "10s:0", "\"10s:0\"" },
		{ "1m:2d", "first row" },
		{ "10s:6h 15s:2d", "whole multiple" },
		{ "10s:6h 1m:6h", "longer" },
		{ "10s:25s", "whole number of rows" },
		{ "10s:6h 10s:7h", "longer one" },
		{ "10s:1h 20s:2h 40s:4h 80s:8h 160s:16h 320s:32h 640s:64h 1280s:128h 2560s:256h", "at most 8" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct schema schema = profile("default"), before = schema;
		struct failure why = { "" };

		assert_int_equal(schema_parse_retention(wrong[i].text, &schema, &why), -EINVAL);
		if (!strstr(why.text, wrong[i].named))
			fail_msg("\"%s\" gives: %s", wrong[i].text, why.text);
		assert_true(schema_equal(&schema, &before));
	}
}

static void step_is_a_part_of_a_day_up_to_five_minutes(void **state)
{
	static const uint32_t right[] = { 1, 2, 10, 60, 300 }, wrong[] = { 0, 7, 600, 86400 };
	struct failure why;

	(void)state;
	for (unsigned i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		struct schema schema = { .step_s = right[i], .portbin = PORTBIN_DEFAULT, .levels = 1, .level = { { right[i], 10 } } };

		assert_int_equal(schema_check(&schema, &why), 0);
	}
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct schema schema = { .step_s = wrong[i], .portbin = PORTBIN_DEFAULT, .levels = 1, .level = { { wrong[i], 10 } } };

		assert_int_equal(schema_check(&schema, &why), -EINVAL);
		assert_non_null(strstr(why.text, "step"));
	}
}

static void same_files_are_the_same_layout(void **state)
{
	struct schema a = profile("default"), b = a;
	struct failure why;

	(void)state;
	a.portbin = (struct portbin){ 64, 64 };
	b.portbin = (struct portbin){ 128, 64 };
	assert_true(schema_equal(&a, &b));
	assert_int_equal(schema_file_count(&a), schema_file_count(&b));
	for (unsigned i = 0; i < schema_file_count(&a); i++) {
		struct schema_file fa, fb;

		schema_file(&a, i, &fa);
		schema_file(&b, i, &fb);
		assert_string_equal(fa.name, fb.name);
	}
	b.portbin.per_octave = 32;
	assert_false(schema_equal(&a, &b));
	assert_int_equal(schema_tell_difference("DIR", &a, &b, &why), -EEXIST);
	assert_non_null(strstr(why.text, "64 bins an octave, not 128 and 32"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_port_has_one_ds_in_each_series),
		cmocka_unit_test(default_files_have_the_documented_names),
		cmocka_unit_test(ds_names_are_valid_and_differ),
		cmocka_unit_test(ds_names_tell_their_ports),
		cmocka_unit_test(totals_have_a_ds_for_each_class_that_can_be),
		cmocka_unit_test(values_hold_every_packet_of_the_slot),
		cmocka_unit_test(icmp_types_without_a_ds_are_other),
		cmocka_unit_test(retention_reads_back_as_it_is_written),
		cmocka_unit_test(wrong_retention_is_named_and_changes_nothing),
		cmocka_unit_test(step_is_a_part_of_a_day_up_to_five_minutes),
		cmocka_unit_test(same_files_are_the_same_layout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
