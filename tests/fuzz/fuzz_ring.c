/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reader's copy of a slot ring that anybody may have written: refused, or spans and sums that fit its shape. */
#include "fuzz.h"
#include "patch.h"

#include <string.h>
#include <unistd.h>

#include "binning/sample_sum.h"

#define STEP_S 10
#define LANES 2
#define SLOTS 3
#define SIGHTINGS 4
#define SPANS_MAX 4096

/* More sightings than there is room for, of several rules. */
static void fill_sample(const struct slotring *ring, struct sample *sample)
{
	struct sampler *sampler = sampler_new(SIGHTINGS, slotring_key(ring));
	struct packet packet = { .series = SERIES_TCP4, .destination_port = 22 };

	FUZZ_CHECK(sampler);
	sample_clear(sample, SIGHTINGS);
	sampler_attach(sampler, sample);
	for (unsigned i = 0; i < 2 * SIGHTINGS; i++) {
		packet.source[0] = (uint8_t)i;
		sampler_add(sampler, &packet, (const uint8_t *)"drop accept", i % 3 * 5);
	}
	sampler_free(sampler);
}

/* A ring with two lanes, in which one span is counted by both, one by the second alone, and one was cut. */
static void make(const char *path)
{
	const struct slotring_shape shape = { .portbin = { 64, 1 }, .step_s = STEP_S, .lanes = LANES, .slots = SLOTS,
	                                      .sightings = SIGHTINGS };
	static const struct {
		unsigned lane, slot;
		int64_t start_s, end_s;
	} open[] = { { 0, 0, 1700000000, 1700000010 }, { 1, 0, 1700000000, 1700000010 }, { 1, 1, 1700000010, 1700000020 },
		     { 0, 2, 1700000020, 1700000023 } };
	struct slotring *ring;

	FUZZ_CHECK(slotring_open(path, &shape, &ring, NULL) == 0);
	for (unsigned i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		struct slot *slot = slotring_slot(ring, open[i].lane, open[i].slot);

		slot->start_s = open[i].start_s;
		slot->end_s = open[i].end_s;
		slot->ports[i] = 7;
		fill_sample(ring, slotring_sample(ring, slot));
		slotring_set_state(slot, SLOT_OPEN);
	}
	slotring_close(ring);
}

static void check_sightings(const struct slotring *ring, const struct slotring_span *span)
{
	struct sample_sum sum;

	FUZZ_CHECK(sample_sum(ring, span, &sum) == 0);
	FUZZ_CHECK(sum.step.count <= slotring_shape(ring)->sightings);
	for (unsigned i = 0; i < sum.step.count; i++) {
		FUZZ_CHECK(sum.sighting[i].packets > 0 && sum.sighting[i].series < SERIES_COUNT);
		FUZZ_CHECK(strlen(sum.rule[sum.sighting[i].rule]) < SIGHTING_RULE);
	}
	sample_sum_fini(&sum);
}

static void check_spans(const struct slotring *ring)
{
	static struct slotring_span spans[SPANS_MAX];
	const struct slotring_shape *shape = slotring_shape(ring);
	unsigned max = shape->lanes * shape->slots < SPANS_MAX ? shape->lanes * shape->slots : SPANS_MAX;
	unsigned bins = portbin_count(&shape->portbin), count = slotring_spans(ring, INT64_MAX, spans, max);
	struct slot *sum = malloc(slot_size(bins));

	FUZZ_CHECK(sum && count <= max);
	for (unsigned i = 0; i < count; i++) {
		FUZZ_CHECK(spans[i].start_s >= 0 && spans[i].start_s % shape->step_s == 0);
		FUZZ_CHECK(spans[i].end_s > spans[i].start_s && spans[i].end_s <= spans[i].start_s + shape->step_s);
		FUZZ_CHECK(i == 0 || spans[i].end_s > spans[i - 1].end_s);
		memset(sum, 0, slot_size(bins));
		slotring_sum(ring, &spans[i], sum);
		FUZZ_CHECK(slot_sources(sum) >= 0);
		check_sightings(ring, &spans[i]);
	}
	free(sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct patch_base base;
	struct slotring *ring = NULL;
	struct failure why = { "" };
	char path[PATCH_PATH];
	int fd;

	if (!base.bytes)
		patch_init(&base, make);
	fd = patch_apply(&base, data, size, path);
	if (slotring_snapshot(path, true, &ring, &why) == 0) {
		FUZZ_CHECK(portbin_valid(&slotring_shape(ring)->portbin));
		check_spans(ring);
		slotring_close(ring);
	} else {
		FUZZ_CHECK(why.text[0]);
	}
	close(fd);
	return 0;
}
