/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/envelope_names.h"

static bool is(const char *text, size_t len, const char *name)
{
	return strlen(name) == len && !memcmp(text, name, len);
}

static bool is_facility(const char *text, size_t len)
{
	static const char *const names[] = { "kern", "user",   "mail", "daemon", "auth",     "syslog", "lpr",
		                             "news", "uucp",   "cron", "ftp",    "authpriv" };

	if (len == 6 && !memcmp(text, "local", 5))
		return text[5] >= '0' && text[5] <= '7';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is(text, len, names[i]))
			return true;
	return false;
}

static bool is_level(const char *text, size_t len)
{
	static const char *const names[] = { "emerg", "alert", "crit", "err", "warn", "warning", "notice", "info", "debug" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is(text, len, names[i]))
			return true;
	return false;
}

/* The length of the facility in "user.info": 3, 4, 6 or 8 letters and a point. */
static size_t facility_len(const struct text *text)
{
	static const uint8_t lengths[] = { 3, 4, 6, 8 };

	for (size_t i = 0; i < sizeof(lengths); i++)
		if (text_left(text) > lengths[i] && text->at[lengths[i]] == '.' && is_facility(text->at, lengths[i]))
			return lengths[i];
	return 0;
}

/* "user.info": facility and level, as routers print them in front of the program. */
static void skip_priority(struct text *text)
{
	size_t len = facility_len(text);
	struct text word;

	if (!len)
		return;
	word = text_word(text);
	if (!is_level(word.at + len + 1, text_left(&word) - len - 1))
		return;
	text->at = word.end;
	text_skip_blanks(text);
}

/* A name, blanks, and a colon. */
static bool take_padded(struct text *text, bool (*is_known)(const char *name, size_t len))
{
	const char *name = text->at;
	size_t len;

	while (text->at < text->end && (text_is_letter(*text->at) || text_is_digit(*text->at)))
		text->at++;
	len = (size_t)(text->at - name);
	text_skip_blanks(text);
	return is_known(name, len) && text_take(text, ':');
}

bool envelope_names_skip_decoded(struct text *text)
{
	struct text try = *text;

	if (!take_padded(&try, is_facility) || !take_padded(&try, is_level))
		return false;
	text_skip_blanks(&try);
	*text = try;
	return true;
}

/* Programs that write packets, and so need no more than their name to be told from a rule. */
static bool is_known_program(const char *name, size_t len)
{
	return is(name, len, "kernel") || is(name, len, "filterlog") || is(name, len, "ulogd");
}

/* The length of "name" in "name[123]:" or "name[123]", 0 if the word is neither. */
static size_t name_before_pid(const struct text *word)
{
	const char *end = word->end;
	const char *digit;

	if (end > word->at && end[-1] == ':')
		end--;
	if (end == word->at || *--end != ']')
		return 0;
	for (digit = end; digit > word->at && text_is_digit(digit[-1]); digit--)
		;
	if (digit == end || digit == word->at || digit[-1] != '[')
		return 0;
	return (size_t)(digit - 1 - word->at);
}

/* A word with a colon right in front of IN= or OUT= is the prefix of a rule. */
static bool is_rule(const char *behind, const char *end)
{
	struct text rest = { behind, end };

	text_skip_blanks(&rest);
	return TEXT_STARTS(&rest, "IN=") || TEXT_STARTS(&rest, "OUT=");
}

/* The length of the program's name in the next word, 0 if it is none. A colon is enough only right behind a host. */
static size_t program_len(const struct text *word, const char *end, bool colon_is_enough)
{
	size_t len = text_left(word);

	if (TEXT_STARTS(word, "kernel:") || (len == 6 && TEXT_STARTS(word, "kernel")))
		return 6;
	if (len < 2 || (word->end[-1] != ':' && word->end[-1] != ']'))
		return 0;
	if (name_before_pid(word))
		return name_before_pid(word);
	if (word->end[-1] != ':')
		return 0;
	len--;
	return is_known_program(word->at, len) || (colon_is_enough && !is_rule(word->end, end)) ? len : 0;
}

static bool take_program(struct text *text, const struct text *word, bool colon_is_enough, struct envelope *out)
{
	size_t len = program_len(word, text->end, colon_is_enough);

	if (!len)
		return false;
	out->program = text->at;
	out->program_len = len;
	text->at = word->end;
	if (TEXT_STARTS(word, "kernel:"))
		text->at = word->at + len + 1; /* some write the message right behind it */
	text_skip_blanks(text);
	return true;
}

static bool is_host_byte(char c)
{
	return text_is_letter(c) || text_is_digit(c) || (c >= '-' && c <= '/') || c == '_' || c == ':' || c == '@' || c == '(' || c == ')';
}

/* Of letters, digits and what else stands in names and addresses; a colon at its end makes it something else. */
static bool is_host(const struct text *word)
{
	for (const char *c = word->at; c < word->end; c++)
		if (!is_host_byte(*c))
			return false;
	return text_left(word) > 0 && word->end[-1] != ':';
}

void envelope_names_take(struct text *text, bool from_kernel, struct envelope *out)
{
	struct text word, behind;

	skip_priority(text);
	word = text_word(text);
	if (take_program(text, &word, false, out) || !is_host(&word))
		return;
	behind = (struct text){ word.end, text->end };
	text_skip_blanks(&behind);
	skip_priority(&behind);
	word = text_word(&behind);
	if (take_program(&behind, &word, !from_kernel, out) || !from_kernel)
		*text = behind;
}

static struct text take_word(struct text *text)
{
	struct text word = text_word(text);

	text->at = word.end;
	text_skip_blanks(text);
	return word;
}

/* "-", or [id name="value" ...] some times; quotes and brackets in a value are escaped. */
static void skip_structured_data(struct text *text)
{
	bool quoted = false;

	text_take(text, '-');
	while (text_take(text, '[')) {
		for (; text->at < text->end && (quoted || *text->at != ']'); text->at++) {
			if (*text->at == '"')
				quoted = !quoted;
			else if (*text->at == '\\' && text_left(text) > 1)
				text->at++;
		}
		text_take(text, ']');
	}
	text_skip_blanks(text);
}

void envelope_names_take_rfc5424(struct text *text, struct envelope *out)
{
	struct text program;

	text_skip_blanks(text);
	take_word(text);
	program = take_word(text);
	if (text_left(&program) && !is(program.at, text_left(&program), "-")) {
		out->program = program.at;
		out->program_len = text_left(&program);
	}
	take_word(text);
	take_word(text);
	skip_structured_data(text);
	if (TEXT_STARTS(text, "\xef\xbb\xbf"))
		text->at += 3;
}
