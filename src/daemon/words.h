/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of words behind settings.h: how each is read into the settings and written back. */
#ifndef DAEMON_WORDS_H
#define DAEMON_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "daemon/settings.h"

#define WORD_REPEATS 1u /* may be given several times in a source */
#define WORD_LIVE 2u    /* can change while the daemon runs */
#define WORD_LAYOUT 4u  /* of a new archive */
#define WORD_PROFILE 8u /* sets all of the layout, so it comes before other words of it */

struct word {
	struct settings_word text;
	unsigned flags;
	/* Reads the value. 0, or -errno with *why as "expected this, not that". */
	int (*set)(struct settings *settings, const struct word *word, const char *value, struct failure *why);
	/* Writes the lines that read back the same; NULL if other words say it. */
	void (*print)(const struct settings *settings, const struct word *word, FILE *out);
	size_t offset;     /* of the member in struct settings that set and print of a plain value use, */
	uint32_t min, max; /* and what it may be; for a path, max is its size */
};

extern const struct word words[];
extern const unsigned words_count;

#endif
