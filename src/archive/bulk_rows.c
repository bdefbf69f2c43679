/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/bulk_rows.h"

#include <math.h>
#include <string.h>

#define XFF 0.99999 /* as rrdfile_define_level has it */

/* What librrd keeps in rrd_cdp.scratch. */
enum { CDP_VALUE = 0, CDP_UNKNOWN_STEPS = 1, CDP_PRIMARY = 8, CDP_SECONDARY = 9 };

static void set_all(double *values, double value)
{
	for (unsigned i = 0; i < SCHEMA_DS; i++)
		values[i] = value;
}

/* The values of an update, or a row, that is all unknown, or all known and without a packet. */
static void set_plain(const struct bulk_rows *rows, double *values, bool is_unknown)
{
	set_all(values, is_unknown ? rows->unknown : 0);
	if (rows->known_ds >= 0)
		values[rows->known_ds] = !is_unknown;
}

/* In totals.rrd no row is all zeros: those before `row` that nothing was put into. */
static int put_plain_before(struct bulk_rows *rows, const struct bulk_level *at, unsigned level, int64_t row, struct failure *why)
{
	int64_t next = rows->next_row[level] > at->keep_row ? rows->next_row[level] : at->keep_row;
	double values[SCHEMA_DS];
	int err = 0;

	set_plain(rows, values, false);
	for (; next < row && err == 0; next++)
		err = bulk_file_put(&rows->file, level, next, values, why);
	rows->next_row[level] = row;
	return err;
}

static int put(struct bulk_rows *rows, const struct bulk_level *at, unsigned level, int64_t row, const double *values,
               struct failure *why)
{
	int err = rows->known_ds >= 0 ? put_plain_before(rows, at, level, row, why) : 0;

	rows->next_row[level] = row + 1;
	return err ? err : bulk_file_put(&rows->file, level, row, values, why);
}

/* The averages of the steps that were known, so many of which were unknown in all DS. */
static void average(const struct bulk_rows *rows, const struct bulk_level *at, uint32_t unknown, struct bulk_row *this)
{
	double known = at->steps - unknown;

	for (unsigned i = 0; i < SCHEMA_DS && !rows->may_miss; i++)
		this->primary[i] = this->sum[i] / known;
	for (unsigned i = 0; i < SCHEMA_DS && rows->may_miss; i++)
		this->primary[i] = unknown + this->missing[i] > at->steps * XFF ? rows->unknown : this->sum[i] / (known - this->missing[i]);
}

int bulk_rows_complete(struct bulk_rows *rows, const struct bulk_level *levels, unsigned level, int64_t row, uint32_t unknown,
                       struct failure *why)
{
	const struct bulk_level *at = &levels[level];
	struct bulk_row *this = &rows->level[level];
	double known = at->steps - unknown;
	bool is_unknown = unknown > at->steps * XFF, has_sums;
	int err = 0;

	if (this->has_sums && this->row < row)
		err = bulk_rows_complete(rows, levels, level, this->row, 0, why);
	has_sums = this->has_sums;
	set_plain(rows, this->primary, is_unknown);
	if (has_sums && !is_unknown)
		average(rows, at, unknown, this);
	if (rows->known_ds >= 0)
		this->primary[rows->known_ds] = known / at->steps;
	this->has_primary = true;
	this->primary_row = row;
	this->has_sums = false;
	if (err == 0 && (has_sums || is_unknown || rows->known_ds >= 0))
		err = put(rows, at, level, row, this->primary, why);
	return err;
}

/* Where some of the rates may be unknown. */
static void add_known(struct bulk_row *this, const double *rates)
{
	if (!this->has_sums) {
		memset(this->sum, 0, sizeof(this->sum));
		memset(this->missing, 0, sizeof(this->missing));
	}
	for (unsigned i = 0; i < SCHEMA_DS; i++) {
		this->missing[i] += isnan(rates[i]);
		this->sum[i] += isnan(rates[i]) ? 0 : rates[i];
	}
}

static int add_to_level(struct bulk_rows *rows, const struct bulk_level *levels, unsigned level, const double *rates, int64_t end_s,
                        struct failure *why)
{
	const struct bulk_level *at = &levels[level];
	struct bulk_row *this = &rows->level[level];
	int err = 0;

	if (this->has_sums && this->row != at->row)
		err = bulk_rows_complete(rows, levels, level, this->row, 0, why);
	if (rows->may_miss)
		add_known(this, rates);
	else if (this->has_sums)
		for (unsigned i = 0; i < SCHEMA_DS; i++)
			this->sum[i] += rates[i];
	else
		memcpy(this->sum, rates, sizeof(this->sum));
	this->has_sums = true;
	this->row = at->row;
	if (level > 0 && (at->row + 1) * at->row_s == end_s) {
		memcpy(this->secondary, rates, sizeof(this->secondary));
		this->has_secondary = true;
		this->secondary_row = at->row;
	}
	return err;
}

int bulk_rows_add(struct bulk_rows *rows, const struct bulk_level *levels, const double *rates, int64_t end_s, struct failure *why)
{
	int err = 0;

	for (unsigned i = 0; i < rows->file.shape.levels && err == 0; i++)
		if (levels[i].row >= levels[i].keep_row)
			err = add_to_level(rows, levels, i, rates, end_s, why);
	return err;
}

int bulk_rows_skip(struct bulk_rows *rows, const struct bulk_level *levels, unsigned level, uint32_t unknown, int64_t until_row,
                   uint64_t gap_steps, struct failure *why)
{
	const struct bulk_level *at = &levels[level];
	struct bulk_row *this = &rows->level[level];
	double values[SCHEMA_DS];
	int64_t row = at->row + 1;
	int err = bulk_rows_complete(rows, levels, level, at->row, unknown, why);

	set_plain(rows, values, true);
	if (row < at->keep_row)
		row = at->keep_row;
	for (; row < until_row && err == 0; row++)
		err = put(rows, at, level, row, values, why);
	this->primary_row = this->secondary_row = until_row - 1;
	if (level > 0 || gap_steps > 1) {
		memcpy(this->secondary, values, sizeof(values));
		this->has_secondary = true;
	}
	return err;
}

/* ---- the end ---- */

/* As librrd keeps the last update: the text that it read. */
static void end_step(struct bulk_rows *rows, int64_t end_s, bool is_gap)
{
	double values[SCHEMA_DS];
	char text[RRDFILE_UPDATE];

	set_plain(rows, values, is_gap);
	if (!is_gap && rows->last_s == end_s)
		memcpy(values, rows->last, sizeof(values));
	for (unsigned i = 0; i < rows->file.shape.ds_count; i++) {
		rrdfile_format_update(0, 1, &values[i], text);
		bulk_file_set_pdp(&rows->file, i, strchr(text, ':') + 1, isnan(values[i]) ? rows->unknown : 0);
	}
}

/* The finest level has no sums: its rows are steps. */
static void end_sum(const struct bulk_rows *rows, const struct bulk_level *at, unsigned level, int64_t end_s, unsigned ds,
                    struct rrd_cdp *cdp)
{
	const struct bulk_row *this = &rows->level[level];
	uint32_t unknown = at->unknown + (this->has_sums && rows->may_miss ? this->missing[ds] : 0);
	uint32_t known = (uint32_t)((end_s - at->row * at->row_s) / (at->row_s / at->steps)) - unknown;
	bool is_known_ds = (int)ds == rows->known_ds;

	if (is_known_ds)
		cdp->scratch[CDP_VALUE].value = known;
	else if (known > 0 || at->row > at->first_row)
		cdp->scratch[CDP_VALUE].value = this->has_sums ? this->sum[ds] : 0;
	cdp->scratch[CDP_UNKNOWN_STEPS].count = is_known_ds ? 0 : unknown;
}

/* Completed by a step without a packet, they are those of that step and its row. */
static void end_row(struct bulk_rows *rows, const struct bulk_level *at, unsigned level)
{
	struct bulk_row *this = &rows->level[level];
	int64_t newest = at->row - 1;

	if (newest < at->first_row)
		return;
	if (!this->has_primary || this->primary_row != newest)
		set_plain(rows, this->primary, false);
	if (level > 0 && (!this->has_secondary || this->secondary_row != newest)) {
		set_plain(rows, this->secondary, false);
		this->has_secondary = true;
	}
	this->has_primary = true;
}

static int end_level(struct bulk_rows *rows, const struct bulk_level *levels, unsigned level, int64_t end_s, struct failure *why)
{
	const struct bulk_level *at = &levels[level];
	struct bulk_row *this = &rows->level[level];
	int err = this->has_sums && this->row < at->row ? bulk_rows_complete(rows, levels, level, this->row, 0, why) : 0;

	if (err == 0 && rows->known_ds >= 0)
		err = put_plain_before(rows, at, level, at->row, why);
	end_row(rows, at, level);
	for (unsigned i = 0; i < rows->file.shape.ds_count; i++) {
		struct rrd_cdp cdp;

		bulk_file_get_cdp(&rows->file, level, i, &cdp);
		if (level > 0)
			end_sum(rows, at, level, end_s, i, &cdp);
		if (this->has_primary)
			cdp.scratch[CDP_PRIMARY].value = this->primary[i];
		if (this->has_secondary)
			cdp.scratch[CDP_SECONDARY].value = this->secondary[i];
		bulk_file_set_cdp(&rows->file, level, i, &cdp);
	}
	return err;
}

int bulk_rows_end(struct bulk_rows *rows, const struct bulk_level *levels, int64_t end_s, bool is_gap, struct failure *why)
{
	int err = 0;

	end_step(rows, end_s, is_gap);
	for (unsigned i = 0; i < rows->file.shape.levels && err == 0; i++)
		err = end_level(rows, levels, i, end_s, why);
	return err;
}
