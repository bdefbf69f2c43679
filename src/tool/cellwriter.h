/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells as text, CSV or JSON on stdout. */
#ifndef TOOL_CELLWRITER_H
#define TOOL_CELLWRITER_H

#include "common/jsonout.h"
#include "tool/cells.h"

enum cellwriter_format { CELLWRITER_TEXT, CELLWRITER_CSV, CELLWRITER_JSON };

struct cellwriter {
	enum cellwriter_format format;
	struct jsonout json;
};

void cellwriter_begin(struct cellwriter *writer, enum cellwriter_format format, const char *archive, int64_t start_s, int64_t end_s);

/* A cells_take; arg is the struct cellwriter. */
void cellwriter_take(void *arg, const struct cell *cell);

void cellwriter_end(struct cellwriter *writer);

#endif
