/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program fireplot: a command, then its options. Each command is in a file of its own. */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include "common/fail.h"

/* The whole program; returns its exit status, 0 or 1. */
int tool_main(int argc, char **argv);

/* How a command ends that has failed: as rrdtool does, "ERROR: ..." on stderr. Returns 1. After option_table_parse has printed
 * the help (err is -ECANCELED and nothing else went wrong) it says nothing and returns 0. */
int tool_end(int err, const struct failure *why);

/* Flushes stdout and says if not all of it could be written. Returns the exit status. */
int tool_end_output(void);

/* "WARNING: ..." on stderr. */
void tool_warn(const char *text);

#endif
