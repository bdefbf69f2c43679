/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where an archive's ring lies if nobody says: each archive has one of its own, on the tmpfs for files of running programs. */
#ifndef DAEMON_RINGNAME_H
#define DAEMON_RINGNAME_H

#include <stddef.h>

#include "common/fail.h"

/* RUNSTATEDIR/fireplot/NAME.ring; NAME is the archive's path as systemd-escape --path writes it ("/var/lib/fireplot" ->
 * "var-lib-fireplot"). 0, or -ENAMETOOLONG with *why if no file can be named so. */
int ringname_from_archive(const char *archive, char *ring, size_t size, struct failure *why);

#endif
