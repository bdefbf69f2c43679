/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/place.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/privileges.h"

int place_make_dir(const char *dir, const char *user, struct failure *why)
{
	uid_t uid;
	gid_t gid;
	int err;

	if (mkdir(dir, 0755) < 0)
		return errno == EEXIST ? 0 : fail_errno(why, errno, "%s: cannot make the directory", dir);
	if (!*user)
		return 0;
	err = privileges_find_user(user, &uid, &gid, why);
	if (err)
		return err;
	if (geteuid() == 0 && chown(dir, uid, gid) < 0)
		return fail_errno(why, errno, "%s: cannot give the directory to %s", dir, user);
	return 0;
}

int place_make_parent(const char *path, const char *user, struct failure *why)
{
	char dir[PATH_MAX];
	char *slash;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (!slash || slash == dir)
		return 0;
	*slash = 0;
	return place_make_dir(dir, user, why);
}

int place_check_writable(const char *dir, struct failure *why)
{
	if (access(dir, W_OK | X_OK) < 0)
		return fail_errno(why, errno, "%s: cannot make an archive here", dir);
	return 0;
}

/* Whether the two names lead to the same file or link. */
static bool same_place(const char *a, const char *b)
{
	struct stat sa, sb;

	return lstat(a, &sa) == 0 && lstat(b, &sb) == 0 && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

static bool links_to(const char *link, const char *target)
{
	char now[PATH_MAX];
	ssize_t n = readlink(link, now, sizeof(now));

	return n >= 0 && (size_t)n == strlen(target) && memcmp(now, target, (size_t)n) == 0;
}

int place_link(const char *link, const char *ring, struct failure *why)
{
	char fresh[PATH_MAX];
	struct stat st;

	if (snprintf(fresh, sizeof(fresh), "%s.new", link) >= (int)sizeof(fresh))
		return fail(why, ENAMETOOLONG, "%s: the name is too long", link);
	if (same_place(link, ring) || links_to(link, ring))
		return 0;
	if (lstat(link, &st) == 0 && !S_ISLNK(st.st_mode))
		return fail(why, EEXIST, "%s: expected a link to the ring %s, found a file; if no other fireplotd uses it, move it away",
		            link, ring);
	unlink(fresh);
	if (symlink(ring, fresh) < 0 || rename(fresh, link) < 0)
		return fail_errno(why, errno, "%s: cannot link to the ring", link);
	return 0;
}

int place_link_ring(const char *archive, const char *ring, struct failure *why)
{
	char link[PATH_MAX];

	if (snprintf(link, sizeof(link), "%s/slots.ring", archive) >= (int)sizeof(link))
		return fail(why, ENAMETOOLONG, "%s: the name is too long", archive);
	return place_link(link, ring, why);
}
