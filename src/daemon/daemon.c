/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/daemon.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/log.h"
#include "daemon/collector.h"
#include "daemon/options.h"

/* librrd makes each file of an archive in a buffer of its size. With a fixed threshold such a buffer goes back to the system
 * when it is freed; glibc would otherwise learn to keep it. */
static void keep_memory_small(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

static int test_or_run(const struct options *options, struct settings *settings)
{
	if (!options->test)
		return collector_run(options, settings);
	settings_print(settings, stdout);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int daemon_main(int argc, char **argv)
{
	struct options options;
	struct settings settings;
	struct failure why;
	int status = EXIT_SUCCESS;

	keep_memory_small();
	log_open("fireplotd");
	switch (options_read(argc, argv, &options, &settings, &why)) {
	case OPTIONS_DONE:
		status = fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
		break;
	case OPTIONS_USAGE:
		log_error("%s", why.text);
		status = EXIT_FAILURE;
		break;
	case OPTIONS_RUN:
		log_set_debug(options.debug);
		status = test_or_run(&options, &settings);
		break;
	}
	settings_fini(&settings);
	return status;
}
