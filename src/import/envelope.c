/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/envelope.h"

#include <stdbool.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define UPTIME_DIGITS 10 /* of its seconds, at most */

struct text {
	const char *at;
	const char *end;
};

static size_t left(const struct text *text)
{
	return (size_t)(text->end - text->at);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip_blanks(struct text *text)
{
	while (text->at < text->end && is_blank(*text->at))
		text->at++;
}

static bool take(struct text *text, char c)
{
	if (text->at == text->end || *text->at != c)
		return false;
	text->at++;
	return true;
}

static bool starts_with(const struct text *text, const char *what, size_t len)
{
	return left(text) >= len && !memcmp(text->at, what, len);
}

#define STARTS_WITH(text, what) starts_with(text, what, sizeof(what) - 1)

/* At least one digit, at most max. */
static bool take_number(struct text *text, unsigned max, int64_t *number)
{
	unsigned digits = 0;

	*number = 0;
	for (; text->at < text->end && is_digit(*text->at) && digits < max; text->at++, digits++)
		*number = *number * 10 + (*text->at - '0');
	return digits > 0;
}

/* The next word, up to a blank; empty at the end. */
static struct text word_at(const struct text *text)
{
	struct text word = { text->at, text->at };

	while (word.end < text->end && !is_blank(*word.end))
		word.end++;
	return word;
}

static bool take_word(struct text *text, struct text *word)
{
	*word = word_at(text);
	text->at = word->end;
	skip_blanks(text);
	return left(word) > 0;
}

/* <134> */
static bool take_priority(struct text *text)
{
	struct text try = *text;
	int64_t priority;

	if (!take(&try, '<') || !take_number(&try, 3, &priority) || !take(&try, '>'))
		return false;
	*text = try;
	return true;
}

/* "12345.678901" behind blanks. The kernel prints six digits behind the point, others may print fewer. */
static bool take_uptime(struct text *text, int64_t *us)
{
	int64_t seconds, unit = SECOND_US / 10;

	skip_blanks(text);
	if (!take_number(text, UPTIME_DIGITS, &seconds) || !take(text, '.') || text->at == text->end || !is_digit(*text->at))
		return false;
	*us = seconds * SECOND_US;
	for (; text->at < text->end && is_digit(*text->at) && unit > 0; text->at++, unit /= 10)
		*us += unit * (*text->at - '0');
	return true;
}

/* "[  T123]" or "[  C0]": who called printk, right behind the uptime where the kernel was built to say so. */
static void skip_caller(struct text *text)
{
	struct text try = *text;
	int64_t number;

	if (!take(&try, '['))
		return;
	skip_blanks(&try);
	if ((take(&try, 'T') || take(&try, 'C')) && take_number(&try, UPTIME_DIGITS, &number) && take(&try, ']'))
		*text = try;
}

/* "[12345.678901]" */
static bool take_bracketed_uptime(struct text *text, int64_t *us)
{
	struct text try = *text;

	if (!take(&try, '[') || !take_uptime(&try, us) || !take(&try, ']'))
		return false;
	skip_caller(&try);
	*text = try;
	return true;
}

static bool take_time(struct text *text, struct stamp *stamp)
{
	size_t used = envelope_time(text->at, left(text), stamp);

	text->at += used;
	return used > 0;
}

/* "[12345.678901]" or "[Sun Mar 17 06:25:01 2024]" */
static bool take_dmesg_time(struct text *text, struct stamp *stamp)
{
	struct text try = *text;
	int64_t us;

	if (take_bracketed_uptime(text, &us)) {
		*stamp = (struct stamp){ STAMP_UPTIME, us };
		return true;
	}
	if (!take(&try, '[') || !take_time(&try, stamp) || !take(&try, ']')) {
		stamp->kind = STAMP_NONE;
		return false;
	}
	skip_caller(&try);
	*text = try;
	return true;
}

/* "6,1234,12345678901,-;": priority, number, microseconds, flags and what later kernels add. */
static bool take_kmsg(struct text *text, struct stamp *stamp)
{
	struct text try = *text;
	int64_t number, us;
	const char *semicolon;

	if (!take_number(&try, 4, &number) || !take(&try, ',') || !take_number(&try, 18, &number) || !take(&try, ',') ||
	    !take_number(&try, 16, &us) || !take(&try, ','))
		return false;
	semicolon = memchr(try.at, ';', left(&try));
	if (!semicolon)
		return false;
	*stamp = (struct stamp){ STAMP_UPTIME, us };
	text->at = semicolon + 1;
	return true;
}

/* "101 1 tap101i0-IN 20/Jun/2022:13:09:14 +0200": VM, level, chain, time. */
static bool take_proxmox(struct text *text, struct stamp *stamp)
{
	struct text try = *text, chain;
	int64_t number;

	if (!take_number(&try, 9, &number) || !take(&try, ' ') || !take_number(&try, 1, &number) || !take(&try, ' ') ||
	    !take_word(&try, &chain) || left(&try) < 3 || try.at[2] != '/' || !take_time(&try, stamp))
		return false;
	*text = try;
	return true;
}

/* What grep puts in front of a line of several files: "kern.log.1:Mar 17 ...", "kern.log:123:Mar 17 ...". */
static bool take_time_behind_name(struct text *text, struct stamp *stamp)
{
	struct text word = word_at(text);

	for (unsigned colons = 0; colons < 2; colons++) {
		const char *colon = memchr(word.at, ':', left(&word));
		struct text try;

		if (!colon)
			return false;
		word.at = colon + 1;
		try = (struct text){ word.at, text->end };
		if (take_time(&try, stamp)) {
			*text = try;
			return true;
		}
	}
	return false;
}

static bool is_priority_word(const struct text *word)
{
	static const char *const facilities[] = { "kern.", "user.", "mail.", "daemon.", "auth.", "syslog.", "lpr.", "news.", "uucp.", "cron.",
		                                  "authpriv.", "ftp.", "local0.", "local1.", "local2.", "local3.", "local4.", "local5.",
		                                  "local6.", "local7." };
	static const char *const levels[] = { "emerg", "alert", "crit", "err", "warn", "warning", "notice", "info", "debug" };

	for (size_t f = 0; f < sizeof(facilities) / sizeof(facilities[0]); f++) {
		size_t len = strlen(facilities[f]);

		if (!starts_with(word, facilities[f], len))
			continue;
		for (size_t l = 0; l < sizeof(levels) / sizeof(levels[0]); l++)
			if (left(word) == len + strlen(levels[l]) && starts_with(&(struct text){ word->at + len, word->end }, levels[l], left(word) - len))
				return true;
	}
	return false;
}

/* "user.info": facility and level, as routers print them in front of the program. */
static void skip_priority_word(struct text *text)
{
	struct text word = word_at(text);

	if (!is_priority_word(&word))
		return;
	text->at = word.end;
	skip_blanks(text);
}

static bool is_known_program(const char *name, size_t len)
{
	return (len == 6 && !memcmp(name, "kernel", 6)) || (len == 9 && !memcmp(name, "filterlog", 9)) || (len == 5 && !memcmp(name, "ulogd", 5));
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
	for (digit = end; digit > word->at && is_digit(digit[-1]); digit--)
		;
	if (digit == end || digit == word->at || digit[-1] != '[')
		return 0;
	return (size_t)(digit - 1 - word->at);
}

/* "word:" right in front of IN= or OUT= is the prefix of a rule: no program but the kernel and those that write as it does
 * would print it there. */
static bool is_rule(const struct text *behind)
{
	struct text rest = *behind;

	skip_blanks(&rest);
	return STARTS_WITH(&rest, "IN=") || STARTS_WITH(&rest, "OUT=");
}

/* The length of the program's name in the next word, 0 if it is none. A bare colon is enough only right behind a host. */
static size_t program_in(const struct text *word, const struct text *behind, bool colon_is_enough)
{
	size_t len = name_before_pid(word);

	if (len)
		return len;
	len = left(word);
	if (len > 1 && word->end[-1] == ':') {
		len--;
		return is_known_program(word->at, len) || (colon_is_enough && !is_rule(behind)) ? len : 0;
	}
	return len == 6 && is_known_program(word->at, len) ? len : 0;
}

static bool take_program(struct text *text, bool colon_is_enough, struct envelope *out)
{
	struct text word = word_at(text), behind = { word.end, text->end };
	size_t len = program_in(&word, &behind, colon_is_enough);

	if (!len && STARTS_WITH(text, "kernel:")) {
		len = 6;
		behind.at = text->at + 7;
	}
	if (!len)
		return false;
	out->program = text->at;
	out->program_len = len;
	*text = behind;
	skip_blanks(text);
	return true;
}

/* Letters, digits and what else stands in names and addresses; a colon at the end makes it something else. */
static bool is_host(const struct text *word)
{
	for (const char *c = word->at; c < word->end; c++)
		if (!is_digit(*c) && !((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z') && (*c == '\0' || !strchr(".-_:@/()%~", *c)))
			return false;
	return left(word) > 0 && word->end[-1] != ':';
}

/* Host, priority, program, each of which may be missing. Where the kernel speaks for itself a first word is no host, unless a program
 * that tells its name for sure stands behind it. */
static void take_names(struct text *text, bool from_kernel, struct envelope *out)
{
	struct text host, behind;

	skip_blanks(text);
	skip_priority_word(text);
	if (take_program(text, false, out))
		return;
	host = word_at(text);
	if (!is_host(&host))
		return;
	behind = (struct text){ host.end, text->end };
	skip_blanks(&behind);
	skip_priority_word(&behind);
	if (take_program(&behind, !from_kernel, out) || !from_kernel)
		*text = behind;
}

/* The next word of RFC 5424; "-" stands for none. */
static void take_field(struct text *text, struct text *field)
{
	take_word(text, field);
	if (left(field) == 1 && *field->at == '-')
		field->end = field->at;
}

/* "-", or [id name="value" ...] some times; a bracket in a value is escaped, and so is a quote. */
static void skip_structured_data(struct text *text)
{
	bool quoted = false;

	if (take(text, '-')) {
		skip_blanks(text);
		return;
	}
	while (take(text, '[')) {
		for (; text->at < text->end && (quoted || *text->at != ']'); text->at++) {
			if (*text->at == '"')
				quoted = !quoted;
			else if (*text->at == '\\' && left(text) > 1)
				text->at++;
		}
		take(text, ']');
	}
	skip_blanks(text);
}

/* Behind "<134>1 ": host app pid msgid data message. */
static void take_rfc5424_names(struct text *text, struct envelope *out)
{
	struct text field;

	skip_blanks(text);
	take_field(text, &field);
	take_field(text, &field);
	if (left(&field)) {
		out->program = field.at;
		out->program_len = left(&field);
	}
	take_field(text, &field);
	take_field(text, &field);
	skip_structured_data(text);
	if (STARTS_WITH(text, "\xef\xbb\xbf"))
		text->at += 3;
}

/* The message, and what stood in front of it. */
static void finish(struct text *text, const char *names, struct envelope *out)
{
	int64_t us;

	out->front = names;
	out->front_len = (size_t)(text->at - names);
	skip_blanks(text);
	take_bracketed_uptime(text, &us);
	skip_blanks(text);
	out->message = text->at;
	out->message_len = left(text);
}

/* The time, wherever it stands at the front; tells whether the kernel itself wrote it. */
static void take_front(struct text *text, struct stamp *stamp, bool *from_kernel)
{
	const char *start = text->at;

	*from_kernel = true;
	if (take_dmesg_time(text, stamp) || take_kmsg(text, stamp) || take_proxmox(text, stamp))
		return;
	*from_kernel = false;
	if (take_time(text, stamp) || take_time_behind_name(text, stamp))
		/* dmesg --time-format iso writes a comma, and no host either */
		*from_kernel = text->at - start > 20 && start[10] == 'T' && start[19] == ',';
	else
		*from_kernel = true;
}

void envelope_parse(const char *line, size_t len, struct envelope *out)
{
	struct text text = { line, line + len };
	bool from_kernel, priority;
	const char *names;

	*out = (struct envelope){ .stamp = { .kind = STAMP_NONE } };
	skip_blanks(&text);
	priority = take_priority(&text);
	skip_blanks(&text);
	if (priority && STARTS_WITH(&text, "1 ")) {
		text.at += 2;
		if (take_time(&text, &out->stamp) || take(&text, '-')) {
			names = text.at;
			take_rfc5424_names(&text, out);
			finish(&text, names, out);
			return;
		}
	}
	take_front(&text, &out->stamp, &from_kernel);
	names = text.at;
	take_names(&text, from_kernel, out);
	finish(&text, names, out);
}
