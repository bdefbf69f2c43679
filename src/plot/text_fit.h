/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts of any length in the room there is. */
#ifndef PLOT_TEXT_FIT_H
#define PLOT_TEXT_FIT_H

#include "plot/canvas.h"

#define TEXT_FIT 256

/* Copies the text, cut until it is no wider than room pixels (and no longer than out), with an ellipsis in place of what is
 * gone; to the empty text if there is no room for that either. */
void text_fit(struct canvas *canvas, double em, double room, const char *text, char out[TEXT_FIT]);

#endif
