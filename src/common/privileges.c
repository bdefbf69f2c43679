/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "common/escape.h"

#define PASSWD_BYTES_MAX (1u << 20) /* of one entry, with all its text */

int privileges_find_user(const char *name, uid_t *uid, gid_t *gid, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];
	struct passwd entry, *found = NULL;
	char *buf = NULL, *grown;
	size_t size = 1024;
	int err;

	do {
		grown = realloc(buf, size);
		if (!grown) {
			free(buf);
			return fail(why, ENOMEM, "no memory to look up user %s", escape_quote(name, quoted));
		}
		buf = grown;
		err = getpwnam_r(name, &entry, buf, size, &found);
		size *= 2;
	} while (err == ERANGE && size <= PASSWD_BYTES_MAX);
	if (found) {
		*uid = entry.pw_uid;
		*gid = entry.pw_gid;
	}
	free(buf);
	if (found)
		return 0;
	/* getpwnam_r(3): these too say that there is no such entry. */
	if (err == 0 || err == ENOENT || err == ESRCH || err == EBADF || err == EPERM)
		return fail(why, ENOENT, "there is no user %s on this system", escape_quote(name, quoted));
	return fail_errno(why, err, "can't look up user %s", escape_quote(name, quoted));
}

/* In this order: groups need root, and the group must be changed before the user. */
static int become(const char *user, uid_t uid, gid_t gid, struct failure *why)
{
	const char *step = NULL;
	char quoted[ESCAPE_QUOTED];

	if (setgroups(0, NULL) < 0)
		step = "setgroups";
	else if (setresgid(gid, gid, gid) < 0)
		step = "setresgid";
	else if (setresuid(uid, uid, uid) < 0)
		step = "setresuid";
	return step ? fail_errno(why, errno, "can't become user %s: %s", escape_quote(user, quoted), step) : 0;
}

/* Whoever runs a set-user-ID copy of the program keeps no way back to its owner. */
static int stay(struct failure *why)
{
	uid_t uid = getuid();
	gid_t gid = getgid();

	if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
		return fail_errno(why, errno, "can't give up the effective user and group");
	return 0;
}

/* Only with CAP_SETPCAP; without it no_new_privs makes the bounding set meaningless anyway. Comes before the change of
 * user, which takes that capability away. */
static int clear_bounding(struct failure *why)
{
	if (capng_get_caps_process() < 0)
		return fail(why, EINVAL, "can't read the capabilities of this process");
	if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
		return 0;
	capng_clear(CAPNG_SELECT_BOUNDS);
	if (capng_apply(CAPNG_SELECT_BOUNDS) < 0)
		return fail(why, EPERM, "can't clear the capability bounding set");
	return 0;
}

static int clear_capabilities(struct failure *why)
{
	capng_clear(CAPNG_SELECT_ALL);
	if (capng_apply(CAPNG_SELECT_CAPS) < 0 || capng_apply(CAPNG_SELECT_AMBIENT) < 0)
		return fail(why, EPERM, "can't clear the capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail_errno(why, errno, "can't set no_new_privs");
	return 0;
}

static int verify_ids(uid_t uid, gid_t gid, struct failure *why)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	if (getresuid(&ruid, &euid, &suid) < 0 || getresgid(&rgid, &egid, &sgid) < 0)
		return fail_errno(why, errno, "can't read the user and group of this process");
	if (ruid != uid || euid != uid || suid != uid || rgid != gid || egid != gid || sgid != gid)
		return fail(why, EPERM, "the change of user and group did not take effect");
	if (uid != 0 && (setresuid(-1, 0, -1) == 0 || setresuid(0, 0, 0) == 0))
		return fail(why, EPERM, "privileges could be had back after they were dropped");
	return 0;
}

static int verify_capabilities(struct failure *why)
{
	if (capng_get_caps_process() < 0)
		return fail(why, EINVAL, "can't read the capabilities of this process");
	if (capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE ||
	    capng_have_capabilities(CAPNG_SELECT_AMBIENT) != CAPNG_NONE)
		return fail(why, EPERM, "capabilities are left after they were cleared");
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return fail(why, EPERM, "no_new_privs did not take effect");
	return 0;
}

int privileges_drop(const char *user, struct failure *why)
{
	const int change = geteuid() == 0 && user[0] != '\0';
	uid_t uid = getuid();
	gid_t gid = getgid();
	int err;

	if (change && (err = privileges_find_user(user, &uid, &gid, why)) < 0)
		return err;
	if ((err = clear_bounding(why)) < 0)
		return err;
	err = change ? become(user, uid, gid, why) : stay(why);
	if (err < 0)
		return err;
	if ((err = clear_capabilities(why)) < 0)
		return err;
	if ((err = verify_ids(uid, gid, why)) < 0)
		return err;
	return verify_capabilities(why);
}
