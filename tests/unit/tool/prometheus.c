/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/prometheus.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "../archive/scratch.h"
#include "archive/create.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define START_S 1699999200

/* An archive for its layout; the numbers are made up. */
static struct prometheus make(void **state, struct reader **reader)
{
	struct prometheus export = { .archive = "/var/lib/fireplot", .has_counters = true, .complete_s = START_S, .sources = 3.5 };
	struct schema schema = scratch_schema();
	struct failure why = { "" };

	if (archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why) || reader_open(*state, NULL, reader, &why))
		fail_msg("%s", why.text);
	export.reader = *reader;
	export.counters.until_s = START_S + 10;
	for (unsigned series = 0; series < SERIES_COUNT; series++)
		for (unsigned class = 0; class < CLASS_COUNT; class++)
			if (series_has_class((enum series)series, (enum packet_class)class))
				export.counters.packets[series][class] = 1e12 + series * 10 + class;
	export.counters.reasons[SLOT_LOST] = 17;
	export.counters.listened_s = 1234.25;
	return export;
}

static char *text_of(const struct prometheus *export)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	prometheus_write(export, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void what_was_written_reads_back_the_same(void **state)
{
	struct reader *reader;
	struct prometheus export = make(state, &reader), back = export;
	char *text = text_of(&export);
	struct failure why = { "" };

	memset(&back.counters, 0, sizeof(back.counters));
	assert_int_equal(prometheus_read(&back, text, &why), 0);
	assert_memory_equal(&back.counters, &export.counters, sizeof(export.counters));
	free(text);
	reader_close(reader);
}

/* Each number of *got is the one of *all or 0. */
static void assert_whole_numbers(const struct counters *got, const struct counters *all)
{
	for (unsigned series = 0; series < SERIES_COUNT; series++)
		for (unsigned class = 0; class < CLASS_COUNT; class++)
			assert_true(got->packets[series][class] == 0 || got->packets[series][class] == all->packets[series][class]);
	assert_true(got->reasons[SLOT_LOST] == 0 || got->reasons[SLOT_LOST] == all->reasons[SLOT_LOST]);
	assert_true(got->listened_s == 0 || got->listened_s == all->listened_s);
	assert_true(got->until_s == 0 || got->until_s == all->until_s);
}

static void a_text_that_is_cut_gives_no_part_of_a_number(void **state)
{
	struct reader *reader;
	struct prometheus export = make(state, &reader);
	char *text = text_of(&export);
	size_t whole = strlen(text);

	for (size_t len = 0; len <= whole; len++) {
		struct prometheus back = { .archive = export.archive, .reader = export.reader };
		char *cut = malloc(len + 1);

		assert_non_null(cut);
		memcpy(cut, text, len);
		cut[len] = '\0';
		if (prometheus_read(&back, cut, NULL) == 0)
			assert_whole_numbers(&back.counters, &export.counters);
		else
			assert_int_equal(back.counters.until_s, 0);
		free(cut);
	}
	free(text);
	reader_close(reader);
}

static void numbers_that_no_counter_has_are_refused(void **state)
{
	static const char *const wrong[] = { "-1", "NaN", "+Inf", "", "12 1700000000", "0x", "many" };
	struct reader *reader;
	struct prometheus export = make(state, &reader);

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char text[512];
		struct failure why = { "" };

		snprintf(text, sizeof(text), "fireplot_last_update_timestamp_seconds{archive=\"%s\"} %d\n"
		         "fireplot_listened_seconds_total{archive=\"%s\"} %s\n", export.archive, START_S, export.archive, wrong[i]);
		assert_int_equal(prometheus_read(&export, text, &why), -EINVAL);
		assert_non_null(strstr(why.text, "fireplot_listened_seconds_total"));
		assert_int_equal(export.counters.until_s, START_S + 10);
	}
	reader_close(reader);
}

static void without_counters_only_what_is_a_state_is_written(void **state)
{
	struct reader *reader;
	struct prometheus export = make(state, &reader);
	char *text;

	export.has_counters = false;
	export.sources = NAN;
	text = text_of(&export);
	assert_null(strstr(text, "_total"));
	assert_non_null(strstr(text, "\nfireplot_sources{archive=\"/var/lib/fireplot\"} NaN\n"));
	assert_non_null(strstr(text, "\nfireplot_last_update_timestamp_seconds{archive=\"/var/lib/fireplot\"} 1699999200\n"));
	free(text);
	reader_close(reader);
}

static void a_path_is_a_label_whatever_its_bytes(void **state)
{
	struct reader *reader;
	struct prometheus export = make(state, &reader);
	char *text;

	export.archive = "/a\"b\\c\nd\xff\xc3\xa5";
	text = text_of(&export);
	assert_non_null(strstr(text, "\nfireplot_step_seconds{archive=\"/a\\\"b\\\\c\\nd\xef\xbf\xbd\xc3\xa5\"} 10\n"));
	free(text);
	reader_close(reader);
}

#define scratch_test(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(what_was_written_reads_back_the_same),
		scratch_test(a_text_that_is_cut_gives_no_part_of_a_number),
		scratch_test(numbers_that_no_counter_has_are_refused),
		scratch_test(without_counters_only_what_is_a_state_is_written),
		scratch_test(a_path_is_a_label_whatever_its_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
