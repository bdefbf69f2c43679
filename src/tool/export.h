/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOOL_EXPORT_H
#define TOOL_EXPORT_H

#include "tool/option_table.h"

extern const struct option_table export_options;

/* fireplot export: argv[0] is the command's name. Returns the exit status. */
int export_main(int argc, char **argv);

#endif
