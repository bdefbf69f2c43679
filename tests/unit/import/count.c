/* SPDX-License-Identifier: GPL-2.0-or-later */
/* count FORMAT < LINES: what a parser makes of a whole source, one count a line: series and class, "other", or the reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "../../fuzz/line.h"

static struct {
	unsigned long packets[SERIES_COUNT][CLASS_COUNT], bad[READING_REASONS], other;
} counts;

static void count(line_parse parse, const char *line, size_t len, struct format_state *state)
{
	struct reading r;
	enum reading_status status = parse(line, len, state, &r);

	line_check(line, len, state, status, &r);
	switch (status) {
	case READING_PACKET:
		counts.packets[r.packet.series][r.packet.class]++;
		break;
	case READING_OTHER:
		counts.other++;
		break;
	case READING_BAD:
		counts.bad[r.reason]++;
		break;
	}
}

static void count_all(line_parse parse)
{
	struct format_state state = { 0 };
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&line, &size, stdin)) > 0) {
		while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			len--;
		count(parse, line, (size_t)len, &state);
	}
	free(line);
}

static void print_all(void)
{
	for (int series = 0; series < SERIES_COUNT; series++)
		for (int class = 0; class < CLASS_COUNT; class++)
			if (counts.packets[series][class])
				printf("%s %s %lu\n", series_name((enum series)series), class_name((enum packet_class)class),
				       counts.packets[series][class]);
	if (counts.other)
		printf("other %lu\n", counts.other);
	for (int reason = 0; reason < READING_REASONS; reason++)
		if (counts.bad[reason])
			printf("%s: %lu\n", reading_reason_text((enum reading_reason)reason), counts.bad[reason]);
}

int main(int argc, char **argv)
{
	const struct format *format = argc == 2 ? format_by_name(argv[1]) : NULL;

	if (!format) {
		fprintf(stderr, "usage: count FORMAT < LINES\n");
		return 2;
	}
	count_all(format->parse);
	print_all();
	return 0;
}
