/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/neighbours.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "plot/calendar.h"
#include "tool/window.h"

#define DATE (NEIGHBOUR_DAY - 1)

/* The last one in the name that is a day and no part of a longer number. */
static const char *find_date(const char *name, struct window *window)
{
	const char *found = NULL;
	struct failure ignored;
	struct window day;
	char date[NEIGHBOUR_DAY];

	for (const char *at = name; strlen(at) >= DATE; at++) {
		if ((at > name && strchr("0123456789", at[-1])) || (at[DATE] && strchr("0123456789", at[DATE])))
			continue;
		memcpy(date, at, DATE);
		date[DATE] = '\0';
		if (date[0] < '0' || date[0] > '9' || window_of_day(date, 0, &day, &ignored))
			continue;
		found = at;
		*window = day;
	}
	return found;
}

int neighbour_find(const char *file, int days, int64_t now_s, struct neighbour *neighbour)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file, *date;
	size_t before = (size_t)(name - file), length = strlen(file);
	struct window window;
	char *path;
	struct tm tm;

	*neighbour = (struct neighbour){ .name = NULL };
	date = find_date(name, &window);
	if (!date)
		return -ENOENT;
	calendar_local(days < 0 ? window.start_s - 1 : window.end_s, &tm);
	if (strftime(neighbour->day, sizeof(neighbour->day), "%Y-%m-%d", &tm) != DATE)
		return -ENOENT;
	path = strdup(file);
	neighbour->name = malloc(length - before + 1);
	if (!path || !neighbour->name) {
		free(path);
		return -ENOMEM;
	}
	memcpy(path + (date - file), neighbour->day, DATE);
	memcpy(neighbour->name, path + before, length - before + 1);
	neighbour->is_there = access(path, F_OK) == 0 || (days > 0 && window.end_s <= now_s);
	free(path);
	return 0;
}

void neighbour_fini(struct neighbour *neighbour)
{
	free(neighbour->name);
	*neighbour = (struct neighbour){ .name = NULL };
}
