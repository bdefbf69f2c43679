/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills a new archive with the history of a host that got RATE packets a second all the time, so that pictures of any traffic
 * can be measured without waiting for it. Every row of every level gets Poisson counts around what its span would have seen;
 * seven in ten packets are TCP over IPv4, half go to few ports and half to all. Rows are put straight into the files, at
 * the end of which librrd keeps them; this takes seconds where a year of updates would take hours.
 *
 *     history ARCHIVE RATE [SEED]       prints the time at which it ends */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/create.h"
#include "archive/rrd.h"
#include "archive/schema.h"

static uint64_t random_state;

/* xorshift64*, in (0, 1) */
static double random_unit(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return ((double)((random_state * 2685821657736338717u) >> 11) + 0.5) / 9007199254740992.0;
}

/* Knuth's way for small means, a rounded normal above: only the look matters there. */
static double random_poisson(double mean)
{
	double limit = exp(-mean), product = random_unit(), n = 0;

	if (mean > 30)
		return fmax(0, floor(mean + sqrt(mean) * sqrt(-2 * log(random_unit())) * cos(6.283185307 * random_unit()) + 0.5));
	for (; product > limit; n++)
		product *= random_unit();
	return n;
}

/* The share of a series' packets that a bin gets: half of them fall off with the port, as 1 / port, half are even. */
static double bin_share(const struct portbin *portbin, unsigned bin)
{
	uint16_t lo, hi;

	portbin_range(portbin, bin, &lo, &hi);
	return 0.5 * (hi - lo + 1) / 65536 + 0.5 * log((hi + 1.5) / (lo + 0.5)) / log(65536.5 / 0.5);
}

static void rates_of(const struct schema *schema, const struct schema_file *file, double rate, double *rates)
{
	static const double series_share[SERIES_WITH_PORTS] = { 0.7, 0.2, 0.07, 0.03 };

	for (unsigned i = 0; i < file->ds_count; i++) {
		rates[i] = 0;
		if (file->kind == SCHEMA_PORTS)
			rates[i] = rate * series_share[file->series] * bin_share(&schema->portbin, file->first_bin + i);
	}
	for (int series = 0; series < SERIES_WITH_PORTS && file->kind == SCHEMA_TOTALS; series++)
		rates[schema_total_ds((enum series)series, CLASS_PROBE)] = rate * series_share[series];
}

static void fill_rows(const struct schema *schema, const struct schema_file *file, const double *rates, double *cell)
{
	for (unsigned level = 0; level < schema->levels; level++) {
		double row_s = schema->level[level].row_s;

		for (unsigned row = 0; row < schema->level[level].rows; row++)
			for (unsigned i = 0; i < file->ds_count; i++)
				*cell++ = file->kind == SCHEMA_TOTALS && (int)i == schema_known_ds() ?
				              1 : random_poisson(rates[i] * row_s) / row_s;
	}
}

/* One step through librrd, so that the archive counts as written up to there. */
static int64_t update_file(const char *path, const struct schema *schema, const struct schema_file *file, const double *rates)
{
	double values[SCHEMA_DS];
	struct failure why;
	int64_t at_s;

	for (unsigned i = 0; i < file->ds_count; i++)
		values[i] = file->kind == SCHEMA_TOTALS && (int)i == schema_known_ds() ? 1 : random_poisson(rates[i] * schema->step_s);
	if (rrdfile_inspect(path, NULL, &at_s, NULL, &why) < 0)
		return -1;
	at_s += schema->step_s;
	return rrdfile_update(path, file->ds_count, 1, &at_s, values, &why) < 0 ? -1 : at_s;
}

static int64_t fill_file(const char *dir, const struct schema *schema, const struct schema_file *file, double rate)
{
	double rates[SCHEMA_DS];
	char path[4096];
	struct stat st;
	size_t bytes = 0;
	uint8_t *map;
	int fd;

	for (unsigned level = 0; level < schema->levels; level++)
		bytes += (size_t)schema->level[level].rows * file->ds_count * sizeof(double);
	snprintf(path, sizeof(path), "%s/%s", dir, file->name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || (size_t)st.st_size < bytes) {
		perror(path);
		return -1;
	}
	map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED) {
		perror(path);
		return -1;
	}
	rates_of(schema, file, rate, rates);
	fill_rows(schema, file, rates, (double *)(void *)(map + st.st_size - bytes));
	munmap(map, (size_t)st.st_size);
	return update_file(path, schema, file, rates);
}

int main(int argc, char **argv)
{
	struct schema schema;
	struct failure why;
	struct schema_file file;
	int64_t end_s = 0;

	if (argc < 3 || !(atof(argv[2]) > 0)) {
		fputs("usage: history ARCHIVE PACKETS_PER_SECOND [SEED]\n", stderr);
		return 2;
	}
	random_state = argc > 3 ? strtoull(argv[3], NULL, 0) | 1 : 1;
	if (archive_probe(STORE_HERE(argv[1]), &schema, &why) < 0) {
		fprintf(stderr, "history: %s\n", why.text);
		return 1;
	}
	for (unsigned i = 0; i < schema_file_count(&schema); i++) {
		schema_file(&schema, i, &file);
		end_s = fill_file(argv[1], &schema, &file, atof(argv[2]));
		if (end_s < 0) {
			fprintf(stderr, "history: %s/%s: can't be filled\n", argv[1], file.name);
			return 1;
		}
	}
	printf("%lld\n", (long long)end_s);
	return 0;
}
