/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the writers of completion for one shell each share. */
#ifndef COMMON_COMPLETION_WRITE_H
#define COMMON_COMPLETION_WRITE_H

#include "common/completion.h"

enum completion_kind {
	COMPLETION_NONE, /* there is no value */
	COMPLETION_TEXT, /* nothing can be offered */
	COMPLETION_WORDS,
	COMPLETION_LIST, /* words with commas between */
	COMPLETION_FILES,
	COMPLETION_DIRECTORIES,
	COMPLETION_USERS,
};

/* What to offer where value stands. */
enum completion_kind completion_kind_of(const char *value, const char *choices);

/* Writes text between single quotes, as both shells read it. */
void completion_quote(FILE *out, const char *text);

void completion_print_bash(FILE *out, const char *program, const struct completion_command *command, unsigned count);
void completion_print_zsh(FILE *out, const char *program, const struct completion_command *command, unsigned count);

#endif
