/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/tool.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "common/completion.h"
#include "common/escape.h"
#include "tool/create.h"
#include "tool/export.h"
#include "tool/fetch.h"
#include "tool/graph.h"
#include "tool/import.h"
#include "tool/info.h"
#include "tool/top.h"
#include "tool/who.h"

static const struct command {
	const struct option_table *options;
	const char *about;
	int (*main)(int argc, char **argv);
} commands[] = {
	{ &graph_options, "draw a window of time as a picture", graph_main },
	{ &fetch_options, "print the counts: time, series, ports, packets", fetch_main },
	{ &top_options, "who sent most, or to what: sources, ports, networks, rules", top_main },
	{ &who_options, "print the sightings: time, source, destination, port, packets", who_main },
	{ &info_options, "what an archive holds, where it has gaps, what was lost", info_main },
	{ &export_options, "tell other programs: metrics for Prometheus", export_main },
	{ &create_options, "make an archive", create_main },
	{ &import_options, "make one of old logs and captures", import_main },
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static const struct completion_option own_options[] = {
	{ 'h', "help", NULL, "print the commands and exit" },
	{ 'V', "version", NULL, "print the version and exit" },
	{ 0, "completion", "SHELL", "print the completion for bash or zsh and exit", "bash zsh" },
};
#define OWN_COUNT (sizeof(own_options) / sizeof(own_options[0]))

static void print_help(FILE *out)
{
	fprintf(out, "usage: fireplot COMMAND [option ...]\n"
	             "Draws, reads and inspects counts of packets that a firewall rejected.\n\n");
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		fprintf(out, "  %-10s %s\n", commands[i].options->command, commands[i].about);
	fprintf(out, "\n  fireplot COMMAND --help lists the options of a command\n"
	             "  fireplot --version      prints the version\n"
	             "  fireplot --completion bash|zsh  prints the completion for a shell\n");
}

static int unknown_command(const char *name)
{
	char quoted[ESCAPE_QUOTED];

	fprintf(stderr, "ERROR: unknown command %s, expected", escape_quote(name, quoted));
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		fprintf(stderr, "%s %s", i == 0 ? "" : i + 1 < COMMAND_COUNT ? "," : " or", commands[i].options->command);
	fputc('\n', stderr);
	return 1;
}

static const struct command *find_command(const char *name)
{
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].options->command, name) == 0)
			return &commands[i];
	return NULL;
}

/* "fireplot help fetch" is "fireplot fetch --help". */
static int help_main(const char *name)
{
	static char help[] = "--help";
	const struct command *command = name ? find_command(name) : NULL;
	char *argv[3];

	if (name && !command)
		return unknown_command(name);
	if (command) {
		argv[0] = argv[2] = NULL;
		argv[1] = help;
		return command->main(2, argv);
	}
	print_help(stdout);
	return tool_end_output();
}

static bool own_option(const void *table, unsigned i, struct completion_option *option)
{
	if (i >= OWN_COUNT)
		return false;
	*option = own_options[i];
	return true;
}

static bool no_option(const void *table, unsigned i, struct completion_option *option)
{
	return false;
}

/* The names of the commands, parted by blanks. */
static void join_names(char *names, size_t size)
{
	size_t used = 0;

	for (unsigned i = 0; i < COMMAND_COUNT && used < size; i++)
		used += (size_t)snprintf(names + used, size - used, "%s%s", i ? " " : "", commands[i].options->command);
}

static int completion_main(const char *shell)
{
	char names[256], all[sizeof(names) + 8];
	struct completion_command command[COMMAND_COUNT + 2] = {
		{ .name = "", .arguments = "COMMAND", .choices = all, .option = own_option },
		{ .name = "help", .about = "print the options of a command", .arguments = "COMMAND", .choices = names,
		  .option = no_option },
	};
	struct failure why = { "" };
	int err;

	join_names(names, sizeof(names));
	snprintf(all, sizeof(all), "%s help", names);
	for (unsigned i = 0; i < COMMAND_COUNT; i++) {
		const struct option_table *options = commands[i].options;

		command[i + 2] = (struct completion_command){ options->command, commands[i].about, options->arguments,
			                                      options->choices, option_table_completion, options };
	}
	err = completion_print(stdout, shell, "fireplot", command, COMMAND_COUNT + 2, &why);
	return err ? tool_end(err, &why) : tool_end_output();
}

int tool_main(int argc, char **argv)
{
	const struct command *command;

	setlocale(LC_TIME, "");
	if (argc < 2) {
		print_help(stderr);
		return 1;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
		return help_main(argc > 2 ? argv[2] : NULL);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		printf("fireplot (%s) %s\n", PACKAGE_NAME, PACKAGE_VERSION);
		return tool_end_output();
	}
	if (strcmp(argv[1], "--completion") == 0)
		return completion_main(argc > 2 ? argv[2] : "");
	command = find_command(argv[1]);
	return command ? command->main(argc - 1, argv + 1) : unknown_command(argv[1]);
}

int tool_end(int err, const struct failure *why)
{
	if (err == -ECANCELED && !why->text[0])
		return tool_end_output();
	fprintf(stderr, "ERROR: %s\n", why->text);
	return 1;
}

int tool_end_output(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	fprintf(stderr, "ERROR: the output could not be written: %s\n", strerror(errno));
	return 1;
}

void tool_warn(const char *text)
{
	fprintf(stderr, "WARNING: %s\n", text);
}
