/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes sightings into an archive, for tests that need to know each of them:
 *
 *   sight DIR <lines
 *
 *     step START SECONDS [PACKETS-LEFT-OUT SIGHTINGS-LEFT-OUT]
 *     SERIES CLASS SOURCE DESTINATION NUMBER PACKETS [RULE]      of the step before; NUMBER of ICMP is type * 256 + code; RULE is the
 *                                                                rest of the line, in which \xHH is a byte */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/sightings.h"
#include "packet/packet.h"

#define SIGHTINGS_MOST 8192

struct input {
	struct sighting_step step;
	struct sighting sighting[SIGHTINGS_MOST];
	char rule[SIGHTING_RULES][SIGHTING_RULE];
	unsigned rules;
};

static int end_step(struct input *input, struct sightings *sightings)
{
	struct failure why;

	input->step.sighting = input->sighting;
	input->step.rule = (const char (*)[SIGHTING_RULE])input->rule;
	if (input->step.end_s && sightings_add(sightings, 1, &input->step, &why)) {
		fprintf(stderr, "sight: %s\n", why.text);
		return -1;
	}
	return 0;
}

static uint8_t find_rule(struct input *input, const char *text)
{
	char rule[SIGHTING_RULE] = "";

	for (size_t used = 0; *text && used + 1 < sizeof(rule); used++) {
		unsigned byte;

		if (sscanf(text, "\\x%2x", &byte) == 1) {
			rule[used] = (char)byte;
			text += 4;
		} else {
			rule[used] = *text++;
		}
	}
	for (unsigned i = 0; i < input->rules; i++)
		if (strcmp(input->rule[i], rule) == 0)
			return (uint8_t)i;
	strcpy(input->rule[input->rules], rule);
	return (uint8_t)input->rules++;
}

static int take_sighting(struct input *input, const char *line)
{
	char series[16], class[16], source[64], destination[64];
	struct sighting *s = &input->sighting[input->step.count];
	enum series which;
	enum packet_class what;
	unsigned number;
	int used = 0, family;

	*s = (struct sighting){ 0 };
	if (input->step.count == SIGHTINGS_MOST || sscanf(line, "%15s %15s %63s %63s %u %" SCNu32 "%n", series, class, source, destination,
	                                                 &number, &s->packets, &used) != 6)
		return -1;
	if (!series_by_name(series, &which) || !class_by_name(class, &what))
		return -1;
	family = strchr(source, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(family, source, s->source) != 1 || inet_pton(family, destination, s->destination) != 1)
		return -1;
	s->series = (uint8_t)which;
	s->class = (uint8_t)what;
	s->number = (uint16_t)number;
	s->hash = (uint64_t)input->step.count + 1;
	s->rule = find_rule(input, line[used] == ' ' ? line + used + 1 : "");
	input->step.count++;
	return 0;
}

static int take_line(struct input *input, struct sightings *sightings, const char *line)
{
	struct sighting_step step = { 0 };
	int64_t seconds;

	if (strncmp(line, "step ", 5) != 0)
		return take_sighting(input, line);
	if (sscanf(line + 5, "%" SCNd64 " %" SCNd64 " %" SCNu64 " %" SCNu64, &step.start_s, &seconds, &step.packets_left_out,
	           &step.sightings_left_out) < 2 || end_step(input, sightings))
		return -1;
	step.end_s = step.start_s + seconds;
	input->step = step;
	input->rules = 1;
	return 0;
}

int main(int argc, char **argv)
{
	struct input *input = calloc(1, sizeof(*input));
	struct sightings *sightings;
	char line[1024], path[PATH_MAX];
	struct failure why;
	int err = 0;

	if (argc != 2 || !input)
		return 2;
	snprintf(path, sizeof(path), "%s/" SIGHTINGS_FILE, argv[1]);
	if (sightings_open(path, UINT64_C(64) << 20, &sightings, &why)) {
		fprintf(stderr, "sight: %s\n", why.text);
		return 1;
	}
	while (!err && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		err = take_line(input, sightings, line);
		if (err)
			fprintf(stderr, "sight: expected a step or a sighting, not %s\n", line);
	}
	err = err || end_step(input, sightings);
	sightings_close(sightings);
	free(input);
	return err ? 1 : 0;
}
