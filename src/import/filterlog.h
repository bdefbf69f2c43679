/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the filterlog of OPNsense and pfSense: a syslog front, then comma-separated fields that depend on version and protocol: */
#ifndef IMPORT_FILTERLOG_H
#define IMPORT_FILTERLOG_H

#include <stddef.h>

#include "import/format.h"

/* As struct format's parse. */
enum reading_status filterlog_parse(const char *line, size_t len, struct format_state *state, struct reading *out);

#endif
