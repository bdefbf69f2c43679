/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/graph_look.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct graph_look fresh(void)
{
	struct graph_look look;

	unsetenv("RRD_DEFAULT_FONT");
	graph_look_init(&look);
	return look;
}

static void take(struct graph_look *look, int code, const char *value)
{
	struct failure why = { "" };

	if (graph_look_take(look, code, value, &why))
		fail_msg("%s: %s", value, why.text);
}

/* Refused, with these words. */
static void refuse(int code, const char *value, const char *words)
{
	struct graph_look look = fresh();
	struct failure why = { "" };

	assert_int_equal(graph_look_take(&look, code, value, &why), -EINVAL);
	if (!strstr(why.text, words))
		fail_msg("%s: %s", value, why.text);
}

static void what_is_none_of_its_options_is_left_to_others(void **state)
{
	struct graph_look look = fresh();

	assert_int_equal(graph_look_take(&look, 's', "now", NULL), -ENOENT);
}

static void fonts_have_rrdtools_tags_and_points(void **state)
{
	struct graph_look look = fresh();

	take(&look, 'n', "TITLE:13:Times New Roman");
	assert_true(look.look.font[LOOK_TITLE].em > 18.05 && look.look.font[LOOK_TITLE].em < 18.06); /* at 100 dpi */
	assert_string_equal(look.look.font[LOOK_TITLE].face, "Times New Roman");
	assert_true(look.look.font[LOOK_AXIS].em <= 0);
	assert_null(look.look.font[LOOK_AXIS].face);
	take(&look, 'n', "TITLE:7.2");
	assert_true(look.look.font[LOOK_TITLE].em > 9.99 && look.look.font[LOOK_TITLE].em < 10.01);
	assert_string_equal(look.look.font[LOOK_TITLE].face, "Times New Roman");
	take(&look, 'n', "DEFAULT:0:Courier");
	for (unsigned i = 0; i < LOOK_TEXTS; i++)
		assert_string_equal(look.look.font[i].face, "Courier");
	assert_true(look.look.font[LOOK_TITLE].em > 9.99);
	assert_true(look.look.font[LOOK_LEGEND].em <= 0);
	take(&look, 'n', "DEFAULT:72:");
	assert_true(look.look.font[LOOK_WATERMARK].em > 99.9);
	assert_string_equal(look.look.font[LOOK_UNIT].face, "Courier");
}

static void a_wrong_font_is_told(void **state)
{
	refuse('n', "FOO:8", "DEFAULT, TITLE, AXIS, UNIT, LEGEND or WATERMARK");
	refuse('n', "title:8", "not \"title:8\"");
	refuse('n', "TITLE", "expected a size in points");
	refuse('n', "TITLE:", "expected a size in points");
	refuse('n', "TITLE:x", "in \"TITLE:x\"");
	refuse('n', "TITLE:8x", "expected a size in points");
	refuse('n', "TITLE:-8", "expected a size in points");
	refuse('n', "TITLE:1.2.3", "expected a size in points");
	refuse('n', "TITLE:501", "at most 500");
	refuse('n', "TITLE:8:\xff", "UTF-8");
}

static void rrdtools_default_font_is_taken(void **state)
{
	struct graph_look look;

	setenv("RRD_DEFAULT_FONT", "DejaVu Sans Mono", 1);
	graph_look_init(&look);
	unsetenv("RRD_DEFAULT_FONT");
	for (unsigned i = 0; i < LOOK_TEXTS; i++)
		assert_string_equal(look.look.font[i].face, "DejaVu Sans Mono");
}

static void words_and_numbers_are_taken(void **state)
{
	struct graph_look look = fresh();
	struct palette palette;

	assert_int_equal(look.look.border, 2);
	take(&look, 'R', "mono");
	assert_int_equal(look.canvas.hinting, CANVAS_HINTING_MONO);
	take(&look, 'B', "7.2");
	assert_true(look.canvas.bitmap_em > 9.99 && look.canvas.bitmap_em < 10.01);
	take(&look, 'G', "mono");
	assert_true(look.look.is_mono);
	take(&look, 'G', "normal");
	assert_false(look.look.is_mono);
	take(&look, 'm', "2.5");
	assert_true(look.zoom > 2.49 && look.zoom < 2.51);
	take(&look, GRAPH_LOOK_BORDER, "0");
	assert_int_equal(look.look.border, 0);
	take(&look, GRAPH_LOOK_THEME, "light");
	take(&look, 'c', "TCP4#123456");
	palette = graph_look_palette(&look);
	assert_int_equal(palette.colour[PALETTE_BACK], 0xffffff);
	assert_int_equal(palette.colour[PALETTE_TCP4], 0x123456);
	take(&look, GRAPH_LOOK_PALETTE, "safe");
	palette = graph_look_palette(&look);
	assert_int_equal(palette.colour[PALETTE_TCP4], 0x123456);
	assert_int_equal(palette.colour[PALETTE_UDP4], palette_find(true, true)->colour[PALETTE_UDP4]);
}

static void wrong_words_and_numbers_are_told(void **state)
{
	refuse('R', "foo", "expected normal, light or mono, not \"foo\"");
	refuse('G', "light", "expected normal or mono, not \"light\"");
	refuse('B', "x", "expected a size");
	refuse('m', "0", "above 0");
	refuse('m', "-1", "above 0");
	refuse('m', "1e9", "above 0");
	refuse('m', "65", "at most 64");
	refuse(GRAPH_LOOK_BORDER, "-1", "from 0 to 256");
	refuse(GRAPH_LOOK_THEME, "blue", "expected dark or light, not \"blue\"");
	refuse(GRAPH_LOOK_PALETTE, "", "expected original or safe");
	refuse(GRAPH_LOOK_TERMINAL, "vt100", "expected auto, sixel, kitty, iterm2 or symbols, not \"vt100\"");
	refuse('c', "TCP4#12", "TCP4#rrggbb");
	refuse('W', "\xc3", "UTF-8");
	refuse('v', "\xff", "UTF-8");
	refuse(GRAPH_LOOK_MARK, "noon:\xff", "UTF-8");
}

#define START_S 1795478400 /* 2026-11-24 00:00 UTC, a Tuesday */
static const struct window day = { START_S, START_S + 86400 };

/* The rule that an option makes. */
static struct rule rule_of(struct graph_look *look, int code, const char *value)
{
	struct failure why = { "" };
	static struct rule rule[RULES_MAX];

	*look = fresh();
	take(look, code, value);
	if (graph_look_rules(look, &day, rule, &why) != 1)
		fail_msg("%s: %s", value, why.text);
	return rule[0];
}

static void a_time_is_as_long_as_it_can_be(void **state)
{
	static const struct {
		const char *value;
		int64_t at_s;
		const char *text;
	} marks[] = {
		{ "1795500000:backup", 1795500000, "backup" },
		{ "1795500000:", 1795500000, "" },
		{ "1795500000:10:30", 1795500000, "10:30" },
		{ "10:30 11/24/2026:see http://x:80/", START_S + 37800, "see http://x:80/" },
		{ "start+1h:early", START_S + 3600, "early" },
		{ "end-15min:late", START_S + 86400 - 900, "late" },
		{ "00:00 20261124:a day\\: begins", START_S, "a day: begins" },
	};

	for (unsigned i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		struct graph_look look;
		struct rule rule = rule_of(&look, GRAPH_LOOK_MARK, marks[i].value);

		assert_false(rule.is_port);
		assert_int_equal(rule.at, marks[i].at_s);
		assert_string_equal(rule.text, marks[i].text);
	}
}

static void a_port_ends_at_the_first_colon(void **state)
{
	struct graph_look look;
	struct rule rule = rule_of(&look, GRAPH_LOOK_MARK_PORT, "3389:remote desktop: from everywhere");

	assert_true(rule.is_port);
	assert_int_equal(rule.at, 3389);
	assert_string_equal(rule.text, "remote desktop: from everywhere");
	assert_int_equal(rule_of(&look, GRAPH_LOOK_MARK_PORT, "0:zero").at, 0);
	assert_int_equal(rule_of(&look, GRAPH_LOOK_MARK_PORT, "65535:last").at, 65535);
}

static void a_line_that_is_none_is_told(void **state)
{
	static const struct {
		int code;
		const char *value;
	} wrong[] = {
		{ GRAPH_LOOK_MARK, "" }, { GRAPH_LOOK_MARK, ":" }, { GRAPH_LOOK_MARK, "noon" }, { GRAPH_LOOK_MARK, "someday:text" },
		{ GRAPH_LOOK_MARK, "noon\\:text" },
		{ GRAPH_LOOK_MARK_PORT, "" }, { GRAPH_LOOK_MARK_PORT, ":ssh" }, { GRAPH_LOOK_MARK_PORT, "22" },
		{ GRAPH_LOOK_MARK_PORT, "65536:none" }, { GRAPH_LOOK_MARK_PORT, "-1:none" }, { GRAPH_LOOK_MARK_PORT, "123456789:none" },
	};

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct rule rule[RULES_MAX];
		struct graph_look look = fresh();
		struct failure why = { "" };

		take(&look, wrong[i].code, wrong[i].value);
		assert_int_equal(graph_look_rules(&look, &day, rule, &why), -EINVAL);
		assert_non_null(strstr(why.text, wrong[i].code == GRAPH_LOOK_MARK ? "expected TIME:TEXT" : "expected PORT:TEXT"));
	}
}

static void there_are_as_many_lines_as_have_room(void **state)
{
	struct graph_look look = fresh();
	struct failure why = { "" };

	for (unsigned i = 0; i < RULES_MAX; i++)
		take(&look, GRAPH_LOOK_MARK_PORT, "22:ssh");
	assert_int_equal(graph_look_take(&look, GRAPH_LOOK_MARK_PORT, "22:ssh", &why), -EINVAL);
	assert_non_null(strstr(why.text, "at most 32"));
}

/* Whole letters, whatever the length. */
static void a_text_is_cut_between_letters(void **state)
{
	char value[400] = "22:";

	for (unsigned shift = 0; shift < 3; shift++) {
		struct graph_look look;
		struct rule rule;
		size_t length;

		memset(value + 3, 'a', shift);
		for (unsigned i = 0; i < 120; i++)
			memcpy(value + 3 + shift + 3 * i, "\xe2\x82\xac", 4);
		rule = rule_of(&look, GRAPH_LOOK_MARK_PORT, value);
		length = strlen(rule.text);
		assert_int_equal((length - shift) % 3, 0);
		assert_true(length < TEXT_FIT && length > TEXT_FIT - 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_none_of_its_options_is_left_to_others),
		cmocka_unit_test(fonts_have_rrdtools_tags_and_points),
		cmocka_unit_test(a_wrong_font_is_told),
		cmocka_unit_test(rrdtools_default_font_is_taken),
		cmocka_unit_test(words_and_numbers_are_taken),
		cmocka_unit_test(wrong_words_and_numbers_are_told),
		cmocka_unit_test(a_time_is_as_long_as_it_can_be),
		cmocka_unit_test(a_port_ends_at_the_first_colon),
		cmocka_unit_test(a_line_that_is_none_is_told),
		cmocka_unit_test(there_are_as_many_lines_as_have_room),
		cmocka_unit_test(a_text_is_cut_between_letters),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
