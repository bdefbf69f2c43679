/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clocks, in milliseconds. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Since 1970, as people set it. */
static inline int64_t clock_wall_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

/* Since some moment, never set, and standing still while the machine is suspended. */
static inline int64_t clock_steady_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

/* What this process has used of the CPUs. */
static inline int64_t clock_cpu_ms(void)
{
	return clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

#endif
