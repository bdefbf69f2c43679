/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of a command of fireplot as a table: parsing, --help, the messages and the completion of shells come from it. */
#ifndef TOOL_OPTION_TABLE_H
#define TOOL_OPTION_TABLE_H

#include <stdbool.h>

#include "common/completion.h"
#include "common/fail.h"

struct option_row {
	int code;          /* a letter, or OPTION_LONG and above for an option without one */
	const char *name;  /* long name; NULL for a letter alone */
	const char *value; /* what stands behind it ("TIME"), NULL if nothing does; common/completion.h says what a shell makes of it */
	const char *help;
	const char *choices; /* words that a shell offers as the value ("PNG SVG"), not the only right ones; NULL for none */
};

/* An option that a program of the same purpose has and this one has not. It is in neither --help nor completion. */
struct option_elsewhere {
	int letter; /* 0 for none */
	const char *name;
	bool has_value;
	bool is_harmless;     /* only a warning: what was asked for has no meaning here, or is so anyway */
	const char *instead; /* why it is not here and what to use in its place */
};

#define OPTION_LONG 256
#define OPTION_ROWS 96 /* of a table at most, elsewhere included */

struct option_table {
	const char *command;   /* "fetch" */
	const char *arguments; /* what is neither option nor value: "FILE|-"; "" if there may be none */
	const char *about;     /* one or more lines for --help, with newlines */
	unsigned count;
	const struct option_row *row;
	const char *choices; /* words that a shell offers as arguments; NULL for none */
	unsigned elsewhere_count;
	const struct option_elsewhere *elsewhere;
};

/* Takes one option. 0, or -errno with *why saying what was expected. */
typedef int option_take(void *arg, int code, const char *value, struct failure *why);

/* What every command is told. */
struct option_common {
	const char *archive; /* --archive, else $FIREPLOT_ARCHIVE, else the default */
	const char *daemon;  /* -d, else $RRDCACHED_ADDRESS: of an rrdcached; NULL for none */
};

/* Goes through the command's arguments; argv[0] is its name. Every table has --archive, --daemon and --help besides its own.
 * Returns the place of the first argument that is no option (they are moved to the end), -ECANCELED after it has printed the help,
 * or -errno with *why. */
int option_table_parse(const struct option_table *table, int argc, char **argv, struct option_common *common, option_take *take,
                       void *arg, struct failure *why);

/* Option i of a table, its own before those that all have, as struct completion_command wants it. */
bool option_table_completion(const void *table, unsigned i, struct completion_option *option);

#endif
