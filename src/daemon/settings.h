/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of fireplotd: defaults, the configuration file, and the command line over it, all through one table of words. */
#ifndef DAEMON_SETTINGS_H
#define DAEMON_SETTINGS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "archive/schema.h"
#include "common/fail.h"
#include "nfnl/nfsock.h"
#include "packet/ignore.h"

#define SETTINGS_GROUPS 64

struct settings_watch {
	uint8_t protocol; /* 6 or 17 */
	uint16_t port;
};

struct settings {
	char archive[PATH_MAX];
	char ring[PATH_MAX]; /* "" for /run/fireplot/NAME.ring, NAME made from the archive's path */
	char user[64];       /* to run as; "" to stay who started it */
	unsigned group_count;
	uint16_t groups[SETTINGS_GROUPS];
	struct nfsock_settings socket;
	struct schema layout; /* of a new archive */
	bool layout_given;    /* some word of it was: then an existing archive must have it */
	uint32_t flush_s;     /* how often the port files are written; a multiple of the step in effect */
	uint8_t classes_by_port; /* bit c: class c goes into the port archives */
	struct ignore *ignore;   /* owned, sealed */
	unsigned watch_count;
	struct settings_watch watch[SLOT_WATCHED];
};

/* Defaults: group 100, archive LOCALSTATEDIR/fireplot, user fireplot when started as root, flush 5m, probes only. */
int settings_init(struct settings *settings);
void settings_fini(struct settings *settings);

/* Reads a configuration file over the settings. 0, or -errno with *why as "FILE:LINE: what is wrong, what was expected"; the
 * settings are then undefined but may be given to settings_fini. */
int settings_read_file(struct settings *settings, const char *path, struct failure *why);

/* The same from text in memory; name stands for the file in messages. */
int settings_read_text(struct settings *settings, const char *name, const char *text, size_t len, struct failure *why);

/* One setting: the word and all that stood behind it. */
int settings_set(struct settings *settings, const char *word, const char *value, struct failure *why);

/* What needs all settings to be judged (flush against step, no group, ...); fills in ring if it is "". */
int settings_check(struct settings *settings, struct failure *why);

/* Writes the effective settings as a configuration file that reads back the same. */
void settings_print(const struct settings *settings, FILE *out);

#endif
