/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/formerseen.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct formerseen {
	struct witness *witness;
	int64_t start_s; /* of what is being read */
	struct sighting *sighting;
	size_t count, room;
	struct sighting_step *step;
	size_t steps, steps_room;
	char rule[SIGHTING_RULES][SIGHTING_RULE]; /* of all steps that were read; rule[0] is "" */
	unsigned rules;
	struct sightings_coverage coverage;
};

int formerseen_open(struct reader *reader, struct formerseen **out, struct failure *why)
{
	struct formerseen *seen = calloc(1, sizeof(*seen));
	int err = seen ? witness_open(reader, &seen->witness, why) : fail(why, ENOMEM, "no memory");

	if (err) {
		free(seen);
		seen = NULL;
	}
	*out = seen;
	return err == -ENOENT || err == -ENOTSUP ? 0 : err;
}

void formerseen_close(struct formerseen *seen)
{
	if (!seen)
		return;
	sightings_coverage_fini(&seen->coverage);
	witness_close(seen->witness);
	free(seen->sighting);
	free(seen->step);
	free(seen);
}

/* ---- reading ---- */

/* The place of a rule; the last one stands for all that find no room. */
static uint8_t rule_of(struct formerseen *seen, const char *text)
{
	unsigned i = 0;

	while (i <= seen->rules && strcmp(seen->rule[i], text) != 0)
		i++;
	if (i <= seen->rules)
		return (uint8_t)i;
	if (i >= SIGHTING_RULES - 1) {
		i = SIGHTING_RULES - 1;
		text = SIGHTING_RULE_REST;
	}
	strncpy(seen->rule[i], text, SIGHTING_RULE - 1);
	seen->rules = i;
	return (uint8_t)i;
}

static bool grow(void **array, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : 256;
	void *larger = realloc(*array, more * size);

	if (!larger)
		return false;
	*array = larger;
	*room = more;
	return true;
}

/* Where its sightings are is filled in when all have been read, since the array may move until then. */
static struct sighting_step *add_step(struct formerseen *seen, int64_t start_s, int64_t end_s)
{
	struct sighting_step *step;

	if (seen->steps == seen->steps_room && !grow((void **)&seen->step, &seen->steps_room, sizeof(*seen->step)))
		return NULL;
	step = &seen->step[seen->steps++];
	*step = (struct sighting_step){ .start_s = start_s, .end_s = end_s,
		                        .rule = (const char(*)[SIGHTING_RULE])seen->rule };
	return step;
}

static int visit(void *arg, const struct sightings_row *row)
{
	struct formerseen *seen = arg;
	struct sighting_step *step = seen->steps ? &seen->step[seen->steps - 1] : NULL;

	if (row->start_s < seen->start_s)
		return 0;
	if (!step || step->start_s != row->start_s)
		step = add_step(seen, row->start_s, row->end_s);
	if (!step || (seen->count == seen->room && !grow((void **)&seen->sighting, &seen->room, sizeof(*seen->sighting))))
		return -ENOMEM;
	seen->sighting[seen->count] = row->sighting;
	seen->sighting[seen->count++].rule = rule_of(seen, row->rule);
	step->count++;
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct sighting_step *left = a, *right = b;

	return left->start_s < right->start_s ? -1 : left->start_s > right->start_s;
}

/* What was left out of a step, which may be all. */
static int add_samples(struct formerseen *seen)
{
	size_t with_sightings = seen->steps, at = 0;

	for (unsigned i = 0; i < seen->coverage.sample_count; i++) {
		const struct sightings_sample *sample = &seen->coverage.sample[i];
		struct sighting_step *step;

		if (sample->start_s < seen->start_s)
			continue;
		while (at < with_sightings && seen->step[at].start_s < sample->start_s)
			at++;
		step = at < with_sightings && seen->step[at].start_s == sample->start_s ? &seen->step[at] :
		                                                                          add_step(seen, sample->start_s, sample->end_s);
		if (!step)
			return -ENOMEM;
		step->packets_left_out = sample->packets_left_out;
		step->sightings_left_out = sample->sightings_left_out;
	}
	return 0;
}

int formerseen_read(struct formerseen *seen, int64_t start_s, int64_t end_s, struct formerseen_part *part, struct failure *why)
{
	struct witness_filter filter = { .start_s = start_s, .end_s = end_s };
	int err;

	seen->start_s = start_s;
	seen->count = seen->steps = 0;
	seen->rules = 0;
	memset(seen->rule, 0, sizeof(seen->rule));
	sightings_coverage_fini(&seen->coverage);
	err = witness_walk(seen->witness, &filter, visit, seen, why);
	if (err == -ENOMEM)
		fail(why, ENOMEM, "no memory for sightings");
	if (!err)
		err = witness_coverage(seen->witness, start_s, end_s, &seen->coverage, why);
	if (!err && add_samples(seen))
		err = fail(why, ENOMEM, "no memory for sightings");
	if (err)
		return err;
	for (size_t i = 0, at = 0; i < seen->steps; at += seen->step[i++].count) /* those of samples alone stand behind and have none */
		seen->step[i].sighting = at < seen->count ? &seen->sighting[at] : NULL;
	if (seen->steps)
		qsort(seen->step, seen->steps, sizeof(*seen->step), by_start);
	*part = (struct formerseen_part){ .count = (unsigned)seen->steps, .step = seen->step,
		                          .span_count = seen->coverage.span_count, .span = seen->coverage.span };
	return 0;
}
