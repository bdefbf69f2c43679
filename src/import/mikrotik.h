/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the firewall log of MikroTik RouterOS: */
#ifndef IMPORT_MIKROTIK_H
#define IMPORT_MIKROTIK_H

#include <stddef.h>

#include "import/format.h"

/* As struct format's parse. */
enum reading_status mikrotik_parse(const char *line, size_t len, struct format_state *state, struct reading *out);

#endif
