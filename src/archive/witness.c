/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/witness.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "binning/sample_sum.h"

struct witness {
	struct sightings *file; /* NULL if there is none yet, and only the ring has some */
	unsigned step_count;
	struct sample_sum *step; /* of the ring, those that the file does not have; oldest first */
};

/* ---- opening ---- */

/* The reader has warned of a ring that can't be read. A ring without sightings is as good as none. */
static int copy_ring(const struct reader *reader, struct slotring **ring, struct failure *why)
{
	const char *path = reader_ring(reader);
	int err;

	*ring = NULL;
	if (!path[0] || reader_warning(reader))
		return 0;
	err = slotring_snapshot(path, true, ring, why);
	if (err == 0 && slotring_shape(*ring)->sightings == 0) {
		slotring_close(*ring);
		*ring = NULL;
	}
	return err == -ENOENT ? 0 : err;
}

static int open_file(struct witness *witness, const struct reader *reader, struct failure *why)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/" SIGHTINGS_FILE, reader_dir(reader)) >= (int)sizeof(path))
		return fail_errno(why, ENAMETOOLONG, "%.256s", reader_dir(reader));
	return sightings_open_read(path, &witness->file, why);
}

static int sum_steps(struct witness *witness, const struct slotring *ring, const struct slotring_span *spans, unsigned count)
{
	int64_t last_s = witness->file ? sightings_last(witness->file) : 0;
	int err = 0;

	for (unsigned i = 0; i < count && err == 0; i++)
		if (spans[i].end_s > last_s)
			err = sample_sum(ring, &spans[i], &witness->step[witness->step_count++]);
	return err;
}

/* What the ring has and the file has not. */
static int take_steps(struct witness *witness, const struct slotring *ring, struct failure *why)
{
	unsigned max = slotring_shape(ring)->lanes * slotring_shape(ring)->slots;
	struct slotring_span *spans = calloc(max, sizeof(*spans));
	int err = -ENOMEM;

	witness->step = calloc(max, sizeof(*witness->step));
	if (spans && witness->step)
		err = sum_steps(witness, ring, spans, slotring_spans(ring, INT64_MAX, spans, max));
	free(spans);
	return err ? fail_errno(why, -err, "the sightings of the ring") : 0;
}

/* The ring comes before the file: what the file gets meanwhile is passed over then. The other way round a step could be in neither. */
static int open_both(struct witness *witness, const struct reader *reader, struct failure *why)
{
	struct slotring *ring;
	int err = copy_ring(reader, &ring, why);

	if (err)
		return err;
	err = open_file(witness, reader, why);
	if (err == -ENOENT && ring)
		err = 0;
	else if (err == -ENOENT)
		err = fail(why, ENOENT, "%.256s: no sightings here: none were recorded yet, or their recording is switched off",
		           reader_dir(reader));
	if (err == 0 && ring)
		err = take_steps(witness, ring, why);
	slotring_close(ring);
	return err;
}

int witness_open(struct reader *reader, struct witness **out, struct failure *why)
{
	struct witness *witness;
	int err;

	if (!reader_is_here(reader))
		return fail(why, ENOENT, "%.256s: no sightings: they are in a file where packets are counted, which no rrdcached hands out",
		            reader_dir(reader));
	witness = calloc(1, sizeof(*witness));
	if (!witness)
		return fail_errno(why, ENOMEM, "%.256s", reader_dir(reader));
	err = open_both(witness, reader, why);
	if (err) {
		witness_close(witness);
		return err;
	}
	*out = witness;
	return 0;
}

void witness_close(struct witness *witness)
{
	if (!witness)
		return;
	for (unsigned i = 0; i < witness->step_count; i++)
		sample_sum_fini(&witness->step[i]);
	free(witness->step);
	sightings_close(witness->file);
	free(witness);
}

/* ---- walking ---- */

#define ALL_SERIES ((1u << SERIES_COUNT) - 1)
#define ALL_CLASSES ((1u << CLASS_COUNT) - 1)
#define PORT_SERIES ((1u << SERIES_WITH_PORTS) - 1)
#define IPV4_SERIES (1u << SERIES_TCP4 | 1u << SERIES_UDP4 | 1u << SERIES_ICMP4 | 1u << SERIES_OTHER4)

/* A filter, made ready to be asked millions of times. */
struct sieve {
	const struct witness_filter *filter;
	unsigned series;
	unsigned classes;
	bool has_ports, has_source, has_destination;
	uint64_t port[65536 / 64]; /* a bit each */
	const char *rule; /* of the row before, and whether it is the one that is asked for */
	bool is_rule;
	sightings_visit *visit;
	void *arg;
};

static void set_ports(struct sieve *sieve, const struct portlist *ports)
{
	sieve->has_ports = ports->count > 0;
	for (unsigned i = 0; i < ports->count; i++)
		for (unsigned port = ports->range[i].lo; port <= ports->range[i].hi; port++)
			sieve->port[port / 64] |= (uint64_t)1 << port % 64;
}

/* The series whose addresses a set can have. */
static unsigned net_series(const struct netset *set)
{
	if (netset_empty(set))
		return ALL_SERIES;
	return (set->v4.count ? IPV4_SERIES : 0) | (set->v6.count ? ALL_SERIES & ~IPV4_SERIES : 0);
}

static void make_sieve(struct sieve *sieve, const struct witness_filter *filter, sightings_visit *visit, void *arg)
{
	memset(sieve, 0, sizeof(*sieve));
	sieve->filter = filter;
	sieve->visit = visit;
	sieve->arg = arg;
	sieve->series = filter->series ? filter->series : ALL_SERIES;
	sieve->series &= net_series(&filter->source) & net_series(&filter->destination);
	sieve->classes = filter->classes ? filter->classes : ALL_CLASSES;
	sieve->has_source = !netset_empty(&filter->source);
	sieve->has_destination = !netset_empty(&filter->destination);
	set_ports(sieve, &filter->ports);
	if (sieve->has_ports)
		sieve->series &= PORT_SERIES;
}

/* Whether rows of the wanted series are all wanted. */
static bool lets_all_through(const struct sieve *sieve)
{
	return (sieve->classes & ALL_CLASSES) == ALL_CLASSES && !sieve->has_ports && !sieve->has_source && !sieve->has_destination &&
	       !sieve->filter->rule;
}

static bool is_rule(struct sieve *sieve, const char *rule)
{
	if (sieve->rule != rule) {
		sieve->rule = rule;
		sieve->is_rule = strcmp(rule, sieve->filter->rule) == 0;
	}
	return sieve->is_rule;
}

static int sift(void *arg, const struct sightings_row *row)
{
	struct sieve *sieve = arg;
	const struct sighting *sighting = &row->sighting;
	unsigned version = series_version((enum series)sighting->series);

	if (!(sieve->classes >> sighting->class & 1))
		return 0;
	if (sieve->has_ports && !(sieve->port[sighting->number / 64] >> sighting->number % 64 & 1))
		return 0;
	if (sieve->has_source && !netset_contains(&sieve->filter->source, version, sighting->source))
		return 0;
	if (sieve->has_destination && !netset_contains(&sieve->filter->destination, version, sighting->destination))
		return 0;
	if (sieve->filter->rule && !is_rule(sieve, row->rule))
		return 0;
	return sieve->visit(sieve->arg, row);
}

static int visit_step(const struct sighting_step *step, unsigned series, sightings_visit *visit, void *arg)
{
	struct sightings_row row = { .start_s = step->start_s, .end_s = step->end_s };
	int err = 0;

	for (unsigned i = 0; i < step->count && err == 0; i++) {
		if (!(series >> step->sighting[i].series & 1))
			continue;
		row.sighting = step->sighting[i];
		row.rule = step->rule[row.sighting.rule];
		err = visit(arg, &row);
	}
	return err;
}

static bool meets(const struct sighting_step *step, int64_t start_s, int64_t end_s)
{
	return step->end_s > start_s && step->start_s < end_s;
}

static int walk(struct witness *witness, struct sieve *sieve, int64_t start_s, int64_t end_s, struct failure *why)
{
	bool direct = lets_all_through(sieve);
	sightings_visit *visit = direct ? sieve->visit : sift;
	void *arg = direct ? sieve->arg : sieve;
	int err = 0;

	if (witness->file)
		err = sightings_walk(witness->file, start_s, end_s, sieve->series, visit, arg, why);
	for (unsigned i = 0; i < witness->step_count && err == 0; i++)
		if (meets(&witness->step[i].step, start_s, end_s))
			err = visit_step(&witness->step[i].step, sieve->series, visit, arg);
	return err;
}

int witness_walk(struct witness *witness, const struct witness_filter *filter, sightings_visit *visit, void *arg, struct failure *why)
{
	struct sieve sieve;

	make_sieve(&sieve, filter, visit, arg);
	return sieve.series ? walk(witness, &sieve, filter->start_s, filter->end_s ? filter->end_s : INT64_MAX, why) : 0;
}

/* ---- what is known ---- */

/* Goes on with the last span where it can. */
static void add_span(struct sightings_coverage *coverage, int64_t start_s, int64_t end_s)
{
	struct sightings_span *last = coverage->span_count ? &coverage->span[coverage->span_count - 1] : NULL;

	if (last && start_s <= last->end_s) {
		if (end_s > last->end_s)
			last->end_s = end_s;
		return;
	}
	coverage->span[coverage->span_count++] = (struct sightings_span){ start_s, end_s };
}

static void add_step(struct sightings_coverage *coverage, const struct sighting_step *step, int64_t start_s, int64_t end_s)
{
	add_span(coverage, step->start_s > start_s ? step->start_s : start_s, step->end_s < end_s ? step->end_s : end_s);
	if (step->packets_left_out)
		coverage->sample[coverage->sample_count++] = (struct sightings_sample){ step->start_s, step->end_s,
			step->packets_left_out, step->sightings_left_out };
}

/* Room for what the steps of the ring add at most. */
static int make_room(struct sightings_coverage *coverage, unsigned steps)
{
	struct sightings_span *span = reallocarray(coverage->span, coverage->span_count + steps, sizeof(*span));
	struct sightings_sample *sample;

	if (!span)
		return -ENOMEM;
	coverage->span = span;
	sample = reallocarray(coverage->sample, coverage->sample_count + steps, sizeof(*sample));
	if (!sample)
		return -ENOMEM;
	coverage->sample = sample;
	return 0;
}

int witness_coverage(struct witness *witness, int64_t start_s, int64_t end_s, struct sightings_coverage *coverage, struct failure *why)
{
	int err = 0;

	*coverage = (struct sightings_coverage){ 0 };
	if (witness->file)
		err = sightings_coverage(witness->file, start_s, end_s, coverage, why);
	if (err || witness->step_count == 0)
		return err;
	if (make_room(coverage, witness->step_count)) {
		sightings_coverage_fini(coverage);
		return fail_errno(why, ENOMEM, "sightings");
	}
	for (unsigned i = 0; i < witness->step_count; i++)
		if (meets(&witness->step[i].step, start_s, end_s))
			add_step(coverage, &witness->step[i].step, start_s, end_s);
	return 0;
}

int witness_facts(struct witness *witness, struct sightings_facts *facts, struct failure *why)
{
	int err = 0;

	*facts = (struct sightings_facts){ 0 };
	if (witness->file)
		err = sightings_facts(witness->file, facts, why);
	for (unsigned i = 0; i < witness->step_count && err == 0; i++) {
		const struct sighting_step *step = &witness->step[i].step;

		facts->rows += step->count;
		facts->oldest_s = facts->oldest_s ? facts->oldest_s : step->start_s;
		facts->newest_s = step->end_s;
		facts->steps_sampled += step->packets_left_out > 0;
		facts->packets_left_out += step->packets_left_out;
	}
	return err;
}
