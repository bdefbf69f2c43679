/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/hover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void hover_fini(struct hover *hover)
{
	free(hover->first_column);
	free(hover->column);
	free(hover->mark);
	free(hover->spot);
	free(hover->line);
	free(hover->place);
	*hover = (struct hover){ 0 };
}

/* ---- columns ---- */

/* The rows of a piece that touch a raster: [*first, *last). */
static void rows_of(const struct raster *raster, const struct matrix *rows, unsigned *first, unsigned *last)
{
	int64_t row_s = rows->row_s, from_s = raster->start_s - rows->start_s, to_s = raster->end_s - rows->start_s;

	*first = from_s > 0 ? (unsigned)(from_s / row_s) : 0;
	*last = to_s <= 0 ? 0 : to_s >= row_s * rows->rows ? rows->rows : (unsigned)((to_s + row_s - 1) / row_s);
}

/* The row's column, which may be that of the row before. */
static void add_row(struct hover *hover, unsigned area, const struct raster *raster, const struct matrix *rows, unsigned row,
                    int64_t newest_s)
{
	int64_t start_s = rows->start_s + (int64_t)row * rows->row_s, end_s = start_s + rows->row_s;
	struct hover_column *before = hover->columns > hover->first_column[area] ? &hover->column[hover->columns - 1] : NULL;
	unsigned x, to;

	if (end_s > newest_s && start_s < newest_s)
		end_s = newest_s;
	if (rows->row_s > raster->s_per_px) {
		raster_row_pixels(raster, start_s, rows->row_s, &x, &to);
	} else {
		x = raster_pixel_of_row(raster, rows, row);
		to = x + 1;
	}
	if (before && before->x == x && before->width == to - x)
		before->end_s = end_s;
	else
		hover->column[hover->columns++] = (struct hover_column){ .start_s = start_s, .end_s = end_s, .area = area, .x = (uint16_t)x,
			                                                 .width = (uint16_t)(to - x) };
}

static int list_columns(struct hover *hover, const struct areas *areas, const struct reader_piece *piece, unsigned pieces,
                        int64_t newest_s)
{
	size_t room = 0;

	for (unsigned i = 0; i < areas->count; i++)
		room += areas->raster[i].width + 2 * pieces; /* a row is wider than a pixel, or shares one */
	hover->column = calloc(room, sizeof(*hover->column));
	hover->first_column = calloc(areas->count + 1, sizeof(*hover->first_column));
	if (!hover->column || !hover->first_column)
		return -ENOMEM;
	for (unsigned i = 0; i < areas->count; i++) {
		hover->first_column[i] = hover->columns;
		for (unsigned p = 0; p < pieces; p++) {
			struct matrix rows = { .start_s = piece[p].start_s, .row_s = piece[p].row_s };
			unsigned first, last;

			rows.rows = (unsigned)((piece[p].end_s - piece[p].start_s) / piece[p].row_s);
			rows_of(&areas->raster[i], &rows, &first, &last);
			for (unsigned r = first; r < last && hover->columns < room; r++)
				add_row(hover, i, &areas->raster[i], &rows, r, newest_s);
		}
	}
	hover->first_column[areas->count] = hover->columns;
	hover->areas = areas->count;
	return 0;
}

/* That of an area; -1 if it has none there. */
static int64_t find_in_area(const struct hover *hover, unsigned area, int64_t at_s)
{
	unsigned low = hover->first_column[area], high = hover->first_column[area + 1];

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (hover->column[middle].end_s <= at_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low < hover->first_column[area + 1] && hover->column[low].start_s <= at_s ? (int64_t)low : -1;
}

int64_t hover_find_column(const struct hover *hover, int64_t at_s)
{
	unsigned low = 0, high = hover->areas;

	/* The last area that begins at or before that; an area without columns is one that nothing is known of. */
	while (low + 1 < high) {
		unsigned middle = low + (high - low) / 2, first = hover->first_column[middle];

		if (first == hover->columns || hover->column[first].start_s > at_s)
			high = middle;
		else
			low = middle;
	}
	return hover->areas ? find_in_area(hover, low, at_s) : -1;
}

int hover_begin(struct hover *hover, const struct scene *scene, const struct reader_piece *piece, unsigned pieces, int64_t newest_s)
{
	hover_fini(hover);
	hover->scene = scene;
	hover->has_ports = scene_has_ports(scene);
	hover->has_strip = scene->strips.count > 0;
	hover->ports = scene->areas.raster[0].ports;
	if (hover->has_strip)
		hover->strip = scene->strips.raster[0].ports;
	hover->types = scene->types;
	hover->kinds = scene->icmp.kinds;
	memcpy(hover->kind, scene->icmp.kind, sizeof(hover->kind));
	return list_columns(hover, &scene->areas, piece, pieces, newest_s);
}

/* ---- places ---- */

/* A range of ports, or a port, that is as high as this is hit all over its height. */
#define TALL 3

bool hover_port_rows(const struct hover *hover, unsigned lane_index, unsigned lo, unsigned hi, struct hover_rows *rows)
{
	const struct axis_lane *lane = &hover->ports.lane[lane_index];
	unsigned from, to;

	if (!hover->has_ports || !axis_lane_meets(lane, lo, hi))
		return false;
	axis_lane_rows(&hover->ports, lane, lo, hi, &from, &to);
	if (to - from < TALL) {
		from = axis_lane_row(&hover->ports, lane, lo, hi);
		to = from + 1;
	}
	*rows = (struct hover_rows){ (uint16_t)from, (uint16_t)(to - from) };
	return true;
}

bool hover_type_rows(const struct hover *hover, enum series series, unsigned type, struct hover_rows *rows)
{
	const struct axis_ports *axis = hover->has_strip ? &hover->strip : &hover->ports;
	const struct axis_lane *lane;
	unsigned found = hover->kinds;

	if (hover->has_ports && !hover->has_strip)
		return false;
	for (unsigned i = 0; i < hover->kinds; i++) {
		const struct typestrip_kind *kind = &hover->kind[i];

		if (kind->series == series && (kind->type == (int)type || (kind->type < 0 && found == hover->kinds)))
			found = i;
	}
	if (found == hover->kinds || !(hover->kind[found].packets > 0))
		return false;
	lane = &axis->lane[hover->types.row_of[found]];
	*rows = (struct hover_rows){ (uint16_t)(lane->top | (hover->has_strip ? HOVER_STRIP : 0)), (uint16_t)lane->height };
	return true;
}

/* ---- marks ---- */

/* Drops those for which there is no room. */
static int thin_marks(struct hover *hover)
{
	struct thin_item *item = calloc(hover->marks, sizeof(*item));
	size_t kept;

	if (!item)
		return -ENOMEM;
	for (size_t i = 0; i < hover->marks; i++) {
		const struct hover_mark *mark = &hover->mark[i];
		uint32_t tie = thin_hash(thin_hash(thin_hash(mark->series, mark->lo), mark->column), mark->rows.y);

		item[i] = (struct thin_item){ mark->column, (uint32_t)i, mark->packets, tie };
	}
	kept = thin_keep(&hover->mark_thin, item, hover->marks, HOVER_MARKS);
	for (size_t i = 0; i < kept; i++)
		hover->mark[i] = hover->mark[item[i].index];
	hover->marks = kept;
	free(item);
	return 0;
}

static int add_mark(struct hover *hover, const struct hover_mark *mark)
{
	if (hover->marks == 2 * HOVER_MARKS) {
		int err = thin_marks(hover);

		if (err)
			return err;
	}
	if (hover->marks == hover->mark_room) {
		size_t room = hover->mark_room ? 2 * hover->mark_room : 1024;
		struct hover_mark *grown = realloc(hover->mark, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		hover->mark = grown;
		hover->mark_room = room;
	}
	hover->mark[hover->marks++] = *mark;
	hover->marks_there++;
	return 0;
}

/* One bin, type or port of a column, in each lane that has it. */
static int add_sum(struct hover *hover, uint32_t column, enum series series, int lo, int hi, double packets)
{
	struct hover_mark mark = { .column = column, .lo = (uint16_t)lo, .hi = (uint16_t)hi, .series = (uint8_t)series,
		                   .packets = (uint64_t)(packets + 0.5) };
	int err = 0;

	if (!mark.packets)
		return 0;
	if (series >= SERIES_ICMP4) {
		if (lo < 0)
			mark.lo = mark.hi = HOVER_OTHER_TYPE;
		return hover_type_rows(hover, series, mark.lo, &mark.rows) ? add_mark(hover, &mark) : 0;
	}
	for (unsigned l = 0; l < hover->ports.lanes && !err; l++)
		if (hover_port_rows(hover, l, (unsigned)lo, (unsigned)hi, &mark.rows))
			err = add_mark(hover, &mark);
	return err;
}

/* The sums of a column so far, which begin anew. */
static int add_sums(struct hover *hover, int64_t column, const struct schema_file *file, double *sum, unsigned columns)
{
	int err = 0;

	for (unsigned c = 0; c < columns && column >= 0 && !err; c++) {
		uint16_t lo, hi;
		int type;

		if (!(sum[c] > 0))
			continue;
		if (file->kind == SCHEMA_ICMP) {
			type = schema_icmp_type(file->series, c);
			err = add_sum(hover, (uint32_t)column, file->series, type, type, sum[c]);
		} else {
			portbin_range(&hover->ports.portbin, file->first_bin + c, &lo, &hi);
			err = add_sum(hover, (uint32_t)column, file->series, lo, hi, sum[c]);
		}
		sum[c] = 0;
	}
	return err;
}

static int add_area(struct hover *hover, unsigned area, const struct schema_file *file, const struct matrix *counts)
{
	int64_t column = -1, next;
	double sum[TYPESTRIP_KINDS] = { 0 };
	unsigned first, last, columns = counts->columns < TYPESTRIP_KINDS ? counts->columns : TYPESTRIP_KINDS;
	int err = 0;

	rows_of(&hover->scene->areas.raster[area], counts, &first, &last);
	for (unsigned r = first; r < last && !err; r++) {
		const double *row = counts->cells + (size_t)r * counts->columns;

		if (matrix_row_is_zero(row, counts->columns))
			continue;
		next = find_in_area(hover, area, counts->start_s + (int64_t)r * counts->row_s);
		if (next != column)
			err = add_sums(hover, column, file, sum, columns);
		column = next;
		for (unsigned c = 0; c < columns; c++)
			sum[c] += row[c] > 0 ? row[c] : 0; /* NaN is not */
	}
	return err ? err : add_sums(hover, column, file, sum, columns);
}

int hover_add_counts(struct hover *hover, unsigned first, unsigned last, const struct schema_file *file, const struct matrix *counts)
{
	int err = 0;

	for (unsigned i = first; i < last && !err; i++)
		err = add_area(hover, i, file, counts);
	return err;
}

int hover_add_points(struct hover *hover, unsigned area, enum series series, const struct raster_point *point, size_t count)
{
	int64_t column = -1;
	double sum = 0;
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		int64_t next = find_in_area(hover, area, point[i].at_s);

		if (i && (next != column || point[i].number != point[i - 1].number)) {
			err = column < 0 ? 0 : add_sum(hover, (uint32_t)column, series, point[i - 1].number, point[i - 1].number, sum);
			sum = 0;
		}
		column = next;
		sum += point[i].packets;
	}
	if (err || !count || column < 0)
		return err;
	return add_sum(hover, (uint32_t)column, series, point[count - 1].number, point[count - 1].number, sum);
}

static int add_types(struct hover *hover)
{
	const struct icmpcounts *icmp = &hover->scene->icmp;
	int err = 0;

	for (unsigned p = 0; p < icmp->pieces; p++)
		for (unsigned s = 0; s < 2 && !err; s++) {
			struct schema_file file = { .kind = SCHEMA_ICMP, .series = s ? SERIES_ICMP6 : SERIES_ICMP4 };

			if (icmp->counts[p][s].cells && hover->scene->series >> file.series & 1)
				err = hover_add_counts(hover, 0, hover->areas, &file, &icmp->counts[p][s]);
		}
	return err;
}

/* ---- spots ---- */

static int compare_places(uint32_t column, struct hover_rows rows, uint32_t other_column, struct hover_rows other)
{
	if (column != other_column)
		return column < other_column ? -1 : 1;
	if (rows.y != other.y)
		return rows.y < other.y ? -1 : 1;
	return rows.height < other.height ? -1 : rows.height > other.height;
}

static int by_place(const void *left, const void *right)
{
	const struct hover_mark *a = left, *b = right;
	int order = compare_places(a->column, a->rows, b->column, b->rows);

	if (order)
		return order;
	return a->series != b->series ? (a->series < b->series ? -1 : 1) : a->lo < b->lo ? -1 : a->lo > b->lo;
}

/* The same ports may have come in two pieces that share a column of pixels. */
static void join_marks(struct hover *hover)
{
	size_t kept = 0;

	qsort(hover->mark, hover->marks, sizeof(*hover->mark), by_place);
	for (size_t i = 0; i < hover->marks; i++)
		if (kept && by_place(&hover->mark[kept - 1], &hover->mark[i]) == 0)
			hover->mark[kept - 1].packets += hover->mark[i].packets;
		else
			hover->mark[kept++] = hover->mark[i];
	hover->marks_there -= hover->marks - kept;
	hover->marks = kept;
}

int hover_end(struct hover *hover)
{
	int err = add_types(hover);

	hover->scene = NULL;
	if (!err && hover->marks)
		err = thin_marks(hover);
	if (err || !hover->marks)
		return err;
	join_marks(hover);
	hover->spot = calloc(hover->marks, sizeof(*hover->spot));
	if (!hover->spot)
		return -ENOMEM;
	for (size_t i = 0; i < hover->marks; i++) {
		const struct hover_mark *mark = &hover->mark[i];
		struct hover_spot *last = hover->spots ? &hover->spot[hover->spots - 1] : NULL;

		if (!last || compare_places(last->column, last->rows, mark->column, mark->rows) != 0) {
			last = &hover->spot[hover->spots++];
			*last = (struct hover_spot){ .column = mark->column, .rows = mark->rows, .first_mark = (uint32_t)i };
		}
		last->marks++;
	}
	return 0;
}

struct hover_spot *hover_find_spot(const struct hover *hover, uint32_t column, struct hover_rows rows)
{
	size_t low = 0, high = hover->spots;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct hover_spot *spot = &hover->spot[middle];
		int order = compare_places(column, rows, spot->column, spot->rows);

		if (!order)
			return spot;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

int hover_place(struct hover *hover, const struct figure *figure, struct canvas *canvas)
{
	hover->place = calloc(hover->areas, sizeof(*hover->place));
	if (!hover->place)
		return -ENOMEM;
	for (unsigned s = 0; s <= SERIES_ICMP6; s++)
		if (figure->raster->first == SERIES_ICMP4)
			hover->packets[s] = s >= SERIES_ICMP4 ? figure->raster->packets[s - SERIES_ICMP4] : 0;
		else if (s < SERIES_ICMP4)
			hover->packets[s] = figure->raster->packets[s];
		else
			hover->packets[s] = figure->icmp ? figure->icmp->packets[s - SERIES_ICMP4] : 0;
	return figure_places(figure, canvas, hover->place, &hover->strip_y);
}
