/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stdbool.h>

/* Bytes of the UTF-8 sequence (RFC 3629) at the start of a NUL-terminated text, 0 if it is none. The NUL is one of one byte. */
unsigned utf8_length(const char *text);

/* Whether all of a text is UTF-8. */
bool utf8_is_valid(const char *text);

#endif
