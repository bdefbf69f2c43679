/* SPDX-License-Identifier: GPL-2.0-or-later */
/* found FORMAT < LINES: what the format's parser makes of a whole source: packets by series and class, other lines, and those that
 * cannot be read by reason, in one line. 77 if this build has no such format. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "import/format.h"

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

static void print(void)
{
	const char *separator = "";

	for (int series = 0; series < SERIES_COUNT; series++)
		for (int class = 0; class < CLASS_COUNT; class++)
			if (counts.packets[series][class]) {
				printf("%s%s %s %lu", separator, series_name((enum series)series), class_name((enum packet_class)class),
				       counts.packets[series][class]);
				separator = ", ";
			}
	if (counts.other)
		printf("%sother %lu", separator, counts.other);
	for (int reason = 0; reason < READING_REASONS; reason++)
		if (counts.bad[reason])
			printf(", %s %lu", reading_reason_text((enum reading_reason)reason), counts.bad[reason]);
	printf("\n");
}

int main(int argc, char **argv)
{
	const struct format *format = argc == 2 ? format_by_name(argv[1]) : NULL;
	static struct format_state state;
	struct reading reading;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	if (!format)
		return 77;
	while ((len = getline(&line, &size, stdin)) > 0) {
		len -= line[len - 1] == '\n';
		if (len && line[len - 1] == '\r')
			len--;
		count(format->parse(line, (size_t)len, &state, &reading), &reading);
	}
	print();
	free(line);
	return 0;
}
