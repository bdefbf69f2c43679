/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of journalctl -o json (also json-seq, and one object a line of -o json-sse), whose MESSAGE is a kernel LOG line: */
#ifndef IMPORT_JOURNAL_H
#define IMPORT_JOURNAL_H

#include <stddef.h>

#include "import/format.h"

/* As struct format's parse. */
enum reading_status journal_parse(const char *line, size_t len, struct format_state *state, struct reading *out);

#endif
