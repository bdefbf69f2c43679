/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/thin.h"

#include <stdlib.h>

static int by_index(const void *left, const void *right)
{
	const struct thin_item *a = left, *b = right;

	return a->index < b->index ? -1 : a->index > b->index;
}

static int by_weight(const void *left, const void *right)
{
	const struct thin_item *a = left, *b = right;

	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	if (a->tie != b->tie)
		return a->tie < b->tie ? -1 : 1;
	return by_index(left, right);
}

static int by_column(const void *left, const void *right)
{
	const struct thin_item *a = left, *b = right;

	return a->column != b->column ? (a->column < b->column ? -1 : 1) : by_weight(left, right);
}

/* How many there are if each column has no more than cap; with `keep` they come to the front. */
static size_t cut(struct thin_item *item, size_t count, size_t cap, bool keep)
{
	size_t kept = 0, of_column = 0;

	for (size_t i = 0; i < count; i++) {
		of_column = i && item[i].column == item[i - 1].column ? of_column + 1 : 1;
		if (of_column > cap)
			continue;
		kept++;
		if (keep)
			item[kept - 1] = item[i];
	}
	return kept;
}

/* The largest share, of those up to most, with which there is room for all; item is in the order of columns. */
static size_t find_share(struct thin_item *item, size_t count, size_t highest, size_t most)
{
	size_t low = 0, high = highest;

	while (low < high) {
		size_t middle = low + (high - low + 1) / 2;

		if (cut(item, count, middle, false) <= most)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

size_t thin_keep(struct thin *thin, struct thin_item *item, size_t count, size_t most)
{
	if (count <= most && !thin->has_cut)
		return count;
	qsort(item, count, sizeof(*item), by_column);
	thin->share = find_share(item, count, thin->has_cut ? thin->share : most, most); /* it never grows: what is gone is gone */
	thin->has_cut = true;
	if (thin->share) {
		count = cut(item, count, thin->share, true);
	} else if (count > most) {
		qsort(item, count, sizeof(*item), by_weight);
		count = most;
	}
	qsort(item, count, sizeof(*item), by_index);
	return count;
}
