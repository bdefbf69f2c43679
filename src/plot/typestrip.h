/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The axis of ICMP types: which have a row of their own, and what stands beside it. Pure. */
#ifndef PLOT_TYPESTRIP_H
#define PLOT_TYPESTRIP_H

#include "packet/series.h"
#include "plot/axis.h"

#define TYPESTRIP_KINDS 128
#define TYPESTRIP_ROWS 64
#define TYPESTRIP_LABEL 16

/* What is counted by itself: a type of SERIES_ICMP4 or SERIES_ICMP6, or with -1 all types that nobody has assigned. */
struct typestrip_kind {
	enum series series;
	int type;
	double packets; /* in the window */
};

struct typestrip {
	unsigned rows;
	uint8_t row_of[TYPESTRIP_KINDS];
	char label[TYPESTRIP_ROWS][TYPESTRIP_LABEL]; /* "8 ping"; from the bottom up, as the rows are numbered */
};

/* Gives a row to each type that has packets, from the top down as the kinds come; where those are more than rows_max (from 1) the
 * rarest share the lowest one, where the types that nobody has assigned are too. count is at most TYPESTRIP_KINDS. */
void typestrip_init(struct typestrip *strip, const struct typestrip_kind *kind, unsigned count, unsigned rows_max);

/* The axis with a lane for each row, and its labels. */
void typestrip_axis(const struct typestrip *strip, unsigned height, struct axis_ports *axis);
void typestrip_ticks(const struct typestrip *strip, const struct axis_ports *axis, double em, struct axis_port_scale *scale);

/* What stands beside its number: "ping"; NULL if it has none. Static. */
const char *typestrip_name(enum series series, int type);

#endif
