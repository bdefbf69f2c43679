/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures of a given size as a whole: how large the plot area may be. */
#ifndef TOOL_FULLSIZE_H
#define TOOL_FULLSIZE_H

#include "plot/figure.h"
#include "tool/picture.h"
#include "tool/scene.h"

/* Turns the size of the whole picture, in the order, into that of its plot area. The figure has everything but its rasters, with
 * counts that are no smaller than those it will be drawn with, and so has packets. 0, or -EINVAL with *why if no plot area is
 * left, or -ENOMEM. */
int fullsize_plot(struct picture_order *order, const struct figure *figure, struct scene *scene, const struct portbin *portbin,
                  const double packets[SERIES_COUNT], struct canvas *canvas, struct failure *why);

#endif
