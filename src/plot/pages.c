/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define HUGE ((size_t)2 << 20)

/* calloc knows which memory is fresh from the kernel, and doesn't touch that. */
void *pages_calloc(size_t size)
{
	void *memory = calloc(1, size ? size : 1);
#ifdef MADV_HUGEPAGE
	uintptr_t first = ((uintptr_t)memory + HUGE - 1) / HUGE * HUGE, end = ((uintptr_t)memory + size) / HUGE * HUGE;

	if (memory && first < end)
		(void)madvise((void *)first, end - first, MADV_HUGEPAGE); /* a wish: without it the memory is as good */
#endif
	return memory;
}
