/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Becoming an unprivileged user for good. */
#ifndef COMMON_PRIVILEGES_H
#define COMMON_PRIVILEGES_H

#include <sys/types.h>

#include "common/fail.h"

/* Looks up a user and its primary group. -ENOENT with *why if there is none. */
int privileges_find_user(const char *name, uid_t *uid, gid_t *gid, struct failure *why);

/* Becomes that user (unless user is "" or the process is not root), with no supplementary groups, no capability in any set,
 * the bounding set included, and no_new_privs; and verifies that root can't be had back. 0 or -errno with *why. */
int privileges_drop(const char *user, struct failure *why);

#endif
