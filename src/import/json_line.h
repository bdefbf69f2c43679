/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One JSON object a line, read with jansson, which nothing else includes. It allocates; a line is bounded. */
#ifndef IMPORT_JSON_LINE_H
#define IMPORT_JSON_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "import/reading.h"
#include "import/span.h"

#define JSON_LINE_MAX 65536

struct json_t; /* jansson's */

/* The object, or NULL with *reason TOO_LONG, CUT (ends within the object) or SYNTAX. Of a key that comes twice the last counts. */
struct json_t *json_line_read(const char *line, size_t len, enum reading_reason *reason);
void json_line_free(struct json_t *object);

bool json_line_has(const struct json_t *object, const char *key);

/* A string; its bytes belong to the object. False if there is no such key, or no string behind it. */
bool json_line_text(const struct json_t *object, const char *key, struct span *text);

/* A number from 0 to max, which may stand in a string. False if it is none. */
bool json_line_number(const struct json_t *object, const char *key, int64_t max, int64_t *number);

/* An array of numbers from 0 to 255, of which as many are taken as have room. False if it is none. */
bool json_line_bytes(const struct json_t *object, const char *key, char *room, size_t size, struct span *bytes);

#endif
