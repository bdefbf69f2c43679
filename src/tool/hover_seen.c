/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/hover_seen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Different sightings of a column that are told apart: 64 steps with the daemon's 1,024 would fill it. More of them are counted as
 * the rest of their spots. */
#define KEYS 65536
#define SLOTS (2 * KEYS) /* a power of two */

/* The sightings of one column, summed over its steps. */
struct gather {
	struct hover *hover;
	int64_t column; /* -1: none yet */
	unsigned count;
	struct hover_seen *seen; /* KEYS */
	uint32_t *slot;          /* SLOTS; index + 1 of what is there, 0: empty */
	int err;
};

/* ---- thinning ---- */

int hover_thin_seen(struct hover *hover, size_t most)
{
	struct thin_item *item = calloc(hover->seen ? hover->seen : 1, sizeof(*item));
	size_t kept, next = 0;

	if (!item)
		return -ENOMEM;
	for (size_t i = 0; i < hover->seen; i++) {
		const struct hover_seen *seen = &hover->line[i];
		uint32_t tie = seen->number;

		for (unsigned b = 0; b < sizeof(seen->source); b += 4)
			tie = thin_hash(tie, (uint32_t)seen->source[b] << 24 | (uint32_t)seen->source[b + 1] << 16 |
			                     (uint32_t)seen->source[b + 2] << 8 | seen->source[b + 3]);
		item[i] = (struct thin_item){ hover->spot[seen->spot].column, (uint32_t)i, seen->packets, tie };
	}
	kept = thin_keep(&hover->seen_thin, item, hover->seen, most);
	for (size_t i = 0; i < hover->seen; i++)
		if (next < kept && item[next].index == i) {
			hover->line[next++] = hover->line[i];
		} else {
			hover->spot[hover->line[i].spot].rest++;
			hover->spot[hover->line[i].spot].rest_packets += hover->line[i].packets;
			hover->is_cut = true;
		}
	hover->seen = kept;
	free(item);
	return 0;
}

static int add_line(struct hover *hover, const struct hover_seen *seen)
{
	if (hover->seen == 2 * HOVER_SEEN) {
		int err = hover_thin_seen(hover, HOVER_SEEN);

		if (err)
			return err;
	}
	if (hover->seen == hover->seen_room) {
		size_t room = hover->seen_room ? 2 * hover->seen_room : 1024;
		struct hover_seen *grown = realloc(hover->line, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		hover->line = grown;
		hover->seen_room = room;
	}
	hover->line[hover->seen++] = *seen;
	return 0;
}

/* ---- one column ---- */

/* By spot, and there by packets; what is alike in that by what it says, so that the same archive gives the same page. */
static int by_spot(const void *left, const void *right)
{
	const struct hover_seen *a = left, *b = right;
	int order = memcmp(a->source, b->source, sizeof(a->source));

	if (a->spot != b->spot)
		return a->spot < b->spot ? -1 : 1;
	if (a->packets != b->packets)
		return a->packets > b->packets ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (a->series != b->series || a->class != b->class)
		return a->series * CLASS_COUNT + a->class - b->series * CLASS_COUNT - b->class;
	order = order ? order : memcmp(a->destination, b->destination, sizeof(a->destination));
	return order ? order : strcmp(a->rule, b->rule);
}

/* What was gathered becomes lines, and the column an empty one. */
static void end_column(struct gather *gather)
{
	struct hover *hover = gather->hover;
	unsigned of_spot = 0;

	if (gather->count)
		qsort(gather->seen, gather->count, sizeof(*gather->seen), by_spot);
	for (unsigned i = 0; i < gather->count && !gather->err; i++) {
		const struct hover_seen *seen = &gather->seen[i];

		of_spot = i && gather->seen[i - 1].spot == seen->spot ? of_spot + 1 : 1;
		if (of_spot <= HOVER_SPOT_SEEN) {
			gather->err = add_line(hover, seen);
		} else {
			hover->spot[seen->spot].rest++;
			hover->spot[seen->spot].rest_packets += seen->packets;
		}
	}
	gather->count = 0;
	memset(gather->slot, 0, SLOTS * sizeof(*gather->slot));
}

static uint32_t hash_of(const struct hover_seen *seen)
{
	uint32_t hash = thin_hash(seen->spot, (uint32_t)seen->number << 8 | (uint32_t)seen->series << 2 | seen->class), word;

	for (unsigned b = 0; b < sizeof(seen->source); b += sizeof(word)) {
		memcpy(&word, seen->source + b, sizeof(word));
		hash = thin_hash(hash, word);
		memcpy(&word, seen->destination + b, sizeof(word));
		hash = thin_hash(hash, word);
	}
	return thin_hash(hash, (uint32_t)(uintptr_t)seen->rule);
}

static bool is_same(const struct hover_seen *a, const struct hover_seen *b)
{
	return a->spot == b->spot && a->number == b->number && a->series == b->series && a->class == b->class && a->rule == b->rule &&
	       memcmp(a->source, b->source, sizeof(a->source)) == 0 && memcmp(a->destination, b->destination, sizeof(a->destination)) == 0;
}

static void gather_seen(struct gather *gather, const struct hover_seen *seen)
{
	uint32_t at = hash_of(seen) & (SLOTS - 1);

	for (; gather->slot[at]; at = (at + 1) & (SLOTS - 1)) {
		struct hover_seen *there = &gather->seen[gather->slot[at] - 1];

		if (is_same(there, seen)) {
			there->packets += seen->packets;
			return;
		}
	}
	if (gather->count == KEYS) {
		gather->hover->spot[seen->spot].rest++;
		gather->hover->spot[seen->spot].rest_packets += seen->packets;
		return;
	}
	gather->seen[gather->count++] = *seen;
	gather->slot[at] = gather->count;
}

/* ---- the walk ---- */

static void see_place(struct gather *gather, struct hover_seen *seen, struct hover_rows rows)
{
	const struct hover_spot *spot = hover_find_spot(gather->hover, (uint32_t)gather->column, rows);

	if (!spot)
		return;
	seen->spot = (uint32_t)(spot - gather->hover->spot);
	gather_seen(gather, seen);
}

/* The spots of a port: where it stands by itself, or else with the ports that are counted together with it. */
static void see_port(struct gather *gather, struct hover_seen *seen)
{
	const struct hover *hover = gather->hover;
	struct hover_rows exact, bin;
	uint16_t lo, hi;

	portbin_range(&hover->ports.portbin, portbin_of(&hover->ports.portbin, seen->number), &lo, &hi);
	for (unsigned l = 0; l < hover->ports.lanes; l++) {
		if (!hover_port_rows(hover, l, seen->number, seen->number, &exact) || !hover_port_rows(hover, l, lo, hi, &bin))
			continue;
		see_place(gather, seen, hover_find_spot(hover, (uint32_t)gather->column, exact) ? exact : bin);
	}
}

static int see(void *arg, const struct sightings_row *row)
{
	struct gather *gather = arg;
	const struct sighting *sighting = &row->sighting;
	struct hover_seen seen = { .packets = sighting->packets, .rule = row->rule ? row->rule : "", .number = sighting->number,
		                   .series = sighting->series, .class = sighting->class };
	int64_t column = hover_find_column(gather->hover, row->start_s + (row->end_s - row->start_s) / 2);
	struct hover_rows rows;

	if (column < 0 || seen.series > SERIES_ICMP6)
		return 0;
	if (column != gather->column) {
		end_column(gather);
		gather->column = column;
	}
	memcpy(seen.source, sighting->source, sizeof(seen.source));
	memcpy(seen.destination, sighting->destination, sizeof(seen.destination));
	if (seen.series < SERIES_WITH_PORTS)
		see_port(gather, &seen);
	else if (hover_type_rows(gather->hover, (enum series)seen.series, seen.number >> 8, &rows))
		see_place(gather, &seen, rows);
	return gather->err;
}

static int walk(struct hover *hover, struct witness *witness, struct witness_filter *filter, struct failure *why)
{
	struct gather gather = { .hover = hover, .column = -1 };
	int err = -ENOMEM;

	gather.seen = calloc(KEYS, sizeof(*gather.seen));
	gather.slot = calloc(SLOTS, sizeof(*gather.slot));
	if (gather.seen && gather.slot)
		err = witness_walk(witness, filter, see, &gather, why);
	if (!err) {
		end_column(&gather);
		err = gather.err;
	}
	if (!err)
		err = hover_thin_seen(hover, HOVER_SEEN);
	if (!err && hover->seen) /* a row that two areas share may have come in two parts */
		qsort(hover->line, hover->seen, sizeof(*hover->line), by_spot);
	if (err == -ENOMEM)
		fail(why, ENOMEM, "no memory for the sightings of the page");
	free(gather.seen);
	free(gather.slot);
	return err;
}

/* ---- what was recorded ---- */

/* Spans and samples are in the order of time, and so are columns, but for a row that two areas share. */
static void mark_recorded(struct hover *hover, const struct sightings_coverage *coverage, int64_t newest_s)
{
	unsigned span = 0, sample = 0;

	for (unsigned i = 0; i < hover->columns; i++) {
		struct hover_column *column = &hover->column[i];
		int64_t end_s = column->end_s < newest_s ? column->end_s : newest_s, known_s = 0;

		while (span > 0 && (span == coverage->span_count || coverage->span[span].start_s > column->start_s))
			span--;
		while (span < coverage->span_count && coverage->span[span].end_s <= column->start_s)
			span++;
		for (unsigned s = span; s < coverage->span_count && coverage->span[s].start_s < end_s; s++) {
			int64_t from_s = coverage->span[s].start_s, to_s = coverage->span[s].end_s;

			known_s += (to_s < end_s ? to_s : end_s) - (from_s > column->start_s ? from_s : column->start_s);
		}
		if (known_s > 0)
			column->recorded = known_s < end_s - column->start_s ? HOVER_PARTLY_RECORDED : HOVER_RECORDED;
		while (sample > 0 && (sample == coverage->sample_count || coverage->sample[sample].end_s > column->start_s))
			sample--;
		while (sample < coverage->sample_count && coverage->sample[sample].end_s <= column->start_s)
			sample++;
		for (unsigned s = sample; s < coverage->sample_count && coverage->sample[s].start_s < end_s; s++)
			column->left_out += coverage->sample[s].packets_left_out;
	}
}

int hover_see(struct hover *hover, struct witness *witness, struct witness_filter *filter, int64_t newest_s, struct failure *why)
{
	struct sightings_coverage coverage = { 0 };
	int err;

	if (!hover->columns)
		return 0;
	filter->start_s = hover->column[0].start_s;
	filter->end_s = hover->column[hover->columns - 1].end_s;
	err = witness_coverage(witness, filter->start_s, filter->end_s, &coverage, why);
	if (!err) {
		mark_recorded(hover, &coverage, newest_s);
		hover->is_recorded = true;
		err = walk(hover, witness, filter, why);
	}
	sightings_coverage_fini(&coverage);
	return err;
}
