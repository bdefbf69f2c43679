/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Becoming an unprivileged user for good. */
#ifndef COMMON_PRIVILEGES_H
#define COMMON_PRIVILEGES_H

#include <sys/types.h>

#include "common/fail.h"

/* Looks up a user and its primary group. -ENOENT with *why if there is none. */
int privileges_find_user(const char *name, uid_t *uid, gid_t *gid, struct failure *why);

/* Gives up every right for good. If the process is root and user is not "": becomes that user and its primary group, with no
 * supplementary groups; otherwise stays who started it. Then no capability in any set (the bounding set too, where
 * CAP_SETPCAP allows it) and no_new_privs; and verifies that none of it can be had back. Capabilities belong to a thread, so
 * this comes before the first one is started. 0 or -errno with *why. */
int privileges_drop(const char *user, struct failure *why);

#endif
