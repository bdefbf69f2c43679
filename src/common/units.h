/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers with units, as people write them in configuration files and on command lines. */
#ifndef COMMON_UNITS_H
#define COMMON_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A duration in seconds: a whole number above 0 with an optional unit s m h d w y (365 days), as in rrdtool. Returns false,
 * and leaves *seconds alone, for anything else, also for what exceeds 100 years. */
bool units_parse_duration(const char *text, uint32_t *seconds);

/* A size in bytes: a whole number with an optional k M G (powers of 1024), at most UINT32_MAX bytes. */
bool units_parse_size(const char *text, uint32_t *bytes);

/* A decimal number from min to max, nothing before or behind it. */
bool units_parse_number(const char *text, uint32_t min, uint32_t max, uint32_t *number);

/* The shortest exact spelling: 90 -> "90s", 7200 -> "2h". Writes at most size bytes with NUL and returns buf. */
const char *units_format_duration(uint32_t seconds, char *buf, size_t size);

/* The shortest exact spelling that units_parse_size reads: 16777216 -> "16M", 1000 -> "1000". */
const char *units_format_size(uint32_t bytes, char *buf, size_t size);

/* Bytes for people: "620.4 MB" (powers of 1000, as disks are sold). */
const char *units_format_bytes(uint64_t bytes, char *buf, size_t size);

#endif
