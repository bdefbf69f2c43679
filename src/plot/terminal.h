/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures on a terminal: as pixels where it takes them (sixels, or the ways of kitty and iTerm2), else as characters of blocks
 * with the texts of the picture as text. libchafa knows the terminals and does the drawing; without it there are none. */
#ifndef PLOT_TERMINAL_H
#define PLOT_TERMINAL_H

#include "plot/canvas.h"

enum terminal_mode { TERMINAL_AUTO, TERMINAL_SIXEL, TERMINAL_KITTY, TERMINAL_ITERM2, TERMINAL_SYMBOLS };

struct terminal {
	enum terminal_mode mode; /* never TERMINAL_AUTO */
	unsigned columns;
	unsigned rows;
	unsigned cell_width; /* pixels of the picture in a character's place */
	unsigned cell_height;
};

/* Takes wanted, or what the environment ($TERM and others) says of the terminal. Its size is that of the terminal at fd, or if
 * that is none $COLUMNS and $LINES, or else 80 by 24. 0, or -ENOTSUP with *why if libchafa is not built in. */
int terminal_find(int fd, enum terminal_mode wanted, struct terminal *terminal, struct failure *why);

/* A canvas whose bytes are what the terminal is to be sent. The terminal is copied. In TERMINAL_SYMBOLS a text is as high as a
 * cell whatever its size, and finish is refused if the picture is wider than the terminal. 0 or -errno with *why. */
int canvas_terminal_new(const struct canvas_options *options, const struct terminal *terminal, struct canvas **canvas,
                        struct failure *why);

#endif
