/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/selection.h"

#include <stdio.h>
#include <string.h>

#include "binning/sample.h"
#include "tool/hover.h"
#include "tool/lists.h"

int selection_add_nets(struct selection_nets *nets, const char *value, struct failure *why)
{
	int err = lists_parse_nets(value, &nets->set, why);

	while (!err && *value) {
		size_t used = strlen(nets->text), length = strcspn(value, ",");

		snprintf(nets->text + used, sizeof(nets->text) - used, "%s%.*s", used ? ", " : "", (int)length, value);
		value += length + (value[length] == ',');
	}
	return err;
}

void selection_set_rule(struct selection *selection, const char *prefix)
{
	sample_clean_rule((const uint8_t *)prefix, strlen(prefix), selection->rule);
	selection->has_rule = true;
}

/* Adds a part of the text, if there is anything to say. */
static void tell(struct selection *selection, const char *word, const char *what)
{
	size_t used = strlen(selection->text);

	if (*what)
		snprintf(selection->text + used, SELECTION_TEXT - used, " %s %s", word, what);
}

bool selection_seal(struct selection *selection)
{
	char rule[SIGHTING_RULE + 32] = "";

	netset_seal(&selection->source.set);
	netset_seal(&selection->destination.set);
	snprintf(selection->text, SELECTION_TEXT, "only");
	tell(selection, "from", selection->source.text);
	tell(selection, "to", selection->destination.text);
	if (*selection->rule)
		snprintf(rule, sizeof(rule), "the rule “%s”", selection->rule);
	tell(selection, "by", *selection->rule ? rule : selection->has_rule ? "rules without a prefix" : "");
	return !netset_empty(&selection->source.set) || !netset_empty(&selection->destination.set) || selection->has_rule;
}

void selection_fini(struct selection *selection)
{
	netset_fini(&selection->source.set);
	netset_fini(&selection->destination.set);
}

struct witness_filter selection_filter(const struct selection *selection)
{
	return (struct witness_filter){
		.source = selection->source.set, .destination = selection->destination.set,
		.rule = selection->has_rule ? selection->rule : NULL,
	};
}

int selection_read(const struct selection *selection, struct reader *reader, const struct window *window, struct sighted *sighted,
                   struct failure *why)
{
	struct witness_filter filter = selection_filter(selection);

	filter.start_s = window->start_s;
	filter.end_s = window->end_s;
	return sighted_read(sighted, reader, &filter, 1u << CLASS_PROBE, why); /* as in any picture, unless it is set otherwise */
}

/* Rows of a step over all of a raster, without cells. */
static struct matrix rows_of(const struct raster *raster, uint32_t step_s)
{
	struct matrix rows = { .start_s = raster->start_s - raster->start_s % step_s, .row_s = step_s };

	rows.rows = (unsigned)((raster->end_s - rows.start_s + step_s - 1) / step_s);
	return rows;
}

/* The points of one raster, of the area with that number, which are either of ports or of ICMP types. */
static int add_points(const struct sorted *sorted, const struct scene *scene, const struct matrix *rows, unsigned area,
                      struct raster *raster)
{
	enum series last = raster->first == SERIES_TCP4 ? SERIES_UDP6 : SERIES_ICMP6;
	uint8_t lane_of[256];
	int err = 0;

	for (enum series series = raster->first; series <= last && !err; series++) {
		size_t count;
		const struct raster_point *point = sorted_find(sorted, series, 0, 65535, &count);

		if (!(scene->series >> series & 1) || !count)
			continue;
		if (series >= SERIES_ICMP4)
			icmpcounts_lanes(&scene->icmp, &scene->types, series, lane_of);
		err = raster_add_points(raster, series, series >= SERIES_ICMP4 ? lane_of : NULL, rows, point, count);
		if (!err && scene->hover)
			err = hover_add_points(scene->hover, area, series, point, count);
	}
	return err;
}

static int add_area(const struct sighted *sighted, uint32_t step_s, const struct scene *scene, unsigned area, struct raster *raster)
{
	struct matrix rows = rows_of(raster, step_s);
	struct sorted sorted;
	int err = sighted_sort(sighted, rows.start_s, rows.start_s + (int64_t)rows.rows * step_s, &sorted);

	if (!err)
		err = add_points(&sorted, scene, &rows, area, raster);
	sorted_fini(&sorted);
	return err;
}

static double add_coverage(const struct sightings_coverage *coverage, struct raster *raster)
{
	double known_s = 0;

	for (unsigned i = 0; i < coverage->span_count; i++)
		known_s += raster_add_known_span(raster, coverage->span[i].start_s, coverage->span[i].end_s);
	for (unsigned i = 0; i < coverage->sample_count; i++) {
		const struct sightings_sample *sample = &coverage->sample[i];
		double left_out = (double)sample->packets_left_out;
		struct matrix step = {
			.start_s = sample->start_s, .row_s = (uint32_t)(sample->end_s - sample->start_s), .rows = 1, .columns = 1,
			.cells = &left_out,
		};

		raster_add_lost(raster, &step, 0);
	}
	return known_s;
}

double selection_fill(const struct sighted *sighted, uint32_t step_s, struct scene *scene)
{
	double known_s = 0;
	int err = 0;

	for (unsigned i = 0; i < scene->areas.count && !err; i++) {
		known_s += add_coverage(&sighted->coverage, &scene->areas.raster[i]);
		err = add_area(sighted, step_s, scene, i, &scene->areas.raster[i]);
	}
	for (unsigned i = 0; i < scene->strips.count && !err; i++)
		err = add_area(sighted, step_s, scene, i, &scene->strips.raster[i]);
	return err ? err : known_s;
}

void selection_show(const struct sighted *sighted, struct figure *figure)
{
	const struct sightings_coverage *coverage = &sighted->coverage;

	figure->is_recorded = true;
	figure->has_overhang = false;
	for (unsigned i = 0; i < coverage->sample_count; i++) {
		figure->left_out += (double)coverage->sample[i].packets_left_out;
		figure->sampled_s += (double)(coverage->sample[i].end_s - coverage->sample[i].start_s);
	}
}
