/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/who.h"

#include <errno.h>
#include <stdio.h>

#include "tool/question.h"
#include "tool/sightwriter.h"
#include "tool/tool.h"

static const struct option_row rows[] = {
	QUESTION_ROWS,
};

const struct option_table who_options = {
	.command = "who",
	.arguments = "",
	.about = "Prints the sightings themselves, oldest first: the time of the step, series, class, source, destination,\n"
	         "port, how many packets, TCP flags seen, and the log prefix of the rule. Times are those of rrdtool.\n",
	.count = sizeof(rows) / sizeof(rows[0]),
	.row = rows,
};

static int take(void *arg, int code, const char *value, struct failure *why)
{
	return question_take(arg, code, value, why);
}

/* What is wrong with the output is told in the end. */
static int print_all(const struct question *question, const struct sources *sources, struct failure *why)
{
	struct sightwriter writer = { .format = question->format, .evidence = &sources->evidence };
	int err;

	sightwriter_begin(&writer, question->common.archive, &question->window);
	err = witness_walk(sources->witness, &question->filter, sightwriter_take, &writer, why);
	if (err && ferror(stdout))
		return 0;
	sightwriter_end(&writer);
	return err;
}

int who_main(int argc, char **argv)
{
	struct question question;
	struct sources sources = { 0 };
	struct failure why = { "" };
	int err;

	question_init(&question);
	err = option_table_parse(&who_options, argc, argv, &question.common, take, &question, &why);
	if (err >= 0)
		err = question_open(&question, &sources, &why);
	if (err >= 0)
		err = print_all(&question, &sources, &why);
	sources_close(&sources);
	question_fini(&question);
	if (err < 0) {
		fflush(stdout);
		return tool_end(err, &why);
	}
	return tool_end_output();
}
