/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "common/completion_write.h"

/* A part of what _arguments and _describe read, within single quotes: there ":" and brackets mean something. */
static void print_part(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\:[]", *text))
			fputc('\\', out);
		if (*text == '\'')
			fputs("'\\'", out);
		fputc(*text, out);
	}
}

/* "tcp/ udp/": there is more to come behind each of them. */
static bool is_open(const char *choices)
{
	size_t len = strlen(choices);

	return len > 0 && choices[len - 1] == '/';
}

/* :VALUE:_files and the like, within single quotes. */
static void print_action(FILE *out, const char *value, const char *choices)
{
	enum completion_kind kind = completion_kind_of(value, choices);

	fputc(':', out);
	print_part(out, value);
	fputc(':', out);
	switch (kind) {
	case COMPLETION_NONE:
	case COMPLETION_TEXT:
		break;
	case COMPLETION_WORDS:
		fputs(is_open(choices) ? "compadd -S \"\" - " : "(", out);
		print_part(out, choices);
		fputs(is_open(choices) ? "" : ")", out);
		break;
	case COMPLETION_LIST:
		fputs("_values -s , word ", out);
		print_part(out, choices);
		break;
	case COMPLETION_FILES:
		fputs("_files", out);
		break;
	case COMPLETION_DIRECTORIES:
		fputs("_files -/", out);
		break;
	case COMPLETION_USERS:
		fputs("_users", out);
		break;
	}
}

/* '*'{-s+,--start=}'[from then on]:TIME:(end-1d)': as often as one likes, the value behind it or in the same word. */
static void print_option(FILE *out, const struct completion_option *option)
{
	bool value = completion_kind_of(option->value, option->choices) != COMPLETION_NONE;

	fputs(" \\\n\t\t\t'*'", out);
	if (option->letter && option->name)
		fprintf(out, "{-%c%s,--%s%s}", option->letter, value ? "+" : "", option->name, value ? "=" : "");
	else if (option->name)
		fprintf(out, "--%s%s", option->name, value ? "=" : "");
	else
		fprintf(out, "-%c%s", option->letter, value ? "+" : "");
	fputs("'[", out);
	print_part(out, option->help);
	fputc(']', out);
	if (value)
		print_action(out, option->value, option->choices);
	fputc('\'', out);
}

static void print_options(FILE *out, const struct completion_command *command)
{
	struct completion_option option;

	fputs("_arguments -s -S", out);
	for (unsigned i = 0; command->option(command->table, i, &option); i++)
		print_option(out, &option);
}

static void print_command(FILE *out, const struct completion_command *command)
{
	print_options(out, command);
	if (completion_kind_of(command->choices ? "WORD" : command->arguments, command->choices) != COMPLETION_NONE) {
		fputs(" \\\n\t\t\t'*", out);
		print_action(out, command->arguments && command->arguments[0] ? command->arguments : "word", command->choices);
		fputc('\'', out);
	}
	fputc('\n', out);
}

/* The program's own options, and as its first argument the commands, each with its line. */
static void print_commands(FILE *out, const struct completion_command *command, unsigned count)
{
	fputs("if (( CURRENT == 2 )) || [[ $words[2] == -* ]]; then\n\t\tlocal -a commands=(", out);
	for (unsigned i = 1; i < count; i++) {
		fputs("\n\t\t\t'", out);
		print_part(out, command[i].name);
		fputc(':', out);
		print_part(out, command[i].about);
		fputc('\'', out);
	}
	fputs("\n\t\t)\n\t\t", out);
	print_options(out, command);
	fputs(" \\\n\t\t\t'1:command:{_describe command commands}'\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tshift words\n"
	      "\t(( CURRENT-- ))\n"
	      "\tcase $words[1] in\n", out);
	for (unsigned i = 1; i < count; i++) {
		fprintf(out, "\t%s)\n\t\t", command[i].name);
		print_command(out, &command[i]);
		fputs("\t\t;;\n", out);
	}
	fputs("\tesac\n", out);
}

void completion_print_zsh(FILE *out, const char *program, const struct completion_command *command, unsigned count)
{
	fprintf(out, "#compdef %s\n"
	             "# zsh completion for %s, as printed by \"%s --completion zsh\"\n"
	             "# SPDX-License-Identifier: GPL-2.0-or-later\n\n"
	             "_%s()\n{\n", program, program, program, program);
	fputc('\t', out);
	if (count > 1)
		print_commands(out, command, count);
	else
		print_command(out, command);
	/* Loaded by its name, the file is the function; sourced, it says what the function is for. */
	fprintf(out, "}\n\n"
	             "if [[ $funcstack[1] == _%s ]]; then\n"
	             "\t_%s \"$@\"\n"
	             "else\n"
	             "\tcompdef _%s %s\n"
	             "fi\n", program, program, program, program);
}
