/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counts of a window reduced to the plot area: two bytes a pixel, however many packets and files there were. Pure.
 *
 * A raster is of the ports, or of the ICMP types: the series that have ports, or the two of ICMP. In cells and arrays they are
 * numbered from the first of these on.
 *
 * A pixel shows one series. Where several fall into it, it is the one with fewer packets in the whole window, so that a rare
 * series is never hidden by a frequent one. Counts of the same series in a pixel add up. */
#ifndef PLOT_RASTER_H
#define PLOT_RASTER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "archive/matrix.h"
#include "packet/series.h"
#include "plot/axis.h"

/* A cell holds its series in the upper two bits and its count in the lower: 0 for none, else a float of 5 bits exponent and 9
 * bits mantissa, which keeps counts below 1,024 exact and larger ones to a part in 1,024. */
#define RASTER_LEVELS 16384
#define RASTER_OCTAVE 512 /* levels from a count to its double */

/* A grid of cells over a part of the window: a column for each pixel, or, where the archive's rows are wider than that, for
 * each row. */
struct raster_grid {
	int64_t start_s;   /* of the first column */
	uint32_t row_s;    /* 0: a column is a pixel */
	unsigned columns;
	bool is_ranged;    /* its cells are drawn over all rows of their ports: in which of these the packets were nobody knows */
	unsigned lit;      /* cells that are not 0 */
	uint16_t *cell;    /* columns * height, row by row from the top; owned */
	uint8_t *series;   /* height: bit s is set where the row may have cells of series s; owned */
	float *packets;    /* height: of all series in the row; owned */
	unsigned *from;    /* columns: the first pixel of each; NULL if a column is a pixel; owned */
	unsigned *to;      /* and the one behind its last; owned */
};

#define RASTER_GRIDS 16

/* Rows from which on one sees which of several ports that are counted together a mark stands at. */
#define RASTER_RANGE 3

/* Packets of one port, or of one ICMP type, within a row. */
struct raster_point {
	int64_t at_s;     /* any second of the row */
	uint32_t packets;
	uint16_t number;  /* the port or type */
	uint8_t series;   /* enum series */
	uint8_t class;    /* enum packet_class */
};

struct raster {
	int64_t start_s;
	int64_t end_s;
	unsigned width;
	unsigned height;
	struct axis_ports ports; /* of ICMP, a lane a row of types */
	double s_per_px;
	enum series first;
	bool tells_apart;   /* raster_add() keeps what it has of ranges that are high enough in grids that are ranged */
	int64_t own_from_s; /* a row whose middle lies before is seen in the window, and counted by a neighbour */
	int64_t own_to_s;   /* nor is one counted whose middle does not lie before that */
	uint8_t rank[SERIES_WITH_PORTS]; /* 0: the most frequent in the window */
	double packets[SERIES_WITH_PORTS]; /* added so far, exact */
	unsigned grids;
	struct raster_grid grid[RASTER_GRIDS]; /* the first has a column for each pixel */
	double *known_s; /* width: seconds of the column that were listened to; owned */
	double *lost;    /* width: packets lost in the column; owned */
	int64_t rows_until_s; /* the end of the rows that seconds has */
	double *seconds; /* width: of the rows whose counts are in a column of the first grid; owned */
	int16_t *even;   /* width: levels that make counts of columns with more and with fewer seconds comparable; owned */
};

/* An empty raster that counts all rows it gets, of a window, width pixels wide and as high as the axis; of ports, so first is
 * SERIES_TCP4, or of ICMP types. rank_by are the packets of each series, which only order the series. 0 or -ENOMEM; raster_fini()
 * frees it either way. */
int raster_init(struct raster *raster, int64_t start_s, int64_t end_s, unsigned width, const struct axis_ports *axis,
                enum series first, const double rank_by[SERIES_WITH_PORTS]);
void raster_fini(struct raster *raster);

/* Frees the cells: the raster has no marks any more, and nothing can be added. */
void raster_drop_cells(struct raster *raster);

/* Adds the counts of port bins first_bin, first_bin + 1 ... (a column each). What lies outside of the window or in no lane of the
 * axis is left out; bins that are partly in a lane count whole, and those in several lanes are drawn in each and counted once.
 * 0 or -ENOMEM. */
int raster_add(struct raster *raster, enum series series, unsigned first_bin, const struct matrix *counts);

/* Adds the counts of ICMP types, a column each; lane_of is the lane of each column. 0 or -ENOMEM. */
int raster_add_types(struct raster *raster, enum series series, const uint8_t *lane_of, const struct matrix *counts);

/* Adds points of a series in the rows of a matrix, whose cells are not used; those of one number follow each other. ICMP types have
 * lane_of, with 256 lanes; for ports it is NULL, and each of them has a place of its own. Else as raster_add(). */
int raster_add_points(struct raster *raster, enum series series, const uint8_t *lane_of, const struct matrix *rows,
                      const struct raster_point *point, size_t count);

/* Whether there is any cell in grids that are ranged; and makes these as the others are, so that no ports are told apart. */
bool raster_has_ranges(const struct raster *raster);
void raster_join_ranges(struct raster *raster);

/* Whether ports that are counted together, some of which are in the lane, are so high there that one sees which of them a mark
 * stands at. */
bool raster_is_range(const struct axis_ports *axis, const struct axis_lane *lane, unsigned lo, unsigned hi);

/* Adds rows whose known_column tells which share of the row was listened to (of the part before end_s, where counting goes on),
 * and whose lost_column counts lost packets. The rest of a row is taken to lie where it borders on time that was listened to less.
 * Returns the seconds of the window that were listened to. */
double raster_add_known(struct raster *raster, const struct matrix *totals, unsigned known_column, unsigned lost_column,
                        int64_t end_s);

/* Its second half: only what was lost. */
void raster_add_lost(struct raster *raster, const struct matrix *totals, unsigned lost_column);

/* Adds a span of time that was listened to, which overlaps with none before. Returns its seconds in the window. */
double raster_add_known_span(struct raster *raster, int64_t start_s, int64_t end_s);

/* The count that a cell stands for, and its series, from the raster's first one on (only for cells that are not 0). */
static inline unsigned raster_level(uint16_t cell)
{
	return cell & (RASTER_LEVELS - 1);
}

static inline unsigned raster_series(uint16_t cell)
{
	return cell >> 14;
}

/* Whether a cell has packets, and of that series. */
static inline bool raster_is_of(uint16_t cell, unsigned series)
{
	return (uint16_t)(cell - (series << 14) - 1) < RASTER_LEVELS - 1; /* no level is 0, so both in one comparison */
}

#define RASTER_MANTISSA 9
#define RASTER_ONE (127u << RASTER_MANTISSA) /* 1.0f >> 14 */

/* The bits of a float that is above 0 are ordered as its value is: cut off, they are a logarithm. */
static inline unsigned raster_level_of(double count)
{
	float f = count < 1 ? 1 : count < 0x1.ffp31 ? (float)count : 0x1.ffp31f;
	uint32_t bits;

	memcpy(&bits, &f, sizeof(bits));
	bits = (bits >> (23 - RASTER_MANTISSA)) - RASTER_ONE + 1;
	return bits < RASTER_LEVELS ? bits : RASTER_LEVELS - 1;
}

static inline double raster_count(unsigned level)
{
	uint32_t bits = (level - 1 + RASTER_ONE) << (23 - RASTER_MANTISSA);
	float f;

	memcpy(&f, &bits, sizeof(f));
	return level ? (double)f : 0;
}

/* The grid that rows of that length from start_s on belong into, and the rows [*first, *last) of them that touch the window. NULL
 * if there is no memory. */
struct raster_grid *raster_find_grid(struct raster *raster, const struct matrix *m, bool is_ranged, unsigned *first, unsigned *last);

/* The pixel column that the middle of a row falls into, and the column of a grid, whose first row is `first`, for it. */
unsigned raster_pixel_of_row(const struct raster *raster, const struct matrix *m, unsigned row);
static inline unsigned raster_column_of_row(const struct raster *raster, const struct raster_grid *grid, const struct matrix *m,
                                            unsigned first, unsigned row)
{
	return grid->row_s ? row - first : raster_pixel_of_row(raster, m, row);
}

/* Adds packets to a cell of that grid, which may be of another series. */
static inline void raster_merge(const struct raster *raster, struct raster_grid *grid, uint16_t *cell, unsigned series, double count)
{
	if (*cell && raster_series(*cell) != series) {
		if (raster->rank[series] > raster->rank[raster_series(*cell)])
			*cell = (uint16_t)(series << 14 | raster_level_of(count));
		return;
	}
	grid->lit += !*cell;
	*cell = (uint16_t)(series << 14 | raster_level_of(count + raster_count(raster_level(*cell))));
}

/* Notes the time of rows [first, last), which go into the first grid; again and again if each file of a time does so, but the
 * times in their order. */
void raster_note_rows(struct raster *raster, const struct matrix *m, unsigned first, unsigned last);

/* The pixel columns [*from, *to), at least one, that a row covers which is wider than a pixel. */
void raster_row_pixels(const struct raster *raster, int64_t start_s, uint32_t row_s, unsigned *from, unsigned *to);

/* Whether the raster counts the packets of a row. */
bool raster_owns_row(const struct raster *raster, const struct matrix *m, unsigned row);

/* What has to be added to log2 of a count in a column of the first grid, in levels, so that it is as if all columns held rows of as
 * many seconds. Nothing for a single packet: it should not look like less for what else could have been there. */
static inline int raster_even(const struct raster *raster, unsigned column, unsigned level)
{
	int above = (int)level - 1;

	return raster->even[column] * (above < RASTER_OCTAVE ? above : RASTER_OCTAVE) / RASTER_OCTAVE;
}

/* The pixels [*from, *to) of a grid's column; at least one. */
static inline void raster_column(const struct raster_grid *grid, unsigned column, unsigned *from, unsigned *to)
{
	*from = grid->from ? grid->from[column] : column;
	*to = grid->to ? grid->to[column] : column + 1;
}

#endif
