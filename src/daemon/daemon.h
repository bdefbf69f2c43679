/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

/* All of fireplotd behind main: reads the command line and the configuration, then tests them (-t) or runs. Returns the exit
 * status. */
int daemon_main(int argc, char **argv);

#endif
