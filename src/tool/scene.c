/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/scene.h"

#include <errno.h>

#include "tool/sighted.h"

/* ICMP is there if it is asked for by name, or where ports are not looked at in particular. Days have no room for it, nor has a
 * picture that is nothing but its plot area: it has the size that was asked for. */
static void choose_series(struct scene *scene, const struct picture_order *order)
{
	const struct portlist *ports = &order->view.ports;

	scene->is_zoomed = ports->count > 0 && (ports->count > 1 || ports->range[0].lo > 0 || ports->range[0].hi < 65535);
	scene->series = SCENE_PORTS;
	if (order->series)
		scene->series = order->series;
	else if (!scene->is_zoomed && !order->days && !order->look.is_bare)
		scene->series |= SCENE_ICMP;
}

/* If nobody asked for it by name, ICMP is there only if any came. */
static void leave_out_silent(struct scene *scene, const struct picture_order *order)
{
	for (unsigned i = 0; i < 2; i++)
		if (!order->series && scene->icmp.packets[i] == 0)
			scene->series &= ~(1u << (SERIES_ICMP4 + i));
}

static void count_sighted(struct scene *scene, const struct sighted *sighted)
{
	for (size_t i = 0; i < sighted->count; i++) {
		const struct raster_point *point = &sighted->point[i];

		if (point->series >= SERIES_ICMP4 && scene->series >> point->series & 1)
			icmpcounts_count(&scene->icmp, (enum series)point->series, point->number, point->packets);
	}
}

int scene_init(struct scene *scene, struct reader *reader, const struct picture_order *order, const struct reader_piece *piece,
               unsigned pieces, struct failure *why)
{
	struct icmpcounts *icmp = &scene->icmp;
	int err = 0;

	*scene = (struct scene){ .skips_unreadable = order->skips_unreadable };
	choose_series(scene, order);
	icmpcounts_read(icmp, reader, piece, order->sighted ? 0 : pieces, scene->series);
	if (order->sighted)
		count_sighted(scene, order->sighted);
	for (unsigned i = 0; i < 2 && !err; i++)
		if (icmp->err[i]) {
			*why = icmp->why[i];
			err = scene_leave_out(scene, icmp->file[i], icmp->err[i], why);
		}
	leave_out_silent(scene, order);
	return err;
}

int scene_arrange(struct scene *scene, const struct picture_order *order, const struct portbin *portbin,
                  const double packets[SERIES_COUNT])
{
	double em = order->look.em, icmp[SERIES_WITH_PORTS] = { packets[SERIES_ICMP4], packets[SERIES_ICMP6] };
	unsigned height = areas_height(order), row = figure_type_height(em);
	unsigned rows = scene_has_ports(scene) ? figure_types_max(height, em) : height / row;
	struct axis_ports axis;
	int err;

	areas_fini(&scene->areas);
	areas_fini(&scene->strips);
	typestrip_init(&scene->types, scene->icmp.kind, scene->icmp.kinds, rows ? rows : 1);
	if (!scene_has_ports(scene)) {
		typestrip_axis(&scene->types, height, &axis);
		return areas_init(&scene->areas, order, &axis, SERIES_ICMP4, icmp);
	}
	axis_ports_init(&axis, &order->view, order->sighted ? &PORTBIN_EXACT : portbin, height, em);
	err = areas_init(&scene->areas, order, &axis, SERIES_TCP4, packets);
	if (!err && scene->series & SCENE_ICMP) {
		typestrip_axis(&scene->types, row * scene->types.rows, &axis);
		err = areas_init(&scene->strips, order, &axis, SERIES_ICMP4, icmp);
	}
	return err;
}

void scene_show(const struct scene *scene, const struct picture_order *order, struct figure *figure, struct scene_sums *sums)
{
	double s_per_px = picture_seconds_per_pixel(order);

	figure->raster = areas_sum(&scene->areas, order, s_per_px, &sums->ports);
	figure->panel = scene->areas.raster;
	figure->types = &scene->types;
	figure->naming = order->naming;
	figure->series = scene->series;
	figure->unreadable = scene->unreadable;
	figure->is_zoomed = figure->has_overhang = scene->is_zoomed && scene_has_ports(scene);
	if (!scene->strips.count)
		return;
	figure->icmp = areas_sum(&scene->strips, order, s_per_px, &sums->icmp);
	figure->icmp_panel = scene->strips.raster;
}

void scene_fini(struct scene *scene)
{
	icmpcounts_fini(&scene->icmp);
	areas_fini(&scene->areas);
	areas_fini(&scene->strips);
}

bool scene_shows(const struct scene *scene, const struct schema_file *file)
{
	const struct axis_ports *axis = &scene->areas.raster[0].ports;
	uint16_t lo, hi, ignored;

	if (file->kind != SCHEMA_PORTS || !(scene->series >> file->series & 1))
		return false;
	portbin_range(&axis->portbin, file->first_bin, &lo, &ignored);
	portbin_range(&axis->portbin, file->first_bin + file->ds_count - 1, &ignored, &hi);
	return axis_ports_lane(axis, lo, hi) != NULL;
}

int scene_leave_out(struct scene *scene, unsigned file, int err, const struct failure *why)
{
	uint64_t *word = &scene->is_unreadable[file % SCENE_FILES / 64], bit = (uint64_t)1 << file % 64;

	if (!scene->skips_unreadable)
		return err;
	if (!scene->unreadable)
		scene->why = *why;
	scene->unreadable += !(*word & bit);
	*word |= bit;
	return 0;
}

int scene_add_icmp(struct scene *scene)
{
	const struct areas *areas = scene->strips.count ? &scene->strips : &scene->areas;
	int err = 0;

	for (unsigned i = 0; i < areas->count && scene->series & SCENE_ICMP && !err; i++)
		err = icmpcounts_draw(&scene->icmp, &scene->types, &areas->raster[i]);
	return err;
}
