/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/icmpcounts.h"

static enum series series_of(unsigned i)
{
	return i ? SERIES_ICMP6 : SERIES_ICMP4;
}

static void list_kinds(struct icmpcounts *icmp, const struct schema *schema)
{
	for (unsigned s = 0; s < 2; s++) {
		struct schema_file file;
		unsigned count;

		icmp->file[s] = schema_series_file(schema, series_of(s), &count);
		schema_file(schema, icmp->file[s], &file);
		icmp->first_kind[s] = icmp->kinds;
		for (unsigned i = 0; i < file.ds_count && icmp->kinds < TYPESTRIP_KINDS; i++)
			icmp->kind[icmp->kinds++] = (struct typestrip_kind){ series_of(s), schema_icmp_type(series_of(s), i), 0 };
	}
}

static void add_packets(struct icmpcounts *icmp, unsigned s, const struct matrix *counts)
{
	struct typestrip_kind *kind = &icmp->kind[icmp->first_kind[s]];

	for (unsigned r = 0; r < counts->rows; r++) {
		const double *row = counts->cells + (size_t)r * counts->columns;

		for (unsigned c = 0; c < counts->columns && !matrix_row_is_zero(row, counts->columns); c++)
			if (row[c] > 0) { /* NaN is not */
				kind[c].packets += row[c];
				icmp->packets[s] += row[c];
			}
	}
}

static void read_piece(struct icmpcounts *icmp, unsigned s, struct reader *reader, const struct reader_piece *piece,
                       struct matrix *counts)
{
	if (icmp->err[s] || reader_series_silent(reader, piece, series_of(s)))
		return;
	icmp->err[s] = reader_read(reader, piece, icmp->file[s], counts, &icmp->why[s]);
	if (!icmp->err[s])
		add_packets(icmp, s, counts);
}

void icmpcounts_read(struct icmpcounts *icmp, struct reader *reader, const struct reader_piece *piece, unsigned pieces,
                     unsigned series)
{
	*icmp = (struct icmpcounts){ .pieces = pieces };
	list_kinds(icmp, reader_schema(reader));
	for (unsigned p = 0; p < pieces; p++)
		for (unsigned s = 0; s < 2; s++)
			if (series >> series_of(s) & 1)
				read_piece(icmp, s, reader, &piece[p], &icmp->counts[p][s]);
}

void icmpcounts_fini(struct icmpcounts *icmp)
{
	for (unsigned p = 0; p < icmp->pieces; p++)
		for (unsigned s = 0; s < 2; s++)
			matrix_fini(&icmp->counts[p][s]);
}

/* Where a type is counted: by itself, or with all that nobody has assigned. */
static unsigned find_kind(const struct icmpcounts *icmp, enum series series, unsigned type)
{
	unsigned found = icmp->first_kind[series == SERIES_ICMP6];

	for (unsigned i = 0; i < icmp->kinds; i++)
		if (icmp->kind[i].series == series && (icmp->kind[i].type == (int)type || icmp->kind[i].type < 0)) {
			found = i;
			if (icmp->kind[i].type >= 0)
				return found;
		}
	return found;
}

void icmpcounts_count(struct icmpcounts *icmp, enum series series, unsigned type, double packets)
{
	icmp->kind[find_kind(icmp, series, type)].packets += packets;
	icmp->packets[series == SERIES_ICMP6] += packets;
}

void icmpcounts_lanes(const struct icmpcounts *icmp, const struct typestrip *strip, enum series series, uint8_t lane_of[256])
{
	for (unsigned type = 0; type < 256; type++)
		lane_of[type] = strip->row_of[find_kind(icmp, series, type)];
}

int icmpcounts_draw(const struct icmpcounts *icmp, const struct typestrip *strip, struct raster *raster)
{
	int err = 0;

	for (unsigned p = 0; p < icmp->pieces; p++)
		for (unsigned s = 0; s < 2 && !err; s++)
			err = raster_add_types(raster, series_of(s), strip->row_of + icmp->first_kind[s], &icmp->counts[p][s]);
	return err;
}
