/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE ((size_t)2 << 20)
#define WORTH_IT (HUGE / 4)

void *pages_calloc(size_t size)
{
	size_t whole = (size + HUGE - 1) / HUGE * HUGE;
	void *memory;

	if (size < WORTH_IT)
		return calloc(1, size ? size : 1);
	memory = whole >= size ? aligned_alloc(HUGE, whole) : NULL;
	if (!memory)
		return NULL;
#ifdef MADV_HUGEPAGE
	(void)madvise(memory, whole, MADV_HUGEPAGE); /* a wish: without it the memory is as good */
#endif
	return memset(memory, 0, size);
}
