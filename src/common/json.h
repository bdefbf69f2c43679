/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON written as it comes: commas, nesting, indentation and escapes are kept here. Errors show in ferror(out). */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH 16

struct json {
	FILE *out;
	unsigned depth;
	bool filled[JSON_DEPTH]; /* by depth: something stands before */
	bool flat[JSON_DEPTH];   /* by depth: on one line */
};

void json_init(struct json *json, FILE *out);

/* Opens an object '{' or array '['. Within an object key is the member's name, else NULL. flat: all in one line. json_close
 * closes the innermost; a newline follows the outermost. */
void json_open(struct json *json, const char *key, char bracket, bool flat);
void json_close(struct json *json, char bracket);

/* One value. Bytes that are not UTF-8 become U+FFFD; a NULL string, and a number that is none (NaN), become null. */
void json_string(struct json *json, const char *key, const char *text);
void json_integer(struct json *json, const char *key, int64_t number);
void json_number(struct json *json, const char *key, double number);
void json_bool(struct json *json, const char *key, bool value);

#endif
