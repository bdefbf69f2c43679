/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --lazy: whether a picture that is there will do, told from the file alone. */
#ifndef TOOL_LAZY_H
#define TOOL_LAZY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The size in pixels that a PNG, SVG, EPS, PDF, or fireplot's JSON or HTML says of itself; false if it says none. text need not end in
 * a zero byte. */
bool lazy_size_of(const char *text, size_t length, unsigned *width, unsigned *height);

/* As in rrdtool, a picture will do until a pixel more of time has passed since it was made: pixel_s seconds at least ago it
 * is out of date. False if it is, if there is none, or if its size can't be told. */
bool lazy_will_do(const char *path, int64_t now_s, int64_t pixel_s, unsigned *width, unsigned *height);

#endif
