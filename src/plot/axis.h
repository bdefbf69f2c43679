/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two axes of the picture: where a port or a time lies, and which ticks and labels fit beside it. Pure but for TZ. */
#ifndef PLOT_AXIS_H
#define PLOT_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "binning/portbin.h"
#include "binning/portlist.h"

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

/* Ticks at round local times over width pixels. Labels may reach left pixels beyond the one side and right beyond the other, keep
 * apart from each other, and name the exact local time of their tick. */
void axis_time_ticks(const struct axis_clock *clock, const struct axis_style *style, unsigned width, double left, double right,
                     const struct axis_ruler *ruler, struct axis_time *axis);

/* Which ports the axis shows, and how. */
struct axis_view {
	struct portlist ports; /* each range has a lane, the first one below */
	bool is_linear;
};

/* Ports on one scale: the scale goes from half a port below the first to half a port above the last. */
struct axis_lane {
	uint16_t lo, hi; /* both inclusive */
	unsigned top;    /* rows of pixels [top, top + height), from the top of the plot area */
	unsigned height; /* at least 1 */
};

#define AXIS_LANES (PORTLIST_RANGES * 2)

/* The port axis: lanes with gaps between. On a log scale port 0 has no place and gets a lane of its own below the others of its
 * range. */
struct axis_ports {
	unsigned height; /* of the plot area: all of it */
	unsigned gap;    /* rows between two lanes; 0 where there is no room */
	bool is_linear;
	struct portbin portbin;
	unsigned lanes;
	struct axis_lane lane[AXIS_LANES]; /* from the bottom up */
};

/* Divides the plot area among the ranges of the view; em is the size of the font. */
void axis_ports_init(struct axis_ports *axis, const struct axis_view *view, const struct portbin *portbin, unsigned height,
                     double em);

/* Whether any of the ports lo to hi is in the lane. */
static inline bool axis_lane_meets(const struct axis_lane *lane, unsigned lo, unsigned hi)
{
	return lane->lo <= hi && lane->hi >= lo;
}

/* Whether it is the whole log axis, as people know it. */
static inline bool axis_lane_is_all(const struct axis_ports *axis, const struct axis_lane *lane)
{
	return !axis->is_linear && lane->lo == 1 && lane->hi == 65535;
}

/* Pixels from the top to a place on the lane's scale; half a port lies between two. */
double axis_lane_y_at(const struct axis_ports *axis, const struct axis_lane *lane, double port);

/* Pixels from the top to the middle of those of the ports lo to hi that are in the lane, and the row of pixels that is. */
double axis_lane_y(const struct axis_ports *axis, const struct axis_lane *lane, unsigned lo, unsigned hi);
unsigned axis_lane_row(const struct axis_ports *axis, const struct axis_lane *lane, unsigned lo, unsigned hi);

/* The rows [*from, *to) of pixels that belong to the ports lo to hi, as far as they are in the lane; at least one. Those of
 * neighbours meet. */
void axis_lane_rows(const struct axis_ports *axis, const struct axis_lane *lane, unsigned lo, unsigned hi, unsigned *from,
                    unsigned *to);

/* The lowest lane with any of the ports; NULL if none of them is in view. */
const struct axis_lane *axis_ports_lane(const struct axis_ports *axis, unsigned lo, unsigned hi);

/* Both in that lane; -1 and axis->height if there is none. */
double axis_port_y(const struct axis_ports *axis, unsigned lo, unsigned hi);
unsigned axis_port_row(const struct axis_ports *axis, unsigned lo, unsigned hi);

/* The ports out of view that are counted together with some in view, as "2101–2111, 5000–5007". Returns how many there are; what
 * has no room in the text is left out, and an ellipsis says so. */
unsigned axis_ports_overhang(const struct axis_ports *axis, char *out, size_t size);

/* Names to stand behind the numbers of ports. */
struct axis_naming {
	const char *(*name)(const void *context, unsigned port); /* UTF-8, borrowed; NULL where there is none */
	const void *context;
};

#define AXIS_EDGES 4096

struct axis_port_scale {
	unsigned ticks;
	unsigned edges;
	struct axis_tick tick[AXIS_TICKS]; /* is_major: a line goes over the plot area, as far as there is a label */
	unsigned edge[AXIS_EDGES];         /* rows of pixels in which ranges of ports that are counted together meet */
};

/* Ticks and labels lane by lane from the bottom up: ends, ports that people know, round ones. Where a range of ports that are
 * counted together is high enough, its label is the range. Labels keep apart and are no wider than room, which the names of
 * naming (NULL for none) give way to. */
void axis_port_ticks(const struct axis_ports *axis, const struct axis_ruler *ruler, const struct axis_naming *naming, double room,
                     struct axis_port_scale *scale);

/* Adds the edges of ranges to a scale. axis_port_ticks() has done so already, but for the axis that it was given. */
void axis_port_edges(const struct axis_ports *axis, double em, struct axis_port_scale *scale);

#endif
