/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/export.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/escape.h"
#include "tool/outfile.h"
#include "tool/prometheus.h"
#include "tool/tool.h"

static const struct option_row rows[] = {
	{ 'o', "output", "FILE", "written whole or not at all; standard output without it" },
};

const struct option_table export_options = {
	.command = "export",
	.arguments = "FORMAT",
	.about = "Tells another program how things stand. FORMAT is\n"
	         "  prometheus  metrics as text, for node_exporter's textfile collector; counters only with -o FILE\n",
	.count = sizeof(rows) / sizeof(rows[0]),
	.row = rows,
	.choices = "prometheus",
};

struct request {
	struct option_common common;
	const char *output;
};

static int export_prometheus(const struct request *request, struct failure *why);

static const struct format {
	const char *name;
	int (*export)(const struct request *request, struct failure *why);
} formats[] = {
	{ "prometheus", export_prometheus },
};
#define FORMAT_COUNT (sizeof(formats) / sizeof(formats[0]))

/* ---- prometheus ---- */

/* What the output holds before it is replaced. *text is NULL if there is no such file, or if it is a device or pipe, which keeps
 * nothing; the caller frees it. */
static int read_output(const char *path, bool *keeps, char **text, struct failure *why)
{
	struct stat st;
	size_t size = 0;
	FILE *file;
	int err = 0;

	*text = NULL;
	*keeps = strcmp(path, "-") != 0 && (stat(path, &st) ? errno == ENOENT : S_ISREG(st.st_mode));
	file = *keeps ? fopen(path, "re") : NULL;
	if (!file)
		return *keeps && errno != ENOENT ? fail_errno(why, errno, "cannot read %s", path) : 0;
	if (getdelim(text, &size, '\0', file) < 0) {
		err = ferror(file) ? fail_errno(why, errno, "cannot read %s", path) : 0;
		free(*text);
		*text = NULL;
	}
	fclose(file);
	return err;
}

static int begin_counters(struct prometheus *export, const char *path, struct failure *why)
{
	struct failure inner = { "" };
	char *text = NULL;
	int err = read_output(path, &export->has_counters, &text, why);

	if (err == 0 && text && prometheus_read(export, text, &inner))
		err = fail(why, EINVAL, "%s: %.300s; remove it, and the counters begin at 0", path, inner.text);
	free(text);
	return err;
}

static int write_prometheus(const struct prometheus *export, const char *path, struct failure *why)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int err = 0;

	if (!out)
		return fail_errno(why, errno, "%s", path);
	prometheus_write(export, out);
	if (fclose(out))
		err = fail_errno(why, ENOMEM, "%s", path);
	if (err == 0)
		err = outfile_write(path, (const uint8_t *)text, size, why);
	free(text);
	return err;
}

static int gather_and_write(struct prometheus *export, struct reader *reader, const char *path, struct failure *why)
{
	int err;

	export->reader = reader;
	err = begin_counters(export, path, why);
	if (err)
		return err;
	if (export->counters.until_s > export->complete_s)
		tool_warn("the counters are ahead of the archive, and stand still until it is there");
	err = counters_go_on(&export->counters, reader, export->complete_s, why);
	export->sources = counters_sources(reader, export->complete_s);
	return err ? err : write_prometheus(export, path, why);
}

static int export_prometheus(const struct request *request, struct failure *why)
{
	struct prometheus export = { 0 };
	struct reader *reader = NULL;
	char path[PATH_MAX];
	int err = counters_find_complete(request->common.archive, request->common.daemon, &export.complete_s, why);

	if (err == 0)
		err = reader_open(request->common.archive, request->common.daemon, &reader, why);
	if (err)
		return err;
	export.archive = !request->common.daemon && realpath(request->common.archive, path) ? path : request->common.archive;
	if (reader_warning(reader))
		tool_warn(reader_warning(reader));
	err = gather_and_write(&export, reader, request->output, why);
	reader_close(reader);
	return err;
}

/* ---- the command ---- */

static int take(void *arg, int code, const char *value, struct failure *why)
{
	struct request *request = arg;

	(void)code;
	if (value[0] == '\0')
		return fail(why, EINVAL, "expected the name of a file");
	request->output = value;
	return 0;
}

static int run(const struct request *request, int argc, char **argv, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	if (argc == 0)
		return fail(why, EINVAL, "expected a format: prometheus");
	if (argc > 1)
		return fail(why, EINVAL, "unexpected argument %s, expected one format", escape_quote(argv[1], quoted));
	for (unsigned i = 0; i < FORMAT_COUNT; i++)
		if (strcmp(argv[0], formats[i].name) == 0)
			return formats[i].export(request, why);
	return fail(why, EINVAL, "unknown format %s, expected prometheus", escape_quote(argv[0], quoted));
}

int export_main(int argc, char **argv)
{
	struct request request = { .output = "-" };
	struct failure why = { "" };
	int err = option_table_parse(&export_options, argc, argv, &request.common, take, &request, &why);

	if (err >= 0)
		err = run(&request, argc - err, argv + err, &why);
	return err ? tool_end(err, &why) : tool_end_output();
}
