/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules' prefixes of an import, each once, so that a record holds a number. */
#ifndef IMPORT_RULES_H
#define IMPORT_RULES_H

#include <stddef.h>
#include <stdint.h>

#define RULES_MOST 32768 /* different ones; the last stands for all that find no room */

struct rules;

/* NULL without memory. */
struct rules *rules_new(void);
void rules_free(struct rules *rules);

/* The number of a prefix, which may be any bytes; 0 for none. What differs only in what sample_clean_rule leaves out is the same. */
uint16_t rules_enter(struct rules *rules, const uint8_t *prefix, size_t len);

/* Its text, "" for 0. */
const char *rules_text(const struct rules *rules, uint16_t number);

#endif
