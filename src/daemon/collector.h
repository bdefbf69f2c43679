/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole of fireplotd: from settings to a running listener and back to a clean end. */
#ifndef DAEMON_COLLECTOR_H
#define DAEMON_COLLECTOR_H

#include "daemon/options.h"
#include "daemon/settings.h"

/* Runs until SIGTERM or SIGINT. Logs whatever goes wrong. Returns the exit status. */
int collector_run(const struct options *options, struct settings *settings);

#endif
