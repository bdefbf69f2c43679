/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests: adds sightings to a file, from lines of text on standard input. Lines with the same start are a step of 10 s.
 *
 *   sightings_write FILE MAX_BYTES
 *   START SERIES CLASS SOURCE DESTINATION NUMBER TCP_FLAGS PACKETS [RULE]
 *   START left PACKETS SIGHTINGS                                             of the step: what was left out
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/sightings.h"
#include "packet/series.h"

#define MANY 65536

struct step {
	struct sighting_step step;
	struct sighting sighting[MANY];
	char rule[SIGHTING_RULES][SIGHTING_RULE];
	unsigned rules;
};

static _Noreturn void bad(const char *line)
{
	fprintf(stderr, "sightings_write: expected a sighting, found: %s", line);
	exit(2);
}

static uint8_t rule_of(struct step *s, const char *name)
{
	for (unsigned i = 0; i < s->rules; i++)
		if (!strcmp(s->rule[i], name))
			return (uint8_t)i;
	snprintf(s->rule[s->rules], SIGHTING_RULE, "%s", name);
	return (uint8_t)s->rules++;
}

static void add(struct step *s, struct sightings *sightings)
{
	struct failure why;

	if (s->step.start_s && sightings_add(sightings, 1, &s->step, &why)) {
		fprintf(stderr, "sightings_write: %s\n", why.text);
		exit(1);
	}
}

static void begin(struct step *s, int64_t start_s)
{
	memset(s, 0, sizeof(*s));
	s->rules = 1;
	s->step = (struct sighting_step){ .start_s = start_s, .end_s = start_s + 10, .sighting = s->sighting };
	s->step.rule = (const char (*)[SIGHTING_RULE])s->rule;
}

static void read_sighting(struct step *s, const char *line, const char *rest)
{
	struct sighting *sighting = &s->sighting[s->step.count];
	char series[16], class[16], source[64], destination[64], rule[SIGHTING_RULE] = "";
	enum series the_series;
	enum packet_class the_class;

	if (sscanf(rest, "%15s %15s %63s %63s %" SCNu16 " %" SCNu8 " %" SCNu32 " %64[^\n]", series, class, source, destination,
	           &sighting->number, &sighting->tcp_flags, &sighting->packets, rule) < 7 ||
	    !series_by_name(series, &the_series) || !class_by_name(class, &the_class) ||
	    inet_pton(strchr(source, ':') ? AF_INET6 : AF_INET, source, sighting->source) != 1 ||
	    inet_pton(strchr(source, ':') ? AF_INET6 : AF_INET, destination, sighting->destination) != 1)
		bad(line);
	s->step.count++;
	sighting->series = (uint8_t)the_series;
	sighting->class = (uint8_t)the_class;
	sighting->rule = rule_of(s, rule);
}

int main(int argc, char **argv)
{
	static struct step s;
	struct sightings *sightings;
	struct failure why;
	char line[512];

	if (argc != 3 || sightings_open(argv[1], strtoull(argv[2], NULL, 10), &sightings, &why)) {
		fprintf(stderr, "sightings_write: %s\n", argc != 3 ? "expected a file and its greatest size" : why.text);
		return 1;
	}
	while (fgets(line, sizeof(line), stdin)) {
		int64_t start_s;
		int at = 0;

		if (sscanf(line, "%" SCNd64 " %n", &start_s, &at) != 1 || !at)
			bad(line);
		if (start_s != s.step.start_s) {
			add(&s, sightings);
			begin(&s, start_s);
		}
		if (s.step.count == MANY || s.rules == SIGHTING_RULES)
			bad(line);
		if (sscanf(line + at, "left %" SCNu64 " %" SCNu64, &s.step.packets_left_out, &s.step.sightings_left_out) != 2)
			read_sighting(&s, line, line + at);
	}
	add(&s, sightings);
	sightings_close(sightings);
	return 0;
}
