/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the files of an archive are, and the two ways to them: in a directory here, through librrd (rrd.h), or behind an
 * rrdcached, which does the same on its machine (cachedfile.h). Files are named as in the schema: "tcp4/0-63.rrd". */
#ifndef ARCHIVE_STORE_H
#define ARCHIVE_STORE_H

#include "archive/rrd.h"
#include "archive/rrdcached.h"
#include "archive/schema.h"

#define STORE_WATCH "watch.rrd"

struct store {
	const char *dir; /* a directory here, or a path as the rrdcached knows it; borrowed, as is the connection */
	struct rrdcached *cached; /* NULL for a directory here */
	const struct undo_reader *undo; /* to read files there, between a death of their fireplotd and its next start; or NULL */
};

/* An archive in a directory here, for the length of a block. */
#define STORE_HERE(directory) (&(const struct store){ .dir = (directory) })

/* The archive for people: its directory, and behind which rrdcached. Returns buf. */
#define STORE_NAME 384
const char *store_name(const struct store *store, char buf[STORE_NAME]);

/* DIR/NAME; -ENAMETOOLONG with *why. */
#define STORE_PATH 4096
int store_path(const struct store *store, const char *name, char path[STORE_PATH], struct failure *why);

/* As in rrd.h: shape and state of a file, of which either may be NULL; making one; reading rows and the row in progress. */
int store_inspect(const struct store *store, const char *name, struct rrdfile_shape *shape, struct rrdfile_state *state,
                  struct failure *why);
int store_create(const struct store *store, const char *name, const struct rrdfile_shape *shape, int64_t start_s,
                 struct failure *why);
int store_fetch_running(const struct store *store, const char *name, int64_t start_s, int64_t end_s, uint32_t row_s,
                        struct matrix *out, struct rrdfile_running *running, struct failure *why);

/* Has the rrdcached write what it holds for the files of an archive, all in one go; those that are not there are passed over. */
int store_flush(const struct store *store, const struct schema *schema, struct failure *why);

#endif
