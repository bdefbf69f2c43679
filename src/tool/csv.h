/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOOL_CSV_H
#define TOOL_CSV_H

#include <stdio.h>

/* A text as a field of comma-separated values (RFC 4180), in quotes where it needs them. Control characters become \xNN, so a record
 * is always one line and nothing in it moves a terminal's cursor. */
void csv_text(FILE *out, const char *text);

#endif
