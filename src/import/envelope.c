/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/envelope.h"

#include "import/envelope_names.h"
#include "import/text.h"

#define SECOND_US INT64_C(1000000)
#define UPTIME_DIGITS 10 /* of its seconds, at most */
#define CALLER_LEN 8     /* "[%6s]" */

/* <134> */
static bool take_priority(struct text *text)
{
	struct text try = *text;
	int64_t priority;

	if (!text_take(&try, '<') || !text_take_number(&try, 3, &priority) || !text_take(&try, '>'))
		return false;
	*text = try;
	return true;
}

/* "12345.678901" behind blanks: always six digits behind the point. */
static bool take_uptime(struct text *text, int64_t *us)
{
	int64_t seconds, fraction;
	const char *point;

	text_skip_blanks(text);
	if (!text_take_number(text, UPTIME_DIGITS, &seconds) || !text_take(text, '.'))
		return false;
	point = text->at;
	if (!text_take_number(text, 6, &fraction) || text->at - point != 6)
		return false;
	*us = seconds * SECOND_US + fraction;
	return true;
}

/* "[  T123]" or "[    C0]": who called printk, right behind the time where the kernel was built to say so; dmesg puts a blank between. */
static void skip_caller(struct text *text)
{
	const char *start = text->at;
	struct text try = *text;
	bool is_apart = text_take(&try, ' ');
	int64_t number;

	if (!text_take(&try, '['))
		return;
	text_skip_blanks(&try);
	if ((!text_take(&try, 'T') && !text_take(&try, 'C')) || !text_take_number(&try, UPTIME_DIGITS, &number) || !text_take(&try, ']'))
		return;
	if (!is_apart || try.at - start > CALLER_LEN) /* a shorter one is not padded: it is a rule */
		text->at = try.at;
}

/* " <    0.000123>" and blanks: how long after the message before, as dmesg -d and journalctl -o short-delta tell. */
static void skip_delta(struct text *text)
{
	struct text try = *text;

	text_skip_blanks(&try);
	if (text_take(&try, '<')) {
		while (try.at < try.end && (text_is_digit(*try.at) || memchr(" .*", *try.at, 3)))
			try.at++;
		if (!text_take(&try, '>'))
			return;
	}
	*text = try;
}

/* "[12345.678901]" */
static bool take_bracketed_uptime(struct text *text, int64_t *us)
{
	const char *start = text->at;

	if (!text_take(text, '[') || !take_uptime(text, us)) {
		text->at = start;
		return false;
	}
	skip_delta(text);
	if (!text_take(text, ']')) {
		text->at = start;
		return false;
	}
	skip_caller(text);
	return true;
}

static bool take_time(struct text *text, struct stamp *stamp)
{
	size_t used = envelope_time(text->at, text_left(text), stamp);

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
	if (!text_take(&try, '[') || !take_time(&try, stamp)) {
		stamp->kind = STAMP_NONE;
		return false;
	}
	skip_delta(&try);
	if (!text_take(&try, ']')) {
		stamp->kind = STAMP_NONE;
		return false;
	}
	skip_caller(&try);
	*text = try;
	return true;
}

/* "6,1234,12345678901,-;": priority, number, microseconds, a flag, and what later kernels add. */
static bool take_kmsg(struct text *text, struct stamp *stamp)
{
	struct text try = *text;
	int64_t priority, number, us;
	const char *semicolon;

	if (!text_take_number(&try, 4, &priority) || !text_take(&try, ',') || !text_take_number(&try, 18, &number) ||
	    !text_take(&try, ',') || !text_take_number(&try, 16, &us) || !text_take(&try, ','))
		return false;
	if (!text_take(&try, '-') && !text_take(&try, 'c') && !text_take(&try, '+'))
		return false;
	if (try.at == try.end || (*try.at != ';' && *try.at != ','))
		return false;
	semicolon = memchr(try.at, ';', text_left(&try));
	if (!semicolon)
		return false;
	*stamp = (struct stamp){ STAMP_UPTIME, us };
	text->at = semicolon + 1;
	return true;
}

/* "101 1 tap101i0-IN 20/Jun/2022:13:09:14 +0200": VM, level, chain, time. */
static bool take_proxmox(struct text *text, struct stamp *stamp)
{
	struct text try = *text;
	int64_t vm, level;

	if (!text_take_number(&try, 9, &vm) || !text_take(&try, ' ') || !text_take_number(&try, 1, &level) || !text_take(&try, ' '))
		return false;
	try.at = text_word(&try).end;
	if (!text_take(&try, ' ') || text_left(&try) < 3 || try.at[2] != '/' || !take_time(&try, stamp))
		return false;
	*text = try;
	return true;
}

/* What grep puts in front of a line of several files: "kern.log.1:Mar 17 ...", "kern.log:123:Mar 17 ...". */
static bool take_time_behind_name(struct text *text, struct stamp *stamp)
{
	struct text word = text_word(text);

	for (unsigned colons = 0; colons < 2; colons++) {
		const char *colon = memchr(word.at, ':', text_left(&word));
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

/* Whether dmesg --time-format iso wrote the time: with a comma. */
static bool is_dmesg_iso(const char *time, const char *end)
{
	return end - time > 20 && time[10] == 'T' && time[19] == ',';
}

/* The time, wherever it stands at the front; tells whether the kernel speaks for itself. */
static bool take_front(struct text *text, struct stamp *stamp)
{
	const char *start = text->at;

	if (take_time(text, stamp))
		return is_dmesg_iso(start, text->at);
	if (take_dmesg_time(text, stamp) || take_kmsg(text, stamp) || take_proxmox(text, stamp))
		return true;
	if (take_time_behind_name(text, stamp))
		return false;
	if (envelope_names_skip_decoded(text) && !take_time(text, stamp))
		take_dmesg_time(text, stamp);
	return true;
}

/* "1 2024-03-17T06:25:01.123Z " or "1 - " behind the priority. */
static bool take_rfc5424_time(struct text *text, struct stamp *stamp)
{
	struct text try = *text;

	if (!TEXT_STARTS(&try, "1 "))
		return false;
	try.at += 2;
	if (!take_time(&try, stamp) && !text_take(&try, '-'))
		return false;
	*text = try;
	return true;
}

void envelope_parse(const char *line, size_t len, struct envelope *out)
{
	struct text text = { line, line + len };
	bool priority, from_kernel;
	int64_t uptime_us;

	*out = (struct envelope){ .stamp = { .kind = STAMP_NONE } };
	text_skip_blanks(&text);
	priority = take_priority(&text);
	text_skip_blanks(&text);
	if (priority && take_rfc5424_time(&text, &out->stamp)) {
		text_skip_blanks(&text);
		out->front = text.at;
		envelope_names_take_rfc5424(&text, out);
	} else {
		from_kernel = take_front(&text, &out->stamp);
		text_skip_blanks(&text);
		out->front = text.at;
		envelope_names_take(&text, from_kernel, out);
	}
	out->front_len = (size_t)(text.at - out->front);
	take_bracketed_uptime(&text, &uptime_us);
	text_skip_blanks(&text);
	out->message = text.at;
	out->message_len = text_left(&text);
}
