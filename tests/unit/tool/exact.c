/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A selection has a mark for each packet that was recorded and selected, at its own port, and no other mark. A picture that is zoomed
 * shows ports that are counted together at their own places where the sightings are all there were, and bars over their range
 * elsewhere. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../archive/scratch.h"
#include "archive/create.h"
#include "archive/rrd.h"
#include "archive/sightings.h"
#include "drawing.h"
#include "drawn.h"
#include "tool/selection.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define EVENTS 5000
#define SOURCES 40 /* 192.0.2.x; those below 8 are selected */
#define SELECTED 8
#define SAMPLED_FROM 870 /* steps of which some was left out */
#define SAMPLED_TO 880
#define RECORDED_FROM 400 /* nothing was before */

static const char rules[][SIGHTING_RULE] = { "", "drop <b>", "reject" };
static struct event event[EVENTS];
static unsigned by_port = 1u << CLASS_PROBE; /* classes that are counted by port */

static bool is_step_sampled[STEPS]; /* something was left out */

static void make_events(void)
{
	memset(is_step_sampled, 0, sizeof(is_step_sampled));
	for (unsigned i = 0; i < EVENTS; i++) {
		struct event *e = &event[i];
		uint32_t draw = scratch_random(20);

		*e = (struct event){ .step = scratch_random(STEPS), .count = 1 + scratch_random(3) * scratch_random(40) };
		e->series = draw < 10 ? SERIES_TCP4 : draw < 15 ? SERIES_UDP4 : draw < 17 ? SERIES_ICMP4 : SERIES_TCP6;
		e->number = draw % 2 ? 2976 + scratch_random(160) : scratch_random(1u << scratch_random(17));
		if (e->series == SERIES_ICMP4)
			e->number = 3 + 5 * scratch_random(2);
		e->class = e->series == SERIES_TCP4 && scratch_random(4) == 0 ? CLASS_BACKSCATTER : CLASS_PROBE;
		e->source = scratch_random(SOURCES);
		e->rule = scratch_random(3);
		e->is_left_out = e->step >= SAMPLED_FROM && e->step < SAMPLED_TO && scratch_random(2);
		is_step_sampled[e->step] |= e->is_left_out;
	}
}

/* Where a file counts the packets of an event; -1 for nowhere. */
static int ds_of(const struct schema *schema, const struct schema_file *file, const struct event *e)
{
	unsigned ds = 0;

	if (file->kind == SCHEMA_TOTALS)
		return schema_total_ds(e->series, e->class);
	if (file->series != e->series || (file->kind == SCHEMA_PORTS && !(by_port >> e->class & 1)))
		return -1;
	if (file->kind == SCHEMA_PORTS)
		ds = portbin_of(&schema->portbin, (uint16_t)e->number) - file->first_bin;
	while (file->kind == SCHEMA_ICMP && schema_icmp_type(e->series, ds) != (int)e->number)
		ds++;
	return ds < file->ds_count ? (int)ds : -1;
}

static void write_counts(void **state, const struct schema *schema)
{
	static double values[STEPS * SCHEMA_DS];
	static int64_t at_s[STEPS];
	struct failure why;

	for (unsigned f = 0; f < schema_file_count(schema); f++) {
		struct schema_file file;

		schema_file(schema, f, &file);
		memset(values, 0, sizeof(values));
		for (unsigned i = 0; i < EVENTS; i++) {
			int ds = ds_of(schema, &file, &event[i]);

			if (ds >= 0)
				values[(size_t)event[i].step * file.ds_count + (unsigned)ds] += event[i].count;
		}
		for (unsigned s = 0; s < STEPS; s++) {
			at_s[s] = START_S + (int64_t)(s + 1) * STEP_S;
			if (file.kind == SCHEMA_TOTALS)
				values[(size_t)s * file.ds_count + (unsigned)schema_known_ds()] = 1;
		}
		if (rrdfile_update(scratch_path(state, file.name), file.ds_count, STEPS, at_s, values, &why))
			fail_msg("%s", why.text);
	}
}

static struct sighting sighting_of(const struct event *e)
{
	struct sighting s = {
		.series = (uint8_t)e->series, .class = (uint8_t)e->class, .rule = (uint8_t)e->rule, .packets = e->count,
		.number = (uint16_t)(e->series == SERIES_ICMP4 ? e->number << 8 : e->number),
	};
	const uint8_t v4[4] = { 192, 0, 2, (uint8_t)e->source }, v6[4] = { 0x20, 0x01, 0x0d, 0xb8 };

	memcpy(s.source, e->series == SERIES_TCP6 ? v6 : v4, 4);
	if (e->series == SERIES_TCP6)
		s.source[15] = (uint8_t)e->source;
	return s;
}

/* Fills in a step, whose sightings go to list; returns how many there are. */
static unsigned make_step(unsigned step, struct sighting *list, struct sighting_step *out)
{
	static char prefix[SIGHTING_RULES][SIGHTING_RULE];

	memcpy(prefix, rules, sizeof(rules));
	*out = (struct sighting_step){
		.start_s = START_S + (int64_t)step * STEP_S, .end_s = START_S + (int64_t)(step + 1) * STEP_S, .sighting = list,
		.rule = (const char (*)[SIGHTING_RULE])prefix,
	};
	for (unsigned i = 0; i < EVENTS; i++) {
		if (event[i].step != step)
			continue;
		if (event[i].is_left_out) {
			out->packets_left_out += event[i].count;
			out->sightings_left_out++;
		} else {
			list[out->count++] = sighting_of(&event[i]);
		}
	}
	return out->count;
}

static void write_sightings(void **state)
{
	static struct sighting list[EVENTS];
	static struct sighting_step steps[STEPS];
	unsigned count = 0;
	struct sightings *sightings;
	struct failure why;

	for (unsigned step = RECORDED_FROM; step < STEPS; step++)
		count += make_step(step, list + count, &steps[step]);
	if (sightings_open(scratch_path(state, SIGHTINGS_FILE), 64u << 20, &sightings, &why) ||
	    sightings_add(sightings, STEPS - RECORDED_FROM, steps + RECORDED_FROM, &why))
		fail_msg("%s", why.text);
	sightings_close(sightings);
}

static int write_archive(void **state)
{
	struct schema schema = scratch_schema();
	struct failure why;

	setenv("TZ", "UTC", 1);
	tzset();
	scratch_seed();
	make_events();
	schema.portbin = PORTBIN_DEFAULT;
	if (scratch_make(state) || archive_create(STORE_HERE(*state), &schema, START_S, NULL, NULL, &why))
		return -1;
	write_counts(state, &schema);
	write_sightings(state);
	return 0;
}

/* ---- pictures ---- */

#define ALL { { 0 }, false }
#define LINEAR { { 1, { { 1024, 65535 } } }, true }
#define NARROW { { 1, { { 3000, 3100 } } }, false }
#define NARROW_LINEAR { { 1, { { 3000, 3100 } } }, true }
#define LANES { { 3, { { 22, 22 }, { 3005, 3005 }, { 1024, 65535 } } }, false }

/* 10 s are kept for 10 minutes, minutes for 2 hours, 10 minutes for all of it; of sightings all are. */
static const struct view selected_views[] = {
	{ "steps, all ports", 850, 900, 500, 640, 10, ALL },
	{ "steps, half a pixel each", 700, 900, 100, 640, 10, ALL },
	{ "all time, a pixel a step", 0, 900, 900, 640, 10, ALL },
	{ "an odd window", 7, 893, 1331, 333, 10, NARROW },
	{ "linear", 0, 900, 900, 640, 10, LINEAR },
	{ "lanes", 0, 900, 30, 640, 10, LANES },
};

static bool is_selected(const struct event *e)
{
	return e->source < SELECTED && e->series != SERIES_TCP6 && !e->is_left_out && e->step >= RECORDED_FROM;
}

/* From the top down, as far as there are any. */
static unsigned row_of_type(const struct view *view, unsigned type)
{
	unsigned height = figure_type_height(figure_em(view->width, view->height));
	bool has_other = false;

	for (unsigned i = 0; i < EVENTS && type == 8; i++)
		has_other |= event[i].series == SERIES_ICMP4 && event[i].number == 3 && is_selected(&event[i]) &&
		             is_in_view(view, &event[i]);
	return has_other * height + height / 2;
}

static void expect_selected(const struct view *view, struct places *places)
{
	struct axis_ports axis;

	places->count = 0;
	axis_ports_init(&axis, &view->axis, &PORTBIN_EXACT, view->height, figure_em(view->width, view->height));
	for (unsigned i = 0; i < EVENTS; i++) {
		const struct event *e = &event[i];
		struct place place = { .series = e->series, .is_icmp = true };

		if (!is_selected(e) || !is_in_view(view, e) || e->class != CLASS_PROBE)
			continue;
		if (e->series != SERIES_ICMP4) {
			expect_port(places, view, &axis, e);
		} else if (!view->axis.ports.count) {
			place_in_time(view, e->step, &place);
			place.row = row_of_type(view, e->number);
			add_place(places, place);
		}
	}
}

static void a_selection_has_each_packet_at_its_own_port_and_nothing_else(void **state)
{
	static struct places expected, marks;
	struct selection selection = { 0 };
	struct failure why;

	assert_int_equal(selection_add_nets(&selection.source, "192.0.2.0/30,192.0.2.4", &why), 0);
	assert_int_equal(selection_add_nets(&selection.source, "192.0.2.5/32,192.0.2.6/31", &why), 0);
	assert_true(selection_seal(&selection));
	for (unsigned i = 0; i < sizeof(selected_views) / sizeof(selected_views[0]); i++) {
		const struct view *view = &selected_views[i];
		struct picture_order order = order_of(view);
		struct picture picture;
		char *text;

		order.selection = &selection;
		text = drawing_of(state, &order, &picture);
		expect_selected(view, &expected);
		read_marks(text, &marks);
		assert_true(expected.count > 20);
		assert_int_equal(compare(view, &expected, &marks), 0);
		if (view->width >= 900)
			expect_text(text, "\"only from 192.0.2.0/30, 192.0.2.4, 192.0.2.5/32, 192.0.2.6/31\"");
		free(text);
	}
	selection_fini(&selection);
}

/* The packets that were selected, by series. */
static unsigned sum_selected(bool (*is_wanted)(const struct event *), enum series series, enum packet_class class)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < EVENTS; i++)
		if (event[i].series == series && event[i].class == class && is_wanted(&event[i]))
			sum += event[i].count;
	return sum;
}

static bool has_rule(const struct event *e)
{
	return e->rule == 1 && !e->is_left_out && e->step >= RECORDED_FROM;
}

/* 1234 -> "1,234" */
static const char *thousands(unsigned number, char buf[16])
{
	if (number < 1000)
		snprintf(buf, 16, "%u", number);
	else
		snprintf(buf, 16, "%u,%03u", number / 1000, number % 1000);
	return buf;
}

static void a_rule_is_selected_and_the_legend_counts_it_and_says_what_is_not_known(void **state)
{
	const struct view view = { "rule", 0, STEPS, 900, 300, 10, ALL };
	struct picture_order order = order_of(&view);
	struct selection selection = { 0 };
	unsigned left_out = 0, steps = 0;
	struct picture picture;
	char *text, buf[16];

	selection_set_rule(&selection, "drop <b>  ");
	assert_true(selection_seal(&selection));
	order.selection = &selection;
	text = drawing_of(state, &order, &picture);
	expect_text(text, "\"only by the rule “drop <b>”\"");
	expect_text(text, "\"TCP/IPv4 %s", thousands(sum_selected(has_rule, SERIES_TCP4, CLASS_PROBE), buf));
	expect_text(text, "\"TCP/IPv6 %s", thousands(sum_selected(has_rule, SERIES_TCP6, CLASS_PROBE), buf));
	expect_text(text, "\"not drawn: %s backscatter\"", thousands(sum_selected(has_rule, SERIES_TCP4, CLASS_BACKSCATTER), buf));
	expect_text(text, "\"unknown: nothing was recorded for 1 h 6 min\"");
	for (unsigned i = 0; i < EVENTS; i++) {
		left_out += event[i].is_left_out ? event[i].count : 0;
		if (event[i].is_left_out)
			steps |= 1u << (event[i].step - SAMPLED_FROM);
	}
	assert_true(__builtin_popcount(steps) > 6);
	expect_text(text, "\"a sample for 1 min %d s: %s of all packets were not recorded\"", __builtin_popcount(steps) * STEP_S - 60,
	            thousands(left_out, buf));
	expect_text(text, "\"call\": \"hatch\"");
	free(text);
}

static void nothing_selected_is_a_picture_without_marks(void **state)
{
	const struct view view = { "nothing", 450, 800, 500, 300, 10, ALL };
	struct picture_order order = order_of(&view);
	struct selection selection = { 0 };
	static struct places marks;
	struct picture picture;
	struct failure why;
	char *text;

	assert_int_equal(selection_add_nets(&selection.destination, "198.51.100.0/24", &why), 0);
	assert_true(selection_seal(&selection));
	order.selection = &selection;
	text = drawing_of(state, &order, &picture);
	read_marks(text, &marks);
	assert_int_equal(marks.count, 0);
	expect_text(text, "\"only to 198.51.100.0/24\"");
	expect_text(text, "\"TCP/IPv4 0");
	expect_text(text, "\"nothing missed\"");
	free(text);
	selection_fini(&selection);
}

static const struct view zoomed_views[] = {
	{ "zoomed, steps", 850, 900, 500, 640, 10, NARROW },
	{ "zoomed, steps, linear", 850, 900, 500, 640, 10, NARROW_LINEAR },
	{ "zoomed, steps, half a pixel each", 850, 900, 25, 640, 10, NARROW },
	{ "zoomed, minutes", 240, 900, 110, 640, 60, NARROW },
	{ "zoomed, rows of 10 minutes", 0, 900, 15, 640, 600, NARROW },
	{ "lanes", 850, 900, 500, 640, 10, LANES },
};

/* Whether all of the row's steps were recorded, and nothing left out. */
static bool is_complete(const struct view *view, const struct event *e)
{
	unsigned rows = view->row_s / STEP_S, first = e->step / rows * rows;

	for (unsigned step = first; step < first + rows; step++)
		if (is_step_sampled[step])
			return false;
	return true;
}

/* Or, where it was not recorded, whether what was there had been recorded all the same: the same counts are the same packets. */
static bool is_recorded(const struct view *view, const struct axis_ports *axis, const struct event *e)
{
	unsigned rows = view->row_s / STEP_S;

	for (unsigned i = 0; i < EVENTS; i++)
		if (event[i].step / rows == e->step / rows && event[i].series == e->series && by_port >> event[i].class & 1 &&
		    portbin_of(&axis->portbin, (uint16_t)event[i].number) == portbin_of(&axis->portbin, (uint16_t)e->number) &&
		    event[i].step < RECORDED_FROM)
			return false;
	return true;
}

static void expect_zoomed(const struct view *view, struct places *places)
{
	struct axis_ports axis;

	places->count = 0;
	axis_ports_init(&axis, &view->axis, &PORTBIN_DEFAULT, view->height, figure_em(view->width, view->height));
	for (unsigned i = 0; i < EVENTS; i++) {
		const struct event *e = &event[i];

		if (!(by_port >> e->class & 1) || e->series > SERIES_UDP6 || !is_in_view(view, e))
			continue;
		if (expect_range(NULL, view, &axis, e) && is_complete(view, e) && is_recorded(view, &axis, e))
			expect_port(places, view, &axis, e);
		else
			expect_range(places, view, &axis, e);
	}
}

static void check_zoomed(void **state)
{
	static struct places expected, marks;
	unsigned bars = 0, all = 0;

	for (unsigned i = 0; i < sizeof(zoomed_views) / sizeof(zoomed_views[0]); i++) {
		const struct view *view = &zoomed_views[i];
		struct picture_order order = order_of(view);
		struct picture picture;
		char *text = drawing_of(state, &order, &picture);
		unsigned found;

		expect_zoomed(view, &expected);
		read_marks(text, &marks);
		found = compare(view, &expected, &marks);
		assert_string_equal(picture.unsighted.text, "");
		assert_true((strstr(text, "bar: to some of the ports it spans") != NULL) == (found > 0));
		bars += found;
		all += expected.count;
		free(text);
	}
	assert_true(bars > 20 && all > 10 * bars / 4);
}

static void ports_are_told_apart_where_all_was_recorded_and_are_bars_elsewhere(void **state)
{
	check_zoomed(state);
}

static int write_other_archive(void **state)
{
	by_port = 1u << CLASS_PROBE | 1u << CLASS_BACKSCATTER;
	return write_archive(state);
}

static void which_classes_are_counted_by_port_is_found_out(void **state)
{
	check_zoomed(state);
	by_port = 1u << CLASS_PROBE;
}

static char *zoomed_in(void **state, struct picture *picture)
{
	struct picture_order order = order_of(&zoomed_views[0]);

	return drawing_of(state, &order, picture);
}

static int write_archive_alone(void **state)
{
	return write_archive(state) || remove(scratch_path(state, SIGHTINGS_FILE));
}

static void without_sightings_a_zoom_is_as_it_was_and_a_selection_says_so(void **state)
{
	struct picture_order order = order_of(&zoomed_views[0]);
	struct selection selection = { 0 };
	struct picture picture;
	struct reader *reader;
	struct failure why = { "" };
	char *text = zoomed_in(state, &picture);
	static struct places marks;

	assert_string_equal(picture.unsighted.text, "");
	expect_text(text, "\"2976–3007\""); /* ranges are labelled */
	assert_null(strstr(text, "bar:"));
	read_marks(text, &marks);
	for (unsigned i = 0; i < marks.count; i++)
		assert_false(is_bar(&marks.place[i]));
	free(text);

	selection_set_rule(&selection, "");
	assert_true(selection_seal(&selection));
	order.selection = &selection;
	assert_int_equal(reader_open(*state, NULL, &reader, &why), 0);
	assert_int_equal(picture_make(reader, &order, &picture, &why), -ENOENT);
	assert_non_null(strstr(why.text, "no sightings"));
	reader_close(reader);
}

static void a_damaged_file_is_told_of_by_pictures_that_are_zoomed_and_not_opened_by_others(void **state)
{
	const struct view whole = { "all ports", 850, 900, 500, 640, 10, ALL };
	struct picture_order order = order_of(&whole);
	struct picture picture;
	char *text;

	scratch_write(scratch_path(state, SIGHTINGS_FILE), (const uint8_t *)"no database", 11);
	text = drawing_of(state, &order, &picture);
	assert_string_equal(picture.unsighted.text, "");
	free(text);
	text = zoomed_in(state, &picture);
	assert_non_null(strstr(picture.unsighted.text, SIGHTINGS_FILE));
	expect_text(text, "\"2976–3007\"");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_selection_has_each_packet_at_its_own_port_and_nothing_else),
		cmocka_unit_test(a_rule_is_selected_and_the_legend_counts_it_and_says_what_is_not_known),
		cmocka_unit_test(nothing_selected_is_a_picture_without_marks),
		cmocka_unit_test(ports_are_told_apart_where_all_was_recorded_and_are_bars_elsewhere),
		/* From here on each has an archive of its own. */
		cmocka_unit_test_setup_teardown(which_classes_are_counted_by_port_is_found_out, write_other_archive, scratch_remove),
		cmocka_unit_test_setup_teardown(without_sightings_a_zoom_is_as_it_was_and_a_selection_says_so, write_archive_alone,
		                                scratch_remove),
		cmocka_unit_test_setup_teardown(a_damaged_file_is_told_of_by_pictures_that_are_zoomed_and_not_opened_by_others,
		                                write_archive_alone, scratch_remove),
	};

	if (!sightings_are_supported()) {
		printf("1..0 # SKIP built without SQLite\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, write_archive, scratch_remove);
}
