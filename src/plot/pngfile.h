/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PNG with a palette: a picture has few colours, so a byte a pixel will do. A tenth of the time that cairo's own writer takes. */
#ifndef PLOT_PNGFILE_H
#define PLOT_PNGFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The pixels as in CAIRO_FORMAT_ARGB32 (premultiplied, native byte order), with stride pixels from one row to the next.
 * has_alpha: those of alpha 0 are transparent; no others than 0 and 255 may occur. Greys are rounded to 65 steps where there
 * are more than 256 colours, and only if there are still too many it becomes a PNG without palette. The same pixels give the
 * same bytes. The pixels are used up. 0 or -errno; the caller frees *bytes. */
int pngfile_write(uint32_t *pixels, unsigned width, unsigned height, unsigned stride, bool has_alpha, uint8_t **bytes,
                  size_t *size);

#endif
