/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is missing and where: hatches, lines and the rail above the plot area. */
#ifndef PLOT_MISSING_H
#define PLOT_MISSING_H

#include "plot/layout.h"

void missing_draw(const struct layout *layout, const struct figure *figure, struct canvas *canvas);

#endif
