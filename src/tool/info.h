/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOOL_INFO_H
#define TOOL_INFO_H

#include "tool/option_table.h"

extern const struct option_table info_options;

/* fireplot info: argv[0] is the command's name. Returns the exit status. */
int info_main(int argc, char **argv);

#endif
