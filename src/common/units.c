/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_S 86400u
#define DURATION_MAX_S (100u * 365 * DAY_S)

struct unit {
	char letter;
	uint32_t factor;
};

static const struct unit durations[] = {
	{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', DAY_S }, { 'w', 7 * DAY_S }, { 'y', 365 * DAY_S },
};
static const struct unit sizes[] = { { 'k', 1u << 10 }, { 'M', 1u << 20 }, { 'G', 1u << 30 } };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Reads the digits at text, at least one; what follows them goes into *rest. strtoul would take signs and spaces too. */
static bool take_digits(const char *text, uint32_t *number, const char **rest)
{
	uint64_t n = 0;
	const char *p;

	for (p = text; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (unsigned)(*p - '0');
		if (n > UINT32_MAX)
			return false;
	}
	*number = (uint32_t)n;
	*rest = p;
	return p != text;
}

/* A number and at most one of the unit letters, nothing else. */
static bool take_scaled(const char *text, const struct unit *units, size_t count, uint64_t *value)
{
	const char *rest;
	uint32_t n;

	if (!take_digits(text, &n, &rest))
		return false;
	if (*rest == '\0') {
		*value = n;
		return true;
	}
	for (size_t i = 0; i < count; i++)
		if (rest[0] == units[i].letter && rest[1] == '\0') {
			*value = (uint64_t)n * units[i].factor;
			return true;
		}
	return false;
}

bool units_parse_duration(const char *text, uint32_t *seconds)
{
	uint64_t value;

	if (!take_scaled(text, durations, COUNT_OF(durations), &value) || value == 0 || value > DURATION_MAX_S)
		return false;
	*seconds = (uint32_t)value;
	return true;
}

bool units_parse_size(const char *text, uint32_t *bytes)
{
	uint64_t value;

	if (!take_scaled(text, sizes, COUNT_OF(sizes), &value) || value > UINT32_MAX)
		return false;
	*bytes = (uint32_t)value;
	return true;
}

bool units_parse_number(const char *text, uint32_t min, uint32_t max, uint32_t *number)
{
	const char *rest;
	uint32_t n;

	if (!take_digits(text, &n, &rest) || *rest != '\0' || n < min || n > max)
		return false;
	*number = n;
	return true;
}

/* Of two that are equally short the smaller unit is taken: a week is 7d, as the profiles have it. */
const char *units_format_duration(uint32_t seconds, char *buf, size_t size)
{
	char best[16] = "", text[16];

	for (size_t i = 0; i < COUNT_OF(durations); i++) {
		if (seconds % durations[i].factor)
			continue;
		snprintf(text, sizeof(text), "%" PRIu32 "%c", seconds / durations[i].factor, durations[i].letter);
		if (best[0] == '\0' || strlen(text) < strlen(best))
			memcpy(best, text, sizeof(best));
	}
	snprintf(buf, size, "%s", best);
	return buf;
}

const char *units_format_size(uint32_t bytes, char *buf, size_t size)
{
	size_t i = COUNT_OF(sizes);

	while (i > 0 && (bytes == 0 || bytes % sizes[i - 1].factor))
		i--;
	if (i == 0)
		snprintf(buf, size, "%" PRIu32, bytes);
	else
		snprintf(buf, size, "%" PRIu32 "%c", bytes / sizes[i - 1].factor, sizes[i - 1].letter);
	return buf;
}

const char *units_format_bytes(uint64_t bytes, char *buf, size_t size)
{
	static const char *const names[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
	double value = (double)bytes;
	size_t i = 0;

	if (bytes < 1000) {
		snprintf(buf, size, "%u B", (unsigned)bytes);
		return buf;
	}
	/* 999.95 would be printed as 1000.0. */
	for (; value >= 999.95 && i + 1 < COUNT_OF(names); i++)
		value /= 1000;
	snprintf(buf, size, "%.1f %s", value, names[i]);
	return buf;
}
