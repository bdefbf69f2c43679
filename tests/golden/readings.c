/* SPDX-License-Identifier: GPL-2.0-or-later */
/* readings FORMAT < LINES: what a parser makes of each line, as text. 77 if this build has no such format. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "import/format.h"
#include "reading_text.h"

int main(int argc, char **argv)
{
	const struct format *format = argc == 2 ? format_by_name(argv[1]) : NULL;
	static struct format_state state;
	struct reading_text text;
	struct reading reading;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	if (!format)
		return 77;
	for (unsigned number = 1; (len = getline(&line, &size, stdin)) > 0; number++) {
		enum reading_status status;

		if (line[len - 1] == '\n')
			len--;
		if (len && line[len - 1] == '\r')
			len--;
		status = format->parse(line, (size_t)len, &state, &reading);
		printf("%u %s\n", number, reading_describe(&text, status, &reading, true));
	}
	free(line);
	return 0;
}
