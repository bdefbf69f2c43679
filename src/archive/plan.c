/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/plan.h"

static int64_t round_down(int64_t at_s, uint32_t row_s)
{
	return at_s - at_s % row_s;
}

static int64_t round_up(int64_t at_s, uint32_t row_s)
{
	return round_down(at_s + row_s - 1, row_s);
}

/* From where on level i is used rather than the next coarser one: from its oldest row but one (the daemon may overwrite the
 * oldest while we read), at the edge of a coarser row, so that the two levels meet. */
static int64_t reaches_back_to(const struct schema *schema, unsigned i, int64_t newest_s)
{
	const struct schema_level *level = &schema->level[i];
	int64_t oldest_s = round_down(newest_s, level->row_s) - (int64_t)level->row_s * level->rows;

	return oldest_s < 0 ? 0 : round_up(oldest_s + level->row_s, level[1].row_s);
}

static unsigned wanted_level(const struct schema *schema, uint32_t resolution_s)
{
	unsigned i = 0;

	while (i + 1 < schema->levels && schema->level[i + 1].row_s <= resolution_s)
		i++;
	return i;
}

unsigned plan_pieces(const struct schema *schema, int64_t newest_s, int64_t start_s, int64_t end_s, uint32_t resolution_s,
                     struct reader_piece pieces[READER_PIECES])
{
	unsigned wanted = wanted_level(schema, resolution_s), count = 0;
	int64_t at_s = start_s < 0 ? 0 : start_s;

	for (unsigned i = schema->levels; i-- > wanted && at_s < end_s;) {
		uint32_t row_s = schema->level[i].row_s;
		int64_t until_s = i > wanted ? reaches_back_to(schema, i - 1, newest_s) : end_s;

		if (until_s <= at_s)
			continue;
		if (until_s > end_s)
			until_s = end_s;
		pieces[count++] = (struct reader_piece){
			.start_s = round_down(at_s, row_s), .end_s = round_up(until_s, row_s), .row_s = row_s, .level = i
		};
		at_s = pieces[count - 1].end_s;
	}
	return count;
}
