/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOOL_CREATE_H
#define TOOL_CREATE_H

#include "tool/option_table.h"

extern const struct option_table create_options;

/* fireplot create: argv[0] is the command's name. Returns the exit status. */
int create_main(int argc, char **argv);

#endif
