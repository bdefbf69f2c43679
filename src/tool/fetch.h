/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOOL_FETCH_H
#define TOOL_FETCH_H

#include "tool/option_table.h"

extern const struct option_table fetch_options;

/* fireplot fetch: argv[0] is the command's name. Returns the exit status. */
int fetch_main(int argc, char **argv);

#endif
