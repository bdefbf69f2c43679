/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line below the legend that reads brightness back into counts.
 *
 * A mark is compared with those around it, so no brightness stands for a count by itself. What can be told is what the marks of
 * this picture count that are as bright: the key has, for each series, some shades from dim to bright, and beside them between
 * which counts 8 of 10 of such marks lie. */
#ifndef PLOT_KEY_H
#define PLOT_KEY_H

#include "plot/figure.h"
#include "plot/tally.h"

/* Whether the figure is to have a key, and width pixels have room for one whatever it will say. */
bool key_fits(const struct figure *figure, struct canvas *canvas, double em, double width);

/* Draws it on one line with base line y, in as many shades as there is room for. */
void key_draw(const struct tally *tally, const struct palette *palette, struct canvas *canvas, double em, int x, int y, double width);

#endif
