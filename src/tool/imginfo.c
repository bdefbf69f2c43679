/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/imginfo.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* What stands at a percent sign. */
enum part { PERCENT, NAME, NUMBER, WRONG };

static enum part part_at(const char *at, size_t *length)
{
	*length = at[1] == 'l' ? 3 : 2;
	if (at[1] == '%')
		return PERCENT;
	if (at[1] == 's')
		return NAME;
	return at[1] == 'l' && at[2] == 'u' ? NUMBER : WRONG;
}

int imginfo_check(const char *format, struct failure *why)
{
	static const enum part wanted[] = { NAME, NUMBER, NUMBER };
	unsigned found = 0;
	size_t length;

	for (const char *at = strchr(format, '%'); at; at = strchr(at + length, '%')) {
		enum part part = part_at(at, &length);

		if (part == PERCENT)
			continue;
		if (found == 3 || part != wanted[found])
			return fail(why, EINVAL, "expected one %%s for the file, then two %%lu for its width and height, and %%%% for a "
			            "percent sign");
		found++;
	}
	return found == 3 ? 0 : fail(why, EINVAL, "expected one %%s for the file and two %%lu for its width and height");
}

void imginfo_print(FILE *out, const char *format, const char *path, unsigned width, unsigned height)
{
	const char *slash = strrchr(path, '/');
	bool is_first = true;
	size_t length = 1;

	for (const char *at = format; *at; at += length) {
		length = strcspn(at, "%");
		if (length) {
			fwrite(at, 1, length, out);
			continue;
		}
		switch (part_at(at, &length)) {
		case PERCENT:
			fputc('%', out);
			break;
		case NAME:
			fputs(slash ? slash + 1 : path, out);
			break;
		case NUMBER:
			fprintf(out, "%u", is_first ? width : height);
			is_first = false;
			break;
		case WRONG:
			break;
		}
	}
	fputc('\n', out);
}
