/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plot/calendar.h"
#include "script.h"

#define FILE_BINS 64

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
