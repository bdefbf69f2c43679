/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory for tables of many megabytes that are asked at random: zeroed, and in huge pages where the system has them, without which
 * most questions would have to wait for the page tables too. */
#ifndef COMMON_BIGTABLE_H
#define COMMON_BIGTABLE_H

#include <stddef.h>

/* Only what is touched is taken from the system. NULL without memory. */
void *bigtable_new(size_t bytes);

/* bytes is what it was made with. Takes NULL. */
void bigtable_free(void *table, size_t bytes);

#endif
