/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An RRD file that anybody may have written: refused, or librrd can be let at it. */
#include "fuzz.h"
#include "patch.h"

#include <unistd.h>

#include "archive/rrd.h"

#define START_S 1699999200

static void make(const char *path)
{
	const struct rrdfile_shape shape = {
		.step_s = 10,
		.levels = 2,
		.level = { { 10, 6 }, { 60, 4 } },
		.ds_count = 2,
		.ds = { { "p22", true, 10 }, { "known", false, 315360000 } },
	};
	int64_t at_s[] = { START_S + 10, START_S + 20, START_S + 70, START_S + 73 };
	double values[] = { 1, 1, 2, 1, 0, 1, 5, 1 };

	FUZZ_CHECK(rrdfile_create(path, &shape, START_S, NULL) == 0);
	FUZZ_CHECK(rrdfile_update(path, 2, 4, at_s, values, NULL) == 0);
}

static void use(const char *path, const struct rrdfile_shape *shape, int64_t last_s)
{
	double values[SCHEMA_DS] = { 1, 1 };
	int64_t next_s = last_s + 10;

	for (unsigned i = 0; i < shape->levels; i++) {
		uint32_t row_s = shape->level[i].row_s;
		int64_t end_s = last_s - last_s % row_s + row_s, start_s = end_s - 10 * (int64_t)row_s;
		struct rrdfile_running running;
		struct matrix m;

		if (start_s < 0 || rrdfile_fetch_running(path, NULL, start_s, end_s, row_s, &m, &running, NULL) != 0)
			continue;
		FUZZ_CHECK(m.rows == 10 && m.columns == shape->ds_count && running.start_s <= running.last_s);
		matrix_fini(&m);
	}
	rrdfile_update(path, shape->ds_count, 1, &next_s, values, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct patch_base base;
	struct rrdfile_shape shape;
	struct failure why = { "" };
	char path[PATCH_PATH];
	int64_t last_s;
	int fd;

	if (!base.bytes)
		patch_init(&base, make);
	fd = patch_apply(&base, data, size, path);
	if (rrdfile_inspect(path, &shape, &last_s, NULL, &why) == 0)
		use(path, &shape, last_s);
	else
		FUZZ_CHECK(why.text[0]);
	close(fd);
	return 0;
}
