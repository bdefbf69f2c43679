/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A piece of a line, borrowed from it; no NUL is needed. What the parsers of fields have in common. */
#ifndef IMPORT_SPAN_H
#define IMPORT_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct span {
	const char *at; /* never NULL */
	size_t len;
};

static inline struct span span_of(const char *at, size_t len)
{
	return (struct span){ at, len };
}

/* The first n bytes, and what is behind them; n is at most its length. */
static inline struct span span_head(struct span s, size_t n)
{
	return (struct span){ s.at, n };
}

static inline struct span span_tail(struct span s, size_t n)
{
	return (struct span){ s.at + n, s.len - n };
}

static inline bool span_is(struct span s, const char *word)
{
	return s.len == strlen(word) && memcmp(s.at, word, s.len) == 0;
}

/* In any case of letters. */
static inline bool span_is_word(struct span s, const char *word)
{
	return s.len == strlen(word) && strncasecmp(s.at, word, s.len) == 0;
}

static inline bool span_begins(struct span s, const char *word)
{
	size_t len = strlen(word);

	return s.len >= len && memcmp(s.at, word, len) == 0;
}

/* Where c stands first, or its length if nowhere. */
static inline size_t span_find(struct span s, char c)
{
	const char *found = s.len ? memchr(s.at, c, s.len) : NULL;

	return found ? (size_t)(found - s.at) : s.len;
}

static inline bool span_has(struct span s, const char *word)
{
	return s.len >= strlen(word) && memmem(s.at, s.len, word, strlen(word));
}

/* Without blanks and tabs at both ends. */
static inline struct span span_trim(struct span s)
{
	while (s.len && (s.at[0] == ' ' || s.at[0] == '\t'))
		s = span_tail(s, 1);
	while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* Takes what stands before the next separator off the front of *rest, and the separator with it. */
static inline struct span span_next(struct span *rest, char separator)
{
	size_t n = span_find(*rest, separator);
	struct span field = span_head(*rest, n);

	*rest = span_tail(*rest, n < rest->len ? n + 1 : n);
	return field;
}

#endif
