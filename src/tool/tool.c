/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/tool.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "common/escape.h"
#include "tool/create.h"
#include "tool/export.h"
#include "tool/fetch.h"
#include "tool/graph.h"
#include "tool/info.h"

static const struct command {
	const struct option_table *options;
	const char *about;
	int (*main)(int argc, char **argv);
} commands[] = {
	{ &graph_options, "draw a window of time as a picture", graph_main },
	{ &fetch_options, "print the counts: time, series, ports, packets", fetch_main },
	{ &info_options, "what an archive holds, where it has gaps, what was lost", info_main },
	{ &export_options, "tell other programs: metrics for Prometheus", export_main },
	{ &create_options, "make an archive", create_main },
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
	fprintf(out, "usage: fireplot COMMAND [option ...]\n"
	             "Draws, reads and inspects counts of packets that a firewall rejected.\n\n");
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		fprintf(out, "  %-10s %s\n", commands[i].options->command, commands[i].about);
	fprintf(out, "\n  fireplot COMMAND --help lists the options of a command\n"
	             "  fireplot --version      prints the version\n");
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
