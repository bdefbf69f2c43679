/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/ringname.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "archive/rrdcached.h"

/* Characters that stand for themselves, as in systemd's unit names; a dot at the very beginning does not. */
static bool is_plain(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '_' ||
	       (c == '.' && !first);
}

/* Steps over slashes, and over "." where it is a whole component. */
static const char *skip_slashes(const char *p)
{
	while (*p == '/' || (p[0] == '.' && (p[1] == '/' || p[1] == '\0')))
		p++;
	return p;
}

/* Returns false if it does not fit. */
static bool escape_path(const char *path, char *name, size_t size)
{
	size_t used = 0;

	for (const char *p = skip_slashes(path); *p; ) {
		char text[8] = { *p };

		if (*p == '/') {
			p = skip_slashes(p);
			if (*p == '\0')
				break;
			strcpy(text, "-");
		} else {
			if (!is_plain(*p, used == 0))
				snprintf(text, sizeof(text), "\\x%02x", (unsigned char)*p);
			p++;
		}
		if (size - used <= strlen(text))
			return false;
		strcpy(name + used, text);
		used += strlen(text);
	}
	if (used == 0)
		strcpy(name, "-");
	return true;
}

/* What a ring is named after. */
static int write_key(const char *archive, const char *daemon, char *key, size_t size, struct failure *why)
{
	struct rrdcached_address address = { .is_unix = true };
	int err = daemon ? rrdcached_parse_address(daemon, &address, why) : 0, len;

	if (err)
		return err;
	if (address.is_unix && (archive[0] == '/' || !daemon))
		len = snprintf(key, size, "%s", archive);
	else
		len = snprintf(key, size, "%s%s%s/%s", address.host, address.is_unix ? "" : ":", address.port, archive);
	return (size_t)len < size ? 0 : fail(why, ENAMETOOLONG, "the archive's path is too long");
}

int ringname_from_archive(const char *archive, const char *daemon, char *ring, size_t size, struct failure *why)
{
	char name[NAME_MAX + 1 - sizeof(".ring") + 1], key[PATH_MAX + RRDCACHED_ADDRESS_MAX];
	int err = write_key(archive, daemon, key, sizeof(key), why);

	if (err)
		return err;
	if (!escape_path(key, name, sizeof(name)) || (size_t)snprintf(ring, size, "%s/fireplot/%s.ring", RUNSTATEDIR, name) >= size)
		return fail(why, ENAMETOOLONG, "the archive's path is too long to name its ring after, expected the word ring");
	return 0;
}
