/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/fullsize.h"

#include <errno.h>
#include <string.h>

#define TURNS 12
#define SIDE_MIN 16 /* of a plot area */

struct side {
	unsigned whole; /* what is wanted */
	unsigned plot;
	unsigned least; /* for the plot area */
	unsigned measured; /* the whole with that plot area */
};

/* Makes the plot area larger or smaller by what the whole is off. Only smaller in later turns: labels and rows of a legend that
 * come and go with the size must not keep it going. Whether it is another now. */
static bool adjust(struct side *side, bool may_grow)
{
	unsigned before = side->plot;
	int plot = (int)side->plot + (int)side->whole - (int)side->measured;

	if (side->measured > side->whole || may_grow)
		side->plot = plot < (int)side->least ? side->least : (unsigned)plot;
	return side->plot != before;
}

/* The whole size with that plot area. 0 or -ENOMEM. */
static int measure(const struct picture_order *order, const struct figure *figure, struct scene *scene, const struct portbin *portbin,
                   const double packets[SERIES_COUNT], struct canvas *canvas, unsigned *width, unsigned *height)
{
	struct figure probe = *figure;
	struct scene_sums days;
	int err = scene_arrange(scene, order, portbin, packets);

	if (err)
		return err;
	for (unsigned i = 0; i < scene->areas.count; i++)
		memcpy(scene->areas.raster[i].packets, packets, sizeof(scene->areas.raster[i].packets));
	for (unsigned i = 0; i < scene->strips.count; i++)
		memcpy(scene->strips.raster[i].packets, packets + SERIES_ICMP4, 2 * sizeof(*packets));
	scene_show(scene, order, &probe, &days);
	probe.look.em = order->look.em;
	return figure_measure(&probe, canvas, width, height);
}

int fullsize_plot(struct picture_order *order, const struct figure *figure, struct scene *scene, const struct portbin *portbin,
                  const double packets[SERIES_COUNT], struct canvas *canvas, struct failure *why)
{
	unsigned least = SIDE_MIN * (order->days ? order->days->count : 1);
	struct side w = { .whole = order->width, .plot = order->width, .least = SIDE_MIN };
	struct side h = { .whole = order->height, .plot = order->height > least ? order->height : least, .least = least };
	bool is_other = true;

	for (unsigned turn = 0; turn < TURNS && is_other; turn++) {
		order->width = w.plot;
		order->height = h.plot;
		order->look.em = picture_em(order);
		if (measure(order, figure, scene, portbin, packets, canvas, &w.measured, &h.measured))
			return fail(why, ENOMEM, "no memory for the picture");
		is_other = adjust(&w, turn < TURNS / 3);
		is_other = adjust(&h, turn < TURNS / 3) || is_other;
	}
	if (w.measured > w.whole || h.measured > h.whole)
		return fail(why, EINVAL, "%ux%u has no room for dots beside what surrounds them: expected at least %ux%u, or --only-graph",
		            w.whole, h.whole, w.measured > w.whole ? w.measured : w.whole, h.measured > h.whole ? h.measured : h.whole);
	return 0;
}
