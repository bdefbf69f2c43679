/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scratch.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/fail.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

static uint64_t random_state;

int scratch_make(void **state)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = malloc(SCRATCH_PATH);

	if (!dir)
		return -1;
	snprintf(dir, SCRATCH_PATH, "%s/fireplot-test-XXXXXX", tmp ? tmp : "/tmp");
	*state = dir;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int scratch_remove(void **state)
{
	int err = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return err;
}

const char *scratch_path(void **state, const char *name)
{
	static char path[4][SCRATCH_PATH];
	static unsigned next;
	char *at = path[next++ % 4];

	if (snprintf(at, SCRATCH_PATH, "%s/%s", (const char *)*state, name) >= SCRATCH_PATH)
		abort();
	return at;
}

struct schema scratch_schema(void)
{
	return (struct schema){ .step_s = 10,
		                .portbin = { .exact_ports = 64, .per_octave = 2 },
		                .levels = 3,
		                .level = { { 10, 60 }, { 60, 120 }, { 600, 144 } } };
}

void scratch_seed(void)
{
	const char *seed = getenv("SEED");

	random_state = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL) ^ (uint64_t)getpid() << 32;
	printf("# SEED=%llu\n", (unsigned long long)random_state);
}

uint32_t scratch_random(uint32_t n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((random_state >> 33) % n);
}

uint8_t *scratch_read(const char *path, size_t *size)
{
	FILE *in = fopen(path, "rb");
	uint8_t *bytes;
	long end;

	if (!in || fseek(in, 0, SEEK_END) || (end = ftell(in)) < 0)
		abort();
	rewind(in);
	bytes = malloc((size_t)end);
	if (!bytes || fread(bytes, 1, (size_t)end, in) != (size_t)end)
		abort();
	fclose(in);
	*size = (size_t)end;
	return bytes;
}

void scratch_write(const char *path, const uint8_t *bytes, size_t size)
{
	FILE *out = fopen(path, "wb");

	if (!out || fwrite(bytes, 1, size, out) != size || fclose(out))
		abort();
}

void must(int err, const struct failure *why)
{
	if (err)
		fail_msg("%d: %s", err, why->text);
}
