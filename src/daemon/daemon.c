/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/daemon.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/log.h"
#include "daemon/collector.h"
#include "daemon/options.h"

int daemon_main(int argc, char **argv)
{
	struct options options;
	struct settings settings;
	struct failure why;
	int status = EXIT_SUCCESS;

	log_open("fireplotd");
	switch (options_read(argc, argv, &options, &settings, &why)) {
	case OPTIONS_DONE:
		return EXIT_SUCCESS;
	case OPTIONS_USAGE:
		log_error("%s", why.text);
		return EXIT_FAILURE;
	case OPTIONS_RUN:
		break;
	}
	log_set_debug(options.debug);
	if (options.test)
		settings_print(&settings, stdout);
	else
		status = collector_run(&options, &settings);
	settings_fini(&settings);
	return status;
}
