/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/bulk.h"

#include <errno.h>
#include <math.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "archive/bulk_rows.h"
#include "archive/create.h"
#include "archive/store.h"

#define WINDOWS (3u << 20) /* bytes of all rows that wait to be written */
#define WINDOW_MAX 4096   /* of a level of a file */
#define RATES 256          /* of so many counts a step the rate is known beforehand */
#define OTHER_FILES 64     /* that this process may have open besides */

/* One file of the archive. */
struct part {
	struct schema_file what;
	bool is_watch;
	struct bulk_rows rows;
};

struct bulk {
	char *dir;
	struct schema schema;
	int64_t end_s;
	int64_t at_s;    /* what is before is added or skipped */
	int64_t gap_s;   /* where the gap begins that ends at at_s, or at_s; written down when it is over */
	unsigned bins;
	unsigned watched;   /* DS of watch.rrd */
	uint64_t watch_mask; /* bit i: DS i is watched now */
	unsigned count;  /* of files */
	unsigned begun;  /* files that may be there */
	bool is_finished;
	struct part **part;
	struct bulk_level level[SCHEMA_LEVELS];
	double rate[RATES];
};

/* ---- files ---- */

/* All are open at the same time; a layout with a file for 64 of each port has thousands. */
static void raise_open_files(unsigned count)
{
	struct rlimit limit;
	rlim_t wanted = count + OTHER_FILES;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static size_t windows_of(const struct bulk *bulk)
{
	size_t each = WINDOWS / bulk->count, most = (size_t)WINDOW_MAX * bulk->schema.levels;

	return each < most ? each : most;
}

/* Begins one more file, the i-th of the archive. */
static int make_part(struct bulk *bulk, const struct rrdfile_shape *shape, const char *name, struct part *part, int64_t origin_s,
                     struct failure *why)
{
	struct rrd_cdp fresh;
	char path[STORE_PATH];
	int err = store_path(STORE_HERE(bulk->dir), name, path, why);

	if (err == 0)
		err = bulk_file_make(path, shape, origin_s, bulk->end_s, windows_of(bulk), &part->rows.file, why);
	if (err)
		return err;
	bulk_file_get_cdp(&part->rows.file, 0, 0, &fresh);
	part->rows.unknown = fresh.scratch[0].value;
	part->rows.known_ds = part->what.kind == SCHEMA_TOTALS && !part->is_watch ? schema_known_ds() : -1;
	for (unsigned i = 0; i < bulk->schema.levels; i++)
		part->rows.next_row[i] = bulk->level[i].first_row;
	return 0;
}

static struct part *begin_part(struct bulk *bulk, struct failure *why)
{
	struct part *part = calloc(1, sizeof(*part));

	if (!part) {
		fail(why, ENOMEM, "%s: no memory", bulk->dir);
		return NULL;
	}
	part->rows.file.fd = -1;
	bulk->part[bulk->begun++] = part;
	return part;
}

static int make_files(struct bulk *bulk, int64_t origin_s, struct failure *why)
{
	struct rrdfile_shape shape;
	int err = 0;

	for (unsigned i = 0; i < schema_file_count(&bulk->schema) && err == 0; i++) {
		struct part *part = begin_part(bulk, why);

		if (!part)
			return -ENOMEM;
		schema_file(&bulk->schema, i, &part->what);
		rrdfile_shape_of(&bulk->schema, &part->what, &shape);
		err = make_part(bulk, &shape, part->what.name, part, origin_s, why);
	}
	return err;
}

static uint64_t mask_of(unsigned watched)
{
	return watched < 64 ? (UINT64_C(1) << watched) - 1 : UINT64_MAX;
}

static bool is_partly_watched(const struct bulk *bulk)
{
	return bulk->watch_mask != mask_of(bulk->watched);
}

static int make_watch(struct bulk *bulk, unsigned count, const char names[][SCHEMA_DS_NAME], int64_t origin_s, struct failure *why)
{
	struct part *part = begin_part(bulk, why);
	struct rrdfile_shape shape;

	if (!part)
		return -ENOMEM;
	bulk->watched = count;
	bulk->watch_mask = mask_of(count);
	rrdfile_watch_shape(&bulk->schema, &shape);
	for (unsigned i = 0; i < count; i++)
		rrdfile_watch_ds(&bulk->schema, names[i], &shape.ds[shape.ds_count++]);
	part->is_watch = true;
	return make_part(bulk, &shape, STORE_WATCH, part, origin_s, why);
}

/* ---- opening ---- */

static void set_levels(struct bulk *bulk, int64_t origin_s)
{
	for (unsigned i = 0; i < bulk->schema.levels; i++) {
		const struct schema_level *what = &bulk->schema.level[i];
		int64_t first = origin_s / what->row_s, keep = bulk->end_s / what->row_s - what->rows;

		bulk->level[i] = (struct bulk_level){ .row_s = what->row_s, .steps = what->row_s / bulk->schema.step_s,
			                              .first_row = first, .keep_row = keep > first ? keep : first, .row = first };
	}
}

/* As librrd turns the count of a step into a rate. */
static double rate_of(const struct bulk *bulk, double count)
{
	double step = bulk->schema.step_s;

	return count / step * step / step;
}

static struct bulk *new_bulk(const char *dir, const struct schema *schema, unsigned count)
{
	struct bulk *bulk = calloc(1, sizeof(*bulk));

	if (!bulk)
		return NULL;
	bulk->dir = strdup(dir);
	bulk->part = calloc(count, sizeof(*bulk->part));
	bulk->count = count;
	bulk->schema = *schema;
	bulk->bins = portbin_count(&schema->portbin);
	for (unsigned i = 0; i < RATES; i++)
		bulk->rate[i] = rate_of(bulk, i);
	if (bulk->dir && bulk->part)
		return bulk;
	bulk_close(bulk);
	return NULL;
}

static int check_span(const char *dir, const struct schema *schema, int64_t start_s, int64_t end_s, struct failure *why)
{
	if (start_s > 0 && start_s < end_s && start_s % schema->step_s == 0 && end_s % schema->step_s == 0)
		return 0;
	return fail(why, EINVAL, "%s: no archive can be from %lld to %lld with a step of %u s", dir, (long long)start_s,
	            (long long)end_s, schema->step_s);
}

int bulk_open(const char *dir, const struct schema *schema, int64_t start_s, int64_t end_s, unsigned watch_count,
              const char watch_names[][SCHEMA_DS_NAME], struct bulk **out, struct failure *why)
{
	int err = archive_prepare(dir, schema, why);
	struct bulk *bulk;
	int64_t origin_s;

	if (err == 0)
		err = check_span(dir, schema, start_s, end_s, why);
	if (err)
		return err;
	bulk = new_bulk(dir, schema, schema_file_count(schema) + (watch_count > 0));
	if (!bulk)
		return fail(why, ENOMEM, "%s: no memory", dir);
	raise_open_files(bulk->count);
	/* As the daemon makes an archive: from a row of every level on, and what it did not hear of that is a gap. */
	origin_s = start_s - start_s % schema->level[schema->levels - 1].row_s;
	bulk->gap_s = origin_s;
	bulk->at_s = start_s;
	bulk->end_s = end_s;
	set_levels(bulk, origin_s);
	err = make_files(bulk, origin_s, why);
	if (err == 0 && watch_count)
		err = make_watch(bulk, watch_count, watch_names, origin_s, why);
	if (err) {
		bulk_close(bulk);
		return err;
	}
	*out = bulk;
	return 0;
}

/* ---- time ---- */

/* Brings a level on to a row. Only where steps are unknown has every file something to do for it. */
static int advance_level(struct bulk *bulk, unsigned level, int64_t row, struct failure *why)
{
	struct bulk_level *at = &bulk->level[level];
	int err = 0;

	if (row == at->row)
		return 0;
	for (unsigned i = 0; at->unknown && i < bulk->count && err == 0; i++)
		err = bulk_rows_complete(&bulk->part[i]->rows, bulk->level, level, at->row, at->unknown, why);
	at->unknown = 0;
	at->row = row;
	return err;
}

static int skip_level(struct bulk *bulk, unsigned level, struct failure *why)
{
	struct bulk_level *at = &bulk->level[level];
	uint32_t step_s = bulk->schema.step_s;
	int64_t row = bulk->at_s / at->row_s;
	int err = advance_level(bulk, level, bulk->gap_s / at->row_s, why);

	if (row == at->row) {
		at->unknown += (uint32_t)((bulk->at_s - bulk->gap_s) / step_s);
		return err;
	}
	at->unknown += (uint32_t)(((at->row + 1) * at->row_s - bulk->gap_s) / step_s);
	for (unsigned i = 0; i < bulk->count && err == 0; i++)
		err = bulk_rows_skip(&bulk->part[i]->rows, bulk->level, level, at->unknown, row,
		                     (uint64_t)((bulk->at_s - bulk->gap_s) / step_s), why);
	at->row = row;
	at->unknown = (uint32_t)((bulk->at_s - row * at->row_s) / step_s);
	return err;
}

/* Writes the gap down that is over. */
static int end_gap(struct bulk *bulk, struct failure *why)
{
	int err = 0;

	for (unsigned i = 0; i < bulk->schema.levels && err == 0 && bulk->gap_s < bulk->at_s; i++)
		err = skip_level(bulk, i, why);
	bulk->gap_s = bulk->at_s;
	return err;
}

static int check_time(const struct bulk *bulk, int64_t start_s, int64_t end_s, struct failure *why)
{
	uint32_t step_s = bulk->schema.step_s;

	if (start_s >= bulk->at_s && start_s < end_s && end_s <= bulk->end_s && start_s % step_s == 0 && end_s % step_s == 0)
		return 0;
	return fail(why, EINVAL, "%s: %lld to %lld is not behind %lld, or not whole steps", bulk->dir, (long long)start_s,
	            (long long)end_s, (long long)bulk->at_s);
}

/* ---- counts ---- */

static bool has_any(const uint32_t *counts, unsigned n)
{
	uint32_t any = 0;

	for (unsigned i = 0; i < n; i++)
		any |= counts[i];
	return any != 0;
}

static const uint32_t *ports_of(const struct bulk *bulk, const struct part *part, const struct slot *counts)
{
	return counts->ports + (size_t)part->what.series * bulk->bins + part->what.first_bin;
}

/* Whether the file got anything. A packet of a series is in packets[], whatever else it is counted in. */
static bool is_touched(const struct bulk *bulk, const struct part *part, const struct slot *counts)
{
	const struct schema_file *what = &part->what;

	if (part->is_watch)
		return is_partly_watched(bulk) || has_any(counts->watch, part->rows.file.shape.ds_count);
	if (what->kind == SCHEMA_TOTALS)
		return true;
	if (!has_any(counts->packets[what->series], CLASS_COUNT))
		return false;
	return what->kind == SCHEMA_ICMP || has_any(ports_of(bulk, part, counts), what->ds_count);
}

/* A rate for each of the values; those of gauges, whole numbers, stay as they are. */
static void rates_of(const struct bulk *bulk, const struct part *part, const double *values, double *rates)
{
	for (unsigned i = 0; i < SCHEMA_DS; i++)
		rates[i] = isnan(values[i]) ? values[i] : values[i] < RATES ? bulk->rate[(unsigned)values[i]] : rate_of(bulk, values[i]);
	for (unsigned i = 0; i < part->rows.file.shape.ds_count; i++)
		if (!part->rows.file.shape.ds[i].is_count)
			rates[i] = values[i];
}

/* The same for ports, which are nearly all there is. */
static void port_rates_of(const struct bulk *bulk, const struct part *part, const struct slot *counts, double *rates)
{
	const uint32_t *ports = ports_of(bulk, part, counts);
	unsigned i;

	for (i = 0; i < part->what.ds_count; i++)
		rates[i] = ports[i] < RATES ? bulk->rate[ports[i]] : rate_of(bulk, ports[i]);
	for (; i < SCHEMA_DS; i++)
		rates[i] = 0;
}

static void values_of(const struct bulk *bulk, const struct part *part, const struct slot *counts, double values[SCHEMA_DS])
{
	memset(values, 0, SCHEMA_DS * sizeof(values[0]));
	if (!part->is_watch)
		schema_values(&bulk->schema, &part->what, counts, values);
	for (unsigned i = 0; i < part->rows.file.shape.ds_count && part->is_watch; i++)
		values[i] = bulk->watch_mask >> i & 1 ? counts->watch[i] : part->rows.unknown;
}

/* sources: NAN for those of the counts. */
static int add_to_part(struct bulk *bulk, struct part *part, int64_t end_s, const struct slot *counts, double sources, struct failure *why)
{
	double values[SCHEMA_DS], rates[SCHEMA_DS];
	bool is_ports = !part->is_watch && part->what.kind == SCHEMA_PORTS;

	if (!is_ports || end_s == bulk->end_s)
		values_of(bulk, part, counts, values);
	if (!part->is_watch && part->what.kind == SCHEMA_TOTALS && !isnan(sources))
		values[schema_sources_ds()] = sources;
	if (end_s == bulk->end_s) {
		memcpy(part->rows.last, values, sizeof(values));
		part->rows.last_s = end_s;
	}
	if (is_ports)
		port_rates_of(bulk, part, counts, rates);
	else
		rates_of(bulk, part, values, rates);
	return bulk_rows_add(&part->rows, bulk->level, rates, end_s, why);
}

/* A step without a packet is nothing to do, but for what was not watched. The part of watch.rrd is the last one. */
static int add_quiet_step(struct bulk *bulk, struct failure *why)
{
	static const struct slot nothing;
	int64_t start_s = bulk->at_s;
	int err = 0;

	for (unsigned i = 0; i < bulk->schema.levels && err == 0; i++)
		err = advance_level(bulk, i, start_s / bulk->level[i].row_s, why);
	bulk->at_s = bulk->gap_s = start_s + bulk->schema.step_s;
	return err ? err : add_to_part(bulk, bulk->part[bulk->count - 1], bulk->at_s, &nothing, NAN, why);
}

/* What was skipped is written down, and nothing came from then up to until_s. */
static int pass_quiet(struct bulk *bulk, int64_t until_s, struct failure *why)
{
	int err = end_gap(bulk, why);

	while (is_partly_watched(bulk) && bulk->at_s < until_s && err == 0)
		err = add_quiet_step(bulk, why);
	bulk->at_s = bulk->gap_s = until_s;
	return err;
}

int bulk_add(struct bulk *bulk, int64_t start_s, const struct slot *counts, struct failure *why)
{
	return bulk_add_with_sources(bulk, start_s, counts, NAN, why);
}

int bulk_add_with_sources(struct bulk *bulk, int64_t start_s, const struct slot *counts, double sources, struct failure *why)
{
	int64_t end_s = start_s + bulk->schema.step_s;
	int err = check_time(bulk, start_s, end_s, why);

	if (err)
		return err;
	err = pass_quiet(bulk, start_s, why);
	for (unsigned i = 0; i < bulk->schema.levels && err == 0; i++)
		err = advance_level(bulk, i, start_s / bulk->level[i].row_s, why);
	for (unsigned i = 0; i < bulk->count && err == 0; i++)
		if (is_touched(bulk, bulk->part[i], counts))
			err = add_to_part(bulk, bulk->part[i], end_s, counts, sources, why);
	bulk->at_s = bulk->gap_s = end_s;
	return err;
}

int bulk_skip(struct bulk *bulk, int64_t start_s, int64_t end_s, struct failure *why)
{
	int err = check_time(bulk, start_s, end_s, why);

	if (err == 0 && start_s > bulk->at_s)
		err = pass_quiet(bulk, start_s, why);
	if (err == 0)
		bulk->at_s = end_s;
	return err;
}

int bulk_watch(struct bulk *bulk, int64_t from_s, uint64_t mask, struct failure *why)
{
	int err = 0;

	mask &= mask_of(bulk->watched);
	if (mask == bulk->watch_mask)
		return 0;
	if (from_s > bulk->at_s) {
		err = check_time(bulk, bulk->at_s, from_s, why);
		if (err == 0)
			err = pass_quiet(bulk, from_s, why);
	} else if (from_s < bulk->at_s) {
		err = fail(why, EINVAL, "%s: what was watched at %lld is told already", bulk->dir, (long long)from_s);
	}
	if (err)
		return err;
	bulk->watch_mask = mask;
	bulk->part[bulk->count - 1]->rows.may_miss = true;
	return 0;
}

/* ---- the end ---- */

/* totals.rrd gets its name last: where it is, an archive is whole. */
static int publish(struct bulk *bulk, struct failure *why)
{
	int err = 0;

	for (unsigned i = 1; i <= bulk->count && err == 0; i++)
		err = bulk_file_publish(&bulk->part[i % bulk->count]->rows.file, why);
	return err;
}

int bulk_finish(struct bulk *bulk, struct failure *why)
{
	bool is_gap = bulk->gap_s < bulk->at_s && bulk->at_s == bulk->end_s;
	int err = pass_quiet(bulk, bulk->end_s, why);

	for (unsigned i = 0; i < bulk->schema.levels && err == 0; i++)
		err = advance_level(bulk, i, bulk->end_s / bulk->level[i].row_s, why);
	for (unsigned i = 0; i < bulk->count && err == 0; i++) {
		err = bulk_rows_end(&bulk->part[i]->rows, bulk->level, bulk->end_s, is_gap, why);
		if (err == 0)
			err = bulk_file_complete(&bulk->part[i]->rows.file, why);
	}
	if (err == 0)
		err = publish(bulk, why);
	bulk->is_finished = err == 0;
	return err;
}

/* Directories go only where nothing else is in them. */
static void remove_all(const struct bulk *bulk)
{
	char path[STORE_PATH];

	for (unsigned i = 0; i < bulk->begun; i++)
		bulk_file_remove(&bulk->part[i]->rows.file);
	for (unsigned i = 0; i < SERIES_WITH_PORTS; i++)
		if (store_path(STORE_HERE(bulk->dir), series_name((enum series)i), path, NULL) == 0)
			rmdir(path);
}

void bulk_close(struct bulk *bulk)
{
	if (!bulk)
		return;
	if (!bulk->is_finished && bulk->begun)
		remove_all(bulk);
	for (unsigned i = 0; i < bulk->begun; i++) {
		bulk_file_fini(&bulk->part[i]->rows.file);
		free(bulk->part[i]);
	}
	free(bulk->part);
	free(bulk->dir);
	free(bulk);
}
