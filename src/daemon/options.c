/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/completion.h"
#include "common/escape.h"

#define OPTIONS_MAX 48
#define WORD_BASE 256 /* option i of the words; those below are letters */

#define OWN_COMPLETION 128 /* options of our own without a letter, from there on */

static const struct own_option {
	struct option option;
	const char *value;
	const char *help;
	const char *choices;
} own_options[] = {
	{ { "config", required_argument, NULL, 'c' }, "FILE", "the configuration file instead of " SYSCONFDIR "/fireplot.conf" },
	{ { "test", no_argument, NULL, 't' }, "", "check the configuration and print the effective settings" },
	{ { "debug", no_argument, NULL, 'd' }, "", "log more" },
	{ { "help", no_argument, NULL, 'h' }, "", "print this and exit" },
	{ { "version", no_argument, NULL, 'V' }, "", "print the version and exit" },
	{ { "completion", required_argument, NULL, OWN_COMPLETION }, "SHELL", "print the completion for bash or zsh and exit", "bash zsh" },
};
#define OWN_COUNT (sizeof(own_options) / sizeof(own_options[0]))

/* Takes one option: a letter, or WORD_BASE and the index of a word. 0, 1 to stop, or -errno with *why. */
typedef int take_option(void *arg, int option, const char *value, struct failure *why);

static void list_options(struct option longs[OPTIONS_MAX])
{
	const struct settings_word *word;
	unsigned used = 0;

	for (unsigned i = 0; i < OWN_COUNT; i++)
		longs[used++] = own_options[i].option;
	for (int i = 0; (word = settings_word((unsigned)i)) != NULL && used + 1 < OPTIONS_MAX; i++)
		longs[used++] = (struct option){ word->name, required_argument, NULL, WORD_BASE + i };
	longs[used] = (struct option){ 0 };
}

static int word_index(const char *name)
{
	const struct settings_word *word;
	unsigned i;

	for (i = 0; (word = settings_word(i)) != NULL && strcmp(word->name, name) != 0; i++)
		;
	return (int)i;
}

static bool is_own_letter(int letter)
{
	for (unsigned i = 0; i < OWN_COUNT; i++)
		if (own_options[i].option.val == letter)
			return true;
	return false;
}

/* What getopt_long stopped at. It has stepped over that argument, unless the letter is one of several in it. */
static int bad_option(int code, char **argv, struct failure *why)
{
	char quoted[ESCAPE_QUOTED], letter[3] = { '-', (char)optopt, '\0' };

	if (code == ':')
		return fail(why, EINVAL, "option %s: expected a value behind it", escape_quote(argv[optind - 1], quoted));
	if (optopt >= WORD_BASE || is_own_letter(optopt))
		return fail(why, EINVAL, "option %s: expected no value", escape_quote(argv[optind - 1], quoted));
	return fail(why, EINVAL, "unknown or ambiguous option %s, expected one that --help lists",
	            escape_quote(optopt ? letter : argv[optind - 1], quoted));
}

static int each_option(int argc, char **argv, take_option *take, void *arg, struct failure *why)
{
	struct option longs[OPTIONS_MAX];
	char quoted[ESCAPE_QUOTED];
	int code, result;

	list_options(longs);
	opterr = 0;
	optind = 0; /* glibc: from the start, though it may not be the first time */
	while ((code = getopt_long(argc, argv, ":c:dg:htV", longs, NULL)) != -1) {
		if (code == '?' || code == ':')
			return bad_option(code, argv, why);
		result = take(arg, code == 'g' ? WORD_BASE + word_index("group") : code, optarg, why);
		if (result != 0)
			return result;
	}
	if (optind < argc)
		return fail(why, EINVAL, "unexpected argument %s, expected options only", escape_quote(argv[optind], quoted));
	return 0;
}

static void print_option(const char *letter, const char *name, const char *value, const char *help)
{
	char text[64];

	snprintf(text, sizeof(text), "%s--%s%s%s", letter, name, value[0] ? " " : "", value);
	printf("  %-32s %s\n", text, help);
}

static void print_help(void)
{
	const struct settings_word *word;

	printf("usage: fireplotd [option ...]\n"
	       "Counts the packets that firewall rules log to NFLOG groups, into an archive.\n\n");
	for (unsigned i = 0; i < OWN_COUNT; i++) {
		const struct own_option *own = &own_options[i];
		char letter[] = { '-', (char)own->option.val, ',', ' ', '\0' };

		print_option(own->option.val < OWN_COMPLETION ? letter : "    ", own->option.name, own->value, own->help);
	}
	printf("\nEach word of fireplot.conf(5), in place of what the file says or, for ignore and watch, besides it:\n");
	for (unsigned i = 0; (word = settings_word(i)) != NULL; i++)
		print_option(strcmp(word->name, "group") == 0 ? "-g, " : "    ", word->name, word->value, word->help);
}

/* The options of our own, then the words. */
static bool completion_option(const void *table, unsigned i, struct completion_option *option)
{
	const struct settings_word *word;

	if (i < OWN_COUNT) {
		const struct own_option *own = &own_options[i];
		char letter = own->option.val < OWN_COMPLETION ? (char)own->option.val : '\0';

		*option = (struct completion_option){ letter, own->option.name, own->value, own->help, own->choices };
		return true;
	}
	word = settings_word(i - OWN_COUNT);
	if (word)
		*option = (struct completion_option){ strcmp(word->name, "group") == 0 ? 'g' : '\0', word->name, word->value,
			                              word->help, word->choices };
	return word != NULL;
}

static int print_completion(const char *shell, struct failure *why)
{
	const struct completion_command command = { .name = "", .option = completion_option };
	struct failure inner;
	int err = completion_print(stdout, shell, "fireplotd", &command, 1, &inner);

	return err ? fail(why, -err, "option --completion: %s", inner.text) : 1;
}

/* The first time over the command line: all but the words. */
static int take_own(void *arg, int option, const char *value, struct failure *why)
{
	struct options *options = arg;

	switch (option) {
	case 'c':
		options->config = value;
		options->config_given = true;
		break;
	case 't':
		options->test = true;
		break;
	case 'd':
		options->debug = true;
		break;
	case 'h':
		print_help();
		return 1;
	case 'V':
		printf("fireplotd (%s) %s\n", PACKAGE_NAME, PACKAGE_VERSION);
		return 1;
	case OWN_COMPLETION:
		return print_completion(value, why);
	}
	return 0;
}

/* The second time: the words. */
static int take_word(void *arg, int option, const char *value, struct failure *why)
{
	struct failure inner;
	int err;

	if (option < WORD_BASE)
		return 0;
	err = settings_set(arg, settings_word((unsigned)(option - WORD_BASE))->name, value, &inner);
	return err < 0 ? fail(why, -err, "--%s", inner.text) : 0;
}

int options_reread(const struct options *options, struct settings *settings, struct failure *why)
{
	int err;

	err = settings_init(settings);
	if (err < 0)
		return fail(why, -err, "no memory for the settings");
	snprintf(settings->user, sizeof(settings->user), "%s", options->root ? SETTINGS_USER : "");
	err = settings_read_file(settings, options->config, why);
	if (err < 0 && (err != -ENOENT || options->config_given))
		return err;
	settings_begin(settings);
	err = each_option(options->argc, options->argv, take_word, settings, why);
	return err < 0 ? err : settings_check(settings, why);
}

enum options_result options_read(int argc, char **argv, struct options *options, struct settings *settings, struct failure *why)
{
	int result;

	*options = (struct options){ .config = SYSCONFDIR "/fireplot.conf", .root = geteuid() == 0, .argc = argc, .argv = argv };
	*settings = (struct settings){ 0 };
	result = each_option(argc, argv, take_own, options, why);
	if (result != 0)
		return result > 0 ? OPTIONS_DONE : OPTIONS_USAGE;
	return options_reread(options, settings, why) < 0 ? OPTIONS_USAGE : OPTIONS_RUN;
}
