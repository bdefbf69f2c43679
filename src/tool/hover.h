/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a page tells of the picture it shows, spot by spot: which ports, how many packets, who sent them. Filled while the picture is
 * drawn, from the same counts, and then from sightings. Of bounded size, however much there was. */
#ifndef TOOL_HOVER_H
#define TOOL_HOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/matrix.h"
#include "archive/reader.h"
#include "plot/canvas.h"
#include "plot/figure.h"
#include "tool/scene.h"
#include "tool/thin.h"

#define HOVER_MARKS 60000     /* kept at most, spread over the columns as thin.h says */
#define HOVER_SEEN 100000     /* sightings likewise */
#define HOVER_SPOT_SEEN 20    /* and of one spot: those with most packets */
#define HOVER_OTHER_TYPE 256  /* stands for the ICMP types that nobody has assigned */

/* A row of the archive as the picture shows it, or the rows that share a column of pixels. */
struct hover_column {
	int64_t start_s;
	int64_t end_s;
	uint32_t area;
	uint16_t x; /* pixels [x, x + width) of the plot area */
	uint16_t width;
	uint8_t recorded; /* enum hover_recorded */
	uint64_t left_out; /* packets that no sighting is kept of */
};

/* Whether it is known who sent the packets of a column. */
enum hover_recorded { HOVER_NOT_RECORDED, HOVER_PARTLY_RECORDED, HOVER_RECORDED };

/* Rows of pixels of the plot area, or with HOVER_STRIP in y of the strip below. */
#define HOVER_STRIP 0x8000u
struct hover_rows {
	uint16_t y;
	uint16_t height;
};

/* Packets of the ports lo to hi, or of an ICMP type. */
struct hover_mark {
	uint32_t column;
	struct hover_rows rows;
	uint16_t lo, hi;
	uint8_t series;
	uint64_t packets;
};

/* Marks that share a place. */
struct hover_spot {
	uint32_t column;
	struct hover_rows rows;
	uint32_t first_mark;
	uint32_t marks;
	uint32_t first_seen;
	uint32_t seen;
	uint64_t rest;         /* sightings that are not told */
	uint64_t rest_packets;
};

/* Sightings that differ in nothing but their step. */
struct hover_seen {
	uint32_t spot;
	uint64_t packets;
	const char *rule; /* the witness' */
	uint8_t source[16];
	uint8_t destination[16];
	uint16_t number;
	uint8_t series;
	uint8_t class;
};

struct hover {
	unsigned areas;
	unsigned *first_column; /* areas + 1: of each area, and behind the last; owned */
	unsigned columns;
	struct hover_column *column; /* owned */
	const struct scene *scene; /* while the picture is drawn */
	struct axis_ports ports;
	struct axis_ports strip;
	struct typestrip types;
	unsigned kinds;
	struct typestrip_kind kind[TYPESTRIP_KINDS];
	bool has_strip; /* below the ports; else, where there are types, they are the plot area */
	bool has_ports;
	size_t marks, mark_room;
	struct hover_mark *mark;
	struct thin mark_thin;
	uint64_t marks_there; /* before any was dropped */
	size_t spots;
	struct hover_spot *spot; /* by column and rows; owned */
	size_t seen, seen_room;
	struct hover_seen *line;
	struct thin seen_thin;
	bool is_recorded;      /* there are sightings of the archive at all */
	bool is_cut;           /* there was no room for all of them */
	struct canvas_box *place; /* of each area in the picture; owned */
	int strip_y;
	double packets[SERIES_ICMP6 + 1]; /* in the picture */
};

void hover_fini(struct hover *hover);

/* The areas and rows of a scene that is arranged and will be filled, in the order of these calls. What the archive has goes up to
 * newest_s. The scene is borrowed until hover_end(). Points are as for raster_add_points(). All return 0 or -ENOMEM. */
int hover_begin(struct hover *hover, const struct scene *scene, const struct reader_piece *piece, unsigned pieces, int64_t newest_s);
int hover_add_counts(struct hover *hover, unsigned first, unsigned last, const struct schema_file *file, const struct matrix *counts);
int hover_add_points(struct hover *hover, unsigned area, enum series series, const struct raster_point *point, size_t count);
int hover_end(struct hover *hover);

/* Where all that lies in the picture, and how many packets it has. */
int hover_place(struct hover *hover, const struct figure *figure, struct canvas *canvas);

/* The column of a moment; -1 if there is none. */
int64_t hover_find_column(const struct hover *hover, int64_t at_s);

/* The rows that ports, or an ICMP type of that series, have in a lane; false if they are not there. */
bool hover_port_rows(const struct hover *hover, unsigned lane, unsigned lo, unsigned hi, struct hover_rows *rows);
bool hover_type_rows(const struct hover *hover, enum series series, unsigned type, struct hover_rows *rows);

/* The spot there; NULL if there is none. */
struct hover_spot *hover_find_spot(const struct hover *hover, uint32_t column, struct hover_rows rows);

#endif
