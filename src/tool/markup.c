/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/markup.h"

#include <stdbool.h>
#include <string.h>

#include "common/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* C0 and C1, which no page may have. */
static bool is_control(const char *at, unsigned length)
{
	unsigned char first = (unsigned char)at[0];

	return length == 1 ? first < 0x20 || first == 0x7f : length == 2 && first == 0xc2 && (unsigned char)at[1] < 0xa0;
}

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* The character at *at, or what stands for it; moves on. */
static const char *next_character(const char **at, unsigned *length)
{
	const char *here = *at;

	*length = utf8_length(here);
	*at += *length ? *length : 1;
	if (*length && !is_control(here, *length))
		return here;
	*length = sizeof(REPLACEMENT) - 1;
	return REPLACEMENT;
}

void markup_text(FILE *out, const char *text)
{
	while (*text) {
		unsigned length;
		const char *character = next_character(&text, &length), *entity = entity_of(*character);

		if (entity)
			fputs(entity, out);
		else
			fwrite(character, 1, length, out);
	}
}

void markup_json(FILE *out, const char *text)
{
	fputc('"', out);
	while (*text) {
		unsigned length;
		const char *character = next_character(&text, &length);

		if (entity_of(*character) || *character == '\\' || *character == '`')
			fprintf(out, "\\u%04x", (unsigned char)*character);
		else if (length == 3 && memcmp(character, "\xe2\x80", 2) == 0 && ((unsigned char)character[2] & 0xfe) == 0xa8)
			fputs(character[2] & 1 ? "\\u2029" : "\\u2028", out);
		else
			fwrite(character, 1, length, out);
	}
	fputc('"', out);
}

void markup_reference(FILE *out, const char *name)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	fputs("./", out);
	for (; *name; name++)
		if (strchr(plain, *name))
			fputc(*name, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*name);
}
