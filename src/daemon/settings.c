/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/ringname.h"
#include "archive/sightings.h"
#include "common/escape.h"
#include "common/units.h"
#include "daemon/conffile.h"
#include "daemon/words.h"

int settings_init(struct settings *settings)
{
	const char *address = rrdcached_choose_address(NULL);

	*settings = (struct settings){
		.archive = ARCHIVE_DEFAULT,
		.group_count = 1,
		.groups = { 100 },
		/* Larger batches than the kernel's own cost a third of the CPU, and less is lost in a burst. */
		.socket = { .copy_range_bytes = 128, .kernel_buffer_bytes = 32768, .queue_threshold = 2000, .timeout_ms = 100,
		            .receive_buffer_bytes = 16u << 20 },
		.flush_s = 300,
		.sightings = sightings_are_supported() ? 1024 : 0,
		.sightings_bytes = SETTINGS_SIGHTINGS_BYTES,
		.classes_by_port = 1u << CLASS_PROBE,
	};
	if (geteuid() == 0)
		strcpy(settings->user, SETTINGS_USER);
	if (address) /* judged by settings_check, as another word may take its place */
		snprintf(settings->daemon, sizeof(settings->daemon), "%s", address);
	schema_by_profile("default", &settings->layout);
	settings->ignore = ignore_new();
	return settings->ignore ? 0 : -ENOMEM;
}

void settings_fini(struct settings *settings)
{
	ignore_free(settings->ignore);
	settings->ignore = NULL;
}

const struct settings_word *settings_word(unsigned i)
{
	return i < words_count ? &words[i].text : NULL;
}

void settings_begin(struct settings *settings)
{
	settings->source = (struct settings_source){ .watch_before = settings->watch.count };
}

static const struct word *find_word(const char *name)
{
	for (unsigned i = 0; i < words_count; i++)
		if (strcmp(words[i].text.name, name) == 0)
			return &words[i];
	return NULL;
}

static int unknown_word(const char *name, struct failure *why)
{
	char quoted[ESCAPE_QUOTED], all[256] = "";
	size_t used = 0;

	for (unsigned i = 0; i < words_count && used < sizeof(all); i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, " %s", words[i].text.name);
	return fail(why, EINVAL, "unknown word %s, expected one of%s", escape_quote(name, quoted), all);
}

static bool seen_layout(const struct settings *settings)
{
	for (unsigned i = 0; i < words_count; i++)
		if ((settings->source.seen & 1u << i) && (words[i].flags & WORD_LAYOUT))
			return true;
	return false;
}

/* Whether the word may come here, and what it takes the place of. */
static int begin_word(struct settings *settings, const struct word *word, struct failure *why)
{
	const uint32_t bit = 1u << (word - words);
	const bool first = !(settings->source.seen & bit);

	if (!first && !(word->flags & WORD_REPEATS))
		return fail(why, EINVAL, "%s: given twice, expected once", word->text.name);
	if ((word->flags & WORD_PROFILE) && seen_layout(settings))
		return fail(why, EINVAL, "%s: expected before the words of the layout that it would undo", word->text.name);
	if (word->flags & WORD_LAYOUT)
		settings->layout_given = true;
	if (first && strcmp(word->text.name, "group") == 0)
		settings->group_count = 0;
	if (first && strcmp(word->text.name, "count") == 0)
		settings->classes_by_port = 0;
	settings->source.seen |= bit;
	return 0;
}

/* What other stages say names the word already, and may quote the value as it is. */
static int name_failure(const char *word, int err, const struct failure *raw, struct failure *why)
{
	const size_t len = strlen(word);
	const bool named = strncmp(raw->text, word, len) == 0 && (raw->text[len] == ' ' || raw->text[len] == ':');
	char text[sizeof(raw->text)];

	escape_bytes(raw->text, strlen(raw->text), text, sizeof(text));
	return fail(why, -err, "%s%s%s", named ? "" : word, named ? "" : ": ", text[0] ? text : strerror(-err));
}

int settings_set(struct settings *settings, const char *name, const char *value, struct failure *why)
{
	const struct word *word = find_word(name);
	struct failure inner = { "" };
	int err;

	if (!word)
		return unknown_word(name, why);
	if ((err = begin_word(settings, word, why)) < 0)
		return err;
	err = word->set(settings, word, value, &inner);
	return err < 0 ? name_failure(name, err, &inner, why) : 0;
}

/* A line that ends behind its word is a mistake, even where an option may have an empty value. */
static int set_line(void *arg, const char *name, const char *value, struct failure *why)
{
	const struct word *word = find_word(name);

	if (word && value[0] == '\0')
		return fail(why, EINVAL, "%s: nothing behind it, expected %s", name, word->text.value);
	return settings_set(arg, name, value, why);
}

int settings_read_text(struct settings *settings, const char *name, const char *text, size_t len, struct failure *why)
{
	settings_begin(settings);
	return conffile_parse(name, text, len, set_line, settings, why);
}

int settings_read_file(struct settings *settings, const char *path, struct failure *why)
{
	char *text;
	size_t len;
	int err;

	err = conffile_load(path, &text, &len, why);
	if (err < 0)
		return err;
	err = settings_read_text(settings, path, text, len, why);
	free(text);
	return err;
}

int settings_check_flush(const struct settings *settings, uint32_t step_s, struct failure *why)
{
	char flush[16], step[16];

	if (settings->flush_s % step_s == 0)
		return 0;
	return fail(why, EINVAL, "flush: expected a multiple of the step, %s, not %s",
	            units_format_duration(step_s, step, sizeof(step)),
	            units_format_duration(settings->flush_s, flush, sizeof(flush)));
}

const char *settings_daemon(const struct settings *settings)
{
	return settings->daemon[0] ? settings->daemon : NULL;
}

static int check_archive(const struct settings *settings, struct failure *why)
{
	struct rrdcached_address address;
	struct failure inner;
	char quoted[ESCAPE_QUOTED];

	if (settings->daemon[0] && rrdcached_parse_address(settings->daemon, &address, &inner))
		return fail(why, EINVAL, "daemon: %s", inner.text);
	if (settings->archive[0] != '/' && !settings->daemon[0])
		return fail(why, EINVAL, "archive: expected an absolute path, not %s; only behind a daemon it may be relative",
		            escape_quote(settings->archive, quoted));
	return 0;
}

int settings_check(struct settings *settings, struct failure *why)
{
	int err;

	if ((err = check_archive(settings, why)) < 0)
		return err;
	if ((err = schema_check(&settings->layout, why)) < 0)
		return err;
	if (settings->sightings && !sightings_are_supported())
		return fail(why, ENOTSUP, "sightings: built without SQLite, expected 0");
	if (settings->layout_given && (err = settings_check_flush(settings, settings->layout.step_s, why)) < 0)
		return err;
	if (settings->ring[0] == '\0')
		err = ringname_from_archive(settings->archive, settings_daemon(settings), settings->ring, sizeof(settings->ring),
		                            why);
	ignore_seal(settings->ignore);
	return err;
}

static void print_word(const struct settings *settings, const struct word *word, FILE *out)
{
	if (!word->print)
		return;
	if ((word->flags & WORD_LAYOUT) && !settings->layout_given)
		fputs("# ", out);
	word->print(settings, word, out);
}

void settings_print(const struct settings *settings, FILE *out)
{
	for (unsigned i = 0; i < words_count; i++)
		print_word(settings, &words[i], out);
}

static char *word_as_text(const struct settings *settings, const struct word *word)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	print_word(settings, word, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

const char *settings_restart_word(const struct settings *now, const struct settings *next)
{
	const char *name = NULL;

	for (unsigned i = 0; i < words_count && !name; i++) {
		char *a, *b;

		if (words[i].flags & WORD_LIVE)
			continue;
		a = word_as_text(now, &words[i]);
		b = word_as_text(next, &words[i]);
		if (!a || !b || strcmp(a, b) != 0)
			name = words[i].text.name;
		free(a);
		free(b);
	}
	return name;
}
