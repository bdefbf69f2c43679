/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/envelope.h"

#include "import/civil.h"
#include "import/text.h"

#define SECOND_US INT64_C(1000000)
#define YEARLESS 2000

struct date {
	int year; /* 0 if none is given */
	unsigned month;
	unsigned day;
};

static bool has(const struct text *text, size_t len)
{
	return (size_t)(text->end - text->at) >= len;
}

/* A number of exactly that many digits. */
static bool take_number(struct text *text, size_t digits, unsigned *number)
{
	unsigned value = 0;

	if (!has(text, digits))
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (!text_is_digit(text->at[i]))
			return false;
		value = value * 10 + (unsigned)(text->at[i] - '0');
	}
	text->at += digits;
	*number = value;
	return true;
}

#define NO_DIGITS 100

/* Two digits as a number, NO_DIGITS if they are none. */
static unsigned two_digits(const char *at)
{
	unsigned tens = (unsigned)at[0] - '0', ones = (unsigned)at[1] - '0';

	return tens > 9 || ones > 9 ? NO_DIGITS : tens * 10 + ones;
}

/* Three letters of either case as one number. */
#define NAME(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

static uint32_t name_at(const struct text *text)
{
	if (!has(text, 3))
		return 0;
	return NAME(text->at[0] | 0x20, text->at[1] | 0x20, text->at[2] | 0x20) & 0xffffff;
}

static unsigned month_of(uint32_t name)
{
	switch (name) {
	case NAME('j', 'a', 'n'):
		return 1;
	case NAME('f', 'e', 'b'):
		return 2;
	case NAME('m', 'a', 'r'):
		return 3;
	case NAME('a', 'p', 'r'):
		return 4;
	case NAME('m', 'a', 'y'):
		return 5;
	case NAME('j', 'u', 'n'):
		return 6;
	case NAME('j', 'u', 'l'):
		return 7;
	case NAME('a', 'u', 'g'):
		return 8;
	case NAME('s', 'e', 'p'):
		return 9;
	case NAME('o', 'c', 't'):
		return 10;
	case NAME('n', 'o', 'v'):
		return 11;
	case NAME('d', 'e', 'c'):
		return 12;
	}
	return 0;
}

static bool is_weekday(uint32_t name)
{
	static const uint32_t names[] = { NAME('m', 'o', 'n'), NAME('t', 'u', 'e'), NAME('w', 'e', 'd'), NAME('t', 'h', 'u'),
		                          NAME('f', 'r', 'i'), NAME('s', 'a', 't'), NAME('s', 'u', 'n') };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i] == name)
			return true;
	return false;
}

static bool take_month(struct text *text, unsigned *month)
{
	*month = month_of(name_at(text));
	if (!*month)
		return false;
	text->at += 3;
	return true;
}

/* " 2", "02" or "2", and a blank behind it. */
static bool take_padded_day(struct text *text, unsigned *day)
{
	text_take(text, ' ');
	return (take_number(text, 2, day) || take_number(text, 1, day)) && text_take(text, ' ');
}

/* Digits behind a point or comma as microseconds; what is finer is dropped. */
static int64_t take_fraction(struct text *text)
{
	static const int64_t units[] = { 100000, 10000, 1000, 100, 10, 1 };
	const char *start = text->at;
	int64_t number;

	if (!(text_take(text, '.') || text_take(text, ',')) || !text_take_number(text, 6, &number)) {
		text->at = start;
		return 0;
	}
	number *= units[text->at - start - 2];
	while (text->at < text->end && text_is_digit(*text->at))
		text->at++;
	return number;
}

/* "06:25:01.123" as microseconds of the day; a leap second belongs to the next minute. */
static bool take_clock(struct text *text, int64_t *us)
{
	unsigned hour, minute, second;

	if (!has(text, 8) || text->at[2] != ':' || text->at[5] != ':')
		return false;
	hour = two_digits(text->at);
	minute = two_digits(text->at + 3);
	second = two_digits(text->at + 6);
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	text->at += 8;
	*us = (int64_t)(hour * 3600 + minute * 60 + second) * SECOND_US + take_fraction(text);
	return true;
}

/* A blank, the end, or the bracket behind the time of dmesg -T. */
static bool is_word_end(const struct text *text)
{
	return text->at == text->end || text_is_blank(*text->at) || *text->at == ']';
}

/* +01:00, +0100, -05: seconds east of Greenwich. */
static bool take_offset(struct text *text, int *east_s)
{
	const char *at = text->at;
	size_t left = text_left(text), len = 3;
	unsigned hours, minutes = 0;

	if (left < len || (*at != '+' && *at != '-'))
		return false;
	hours = two_digits(at + 1);
	if (left >= 6 && at[3] == ':') {
		minutes = two_digits(at + 4);
		len = 6;
	} else if (left >= 5 && text_is_digit(at[3])) {
		minutes = two_digits(at + 3);
		len = 5;
	}
	if (hours > 23 || minutes > 59)
		return false;
	*east_s = (int)(hours * 3600 + minutes * 60) * (*at == '-' ? -1 : 1);
	text->at += len;
	return true;
}

/* A zone's name, as long as capitals go on. */
static size_t zone_name_len(const struct text *text)
{
	size_t len = 0;

	while (has(text, len + 1) && len < 6 && text->at[len] >= 'A' && text->at[len] <= 'Z')
		len++;
	return len;
}

static bool is_utc(const char *name, size_t len)
{
	return len == 3 && (!memcmp(name, "UTC", 3) || !memcmp(name, "GMT", 3));
}

/* A zone without a blank in front of it. */
static void take_joined_zone(struct text *text, struct stamp *stamp)
{
	int east_s = 0;

	if (!text_take(text, 'Z') && !text_take(text, 'z') && !take_offset(text, &east_s))
		return;
	stamp->kind = STAMP_ABSOLUTE;
	stamp->us -= east_s * SECOND_US;
}

/* A zone behind a date with a year makes its stamp absolute. Apart from it by a blank, a name other than UTC may also be a host or a
 * rule: it is taken only where one must stand. */
static void take_zone(struct text *text, bool must_stand, struct stamp *stamp)
{
	const char *start = text->at;
	int east_s = 0;
	bool utc = true;

	if (!text_take(text, ' ')) {
		take_joined_zone(text, stamp);
		return;
	}
	if (!take_offset(text, &east_s)) {
		size_t len = zone_name_len(text);

		utc = is_utc(text->at, len);
		text->at += len;
		if (len < 3 || (!utc && !must_stand))
			text->at = start;
	}
	if (text->at == start || !is_word_end(text)) {
		text->at = start;
		return;
	}
	stamp->kind = utc ? STAMP_ABSOLUTE : STAMP_LOCAL;
	stamp->us -= east_s * SECOND_US;
}

static bool make_stamp(const struct date *date, int64_t clock_us, struct stamp *stamp)
{
	int year = date->year ? date->year : YEARLESS;

	if (date->month < 1 || date->month > 12 || date->day < 1 || date->day > civil_month_days(year, date->month) || year < 1970)
		return false;
	stamp->kind = date->year ? STAMP_LOCAL : STAMP_YEARLESS;
	stamp->us = civil_days(year, date->month, date->day) * CIVIL_DAY_S * SECOND_US + clock_us;
	return true;
}

static bool take_year(struct text *text, int *year)
{
	unsigned number;

	if (!take_number(text, 4, &number) || number == 0)
		return false;
	*year = (int)number;
	return true;
}

/* 2024-03-17T06:25:01 and a zone; the first - is known to be there. */
static bool take_iso(struct text *text, bool weekday, struct stamp *stamp)
{
	struct date date;
	int64_t clock_us;

	if (!has(text, 11) || text->at[7] != '-' || (text->at[10] != 'T' && text->at[10] != ' ' && text->at[10] != 't') ||
	    !take_year(text, &date.year))
		return false;
	date.month = two_digits(text->at + 1);
	date.day = two_digits(text->at + 4);
	text->at += sizeof("-03-17T") - 1;
	if (!take_clock(text, &clock_us) || !make_stamp(&date, clock_us, stamp))
		return false;
	take_zone(text, weekday, stamp);
	return true;
}

/* 20/Jun/2022:13:09:14 +0200 */
static bool take_slashed(struct text *text, struct stamp *stamp)
{
	struct date date;
	int64_t clock_us;

	if (!take_number(text, 2, &date.day) || !text_take(text, '/') || !take_month(text, &date.month) || !text_take(text, '/') ||
	    !take_year(text, &date.year) || !text_take(text, ':') || !take_clock(text, &clock_us) || !make_stamp(&date, clock_us, stamp))
		return false;
	take_zone(text, false, stamp);
	return true;
}

/* Mar 17 06:25:01, Mar 17 2024 06:25:01; with the year that stood in front of it, or 0. */
static bool take_syslog(struct text *text, struct date *date, struct stamp *stamp)
{
	int64_t clock_us;

	if (!take_month(text, &date->month) || !text_take(text, ' ') || !take_padded_day(text, &date->day))
		return false;
	text_take(text, ' ');
	if (!date->year && has(text, 5) && text->at[4] == ' ' && (!take_year(text, &date->year) || !text_take(text, ' ')))
		return false;
	if (!take_clock(text, &clock_us) || !make_stamp(date, clock_us, stamp))
		return false;
	if (date->year)
		take_zone(text, false, stamp);
	return true;
}

/* The year, and perhaps a zone before it, behind "Sun Mar 17 06:25:01": as ctime and date write it. */
static void take_year_behind(struct text *text, struct date *date, struct stamp *stamp)
{
	struct text try = *text;
	struct stamp dated = *stamp;
	int64_t clock_us = stamp->us - civil_days(YEARLESS, date->month, date->day) * CIVIL_DAY_S * SECOND_US;
	struct text zone = try;

	if (text_take(&try, ' ') && zone_name_len(&try) >= 3)
		try.at += zone_name_len(&try);
	else
		try = zone;
	if (!text_take(&try, ' ') || !take_year(&try, &date->year) || !is_word_end(&try) || !make_stamp(date, clock_us, &dated))
		return;
	take_zone(&zone, true, &dated);
	*text = try;
	*stamp = dated;
}

/* Seconds, milliseconds, microseconds or nanoseconds since 1970: told apart by their size. */
static bool take_unix(struct text *text, struct stamp *stamp)
{
	size_t digits = 0;
	uint64_t number = 0;

	for (; digits < 20 && has(text, digits + 1) && text_is_digit(text->at[digits]); digits++)
		number = number * 10 + (uint64_t)(text->at[digits] - '0');
	text->at += digits;
	stamp->kind = STAMP_ABSOLUTE;
	switch (digits) {
	case 10:
		stamp->us = (int64_t)number * SECOND_US + take_fraction(text);
		return true;
	case 13:
		stamp->us = (int64_t)number * 1000;
		return true;
	case 16:
		stamp->us = (int64_t)number;
		return true;
	case 19:
		stamp->us = (int64_t)(number / 1000);
		return true;
	}
	return false;
}

static bool take_time(struct text *text, struct stamp *stamp)
{
	struct date date = { .year = 0 };
	bool weekday = false;

	if (is_weekday(name_at(text)) && has(text, 4) && text->at[3] == ' ') {
		weekday = true;
		text->at += 4;
	}
	if (text->at < text->end && text_is_letter(*text->at)) {
		if (!take_syslog(text, &date, stamp))
			return false;
		if (weekday && !date.year)
			take_year_behind(text, &date, stamp);
		return true;
	}
	if (!has(text, 5))
		return false;
	if (text->at[4] == '-')
		return take_iso(text, weekday, stamp);
	if (text->at[4] == ' ')
		return take_year(text, &date.year) && text_take(text, ' ') && take_syslog(text, &date, stamp);
	return text->at[2] == '/' ? take_slashed(text, stamp) : take_unix(text, stamp);
}

size_t envelope_time(const char *text, size_t len, struct stamp *stamp)
{
	struct text rest = { text, text + len };
	char next;

	if (!take_time(&rest, stamp))
		goto none;
	next = rest.at < rest.end ? *rest.at : ' ';
	if (text_is_digit(next) || text_is_letter(next) || next == '+' || next == '-' || next == '.' || next == '/')
		goto none;
	return (size_t)(rest.at - text);
none:
	*stamp = (struct stamp){ .kind = STAMP_NONE };
	return 0;
}
