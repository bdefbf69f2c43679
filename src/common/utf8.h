/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts for pictures. */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stdbool.h>

/* Whether a text is UTF-8 as in RFC 3629: nothing longer than needed, no surrogate, nothing past U+10FFFF. */
bool utf8_is_valid(const char *text);

#endif
