/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/ringname.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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

int ringname_from_archive(const char *archive, char *ring, size_t size, struct failure *why)
{
	char name[NAME_MAX + 1 - sizeof(".ring") + 1];

	if (!escape_path(archive, name, sizeof(name)) ||
	    (size_t)snprintf(ring, size, "%s/fireplot/%s.ring", RUNSTATEDIR, name) >= size)
		return fail(why, ENAMETOOLONG, "the archive's path is too long to name its ring after, expected the word ring");
	return 0;
}
