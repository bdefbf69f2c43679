/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands to the left of days that lie below each other: the date, and how many packets came. */
#ifndef PLOT_DATES_H
#define PLOT_DATES_H

#include "plot/layout.h"

/* Pixels that they take from the ports' labels on. */
double dates_width(const struct figure *figure, struct canvas *canvas, double em);

/* Beside the strip that the layout is at (layout_day()). */
void dates_draw(const struct layout *layout, const struct figure *figure, unsigned day, struct canvas *canvas);

#endif
