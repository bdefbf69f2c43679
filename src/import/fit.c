/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/fit.h"

#define ROWS_MOST 10000  /* of the finest level that has the whole span: about as many as the default retention has in all */
#define ROWS_MANY 1500   /* more than a picture is wide */
#define COARSER 4        /* times is worth a level of its own */
#define ROWS_FINEST 360  /* rows of a step that are kept if the span is too long for them */

static const uint32_t rows_s[] = { 60, 600, 3600, 21600, 86400 };

uint32_t fit_step(int64_t first_s, int64_t last_s)
{
	static const uint32_t steps_s[] = { 1, 2, 5 };

	for (unsigned i = 0; i < sizeof(steps_s) / sizeof(steps_s[0]); i++)
		if (last_s - first_s < (int64_t)(ROWS_MOST - 1) * steps_s[i])
			return steps_s[i];
	return 10;
}

static uint32_t rows_of(int64_t start_s, int64_t end_s, uint32_t row_s)
{
	return (uint32_t)((end_s + row_s - 1) / row_s - start_s / row_s);
}

/* Adds a level that has the whole span, and reaches further back than the one before. */
static void add_level(struct schema *schema, int64_t start_s, int64_t end_s, uint32_t row_s)
{
	struct schema_level *level = &schema->level[schema->levels++];

	level->row_s = row_s;
	level->rows = rows_of(start_s, end_s, row_s);
	if (schema->levels > 1 && (uint64_t)level->rows * row_s <= (uint64_t)level[-1].rows * level[-1].row_s)
		level->rows = (uint32_t)((uint64_t)level[-1].rows * level[-1].row_s / row_s) + 1;
}

/* Readers take a level from its oldest row but one, and from an edge of a coarser row: its first rows would else be read from that. */
static void reach_edge(struct schema_level *level, int64_t start_s, int64_t end_s, uint32_t coarser_s)
{
	uint32_t ratio = coarser_s / level->row_s;
	uint32_t rows = rows_of(start_s - start_s % coarser_s, end_s, level->row_s) + 1;

	level->rows = (rows + ratio - 1) / ratio * ratio;
}

void fit_retention(struct schema *schema, int64_t start_s, int64_t end_s)
{
	uint32_t finest_s = schema->step_s;
	unsigned i = 0;

	schema->levels = 0;
	while (i < sizeof(rows_s) / sizeof(rows_s[0]) && (rows_s[i] <= finest_s || rows_s[i] % finest_s != 0))
		i++;
	add_level(schema, start_s, end_s, finest_s);
	if (schema->level[0].rows > ROWS_MOST) {
		schema->level[0].rows = ROWS_FINEST;
		while (i + 1 < sizeof(rows_s) / sizeof(rows_s[0]) && rows_of(start_s, end_s, rows_s[i]) > ROWS_MOST)
			i++;
		add_level(schema, start_s, end_s, rows_s[i++]);
	}
	while (i < sizeof(rows_s) / sizeof(rows_s[0]) && rows_s[i] < COARSER * schema->level[schema->levels - 1].row_s)
		i++;
	if (schema->level[schema->levels - 1].rows > ROWS_MANY && i < sizeof(rows_s) / sizeof(rows_s[0])) {
		reach_edge(&schema->level[schema->levels - 1], start_s, end_s, rows_s[i]);
		add_level(schema, start_s, end_s, rows_s[i]);
	}
}
