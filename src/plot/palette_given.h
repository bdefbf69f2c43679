/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours that a user gives to parts of a picture, in rrdtool's words: TAG#rrggbb or TAG#rrggbbaa. Pure. */
#ifndef PLOT_PALETTE_GIVEN_H
#define PLOT_PALETTE_GIVEN_H

#include "common/fail.h"
#include "plot/palette.h"

struct palette_given {
	uint32_t parts;               /* bit of each part that has a colour here */
	uint32_t rgba[PALETTE_PARTS]; /* 0xRRGGBBAA */
};

/* Takes one, in place of what was given to the part before. -EINVAL with *why, which lists the tags if it is not among them. */
int palette_given_take(struct palette_given *given, const char *text, struct failure *why);

/* Puts them into a palette. Pictures are opaque: what is translucent is blended over what lies below it, that is the palette's own
 * BACK below BACK, CANVAS below what is drawn in the plot area, and BACK below the rest. A border that was given no colour has
 * that of BACK. */
void palette_given_apply(const struct palette_given *given, struct palette *palette);

#endif
