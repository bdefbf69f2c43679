/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/values.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/escape.h"
#include "common/units.h"

#define DAY_S 86400u

static uint32_t *member_u32(struct settings *settings, const struct word *word)
{
	return (uint32_t *)(void *)((char *)settings + word->offset);
}

static uint32_t value_u32(const struct settings *settings, const struct word *word)
{
	uint32_t value;

	memcpy(&value, (const char *)settings + word->offset, sizeof(value));
	return value;
}

static bool in_range(const struct word *word, uint32_t n)
{
	return n >= word->min && n <= word->max;
}

int value_set_number(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	if (units_parse_number(value, word->min, word->max, member_u32(settings, word)))
		return 0;
	return fail(why, EINVAL, "expected a number from %" PRIu32 " to %" PRIu32 ", not %s", word->min, word->max,
	            escape_quote(value, quoted));
}

void value_print_number(const struct settings *settings, const struct word *word, FILE *out)
{
	fprintf(out, "%s %" PRIu32 "\n", word->text.name, value_u32(settings, word));
}

/* The kernel's clock for batches ticks every 10 ms: 15 would not be what is in effect. */
int value_set_timeout(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];
	uint32_t ms;

	if (!units_parse_number(value, word->min, word->max, &ms) || ms % 10)
		return fail(why, EINVAL, "expected milliseconds from %" PRIu32 " to %" PRIu32 " in steps of 10, not %s", word->min,
		            word->max, escape_quote(value, quoted));
	*member_u32(settings, word) = ms;
	return 0;
}

int value_set_size(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED], min[16], max[16];
	uint32_t bytes;

	if (!units_parse_size(value, &bytes) || !in_range(word, bytes))
		return fail(why, EINVAL, "expected bytes from %s to %s, as 512, 64k or 16M, not %s",
		            units_format_size(word->min, min, sizeof(min)), units_format_size(word->max, max, sizeof(max)),
		            escape_quote(value, quoted));
	*member_u32(settings, word) = bytes;
	return 0;
}

void value_print_size(const struct settings *settings, const struct word *word, FILE *out)
{
	char size[16];

	fprintf(out, "%s %s\n", word->text.name, units_format_size(value_u32(settings, word), size, sizeof(size)));
}

int value_set_duration(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED], min[16], max[16];
	uint32_t seconds;

	if (!units_parse_duration(value, &seconds) || !in_range(word, seconds))
		return fail(why, EINVAL, "expected a time from %s to %s, as 10s or 5m, not %s",
		            units_format_duration(word->min, min, sizeof(min)), units_format_duration(word->max, max, sizeof(max)),
		            escape_quote(value, quoted));
	*member_u32(settings, word) = seconds;
	return 0;
}

void value_print_duration(const struct settings *settings, const struct word *word, FILE *out)
{
	char text[16];

	fprintf(out, "%s %s\n", word->text.name, units_format_duration(value_u32(settings, word), text, sizeof(text)));
}

int value_set_step(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	int err = value_set_duration(settings, word, value, why);
	char quoted[ESCAPE_QUOTED];

	if (err == 0 && DAY_S % settings->layout.step_s)
		return fail(why, EINVAL, "expected a step that a day is a multiple of, as 1s, 10s or 1m, not %s",
		            escape_quote(value, quoted));
	return err;
}

int value_set_power_of_two(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];
	uint32_t n;

	if (!units_parse_number(value, word->min, word->max, &n) || (n & (n - 1)))
		return fail(why, EINVAL, "expected a power of two from %" PRIu32 " to %" PRIu32 ", not %s", word->min, word->max,
		            escape_quote(value, quoted));
	*member_u32(settings, word) = n;
	return 0;
}

/* A path that could not be written back as a line of the file is refused, wherever it came from. */
int value_set_archive(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];
	size_t len = strlen(value);

	if (len == 0)
		return fail(why, EINVAL, "expected a path");
	if (len >= word->max)
		return fail(why, ENAMETOOLONG, "expected a path of at most %" PRIu32 " bytes, not %s", word->max - 1,
		            escape_quote(value, quoted));
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
			return fail(why, EINVAL, "expected a path without control characters, not %s", escape_quote(value, quoted));
	if (value[0] == ' ' || value[len - 1] == ' ')
		return fail(why, EINVAL, "expected a path without a blank at its %s, not %s", value[0] == ' ' ? "begin" : "end",
		            escape_quote(value, quoted));
	memcpy((char *)settings + word->offset, value, len + 1);
	return 0;
}

int value_set_path(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	if (value[0] != '/')
		return fail(why, EINVAL, "expected an absolute path, not %s", escape_quote(value, quoted));
	return value_set_archive(settings, word, value, why);
}

void value_print_path(const struct settings *settings, const struct word *word, FILE *out)
{
	const char *path = (const char *)settings + word->offset;

	if (path[0] != '\0')
		fprintf(out, "%s %s\n", word->text.name, path);
}

/* "-" says that there is none, against the environment. */
int value_set_daemon(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	struct rrdcached_address address;
	int err = 0;

	if (strcmp(value, "-") == 0)
		value = "";
	else
		err = rrdcached_parse_address(value, &address, why);
	if (!err)
		snprintf(settings->daemon, sizeof(settings->daemon), "%s", value);
	return err;
}

void value_print_daemon(const struct settings *settings, const struct word *word, FILE *out)
{
	fprintf(out, "%s %s\n", word->text.name, settings->daemon[0] ? settings->daemon : "-");
}

/* "-" is nobody's name: the line of a file can't end in "". */
int value_set_user(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];
	size_t len;

	if (strcmp(value, "-") == 0)
		value = "";
	len = strlen(value);
	for (size_t i = 0; i < len; i++)
		if (value[i] <= ' ' || value[i] > '~' || value[i] == ':' || value[i] == '/')
			len = sizeof(settings->user);
	if (len >= sizeof(settings->user) || value[0] == '-')
		return fail(why, EINVAL, "expected the name of a user, or - to stay who started it, not %s",
		            escape_quote(value, quoted));
	memcpy(settings->user, value, len + 1);
	return 0;
}

void value_print_user(const struct settings *settings, const struct word *word, FILE *out)
{
	fprintf(out, "%s %s\n", word->text.name, settings->user[0] ? settings->user : "-");
}

