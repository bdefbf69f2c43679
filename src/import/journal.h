/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of journalctl -o json (also json-seq, and one object a line of -o json-sse), whose MESSAGE is a kernel LOG line:
 *
 *     {"__REALTIME_TIMESTAMP":"1710653101123456","_SOURCE_MONOTONIC_TIMESTAMP":"12345678","MESSAGE":"drop IN=eth0 ...", ...}
 *
 * MESSAGE is a string, or an array of its bytes where it is no UTF-8. The time is _SOURCE_REALTIME_TIMESTAMP, else __REALTIME_TIMESTAMP, as
 * journalctl itself shows it; without both an uptime. https://systemd.io/JOURNAL_EXPORT_FORMATS/ */
#ifndef IMPORT_JOURNAL_H
#define IMPORT_JOURNAL_H

#include <stddef.h>

#include "import/format.h"

/* As struct format's parse. Only with jansson. */
enum reading_status journal_parse(const char *line, size_t len, struct format_state *state, struct reading *out);

#endif
