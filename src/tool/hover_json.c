/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/hover_json.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/zone_offset.h"
#include "plot/calendar.h"
#include "tool/markup.h"

#define CHANGES 800 /* of the clocks: two a year in more years than anybody looks at */

/* An address is written once and then told by its number; so is a rule. */
struct address {
	uint8_t bytes[16];
	bool is_v6;
};

struct names {
	size_t addresses;
	struct address *address; /* sorted */
	size_t rules;
	const char **rule;       /* sorted */
};

static bool is_v6(unsigned series)
{
	return series == SERIES_TCP6 || series == SERIES_UDP6 || series == SERIES_ICMP6;
}

static struct address address_of(const uint8_t bytes[16], unsigned series)
{
	struct address address = { .is_v6 = is_v6(series) };

	memcpy(address.bytes, bytes, sizeof(address.bytes));
	return address;
}

static int by_address(const void *left, const void *right)
{
	const struct address *a = left, *b = right;

	return a->is_v6 != b->is_v6 ? a->is_v6 - b->is_v6 : memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Leaves each once; returns how many there are. */
static size_t make_unique(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	char *at = base;
	size_t kept = 0;

	if (count)
		qsort(base, count, size, compare);
	for (size_t i = 0; i < count; i++)
		if (!kept || compare(at + (kept - 1) * size, at + i * size) != 0)
			memmove(at + kept++ * size, at + i * size, size);
	return kept;
}

static int list_names(const struct hover *hover, struct names *names)
{
	*names = (struct names){ 0 };
	names->address = calloc(2 * hover->seen + 1, sizeof(*names->address));
	names->rule = calloc(hover->seen + 1, sizeof(*names->rule));
	if (!names->address || !names->rule)
		return -ENOMEM;
	for (size_t i = 0; i < hover->seen; i++) {
		const struct hover_seen *seen = &hover->line[i];

		names->address[2 * i] = address_of(seen->source, seen->series);
		names->address[2 * i + 1] = address_of(seen->destination, seen->series);
		names->rule[i] = seen->rule;
	}
	names->addresses = make_unique(names->address, 2 * hover->seen, sizeof(*names->address), by_address);
	names->rules = make_unique(names->rule, hover->seen, sizeof(*names->rule), by_text);
	return 0;
}

static size_t number_of_address(const struct names *names, const uint8_t bytes[16], unsigned series)
{
	struct address wanted = address_of(bytes, series);
	const struct address *found = bsearch(&wanted, names->address, names->addresses, sizeof(wanted), by_address);

	return found ? (size_t)(found - names->address) : 0;
}

static size_t number_of_rule(const struct names *names, const char *rule)
{
	const char **found = bsearch(&rule, names->rule, names->rules, sizeof(rule), by_text);

	return found ? (size_t)(found - names->rule) : 0;
}

static void write_names(FILE *out, const struct names *names)
{
	char text[INET6_ADDRSTRLEN];

	fputs("\"addresses\":[", out);
	for (size_t i = 0; i < names->addresses; i++) {
		const struct address *address = &names->address[i];

		inet_ntop(address->is_v6 ? AF_INET6 : AF_INET, address->bytes, text, sizeof(text));
		fprintf(out, "%s\"%s\"", i ? "," : "", text);
	}
	fputs("],\n\"rules\":[", out);
	for (size_t i = 0; i < names->rules; i++) {
		fputs(i ? "," : "", out);
		markup_json(out, names->rule[i]);
	}
	fputs("],\n", out);
}

/* Those of single ports that are told of. */
static void write_services(FILE *out, const struct hover *hover, const struct services *services)
{
	bool is_told[65536] = { false };
	const char *comma = "";

	for (size_t i = 0; i < hover->marks; i++)
		if (hover->mark[i].series < SERIES_WITH_PORTS && hover->mark[i].lo == hover->mark[i].hi)
			is_told[hover->mark[i].lo] = true;
	for (size_t i = 0; i < hover->seen; i++)
		if (hover->line[i].series < SERIES_WITH_PORTS)
			is_told[hover->line[i].number] = true;
	fputs("\"services\":{", out);
	for (unsigned port = 0; port < 65536; port++) {
		const char *name = is_told[port] && services ? services_name(services, port) : NULL;

		if (!name)
			continue;
		fprintf(out, "%s\"%u\":", comma, port);
		markup_json(out, name);
		comma = ",";
	}
	fputs("},\n", out);
}

/* From when on which offset from UTC, in seconds, and its name. */
static void write_zone(FILE *out, const struct window *window)
{
	int64_t at_s[CHANGES];
	unsigned changes = calendar_changes(window->start_s, window->end_s, at_s, CHANGES);

	fputs("\"zone\":[", out);
	for (unsigned i = 0; i <= changes; i++) {
		int64_t from_s = i ? at_s[i - 1] : window->start_s;
		char name[16];
		struct tm tm;

		calendar_local(from_s, &tm);
		strftime(name, sizeof(name), "%Z", &tm);
		fprintf(out, "%s[%" PRId64 ",%" PRId64 ",", i ? "," : "", from_s, zone_offset_at(from_s));
		markup_json(out, name);
		fputc(']', out);
	}
	fputs("],\n", out);
}

static void write_seen(FILE *out, const struct hover_seen *seen, const struct names *names)
{
	fprintf(out, ",%u,%u,%zu,%zu,%zu,%" PRIu64, (unsigned)seen->series | (unsigned)seen->class << 3, seen->number,
	        number_of_address(names, seen->source, seen->series), number_of_address(names, seen->destination, seen->series),
	        number_of_rule(names, seen->rule), seen->packets);
}

/* y is that of the spot before. */
static void write_spot(FILE *out, const struct hover *hover, const struct hover_spot *spot, const struct names *names, int *y)
{
	int top = spot->rows.y & HOVER_STRIP ? hover->strip_y + (int)(spot->rows.y & ~HOVER_STRIP) : spot->rows.y;

	fprintf(out, ",%d,%u,%u,%u", top - *y, spot->rows.height, spot->marks, spot->seen);
	*y = top;
	for (uint32_t i = spot->first_mark; i < spot->first_mark + spot->marks; i++) {
		const struct hover_mark *mark = &hover->mark[i];

		fprintf(out, ",%u,%u,%u,%" PRIu64, mark->series, mark->lo, mark->hi - mark->lo, mark->packets);
	}
	if (spot->seen)
		fprintf(out, ",%" PRIu64 ",%" PRIu64, spot->rest, spot->rest_packets);
	for (uint32_t i = spot->first_seen; i < spot->first_seen + spot->seen; i++)
		write_seen(out, &hover->line[i], names);
}

static void write_spots(FILE *out, const struct hover *hover, const struct names *names)
{
	int64_t before_s = 0;
	size_t end;

	fputs("\"spots\":[", out);
	for (size_t first = 0; first < hover->spots; first = end) {
		const struct hover_column *column = &hover->column[hover->spot[first].column];
		int y = 0;

		for (end = first; end < hover->spots && hover->spot[end].column == hover->spot[first].column; end++)
			;
		fprintf(out, "%s%u,%u,%u,%" PRId64 ",%" PRId64 ",%u,%" PRIu64 ",%zu", first ? ",\n" : "", column->area, column->x,
		        column->width, column->start_s - before_s, column->end_s - column->start_s, column->recorded, column->left_out,
		        end - first);
		before_s = column->start_s;
		for (size_t i = first; i < end; i++)
			write_spot(out, hover, &hover->spot[i], names, &y);
	}
	fputs("]", out);
}

/* Lines are in the order of spots. */
static void find_lines(struct hover *hover)
{
	for (size_t i = 0; i < hover->spots; i++)
		hover->spot[i].seen = 0;
	for (size_t i = 0; i < hover->seen; i++) {
		struct hover_spot *spot = &hover->spot[hover->line[i].spot];

		if (!spot->seen++)
			spot->first_seen = (uint32_t)i;
	}
}

int hover_json_write(FILE *out, struct hover *hover, const struct services *services, unsigned width, const struct window *window)
{
	struct names names;
	int err = list_names(hover, &names);

	if (!err) {
		find_lines(hover);
		fprintf(out, "{\"width\":%u,\n\"areas\":[", width);
		for (unsigned i = 0; i < hover->areas; i++)
			fprintf(out, "%s[%d,%d]", i ? "," : "", hover->place[i].x, hover->place[i].y);
		fputs("],\n", out);
		write_zone(out, window);
		write_services(out, hover, services);
		write_names(out, &names);
		write_spots(out, hover, &names);
		fputs("}", out);
	}
	free(names.address);
	free(names.rule);
	return err;
}
