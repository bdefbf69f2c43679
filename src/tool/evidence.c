/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/evidence.h"

#include <inttypes.h>
#include <stdio.h>

#include "tool/timetext.h"

void evidence_gather(struct evidence *evidence, const struct sightings_coverage *coverage, const struct window *window, int64_t now_s)
{
	int64_t end_s = window->end_s < now_s ? window->end_s : now_s, recorded_s = 0;

	*evidence = (struct evidence){ .steps_sampled = coverage->sample_count };
	for (unsigned i = 0; i < coverage->span_count; i++) {
		const struct sightings_span *span = &coverage->span[i];
		int64_t to_s = span->end_s < end_s ? span->end_s : end_s;

		recorded_s += to_s > span->start_s ? to_s - span->start_s : 0;
	}
	for (unsigned i = 0; i < coverage->sample_count; i++) {
		evidence->packets_left_out += coverage->sample[i].packets_left_out;
		evidence->sightings_left_out += coverage->sample[i].sightings_left_out;
	}
	evidence->asked_s = end_s > window->start_s ? end_s - window->start_s : 0;
	evidence->not_recorded_s = evidence->asked_s > recorded_s ? evidence->asked_s - recorded_s : 0;
}

void evidence_tell(const struct evidence *evidence, void (*say)(const char *sentence))
{
	char sentence[256], part[TIMETEXT], whole[TIMETEXT];

	if (evidence->steps_sampled) {
		snprintf(sentence, sizeof(sentence),
		         "a sample: in %" PRIu64 " steps there was more than could be kept; %" PRIu64
		         " packets of any kind, about %" PRIu64 " sightings, are not among these",
		         evidence->steps_sampled, evidence->packets_left_out, evidence->sightings_left_out);
		say(sentence);
	}
	if (evidence->not_recorded_s) {
		snprintf(sentence, sizeof(sentence), "not recorded: %s of %s", timetext_age(evidence->not_recorded_s, part),
		         timetext_age(evidence->asked_s, whole));
		say(sentence);
	}
}

void evidence_write(const struct evidence *evidence, struct jsonout *json)
{
	jsonout_integer(json, "not_recorded", evidence->not_recorded_s);
	jsonout_integer(json, "steps_sampled", (int64_t)evidence->steps_sampled);
	jsonout_integer(json, "packets_left_out", (int64_t)evidence->packets_left_out);
	jsonout_integer(json, "sightings_left_out", (int64_t)evidence->sightings_left_out);
}
