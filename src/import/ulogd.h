/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of ulogd2 JSON output (one object a line), with its dotted keys and with the older plain ones: */
#ifndef IMPORT_ULOGD_H
#define IMPORT_ULOGD_H

#include <stddef.h>

#include "import/format.h"

/* As struct format's parse. */
enum reading_status ulogd_parse(const char *line, size_t len, struct format_state *state, struct reading *out);

#endif
