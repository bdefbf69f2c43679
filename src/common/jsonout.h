/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON written as it comes: commas, nesting, indentation and escapes are kept here. Errors show in ferror(out). */
#ifndef COMMON_JSONOUT_H
#define COMMON_JSONOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH 16

struct jsonout {
	FILE *out;
	unsigned depth;
	bool filled[JSON_DEPTH]; /* by depth: something stands before */
	bool flat[JSON_DEPTH];   /* by depth: on one line */
};

void jsonout_init(struct jsonout *json, FILE *out);

/* Opens an object '{' or array '['. Within an object key is the member's name, else NULL. flat: all in one line. jsonout_close
 * closes the innermost; a newline follows the outermost. */
void jsonout_open(struct jsonout *json, const char *key, char bracket, bool flat);
void jsonout_close(struct jsonout *json, char bracket);

/* One value. Bytes that are not UTF-8 become U+FFFD; a NULL string, and a number that is none (NaN), become null. */
void jsonout_string(struct jsonout *json, const char *key, const char *text);
void jsonout_integer(struct jsonout *json, const char *key, int64_t number);
void jsonout_number(struct jsonout *json, const char *key, double number);
void jsonout_bool(struct jsonout *json, const char *key, bool value);

#endif
