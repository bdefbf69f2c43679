/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/create.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/units.h"

static int join(const char *dir, const char *name, char path[PATH_MAX], struct failure *why)
{
	if (snprintf(path, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		return fail_errno(why, ENAMETOOLONG, "%s/%s", dir, name);
	return 0;
}

/* Whether the file is there; its shape, if so. 1, 0 or -errno. */
static int look(const struct store *store, const char *name, struct rrdfile_shape *shape, struct failure *why)
{
	int err = store_inspect(store, name, shape, NULL, why);

	return err == -ENOENT ? 0 : err ? err : 1;
}

/* The file of the ports from lo to hi, in the first series where it is not damaged: 1, 0 if no series has it, or -errno. */
static int look_ports(const struct store *store, unsigned lo, unsigned hi, struct rrdfile_shape *shape, struct failure *why)
{
	int found = 0;

	for (unsigned series = 0; series < SERIES_WITH_PORTS && found != 1; series++) {
		char name[SCHEMA_FILE_NAME];
		int here;

		snprintf(name, sizeof(name), "%s/%u-%u.rrd", series_name((enum series)series), lo, hi);
		here = look(store, name, shape, found < 0 ? NULL : why);
		if (here != 0)
			found = here == 1 || found == 0 ? here : found;
	}
	return found;
}

/* Octaves have a file each above exact_ports, and more than one below, so the first whole octave that is a file tells. The
 * octave of 64 is one file either way; then the number of its DS tells. */
static int probe_ports(const struct store *store, struct portbin *pb, struct failure *why)
{
	struct rrdfile_shape shape;
	int found = 0;

	*pb = (struct portbin){ .exact_ports = 65536, .per_octave = 64 };
	for (uint32_t octave = 128; octave < 65536 && found == 0; octave *= 2) {
		found = look_ports(store, octave, 2 * octave - 1, &shape, why);
		if (found == 1)
			*pb = (struct portbin){ .exact_ports = octave, .per_octave = shape.ds_count };
	}
	if (found == 1 && pb->exact_ports == 128) {
		found = look_ports(store, 64, 127, &shape, why);
		if (found == 1 && shape.ds_count < 64)
			pb->exact_ports = 64;
	}
	return found < 0 ? found : 0;
}

int archive_probe(const struct store *store, struct schema *schema, struct failure *why)
{
	struct rrdfile_shape shape, expected;
	struct schema_file totals;
	char archive[STORE_NAME];
	int found = look(store, "totals.rrd", &shape, why), err;

	store_name(store, archive);
	if (found < 0)
		return found;
	if (found == 0)
		return fail(why, ENOENT, "%s: no archive here (there is no totals.rrd)", archive);
	*schema = (struct schema){ .step_s = shape.step_s, .levels = shape.levels };
	memcpy(schema->level, shape.level, sizeof(schema->level));
	err = probe_ports(store, &schema->portbin, why);
	if (err)
		return err;
	if (schema_check(schema, why) != 0) {
		struct failure inner = why ? *why : (struct failure){ 0 };

		return fail(why, EILSEQ, "%.256s: no archive of fireplot's: %.200s", archive, inner.text);
	}
	schema_file(schema, 0, &totals);
	rrdfile_shape_of(schema, &totals, &expected);
	if (!rrdfile_shape_equal(&shape, &expected))
		return fail(why, EILSEQ, "%s/totals.rrd: its DS are not those of a fireplot archive", archive);
	return 0;
}

/* Checks file i: 1 if it is there and right, 0 if it is missing, or -errno. */
static int check_file(const struct store *store, const struct schema *schema, unsigned i, struct failure *why)
{
	struct rrdfile_shape shape, expected;
	char archive[STORE_NAME];
	struct schema_file file;
	int found;

	schema_file(schema, i, &file);
	found = look(store, file.name, &shape, why);
	if (found != 1)
		return found;
	rrdfile_shape_of(schema, &file, &expected);
	if (!rrdfile_shape_equal(&shape, &expected))
		return fail(why, EEXIST, "%s/%s: is there already, with another layout", store_name(store, archive), file.name);
	return 1;
}

/* A file of ports that the layout does not have belongs to an archive of another one. */
static int check_strangers(const char *dir, const struct schema *schema, enum series series, struct failure *why)
{
	unsigned count, first = schema_series_file(schema, series, &count);
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *list;
	int err = join(dir, series_name(series), path, why);

	if (err)
		return err;
	list = opendir(path);
	if (!list)
		return errno == ENOENT ? 0 : fail_errno(why, errno, "%s", path);
	while (err == 0 && (entry = readdir(list))) {
		size_t len = strlen(entry->d_name);
		bool ours = len < 4 || strcmp(entry->d_name + len - 4, ".rrd") != 0;
		struct schema_file file;

		for (unsigned i = 0; i < count && !ours; i++) {
			schema_file(schema, first + i, &file);
			ours = strcmp(strchr(file.name, '/') + 1, entry->d_name) == 0;
		}
		if (!ours)
			err = fail(why, EEXIST, "%s/%s: is there already, of an archive with other port bins", path, entry->d_name);
	}
	closedir(list);
	return err;
}

/* rrdcached lists no directory but below its base. Any other layout has a whole octave as a file where this one has none, or
 * the ports from 128 on in several. */
static int check_unlisted_strangers(const struct store *store, const struct schema *schema, struct failure *why)
{
	unsigned octave = 128, end = 192, found = 0, count, first = schema_series_file(schema, SERIES_TCP4, &count);
	char name[SCHEMA_FILE_NAME], archive[STORE_NAME];

	while (octave < 65536) {
		struct schema_file file;
		int here = 0;

		snprintf(name, sizeof(name), "%s/%u-%u.rrd", series_name(SERIES_TCP4), octave, end - 1);
		found = 0;
		for (unsigned i = 0; i < count; i++) {
			schema_file(schema, first + i, &file);
			found |= strcmp(file.name, name) == 0;
		}
		if (!found && (here = look(store, name, NULL, why)) != 0)
			return here < 0 ? here : fail(why, EEXIST, "%s/%s: is there already, of an archive with other port bins",
			                              store_name(store, archive), name);
		octave = end == 192 ? 128 : end;
		end = 2 * octave;
	}
	return 0;
}

static int check_all_strangers(const struct store *store, const struct schema *schema, struct failure *why)
{
	int err = store->cached ? check_unlisted_strangers(store, schema, why) : 0;

	for (unsigned series = 0; series < SERIES_WITH_PORTS && err == 0 && !store->cached; series++)
		err = check_strangers(store->dir, schema, (enum series)series, why);
	return err;
}

int archive_verify(const struct store *store, const struct schema *schema, struct failure *why)
{
	char archive[STORE_NAME];

	for (unsigned i = 0; i < schema_file_count(schema); i++) {
		int found = check_file(store, schema, i, why);
		struct schema_file file;

		if (found < 0)
			return found;
		if (found == 0) {
			schema_file(schema, i, &file);
			return fail(why, ENOENT, "%s/%s: missing", store_name(store, archive), file.name);
		}
	}
	return check_all_strangers(store, schema, why);
}

/* What a killed run left: NAME.new, or librrd's own NAME.newXXXXXX. */
static void remove_leftovers(const char *dir)
{
	struct dirent *entry;
	DIR *list = opendir(dir);

	if (!list)
		return;
	while ((entry = readdir(list))) {
		const char *end = strstr(entry->d_name, ".rrd.new");

		if (end && (strlen(end) == 8 || strlen(end) == 14))
			unlinkat(dirfd(list), entry->d_name, 0);
	}
	closedir(list);
}

static int make_directories(const char *dir, struct failure *why)
{
	char path[PATH_MAX];
	int err = 0;

	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return fail_errno(why, errno, "%s", dir);
	remove_leftovers(dir);
	for (unsigned series = 0; series < SERIES_WITH_PORTS && err == 0; series++) {
		err = join(dir, series_name((enum series)series), path, why);
		if (err == 0 && mkdir(path, 0777) < 0 && errno != EEXIST)
			err = fail_errno(why, errno, "%s", path);
		if (err == 0)
			remove_leftovers(path);
	}
	return err;
}

static int make_file(const struct store *store, const struct schema *schema, const struct schema_file *file, int64_t start_s,
                     struct failure *why)
{
	struct rrdfile_shape shape;

	rrdfile_shape_of(schema, file, &shape);
	return store_create(store, file->name, &shape, start_s, why);
}

static uint64_t missing_bytes(const struct store *store, const struct schema *schema)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < schema_file_count(schema); i++) {
		struct schema_file file;

		schema_file(schema, i, &file);
		if (check_file(store, schema, i, NULL) == 0)
			sum += schema_file_bytes(schema, &file);
	}
	return sum;
}

/* The file system that dir is on, or will be: then its parent tells. */
static int look_at_room(const char *dir, struct statvfs *fs)
{
	char parent[PATH_MAX];
	char *slash;

	if (statvfs(dir, fs) == 0)
		return 0;
	if (snprintf(parent, sizeof(parent), "./%s", dir) >= (int)sizeof(parent))
		return -1;
	for (slash = parent + strlen(parent); slash[-1] == '/'; slash--)
		slash[-1] = '\0';
	slash = strrchr(parent, '/');
	slash[1] = '\0';
	return statvfs(dir[0] == '/' ? parent + 2 : parent, fs);
}

/* Said before a disk is filled to the brim. */
static int check_room(const struct store *store, const struct schema *schema, struct failure *why)
{
	uint64_t needed = missing_bytes(store, schema), room;
	char needed_text[32], room_text[32];
	struct statvfs fs;

	if (look_at_room(store->dir, &fs) < 0)
		return 0; /* making the directory will tell why */
	if (fs.f_blocks == 0) /* ramfs, and others that can't tell */
		return 0;
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (needed <= room)
		return 0;
	return fail_errno(why, ENOSPC, "%s: the archive takes %s, %s are free", store->dir,
	                  units_format_bytes(needed, needed_text, sizeof(needed_text)),
	                  units_format_bytes(room, room_text, sizeof(room_text)));
}

/* totals.rrd comes last: where it is, an archive is whole. */
int archive_create(const struct store *store, const struct schema *schema, int64_t start_s,
                   bool (*progress)(void *arg, unsigned done, unsigned total, const char *name), void *arg, struct failure *why)
{
	unsigned total = schema_file_count(schema);
	int err = schema_check(schema, why);

	for (unsigned i = 0; i < total && err >= 0; i++)
		err = check_file(store, schema, i, why);
	if (err >= 0)
		err = check_all_strangers(store, schema, why);
	if (err >= 0 && !store->cached)
		err = check_room(store, schema, why);
	if (err >= 0 && !store->cached) /* rrdcached makes them with the files */
		err = make_directories(store->dir, why);
	for (unsigned done = 0; done < total && err >= 0; done++) {
		struct schema_file file;
		unsigned i = (done + 1) % total;

		schema_file(schema, i, &file);
		if (progress && !progress(arg, done, total, file.name))
			return fail(why, ECANCELED, "%s: stopped before %s", store->dir, file.name);
		err = check_file(store, schema, i, why);
		if (err == 0)
			err = make_file(store, schema, &file, start_s, why);
	}
	return err < 0 ? err : 0;
}

int archive_check_writable(const char *dir, struct failure *why)
{
	if (access(dir, W_OK | X_OK) < 0)
		return fail_errno(why, errno, "%s: no archive can be made here", dir);
	return 0;
}

static int check_vacant(const char *dir, const char *name, struct failure *why)
{
	char path[PATH_MAX];
	struct stat st;
	int err = join(dir, name, path, why);

	return err == 0 && lstat(path, &st) == 0 ? fail_errno(why, EEXIST, "%s", path) : err;
}

int archive_prepare(const char *dir, const struct schema *schema, struct failure *why)
{
	const struct store *store = STORE_HERE(dir);
	int err = schema_check(schema, why);

	if (err == 0)
		err = archive_check_writable(dir, why);
	if (err == 0)
		err = check_vacant(dir, STORE_WATCH, why);
	for (unsigned i = 0; i < schema_file_count(schema) && err == 0; i++) {
		struct schema_file file;

		schema_file(schema, i, &file);
		err = check_vacant(dir, file.name, why);
	}
	if (err == 0)
		err = check_all_strangers(store, schema, why);
	if (err == 0)
		err = check_room(store, schema, why);
	return err ? err : make_directories(dir, why);
}
