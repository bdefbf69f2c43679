/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where an archive's ring lies if nobody says: each archive has one of its own, on the tmpfs for files of running programs. */
#ifndef ARCHIVE_RINGNAME_H
#define ARCHIVE_RINGNAME_H

#include <stddef.h>

#include "common/fail.h"

/* RUNSTATEDIR/fireplot/NAME.ring; NAME is the archive's path as systemd-escape --path writes it ("/var/lib/fireplot" ->
 * "var-lib-fireplot"). With the address of an rrdcached the path may be one of another machine, or another one to that rrdcached,
 * so the address stands before it ("host:42217-sensor1"); but an absolute path behind a unix socket is what it is without. 0, or
 * -ENAMETOOLONG with *why if no file can be named so, or -EINVAL for an address that is none. */
int ringname_from_archive(const char *archive, const char *daemon, char *ring, size_t size, struct failure *why);

#endif
