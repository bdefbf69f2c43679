/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats of text, one a line, in one table. Captures are no lines: see capture.h. */
#ifndef IMPORT_FORMAT_H
#define IMPORT_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "import/csv.h"
#include "import/reading.h"

#define FORMAT_RULE 256 /* bytes of a rule's prefix; the kernel's longest has 127 */

/* What lines before have told about those that follow. All zero at the start of a source. */
struct format_state {
	struct csv_columns csv;
	uint8_t rule[FORMAT_RULE]; /* reading.rule of formats that escape it, until the next line */
};

struct format {
	const char *name; /* for --format */
	const char *what; /* for people, one line */
	/* Reads one line, without its newline and any CR before it, NUL or not. Pure but for the state. */
	enum reading_status (*parse)(const char *line, size_t len, struct format_state *state, struct reading *out);
};

/* Those of JSON are there only if built with jansson.
 *
 * Format i of the table, NULL past the last; in the order in which they are tried where nobody says which it is. */
const struct format *format_at(unsigned i);

/* NULL if there is none of that name. */
const struct format *format_by_name(const char *name);

#endif
