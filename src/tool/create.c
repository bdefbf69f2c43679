/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/create.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "archive/create.h"
#include "archive/rrd.h"
#include "common/units.h"
#include "tool/interrupts.h"
#include "tool/layout.h"
#include "tool/tool.h"

enum { START = OPTION_LONG, DRY_RUN };

static const struct option_row rows[] = {
	LAYOUT_ROWS,
	{ START, "start", "TIME", "when its first row may begin; now by default" },
	{ DRY_RUN, "dry-run", NULL, "make nothing, print what would be made" },
};

const struct option_table create_options = {
	.command = "create",
	.arguments = "",
	.about = "Makes a new archive. fireplotd makes one by itself, from its configuration; this is for other layouts,\n"
	         "and to see beforehand what one takes. An archive that is already there is never touched.\n",
	.count = sizeof(rows) / sizeof(rows[0]),
	.row = rows,
};

struct request {
	struct option_common common;
	struct layout layout;
	const char *start;
	bool dry_run;
};

static int take(void *arg, int code, const char *value, struct failure *why)
{
	struct request *request = arg;
	bool is_taken;
	int err = layout_take(&request->layout, code, value, &is_taken, why);

	if (is_taken)
		return err;
	if (code == START)
		request->start = value;
	else
		request->dry_run = true;
	return 0;
}

static int find_start(const struct request *request, const struct schema *schema, int64_t *start_s, struct failure *why)
{
	int64_t end_s;
	int err = 0;

	*start_s = time(NULL);
	if (request->start)
		err = rrdfile_parse_times(request->start, "now", start_s, &end_s, why);
	*start_s -= *start_s % schema->level[schema->levels - 1].row_s;
	if (err == 0 && *start_s < 315360000)
		err = fail(why, EINVAL, "start: expected a time after 1980");
	return err;
}

static void print_plan(const char *archive, const struct schema *schema)
{
	char size[32], row[32], span[32];

	printf("%-28s %5s %14s\n", "file", "DS", "bytes");
	for (unsigned i = 0; i < schema_file_count(schema); i++) {
		struct schema_file file;

		schema_file(schema, i, &file);
		printf("%-28s %5u %14" PRIu64 "\n", file.name, file.ds_count, schema_file_bytes(schema, &file));
	}
	printf("\n%-28s %5s %14s\n", "rows of", "kept", "rows");
	for (unsigned i = 0; i < schema->levels; i++)
		printf("%-28s %5s %14" PRIu32 "\n", units_format_duration(schema->level[i].row_s, row, sizeof(row)),
		       units_format_duration(schema->level[i].row_s * schema->level[i].rows, span, sizeof(span)),
		       schema->level[i].rows);
	printf("\n%u port bins a series: %" PRIu32 " exact ports, %" PRIu32 " bins an octave above\n",
	       portbin_count(&schema->portbin), schema->portbin.exact_ports, schema->portbin.per_octave);
	printf("%s: %u files, %s, which never grow\n", archive, schema_file_count(schema),
	       units_format_bytes(schema_bytes(schema), size, sizeof(size)));
}

static bool show_progress(void *arg, unsigned done, unsigned total, const char *name)
{
	const bool *terminal = arg;

	if (*terminal)
		fprintf(stderr, "\r%u of %u files: %-28s", done, total, name);
	return !interrupts_seen(); /* librrd writes a file in one go, so that a signal is heeded between two */
}

static int make_archive(const struct request *request, const struct store *store, const struct schema *schema, struct failure *why)
{
	bool terminal = isatty(STDERR_FILENO);
	struct schema present;
	char size[32], archive[STORE_NAME];
	int64_t start_s;
	int err = find_start(request, schema, &start_s, why);

	if (err)
		return err;
	store_name(store, archive);
	err = archive_probe(store, &present, why);
	if (err == 0)
		return fail(why, EEXIST, "%s: there is an archive already; it is left as it is", archive);
	if (err != -ENOENT)
		return err;
	interrupts_catch(false);
	err = archive_create(store, schema, start_s, show_progress, &terminal, why);
	if (terminal)
		fprintf(stderr, "\r%60s\r", "");
	if (err == -ECANCELED)
		return fail(why, EINTR, "%s: stopped; the files that are there are whole, the same command makes the rest",
		            archive);
	if (err == 0)
		printf("%s: %u files, %s\n", archive, schema_file_count(schema),
		       units_format_bytes(schema_bytes(schema), size, sizeof(size)));
	return err;
}

static int make(const struct request *request, const struct schema *schema, struct failure *why)
{
	struct store store = { .dir = request->common.archive };
	int err = 0;

	if (request->common.daemon) {
		store.cached = rrdcached_new(request->common.daemon, why);
		err = store.cached ? rrdcached_connect(store.cached, why) : -EINVAL;
	}
	if (!err)
		err = make_archive(request, &store, schema, why);
	rrdcached_free(store.cached);
	return err;
}

int create_main(int argc, char **argv)
{
	struct request request = { .start = NULL };
	struct failure why = { "" };
	struct schema schema;
	int err = option_table_parse(&create_options, argc, argv, &request.common, take, &request, &why);

	if (err < 0)
		return tool_end(err, &why);
	err = layout_schema(&request.layout, &schema, &why);
	if (err == 0 && request.dry_run)
		print_plan(request.common.archive, &schema);
	else if (err == 0)
		err = make(&request, &schema, &why);
	return err ? tool_end(err, &why) : tool_end_output();
}
