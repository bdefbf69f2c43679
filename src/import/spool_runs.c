/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/spool_runs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int make_file(const char *dir, struct failure *why)
{
	char path[PATH_MAX];
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0) { /* not every file system can */
		if (snprintf(path, sizeof(path), "%s/.fireplot-import-XXXXXX", dir) >= (int)sizeof(path))
			return fail(why, ENAMETOOLONG, "%s: the name is too long", dir);
		fd = mkostemp(path, O_CLOEXEC);
		if (fd >= 0)
			unlink(path);
	}
	return fd >= 0 ? fd : fail_errno(why, errno, "%s: no room for records on their way", dir);
}

int spool_runs_init(struct spool_runs *runs, const char *dir, bool has_digest, struct failure *why)
{
	*runs = (struct spool_runs){ .fd = make_file(dir, why), .has_digest = has_digest };
	return runs->fd < 0 ? runs->fd : 0;
}

void spool_runs_fini(struct spool_runs *runs)
{
	if (runs->fd >= 0)
		close(runs->fd);
	free(runs->run);
}

/* ---- writing ---- */

static int write_all(struct spool_runs *runs, const uint8_t *bytes, size_t len, struct failure *why)
{
	while (len > 0) {
		ssize_t n = pwrite(runs->fd, bytes, len, runs->end);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail_errno(why, n < 0 ? errno : ENOSPC, "cannot keep the records read so far");
		bytes += n;
		len -= (size_t)n;
		runs->end += n;
	}
	return 0;
}

static bool continues(const struct spool_run *run, const struct spool_run *part)
{
	return run->source == part->source && run->kind == part->kind && run->last <= part->first;
}

static int add_run(struct spool_runs *runs, const struct spool_run *part, off_t at, struct failure *why)
{
	if (runs->count == runs->room) {
		size_t room = runs->room ? 2 * runs->room : 64;
		struct spool_run *run = realloc(runs->run, room * sizeof(*run));

		if (!run)
			return fail(why, ENOMEM, "no memory for records");
		runs->run = run;
		runs->room = room;
	}
	runs->run[runs->count] = *part;
	runs->run[runs->count++].at = at;
	return 0;
}

int spool_runs_append(struct spool_runs *runs, const struct spool_run *part, const uint8_t *packed, struct failure *why)
{
	struct spool_run *newest = runs->count ? &runs->run[runs->count - 1] : NULL;
	off_t at = runs->end;
	int err = write_all(runs, packed, part->bytes, why);

	if (err)
		return err;
	if (!newest || !continues(newest, part))
		return add_run(runs, part, at, why);
	newest->bytes += part->bytes;
	newest->records += part->records;
	newest->last = part->last;
	return 0;
}

/* ---- their times ---- */

static int by_first(const void *a, const void *b)
{
	const struct spool_run *left = a, *right = b;

	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	return left->at < right->at ? -1 : left->at > right->at;
}

void spool_runs_sort(struct spool_runs *runs)
{
	if (runs->count > 0)
		qsort(runs->run, runs->count, sizeof(*runs->run), by_first);
}

void spool_runs_settle(struct spool_runs *runs, spool_time *time, void *arg)
{
	runs->time = time;
	runs->arg = arg;
	for (size_t i = 0; i < runs->count; i++) {
		struct spool_run *run = &runs->run[i];

		run->first = time(arg, run->source, run->kind, run->first);
		run->last = time(arg, run->source, run->kind, run->last);
	}
	spool_runs_sort(runs);
}

static int by_number(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

/* Those that have begun less those that have ended. */
int spool_runs_overlapping(const struct spool_runs *runs, size_t *most, struct failure *why)
{
	int64_t *end = malloc((runs->count + 1) * sizeof(*end));
	size_t open = 0, ended = 0;

	if (!end)
		return fail(why, ENOMEM, "no memory for records");
	for (size_t i = 0; i < runs->count; i++)
		end[i] = runs->run[i].last;
	qsort(end, runs->count, sizeof(*end), by_number);
	*most = 1;
	for (size_t i = 0; i < runs->count; i++) {
		open++;
		while (end[ended] < runs->run[i].first) {
			ended++;
			open--;
		}
		if (open > *most)
			*most = open;
	}
	free(end);
	return 0;
}

/* ---- reading ---- */

int spool_runs_read(const struct spool_runs *runs, uint8_t *bytes, size_t len, off_t at, struct failure *why)
{
	while (len > 0) {
		ssize_t n = pread(runs->fd, bytes, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail_errno(why, n < 0 ? errno : EIO, "cannot read the records again");
		bytes += n;
		len -= (size_t)n;
		at += n;
	}
	return 0;
}
