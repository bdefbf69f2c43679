/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/typestrip.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define APART 1.05 /* em from a label to the next */
#define REST 0     /* the row of all that have none of their own */

/* Short, for they stand where ports have five digits. */
static const struct {
	enum series series;
	int type;
	const char *name;
} names[] = {
	{ SERIES_ICMP4, 0, "reply" },      { SERIES_ICMP4, 3, "unreach" },   { SERIES_ICMP4, 4, "quench" },
	{ SERIES_ICMP4, 5, "redirect" },   { SERIES_ICMP4, 8, "ping" },      { SERIES_ICMP4, 9, "router adv" },
	{ SERIES_ICMP4, 10, "router sol" },   { SERIES_ICMP4, 11, "time exc" },  { SERIES_ICMP4, 12, "problem" },
	{ SERIES_ICMP4, 13, "time req" },     { SERIES_ICMP4, 14, "time reply" },     { SERIES_ICMP4, 17, "mask req" },
	{ SERIES_ICMP4, 18, "mask reply" },      { SERIES_ICMP6, 1, "unreach" },   { SERIES_ICMP6, 2, "too big" },
	{ SERIES_ICMP6, 3, "time exc" },    { SERIES_ICMP6, 4, "problem" },   { SERIES_ICMP6, 128, "ping" },
	{ SERIES_ICMP6, 129, "reply" },    { SERIES_ICMP6, 130, "mld query" },    { SERIES_ICMP6, 131, "mld report" },
	{ SERIES_ICMP6, 132, "mld done" },  { SERIES_ICMP6, 133, "router sol" }, { SERIES_ICMP6, 134, "router adv" },
	{ SERIES_ICMP6, 135, "neigh sol" },   { SERIES_ICMP6, 136, "neigh adv" },   { SERIES_ICMP6, 137, "redirect" },
	{ SERIES_ICMP6, 143, "mldv2" },
};

const char *typestrip_name(enum series series, int type)
{
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].series == series && names[i].type == type)
			return names[i].name;
	return NULL;
}

static void write_label(const struct typestrip_kind *kind, char label[TYPESTRIP_LABEL])
{
	const char *name = typestrip_name(kind->series, kind->type);

	if (name)
		snprintf(label, TYPESTRIP_LABEL, "%u %s", (unsigned)kind->type & 0xff, name);
	else
		snprintf(label, TYPESTRIP_LABEL, "type %u", (unsigned)kind->type & 0xff);
}

/* How many kinds come before this one, the most frequent first. */
static unsigned rank_of(const struct typestrip_kind *kind, unsigned count, unsigned i)
{
	unsigned rank = 0;

	for (unsigned j = 0; j < count; j++)
		rank += kind[j].type >= 0 && (kind[j].packets > kind[i].packets || (kind[j].packets == kind[i].packets && j < i));
	return rank;
}

void typestrip_init(struct typestrip *strip, const struct typestrip_kind *kind, unsigned count, unsigned rows_max)
{
	unsigned own = 0, next;
	bool has_rest = false;

	*strip = (struct typestrip){ 0 };
	for (unsigned i = 0; i < count; i++) {
		own += kind[i].packets > 0 && kind[i].type >= 0;
		has_rest |= kind[i].packets > 0 && kind[i].type < 0;
	}
	rows_max = rows_max < TYPESTRIP_ROWS ? rows_max : TYPESTRIP_ROWS;
	if (own == 0 || own + has_rest > rows_max) {
		own = own ? rows_max - 1 : 0;
		has_rest = true;
	}
	strip->rows = own + has_rest;
	if (has_rest)
		snprintf(strip->label[REST], TYPESTRIP_LABEL, "%s", own ? "other" : "ICMP");
	next = strip->rows;
	for (unsigned i = 0; i < count; i++) {
		if (!(kind[i].packets > 0) || kind[i].type < 0 || rank_of(kind, count, i) >= own)
			continue;
		strip->row_of[i] = (uint8_t)--next;
		write_label(&kind[i], strip->label[next]);
	}
}

void typestrip_axis(const struct typestrip *strip, unsigned height, struct axis_ports *axis)
{
	*axis = (struct axis_ports){ .height = height, .portbin = PORTBIN_DEFAULT, .lanes = strip->rows };
	for (unsigned i = 0; i < strip->rows; i++) {
		unsigned bottom = height - height * i / strip->rows;
		struct axis_lane *lane = &axis->lane[i];

		*lane = (struct axis_lane){ .lo = (uint16_t)i, .hi = (uint16_t)i, .top = height - height * (i + 1) / strip->rows };
		lane->height = bottom > lane->top ? bottom - lane->top : 1;
		lane->top -= lane->top == height;
	}
}

void typestrip_ticks(const struct typestrip *strip, const struct axis_ports *axis, double em, struct axis_port_scale *scale)
{
	double last = -INFINITY;

	scale->ticks = scale->edges = 0;
	for (unsigned i = axis->lanes; i-- > 0;) {
		const struct axis_lane *lane = &axis->lane[i];
		struct axis_tick *tick = &scale->tick[scale->ticks++];

		*tick = (struct axis_tick){ .at = lane->top + lane->height / 2 };
		if (tick->at - last >= em * APART) {
			snprintf(tick->label, sizeof(tick->label), "%s", strip->label[i]);
			last = tick->at;
		}
		if (i + 1 < axis->lanes)
			scale->edge[scale->edges++] = lane->top;
	}
}
