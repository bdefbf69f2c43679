/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plot/calendar.h"
#include "tool/xgrid.h"

#define EVENTS 200000
#define PIECES 8
#define FILE_BINS 64

struct event {
	double when;
	unsigned series;
	unsigned port;
	double count;
};

struct span {
	double from;
	double to;
	double known;
};

struct sampled {
	double from;
	double to;
	double left_out;
};

struct piece {
	unsigned row_s;
	double from;
	double to;
};

struct script {
	int64_t start_s;
	int64_t end_s;
	unsigned events;
	struct event event[EVENTS];
	unsigned pieces;
	struct piece piece[PIECES];
	unsigned gaps;
	struct span gap[16];
	unsigned losses;
	struct event loss[16];
	unsigned samples;
	struct sampled sample[16];
	bool is_exact;
	unsigned full_seed; /* 0: not full */
	double now;
	uint32_t random;
	bool has_days;
	struct axis_view view;
};

static void die(const char *what, const char *word)
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

static int64_t parse_time(const char *word)
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

static void take_word(struct script *script, struct golden *golden, const char *word)
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

/* An empty matrix of a piece's rows, which begin and end on multiples of their length. */
static struct matrix new_matrix(const struct script *script, const struct piece *piece, unsigned columns)
{
	double span_s = (double)(script->end_s - script->start_s);
	int64_t row_s = piece->row_s;
	int64_t first = (int64_t)floor(((double)script->start_s + piece->from * span_s) / (double)row_s);
	int64_t last = (int64_t)ceil(((double)script->start_s + piece->to * span_s) / (double)row_s);
	struct matrix m = {
		.start_s = first * row_s, .row_s = piece->row_s, .rows = (unsigned)(last - first), .columns = columns,
	};

	m.cells = calloc((size_t)m.rows * columns, sizeof(double));
	if (!m.cells)
		die("no memory for", "rows");
	return m;
}

/* The row of a moment, or rows if it lies in another piece. */
static unsigned row_of(const struct script *script, const struct piece *piece, const struct matrix *m, double when)
{
	double at_s = (double)script->start_s + when * (double)(script->end_s - script->start_s);

	return when >= piece->from && when < piece->to ? (unsigned)((at_s - (double)m->start_s) / m->row_s) : m->rows;
}

static double known_share(const struct script *script, double when)
{
	for (unsigned i = 0; i < script->gaps; i++)
		if (when >= script->gap[i].from && when < script->gap[i].to)
			return script->gap[i].known;
	return when < script->now ? 1 : NAN;
}

static double row_moment(const struct script *script, const struct matrix *m, unsigned row)
{
	double middle_s = (double)m->start_s + (row + 0.5) * m->row_s;

	return (middle_s - (double)script->start_s) / (double)(script->end_s - script->start_s);
}

static double full_count(const struct script *script, const struct matrix *m, unsigned row, unsigned series, unsigned bin)
{
	uint32_t h = script->full_seed + series * 7919u + bin * 104729u + (uint32_t)(m->start_s / m->row_s + row) * 2654435761u;

	h ^= h >> 15;
	h *= 2246822519u;
	return (h >> 28) * (4.0 - series);
}

/* Whether a packet was recorded, and is drawn at its own port for that. */
static bool is_told_apart(const struct script *script, const struct raster *raster, const struct event *e)
{
	const struct axis_ports *axis = &raster->ports;
	uint16_t lo, hi;

	if (!script->is_exact)
		return axis->portbin.exact_ports == 65536;
	for (unsigned i = 0; i < script->samples; i++)
		if (e->when >= script->sample[i].from && e->when < script->sample[i].to)
			return false;
	portbin_range(&axis->portbin, portbin_of(&axis->portbin, (uint16_t)e->port), &lo, &hi);
	for (unsigned i = 0; i < axis->lanes; i++)
		if (raster_is_range(axis, &axis->lane[i], lo, hi))
			return true;
	return false;
}

static int by_number(const void *a, const void *b)
{
	const struct raster_point *l = a, *r = b;

	return (l->number > r->number) - (l->number < r->number);
}

/* Adds what is told apart. */
static void add_points(const struct script *script, const struct piece *piece, struct raster *raster, unsigned series)
{
	struct matrix m = new_matrix(script, piece, 1);
	struct raster_point *point = calloc(script->events + 1, sizeof(*point));
	size_t count = 0;

	if (!point)
		die("no memory for", "points");
	for (unsigned i = 0; i < script->events; i++) {
		const struct event *e = &script->event[i];
		unsigned row = row_of(script, piece, &m, e->when);

		if (e->series == series && row < m.rows && is_told_apart(script, raster, e) &&
		    known_share(script, row_moment(script, &m, row)) > 0)
			point[count++] = (struct raster_point){ .at_s = m.start_s + (int64_t)row * m.row_s, .number = (uint16_t)e->port,
				                                .packets = (uint32_t)e->count };
	}
	qsort(point, count, sizeof(*point), by_number);
	if (count && raster_add_points(raster, (enum series)series, NULL, &m, point, count))
		die("no memory for", "points");
	free(point);
	matrix_fini(&m);
}

/* Adds the events of one file; returns how many. */
static unsigned put_events(const struct script *script, const struct piece *piece, const struct raster *raster, unsigned series,
                           unsigned bin, const struct matrix *m)
{
	unsigned put = 0;

	for (unsigned i = 0; i < script->events; i++) {
		const struct event *e = &script->event[i];
		unsigned at = portbin_of(&raster->ports.portbin, (uint16_t)e->port), row;

		if (e->series != series || at < bin || at >= bin + m->columns || is_told_apart(script, raster, e))
			continue;
		row = row_of(script, piece, m, e->when);
		if (row < m->rows && known_share(script, row_moment(script, m, row)) > 0) {
			m->cells[(size_t)row * m->columns + at - bin] += e->count;
			put++;
		}
	}
	return put;
}

static void add_counts(const struct script *script, const struct piece *piece, struct raster *raster, unsigned series, unsigned bin)
{
	unsigned bins = portbin_count(&raster->ports.portbin) - bin;
	struct matrix m = new_matrix(script, piece, bins < FILE_BINS ? bins : FILE_BINS);
	unsigned put = put_events(script, piece, raster, series, bin, &m);

	for (unsigned r = 0; r < m.rows && (put || script->full_seed); r++) {
		bool is_known = known_share(script, row_moment(script, &m, r)) > 0;

		for (unsigned c = 0; c < m.columns; c++) {
			double *cell = &m.cells[(size_t)r * m.columns + c];

			*cell = is_known ? *cell + (script->full_seed ? full_count(script, &m, r, series, bin + c) : 0) : NAN;
		}
	}
	if ((put || script->full_seed) && raster_add(raster, (enum series)series, bin, &m))
		die("no memory for", "counts");
	matrix_fini(&m);
}

static void add_totals(const struct script *script, const struct piece *piece, struct golden *golden, struct raster *raster,
                       double *known_s)
{
	struct matrix m = new_matrix(script, piece, 2);
	int64_t now_s = golden->figure.not_yet_s;

	for (unsigned r = 0; r < m.rows; r++)
		m.cells[2 * r] = known_share(script, row_moment(script, &m, r));
	for (unsigned i = 0; i < script->losses; i++) {
		unsigned row = row_of(script, piece, &m, script->loss[i].when);

		if (row < m.rows)
			m.cells[2 * row + 1] += script->loss[i].count;
	}
	*known_s += raster_add_known(raster, &m, 0, 1, now_s);
	for (unsigned r = 0; r < m.rows; r++)
		for (unsigned i = 0; i < script->samples; i++) {
			double when = row_moment(script, &m, r);

			m.cells[2 * r + 1] = !script->is_exact && when >= script->sample[i].from && when < script->sample[i].to;
		}
	raster_add_lost(raster, &m, 1);
	matrix_fini(&m);
}

static void rank(const struct script *script, double packets[SERIES_COUNT])
{
	for (unsigned s = 0; s < SERIES_COUNT; s++)
		packets[s] = script->full_seed ? 1000 - s : 0;
	for (unsigned i = 0; i < script->events; i++)
		packets[script->event[i].series] += script->event[i].count;
}

/* Adds what happened to one plot area. */
static void fill(const struct script *script, struct golden *golden, struct raster *raster, double *known_s)
{
	for (unsigned p = 0; p < script->pieces; p++) {
		add_totals(script, &script->piece[p], golden, raster, known_s);
		for (unsigned s = 0; s < SERIES_WITH_PORTS; s++) {
			for (unsigned bin = 0; !golden->figure.only && bin < portbin_count(&raster->ports.portbin); bin += FILE_BINS)
				add_counts(script, &script->piece[p], raster, s, bin);
			add_points(script, &script->piece[p], raster, s);
		}
	}
}

static const struct portbin *portbin_of_figure(const struct golden *golden)
{
	static const struct portbin ranges = PORTBIN_DEFAULT, single = PORTBIN_EXACT;

	return golden->figure.only ? &single : &ranges;
}

static void init_days(const struct script *script, struct golden *golden, unsigned width, unsigned height,
                      const double packets[SERIES_WITH_PORTS])
{
	unsigned count = (unsigned)(calendar_day_number(script->end_s - 1) - calendar_day_number(script->start_s) + 1);
	struct picture_order order = {
		.window = { script->start_s, script->end_s }, .days = &golden->days, .width = width, .height = height,
	};
	struct axis_ports axis;

	if (days_init(&golden->days, script->end_s - 1, count))
		die("no memory for", "days");
	axis_ports_init(&axis, &script->view, portbin_of_figure(golden), areas_height(&order), figure_em(width, height));
	if (areas_init(&golden->areas, &order, &axis, SERIES_TCP4, packets))
		die("no memory for", "areas");
	areas_sum(&golden->areas, &order, (double)days_clock(&golden->days).end_s / width, &golden->raster);
	golden->figure.days = &golden->days;
	golden->figure.panel = golden->areas.raster;
}

static void fill_all(const struct script *script, struct golden *golden)
{
	struct figure *figure = &golden->figure;
	double known_s = 0;

	for (unsigned i = 0; i < golden->areas.count; i++) {
		fill(script, golden, &golden->areas.raster[i], &known_s);
		for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
			golden->raster.packets[s] += golden->areas.raster[i].packets[s];
	}
	if (!figure->days)
		fill(script, golden, &golden->raster, &known_s);
	for (unsigned i = 0; i < script->losses; i++)
		figure->lost += script->loss[i].count;
	figure->has_ranges = !figure->days && raster_has_ranges(&golden->raster);
	figure->has_overhang = figure->has_overhang && (!script->is_exact || figure->has_ranges);
	for (unsigned i = 0; i < script->samples && !script->is_exact; i++) {
		figure->left_out += script->sample[i].left_out;
		figure->sampled_s += (script->sample[i].to - script->sample[i].from) * (double)(script->end_s - script->start_s);
	}
	figure->unknown_s = (double)((figure->not_yet_s < script->end_s ? figure->not_yet_s : script->end_s) - script->start_s) - known_s;
}

/* What the words chose, now that all of them are known: colours, and moments of lines. */
static void settle_look(const struct script *script, struct golden *golden)
{
	double span_s = (double)(script->end_s - script->start_s);

	golden->palette = *palette_find(golden->is_light, golden->is_safe);
	palette_given_apply(&golden->colours, &golden->palette);
	golden->figure.palette = &golden->palette;
	for (unsigned i = 0; i < golden->figure.rules; i++)
		if (!golden->rule[i].is_port)
			golden->rule[i].at = script->start_s + (int64_t)((double)golden->rule[i].at / 1e9 * span_s);
}

/* A kind for each type that a series has, ordered. */
static unsigned list_kinds(const struct script *script, unsigned series, struct typestrip_kind *kind)
{
	unsigned count = 0;

	for (unsigned type = 0; type < 256; type++) {
		double packets = 0;

		for (unsigned i = 0; i < script->events; i++)
			packets += script->event[i].series == series && script->event[i].port == type ? script->event[i].count : 0;
		if (packets > 0)
			kind[count++] = (struct typestrip_kind){ (enum series)series, (int)type, packets };
	}
	return count;
}

static void add_types(const struct script *script, const struct piece *piece, struct golden *golden,
                      const struct typestrip_kind *kind, unsigned kinds, unsigned first)
{
	struct matrix m = new_matrix(script, piece, kinds);

	for (unsigned i = 0; i < script->events; i++)
		for (unsigned k = 0; k < kinds; k++) {
			const struct event *e = &script->event[i];
			unsigned row = row_of(script, piece, &m, e->when);

			if (e->series == kind[k].series && (int)e->port == kind[k].type && row < m.rows)
				m.cells[(size_t)row * kinds + k] += e->count;
		}
	if (kinds && raster_add_types(&golden->icmp, kind[0].series, golden->types.row_of + first, &m))
		die("no memory for", "types");
	matrix_fini(&m);
}

static void fill_icmp(const struct script *script, struct golden *golden, const double packets[2])
{
	const struct raster *ports = &golden->raster;
	double em = figure_em(ports->width, ports->height), rank_by[SERIES_WITH_PORTS] = { packets[0], packets[1] };
	struct typestrip_kind kind[512];
	unsigned icmp4 = list_kinds(script, SERIES_ICMP4, kind), icmp6 = list_kinds(script, SERIES_ICMP6, kind + icmp4);
	struct axis_ports axis;

	if (icmp4 + icmp6 == 0)
		return;
	if (script->has_days)
		die("days have no types of", "ICMP");
	typestrip_init(&golden->types, kind, icmp4 + icmp6, figure_types_max(ports->height, em));
	typestrip_axis(&golden->types, figure_type_height(em) * golden->types.rows, &axis);
	if (raster_init(&golden->icmp, ports->start_s, ports->end_s, ports->width, &axis, SERIES_ICMP4, rank_by))
		die("no memory for", "types");
	for (unsigned p = 0; p < script->pieces; p++) {
		add_types(script, &script->piece[p], golden, kind, icmp4, 0);
		add_types(script, &script->piece[p], golden, kind + icmp4, icmp6, icmp4);
	}
	golden->figure.icmp = &golden->icmp;
	golden->figure.types = &golden->types;
	golden->figure.series |= (unsigned)(icmp4 > 0) << SERIES_ICMP4 | (unsigned)(icmp6 > 0) << SERIES_ICMP6;
}

void golden_init(struct golden *golden, unsigned words, char **word)
{
	struct script *script = calloc(1, sizeof(*script));
	double packets[SERIES_COUNT];
	struct axis_ports axis;
	unsigned width, height;
	bool has_rows = false;

	if (!script || words < 4 || sscanf(word[3], "%ux%u", &width, &height) != 2)
		die("expected TZ START END WxH, not", words ? word[0] : "");
	setenv("TZ", word[0], 1);
	tzset();
	*golden = (struct golden){ .title = "Rejected packets by destination port" };
	script->start_s = parse_time(word[1]);
	script->end_s = parse_time(word[2]);
	script->now = 1;
	for (unsigned i = 4; i < words; i++)
		has_rows |= strncmp(word[i], "rows:", 5) == 0;
	if (!has_rows)
		script->piece[script->pieces++] = (struct piece){ script->end_s - script->start_s < 30 * 86400 ? 60 : 7200, 0, 1 };
	golden->figure.series = 0xf;
	for (unsigned i = 4; i < words; i++)
		take_word(script, golden, word[i]);
	rank(script, packets);
	axis_ports_init(&axis, &script->view, portbin_of_figure(golden), height, figure_em(width, height));
	if (script->has_days)
		init_days(script, golden, width, height, packets);
	else if (raster_init(&golden->raster, script->start_s, script->end_s, width, &axis, SERIES_TCP4, packets))
		die("no memory for", "raster");
	golden->raster.tells_apart = script->is_exact;
	golden->figure.title = golden->title;
	settle_look(script, golden);
	golden->figure.raster = &golden->raster;
	golden->figure.not_yet_s = script->start_s + (int64_t)(script->now * (double)(script->end_s - script->start_s));
	fill_all(script, golden);
	fill_icmp(script, golden, packets + SERIES_ICMP4);
	free(script);
}

void golden_fini(struct golden *golden)
{
	areas_fini(&golden->areas);
	days_fini(&golden->days);
	raster_fini(&golden->raster);
	raster_fini(&golden->icmp);
}
