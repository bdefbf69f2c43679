/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/graph_look.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/rrd.h"
#include "common/escape.h"
#include "common/units.h"
#include "common/utf8.h"

#define PX_PER_PT (100 / 72.0) /* as in rrdtool */
#define SIZE_MAX_PT 500
#define BORDER_MAX 256
#define ZOOM_MAX 64

void graph_look_init(struct graph_look *look)
{
	const char *face = getenv("RRD_DEFAULT_FONT");

	*look = (struct graph_look){ .look.border = 2, .zoom = 1 };
	for (unsigned i = 0; i < LOOK_TEXTS && face && face[0] && utf8_is_valid(face); i++)
		look->look.font[i].face = face;
}

/* A decimal number up to where its digits end, which *end then points to. */
static bool parse_decimal(const char *text, double *number, char **end)
{
	size_t length = strspn(text, "0123456789.");

	if (length == 0)
		return false;
	*number = strtod(text, end);
	return *end == text + length;
}

static int take_text(const char *value, const char **text, struct failure *why)
{
	if (!utf8_is_valid(value))
		return fail(why, EINVAL, "expected a text in UTF-8");
	*text = value[0] ? value : NULL;
	return 0;
}

/* TAG:SIZE[:FONT]: size 0, or no font, leaves that as it is. */
static int take_font(struct graph_look *look, const char *value, struct failure *why)
{
	static const char *const tags[LOOK_TEXTS + 1] = {
		[LOOK_TITLE] = "TITLE", [LOOK_AXIS] = "AXIS", [LOOK_UNIT] = "UNIT", [LOOK_LEGEND] = "LEGEND",
		[LOOK_WATERMARK] = "WATERMARK", [LOOK_TEXTS] = "DEFAULT",
	};
	size_t length = strcspn(value, ":");
	char quoted[ESCAPE_QUOTED], *end;
	unsigned tag = 0;
	double size_pt;

	while (tag <= LOOK_TEXTS && (strlen(tags[tag]) != length || strncmp(tags[tag], value, length) != 0))
		tag++;
	if (tag > LOOK_TEXTS)
		return fail(why, EINVAL, "expected TAG:SIZE or TAG:SIZE:FONT, where TAG is DEFAULT, TITLE, AXIS, UNIT, LEGEND or "
		            "WATERMARK, not %s", escape_quote(value, quoted));
	if (value[length] != ':' || !parse_decimal(value + length + 1, &size_pt, &end) || (*end && *end != ':') ||
	    size_pt > SIZE_MAX_PT)
		return fail(why, EINVAL, "expected a size in points behind %s:, at most %d, in %s", tags[tag], SIZE_MAX_PT,
		            escape_quote(value, quoted));
	if (!utf8_is_valid(end))
		return fail(why, EINVAL, "expected the name of a font in UTF-8");
	for (unsigned i = 0; i < LOOK_TEXTS; i++) {
		struct look_font *font = &look->look.font[i];

		if (i != tag && tag != LOOK_TEXTS)
			continue;
		font->em = size_pt > 0 ? size_pt * PX_PER_PT : font->em;
		font->face = end[0] && end[1] ? end + 1 : font->face;
	}
	return 0;
}

static int take_threshold(struct graph_look *look, const char *value, struct failure *why)
{
	double size_pt;
	char *end;

	if (!parse_decimal(value, &size_pt, &end) || *end || size_pt > SIZE_MAX_PT)
		return fail(why, EINVAL, "expected a size in points, at most %d", SIZE_MAX_PT);
	look->canvas.bitmap_em = size_pt * PX_PER_PT;
	return 0;
}

static int take_zoom(struct graph_look *look, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED], *end;

	if (!parse_decimal(value, &look->zoom, &end) || *end || look->zoom <= 0 || look->zoom > ZOOM_MAX)
		return fail(why, EINVAL, "expected a factor above 0, at most %d, not %s", ZOOM_MAX, escape_quote(value, quoted));
	return 0;
}

static int take_border(struct graph_look *look, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];
	uint32_t number;

	if (!units_parse_number(value, 0, BORDER_MAX, &number))
		return fail(why, EINVAL, "expected pixels from 0 to %d, not %s", BORDER_MAX, escape_quote(value, quoted));
	look->look.border = number;
	return 0;
}

static int take_hinting(struct graph_look *look, const char *value, struct failure *why)
{
	static const char *const words[] = {
		[CANVAS_HINTING_LIGHT] = "light", [CANVAS_HINTING_NORMAL] = "normal", [CANVAS_HINTING_MONO] = "mono",
	};
	char quoted[ESCAPE_QUOTED];

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(value, words[i]) == 0) {
			look->canvas.hinting = (enum canvas_hinting)i;
			return 0;
		}
	return fail(why, EINVAL, "expected normal, light or mono, not %s", escape_quote(value, quoted));
}

static int take_terminal(struct graph_look *look, const char *value, struct failure *why)
{
	static const char *const words[] = {
		[TERMINAL_AUTO] = "auto", [TERMINAL_SIXEL] = "sixel", [TERMINAL_KITTY] = "kitty", [TERMINAL_ITERM2] = "iterm2",
		[TERMINAL_SYMBOLS] = "symbols",
	};
	char quoted[ESCAPE_QUOTED];

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(value, words[i]) == 0) {
			look->has_terminal = true;
			look->terminal = (enum terminal_mode)i;
			return 0;
		}
	return fail(why, EINVAL, "expected auto, sixel, kitty, iterm2 or symbols, not %s", escape_quote(value, quoted));
}

/* One of two words; *second tells which. */
static int take_either(const char *value, const char *first, const char *other, bool *second, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	if (strcmp(value, first) != 0 && strcmp(value, other) != 0)
		return fail(why, EINVAL, "expected %s or %s, not %s", first, other, escape_quote(value, quoted));
	*second = strcmp(value, other) == 0;
	return 0;
}

/* Kept until the window is known. */
static int take_mark(struct graph_look *look, bool is_port, const char *value, struct failure *why)
{
	if (!utf8_is_valid(value))
		return fail(why, EINVAL, "expected a text in UTF-8");
	if (look->marks == RULES_MAX)
		return fail(why, EINVAL, "expected at most %d lines", RULES_MAX);
	look->mark[look->marks++] = (struct graph_mark){ .is_port = is_port, .value = value };
	return 0;
}

int graph_look_take(struct graph_look *look, int code, const char *value, struct failure *why)
{
	switch (code) {
	case 'c':
		return palette_given_take(&look->colours, value, why);
	case 'n':
		return take_font(look, value, why);
	case 'R':
		return take_hinting(look, value, why);
	case 'B':
		return take_threshold(look, value, why);
	case 'G':
		return take_either(value, "normal", "mono", &look->look.is_mono, why);
	case 'W':
		return take_text(value, &look->look.watermark, why);
	case 'v':
		return take_text(value, &look->look.vertical_label, why);
	case 'm':
		return take_zoom(look, value, why);
	case GRAPH_LOOK_BORDER:
		return take_border(look, value, why);
	case GRAPH_LOOK_THEME:
		return take_either(value, "dark", "light", &look->is_light, why);
	case GRAPH_LOOK_PALETTE:
		return take_either(value, "original", "safe", &look->is_safe, why);
	case GRAPH_LOOK_MARK:
	case GRAPH_LOOK_MARK_PORT:
		return take_mark(look, code == GRAPH_LOOK_MARK_PORT, value, why);
	case 'F':
		look->look.tells_all_rules = true;
		return 0;
	case GRAPH_LOOK_TERMINAL:
		return take_terminal(look, value, why);
	case 'j':
		look->look.is_bare = true;
		return 0;
	case 'D':
		look->is_full_size = true;
		return 0;
	case 'g':
		look->look.has_no_legend = true;
		return 0;
	}
	return -ENOENT;
}

struct palette graph_look_palette(const struct graph_look *look)
{
	struct palette palette = *palette_find(look->is_light, look->is_safe);

	palette_given_apply(&look->colours, &palette);
	return palette;
}

/* A text as rrdtool takes it: a colon may have a backslash before it, and has to where it would end the time. */
static void copy_text(const char *from, char to[TEXT_FIT])
{
	size_t length = 0;

	for (; *from && length < TEXT_FIT - 1; from++) {
		if (from[0] == '\\' && from[1] == ':')
			from++;
		to[length++] = *from;
	}
	if (((unsigned char)*from & 0xc0) == 0x80) { /* not half a letter */
		while (length > 0 && ((unsigned char)to[length - 1] & 0xc0) == 0x80)
			length--;
		length -= length > 0;
	}
	to[length] = '\0';
}

/* A time that may refer to either end of the window. */
static bool parse_moment(const char *value, size_t length, const struct window *window, int64_t *at_s)
{
	char time[64], start[24], end[24];
	int64_t other_s;

	if (length == 0 || length >= sizeof(time))
		return false;
	snprintf(time, sizeof(time), "%.*s", (int)length, value);
	snprintf(start, sizeof(start), "%lld", (long long)window->start_s);
	snprintf(end, sizeof(end), "%lld", (long long)window->end_s);
	return rrdfile_parse_times(time, end, at_s, &other_s, NULL) == 0 || rrdfile_parse_times(start, time, &other_s, at_s, NULL) == 0;
}

/* TIME:TEXT, where both may have colons: TIME is as long as it can be. */
static int parse_mark(struct graph_mark *mark, const struct window *window, int64_t *at_s, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	for (size_t i = strlen(mark->value); i-- > 0;)
		if (mark->value[i] == ':' && (i == 0 || mark->value[i - 1] != '\\') && parse_moment(mark->value, i, window, at_s)) {
			copy_text(mark->value + i + 1, mark->text);
			return 0;
		}
	return fail(why, EINVAL, "option --mark: expected TIME:TEXT with a time as rrdtool takes it, not %s",
	            escape_quote(mark->value, quoted));
}

static int parse_mark_port(struct graph_mark *mark, int64_t *port, struct failure *why)
{
	size_t length = strcspn(mark->value, ":");
	char text[8], quoted[ESCAPE_QUOTED];
	uint32_t number;

	snprintf(text, sizeof(text), "%.*s", (int)(length < sizeof(text) ? length : sizeof(text)), mark->value);
	if (mark->value[length] != ':' || !units_parse_number(text, 0, 65535, &number))
		return fail(why, EINVAL, "option --mark-port: expected PORT:TEXT with a port from 0 to 65535, not %s",
		            escape_quote(mark->value, quoted));
	copy_text(mark->value + length + 1, mark->text);
	*port = number;
	return 0;
}

int graph_look_rules(struct graph_look *look, const struct window *window, struct rule rule[RULES_MAX], struct failure *why)
{
	for (unsigned i = 0; i < look->marks; i++) {
		struct graph_mark *mark = &look->mark[i];
		int err = mark->is_port ? parse_mark_port(mark, &rule[i].at, why) : parse_mark(mark, window, &rule[i].at, why);

		if (err)
			return err;
		rule[i].is_port = mark->is_port;
		rule[i].text = mark->text;
	}
	return (int)look->marks;
}
