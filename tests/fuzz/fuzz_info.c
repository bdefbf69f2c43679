/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an rrdcached, or who poses as one, tells of a file: refused, or a shape that all the rest can rely on. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "archive/cachedinfo.h"

static void use(const struct cachedinfo *info)
{
	const struct rrdfile_shape *shape = &info->shape;
	double sum[SCHEMA_DS];

	FUZZ_CHECK(shape->step_s > 0 && shape->ds_count >= 1 && shape->ds_count <= SCHEMA_DS);
	FUZZ_CHECK(shape->levels >= 1 && shape->levels <= SCHEMA_LEVELS);
	for (unsigned i = 0; i < shape->levels; i++) {
		int64_t start_s = 0, end_s = info->last_s;

		FUZZ_CHECK(shape->level[i].row_s >= shape->step_s && shape->level[i].rows > 0);
		FUZZ_CHECK(cachedinfo_running(info, i, sum) <= info->last_s);
		rrdfile_keep(shape, i, info->last_s, &start_s, &end_s);
	}
	for (unsigned i = 0; i < shape->ds_count; i++)
		FUZZ_CHECK(shape->ds[i].name[0] && strlen(shape->ds[i].name) < SCHEMA_DS_NAME);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cachedinfo info;
	struct failure why = { "" };
	int err = 0;

	cachedinfo_init(&info);
	while (size > 0 && err == 0) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end ? (size_t)(end - data) : size;
		char *line = strndup((const char *)data, len); /* of exactly its size */

		err = cachedinfo_add(&info, line, &why);
		free(line);
		data += len + (end != NULL);
		size -= len + (end != NULL);
	}
	if (err == 0)
		err = cachedinfo_check(&info, &why);
	if (err == 0)
		use(&info);
	else
		FUZZ_CHECK(why.text[0]);
	return 0;
}
