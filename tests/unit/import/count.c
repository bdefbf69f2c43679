/* SPDX-License-Identifier: GPL-2.0-or-later */
/* count FORMAT < LINES: what the format's parser makes of a whole source: packets by series and class, other lines, and those that
 * cannot be read by reason, in one line. 77 if this build has no such format. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "../../fuzz/line.h"

static struct {
	unsigned long packets[SERIES_COUNT][CLASS_COUNT], bad[READING_REASONS], other;
} counts;

static void count(enum reading_status status, const struct reading *reading)
{
	switch (status) {
	case READING_PACKET:
		counts.packets[reading->packet.series][reading->packet.class]++;
		break;
	case READING_OTHER:
		counts.other++;
		break;
	case READING_BAD:
		counts.bad[reading->reason]++;
		break;
	}
}

static void count_lines(line_parse parse)
{
	struct format_state state = { 0 };
	struct reading reading;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&line, &size, stdin)) > 0) {
		enum reading_status status;

		len -= line[len - 1] == '\n';
		if (len && line[len - 1] == '\r')
			len--;
		status = parse(line, (size_t)len, &state, &reading);
		line_check(line, (size_t)len, &state, status, &reading);
		count(status, &reading);
	}
	free(line);
}

static void print_count(const char *name, const char *class, unsigned long number)
{
	static const char *separator = "";

	if (!number)
		return;
	printf("%s%s%s%s %lu", separator, name, *class ? " " : "", class, number);
	separator = ", ";
}

static void print(void)
{
	for (int series = 0; series < SERIES_COUNT; series++)
		for (int class = 0; class < CLASS_COUNT; class++)
			print_count(series_name((enum series)series), class_name((enum packet_class)class), counts.packets[series][class]);
	print_count("other", "", counts.other);
	for (int reason = 0; reason < READING_REASONS; reason++)
		print_count(reading_reason_text((enum reading_reason)reason), "", counts.bad[reason]);
	printf("\n");
}

int main(int argc, char **argv)
{
	const struct format *format = argc == 2 ? format_by_name(argv[1]) : NULL;

	if (!format)
		return 77;
	count_lines(format->parse);
	print();
	return 0;
}
