/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/option_table.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/rrdcached.h"
#include "archive/schema.h"
#include "common/escape.h"

#define CODE_ARCHIVE 1000
#define CODE_HELP 1001
#define CODE_ELSEWHERE 2000
#define CODE_DAEMON 'd'

static const struct option_row common_rows[] = {
	{ CODE_ARCHIVE, "archive", "DIR", "the archive; else $FIREPLOT_ARCHIVE, else " ARCHIVE_DEFAULT },
	{ CODE_DAEMON, "daemon", "ADDRESS", "of an rrdcached to go through; else $RRDCACHED_ADDRESS" },
	{ CODE_HELP, "help", NULL, "print this and exit" },
};
#define COMMON_COUNT (sizeof(common_rows) / sizeof(common_rows[0]))

static const struct option_row *row_at(const struct option_table *table, unsigned i)
{
	return i < table->count ? &table->row[i] : &common_rows[i - table->count];
}

static unsigned row_count(const struct option_table *table)
{
	return table->count + COMMON_COUNT;
}

static void print_help(const struct option_table *table)
{
	printf("usage: fireplot %s%s%s [option ...]\n%s\n", table->command, table->arguments[0] ? " " : "", table->arguments,
	       table->about);
	for (unsigned i = 0; i < row_count(table); i++) {
		const struct option_row *row = row_at(table, i);
		char letter[] = "    ", text[64];

		if (row->code < OPTION_LONG)
			snprintf(letter, sizeof(letter), "-%c%s", row->code, row->name ? ", " : "");
		snprintf(text, sizeof(text), "%s%s%s%s%s", letter, row->name ? "--" : "", row->name ? row->name : "",
		         row->value ? " " : "", row->value ? row->value : "");
		printf("  %-28s %s\n", text, row->help);
	}
}

bool option_table_completion(const void *arg, unsigned i, struct completion_option *option)
{
	const struct option_table *table = arg;
	const struct option_row *row;

	if (i >= row_count(table))
		return false;
	row = row_at(table, i);
	*option = (struct completion_option){ row->code < OPTION_LONG ? (char)row->code : '\0', row->name, row->value, row->help,
		                              row->choices };
	return true;
}

/* For getopt_long: ":" so that a missing value is told apart, then the letters. */
static void list_options(const struct option_table *table, struct option *longs, char *letters)
{
	*letters++ = ':';
	for (unsigned i = 0; i < row_count(table); i++) {
		const struct option_row *row = row_at(table, i);

		if (row->name)
			*longs++ = (struct option){ row->name, row->value ? required_argument : no_argument, NULL, row->code };
		if (row->code < OPTION_LONG)
			*letters++ = (char)row->code;
		if (row->code < OPTION_LONG && row->value)
			*letters++ = ':';
	}
	for (unsigned i = 0; i < table->elsewhere_count; i++) {
		const struct option_elsewhere *other = &table->elsewhere[i];

		*longs++ = (struct option){ other->name, other->has_value ? required_argument : no_argument, NULL,
		                            CODE_ELSEWHERE + (int)i };
		if (other->letter)
			*letters++ = (char)other->letter;
		if (other->letter && other->has_value)
			*letters++ = ':';
	}
	*longs = (struct option){ 0 };
	*letters = '\0';
}

static const struct option_row *find_code(const struct option_table *table, int code)
{
	for (unsigned i = 0; i < row_count(table); i++)
		if (row_at(table, i)->code == code)
			return row_at(table, i);
	return NULL;
}

static const struct option_elsewhere *find_elsewhere(const struct option_table *table, int code)
{
	for (unsigned i = 0; i < table->elsewhere_count; i++)
		if (CODE_ELSEWHERE + (int)i == code || (table->elsewhere[i].letter && table->elsewhere[i].letter == code))
			return &table->elsewhere[i];
	return NULL;
}

static int tell_elsewhere(const struct option_elsewhere *other, struct failure *why)
{
	if (!other->is_harmless)
		return fail(why, EINVAL, "option --%s: %s", other->name, other->instead);
	fprintf(stderr, "WARNING: option --%s: %s\n", other->name, other->instead);
	return 0;
}

/* What getopt_long stopped at. optopt is the code of a known option, the letter of an unknown one, or 0. */
static int bad_option(const struct option_table *table, int result, char **argv, struct failure *why)
{
	const struct option_row *row = find_code(table, optopt);
	bool is_elsewhere = find_elsewhere(table, optopt) != NULL;
	char quoted[ESCAPE_QUOTED], letter[] = { '-', (char)optopt, '\0' };

	if (result == ':')
		return fail(why, EINVAL, "option %s: expected %s behind it", escape_quote(argv[optind - 1], quoted),
		            row && row->value ? row->value : "a value");
	if (row || is_elsewhere)
		return fail(why, EINVAL, "option %s: expected no value", escape_quote(argv[optind - 1], quoted));
	return fail(why, EINVAL, "unknown option %s; fireplot %s --help lists those there are",
	            escape_quote(optopt ? letter : argv[optind - 1], quoted), table->command);
}

/* Lets the command take it, and puts the option's name before what went wrong. */
static int take_option(const struct option_table *table, int code, option_take *take, void *arg, struct failure *why)
{
	const struct option_row *row = find_code(table, code);
	struct failure inner = { "" };
	int err = take(arg, code, optarg, &inner);

	if (err && row && row->name)
		return fail(why, -err, "option --%s: %.400s", row->name, inner.text);
	return err ? fail(why, -err, "option -%c: %.400s", code, inner.text) : 0;
}

/* An option that stood where the value of another one was expected: all there is to see of a value that was forgotten. */
struct eaten {
	const struct option_row *by;
	const char *option;
};

/* What takes a value itself, which then is left behind as an argument. */
static bool is_option_with_value(const struct option_table *table, const char *text)
{
	for (unsigned i = 0; i < row_count(table); i++) {
		const struct option_row *row = row_at(table, i);

		if (row->value && text[0] == '-' && text[1] &&
		    ((text[1] == row->code && !text[2]) || (text[1] == '-' && row->name && strcmp(text + 2, row->name) == 0)))
			return true;
	}
	return false;
}

/* It may be right as it is ("-t -w"): only an argument too many tells that it is not. */
static int check_arguments(const struct option_table *table, int argc, char **argv, const struct eaten *eaten, struct failure *why)
{
	int most = table->arguments[0] ? 1 : 0;
	char quoted[ESCAPE_QUOTED];

	if (argc - optind <= most)
		return 0;
	if (eaten->by && eaten->by->name)
		return fail(why, EINVAL, "option --%s: expected %s behind it, not the option %s", eaten->by->name, eaten->by->value,
		            eaten->option);
	if (eaten->by)
		return fail(why, EINVAL, "option -%c: expected %s behind it, not the option %s", eaten->by->code, eaten->by->value,
		            eaten->option);
	return most ? 0 : fail(why, EINVAL, "unexpected argument %s, expected options only", escape_quote(argv[optind], quoted));
}

static void take_environment(struct option_common *common)
{
	const char *archive = getenv("FIREPLOT_ARCHIVE");

	common->archive = archive && archive[0] ? archive : ARCHIVE_DEFAULT;
	common->daemon = rrdcached_choose_address(NULL);
}

int option_table_parse(const struct option_table *table, int argc, char **argv, struct option_common *common, option_take *take,
                       void *arg, struct failure *why)
{
	struct option longs[OPTION_ROWS + COMMON_COUNT + 1];
	char letters[2 * (OPTION_ROWS + COMMON_COUNT) + 2];
	const struct option_elsewhere *other;
	struct eaten eaten = { NULL, NULL };
	int code, err = 0;

	take_environment(common);
	list_options(table, longs, letters);
	opterr = 0;
	optind = 0; /* glibc: from the start, though it may not be the first time */
	while (err == 0 && (code = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (code == '?' || code == ':')
			return bad_option(table, code, argv, why);
		if (code == CODE_HELP) {
			print_help(table);
			return -ECANCELED;
		}
		if (optarg && optarg == argv[optind - 1] && is_option_with_value(table, optarg))
			eaten = (struct eaten){ find_code(table, code), optarg };
		other = find_elsewhere(table, code);
		if (other)
			err = tell_elsewhere(other, why);
		else if (code == CODE_ARCHIVE)
			common->archive = optarg;
		else if (code == CODE_DAEMON)
			common->daemon = rrdcached_choose_address(optarg);
		else
			err = take_option(table, code, take, arg, why);
	}
	if (err == 0)
		err = check_arguments(table, argc, argv, &eaten, why);
	return err ? err : optind;
}
