/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages of one day each that lie beside each other, named by their date. */
#ifndef TOOL_NEIGHBOURS_H
#define TOOL_NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>

#define NEIGHBOUR_DAY 11 /* "2026-11-24" and NUL */

struct neighbour {
	char day[NEIGHBOUR_DAY];
	char *name;    /* of its file, without the directory; owned */
	bool is_there; /* or will be: the day after has begun, or its page lies there already */
};

/* The day before (-1) or after (1) the last date, YEAR-MONTH-DAY, in the file's name. 0; -ENOENT if the name has no date; -ENOMEM. */
int neighbour_find(const char *file, int days, int64_t now_s, struct neighbour *neighbour);
void neighbour_fini(struct neighbour *neighbour);

#endif
