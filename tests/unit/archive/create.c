/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/create.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define START_S 1699999200

static struct schema small_schema(uint32_t exact_ports, uint32_t per_octave)
{
	return (struct schema){ .step_s = 60,
		                .portbin = { exact_ports, per_octave },
		                .levels = 2,
		                .level = { { 60, 2 }, { 120, 3 } } };
}

static void layout_is_found_from_the_files_alone(void **state)
{
	static const struct portbin layout[] = { { 64, 1 },  { 64, 32 },  { 64, 64 },  { 128, 64 },
		                                 { 128, 16 }, { 1024, 2 }, { 2048, 8 } };

	for (unsigned i = 0; i < sizeof(layout) / sizeof(layout[0]); i++) {
		struct schema schema = small_schema(layout[i].exact_ports, layout[i].per_octave), found;
		struct failure why = { "" };
		char name[16];

		snprintf(name, sizeof(name), "archive%u", i);
		must(archive_create(STORE_HERE(scratch_path(state, name)), &schema, START_S, NULL, NULL, &why), &why);
		must(archive_probe(STORE_HERE(scratch_path(state, name)), &found, &why), &why);
		assert_true(schema_equal(&schema, &found));
		must(archive_verify(STORE_HERE(scratch_path(state, name)), &found, &why), &why);
	}
}

static void files_are_as_large_as_foretold(void **state)
{
	struct schema schema = small_schema(128, 16);
	struct failure why = { "" };
	uint64_t sum = 0;

	must(archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why), &why);
	for (unsigned i = 0; i < schema_file_count(&schema); i++) {
		struct schema_file file;
		struct stat st;

		schema_file(&schema, i, &file);
		assert_int_equal(stat(scratch_path(state, file.name), &st), 0);
		assert_int_equal(st.st_size, schema_file_bytes(&schema, &file));
		sum += (uint64_t)st.st_size;
	}
	assert_int_equal(sum, schema_bytes(&schema));
}

/* Stops before file *left, as Ctrl-C does. */
static bool stop_later(void *arg, unsigned done, unsigned total, const char *name)
{
	unsigned *left = arg;

	(void)total;
	(void)name;
	return done < *left;
}

static void stopped_making_goes_on_where_it_was(void **state)
{
	struct schema schema = small_schema(64, 2), found;
	struct failure why = { "" };
	unsigned left = 7;

	assert_int_equal(archive_create(STORE_HERE(*state), &schema, START_S, stop_later, &left, &why), -ECANCELED);
	assert_int_equal(archive_probe(STORE_HERE(*state), &found, &why), -ENOENT);
	must(archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why), &why);
	must(archive_verify(STORE_HERE(*state), &schema, &why), &why);
}

static void what_a_killed_run_left_is_removed(void **state)
{
	struct schema schema = small_schema(64, 2);
	struct failure why = { "" };
	const char *left = scratch_path(state, "tcp4/0-63.rrd.newAbC123");

	assert_int_equal(mkdir(scratch_path(state, "tcp4"), 0777), 0);
	scratch_write(left, (const uint8_t *)"x", 1);
	must(archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why), &why);
	assert_int_equal(access(left, F_OK), -1);
}

static void archive_of_another_layout_is_left_alone(void **state)
{
	struct schema schema = small_schema(64, 2), other = small_schema(128, 4), found;
	struct failure why = { "" };

	must(archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why), &why);
	assert_int_equal(archive_create(STORE_HERE(*state), &other, START_S, NULL, NULL, &why), -EEXIST);
	assert_non_null(strstr(why.text, *state));
	other = schema;
	other.level[1].rows++;
	assert_int_equal(archive_create(STORE_HERE(*state), &other, START_S, NULL, NULL, &why), -EEXIST);
	must(archive_probe(STORE_HERE(*state), &found, &why), &why);
	assert_true(schema_equal(&schema, &found));
	must(archive_verify(STORE_HERE(*state), &schema, &why), &why);
}

static void missing_or_damaged_file_is_named(void **state)
{
	struct schema schema = small_schema(64, 2);
	struct failure why = { "" };

	must(archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why), &why);
	assert_int_equal(unlink(scratch_path(state, "udp6/64-127.rrd")), 0);
	assert_int_equal(archive_verify(STORE_HERE(*state), &schema, &why), -ENOENT);
	assert_non_null(strstr(why.text, "udp6/64-127.rrd"));
	assert_int_equal(truncate(scratch_path(state, "icmp4.rrd"), 100), 0);
	must(archive_create(STORE_HERE(scratch_path(state, "other")), &schema, START_S, NULL, NULL, &why), &why);
	assert_int_equal(rename(scratch_path(state, "other/udp6/64-127.rrd"), scratch_path(state, "udp6/64-127.rrd")), 0);
	assert_int_equal(archive_verify(STORE_HERE(*state), &schema, &why), -EILSEQ);
	assert_non_null(strstr(why.text, "icmp4.rrd"));
}

static void too_little_room_is_said_before_anything_is_made(void **state)
{
	struct schema schema = { .step_s = 1, .portbin = { 65536, 64 }, .levels = SCHEMA_LEVELS };
	struct failure why = { "" };

	for (unsigned i = 0; i < SCHEMA_LEVELS; i++) /* 67 TB in all */
		schema.level[i] = (struct schema_level){ 1u << i, 4000000 };

	assert_int_equal(archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why), -ENOSPC);
	assert_non_null(strstr(why.text, "TB"));
	assert_int_equal(access(scratch_path(state, "tcp4"), F_OK), -1);
}

static void rrd_of_somebody_else_is_no_archive(void **state)
{
	struct schema schema = small_schema(64, 2), found;
	struct failure why = { "" };

	must(archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why), &why);
	assert_int_equal(rename(scratch_path(state, "tcp4/0-63.rrd"), scratch_path(state, "totals.rrd")), 0);
	assert_int_equal(archive_probe(STORE_HERE(*state), &found, &why), -EILSEQ);
	assert_non_null(strstr(why.text, "totals.rrd"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(layout_is_found_from_the_files_alone, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(files_are_as_large_as_foretold, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(stopped_making_goes_on_where_it_was, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(what_a_killed_run_left_is_removed, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(archive_of_another_layout_is_left_alone, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(missing_or_damaged_file_is_named, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(too_little_room_is_said_before_anything_is_made, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(rrd_of_somebody_else_is_no_archive, scratch_make, scratch_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
