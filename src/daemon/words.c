/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/words.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

#include "archive/sightings.h"
#include "binning/sample.h"
#include "common/escape.h"
#include "common/token.h"
#include "common/units.h"
#include "daemon/values.h"

static int add_group(struct settings *settings, uint32_t group, struct failure *why)
{
	for (unsigned i = 0; i < settings->group_count; i++)
		if (settings->groups[i] == group)
			return fail(why, EINVAL, "%" PRIu32 " is there already, expected each group once", group);
	if (settings->group_count == SETTINGS_GROUPS)
		return fail(why, EINVAL, "expected at most %d groups", SETTINGS_GROUPS);
	settings->groups[settings->group_count++] = (uint16_t)group;
	return 0;
}

static int set_groups(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	char token[ESCAPE_QUOTED], quoted[ESCAPE_QUOTED];
	unsigned before = settings->group_count;

	while (token_next(&value, token)) {
		char *dash = strchr(token, '-');
		uint32_t first, last;
		bool good;
		int err;

		escape_quote(token, quoted);
		if (dash)
			*dash = '\0';
		good = units_parse_number(token, word->min, word->max, &first) &&
		       units_parse_number(dash ? dash + 1 : token, first, word->max, &last);
		if (!good)
			return fail(why, EINVAL, "expected numbers from %" PRIu32 " to %" PRIu32 " or a range, as 100 or 100-103, not %s",
			            word->min, word->max, quoted);
		for (uint32_t group = first; group <= last; group++)
			if ((err = add_group(settings, group, why)) < 0)
				return err;
	}
	return settings->group_count > before ? 0 : fail(why, EINVAL, "expected a number, as 100");
}

static void print_groups(const struct settings *settings, const struct word *word, FILE *out)
{
	fputs(word->text.name, out);
	for (unsigned i = 0; i < settings->group_count; i++)
		fprintf(out, " %u", settings->groups[i]);
	fputc('\n', out);
}

/* The text must not be judged against a step that a later line may set: settings_check does that. */
static int set_retention(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	struct schema scratch = settings->layout;
	char row[16] = "";
	size_t len = strcspn(value, ":");
	int err;

	if (len < sizeof(row))
		memcpy(row, value, len);
	units_parse_duration(row, &scratch.step_s);
	err = schema_parse_retention(value, &scratch, why);
	if (err < 0)
		return err;
	settings->layout.levels = scratch.levels;
	memcpy(settings->layout.level, scratch.level, sizeof(scratch.level));
	return 0;
}

static void print_retention(const struct settings *settings, const struct word *word, FILE *out)
{
	char text[SCHEMA_LEVELS * 32];

	fprintf(out, "%s %s\n", word->text.name, schema_format_retention(&settings->layout, text, sizeof(text)));
}

static int set_profile(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	if (!schema_by_profile(value, &settings->layout))
		return fail(why, EINVAL, "expected default or small, not %s", escape_quote(value, quoted));
	if (strcmp(value, "small") == 0 && settings->sightings_bytes == SETTINGS_SIGHTINGS_BYTES)
		settings->sightings_bytes = SETTINGS_SIGHTINGS_BYTES_SMALL;
	return 0;
}

static int set_count(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	char token[ESCAPE_QUOTED], quoted[ESCAPE_QUOTED];
	enum packet_class class;
	unsigned classes = 0;

	while (token_next(&value, token)) {
		if (!class_by_name(token, &class))
			return fail(why, EINVAL, "expected probe, backscatter or late, not %s", escape_quote(token, quoted));
		if ((settings->classes_by_port | classes) & 1u << class)
			return fail(why, EINVAL, "%s is there already, expected each class once", token);
		classes |= 1u << class;
	}
	if (!classes)
		return fail(why, EINVAL, "expected probe, backscatter or late");
	settings->classes_by_port |= (uint8_t)classes;
	return 0;
}

static void print_count(const struct settings *settings, const struct word *word, FILE *out)
{
	fputs(word->text.name, out);
	for (unsigned class = 0; class < CLASS_COUNT; class++)
		if (settings->classes_by_port & 1u << class)
			fprintf(out, " %s", class_name((enum packet_class)class));
	fputc('\n', out);
}

static int set_ignore(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	return ignore_add(settings->ignore, value, why);
}

static void print_ignore(const struct settings *settings, const struct word *word, FILE *out)
{
	const char *rule;

	for (size_t i = 0; (rule = ignore_rule(settings->ignore, i)) != NULL; i++)
		fprintf(out, "%s %s\n", word->text.name, rule);
}

/* A port of an earlier source may be named again, one of this source may not. */
static int set_watch(struct settings *settings, const struct word *word, const char *value, struct failure *why)
{
	return watchlist_add(&settings->watch, settings->source.watch_before, value, why);
}

static void print_watch(const struct settings *settings, const struct word *word, FILE *out)
{
	if (settings->watch.count == 0)
		return;
	fputs(word->text.name, out);
	for (unsigned i = 0; i < settings->watch.count; i++)
		fprintf(out, " %s/%u", settings->watch.port[i].protocol == IPPROTO_TCP ? "tcp" : "udp", settings->watch.port[i].port);
	fputc('\n', out);
}

#define MEMBER(member) .offset = offsetof(struct settings, member)

/* In the order in which they are told in fireplot.conf(5) and written by settings_print: what comes before a profile would be
 * undone by it. */
const struct word words[] = {
	{ .text = { "archive", "DIR", "the archive to write" },
	  .set = value_set_archive, .print = value_print_path, MEMBER(archive), .max = SETTINGS_PATH },
	{ .text = { "daemon", "ADDRESS", "the rrdcached that has the archive, - for none" },
	  .set = value_set_daemon, .print = value_print_daemon },
	{ .text = { "ring", "FILE", "the ring of counts not yet in the archive's files" },
	  .set = value_set_path, .print = value_print_path, MEMBER(ring), .max = SETTINGS_PATH },
	{ .text = { "user", "USER", "to run as, - to stay who started it" },
	  .set = value_set_user, .print = value_print_user },
	{ .text = { "group", "N ...", "NFLOG groups to listen to, as 100-103; a thread each" }, .flags = WORD_REPEATS,
	  .set = set_groups, .print = print_groups, .min = 0, .max = 65535 },
	{ .text = { "profile", "NAME", "layout of a new archive: default or small", "default small" }, .flags = WORD_LAYOUT | WORD_PROFILE,
	  .set = set_profile },
	{ .text = { "step", "TIME", "the shortest time told apart" }, .flags = WORD_LAYOUT,
	  .set = value_set_step, .print = value_print_duration, MEMBER(layout.step_s), .min = 1, .max = 300 },
	{ .text = { "retention", "ROW:SPAN ...", "how long rows of which length are kept" }, .flags = WORD_LAYOUT,
	  .set = set_retention, .print = print_retention },
	{ .text = { "exact-ports", "N", "ports from 0 that are told apart" }, .flags = WORD_LAYOUT,
	  .set = value_set_power_of_two, .print = value_print_number, MEMBER(layout.portbin.exact_ports), .min = 64,
	  .max = 65536 },
	{ .text = { "bins-per-octave", "N", "bins for each doubling of the port above them" }, .flags = WORD_LAYOUT,
	  .set = value_set_power_of_two, .print = value_print_number, MEMBER(layout.portbin.per_octave), .min = 1,
	  .max = 64 },
	{ .text = { "flush", "TIME", "how often the port files are written" },
	  .set = value_set_duration, .print = value_print_duration, MEMBER(flush_s), .min = 1, .max = 3600 },
	{ .text = { "sightings", "N", "sources and exact ports recorded a step at most, 0 for none" },
	  .set = value_set_number, .print = value_print_number, MEMBER(sightings), .min = 0, .max = SAMPLE_ROOM_MAX },
	{ .text = { "sightings-size", "BYTES", "of the file that holds them, at most" },
	  .set = value_set_size, .print = value_print_size, MEMBER(sightings_bytes), .min = SIGHTINGS_BYTES_LEAST, .max = UINT32_MAX },
	{ .text = { "count", "CLASS ...", "what goes by port: probe backscatter late", "probe backscatter late" },
	  .flags = WORD_REPEATS | WORD_LIVE,
	  .set = set_count, .print = print_count },
	{ .text = { "ignore", "RULE", "packets not to count, as \"source 192.0.2.0/24\"",
	            "source destination broadcast multicast port class" }, .flags = WORD_REPEATS | WORD_LIVE,
	  .set = set_ignore, .print = print_ignore },
	{ .text = { "watch", "PROTO/PORT ...", "exact ports to follow, as tcp/3389", "tcp/ udp/" }, .flags = WORD_REPEATS | WORD_LIVE,
	  .set = set_watch, .print = print_watch },
	{ .text = { "copy-range", "BYTES", "of each packet that the kernel hands over" },
	  .set = value_set_size, .print = value_print_size, MEMBER(socket.copy_range_bytes), .min = 64, .max = 65535 },
	{ .text = { "kernel-buffer", "BYTES", "of a batch in the kernel" },
	  .set = value_set_size, .print = value_print_size, MEMBER(socket.kernel_buffer_bytes), .min = 4096, .max = 131072 },
	{ .text = { "queue-threshold", "N", "packets that a batch holds at most" },
	  .set = value_set_number, .print = value_print_number, MEMBER(socket.queue_threshold), .min = 1, .max = 65535 },
	{ .text = { "timeout", "MS", "a batch waits at most" },
	  .set = value_set_timeout, .print = value_print_number, MEMBER(socket.timeout_ms), .min = 10, .max = 1000 },
	{ .text = { "receive-buffer", "BYTES", "of the socket" },
	  .set = value_set_size, .print = value_print_size, MEMBER(socket.receive_buffer_bytes), .min = 65536,
	  .max = 1u << 30 },
};
const unsigned words_count = sizeof(words) / sizeof(words[0]);
