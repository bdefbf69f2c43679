/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/cachedinfo.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* As an rrdcached 1.7.2 told it of a file of two DS, whose last update came 4 s after the end of its 45th step. */
static const char *const sample[] = {
	"filename 2 /base/s 1/watch.rrd",
	"rrd_version 2 0003",
	"step 1 10",
	"last_update 1 1700000454",
	"header_size 1 1184",
	"ds[a].index 1 0",
	"ds[a].type 2 ABSOLUTE",
	"ds[a].minimal_heartbeat 1 20",
	"ds[a].min 0 0.0000000000e+00",
	"ds[a].max 0 NaN",
	"ds[a].last_ds 2 5",
	"ds[a].value 0 5.0000000000e+00",
	"ds[a].unknown_sec 1 0",
	"ds[b_1].index 1 1",
	"ds[b_1].type 2 GAUGE",
	"ds[b_1].minimal_heartbeat 1 20",
	"ds[b_1].min 0 0.0000000000e+00",
	"ds[b_1].max 0 NaN",
	"ds[b_1].last_ds 2 U",
	"ds[b_1].value 0 NaN",
	"ds[b_1].unknown_sec 1 4",
	"rra[0].cf 2 AVERAGE",
	"rra[0].rows 1 60",
	"rra[0].cur_row 1 57",
	"rra[0].pdp_per_row 1 1",
	"rra[0].xff 0 9.9999000000e-01",
	"rra[0].cdp_prep[0].value 0 NaN",
	"rra[0].cdp_prep[0].unknown_datapoints 1 0",
	"rra[0].cdp_prep[1].value 0 NaN",
	"rra[0].cdp_prep[1].unknown_datapoints 1 0",
	"rra[1].cf 2 AVERAGE",
	"rra[1].rows 1 100",
	"rra[1].cur_row 1 34",
	"rra[1].pdp_per_row 1 6",
	"rra[1].xff 0 9.9999000000e-01",
	"rra[1].cdp_prep[0].value 0 2.1500000000e+01",
	"rra[1].cdp_prep[0].unknown_datapoints 1 0",
	"rra[1].cdp_prep[1].value 0 2.0000000000e+00",
	"rra[1].cdp_prep[1].unknown_datapoints 1 3",
};
#define LINES (sizeof(sample) / sizeof(sample[0]))

/* The sample with line i replaced; left out if NULL. */
static int read_with(struct cachedinfo *info, size_t i, const char *line, struct failure *why)
{
	int err = 0;

	cachedinfo_init(info);
	for (size_t at = 0; at < LINES && err == 0; at++)
		if (at != i)
			err = cachedinfo_add(info, sample[at], why);
		else if (line)
			err = cachedinfo_add(info, line, why);
	return err ? err : cachedinfo_check(info, why);
}

static void read_sample(struct cachedinfo *info)
{
	struct failure why = { "" };

	if (read_with(info, LINES, NULL, &why))
		fail_msg("%s", why.text);
}

static void everything_that_counts_is_read(void **state)
{
	struct cachedinfo info;

	read_sample(&info);
	assert_int_equal(info.shape.step_s, 10);
	assert_int_equal(info.shape.ds_count, 2);
	assert_string_equal(info.shape.ds[0].name, "a");
	assert_string_equal(info.shape.ds[1].name, "b_1");
	assert_true(info.shape.ds[0].is_count);
	assert_false(info.shape.ds[1].is_count);
	assert_int_equal(info.shape.ds[0].heartbeat_s, 20);
	assert_int_equal(info.shape.levels, 2);
	assert_int_equal(info.shape.level[1].row_s, 60);
	assert_int_equal(info.shape.level[1].rows, 100);
	assert_int_equal(info.last_s, 1700000454);
	assert_true(info.is_updated);
}

/* 1700000454 lies 54 s into a minute that began 1700000400 (5 steps), and 4 s into a step. */
static void the_row_in_progress_is_its_steps_and_the_step_in_progress(void **state)
{
	struct cachedinfo info;
	double sum[SCHEMA_DS];

	read_sample(&info);
	assert_int_equal(cachedinfo_running(&info, 1, sum), 1700000400);
	assert_true(sum[0] == 215 + 5);
	assert_true(sum[1] == 20);
	assert_int_equal(cachedinfo_running(&info, 0, sum), 1700000450);
	assert_true(sum[0] == 5);
	assert_true(isnan(sum[1]));
}

static void a_file_that_no_update_has_reached_is_new(void **state)
{
	struct cachedinfo info;
	struct failure why;

	assert_int_equal(read_with(&info, 10, "ds[a].last_ds 2 U", &why), 0);
	assert_false(info.is_updated);
}

static void any_change_is_seen(void **state)
{
	static const struct {
		size_t line;
		const char *text;
	} changes[] = {
		{ 3, "last_update 1 1700000455" }, { 11, "ds[a].value 0 6.0000000000e+00" }, { 20, "ds[b_1].unknown_sec 1 3" },
		{ 32, "rra[1].cur_row 1 35" }, { 35, "rra[1].cdp_prep[0].value 0 2.2500000000e+01" },
	};
	struct cachedinfo before, after;
	struct failure why;

	read_sample(&before);
	read_sample(&after);
	assert_true(cachedinfo_equal(&before, &after));
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_int_equal(read_with(&after, changes[i].line, changes[i].text, &why), 0);
		assert_false(cachedinfo_equal(&before, &after));
	}
}

static void lines_that_make_no_sense_are_refused(void **state)
{
	static const struct {
		size_t line;
		const char *text;
	} wrong[] = {
		{ 2, "step 1 0" }, { 2, "step 1 -10" }, { 2, "step 1 86401" }, { 2, "step 1 ten" }, { 2, NULL },
		{ 3, "last_update 1 1e9" }, { 3, "last_update 1 99999999999999" }, { 5, "ds[a].index 1 1" }, { 5, "ds[].index 1 0" },
		{ 5, "ds[a/b].index 1 0" }, { 5, "ds[aaaaaaaaaaaaaaaaaaaa].index 1 0" }, { 5, "ds[a.index 1 0" },
		{ 6, "ds[a].type 2 COUNTER" }, { 7, "ds[a].minimal_heartbeat 1 0" }, { 7, NULL }, { 11, "ds[a].value 0 x" },
		{ 12, "ds[a].unknown_sec 1 -1" }, { 21, "rra[0].cf 2 MAX" }, { 22, "rra[0].rows 1 0" }, { 22, NULL },
		{ 22, "rra[0].rows 1 4294967295" }, { 22, "rra[2].rows 1 60" }, { 22, "rra[-1].rows 1 60" }, { 22, "rra[x].rows 1 60" },
		{ 24, "rra[0].pdp_per_row 1 0" }, { 24, "rra[0].pdp_per_row 1 4294967295" }, { 24, NULL },
		{ 26, "rra[0].cdp_prep[64].value 0 1" }, { 26, "rra[0].cdp_prep[0]value 0 1" }, { 26, "rra[0].cdp_prep[0].value 0 " },
		{ 30, "rra[8].cf 2 AVERAGE" }, { 0, "" }, { 0, "filename" }, { 0, "filename 2" },
	};
	struct cachedinfo info;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct failure why = { "" };

		if (read_with(&info, wrong[i].line, wrong[i].text, &why) != -EILSEQ)
			fail_msg("line %zu as \"%s\" was taken", wrong[i].line, wrong[i].text ? wrong[i].text : "(left out)");
		assert_non_null(strstr(why.text, "damaged, or no RRD file of fireplot's"));
	}
}

static void more_ds_and_levels_than_fireplot_has_are_refused(void **state)
{
	struct cachedinfo info;
	struct failure why;
	char line[64];

	cachedinfo_init(&info);
	assert_int_equal(cachedinfo_add(&info, "step 1 10", &why), 0);
	for (int i = 0; i <= SCHEMA_DS; i++) {
		snprintf(line, sizeof(line), "ds[p%d].index 1 %d", i, i);
		assert_int_equal(cachedinfo_add(&info, line, &why), i < SCHEMA_DS ? 0 : -EILSEQ);
	}
	for (int i = 0; i <= SCHEMA_LEVELS; i++) {
		snprintf(line, sizeof(line), "rra[%d].rows 1 60", i);
		assert_int_equal(cachedinfo_add(&info, line, &why), i < SCHEMA_LEVELS ? 0 : -EILSEQ);
	}
}

/* Each line at every length, in an allocation of its own. */
static void lines_cut_anywhere_are_read_within_their_bounds(void **state)
{
	struct cachedinfo info;

	for (size_t i = 0; i < LINES; i++)
		for (size_t len = 0; len <= strlen(sample[i]); len++) {
			char *line = strndup(sample[i], len);

			read_with(&info, i, line, NULL);
			free(line);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_that_counts_is_read),
		cmocka_unit_test(the_row_in_progress_is_its_steps_and_the_step_in_progress),
		cmocka_unit_test(a_file_that_no_update_has_reached_is_new),
		cmocka_unit_test(any_change_is_seen),
		cmocka_unit_test(lines_that_make_no_sense_are_refused),
		cmocka_unit_test(more_ds_and_levels_than_fireplot_has_are_refused),
		cmocka_unit_test(lines_cut_anywhere_are_read_within_their_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
