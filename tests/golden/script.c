/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tool/xgrid.h"

void die(const char *what, const char *word)
{
	fprintf(stderr, "golden case: %s \"%s\"\n", what, word);
	exit(2);
}

/* The same numbers everywhere; below 1. */
static double random_share(struct script *script)
{
	script->random = script->random * 1664525u + 1013904223u;
	return (script->random >> 8) / 16777216.0;
}

int64_t parse_time(const char *word)
{
	struct tm tm = { .tm_isdst = -1 };

	if (sscanf(word, "%d-%d-%dT%d:%d:%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		die("no time:", word);
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return (int64_t)mktime(&tm);
}

static unsigned parse_series(const char *name)
{
	enum series series;

	if (!series_by_name(name, &series) || series > SERIES_ICMP6)
		die("no series with ports or types:", name);
	return series;
}

static void add(struct script *script, double when, unsigned series, unsigned port, double count)
{
	if (script->events == EVENTS || port > 65535)
		die("too many packets, or no such port", "");
	script->event[script->events++] = (struct event){ when, series, port, count };
}

static void add_line(struct script *script, unsigned series, unsigned port, double from, double to, double count)
{
	double span_s = (double)(script->end_s - script->start_s);

	for (unsigned p = 0; p < script->pieces; p++)
		for (double when = fmax(from, script->piece[p].from); when < fmin(to, script->piece[p].to);
		     when += script->piece[p].row_s / span_s)
			add(script, when, series, port, count);
}

static void take_text(const char *word, char *text, size_t size)
{
	snprintf(text, size, "%s", word);
	for (char *p = text; *p; p++)
		*p = *p == '_' ? ' ' : *p;
}

/* The text behind a word's colon, with blanks, kept in golden. */
static const char *keep_text(struct golden *golden, const char *word)
{
	char *text = golden->text[golden->texts++];

	if (golden->texts > GOLDEN_TEXTS)
		die("too many texts:", word);
	take_text(strchr(word, ':') + 1, text, GOLDEN_TEXT);
	return text;
}

/* mark:WHEN:TEXT or port:PORT:TEXT, whose WHEN is no time until the window is known. */
static void add_rule(struct golden *golden, const char *word, bool is_port, double at)
{
	struct figure *figure = &golden->figure;

	if (figure->rules == RULES_MAX)
		die("too many lines:", word);
	golden->rule[figure->rules] = (struct rule){
		.is_port = is_port, .at = (int64_t)(is_port ? at : at * 1e9), .text = keep_text(golden, strchr(word, ':') + 1),
	};
	figure->rule = golden->rule;
	figure->rules++;
}

static void take_font(struct golden *golden, const char *word)
{
	static const char *const tags[LOOK_TEXTS] = { "TITLE", "AXIS", "UNIT", "LEGEND", "WATERMARK" };

	for (unsigned i = 0; i < LOOK_TEXTS; i++) {
		size_t length = strlen(tags[i]);
		char *end;

		if (strncmp(word, tags[i], length) != 0 || word[length] != ',')
			continue;
		golden->figure.look.font[i].em = strtod(word + length + 1, &end);
		golden->figure.look.font[i].face = *end == ':' ? keep_text(golden, end) : NULL;
		return;
	}
	die("no such font:", word);
}

static void take_look(struct golden *golden, const char *word)
{
	struct look *look = &golden->figure.look;
	struct failure why;
	double at;

	if (strcmp(word, "light") == 0)
		golden->is_light = true;
	else if (strcmp(word, "safe") == 0)
		golden->is_safe = true;
	else if (strncmp(word, "colour:", 7) == 0) {
		if (palette_given_take(&golden->colours, word + 7, &why))
			die(why.text, word);
	} else if (strncmp(word, "font:", 5) == 0)
		take_font(golden, word + 5);
	else if (strncmp(word, "label:", 6) == 0)
		look->vertical_label = keep_text(golden, word);
	else if (strncmp(word, "watermark:", 10) == 0)
		look->watermark = keep_text(golden, word);
	else if (sscanf(word, "border:%u", &look->border) == 1)
		;
	else if (strcmp(word, "bare") == 0)
		look->is_bare = true;
	else if (strcmp(word, "no-legend") == 0)
		look->has_no_legend = true;
	else if (strcmp(word, "all-rules") == 0)
		look->tells_all_rules = true;
	else if (sscanf(word, "mark:%lf:", &at) == 1 && strchr(word + 5, ':'))
		add_rule(golden, word, false, at);
	else if (sscanf(word, "port:%lf:", &at) == 1 && strchr(word + 5, ':'))
		add_rule(golden, word, true, at);
	else
		die("wrong word:", word);
}

static void take_grid(const char *word, struct golden *golden)
{
	struct failure why;
	char text[128];

	take_text(word, text, sizeof(text));
	if (xgrid_parse(text, &golden->grid, &why))
		die(why.text, word);
	golden->figure.axis.grid = &golden->grid;
}

static void take_ports(struct portlist *ports, const char *word)
{
	int used;

	for (unsigned lo, hi; sscanf(word, "%u%n", &lo, &used) == 1 && ports->count < PORTLIST_RANGES; word += *word == ',') {
		word += used;
		hi = lo;
		if (sscanf(word, "-%u%n", &hi, &used) == 1)
			word += used;
		ports->range[ports->count].lo = (uint16_t)lo;
		ports->range[ports->count++].hi = (uint16_t)hi;
	}
}

static const char *name_of(const void *context, unsigned port)
{
	(void)context;
	return port == 22 ? "ssh" : port == 443 ? "WWWWWWWWWWWWWWWWWWW" : port == 1024 ? "<&\">" : NULL;
}

static const struct axis_naming naming = { name_of, NULL };

static void add_crowd(struct script *script, unsigned series, unsigned low, unsigned high, unsigned seed, unsigned count)
{
	script->random = seed;
	while (count-- > 0) {
		double when = random_share(script);

		add(script, when, series, low + (unsigned)((high - low + 1) * random_share(script)), 1);
	}
}

/* Words about what was recorded; false if it is none of them. */
static bool take_recorded(struct script *script, struct golden *golden, const char *word)
{
	struct sampled *sample = &script->sample[script->samples];

	if (strncmp(word, "only:", 5) == 0) {
		golden->figure.only = keep_text(golden, word);
		golden->figure.is_recorded = true;
	} else if (strcmp(word, "exact") == 0) {
		script->is_exact = golden->figure.is_exact = true;
	} else if (script->samples < 16 && sscanf(word, "sample:%lf,%lf,%lf", &sample->from, &sample->to, &sample->left_out) == 3) {
		script->samples++;
	} else {
		return false;
	}
	return true;
}

void take_word(struct script *script, struct golden *golden, const char *word)
{
	double a, b, c = 1, d = 0;
	unsigned port, high, seed, count;
	char name[16];
	struct figure *figure = &golden->figure;

	if (sscanf(word, "rows:%u,%lf,%lf", &count, &a, &b) == 3 && script->pieces < PIECES) {
		script->piece[script->pieces++] = (struct piece){ count, a, b };
	} else if (sscanf(word, "probe:%15[a-z0-9],%u,%lf,%lf", name, &port, &a, &c) >= 3) {
		add(script, a, parse_series(name), port, c);
	} else if (sscanf(word, "line:%15[a-z0-9],%u,%lf,%lf,%lf", name, &port, &a, &b, &c) == 5) {
		add_line(script, parse_series(name), port, a, b, c);
	} else if (sscanf(word, "scan:%15[a-z0-9],%u,%u,%lf,%lf", name, &port, &high, &a, &b) == 5) {
		for (unsigned i = port; i <= high; i++)
			add(script, a + (b - a) * (i - port) / (high - port + 1), parse_series(name), i, 1);
	} else if (sscanf(word, "noise:%15[a-z0-9],%u,%u", name, &seed, &count) == 3) {
		script->random = seed;
		while (count-- > 0) {
			double when = random_share(script);

			add(script, when, parse_series(name), (unsigned)exp2(16 * random_share(script)) % 65536, 1);
		}
	} else if (sscanf(word, "crowd:%15[a-z0-9],%u,%u,%u,%u", name, &port, &high, &seed, &count) == 5) {
		add_crowd(script, parse_series(name), port, high, seed, count);
	} else if (take_recorded(script, golden, word)) {
	} else if (sscanf(word, "full:%u", &script->full_seed) == 1) {
	} else if (sscanf(word, "gap:%lf,%lf,%lf", &a, &b, &d) >= 2 && script->gaps < 16) {
		script->gap[script->gaps++] = (struct span){ a, b, d };
	} else if (sscanf(word, "lost:%lf,%lf", &a, &c) == 2 && script->losses < 16) {
		script->loss[script->losses++] = (struct event){ .when = a, .count = c };
	} else if (sscanf(word, "now:%lf", &script->now) == 1) {
	} else if (sscanf(word, "undrawn:%lf,%lf,%lf,%lf,%lf,%lf,%lf", &figure->undrawn[0], &figure->undrawn[1], &figure->undrawn[2],
	                  &figure->undrawn[3], &figure->undrawn[4], &figure->undrawn[5], &figure->undrawn[6]) >= 4) {
	} else if (sscanf(word, "series:%u", &figure->series) == 1) {
	} else if (strncmp(word, "ports:", 6) == 0) {
		take_ports(&script->view.ports, word + 6);
		figure->is_zoomed = figure->has_overhang = true;
	} else if (strcmp(word, "linear") == 0) {
		script->view.is_linear = true;
	} else if (strcmp(word, "names") == 0) {
		figure->naming = &naming;
	} else if (strncmp(word, "title:", 6) == 0) {
		take_text(word + 6, golden->title, sizeof(golden->title));
	} else if (strncmp(word, "xgrid:", 6) == 0) {
		take_grid(word + 6, golden);
	} else if (strncmp(word, "week:", 5) == 0) {
		take_text(word + 5, golden->week_format, sizeof(golden->week_format));
		figure->axis.week_format = golden->week_format;
	} else if (strcmp(word, "days") == 0) {
		script->has_days = true;
	} else if (strcmp(word, "flat") == 0) {
		figure->flat = true;
	} else {
		take_look(golden, word);
	}
}
