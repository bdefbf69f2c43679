/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/store.h"

#include <errno.h>
#include <stdio.h>

#include "archive/cachedfile.h"

const char *store_name(const struct store *store, char buf[STORE_NAME])
{
	if (store->cached)
		snprintf(buf, STORE_NAME, "rrdcached at %s: %s", rrdcached_address(store->cached), store->dir);
	else
		snprintf(buf, STORE_NAME, "%s", store->dir);
	return buf;
}

int store_path(const struct store *store, const char *name, char path[STORE_PATH], struct failure *why)
{
	if (snprintf(path, STORE_PATH, "%s/%s", store->dir, name) >= STORE_PATH)
		return fail_errno(why, ENAMETOOLONG, "%.256s", store->dir);
	return 0;
}

int store_inspect(const struct store *store, const char *name, struct rrdfile_shape *shape, struct rrdfile_state *state,
                  struct failure *why)
{
	char path[STORE_PATH];
	int err = store_path(store, name, path, why);

	if (err)
		return err;
	if (store->cached)
		return cachedfile_inspect(store->cached, path, shape, state, why);
	return rrdfile_inspect_state(path, store->undo, shape, state, why);
}

int store_create(const struct store *store, const char *name, const struct rrdfile_shape *shape, int64_t start_s,
                 struct failure *why)
{
	char path[STORE_PATH];
	int err = store_path(store, name, path, why);

	if (err)
		return err;
	if (store->cached)
		return cachedfile_create(store->cached, path, shape, start_s, why);
	return rrdfile_create(path, shape, start_s, why);
}

int store_fetch_running(const struct store *store, const char *name, int64_t start_s, int64_t end_s, uint32_t row_s,
                        struct matrix *out, struct rrdfile_running *running, struct failure *why)
{
	char path[STORE_PATH];
	int err = store_path(store, name, path, why);

	*out = (struct matrix){ 0 };
	if (err)
		return err;
	if (store->cached)
		return cachedfile_fetch_running(store->cached, path, start_s, end_s, row_s, out, running, why);
	return rrdfile_fetch_running(path, store->undo, start_s, end_s, row_s, out, running, why);
}

/* File i of all that an archive can have. */
static int path_of(const struct store *store, const struct schema *schema, unsigned i, char path[STORE_PATH], struct failure *why)
{
	struct schema_file file;

	if (i == schema_file_count(schema))
		return store_path(store, STORE_WATCH, path, why);
	schema_file(schema, i, &file);
	return store_path(store, file.name, path, why);
}

int store_flush(const struct store *store, const struct schema *schema, struct failure *why)
{
	char path[STORE_PATH];
	unsigned asked = 0;
	int err = 0, later;

	while (asked <= schema_file_count(schema) && err == 0) {
		err = path_of(store, schema, asked, path, why);
		if (err == 0)
			err = rrdcached_ask(store->cached, "FLUSH", path, "", why);
		asked += err == 0;
	}
	for (unsigned i = 0; i < asked && rrdcached_is_connected(store->cached); i++) {
		path_of(store, schema, i, path, NULL);
		later = rrdcached_answer_plain(store->cached, "FLUSH", path, err ? NULL : why);
		if (err == 0 && later != -ENOENT)
			err = later;
	}
	return err;
}
