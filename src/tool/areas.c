/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/areas.h"

#include <errno.h>
#include <stdlib.h>

/* Rows that are read at once, of up to 64 columns: about 10 MB. */
#define CHUNK_ROWS 20160

void areas_fini(struct areas *areas)
{
	for (unsigned i = 0; i < areas->count; i++)
		raster_fini(&areas->raster[i]);
	free(areas->raster);
	*areas = (struct areas){ 0 };
}

/* A row that lies over the border of two panels is seen in both, and counted in one. */
static void own_rows(struct areas *areas, unsigned i)
{
	if (i > 0)
		areas->raster[i].own_from_s = areas->raster[i].start_s;
	if (i + 1 < areas->count)
		areas->raster[i].own_to_s = areas->raster[i].end_s;
}

unsigned areas_height(const struct picture_order *order)
{
	return order->days ? order->height / order->days->count : order->height;
}

int areas_init(struct areas *areas, const struct picture_order *order, const struct axis_ports *axis, enum series first,
               const double rank_by[SERIES_WITH_PORTS])
{
	const struct days *days = order->days;
	struct days_panel all = { .start_s = order->window.start_s, .end_s = order->window.end_s };
	unsigned x, width = order->width;
	int err = 0;

	*areas = (struct areas){ .count = days ? days->panels : 1 };
	areas->raster = calloc(areas->count, sizeof(*areas->raster));
	if (!areas->raster)
		areas->count = 0;
	for (unsigned i = 0; i < areas->count && !err; i++) {
		const struct days_panel *panel = days ? &days->panel[i] : &all;

		if (days)
			days_panel_pixels(days, panel, order->width, &x, &width);
		err = raster_init(&areas->raster[i], panel->start_s, panel->end_s, width, axis, first, rank_by);
		own_rows(areas, i);
	}
	return areas->count ? err : -ENOMEM;
}

struct reader_piece areas_next_chunk(const struct areas *areas, const struct reader_piece *piece, unsigned *first, unsigned *last)
{
	struct reader_piece chunk = *piece;
	int64_t row_s = piece->row_s;

	while (areas->raster[*first].end_s <= piece->start_s && *first + 1 < areas->count)
		++*first;
	if (areas->raster[*first].start_s > piece->start_s)
		chunk.start_s = areas->raster[*first].start_s / row_s * row_s;
	for (*last = *first; *last < areas->count && areas->raster[*last].start_s < piece->end_s; ++*last) {
		int64_t end_s = (areas->raster[*last].end_s + row_s - 1) / row_s * row_s;

		if (end_s > piece->end_s)
			end_s = piece->end_s;
		if (*last > *first && (end_s - chunk.start_s) / row_s > CHUNK_ROWS)
			break;
		chunk.end_s = end_s;
	}
	return chunk;
}

int areas_add(struct areas *areas, unsigned first, unsigned last, const struct schema_file *file, const struct matrix *counts)
{
	int err = 0;

	for (unsigned i = first; i < last && !err; i++)
		err = raster_add(&areas->raster[i], file->series, file->first_bin, counts);
	return err;
}

struct raster *areas_sum(const struct areas *areas, const struct picture_order *order, double s_per_px, struct raster *sum)
{
	const struct raster *first = &areas->raster[0];

	if (!order->days)
		return &areas->raster[0];
	*sum = (struct raster){
		.start_s = order->window.start_s, .end_s = order->window.end_s, .width = order->width, .ports = first->ports,
		.height = first->height * order->days->count, .s_per_px = s_per_px, .first = first->first,
	};
	for (unsigned i = 0; i < areas->count; i++)
		for (unsigned s = 0; s < SERIES_WITH_PORTS; s++)
			sum->packets[s] += areas->raster[i].packets[s];
	return sum;
}
