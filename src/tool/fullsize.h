/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures of a given size as a whole: how large the plot area may be. */
#ifndef TOOL_FULLSIZE_H
#define TOOL_FULLSIZE_H

#include "binning/portbin.h"
#include "common/fail.h"
#include "plot/figure.h"

/* Turns the size of the whole picture into that of its plot area. The figure has everything but a raster, with counts that are
 * no smaller than those it will be drawn with; its raster will be of start_s to end_s with these packets. zoom matters if look.em is 0. 0, or -EINVAL with *why
 * if no plot area is left, or -ENOMEM. */
int fullsize_plot(const struct figure *figure, int64_t start_s, int64_t end_s, const struct portbin *portbin,
                  const double packets[SERIES_WITH_PORTS], double zoom, struct canvas *canvas, unsigned *width, unsigned *height,
                  struct failure *why);

#endif
