/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RRD files behind an rrdcached, one at a time: what rrd.h does with those in a directory here. A file is named as the rrdcached
 * knows it, absolute or relative to its base directory. Every call needs a connection, and fails at once without one; failures
 * name the address.
 *
 * rrdcached says that it has taken an update, keeps it in memory, and drops it where the file can't be written just then, if only
 * because somebody reads it; it answers FLUSH alike in both cases. So what a file holds is what INFO, which reads the file, tells
 * afterwards. And as it would write a later update all the same, which leaves a hole, only one request with updates is ever under
 * way for a file: those it takes and writes in one go, up to the first that fails. */
#ifndef ARCHIVE_CACHEDFILE_H
#define ARCHIVE_CACHEDFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/cachedinfo.h"
#include "archive/rrd.h"
#include "archive/rrdcached.h"

/* Makes the file, and with the option -R of rrdcached its directory; never over an existing file (-EEXIST). */
int cachedfile_create(struct rrdcached *cached, const char *file, const struct rrdfile_shape *shape, int64_t start_s,
                      struct failure *why);

/* Shape and state of the file, after a FLUSH. Either may be NULL. -ENOENT, -EILSEQ. */
int cachedfile_inspect(struct rrdcached *cached, const char *file, struct rrdfile_shape *shape, struct rrdfile_state *state,
                       struct failure *why);

/* All that INFO tells, after a FLUSH or as the file is. */
int cachedfile_info(struct rrdcached *cached, const char *file, bool flush, struct cachedinfo *info, struct failure *why);

/* Where a writer goes on that does not know what became of its last updates: shape and last update of the file. Has rrdcached
 * forget what it dropped, so that this can be sent again. -EBUSY if it still holds updates back (SUSPEND). */
int cachedfile_sync(struct rrdcached *cached, const char *file, struct rrdfile_shape *shape, int64_t *last_s, struct failure *why);

/* One update a row, oldest first, after *last_s; moves *last_s on to the last one that is in the file. 0 if that is all of them,
 * else -errno with *why: -EAGAIN if rrdcached took them and the file has them not. Then, and after a broken connection, it may
 * still get them: sync before the next update. */
int cachedfile_update(struct rrdcached *cached, const char *file, unsigned ds_count, unsigned rows, const int64_t *at_s,
                      const double *values, int64_t *last_s, struct failure *why);

/* As rrdfile_fetch_running. */
int cachedfile_fetch_running(struct rrdcached *cached, const char *file, int64_t start_s, int64_t end_s, uint32_t row_s,
                             struct matrix *out, struct rrdfile_running *running, struct failure *why);

#endif
