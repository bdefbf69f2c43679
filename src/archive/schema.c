/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/schema.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "archive/rrd_header.h"

#define PORTS_OF_A_FILE 64 /* below exact_ports; above them a file is an octave */

/* The types assigned in https://www.iana.org/assignments/icmp-parameters: those with a name of their own, deprecated ones too,
 * and the two for experiments (RFC 4727). 1, 2, 7 are unassigned, 19 to 29 reserved. */
static const uint8_t icmp4_types[] = { 0,  3,  4,  5,  6,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18,
	                               30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 253, 254 };

/* https://www.iana.org/assignments/icmpv6-parameters: errors 1 to 4, informational 128 to 161, and those for experiments
 * (RFC 4443: 100, 101, 200, 201). */
static const uint8_t icmp6_types[] = { 1,   2,   3,   4,   100, 101, 128, 129, 130, 131, 132, 133, 134, 135,
	                               136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149,
	                               150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 200, 201 };

/* The first DS of totals.rrd; behind them the reasons, the sources and known. */
static const struct {
	uint8_t series;
	uint8_t class;
} total[] = {
	{ SERIES_TCP4, CLASS_PROBE },   { SERIES_TCP4, CLASS_BACKSCATTER },  { SERIES_TCP4, CLASS_LATE },
	{ SERIES_UDP4, CLASS_PROBE },   { SERIES_TCP6, CLASS_PROBE },        { SERIES_TCP6, CLASS_BACKSCATTER },
	{ SERIES_TCP6, CLASS_LATE },    { SERIES_UDP6, CLASS_PROBE },        { SERIES_ICMP4, CLASS_PROBE },
	{ SERIES_ICMP4, CLASS_BACKSCATTER }, { SERIES_ICMP6, CLASS_PROBE },  { SERIES_ICMP6, CLASS_BACKSCATTER },
	{ SERIES_OTHER4, CLASS_PROBE }, { SERIES_OTHER6, CLASS_PROBE },
};
#define TOTALS (sizeof(total) / sizeof(total[0]))
static const char *const reason_name[SLOT_REASONS] = { "lost", "malformed", "short", "not_ip", "ignored" };

#define SOURCES_DS (TOTALS + SLOT_REASONS)
#define KNOWN_DS (SOURCES_DS + 1)
#define TOTALS_DS (KNOWN_DS + 1)

#define KNOWN_HEARTBEAT_S (10u * 365 * 86400) /* a gap of any length is one update */

static unsigned icmp_types(enum series series, const uint8_t **types)
{
	*types = series == SERIES_ICMP4 ? icmp4_types : icmp6_types;
	return series == SERIES_ICMP4 ? sizeof(icmp4_types) : sizeof(icmp6_types);
}

/* Port files of one series. */
static unsigned port_files(const struct portbin *pb)
{
	unsigned files = pb->exact_ports / PORTS_OF_A_FILE;

	for (uint32_t octave = pb->exact_ports; octave < 65536; octave *= 2)
		files++;
	return files;
}

static unsigned file_bins(const struct portbin *pb, unsigned i)
{
	return i < pb->exact_ports / PORTS_OF_A_FILE ? PORTS_OF_A_FILE : pb->per_octave;
}

static unsigned file_first_bin(const struct portbin *pb, unsigned i)
{
	unsigned exact = pb->exact_ports / PORTS_OF_A_FILE;

	return i < exact ? i * PORTS_OF_A_FILE : pb->exact_ports + (i - exact) * pb->per_octave;
}

unsigned schema_file_count(const struct schema *schema)
{
	return 1 + SERIES_WITH_PORTS * port_files(&schema->portbin) + 2;
}

static void port_file(const struct schema *schema, enum series series, unsigned i, struct schema_file *file)
{
	uint16_t lo, hi, ignored;

	file->kind = SCHEMA_PORTS;
	file->series = series;
	file->first_bin = file_first_bin(&schema->portbin, i);
	file->ds_count = file_bins(&schema->portbin, i);
	portbin_range(&schema->portbin, file->first_bin, &lo, &ignored);
	portbin_range(&schema->portbin, file->first_bin + file->ds_count - 1, &ignored, &hi);
	snprintf(file->name, sizeof(file->name), "%s/%u-%u.rrd", series_name(series), lo, hi);
}

static void icmp_file(enum series series, struct schema_file *file)
{
	const uint8_t *types;

	file->kind = SCHEMA_ICMP;
	file->series = series;
	file->ds_count = icmp_types(series, &types) + 1;
	snprintf(file->name, sizeof(file->name), "%s.rrd", series_name(series));
}

void schema_file(const struct schema *schema, unsigned i, struct schema_file *file)
{
	unsigned of_series = port_files(&schema->portbin);

	*file = (struct schema_file){ .kind = SCHEMA_TOTALS, .ds_count = TOTALS_DS, .name = "totals.rrd" };
	if (i == 0)
		return;
	i--;
	if (i < SERIES_WITH_PORTS * of_series)
		port_file(schema, (enum series)(i / of_series), i % of_series, file);
	else
		icmp_file(i == SERIES_WITH_PORTS * of_series ? SERIES_ICMP4 : SERIES_ICMP6, file);
}

unsigned schema_series_file(const struct schema *schema, enum series series, unsigned *count)
{
	unsigned of_series = port_files(&schema->portbin);

	*count = series < SERIES_WITH_PORTS ? of_series : series == SERIES_ICMP4 || series == SERIES_ICMP6;
	if (series < SERIES_WITH_PORTS)
		return 1 + series * of_series;
	return 1 + SERIES_WITH_PORTS * of_series + (series == SERIES_ICMP6);
}

static void totals_ds_name(unsigned i, char name[SCHEMA_DS_NAME])
{
	if (i < TOTALS)
		snprintf(name, SCHEMA_DS_NAME, "%s_%s", series_name(total[i].series), class_name(total[i].class));
	else if (i < SOURCES_DS)
		snprintf(name, SCHEMA_DS_NAME, "%s", reason_name[i - TOTALS]);
	else
		snprintf(name, SCHEMA_DS_NAME, "%s", i == SOURCES_DS ? "sources" : "known");
}

void schema_ds_name(const struct schema *schema, const struct schema_file *file, unsigned i, char name[SCHEMA_DS_NAME])
{
	uint16_t lo, hi;
	int type;

	switch (file->kind) {
	case SCHEMA_PORTS:
		portbin_range(&schema->portbin, file->first_bin + i, &lo, &hi);
		if (lo == hi)
			snprintf(name, SCHEMA_DS_NAME, "p%u", lo);
		else
			snprintf(name, SCHEMA_DS_NAME, "p%u_%u", lo, hi);
		return;
	case SCHEMA_ICMP:
		type = schema_icmp_type(file->series, i);
		if (type < 0)
			snprintf(name, SCHEMA_DS_NAME, "other");
		else
			snprintf(name, SCHEMA_DS_NAME, "t%d", type);
		return;
	case SCHEMA_TOTALS:
		totals_ds_name(i, name);
		return;
	}
}

int schema_total_ds(enum series series, enum packet_class class)
{
	for (unsigned i = 0; i < TOTALS; i++)
		if (total[i].series == series && total[i].class == class)
			return (int)i;
	return -1;
}

int schema_reason_ds(enum slot_reason reason)
{
	return (int)(TOTALS + reason);
}

int schema_sources_ds(void)
{
	return SOURCES_DS;
}

int schema_known_ds(void)
{
	return KNOWN_DS;
}

int schema_icmp_type(enum series series, unsigned i)
{
	const uint8_t *types;
	unsigned count = icmp_types(series, &types);

	return i < count ? types[i] : -1;
}

bool schema_ds_is_count(const struct schema_file *file, unsigned i)
{
	return file->kind != SCHEMA_TOTALS || i < SOURCES_DS;
}

/* A step is written by an update at its end (or two), so anything longer is a gap that nobody wrote down: unknown. */
uint32_t schema_ds_heartbeat_s(const struct schema *schema, const struct schema_file *file, unsigned i)
{
	return file->kind == SCHEMA_TOTALS && i == KNOWN_DS ? KNOWN_HEARTBEAT_S : schema->step_s;
}

static void icmp_values(const struct schema_file *file, const uint32_t by_type[256], double *values)
{
	double rest = 0;

	for (unsigned type = 0; type < 256; type++)
		rest += by_type[type];
	for (unsigned i = 0; i + 1 < file->ds_count; i++) {
		values[i] = by_type[schema_icmp_type(file->series, i)];
		rest -= values[i];
	}
	values[file->ds_count - 1] = rest;
}

static void totals_values(const struct slot *sum, double *values)
{
	for (unsigned i = 0; i < TOTALS; i++)
		values[i] = sum->packets[total[i].series][total[i].class];
	for (unsigned i = 0; i < SLOT_REASONS; i++)
		values[TOTALS + i] = sum->reasons[i];
	values[SOURCES_DS] = round(slot_sources(sum));
	values[KNOWN_DS] = 1;
}

void schema_values(const struct schema *schema, const struct schema_file *file, const struct slot *sum, double *values)
{
	const uint32_t *ports;

	switch (file->kind) {
	case SCHEMA_PORTS:
		ports = sum->ports + (size_t)file->series * portbin_count(&schema->portbin) + file->first_bin;
		for (unsigned i = 0; i < file->ds_count; i++)
			values[i] = ports[i];
		return;
	case SCHEMA_ICMP:
		icmp_values(file, sum->icmp[file->series == SERIES_ICMP6], values);
		return;
	case SCHEMA_TOTALS:
		totals_values(sum, values);
		return;
	}
}

uint64_t schema_file_bytes(const struct schema *schema, const struct schema_file *file)
{
	uint64_t rows = 0;

	for (unsigned i = 0; i < schema->levels; i++)
		rows += schema->level[i].rows;
	return rrd_header_bytes(file->ds_count, schema->levels) + rrd_rows_bytes(file->ds_count, rows);
}

uint64_t schema_bytes(const struct schema *schema)
{
	struct schema_file file;
	uint64_t sum = 0;

	for (unsigned i = 0; i < schema_file_count(schema); i++) {
		schema_file(schema, i, &file);
		sum += schema_file_bytes(schema, &file);
	}
	return sum;
}
