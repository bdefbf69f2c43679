/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory for pictures: megabytes that are touched once. With pages of 4 KiB the page faults cost more than the drawing. */
#ifndef PLOT_PAGES_H
#define PLOT_PAGES_H

#include <stddef.h>

/* size zeroed bytes, in huge pages where the kernel has them; NULL if there is no memory. For free(3). */
void *pages_calloc(size_t size);

#endif
