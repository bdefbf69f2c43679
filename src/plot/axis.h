/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two axes of the picture: where a port or a time lies, and which ticks and labels fit beside it. Pure but for TZ. */
#ifndef PLOT_AXIS_H
#define PLOT_AXIS_H

#include <stdbool.h>
#include <stdint.h>

/* How wide a text will be, in pixels. */
struct axis_ruler {
	double (*width)(void *context, const char *text);
	void *context;
	double em; /* size of the font */
};

#define AXIS_TICKS 4096
#define AXIS_SPANS 256
#define AXIS_LABEL 64

struct axis_tick {
	double at;              /* pixels from the left (time) or from the top (ports) of the plot area */
	bool is_major;          /* has its label, or would have if there were room */
	bool is_grid;           /* has a line across the plot area, though it is not a major one */
	bool is_bare;           /* is nothing but its label */
	char label[AXIS_LABEL]; /* "" where there is no room */
};

/* A day, month or year below the ticks, whose label is centred on the part that is seen. */
struct axis_span {
	double from;
	double to;
	char label[AXIS_LABEL]; /* "" where there is no room */
};

struct axis_time {
	unsigned ticks;
	unsigned spans;
	struct axis_tick tick[AXIS_TICKS];
	struct axis_span span[AXIS_SPANS];
};

/* A distance between ticks: count units, from one whole multiple in local time to the next. Minutes and hours are seconds, no
 * more than a day of them; weeks begin on Mondays. */
enum axis_unit { AXIS_SECOND, AXIS_DAY, AXIS_WEEK, AXIS_MONTH, AXIS_YEAR };

struct axis_step {
	enum axis_unit unit;
	unsigned count;
};

/* What somebody wants to have instead of the automatic ticks, as in rrdgraph(1). */
struct axis_grid {
	bool is_none; /* nothing at all; the rest is not used then */
	struct axis_step line;
	struct axis_step major;
	struct axis_step label;
	uint32_t label_s; /* how long a time a label stands for: it is centred on that. 0: it stands at its tick */
	char format[AXIS_LABEL]; /* strftime(3) */
};

struct axis_style {
	const struct axis_grid *grid; /* NULL: automatic */
	const char *week_format;      /* strftime(3), of labels a week apart; NULL: the day of the month */
};

/* Whether lines of that step are far enough apart to be drawn as lines. Those that are not are all left out. */
bool axis_step_is_drawn(const struct axis_step *step, double s_per_px, unsigned width);

/* A part of an axis in which the clocks run on without a change. Local time is that of the axis and offset_s. */
struct axis_run {
	int64_t from_s;
	int64_t to_s;
	int64_t offset_s;
};

/* What a time axis shows: [start_s, end_s) of real time if there are no runs, or else times that mean nothing but by their
 * runs, which follow each other (days.h). */
struct axis_clock {
	int64_t start_s;
	int64_t end_s;
	unsigned runs;
	const struct axis_run *run; /* borrowed */
};

/* Ticks at round local times over width pixels. Labels may reach margin pixels beyond either side, keep apart from each other,
 * and name the exact local time of their tick. */
void axis_time_ticks(const struct axis_clock *clock, const struct axis_style *style, unsigned width, double margin,
                     const struct axis_ruler *ruler, struct axis_time *axis);

/* The port axis: a log scale from 0.5 to 65535 over log_height pixels, a gap, and a strip for port 0. */
struct axis_ports {
	unsigned height; /* of the plot area: all of it */
	unsigned log_height;
	unsigned strip_height;
};

/* Divides the plot area; em is the size of the font. */
void axis_ports_init(struct axis_ports *axis, unsigned height, double em);

/* Pixels from the top to the middle of a port, or of the ports lo to hi together. */
double axis_port_y(const struct axis_ports *axis, unsigned lo, unsigned hi);

/* The row of pixels that they fall into. */
unsigned axis_port_row(const struct axis_ports *axis, unsigned lo, unsigned hi);

#define AXIS_PORT_TICKS 19

/* The labelled ports from the bottom up, port 0 first; those that would collide have no label. Returns how many. */
unsigned axis_port_ticks(const struct axis_ports *axis, double em, struct axis_tick tick[AXIS_PORT_TICKS]);

#endif
