/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals that ask to end, for commands that leave something half done unless they end it themselves. */
#ifndef TOOL_INTERRUPTS_H
#define TOOL_INTERRUPTS_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP don't end the program, nor, unless so wanted, a system call that waits, */
void interrupts_catch(bool waiting_ends);

/* but show here. */
bool interrupts_seen(void);

#endif
