/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fireplot graph FILE|-: draws a window of an archive as a picture. */
#ifndef TOOL_GRAPH_H
#define TOOL_GRAPH_H

#include "tool/option_table.h"

extern const struct option_table graph_options;

/* argv[0] is the subcommand. Returns the exit status. */
int graph_main(int argc, char **argv);

#endif
