/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/exact.h"

#include <errno.h>
#include <math.h>

#include "tool/hover.h"

/* Which classes are counted by port is a setting of the daemon's, and not of the archive: the first of these, as bits of enum
 * packet_class, that explains most of the counts. */
static const unsigned class_sets[] = {
	1u << CLASS_PROBE,
	1u << CLASS_PROBE | 1u << CLASS_BACKSCATTER,
	1u << CLASS_PROBE | 1u << CLASS_LATE,
	1u << CLASS_PROBE | 1u << CLASS_BACKSCATTER | 1u << CLASS_LATE,
	1u << CLASS_BACKSCATTER,
	1u << CLASS_LATE,
	1u << CLASS_BACKSCATTER | 1u << CLASS_LATE,
};
#define CLASS_SETS (sizeof(class_sets) / sizeof(class_sets[0]))

/* ---- which ranges ---- */

static bool is_wanted(const struct axis_ports *axis, unsigned lo, unsigned hi)
{
	for (unsigned i = 0; i < axis->lanes; i++)
		if (raster_is_range(axis, &axis->lane[i], lo, hi))
			return true;
	return false;
}

static void add_range(struct portlist *ports, uint16_t lo, uint16_t hi)
{
	unsigned last = ports->count - 1;

	if (ports->count && (ports->range[last].hi + 1 == lo || ports->count == PORTLIST_RANGES)) {
		ports->range[last].hi = hi; /* where there is no room some are read in vain */
		return;
	}
	ports->range[ports->count].lo = lo;
	ports->range[ports->count++].hi = hi;
}

static void list_wanted(const struct axis_ports *axis, struct portlist *ports)
{
	unsigned bins = portbin_count(&axis->portbin);

	for (unsigned bin = 0; bin < bins; bin++) {
		uint16_t lo, hi;

		portbin_range(&axis->portbin, bin, &lo, &hi);
		if (lo != hi && is_wanted(axis, lo, hi))
			add_range(ports, lo, hi);
	}
}

int exact_open(struct exact *exact, struct reader *reader, const struct reader_piece *piece, unsigned pieces, struct scene *scene,
               struct failure *why)
{
	struct witness_filter filter = { .series = scene->series & SCENE_PORTS };
	int err;

	*exact = (struct exact){ 0 };
	if (!scene->is_zoomed || !scene_has_ports(scene) || !pieces)
		return 0;
	filter.start_s = piece[0].start_s;
	filter.end_s = piece[pieces - 1].end_s;
	list_wanted(&scene->areas.raster[0].ports, &filter.ports);
	if (!filter.ports.count)
		return 0;
	err = sighted_read(&exact->sighted, reader, &filter, SIGHTED_ALL_CLASSES, why);
	exact->is_open = !err;
	for (unsigned i = 0; i < scene->areas.count; i++)
		scene->areas.raster[i].tells_apart = exact->is_open;
	return err;
}

void exact_fini(struct exact *exact)
{
	sighted_fini(&exact->sighted);
	sorted_fini(&exact->sorted);
	free(exact->is_sampled);
	*exact = (struct exact){ 0 };
}

/* ---- a chunk ---- */

int exact_turn(struct exact *exact, const struct reader_piece *chunk)
{
	const struct sightings_coverage *coverage = &exact->sighted.coverage;
	int64_t rows = (chunk->end_s - chunk->start_s) / chunk->row_s;

	if (!exact->is_open)
		return 0;
	sorted_fini(&exact->sorted);
	free(exact->is_sampled);
	exact->chunk = *chunk;
	exact->is_sampled = calloc((size_t)rows + 1, sizeof(*exact->is_sampled));
	if (!exact->is_sampled || sighted_sort(&exact->sighted, chunk->start_s, chunk->end_s, &exact->sorted))
		return -ENOMEM;
	for (unsigned i = 0; i < coverage->sample_count; i++) {
		const struct sightings_sample *sample = &coverage->sample[i];
		int64_t from_s = sample->start_s > chunk->start_s ? sample->start_s : chunk->start_s;
		int64_t to_s = sample->end_s < chunk->end_s ? sample->end_s : chunk->end_s;

		for (int64_t at_s = from_s - (from_s - chunk->start_s) % chunk->row_s; sample->packets_left_out && at_s < to_s;
		     at_s += chunk->row_s)
			exact->is_sampled[(at_s - chunk->start_s) / chunk->row_s] = true;
	}
	return 0;
}

/* ---- a file's counts ---- */

/* A column of counts with its sightings: packets of each class in each row. */
struct column {
	const struct exact *exact;
	struct matrix *counts;
	unsigned index;
	const struct raster_point *point;
	size_t points;
	double *sum; /* rows * CLASS_COUNT */
};

static size_t row_of(const struct column *column, const struct raster_point *point)
{
	return (size_t)((point->at_s - column->counts->start_s) / column->counts->row_s);
}

static void sum_classes(struct column *column)
{
	memset(column->sum, 0, (size_t)column->counts->rows * CLASS_COUNT * sizeof(*column->sum));
	for (size_t i = 0; i < column->points; i++)
		column->sum[row_of(column, &column->point[i]) * CLASS_COUNT + column->point[i].class] += column->point[i].packets;
}

/* Whether the sightings of a row are all there were. */
static bool is_complete(const struct column *column, size_t row, unsigned classes)
{
	double packets = column->counts->cells[row * column->counts->columns + column->index], sum = 0;

	if (!(packets > 0) || column->exact->is_sampled[row])
		return false;
	for (unsigned class = 0; class < CLASS_COUNT; class++)
		sum += classes >> class & 1 ? column->sum[row * CLASS_COUNT + class] : 0;
	return fabs(sum - packets) < 0.5;
}

static void count_complete(const struct column *column, unsigned complete[CLASS_SETS])
{
	for (size_t row = 0; row < column->counts->rows; row++)
		for (unsigned i = 0; i < CLASS_SETS; i++)
			complete[i] += is_complete(column, row, class_sets[i]);
}

/* Moves what is complete to the points; returns how many there are of these now. */
static size_t move_complete(struct column *column, unsigned classes, struct raster_point *out, size_t count)
{
	for (size_t i = 0; i < column->points; i++)
		if (classes >> column->point[i].class & 1 && is_complete(column, row_of(column, &column->point[i]), classes))
			out[count++] = column->point[i];
	for (size_t row = 0; row < column->counts->rows; row++)
		if (is_complete(column, row, classes))
			column->counts->cells[row * column->counts->columns + column->index] = 0;
	return count;
}

/* The next column that has sightings; false after the last. */
static bool next_column(struct column *column, const struct schema_file *file, const struct axis_ports *axis)
{
	uint16_t lo, hi;

	while (++column->index < file->ds_count) {
		portbin_range(&axis->portbin, file->first_bin + column->index, &lo, &hi);
		column->point = sorted_find(&column->exact->sorted, file->series, lo, hi, &column->points);
		if (column->points && lo != hi && is_wanted(axis, lo, hi)) {
			sum_classes(column);
			return true;
		}
	}
	column->index = UINT32_MAX;
	return false;
}

static unsigned find_classes(struct column *column, const struct schema_file *file, const struct axis_ports *axis)
{
	unsigned complete[CLASS_SETS] = { 0 }, best = 0;

	while (next_column(column, file, axis))
		count_complete(column, complete);
	for (unsigned i = 1; i < CLASS_SETS; i++)
		best = complete[i] > complete[best] ? i : best;
	return class_sets[best];
}

/* Whether there are still counts of which nobody knows whether they were in view. */
static bool finds_overhang(const struct schema_file *file, const struct axis_ports *axis, const struct matrix *counts)
{
	for (unsigned c = 0; c < file->ds_count; c++) {
		unsigned in_view = 0;
		uint16_t lo, hi;

		portbin_range(&axis->portbin, file->first_bin + c, &lo, &hi);
		for (unsigned port = lo; port <= hi; port++)
			in_view += axis_ports_lane(axis, port, port) != NULL;
		for (unsigned row = 0; row < counts->rows && in_view && in_view <= (unsigned)(hi - lo); row++)
			if (matrix_cell(counts, row, c) > 0)
				return true;
	}
	return false;
}

static int add_points(struct exact *exact, struct areas *areas, unsigned first, unsigned last, enum series series,
                      const struct matrix *rows, const struct raster_point *point, size_t count)
{
	int err = 0;

	exact->has_points |= count > 0;
	for (unsigned i = first; i < last && count && !err; i++) {
		err = raster_add_points(&areas->raster[i], series, NULL, rows, point, count);
		if (!err && exact->hover)
			err = hover_add_points(exact->hover, i, series, point, count);
	}
	return err;
}

int exact_take(struct exact *exact, struct areas *areas, unsigned first, unsigned last, const struct schema_file *file,
               struct matrix *counts)
{
	const struct axis_ports *axis = &areas->raster[0].ports;
	struct column column = { .exact = exact, .counts = counts, .index = UINT32_MAX };
	struct raster_point *point;
	size_t all, count = 0;
	uint16_t lo, hi;
	unsigned classes;
	int err = -ENOMEM;

	if (!exact->is_open)
		return 0;
	portbin_range(&axis->portbin, file->first_bin, &lo, &hi);
	portbin_range(&axis->portbin, file->first_bin + file->ds_count - 1, &(uint16_t){ 0 }, &hi);
	sorted_find(&exact->sorted, file->series, lo, hi, &all);
	point = malloc((all + 1) * sizeof(*point));
	column.sum = calloc((size_t)counts->rows * CLASS_COUNT + 1, sizeof(*column.sum));
	if (point && column.sum) {
		classes = find_classes(&column, file, axis);
		while (next_column(&column, file, axis))
			count = move_complete(&column, classes, point, count);
		err = add_points(exact, areas, first, last, file->series, counts, point, count);
		exact->has_overhang |= finds_overhang(file, axis, counts);
	}
	free(column.sum);
	free(point);
	return err;
}

void exact_show(const struct exact *exact, struct areas *areas, struct figure *figure)
{
	if (!exact->is_open)
		return;
	for (unsigned i = 0; i < areas->count; i++) {
		if (!exact->has_points)
			raster_join_ranges(&areas->raster[i]);
		figure->has_ranges |= raster_has_ranges(&areas->raster[i]);
	}
	figure->is_exact = exact->has_points;
	figure->has_overhang = figure->has_overhang && (exact->has_overhang || !exact->has_points);
}
