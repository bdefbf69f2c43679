/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/fullsize.h"

#include <errno.h>
#include <string.h>

#define TURNS 12
#define SIDE_MIN 16 /* of a plot area */

struct side {
	unsigned whole; /* what is wanted */
	unsigned plot;
	unsigned measured; /* the whole with that plot area */
};

/* Makes the plot area larger or smaller by what the whole is off. Only smaller in later turns: labels and rows of a legend that
 * come and go with the size must not keep it going. Whether it is another now. */
static bool adjust(struct side *side, bool may_grow)
{
	unsigned before = side->plot;
	int plot = (int)side->plot + (int)side->whole - (int)side->measured;

	if (side->measured > side->whole || may_grow)
		side->plot = plot < SIDE_MIN ? SIDE_MIN : (unsigned)plot;
	return side->plot != before;
}

int fullsize_plot(const struct figure *figure, int64_t start_s, int64_t end_s, const struct portbin *portbin,
                  const double packets[SERIES_WITH_PORTS], double zoom, struct canvas *canvas, unsigned *width, unsigned *height,
                  struct failure *why)
{
	struct side w = { .whole = *width, .plot = *width }, h = { .whole = *height, .plot = *height };
	bool is_other = true;

	for (unsigned turn = 0; turn < TURNS && is_other; turn++) {
		struct figure probe = *figure;
		struct raster raster;
		int err;

		if (!(figure->look.em > 0))
			probe.look.em = figure_zoomed_em(w.plot, h.plot, zoom);
		err = raster_init(&raster, start_s, end_s, w.plot, h.plot, probe.look.em, portbin, packets);
		memcpy(raster.packets, packets, sizeof(raster.packets));
		probe.raster = &raster;
		if (!err)
			err = figure_measure(&probe, canvas, &w.measured, &h.measured);
		raster_fini(&raster);
		if (err)
			return fail(why, -err, "no memory for the picture");
		is_other = adjust(&w, turn < TURNS / 3);
		is_other = adjust(&h, turn < TURNS / 3) || is_other;
	}
	if (w.measured > w.whole || h.measured > h.whole)
		return fail(why, EINVAL, "%ux%u has no room for dots beside what surrounds them: expected at least %ux%u, or --only-graph",
		            w.whole, h.whole, w.measured > w.whole ? w.measured : w.whole, h.measured > h.whole ? h.measured : h.whole);
	*width = w.plot;
	*height = h.plot;
	return 0;
}
