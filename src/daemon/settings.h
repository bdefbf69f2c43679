/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of fireplotd: defaults, the configuration file, and the command line over it, all through one table of words. */
#ifndef DAEMON_SETTINGS_H
#define DAEMON_SETTINGS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "archive/rrdcached.h"
#include "archive/schema.h"
#include "binning/watchlist.h"
#include "common/fail.h"
#include "nfnl/nfsock.h"
#include "packet/ignore.h"

#define SETTINGS_GROUPS 64
#define SETTINGS_PATH (PATH_MAX - 64) /* leaves room for the names of the files in an archive */
#define SETTINGS_SIGHTINGS_BYTES (256u << 20)
#define SETTINGS_SIGHTINGS_BYTES_SMALL (16u << 20) /* with the profile small */
#define SETTINGS_USER "fireplot"      /* to run as if started as root */

/* Where settings come from: the file, then the command line over it. */
struct settings_source {
	uint32_t seen;         /* bit i: settings_word(i) was given */
	unsigned watch_before; /* watched ports of the sources before it */
};

struct settings {
	char archive[SETTINGS_PATH];
	char daemon[RRDCACHED_ADDRESS_MAX]; /* of an rrdcached that has the archive; "" for a directory here */
	char ring[SETTINGS_PATH]; /* "" for /run/fireplot/NAME.ring, see ringname.h */
	char user[64];       /* to run as; "" to stay who started it */
	unsigned group_count;
	uint16_t groups[SETTINGS_GROUPS];
	struct nfsock_settings socket;
	struct schema layout; /* of a new archive */
	bool layout_given;    /* some word of it was: then an existing archive must have it */
	uint32_t flush_s;     /* how often the port files are written; a multiple of the step in effect */
	uint32_t sightings;       /* recorded a step at most; 0: none */
	uint32_t sightings_bytes; /* of their file at most */
	uint8_t classes_by_port; /* bit c: class c goes into the port archives */
	struct ignore *ignore;   /* owned, sealed */
	struct watchlist watch;
	struct settings_source source;
};

/* A word of the configuration file, which is a long option too. Static. */
struct settings_word {
	const char *name;
	const char *value; /* what stands behind it, for people: "N[-M] ..." */
	const char *help;
	const char *choices; /* words that a shell offers for the value, parted by blanks; NULL for none */
};

/* Word i, or NULL past the last. */
const struct settings_word *settings_word(unsigned i);

/* Defaults: group 100, archive ARCHIVE_DEFAULT, the rrdcached of $RRDCACHED_ADDRESS if there is one, SETTINGS_USER when started
 * as root, flush 5m, probes only, 1024 sightings a step in 256 MiB. 0 or -ENOMEM; the settings may then still be given to settings_fini. */
int settings_init(struct settings *settings);
void settings_fini(struct settings *settings);

/* A new source begins. Words that were given before may be given again: the first `group` and `count` of a source take the
 * place of those before it, `ignore` and `watch` add to them. Within a source only these four may be given more than once. */
void settings_begin(struct settings *settings);

/* Reads a configuration file over the settings, as a source of its own. 0, or -errno with *why as "FILE:LINE: what is wrong,
 * what was expected" (-ENOENT if there is no such file); the settings are then undefined but may be given to settings_fini. */
int settings_read_file(struct settings *settings, const char *path, struct failure *why);

/* The same from text in memory; name stands for the file in messages. */
int settings_read_text(struct settings *settings, const char *name, const char *text, size_t len, struct failure *why);

/* One setting: the word and all that stood behind it. 0 or -errno with *why as "WORD: what was expected". */
int settings_set(struct settings *settings, const char *word, const char *value, struct failure *why);

/* What needs all settings to be judged (step against retention, flush against the step if a layout was given, no group, ...);
 * fills in ring if it is "" and seals ignore. 0 or -EINVAL with *why. */
int settings_check(struct settings *settings, struct failure *why);

/* Whether flush_s is a multiple of the step in effect, which may be that of an archive found. 0 or -EINVAL with *why. */
int settings_check_flush(const struct settings *settings, uint32_t step_s, struct failure *why);

/* The address of the rrdcached, or NULL. */
const char *settings_daemon(const struct settings *settings);

/* The first word whose value differs and that can't change while the daemon runs (all but ignore, watch and count), or NULL.
 * Both have passed settings_check. */
const char *settings_restart_word(const struct settings *now, const struct settings *next);

/* Writes the effective settings as a configuration file that reads back the same. The layout is written as comments if none
 * was given: an archive that is there keeps its own. */
void settings_print(const struct settings *settings, FILE *out);

#endif
