/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion for shells, written from the tables that the command line is parsed with. */
#ifndef COMMON_COMPLETION_H
#define COMMON_COMPLETION_H

#include <stdbool.h>
#include <stdio.h>

#include "common/fail.h"

struct completion_option {
	char letter;       /* 0 if it has none */
	const char *name;  /* without the dashes; NULL if it has none */
	const char *value; /* what stands behind it; NULL or "" if nothing does */
	const char *help;
	const char *choices; /* words for the value, parted by blanks; NULL for none */
};

/* A program, or a command of it. What is offered as a value or an argument: its choices if there are any, of which there may be
 * several with commas between if the text of the value ends in ",..."; else files if the text has the word FILE, directories
 * for DIR, users for USER; else nothing. */
struct completion_command {
	const char *name;      /* "" for the program itself */
	const char *about;     /* a line for a list of commands; not used of the program itself */
	const char *arguments; /* what is neither option nor value: "FILE"; NULL or "" for nothing */
	const char *choices;   /* words for the arguments; NULL for none */
	/* Fills in option i of the table; false past the last. The texts must stay. */
	bool (*option)(const void *table, unsigned i, struct completion_option *option);
	const void *table;
};

/* Writes a script for the shell ("bash" or "zsh") that is loaded by its name or sourced. command[0] is the program itself; if
 * there are more, its first argument is the name of one of them, and its choices are these names. 0, or -EINVAL with *why if
 * there is no such shell; whether all was written is to be asked of out. */
int completion_print(FILE *out, const char *shell, const char *program, const struct completion_command *command, unsigned count,
                     struct failure *why);

#endif
