/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A piece of text that is read from its front: what is taken is gone, what doesn't fit is left. No NUL is needed. */
#ifndef IMPORT_TEXT_H
#define IMPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	const char *at;
	const char *end;
};

static inline bool text_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool text_is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline bool text_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline size_t text_left(const struct text *text)
{
	return (size_t)(text->end - text->at);
}

static inline void text_skip_blanks(struct text *text)
{
	while (text->at < text->end && text_is_blank(*text->at))
		text->at++;
}

static inline bool text_take(struct text *text, char c)
{
	if (text->at == text->end || *text->at != c)
		return false;
	text->at++;
	return true;
}

static inline bool text_starts(const struct text *text, const char *what, size_t len)
{
	return text_left(text) >= len && !memcmp(text->at, what, len);
}

/* As text_starts, with a string literal. */
#define TEXT_STARTS(text, what) text_starts(text, what, sizeof(what) - 1)

/* Digits, at least one and at most max (18), as a number. */
static inline bool text_take_number(struct text *text, unsigned max, int64_t *number)
{
	const char *at = text->at;
	const char *end = text_left(text) < max ? text->end : at + max;
	int64_t value = 0;

	for (; at < end && text_is_digit(*at); at++)
		value = value * 10 + (*at - '0');
	*number = value;
	if (at == text->at)
		return false;
	text->at = at;
	return true;
}

/* The next word, up to a blank; empty at the end. */
static inline struct text text_word(const struct text *text)
{
	const char *end = text->at;

	while (end < text->end && !text_is_blank(*end))
		end++;
	return (struct text){ text->at, end };
}

#endif
