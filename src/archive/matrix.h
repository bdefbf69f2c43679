/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts by time and column, as read back from an archive: the currency between the archive and the picture. */
#ifndef ARCHIVE_MATRIX_H
#define ARCHIVE_MATRIX_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Row r covers [start_s + r*row_s, start_s + (r+1)*row_s). */
struct matrix {
	int64_t start_s;
	uint32_t row_s;
	unsigned rows;
	unsigned columns;
	double *cells; /* rows * columns, row-major; packets (whole numbers), or NaN where nobody listened; owned */
};

/* Frees what it owns; a zeroed matrix is fine. */
static inline void matrix_fini(struct matrix *m)
{
	free(m->cells);
	*m = (struct matrix){ 0 };
}

static inline double matrix_cell(const struct matrix *m, unsigned row, unsigned column)
{
	return m->cells[(size_t)row * m->columns + column];
}

/* Whether a row has nothing but zeros, as most rows of most files do. It compares bits: what is below zero is not zero. */
static inline bool matrix_row_is_zero(const double *row, unsigned columns)
{
	static const double zero = 0;

	return columns == 0 || (memcmp(row, &zero, sizeof(zero)) == 0 && memcmp(row, row + 1, (columns - 1) * sizeof(*row)) == 0);
}

#endif
