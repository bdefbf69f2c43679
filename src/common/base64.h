/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes as text of RFC 4648, section 4. */
#ifndef COMMON_BASE64_H
#define COMMON_BASE64_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Writes them without line breaks. Errors show in ferror(out). */
void base64_write(FILE *out, const uint8_t *bytes, size_t size);

#endif
