/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of fireplotd. */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include "daemon/settings.h"

struct options {
	const char *config;   /* -c FILE; SYSCONFDIR/fireplot.conf by default, which may be missing unless given */
	bool config_given;
	bool test;            /* -t: check the configuration, print the effective settings */
	bool debug;           /* -d */
	bool root;            /* started as root, which is long gone when the file is read again */
	int argc;             /* kept to read the file again on SIGHUP with the same options over it */
	char **argv;
};

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_USAGE };

/* Reads the command line, then the file, then the options of the command line over it, and checks the whole. DONE after --help,
 * --version and --completion (which print to stdout); USAGE with *why for anything wrong. In each case the settings are to be given to
 * settings_fini. argv is reordered, as getopt_long(3) does, and must stay. */
enum options_result options_read(int argc, char **argv, struct options *options, struct settings *settings, struct failure *why);

/* Reads file and options again into fresh settings, for SIGHUP. 0 or -errno with *why; the settings are to be given to
 * settings_fini either way. */
int options_reread(const struct options *options, struct settings *settings, struct failure *why);

#endif
