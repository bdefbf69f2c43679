/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/completion.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "common/completion_write.h"
#include "common/escape.h"

/* Whether text has the word, not as a part of a longer one. */
static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = text; (at = strstr(at, word)) != NULL; at += len)
		if ((at == text || !isalpha((unsigned char)at[-1])) && !isalpha((unsigned char)at[len]))
			return true;
	return false;
}

enum completion_kind completion_kind_of(const char *value, const char *choices)
{
	static const char more[] = ",...";
	size_t len = value ? strlen(value) : 0;

	if (len == 0)
		return COMPLETION_NONE;
	if (choices && len >= sizeof(more) && strcmp(value + len - (sizeof(more) - 1), more) == 0)
		return COMPLETION_LIST;
	if (choices)
		return COMPLETION_WORDS;
	if (has_word(value, "FILE"))
		return COMPLETION_FILES;
	if (has_word(value, "DIR"))
		return COMPLETION_DIRECTORIES;
	return has_word(value, "USER") ? COMPLETION_USERS : COMPLETION_TEXT;
}

void completion_quote(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	fputc('\'', out);
}

int completion_print(FILE *out, const char *shell, const char *program, const struct completion_command *command, unsigned count,
                     struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	if (strcmp(shell, "bash") == 0)
		completion_print_bash(out, program, command, count);
	else if (strcmp(shell, "zsh") == 0)
		completion_print_zsh(out, program, command, count);
	else
		return fail(why, EINVAL, "expected bash or zsh, not %s", escape_quote(shell, quoted));
	return 0;
}
