/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/json_line.h"

#include <jansson.h>

json_t *json_line_read(const char *line, size_t len, enum reading_reason *reason)
{
	json_error_t error;
	json_t *object;

	if (len > JSON_LINE_MAX) {
		*reason = READING_TOO_LONG;
		return NULL;
	}
	object = json_loadb(line, len, JSON_ALLOW_NUL, &error);
	if (!object)
		*reason = json_error_code(&error) == json_error_premature_end_of_input ? READING_CUT : READING_SYNTAX;
	return object;
}

void json_line_free(json_t *object)
{
	json_decref(object);
}

bool json_line_has(const json_t *object, const char *key)
{
	return json_object_get(object, key) != NULL;
}

bool json_line_text(const json_t *object, const char *key, struct span *text)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return false;
	*text = span_of(json_string_value(value), json_string_length(value));
	return true;
}

/* Decimal digits alone, at most 18: no overflow. */
static bool read_digits(struct span text, int64_t *number)
{
	*number = 0;
	if (!text.len || text.len > 18)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		*number = *number * 10 + (text.at[i] - '0');
	}
	return true;
}

bool json_line_number(const json_t *object, const char *key, int64_t max, int64_t *number)
{
	const json_t *value = json_object_get(object, key);
	struct span text;

	if (json_is_integer(value))
		*number = json_integer_value(value);
	else if (!json_line_text(object, key, &text) || !read_digits(text, number))
		return false;
	return *number >= 0 && *number <= max;
}

bool json_line_bytes(const json_t *object, const char *key, char *room, size_t size, struct span *bytes)
{
	const json_t *array = json_object_get(object, key);
	size_t len = json_array_size(array); /* 0 of what is no array */

	if (len > size)
		len = size;
	for (size_t i = 0; i < len; i++) {
		const json_t *byte = json_array_get(array, i);
		json_int_t value = json_integer_value(byte);

		if (!json_is_integer(byte) || value < 0 || value > UINT8_MAX)
			return false;
		room[i] = (char)value;
	}
	*bytes = span_of(room, len);
	return json_is_array(array);
}
