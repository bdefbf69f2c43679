/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/create.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "archive/create.h"
#include "archive/rrd.h"
#include "common/escape.h"
#include "common/units.h"
#include "tool/tool.h"

enum { PROFILE = OPTION_LONG, STEP, RETENTION, EXACT_PORTS, BINS_PER_OCTAVE, START, DRY_RUN };

static const struct option_row rows[] = {
	{ PROFILE, "profile", "NAME", "default, or small for routers", "default small" },
	{ STEP, "step", "TIME", "the shortest time told apart, 1s to 5m" },
	{ RETENTION, "retention", "ROW:SPAN ...", "how long rows of which length are kept, as \"10s:6h 1m:2d\"" },
	{ EXACT_PORTS, "exact-ports", "N", "ports from 0 that are told apart, a power of two from 64" },
	{ BINS_PER_OCTAVE, "bins-per-octave", "N", "bins for each doubling of the port above them, 1 to 64" },
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
	const char *profile;
	const char *step;
	const char *retention;
	const char *start;
	uint32_t exact_ports; /* 0: as in the profile */
	uint32_t bins_per_octave;
	bool dry_run;
};

static int take_number(const char *value, uint32_t min, uint32_t max, uint32_t *number, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	if (units_parse_number(value, min, max, number) && (*number & (*number - 1)) == 0)
		return 0;
	return fail(why, EINVAL, "expected a power of two from %" PRIu32 " to %" PRIu32 ", not %s", min, max,
	            escape_quote(value, quoted));
}

static int take(void *arg, int code, const char *value, struct failure *why)
{
	struct request *request = arg;

	switch (code) {
	case PROFILE:
		request->profile = value;
		return 0;
	case STEP:
		request->step = value;
		return 0;
	case RETENTION:
		request->retention = value;
		return 0;
	case START:
		request->start = value;
		return 0;
	case EXACT_PORTS:
		return take_number(value, 64, 65536, &request->exact_ports, why);
	case BINS_PER_OCTAVE:
		return take_number(value, 1, 64, &request->bins_per_octave, why);
	default:
		request->dry_run = true;
		return 0;
	}
}

/* The profile, and what was asked for in place of parts of it. Without a retention the profile's first level is as the step. */
static int make_schema(const struct request *request, struct schema *schema, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	if (!schema_by_profile(request->profile, schema))
		return fail(why, EINVAL, "unknown profile %s, expected default or small", escape_quote(request->profile, quoted));
	if (request->step && !units_parse_duration(request->step, &schema->step_s))
		return fail(why, EINVAL, "step: expected a time as 10s or 1m, not %s", escape_quote(request->step, quoted));
	if (request->step && !request->retention && schema->step_s != schema->level[0].row_s) {
		uint32_t span_s = schema->level[0].row_s * schema->level[0].rows;

		schema->level[0] = (struct schema_level){ schema->step_s, schema->step_s ? span_s / schema->step_s : 0 };
	}
	if (request->exact_ports)
		schema->portbin.exact_ports = request->exact_ports;
	if (request->bins_per_octave)
		schema->portbin.per_octave = request->bins_per_octave;
	if (request->retention)
		return schema_parse_retention(request->retention, schema, why);
	return schema_check(schema, why);
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

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

/* librrd writes a file in one go, so that a signal is heeded between two. */
static void catch_interrupts(void)
{
	struct sigaction action = { .sa_handler = interrupt, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

static bool show_progress(void *arg, unsigned done, unsigned total, const char *name)
{
	const bool *terminal = arg;

	if (*terminal)
		fprintf(stderr, "\r%u of %u files: %-28s", done, total, name);
	return !interrupted;
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
	catch_interrupts();
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
	struct request request = { .profile = "default" };
	struct failure why = { "" };
	struct schema schema;
	int err = option_table_parse(&create_options, argc, argv, &request.common, take, &request, &why);

	if (err < 0)
		return tool_end(err, &why);
	err = make_schema(&request, &schema, &why);
	if (err == 0 && request.dry_run)
		print_plan(request.common.archive, &schema);
	else if (err == 0)
		err = make(&request, &schema, &why);
	return err ? tool_end(err, &why) : tool_end_output();
}
