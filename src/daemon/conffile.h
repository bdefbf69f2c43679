/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The form of the configuration file: one "word value" a line; blank lines, and lines that begin with # or !, say nothing.
 * What the words mean is settings.h. */
#ifndef DAEMON_CONFFILE_H
#define DAEMON_CONFFILE_H

#include <stddef.h>

#include "common/fail.h"

#define CONFFILE_LINE_MAX 4200        /* bytes of a line: a word and the longest path */
#define CONFFILE_BYTES_MAX (1u << 20) /* bytes of a file */

/* Takes one line: the word, and what stands behind it without blanks at its ends, "" if nothing does. 0 or -errno with *why. */
typedef int conffile_line(void *arg, const char *word, const char *value, struct failure *why);

/* Gives each line to a function, until one fails. 0 or -errno with *why as "NAME:LINE: what is wrong". text needs no NUL. */
int conffile_parse(const char *name, const char *text, size_t len, conffile_line *line, void *arg, struct failure *why);

/* Reads a whole file into memory that the caller frees. 0 or -errno with *why, which names the file. */
int conffile_load(const char *path, char **text, size_t *len, struct failure *why);

#endif
