/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/cachedfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SETTLE_TRIES 10
#define SETTLE_NS 20000000

/* Keeps the first failure of several answers, all of which must be read. */
static void keep_first(int *first, int err, struct failure *why, const struct failure *inner)
{
	if (err >= 0 || *first)
		return;
	*first = err;
	if (why)
		*why = *inner;
}

/* ---- making ---- */

static size_t append(char *text, size_t used, size_t size, const char *more)
{
	int n = used < size ? snprintf(text + used, size - used, "%s%s", used ? " " : "", more) : 0;

	return used + (size_t)n;
}

int cachedfile_create(struct rrdcached *cached, const char *file, const struct rrdfile_shape *shape, int64_t start_s,
                      struct failure *why)
{
	char text[RRDCACHED_LINE], part[RRDFILE_DEFINITION];
	size_t used = 0;
	int err;

	snprintf(part, sizeof(part), "-s %u -b %lld -O", shape->step_s, (long long)start_s);
	used = append(text, used, sizeof(text), part);
	for (unsigned i = 0; i < shape->ds_count; i++) {
		rrdfile_define_ds(&shape->ds[i], part);
		used = append(text, used, sizeof(text), part);
	}
	for (unsigned i = 0; i < shape->levels; i++) {
		rrdfile_define_level(shape, i, part);
		used = append(text, used, sizeof(text), part);
	}
	if (used >= sizeof(text))
		return fail(why, E2BIG, "%s: a file of too many DS for one request to rrdcached", file);
	err = rrdcached_ask(cached, "CREATE", file, text, why);
	if (err == 0)
		err = rrdcached_answer_plain(cached, "CREATE", file, why);
	if (err && rrdcached_is_connected(cached)) /* some of its refusals here have a second line that nothing announces */
		rrdcached_renew(cached, NULL);
	return err;
}

/* ---- looking ---- */

static int read_info(struct rrdcached *cached, const char *file, struct cachedinfo *info, struct failure *why)
{
	int lines = rrdcached_answer(cached, "INFO", file, why), err = 0;
	struct failure inner = { "" };

	cachedinfo_init(info);
	for (int i = 0; i < lines; i++) {
		const char *line = rrdcached_line(cached, why);

		if (!line)
			return -EIO;
		if (err == 0)
			err = cachedinfo_add(info, line, &inner);
	}
	if (lines < 0)
		return lines;
	if (err == 0)
		err = cachedinfo_check(info, &inner);
	return err ? fail(why, EILSEQ, "rrdcached at %s: %s: %.256s", rrdcached_address(cached), file, inner.text) : 0;
}

int cachedfile_info(struct rrdcached *cached, const char *file, bool flush, struct cachedinfo *info, struct failure *why)
{
	int err = flush ? rrdcached_ask(cached, "FLUSH", file, "", why) : 0, info_err;
	struct failure inner;

	if (err == 0)
		err = rrdcached_ask(cached, "INFO", file, "", why);
	if (err)
		return err;
	if (flush)
		err = rrdcached_answer_plain(cached, "FLUSH", file, why);
	info_err = read_info(cached, file, info, &inner);
	keep_first(&err, info_err, why, &inner);
	return err;
}

int cachedfile_inspect(struct rrdcached *cached, const char *file, struct rrdfile_shape *shape, struct rrdfile_state *state,
                       struct failure *why)
{
	struct cachedinfo info;
	int err = cachedfile_info(cached, file, true, &info, why);

	if (err)
		return err;
	if (shape)
		*shape = info.shape;
	if (state)
		*state = (struct rrdfile_state){ .last_s = info.last_s, .is_new = !info.is_updated };
	return 0;
}

/* ---- writing ---- */

/* How many updates rrdcached holds for the file. */
static int count_pending(struct rrdcached *cached, const char *file, struct failure *why)
{
	int err = rrdcached_ask(cached, "PENDING", file, "", why), lines;

	if (err)
		return err;
	lines = rrdcached_answer(cached, "PENDING", file, why);
	for (int i = 0; i < lines; i++)
		if (!rrdcached_line(cached, why))
			return -EIO;
	return lines;
}

/* FLUSH has come back, so what it still holds it is told to hold. */
static int check_pending(struct rrdcached *cached, const char *file, struct failure *why)
{
	int pending = count_pending(cached, file, why);

	if (pending <= 0)
		return pending;
	return fail(why, EBUSY, "rrdcached at %s: %s: it holds %d updates back; is the file suspended?", rrdcached_address(cached), file,
	            pending);
}

int cachedfile_sync(struct rrdcached *cached, const char *file, struct rrdfile_shape *shape, int64_t *last_s, struct failure *why)
{
	struct cachedinfo info;
	int err = cachedfile_info(cached, file, true, &info, why);

	if (err == 0)
		err = check_pending(cached, file, why);
	/* It remembers the time of an update that it dropped, and would refuse the same again. */
	if (err == 0)
		err = rrdcached_ask(cached, "FORGET", file, "", why);
	if (err)
		return err;
	err = rrdcached_answer_plain(cached, "FORGET", file, why);
	if (err && err != -ENOENT)
		return err;
	*shape = info.shape;
	*last_s = info.last_s;
	return 0;
}

/* After an update up to at_s. FLUSH does not wait for a write that has begun, so look more than once. */
static int settle(struct rrdcached *cached, const char *file, int64_t at_s, int64_t *last_s, struct failure *why)
{
	struct cachedinfo info;
	int err = cachedfile_info(cached, file, true, &info, why);

	if (err == 0 && info.last_s < at_s)
		err = check_pending(cached, file, why);
	for (unsigned i = 0; i < SETTLE_TRIES && err == 0 && info.last_s < at_s; i++) {
		nanosleep(&(struct timespec){ .tv_nsec = SETTLE_NS }, NULL);
		err = cachedfile_info(cached, file, false, &info, why);
	}
	if (err)
		return err;
	*last_s = info.last_s;
	if (info.last_s < at_s)
		return fail(why, EAGAIN, "rrdcached at %s: %s: it took counts up to %lld, the file has them up to %lld; its log may say "
		            "why", rrdcached_address(cached), file, (long long)at_s, (long long)info.last_s);
	return 0;
}

/* As many of the rows as one request can hold. Returns how many. */
static unsigned format_rows(size_t room, unsigned ds_count, unsigned rows, const int64_t *at_s, const double *values,
                            char text[RRDCACHED_LINE])
{
	char row[RRDFILE_UPDATE];
	size_t used = 0;
	unsigned done = 0;

	for (; done < rows; done++) {
		rrdfile_format_update(at_s[done], ds_count, values + (size_t)done * ds_count, row);
		if (used + 1 + strlen(row) > room)
			break;
		used = append(text, used, RRDCACHED_LINE, row);
	}
	return done;
}

int cachedfile_update(struct rrdcached *cached, const char *file, unsigned ds_count, unsigned rows, const int64_t *at_s,
                      const double *values, int64_t *last_s, struct failure *why)
{
	const size_t around = sizeof("UPDATE  \n") + 2 * strlen(file); /* every byte of the name may be escaped */
	char text[RRDCACHED_LINE];
	int err = 0;

	if (around + RRDFILE_UPDATE > sizeof(text))
		return fail(why, ENAMETOOLONG, "%.256s: a name that is too long for rrdcached", file);
	while (rows > 0 && err == 0) {
		unsigned count = format_rows(sizeof(text) - around, ds_count, rows, at_s, values, text);

		err = rrdcached_ask(cached, "UPDATE", file, text, why);
		if (err == 0)
			err = rrdcached_answer_plain(cached, "UPDATE", file, why);
		if (err == 0)
			err = settle(cached, file, at_s[count - 1], last_s, why);
		rows -= count;
		at_s += count;
		values += (size_t)count * ds_count;
	}
	return err;
}
