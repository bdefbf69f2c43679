/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What surrounds the plot area and lies behind its marks: grid, frames, ticks and labels. */
#ifndef PLOT_AXES_H
#define PLOT_AXES_H

#include "plot/layout.h"

/* Behind the marks. */
void axes_draw_grid(const struct layout *layout, const struct figure *figure, struct canvas *canvas);

/* Around them. */
void axes_draw_frame(const struct layout *layout, const struct figure *figure, struct canvas *canvas);

/* Beside and below them. */
void axes_draw_ports(const struct layout *layout, const struct figure *figure, struct canvas *canvas);
void axes_draw_times(const struct layout *layout, const struct figure *figure, struct canvas *canvas);

/* Heads at the ends of the axes, if there are to be any. */
void axes_draw_arrows(const struct layout *layout, const struct figure *figure, struct canvas *canvas);

/* How far the heads of arrows reach beyond the frame. 0 if there are none: they are for those who gave them a colour. */
int axes_arrow(const struct layout *layout, const struct palette *palette);

#endif
