/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOOL_WHO_H
#define TOOL_WHO_H

#include "tool/option_table.h"

extern const struct option_table who_options;

/* fireplot who: argv[0] is the command's name. Returns the exit status. */
int who_main(int argc, char **argv);

#endif
