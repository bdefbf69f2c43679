/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/interrupts.h"

#include <signal.h>

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

void interrupts_catch(bool waiting_ends)
{
	struct sigaction action = { .sa_handler = interrupt, .sa_flags = waiting_ends ? 0 : SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

bool interrupts_seen(void)
{
	return interrupted;
}
