/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small archive is written as the daemon does it, over hours with gaps and cut steps, and beside it a plain list of what was
 * counted in each step. At any moment the reader must find that list again, at every level. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/create.h"
#include "archive/reader.h"
#include "archive/rrd.h"
#include "archive/rrd_header.h"
#include "archive/undo.h"
#include "archive/writer.h"
#include "scratch.h"

/* Last, for its macro fail(). */
#include <cmocka.h>

#define BEGIN_S 1699999200 /* a multiple of 600 s, not of a day */
#define STEP_S 10
#define STEPS 2000
#define SLOTS 40
#define LANES 2
#define PORTS 5

static const uint16_t port[PORTS] = { 0, 22, 63, 64, 65535 };

/* What is counted in one step. */
struct step {
	bool known;
	int64_t cut_off_s; /* after a clean end within it */
	uint32_t packets[SERIES_WITH_PORTS][PORTS];
	uint32_t echo;
	uint32_t lost;
	bool watched;
	uint32_t watch;
};

struct world {
	void **state;
	struct schema schema;
	struct slotring *ring;
	struct writer *writer;
	unsigned at; /* the running step */
	int64_t newest_s; /* the end of the last slot */
	bool listening;
	bool watching;
	struct step step[STEPS];
};

static void must(int err, const struct failure *why)
{
	if (err)
		fail_msg("%d: %s", err, why->text);
}

static struct world *world_new(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct failure why = { "" };
	struct slotring_shape shape = { .step_s = STEP_S, .lanes = LANES, .slots = SLOTS };

	assert_non_null(w);
	w->state = state;
	w->schema = scratch_schema();
	shape.portbin = w->schema.portbin;
	must(archive_create(STORE_HERE(*state), &w->schema, BEGIN_S, NULL, NULL, &why), &why);
	must(slotring_open(scratch_path(state, "slots.ring"), &shape, &w->ring, &why), &why);
	must(writer_open(STORE_HERE(*state), &w->schema, scratch_path(state, "slots.ring.undo"), &w->writer, &why), &why);
	return w;
}

static void world_free(struct world *w)
{
	writer_close(w->writer);
	slotring_close(w->ring);
	free(w);
}

static int64_t start_of(unsigned step)
{
	return BEGIN_S + (int64_t)step * STEP_S;
}

static struct slot *free_slot(struct world *w, unsigned lane)
{
	for (unsigned i = 0; i < SLOTS; i++) {
		struct slot *slot = slotring_slot(w->ring, lane, i);

		if (slotring_state(slot) == SLOT_EMPTY)
			return slot;
	}
	fail_msg("no free slot");
	return NULL;
}

/* Counts something random into a lane's slot for [start of the running step, end_s), and into the list. */
static void count(struct world *w, unsigned lane, int64_t end_s)
{
	struct slot *slot = free_slot(w, lane);
	struct step *step = &w->step[w->at];
	unsigned bins = portbin_count(&w->schema.portbin);

	memset(slot, 0, slot_size(bins));
	slot->start_s = start_of(w->at);
	slot->end_s = end_s;
	step->known = true;
	w->newest_s = end_s;
	for (unsigned n = scratch_random(6); n > 0; n--) {
		unsigned series = scratch_random(SERIES_WITH_PORTS), p = scratch_random(PORTS);
		uint32_t packets = scratch_random(2) ? 1 : scratch_random(1000000);

		slot->ports[series * bins + portbin_of(&w->schema.portbin, port[p])] += packets;
		slot->packets[series][CLASS_PROBE] += packets;
		step->packets[series][p] += packets;
	}
	slot->icmp[0][8] = scratch_random(3);
	step->echo += slot->icmp[0][8];
	slot->reasons[SLOT_LOST] = scratch_random(8) ? 0 : scratch_random(100);
	step->lost += slot->reasons[SLOT_LOST];
	if (w->watching) {
		slot->watch_mask = 1;
		slot->watch[0] = scratch_random(5);
		step->watched = true;
		step->watch += slot->watch[0];
	}
	slotring_set_state(slot, SLOT_OPEN);
}

static void flush(struct world *w, bool all)
{
	struct failure why = { "" };

	must(writer_flush(w->writer, w->ring, start_of(w->at), all, &why), &why);
}

static void watch(struct world *w)
{
	char names[1][SCHEMA_DS_NAME] = { "tcp22" };
	struct failure why = { "" };
	unsigned index;

	must(writer_watch(w->writer, 1, names, &index, &why), &why);
	assert_int_equal(index, 0);
	w->watching = true;
}

/* One step passes: most are counted, some not. Sometimes the daemon ends within one and starts again within or after it. */
static void pass_step(struct world *w)
{
	struct failure why = { "" };

	if (scratch_random(40) == 0)
		w->listening = !w->listening;
	if (w->listening && scratch_random(30) == 0) {
		int64_t cut_s = start_of(w->at) + 1 + scratch_random(STEP_S - 1);

		count(w, 0, cut_s);
		must(writer_flush(w->writer, w->ring, cut_s, true, &why), &why);
		w->listening = scratch_random(2);
		if (w->listening)
			count(w, scratch_random(LANES), start_of(w->at + 1));
		else
			w->step[w->at].cut_off_s = start_of(w->at + 1) - cut_s;
	} else if (w->listening) {
		for (unsigned lane = 0; lane < LANES; lane++)
			if (lane == 0 || scratch_random(2))
				count(w, lane, start_of(w->at + 1));
	}
	w->at++;
	if (w->at % (SLOTS - 10) == 0 || scratch_random(30) == 0)
		flush(w, true);
	else if (scratch_random(3) == 0)
		flush(w, false);
}

/* The value that a column of a file must have over steps [from, to): NAN if none of them is known. */
static double expected(const struct world *w, const struct schema_file *file, unsigned column, unsigned from, unsigned to)
{
	double sum = 0;
	bool known = false;

	for (unsigned i = from; i < to && i < w->at; i++) {
		const struct step *step = &w->step[i];

		known = known || step->known;
		if (file->kind == SCHEMA_TOTALS && (int)column == schema_reason_ds(SLOT_LOST))
			sum += step->lost;
		else if (file->kind == SCHEMA_ICMP && file->series == SERIES_ICMP4 && schema_icmp_type(SERIES_ICMP4, column) == 8)
			sum += step->echo;
		for (unsigned p = 0; p < PORTS; p++) {
			if (file->kind == SCHEMA_TOTALS)
				for (unsigned series = 0; series < SERIES_WITH_PORTS; series++)
					if ((int)column == schema_total_ds((enum series)series, CLASS_PROBE))
						sum += step->packets[series][p];
			if (file->kind == SCHEMA_PORTS && file->first_bin + column == portbin_of(&w->schema.portbin, port[p]))
				sum += step->packets[file->series][p];
		}
	}
	return known ? sum : NAN;
}

/* Of what has passed of the row, up to where counting has come, which may be within a step. A step that was cut and never gone
 * on with is known up to the cut until the next span is written, and all of it from then on. */
static void check_known(const struct world *w, double known, unsigned from, unsigned to)
{
	int64_t start_s = start_of(from), end_s = start_of(to), known_s = 0, unsure_s = 0;

	if (end_s > w->newest_s)
		end_s = w->newest_s;
	if (start_s >= end_s) {
		assert_true(isnan(known));
		return;
	}
	for (unsigned i = from; i < to && start_of(i) < end_s; i++)
		if (w->step[i].known) {
			known_s += end_s < start_of(i + 1) ? end_s - start_of(i) : STEP_S;
			unsure_s += end_s < start_of(i + 1) ? 0 : w->step[i].cut_off_s;
		}
	known *= (double)(end_s - start_s);
	if (!(known > (double)(known_s - unsure_s) - 1e-6 && known < (double)known_s + 1e-6))
		fail_msg("steps %u to %u: %g s known, expected %lld to %lld", from, to, known, (long long)(known_s - unsure_s),
		         (long long)known_s);
}

static void check_cell(const struct reader_piece *piece, const struct schema_file *file, unsigned row, unsigned column,
                       double is, double must_be)
{
	if (isnan(must_be) ? !isnan(is) : fabs(is - must_be) > 1e-9)
		fail_msg("%s column %u, row %u of %u s from %lld: %.17g, expected %.17g", file->name, column, row, piece->row_s,
		         (long long)piece->start_s, is, must_be);
}

/* Every file over a piece. Sources are not compared, and neither is what lies before the archive. */
static void check_piece(const struct world *w, struct reader *reader, const struct reader_piece *piece)
{
	unsigned per_row = piece->row_s / STEP_S;

	for (unsigned i = 0; i < schema_file_count(&w->schema); i++) {
		struct failure why = { "" };
		struct schema_file file;
		struct matrix m;

		schema_file(&w->schema, i, &file);
		must(reader_read(reader, piece, i, &m, &why), &why);
		assert_int_equal(m.rows, (piece->end_s - piece->start_s) / piece->row_s);
		for (unsigned row = 0; row < m.rows; row++) {
			unsigned from = (unsigned)((piece->start_s - BEGIN_S) / STEP_S) + row * per_row;

			for (unsigned c = 0; c < m.columns; c++) {
				if (file.kind == SCHEMA_TOTALS && (int)c == schema_sources_ds())
					continue;
				if (file.kind == SCHEMA_TOTALS && (int)c == schema_known_ds())
					check_known(w, matrix_cell(&m, row, c), from, from + per_row);
				else
					check_cell(piece, &file, row, c, matrix_cell(&m, row, c),
					           expected(w, &file, c, from, from + per_row));
			}
		}
		matrix_fini(&m);
	}
}

/* Steps without a watch in a row that has some are where its count is an estimate, so only pure rows are compared. */
static void check_watch(const struct world *w, struct reader *reader, const struct reader_piece *piece)
{
	unsigned per_row = piece->row_s / STEP_S;
	struct failure why = { "" };
	struct matrix m;

	must(reader_read_watch(reader, piece, &m, &why), &why);
	for (unsigned row = 0; row < m.rows && m.columns > 0; row++) {
		unsigned from = (unsigned)((piece->start_s - BEGIN_S) / STEP_S) + row * per_row, sum = 0;
		bool watched = false, pure = true;

		for (unsigned i = from; i < from + per_row && i < w->at; i++) {
			watched = watched || w->step[i].watched;
			pure = pure && w->step[i].watched == w->step[i].known;
			sum += w->step[i].watch;
		}
		if (pure && watched)
			assert_float_equal(matrix_cell(&m, row, 0), sum, 1e-9);
		if (!watched)
			assert_true(isnan(matrix_cell(&m, row, 0)));
	}
	matrix_fini(&m);
}

/* At every level, over all that it keeps; and as one plan over everything. */
static void check_world(const struct world *w)
{
	struct failure why = { "" };
	struct reader *reader;
	struct reader_piece pieces[READER_PIECES];
	int64_t at_s = BEGIN_S;
	unsigned count;

	must(reader_open(*w->state, NULL, &reader, &why), &why);
	assert_null(reader_warning(reader));
	for (unsigned level = 0; level < w->schema.levels; level++) {
		uint32_t row_s = w->schema.level[level].row_s, rows = w->schema.level[level].rows;
		int64_t end_s = start_of(w->at) / row_s * row_s + row_s, start_s = end_s - (int64_t)row_s * rows;
		struct reader_piece piece = { .start_s = start_s < BEGIN_S ? BEGIN_S : start_s, .end_s = end_s, .row_s = row_s,
			                      .level = level };

		check_piece(w, reader, &piece);
		check_watch(w, reader, &piece);
	}
	count = reader_plan(reader, BEGIN_S, start_of(w->at), STEP_S, pieces);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(pieces[i].start_s, at_s);
		check_piece(w, reader, &pieces[i]);
		at_s = pieces[i].end_s;
	}
	assert_true(at_s >= start_of(w->at));
	reader_close(reader);
}

static void every_packet_is_found_at_every_level_at_any_time(void **state)
{
	struct world *w = world_new(state);

	scratch_seed();
	w->listening = true;
	while (w->at < STEPS) {
		pass_step(w);
		if (w->at == STEPS / 3)
			watch(w);
		if (scratch_random(STEPS / 12) == 0)
			check_world(w);
	}
	check_world(w);
	world_free(w);
}

/* A file's bytes, to be put back later. */
struct kept {
	const char *name;
	uint8_t *bytes;
	size_t size;
};

static struct kept keep(const struct world *w, const char *name)
{
	struct kept kept = { .name = name };

	kept.bytes = scratch_read(scratch_path(w->state, name), &kept.size);
	return kept;
}

static void put_back(const struct world *w, struct kept *kept)
{
	scratch_write(scratch_path(w->state, kept->name), kept->bytes, kept->size);
	free(kept->bytes);
}

/* What is left if fireplotd dies in the update of one file, when all is written but the last update: the ring still has it all. */
static void die_within(struct world *w, const char *name)
{
	struct kept before = keep(w, name), ring = keep(w, "slots.ring"), after, armed;
	struct failure why = { "" };
	struct rrdfile_shape shape;
	struct undo *undo;
	uint32_t bytes;
	size_t live;

	must(rrdfile_inspect(scratch_path(w->state, name), &shape, NULL, &bytes, &why), &why);
	must(undo_open(scratch_path(w->state, "slots.ring.undo"), &undo, NULL, 0, &why), &why);
	must(undo_arm(undo, scratch_path(w->state, name), bytes, &why), &why);
	armed = keep(w, "slots.ring.undo");
	undo_disarm(undo);
	undo_close(undo);
	flush(w, true);
	after = keep(w, name);
	live = sizeof(struct rrd_head) + shape.ds_count * sizeof(struct rrd_ds) + shape.levels * sizeof(struct rrd_rra);
	memcpy(after.bytes + live, before.bytes + live, sizeof(struct rrd_live));
	free(before.bytes);
	put_back(w, &after);
	put_back(w, &ring);
	put_back(w, &armed);
}

static void half_updated_file_is_read_as_it_was(void **state)
{
	static const char *const names[] = { "totals.rrd", "tcp4/0-63.rrd", "icmp4.rrd" };
	struct world *w = world_new(state);
	struct failure why = { "" };

	scratch_seed();
	for (unsigned turn = 0; turn < 30; turn++) {
		for (unsigned steps = 3 + scratch_random(6); steps > 0; steps--, w->at++)
			count(w, scratch_random(LANES), start_of(w->at + 1));
		die_within(w, names[turn % 3]);
		check_world(w);
		writer_close(w->writer);
		must(writer_open(STORE_HERE(*state), &w->schema, scratch_path(state, "slots.ring.undo"), &w->writer, &why), &why);
		check_world(w); /* taken back, and not written again yet */
		flush(w, true);
		check_world(w);
	}
	world_free(w);
}

static void row_in_whose_place_the_ring_has_a_newer_one_is_unknown(void **state)
{
	struct world *w = world_new(state);
	unsigned rows = w->schema.level[0].rows;
	struct reader_piece piece = { .start_s = BEGIN_S, .end_s = start_of(rows + 1), .row_s = STEP_S };
	struct failure why = { "" };
	struct reader *reader;

	scratch_seed();
	for (; w->at < rows; w->at++) {
		count(w, 0, start_of(w->at + 1));
		if (w->at % SLOTS == SLOTS / 2)
			flush(w, true);
	}
	flush(w, true);
	count(w, 0, start_of(w->at + 1)); /* the ring alone has it */
	w->at++;
	must(reader_open(*state, NULL, &reader, &why), &why);
	for (unsigned i = 0; i < schema_file_count(&w->schema); i++) {
		struct matrix m;

		must(reader_read(reader, &piece, i, &m, &why), &why);
		for (unsigned column = 0; column < m.columns; column++) {
			assert_true(isnan(matrix_cell(&m, 0, column)));
			assert_false(isnan(matrix_cell(&m, 1, column)));
		}
		matrix_fini(&m);
	}
	reader_close(reader);
	world_free(w);
}

static void files_alone_tell_all_after_a_clean_end_within_a_step(void **state)
{
	struct world *w = world_new(state);
	struct failure why = { "" };

	scratch_seed();
	for (w->at = 0; w->at < 8; w->at++)
		count(w, 0, start_of(w->at + 1));
	count(w, 0, start_of(w->at) + 3);
	must(writer_flush(w->writer, w->ring, start_of(w->at) + 3, true, &why), &why);
	assert_int_equal(unlink(scratch_path(state, "slots.ring")), 0);
	w->at++;
	check_world(w);
	world_free(w);
}

static void new_archive_is_unknown(void **state)
{
	struct schema schema = scratch_schema();
	struct failure why = { "" };
	struct reader_piece pieces[READER_PIECES];
	struct reader *reader;
	struct matrix m;

	must(archive_create(STORE_HERE(*state), &schema, BEGIN_S, NULL, NULL, &why), &why);
	must(reader_open(*state, NULL, &reader, &why), &why);
	assert_int_equal(reader_newest(reader), 0);
	assert_int_equal(reader_oldest(reader), 0);
	assert_int_equal(reader_plan(reader, BEGIN_S + 5, BEGIN_S + 25, 1, pieces), 1);
	assert_int_equal(pieces[0].start_s, BEGIN_S);
	assert_int_equal(pieces[0].end_s, BEGIN_S + 30);
	must(reader_read(reader, &pieces[0], 1, &m, &why), &why);
	assert_int_equal(m.rows, 3);
	for (unsigned i = 0; i < m.rows * m.columns; i++)
		assert_true(isnan(m.cells[i]));
	matrix_fini(&m);
	assert_true(reader_series_silent(reader, &pieces[0], SERIES_TCP4));
	reader_close(reader);
}

static void series_is_silent_until_its_first_packet(void **state)
{
	struct world *w = world_new(state);
	struct reader_piece piece = { .start_s = BEGIN_S, .end_s = BEGIN_S + 600, .row_s = 600, .level = 2 };
	struct failure why = { "" };
	struct reader *reader;
	struct slot *slot;

	scratch_seed();
	slot = free_slot(w, 0);
	memset(slot, 0, slot_size(portbin_count(&w->schema.portbin)));
	slot->start_s = BEGIN_S;
	slot->end_s = BEGIN_S + STEP_S;
	slot->packets[SERIES_UDP6][CLASS_PROBE] = 1;
	slotring_set_state(slot, SLOT_OPEN);
	must(reader_open(*state, NULL, &reader, &why), &why);
	assert_false(reader_series_silent(reader, &piece, SERIES_UDP6));
	assert_true(reader_series_silent(reader, &piece, SERIES_TCP6));
	assert_int_equal(reader_newest(reader), BEGIN_S + STEP_S);
	assert_int_equal(reader_oldest(reader), BEGIN_S);
	reader_close(reader);
	world_free(w);
}

static void ring_of_another_layout_is_told_and_not_read(void **state)
{
	struct schema schema = scratch_schema();
	struct slotring_shape shape = { .portbin = { 128, 4 }, .step_s = STEP_S, .lanes = 1, .slots = 4 };
	struct failure why = { "" };
	struct slotring *ring;
	struct reader *reader;

	must(archive_create(STORE_HERE(*state), &schema, BEGIN_S, NULL, NULL, &why), &why);
	must(slotring_open(scratch_path(state, "slots.ring"), &shape, &ring, &why), &why);
	slotring_close(ring);
	must(reader_open(*state, NULL, &reader, &why), &why);
	assert_non_null(reader_warning(reader));
	assert_non_null(strstr(reader_warning(reader), "another layout"));
	reader_close(reader);
}

static void directory_without_an_archive_is_named(void **state)
{
	struct failure why = { "" };
	struct reader *reader;

	assert_int_equal(reader_open(*state, NULL, &reader, &why), -ENOENT);
	assert_non_null(strstr(why.text, *state));
	assert_int_equal(reader_open(scratch_path(state, "missing"), NULL, &reader, &why), -ENOENT);
	assert_non_null(strstr(why.text, "missing"));
}

static void damaged_file_is_named(void **state)
{
	struct schema schema = scratch_schema();
	struct reader_piece piece = { .start_s = BEGIN_S, .end_s = BEGIN_S + 600, .row_s = 600, .level = 2 };
	struct failure why = { "" };
	struct reader *reader;
	struct matrix m;

	must(archive_create(STORE_HERE(*state), &schema, BEGIN_S, NULL, NULL, &why), &why);
	must(reader_open(*state, NULL, &reader, &why), &why);
	assert_int_equal(truncate(scratch_path(state, "tcp4/0-63.rrd"), 5000), 0);
	assert_int_equal(reader_read(reader, &piece, 1, &m, &why), -EILSEQ);
	assert_non_null(strstr(why.text, "tcp4/0-63.rrd"));
	reader_close(reader);
	assert_int_equal(truncate(scratch_path(state, "totals.rrd"), 0), 0);
	assert_int_equal(reader_open(*state, NULL, &reader, &why), -EILSEQ);
	assert_non_null(strstr(why.text, "totals.rrd"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_packet_is_found_at_every_level_at_any_time, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(half_updated_file_is_read_as_it_was, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(row_in_whose_place_the_ring_has_a_newer_one_is_unknown, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(files_alone_tell_all_after_a_clean_end_within_a_step, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(new_archive_is_unknown, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(series_is_silent_until_its_first_packet, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(ring_of_another_layout_is_told_and_not_read, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(directory_without_an_archive_is_named, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(damaged_file_is_named, scratch_make, scratch_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
