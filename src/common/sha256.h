/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The digest SHA-256 (FIPS 180-4) of bytes in memory. For telling texts apart, not for secrets. */
#ifndef COMMON_SHA256_H
#define COMMON_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32

void sha256(const void *bytes, size_t size, uint8_t digest[SHA256_BYTES]);

#endif
