/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fireplot import: old logs and captures made into an archive. */
#ifndef TOOL_IMPORT_H
#define TOOL_IMPORT_H

#include "tool/option_table.h"

extern const struct option_table import_options;
int import_main(int argc, char **argv);

#endif
