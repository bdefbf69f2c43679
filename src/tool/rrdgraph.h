/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `rrdtool graph` knows and `fireplot graph` does not: who comes from there is told what to use instead. */
#ifndef TOOL_RRDGRAPH_H
#define TOOL_RRDGRAPH_H

#include "tool/option_table.h"

#define RRDGRAPH_OPTIONS 30

extern const struct option_elsewhere rrdgraph_options[RRDGRAPH_OPTIONS];

/* Why an argument can't be drawn: one of rrdtool's (DEF:..., LINE1:...) or just one too many. Always -EINVAL. */
int rrdgraph_refuse(const char *argument, struct failure *why);

#endif
