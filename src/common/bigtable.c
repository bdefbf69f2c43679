/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/bigtable.h"

#include <stdint.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

static void *map(size_t bytes)
{
	void *table = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return table == MAP_FAILED ? NULL : table;
}

/* Gives back what lies before and behind the part that begins with a huge page. */
static void *trim(uint8_t *table, size_t bytes)
{
	size_t before = -(uintptr_t)table & (HUGE_PAGE - 1);

	if (before)
		munmap(table, before);
	if (before < HUGE_PAGE)
		munmap(table + before + bytes, HUGE_PAGE - before);
	return table + before;
}

void *bigtable_new(size_t bytes)
{
	uint8_t *table;

	if (bytes < HUGE_PAGE)
		return map(bytes);
	table = map(bytes + HUGE_PAGE);
	if (!table)
		return NULL;
	table = trim(table, bytes);
	madvise(table, bytes, MADV_HUGEPAGE); /* or else as it is */
	return table;
}

void bigtable_free(void *table, size_t bytes)
{
	if (table)
		munmap(table, bytes);
}
