/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "common/completion_write.h"

/* The function that the one below calls with a kind, and words if the kind has any. */
static void print_offer(FILE *out, const char *program)
{
	fprintf(out,
	        "# Offers what the word may become. Of a list, what stands before the last comma stays.\n"
	        "_%s_offer()\n"
	        "{\n"
	        "\tlocal list=\n"
	        "\n"
	        "\tcase $1 in\n"
	        "\tfiles) compopt -o default ;;\n"
	        "\tdirectories) compopt -o dirnames ;;\n"
	        "\tusers) mapfile -t COMPREPLY < <(compgen -u -- \"$word\") ;;\n"
	        "\tlist)\n"
	        "\t\tlist=${word%%\"${word##*,}\"}\n"
	        "\t\tcompopt -o nospace\n"
	        "\t\tmapfile -t COMPREPLY < <(compgen -P \"$list\" -W \"$2\" -- \"${word##*,}\")\n"
	        "\t\t;;\n"
	        "\twords)\n"
	        "\t\tmapfile -t COMPREPLY < <(compgen -W \"$2\" -- \"$word\")\n"
	        "\t\t[[ ${COMPREPLY[0]} != */ ]] || compopt -o nospace\n"
	        "\t\t;;\n"
	        "\tesac\n"
	        "}\n\n",
	        program);
}

static void print_call(FILE *out, const char *program, enum completion_kind kind, const char *choices)
{
	static const char *const names[] = {
		[COMPLETION_WORDS] = "words", [COMPLETION_LIST] = "list", [COMPLETION_FILES] = "files",
		[COMPLETION_DIRECTORIES] = "directories", [COMPLETION_USERS] = "users",
	};

	if (kind == COMPLETION_NONE || kind == COMPLETION_TEXT)
		return;
	fprintf(out, " _%s_offer %s", program, names[kind]);
	if (kind == COMPLETION_WORDS || kind == COMPLETION_LIST) {
		fputc(' ', out);
		completion_quote(out, choices);
	}
}

/* 'graph -s' | 'graph --start') _fireplot_offer words 'end-1d' ;; */
static void print_value(FILE *out, const char *program, const char *command, const struct completion_option *option)
{
	enum completion_kind kind = completion_kind_of(option->value, option->choices);

	if (kind == COMPLETION_NONE)
		return;
	fputc('\t', out);
	if (option->letter)
		fprintf(out, "'%s -%c'%s", command, option->letter, option->name ? " | " : "");
	if (option->name)
		fprintf(out, "'%s --%s'", command, option->name);
	fputc(')', out);
	print_call(out, program, kind, option->choices);
	fputs(" ;;\n", out);
}

static void print_option_words(FILE *out, const char *program, const struct completion_command *command)
{
	struct completion_option option;

	fprintf(out, " _%s_offer words '", program);
	for (unsigned i = 0; command->option(command->table, i, &option); i++) {
		if (option.letter)
			fprintf(out, "%s-%c", i ? " " : "", option.letter);
		if (option.name)
			fprintf(out, "%s--%s", i || option.letter ? " " : "", option.name);
	}
	fputs("' ;;\n", out);
}

static void print_command(FILE *out, const char *program, const struct completion_command *command)
{
	enum completion_kind kind = completion_kind_of(command->choices ? "WORD" : command->arguments, command->choices);
	struct completion_option option;

	for (unsigned i = 0; command->option(command->table, i, &option); i++)
		print_value(out, program, command->name, &option);
	fprintf(out, "\t'%s '*)", command->name);
	if (kind == COMPLETION_NONE) {
		print_option_words(out, program, command);
		return;
	}
	fputs("\n\t\tcase $word in\n\t\t-*)", out);
	print_option_words(out, program, command);
	fputs("\t\t*)", out);
	print_call(out, program, kind, command->choices);
	fputs(" ;;\n\t\tesac\n\t\t;;\n", out);
}

void completion_print_bash(FILE *out, const char *program, const struct completion_command *command, unsigned count)
{
	fprintf(out, "# bash completion for %s, as printed by \"%s --completion bash\"\n"
	             "# SPDX-License-Identifier: GPL-2.0-or-later\n\n", program, program);
	print_offer(out, program);
	fprintf(out, "_%s()\n{\n"
	             "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=\n\n"
	             "\tCOMPREPLY=()\n", program);
	if (count > 1)
		fputs("\t[[ $COMP_CWORD -eq 1 || ${COMP_WORDS[1]} == -* ]] || command=${COMP_WORDS[1]}\n", out);
	fputs("\t# \"--name=value\" comes as three words.\n"
	      "\tif [[ $word == = ]]; then\n"
	      "\t\tword=\n"
	      "\telif [[ $before == = ]]; then\n"
	      "\t\tbefore=${COMP_WORDS[COMP_CWORD - 2]}\n"
	      "\tfi\n"
	      "\tcase \"$command $before\" in\n", out);
	for (unsigned i = 0; i < count; i++)
		print_command(out, program, &command[i]);
	fprintf(out, "\tesac\n}\ncomplete -F _%s %s\n", program, program);
}
