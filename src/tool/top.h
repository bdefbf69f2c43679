/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOOL_TOP_H
#define TOOL_TOP_H

#include "tool/option_table.h"

extern const struct option_table top_options;

/* fireplot top: argv[0] is the command's name. Returns the exit status. */
int top_main(int argc, char **argv);

#endif
